"""What older versions of the code made and nobody asks for any more: readings and judgements are removed once a warehouse is published.

What belongs here: telling what is still asked for.  What may not: keeping anything (``pipeline.store.kept``), or deciding when.

Kept are whatever today's code made, and each reading that stands for a report of an accepted year, which a later year may be held
against.  ``FINAL_ACCOUNTS_PRUNE=no`` keeps everything.
"""

from __future__ import annotations

import os
from collections.abc import Collection

from pipeline.store import accepted
from pipeline.store import tables as storage
from pipeline.store.files import Files
from pipeline.store.home import Home
from pipeline.store.versions import judging_version, reading_version

VARIABLE = "FINAL_ACCOUNTS_PRUNE"


def prune(at: Home) -> int:
    """Remove what nobody asks for any more; how many files that were."""
    if os.environ.get(VARIABLE, "yes").lower() in ("no", "0", "false"):
        return 0
    return _without(at.readings, reading_version(), _standing()) + _without(at.judgements, judging_version(), ())


def _standing() -> set[tuple[str, str]]:
    """Version and document of each reading that stands for a report of an accepted year."""
    rows = (row for year in accepted.years() for row in storage.read_table("core.reports", year, root=accepted.root(), missing_ok=True))
    return {(row["code_version"] or "", row["document_sha256"]) for row in rows}


def _without(root: str, today: str, asked_for: Collection[tuple[str, str]]) -> int:
    """Remove what other versions than today's left below ``root`` and nobody asks for."""
    files, removed = Files(root), 0
    for version in files.names():
        for name in files.names(version) if version != today else ():
            if (version, name.removesuffix(".parquet")) not in asked_for:
                files.remove(f"{version}/{name}")
                removed += 1
    return removed
