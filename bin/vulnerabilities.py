"""Known vulnerabilities of the versions in ``requirements.lock``, as the OSV database lists them (``make vulnerabilities``).

One request names every package and version.  The exit status is 1 where one has an entry that is not accepted here, 0 where none has, and 0 with
a word where the database cannot be reached: without a network nothing is known, and a build need not fail for it.

What belongs here: the question, and what is accepted with its reason.  What may not: licences (``licences.py``).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parents[1]
SERVICE = "https://api.osv.dev/v1/querybatch"
SECONDS = 20.0
#: Entries that do not concern this project: number → why.
ACCEPTED: Mapping[str, str] = {}


def locked(text: str) -> list[tuple[str, str]]:
    """(name, version) of every package of a lock, each once."""
    return sorted({(name.lower(), version) for name, version in re.findall(r"^([A-Za-z0-9_.-]+)==([^\s;\\]+)", text, re.M)})


def known(packages: list[tuple[str, str]], answer: Mapping[str, Any]) -> list[str]:
    """One line a package with entries that are not accepted.  Raises ``ValueError`` where the answer is not one to the question."""
    results = answer.get("results")
    if not isinstance(results, list) or len(results) != len(packages):
        raise ValueError("the database answered something else than was asked")
    lines = []
    for (name, version), found in zip(packages, results, strict=True):
        numbers = [str(v["id"]) for v in (found or {}).get("vulns", ()) if v["id"] not in ACCEPTED]
        lines += [f"{name} {version}: {', '.join(sorted(numbers))}"] if numbers else []
    return lines


def main() -> int:
    packages = locked((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    asked = [{"package": {"name": name, "ecosystem": "PyPI"}, "version": version} for name, version in packages]
    try:
        answer = httpx.post(SERVICE, json={"queries": asked}, timeout=SECONDS)
        answer.raise_for_status()
        lines = known(packages, answer.json())
    except (httpx.HTTPError, ValueError) as error:
        print(f"vulnerabilities: skipped, the database cannot be asked ({type(error).__name__}: {error})")
        return 0
    for line in lines:
        print(line)
    remedy = "raise their versions (make lock), or accept them here with a reason"
    of = f"of {len(packages)} packages"
    print(f"vulnerabilities: {len(lines)} {of} have entries: {remedy}" if lines else f"vulnerabilities: none known {of}")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
