"""Which code made what is kept: a hash of the packages, words and data that decide it.

What belongs here: what decides a reading, a judgement, a year.  What may not: how anything is kept.

A reading, a judgement and an accepted year each carry the version that made them; what another version made counts as not made.
A version is a hash of files' contents, so that it changes with the code that runs, committed or not, and with nothing else.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
_CONTENT = frozenset((".py", ".toml", ".csv"))

#: What decides how a document is read.
READING = (
    "pipeline/model", "pipeline/lexicon", "pipeline/messages", "pipeline/reading", "pipeline/tables", "pipeline/recognition",
    "pipeline/narrative", "pipeline/reports", "pipeline/schema/base.py", "pipeline/schema/fitting.py", "pipeline/schema/core.py",
    "pipeline/schema/narrative.py", "pipeline/schema/performance.py", "pipeline/store/rows.py",
)  # fmt: skip
#: What decides how a report that was read is judged, localised and reconciled.
JUDGING = (
    *READING,
    "pipeline/schema",
    "pipeline/reconciliation",
    "expectations/rules",
    "expectations/confront.py",
    "expectations/judging.py",
    "expectations/obligations.py",
    "expectations/obligations.toml",
)
#: What decides a year's tables and checks.
YEAR = (*JUDGING, "expectations", "assets", "pipeline/warehouse", "pipeline/sources/rows.py")


@cache
def version_of(paths: tuple[str, ...], root: Path = _ROOT) -> str:
    """Twelve hexadecimal digits of the hash of all source files, words and data below ``paths``, which are relative to ``root``."""
    digest = hashlib.sha256()
    found = (f for p in paths for f in (_files(root / p) if (root / p).is_dir() else [root / p]))
    for file in sorted(set(found)):
        digest.update(f"{file.relative_to(root).as_posix()}\0".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:12]


def _files(folder: Path) -> list[Path]:
    return [f for f in folder.rglob("*") if f.suffix in _CONTENT and f.is_file()]


def reading_version() -> str:
    """The version of whatever is read now."""
    return version_of(READING)


def judging_version() -> str:
    """The version of whatever is judged now."""
    return version_of(JUDGING)


def year_version() -> str:
    """The version of whatever tables are made now."""
    return version_of(YEAR)
