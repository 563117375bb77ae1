"""The last publishes: each file as it was published, and a manifest of what it was made of.

What belongs here: keeping and forgetting.  What may not: making a warehouse (``publish``).

``warehouse/history/manifest.json`` lists them, the newest first; ``FINAL_ACCOUNTS_KEEP`` says how many (three by default, the published one
among them; 0 keeps none).  A kept file is a second name of the published one: it costs its disk only once that is replaced.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline.store.files import second_name
from pipeline.store.home import Home

KEEP_VARIABLE = "FINAL_ACCOUNTS_KEEP"
_KEEP = 3
_MANIFEST = "manifest.json"


def folder(at: Home) -> Path:
    """Where the publishes of a home are kept."""
    return at.warehouse_folder / "history"


def manifest(at: Home) -> list[dict[str, Any]]:
    """What is kept, the newest first.

    Each has its ``file``, the ``number`` of the publish, ``published_at`` (UTC), ``bytes``, ``rows`` by table, and ``years`` with what each was
    made of.
    """
    try:
        kept: list[dict[str, Any]] = json.loads((folder(at) / _MANIFEST).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):  # none yet, or one that somebody has damaged: the next publish begins another
        return []
    return kept


def wanted() -> int:
    """How many publishes are to be kept.  Raises ``ValueError`` for a setting that is no number."""
    named = os.environ.get(KEEP_VARIABLE) or str(_KEEP)
    if not named.isdigit():
        raise ValueError(f"{KEEP_VARIABLE} is {named!r}: it says how many of the last publishes are kept, as a number")
    return int(named)


def keep(at: Home, rows: Mapping[str, int], years: Mapping[str, Any], when: datetime, most: int) -> None:
    """Keep the file that was just published, and of those before it the last ones, ``most`` in all.  One publisher at a time may call it."""
    kept, into = manifest(at), folder(at)
    into.mkdir(exist_ok=True)
    if most:
        number = int(kept[0]["number"]) + 1 if kept else 1
        name = f"{number:06}-{when:%Y%m%dT%H%M%SZ}.duckdb"
        second_name(at.warehouse, into / name)
        about = {"file": name, "number": number, "published_at": when.isoformat(timespec="seconds"), "bytes": at.warehouse.stat().st_size}
        kept = [about | {"rows": dict(rows), "years": dict(years)}, *kept][:most]
    else:
        kept = []
    fresh = into / f".{_MANIFEST}"
    fresh.write_text(json.dumps(kept, ensure_ascii=False, indent=1), encoding="utf-8")
    os.replace(fresh, into / _MANIFEST)
    for file in into.glob("*.duckdb"):
        if file.name not in {entry["file"] for entry in kept}:
            file.unlink()
