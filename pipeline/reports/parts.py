"""The parts of one report put together: every block of the document belongs to one, and every number in it has an account.

What belongs here: parts → rows of ``core.parts``, ``core.number_accounts``, ``core.unread_numbers``.  What may not: recognising a part.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.model.figures import Place, Report
from pipeline.model.parts import Part
from pipeline.reading.document import Document, Line, Table
from pipeline.recognition.ledger import decimals_lost, numbers_of

Row = Mapping[str, Any]
_SENTENCE = 400


@dataclass(frozen=True)
class Account:
    """All parts of a report and what they amount to."""

    parts: tuple[Part, ...]

    @property
    def printed(self) -> int:
        return sum(len(p.numbers) for p in self.parts)

    @property
    def accounted(self) -> int:
        return self.printed - sum(p.count("unread") for p in self.parts)

    @property
    def unread(self) -> int:
        """How many parts were found and not understood."""
        return sum(p.state == "unread" for p in self.parts)

    def rows(self, report: Report) -> dict[str, tuple[Row, ...]]:
        """Rows of the three tables of parts, by full table name."""
        named = [(f"{report.report_id}/part/{i}", part) for i, part in enumerate(self.parts, start=1)]
        return {
            "core.parts": tuple(_part_rows(named, report)),
            "core.number_accounts": tuple(_account_rows(named, report)),
            "core.unread_numbers": tuple(_unread_rows(named, report)),
        }


def account(document: Document, parts: Iterable[Part]) -> Account:
    """The parts in printed order, with one for everything that stands in none of them."""
    kept = list(parts)
    taken = set[int]().union(*(p.blocks for p in kept)) if kept else set()
    blocks = dict(enumerate(block for _, block in document.blocks()))
    kept += _rest(blocks, taken)
    kept += _pictures(document)
    kept += [Part("other", "damage", "", "unread", f"the file is damaged: {document.damage}")] if document.damage else []
    lost = [(page.number, page.lost) for page in document.pages if page.lost]
    kept += [Part("other", "lost", f"page {n}", "unread", "decimals that stand in no line and no cell", Place(page=n), numbers=decimals_lost(d))
             for n, d in lost]  # fmt: skip
    return Account(tuple(sorted(kept, key=lambda p: (p.state in ("listed", "missing"), min(p.blocks, default=0)))))


def _rest(blocks: Mapping[int, Line | Table], taken: set[int]) -> Iterator[Part]:
    """What belongs to no part: lines as one part of text, each table as one that is not understood."""
    lines = {b for b, item in blocks.items() if b not in taken and isinstance(item, Line)}
    if lines:
        numbers = numbers_of(blocks, lines, (), {}, "it stands outside of every section that is read")
        yield Part("other", "text", "", "other", "text outside of every part", blocks[min(lines)].place, None, lines, numbers)
    for b, item in blocks.items():
        if b not in taken and isinstance(item, Table) and any(c.text.strip() for c in item.cells):
            why = "a table without a title that is known"
            yield Part("other", "table", "", "unread", why, item.place, item.place.page, {b}, numbers_of(blocks, {b}, (), {}, why))


def _pictures(document: Document) -> list[Part]:
    """A part a picture; whole pages one after the other that are unread for the same reason are one."""
    parts: list[Part] = []
    for picture in (picture for page in document.pages for picture in page.pictures):
        part = Part("other", "picture", "", "unread", f"{picture.problem}; {picture.remedy}".rstrip("; "), picture.place, picture.place.page)
        if parts and _goes_on(parts[-1], part):
            parts[-1].last_page = part.last_page
        else:
            parts.append(part)
    return parts


def _goes_on(last: Part, part: Part) -> bool:
    whole = last.place.x0 is None and part.place.x0 is None and last.last_page is not None
    return whole and part.reason == last.reason and part.last_page == (last.last_page or 0) + 1


# ---------------------------------------------------------------- rows


def _head(report: Report) -> dict[str, Any]:
    return {"report_id": report.report_id, "publisher": report.publisher, "fiscal_year": report.fiscal_year}


def _part_rows(named: Sequence[tuple[str, Part]], report: Report) -> Iterator[Row]:
    for part_id, part in named:
        yield {
            "part_id": part_id,
            **_head(report),
            "kind": part.kind,
            "concept": part.concept,
            "title": part.title or None,
            "state": part.state,
            "reason": part.reason or None,
            "first_page": part.place.page,
            "last_page": part.last_page or part.place.page,
            "first_line": part.place.line,
            "numbers": len(part.numbers),
            "numbers_unread": part.count("unread"),
        }


def _account_rows(named: Sequence[tuple[str, Part]], report: Report) -> Iterator[Row]:
    for part_id, part in named:
        for (account, kind), n in sorted(Counter((p.account, p.kind) for p in part.numbers).items()):
            yield {"part_id": part_id, **_head(report), "account": account, "kind": kind, "numbers": n}


def _unread_rows(named: Sequence[tuple[str, Part]], report: Report) -> Iterator[Row]:
    order = 0
    for part_id, part in named:
        for number in part.numbers:
            if number.account == "unread":
                order += 1
                yield {
                    **_head(report),
                    "number": order,
                    "part_id": part_id,
                    "printed": number.text,
                    "reason": number.kind or "unknown",
                    "sentence": number.sentence[:_SENTENCE],
                    "page": number.place.page,
                    "line": number.place.line,
                }
