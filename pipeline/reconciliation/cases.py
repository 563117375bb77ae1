"""Cases as rows: what localisation found, whose mistake it looks like, and where to look.

A case is an *extraction doubt* where the two readers read a suspect differently, or where every suspect's suggested value stands in a
cell beside it (a value that slipped into the next cell) and no second reader confirmed the cells; else it is the
publisher's.  Where nothing is suspected, it cannot be told.

What belongs here: rows of ``checks.cases``, ``case_findings``, ``suspects`` and ``localisability``.  What may not: solving,
decisions (``adjudications``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from pipeline.lexicon.places import place_of
from pipeline.model.figures import Figure, Report
from pipeline.reconciliation.layout import Neighbours
from pipeline.reconciliation.localise import Case, Localisation
from pipeline.reconciliation.ranking import Ranked, Suspect
from pipeline.reconciliation.repairs import step

Row = dict[str, Any]
Doubt = Literal["extraction", "publisher", "unknown"]


@dataclass(frozen=True, slots=True)
class Word:
    """What a finding in words is about: the place, what is printed there (nothing where something is missing), what should be."""

    place: str
    printed: str
    expected: str
    page: int | None
    line: int | None


@dataclass(frozen=True)
class CaseFile:
    """One case of one report as it is shown: with its findings' ids and its doubt; a finding in words is a case whose suspect is the ``word``."""

    case_id: str
    report: Report
    finding_ids: tuple[str, ...]
    case: Case | None
    doubt: Doubt
    word: Word | None = None

    @property
    def best(self) -> Ranked | None:
        return self.case.best if self.case else None

    @property
    def suspects(self) -> tuple[Suspect, ...]:
        """The suspects of the likeliest explanation."""
        return self.best.suspects if self.best else ()


def case_files(
    localisation: Localisation,
    reports: Mapping[str, Report],
    figures: Iterable[Figure],
    findings: Iterable[Mapping[str, Any]] = (),
) -> list[CaseFile]:
    """The cases of a localisation, then findings in words (rows of ``checks.findings`` that no case explains), one case each.

    ``reports`` by id.  A case over two reports belongs to the report of its first equation.
    """
    neighbours = Neighbours(figures)
    files = []
    explained: set[str] = set()
    for case in localisation.cases:
        ids = tuple(e.equation_id for e in case.equations)
        explained.update(ids)
        files.append(CaseFile(case.case_id, reports[case.equations[0].report_id], ids, case, doubt(case.best, neighbours)))
    for finding in findings:
        if finding["finding_id"] not in explained:
            key = str(finding["finding_id"])
            files.append(CaseFile(key, reports[str(finding["report_id"])], (key,), None, "unknown", _word(finding)))
    return files


def _word(finding: Mapping[str, Any]) -> Word:
    printed, expected = (str(finding.get(name) or "") for name in ("printed", "expected"))
    return Word(str(finding["place"]), printed, expected, finding.get("page"), finding.get("line"))


def doubt(best: Ranked | None, neighbours: Neighbours) -> Doubt:
    """Whose mistake the likeliest explanation looks like."""
    if best is None:
        return "unknown"
    suspects = best.suspects
    if any(s.figure.agreement == "differs" for s in suspects):
        return "extraction"
    beside = [_beside(s, suspects, neighbours) for s in suspects]
    return "extraction" if all(beside) and any(s.suggested for s in suspects) else "publisher"


def _beside(suspect: Suspect, suspects: Sequence[Suspect], neighbours: Neighbours) -> bool:
    """Whether the suggested value stands in the next cell, or the cell's own value belongs into a suspected next cell."""
    if suspect.figure.agreement == "agreed":
        return False
    near = neighbours.of(suspect.figure)
    if suspect.suggested:
        return _distinctive(suspect.suggested) and any(n.value == suspect.suggested for n in near)
    ids = {n.figure_id for n in near}
    return any(s.figure.figure_id in ids and s.suggested == suspect.figure.amount for s in suspects)


def _distinctive(value: Decimal) -> bool:
    """Whether finding the value in the next cell means something: three digits at least that are not trailing zeros."""
    return len(value.normalize().as_tuple().digits) >= 3


def place(figure: Figure, own: Report | None = None) -> str:
    """Where a figure stands, in words; with the report's id where it is not of the ``own`` report."""
    words = place_of(figure)
    return words if own is None or figure.report_id == own.report_id else f"[{figure.report_id}] {words}"


def reading(figure: Figure) -> str:
    """What was read in a cell, by each reader."""
    printed = figure.printed or "blank"
    if figure.agreement == "differs":
        return f"{printed} | second reader: {figure.other_reading or 'blank'}"
    return f"{printed} (both readers)" if figure.agreement == "agreed" else f"{printed} (one reader)"


# ---------------------------------------------------------------- rows


def _head(report: Report) -> Row:
    return {"report_id": report.report_id, "publisher": report.publisher, "fiscal_year": report.fiscal_year}


def case_rows(files: Sequence[CaseFile], decisions: Mapping[str, str] | None = None, states: Mapping[str, Row] | None = None) -> list[Row]:
    """Rows of ``checks.cases``; ``decisions`` are the verdicts taken, ``states`` how far each case is, by case id."""
    taken = decisions or {}
    return [
        {
            "case_id": f.case_id,
            **_head(f.report),
            "findings": len(f.finding_ids),
            "size": f.case.size if f.case else 0,
            "ties": f.case.ties if f.case else 0,
            "complete": f.case.complete if f.case else False,
            "method": f.case.method if f.case else "in words",
            "doubt": f.doubt,
            "status": "decided" if f.case_id in taken else "open",
            "decision": taken.get(f.case_id),
            **(states or {}).get(f.case_id, {"state": "decided" if f.case_id in taken else "open"}),
            "note": f.case.note if f.case else "a statement in words: no figure can be computed",
        }
        for f in files
    ]


def case_finding_rows(files: Sequence[CaseFile], decisions: Mapping[str, str] | None = None) -> list[Row]:
    """Rows of ``checks.case_findings``; ``decisions`` are the verdicts taken, by finding id."""
    taken = decisions or {}
    return [
        {
            "case_id": f.case_id,
            "finding_id": key,
            **_head(f.report),
            "status": "decided" if key in taken else "open",
            "decision": taken.get(key),
        }
        for f in files
        for key in f.finding_ids
    ]


def suspect_rows(files: Sequence[CaseFile]) -> Iterator[Row]:
    """Rows of ``checks.suspects``: every listed explanation of every case, once a finding of the case."""
    for f in files:
        if f.case is None:
            if f.word is not None:
                yield _word_row(f, f.word)
            continue
        held = {e.equation_id: {x.figure_id for x in e.figures()} for e in f.case.equations}
        for rank, explanation in enumerate(f.case.explanations, 1):
            for suspect in explanation.suspects:
                figure = suspect.figure
                shown = {
                    "rank": rank,
                    "figure_id": figure.figure_id,
                    **_head(f.report),
                    "place": place(figure, f.report),
                    "printed": figure.printed,
                    "suggested": suspect.suggested,
                    "low": suspect.low,
                    "high": suspect.high,
                    "reason": "; ".join(suspect.reasons),
                    "score": explanation.score,
                    "ties": f.case.ties,
                    "doubt": f.doubt,
                    "agreement": figure.agreement,
                    "other_reading": figure.other_reading,
                    "page": figure.place.page,
                    "line": figure.place.line,
                }
                for key in f.finding_ids:
                    yield {"case_id": f.case_id, "finding_id": key, "in_finding": figure.figure_id in held[key], **shown}


def _word_row(file: CaseFile, word: Word) -> Row:
    """The suspect of a finding in words: no figure of the warehouse, and nothing to compute."""
    (key,) = file.finding_ids
    what = "the word" if word.printed else "nothing is printed here"
    return {
        "case_id": file.case_id, "finding_id": key, "rank": 1, "figure_id": f"{file.report.report_id}/word/{key}", **_head(file.report),
        "place": word.place, "printed": word.printed, "suggested": None, "low": None, "high": None,
        "reason": f"{what}; expected is {word.expected}" if word.expected else what, "score": 0.0, "ties": 1, "in_finding": True,
        "doubt": file.doubt, "agreement": "single", "other_reading": None, "page": word.page, "line": word.line,
    }  # fmt: skip


def localisability_rows(localisation: Localisation, report: Report) -> Iterator[Row]:
    """Rows of ``checks.localisability`` for the figures of one report."""
    for system in localisation.systems:
        for figure in system.figures:
            if figure.report_id == report.report_id:
                equations, rivals = localisation.answerable[figure.figure_id]
                yield {"figure_id": figure.figure_id, **_head(report), "equations": equations, "rivals": rivals}


def suggested_text(suspect: Suspect) -> str:
    """The suggested value with the figure's own digits."""
    if suspect.suggested is None:
        return "?"
    decimals = max(0, -int(step(suspect.figure).normalize().as_tuple().exponent))
    return f"{suspect.suggested:.{decimals}f}"
