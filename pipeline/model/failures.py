"""An exception that nobody expected, in one line: what it is, what it says, and where in the code.

What belongs here: the words of a row or a finding of our own.  What may not: catching; whoever puts up a wall says what is lost behind it.
"""

from __future__ import annotations

from pathlib import Path

from pipeline.model import harmless

_FRAMES = 3
_MOST = 300


def told(error: BaseException) -> str:
    """``ValueError: no such step (visiting.py:178 > visiting.py:203)``: one line, bounded, without anything that does not print."""
    said, kind = harmless.line(error, _MOST), type(error).__name__
    return f"{kind}: {said} ({place(error)})" if said else f"{kind} ({place(error)})"


def place(error: BaseException) -> str:
    """The last steps in the code, the deepest last: ``visiting.py:178 > webpage.py:203``."""
    frames, step = [], error.__traceback__
    while step is not None:
        frames.append(f"{Path(step.tb_frame.f_code.co_filename).name}:{step.tb_lineno}")
        step = step.tb_next
    return " > ".join(frames[-_FRAMES:]) or "raised nowhere"
