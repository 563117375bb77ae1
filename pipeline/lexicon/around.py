"""Lines around a table: its number, whose it is, its unit, its year, a note, a page's number, what follows the forms.

What belongs here: asking ``around_tables.toml`` and ``owners.toml`` what a line is.  What may not: titles (``titles``), where a line stands.
"""

from __future__ import annotations

from pipeline.lexicon import concepts
from pipeline.model.text import canonical

#: What a head says of its table besides the title.
HEAD = frozenset({"number", "owner", "unit", "year"})


def around_table(text: str) -> frozenset[str]:
    """What a line around a table is: ``number``, ``owner``, ``unit``, ``year``, ``page``, ``note``, ``part``, ``narrative`` …; nothing for others."""
    plain = canonical(text)
    label, colon, _ = plain.partition(":")
    found = concepts("around_tables", plain)
    return found | {"owner"} if colon and is_owner_label(label) else found


def is_owner_label(label: str) -> bool:
    """Whether what stands before a colon announces whose a table is (编制单位)."""
    return "owner" in concepts("owners", label)


def is_note(text: str) -> bool:
    """Whether a line is a note below a table."""
    return "note" in concepts("around_tables", text)


def says_no_data(text: str) -> bool:
    """Whether a line says that its form has no data."""
    return "no_data" in concepts("empty_notes", text)
