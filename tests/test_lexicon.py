"""The project's own entries: each matches its own example, which is not tried again whenever a process starts."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from pipeline.lexicon import Entry, Lexicon


@pytest.mark.parametrize("kind", sorted({kind for kind, _ in Lexicon.built_in().kinds()}))
def test_every_entry_matches_its_own_example(kind: str) -> None:
    for entry in Lexicon.built_in().entries(kind):
        assert Entry(**entry.model_dump()) == entry


def test_an_entry_that_does_not_match_its_example_is_refused() -> None:
    with pytest.raises(ValidationError, match="does not match its own example"):
        Entry(concept="x", pattern="^甲$", seen="a test", example="乙")
