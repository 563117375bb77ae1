"""What the forms of one report say of each other, where a form's own equations leave a column open.

What belongs here: which cells of two forms print the same.  What may not: deciding (``text_layer_placement``), and whether forms agree (the rules).
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.tables.text_layer_cells import Draft


def with_evidence(drafts: Sequence[Draft]) -> None:
    """Place the numbers of all drafts."""
    for draft in drafts:
        draft.place_numbers()
