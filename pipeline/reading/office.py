"""LibreOffice, where the machine has it: old office documents → their present format, one at a time and within limits.

A converted file is kept under the original's hash (in :func:`keep_in`'s folder), so that no document is converted twice.  A conversion that
hangs, dies or eats memory costs its document only.
What belongs here: running the program.  What may not: what is in the documents.
"""

from __future__ import annotations

import hashlib
import os
import resource
import signal
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

from pipeline.reading.document import UnreadableDocument
from pipeline.reading.wanted import LIBRE_OFFICE, libre_office, missed

#: What to do where it is missing; ``bin/system-packages.sh`` installs it.
MISSING = ("LibreOffice (soffice) is not installed", "install it (bin/system-packages.sh) and read the document again, or save it as DOCX")
#: Seconds of the clock and of a processor, and bytes of memory, that one conversion may take.
SECONDS, PROCESSOR_SECONDS, MEMORY = 120, 100, 3 << 30
#: Seconds to wait for the conversion of another document.
_TURN = 240


_folder: Callable[[], Path] = lambda: Path(tempfile.gettempdir()) / f"final-accounts-{os.getuid()}"  # noqa: E731 (replaced by keep_in)


def keep_in(folder: Callable[[], Path]) -> None:
    """Say where converted files are kept; asked anew for every document."""
    global _folder
    _folder = folder


def program() -> str | None:
    """The converter's path, ``None`` where the machine has none."""
    return libre_office()


def converted(data: bytes, ending: str, target: str = "docx") -> bytes:
    """A document in another format.  ``ending``: that of its present one (``doc``, ``rtf`` …), without a dot.

    Raises :class:`UnreadableDocument` where LibreOffice is missing, or fails on it, or takes too long.
    """
    folder = _folder()
    kept = folder / f"{hashlib.sha256(data).hexdigest()}.{target}"
    if kept.exists():
        return kept.read_bytes()
    command = program()
    if command is None:
        missed(LIBRE_OFFICE)
        raise UnreadableDocument(*MISSING)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / ".lock", timeout=_TURN):
            if not kept.exists():
                _convert(command, data, ending, target, kept)
    except Timeout:
        raise UnreadableDocument("LibreOffice was busy with other documents for too long", "read it again") from None
    return kept.read_bytes()


def _convert(command: str, data: bytes, ending: str, target: str, kept: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="converting-", dir=kept.parent) as name:
        work = Path(name)
        source = work / f"document.{ending}"
        source.write_bytes(data)
        arguments = [command, f"-env:UserInstallation={(work / 'profile').as_uri()}", "--headless", "--norestore", "--nolockcheck"]
        arguments += ["--convert-to", target, "--outdir", str(work / "out"), str(source)]
        problem = _run(arguments, work)
        made = work / "out" / f"document.{target}"
        if not made.exists():
            raise UnreadableDocument(
                f"LibreOffice cannot convert it ({problem or 'it gives no file'})", "save it as DOCX or print it to PDF, and offer that"
            )
        os.replace(made, kept)


def _run(arguments: list[str], work: Path) -> str:
    """Run the converter in a process group of its own, and end all of it in any case; what went wrong, or ``""``."""
    environment = {**os.environ, "HOME": str(work), "TMPDIR": str(work), "SAL_USE_VCLPLUGIN": "svp"}
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(
        arguments, cwd=work, env=environment, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True, preexec_fn=_limited
    )
    try:
        status = process.wait(SECONDS)
        return f"it ends with status {status}" if status else ""
    except subprocess.TimeoutExpired:
        return f"it takes longer than {SECONDS} s"
    finally:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _limited() -> None:
    """Limits that hold for the converter even where the process that started it is gone."""
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
