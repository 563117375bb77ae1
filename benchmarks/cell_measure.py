"""Cells read against cells printed, counted as the acceptance measure counts them.

What belongs here: the comparison and its tally.  What may not: making documents.
"""

from __future__ import annotations

import re
import time
import traceback
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from pipeline.model.contents import ReportContents
from samples.figures import ReportFigures, TruthCell

RETRIEVED = datetime(2026, 1, 1, tzinfo=UTC)
Key = tuple[str, str, str, str]


def number(text: Any) -> Decimal | None:
    try:
        return None if text is None else Decimal(str(text).replace(",", "").strip())
    except InvalidOperation:
        return None


def norm(text: str | None) -> str:
    """A label as the acceptance measure compares it."""
    plain = re.sub(r"\s", "", text or "").translate(str.maketrans("（）：，“”‘’＝％", "():,\"\"''=%"))
    return re.sub(r"^(其中:)?[一二三四五六七八九十]+、", "", plain)


@dataclass
class Outcome:
    """One document read back."""

    number: int
    medium: str
    options: dict[str, Any]
    equal: int = 0
    wrong: int = 0
    missing: int = 0
    extra: int = 0
    identity: list[str] = field(default_factory=list)  # publisher, year or kind misread
    differences: list[str] = field(default_factory=list)
    error: str = ""
    seconds: float = 0.0
    pages: int = 0

    @property
    def right(self) -> bool:
        return bool(self.equal) and not (self.wrong or self.missing or self.extra or self.error or self.identity)


def read_and_compare(data: bytes, truth: Iterable[TruthCell], figures: ReportFigures, outcome: Outcome) -> Outcome:
    """Read one document, compare its cells and its identity with what was printed, and time the reading."""
    from pipeline.reports.read import read_report

    start = time.perf_counter()
    try:
        contents = read_report(data, f"https://example.org/{outcome.number}", RETRIEVED)
        outcome.seconds = time.perf_counter() - start
        compare(truth, contents, outcome)
        report = contents.report
        outcome.pages = report.page_count
        kind = {"部门": "department", "单位": "unit"}[figures.kind]
        pairs = ((report.publisher, figures.publisher), (report.fiscal_year, figures.year), (report.publisher_kind, kind))
        outcome.identity = [f"{got} for {want}" for got, want in pairs if got != want]
    except Exception:
        outcome.error = traceback.format_exc(limit=-3)
    return outcome


def tally(name: str, outcomes: Sequence[Outcome]) -> str:
    """One line on all documents of a kind."""
    right = sum(o.right for o in outcomes)
    cells = [sum(getattr(o, k) for o in outcomes) for k in ("equal", "wrong", "missing", "extra")]
    seconds, pages = sum(o.seconds for o in outcomes), sum(o.pages for o in outcomes)
    return (
        f"{name}: {right} of {len(outcomes)} documents read without a difference; cells equal {cells[0]}, "
        f"wrong {cells[1]}, missing {cells[2]}, extra {cells[3]}; {seconds:.1f} s for {pages} pages"
    )


def _printed_values(truth: Iterable[TruthCell]) -> dict[Key, list[Decimal]]:
    want: dict[Key, list[Decimal]] = defaultdict(list)
    for c in truth:
        value = number(c.value) if c.value else None
        if value is not None:
            want[(c.form, c.side, c.code or norm(c.name), c.col)].append(value)
    return want


def _read_values(contents: ReportContents) -> dict[Key, list[Decimal]]:
    have: dict[Key, list[Decimal]] = defaultdict(list)
    for f in contents.figures:
        if f.section == "form" and f.value is not None:
            have[(f.statement, f.side or "", f.code or norm(f.label), f.measure)].append(f.value)
    return have


def compare(truth: Iterable[TruthCell], contents: ReportContents, outcome: Outcome) -> None:
    """Counts as the acceptance measure counts: values by form, side, code or name, and column."""
    want, have = _printed_values(truth), _read_values(contents)
    for key, values in want.items():
        left = list(have.get(key, []))
        for value in values:
            if value in left:
                left.remove(value)
                outcome.equal += 1
            elif left:
                outcome.wrong += 1
                outcome.differences.append(f"wrong {'/'.join(key)}: {value} read {left}")
            else:
                outcome.missing += 1
                outcome.differences.append(f"missing {'/'.join(key)}: {value}")
    for key, values in have.items():
        more = len(values) - len(want.get(key, []))
        if more > 0:
            outcome.extra += more
            outcome.differences.append(f"extra {'/'.join(key)}: {values} truth {want.get(key, [])}")
