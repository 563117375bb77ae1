"""An exception that nobody expected is told in one line, with the last steps in the code."""

from __future__ import annotations

import re

import pytest

from pipeline.model.failures import place, told


def deep(steps: int) -> None:
    if steps:
        deep(steps - 1)
    raise ValueError("no such\nstep")


def test_what_it_is_what_it_says_and_where_are_one_line() -> None:
    for steps, shown in ((0, 2), (9, 3)):
        with pytest.raises(ValueError, match="no such") as caught:
            deep(steps)
        line = told(caught.value)
        assert line.startswith("ValueError: no such step (test_failures.py:")
        assert re.sub(r"\d+", "7", line.partition("(")[2]) == " > ".join(["test_failures.py:7"] * shown) + ")"
    assert told(KeyError()) == "KeyError (raised nowhere)"
    assert place(KeyError()) == "raised nowhere"
