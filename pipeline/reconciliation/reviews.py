"""Who works on a case, and who has signed a report off: entries beside the decisions, in the same folder.

A ``[[review]]`` says who looks at an open case and how far it is; a ``[[sign_off]]`` that a person has gone through a report, as its
document was: another edition of the document invalidates it.  Neither changes a finding or a value.

What belongs here: the two formats, and the state of a case.  What may not: decisions (``adjudications``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

#: The state of a case: nobody has looked, somebody does, it is decided, or what was decided no longer meets what is printed.
State = Literal["open", "reviewing", "decided", "stale"]
KINDS = ("review", "sign_off")


class _Signed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    report: str = Field(min_length=1)
    author: str = Field(min_length=1, pattern=r"\S")
    date: dt.date
    note: str = ""


class Review(_Signed):
    """How far an open case is, and whose it is; ``findings`` those that the case had, by which it is found again under another name."""

    case: str = Field(min_length=1)
    findings: tuple[str, ...] = Field(default=(), strict=False)
    state: Literal["open", "reviewing"] = "reviewing"
    assignee: str = ""


class SignOff(_Signed):
    """A person has gone through a report, whose document has that hash."""

    document: str = Field(min_length=1)


def read(content: Mapping[str, Any], name: str) -> tuple[list[Review], list[SignOff], list[str]]:
    """The reviews and sign-offs of one file's content, and what is wrong with the others."""
    found: dict[str, list[Any]] = {kind: [] for kind in KINDS}
    problems: list[str] = []
    for kind, model in (("review", Review), ("sign_off", SignOff)):
        entries = content.get(kind, [])
        for number, entry in enumerate(entries if isinstance(entries, list) else [entries], 1):
            try:
                found[kind].append(model.model_validate(entry))
            except ValidationError as error:
                problems += [f"{name} {kind} {number}: {'.'.join(map(str, e['loc'])) or kind}: {e['msg']}" for e in error.errors()]
    return found["review"], found["sign_off"], problems


def in_force(reviews: Sequence[Review], cases: Mapping[str, Sequence[str]]) -> tuple[dict[str, Review], list[Review]]:
    """The review of each case (the latest, and of one day the last), and those that meet none; ``cases`` have their findings."""
    found: dict[str, Review] = {}
    unmet: list[Review] = []
    owner = {key: case for case, findings in cases.items() for key in findings}
    for review in sorted(reviews, key=lambda r: r.date):
        case = review.case if review.case in cases else next((owner[key] for key in review.findings if key in owner), "")
        if case:
            found[case] = review
        else:
            unmet.append(review)
    return found, unmet


def unmet_rows(reviews: Sequence[Review], fiscal_year: int) -> Iterator[dict[str, Any]]:
    """Rows of ``checks.adjudications`` for the reviews of cases that occur no more."""
    for r in reviews:
        yield {
            "entry": f"review of {r.case}", "fiscal_year": fiscal_year, "report_id": r.report, "subject": r.case, "verdict": None, "state": "stale",
            "why": f"no such case occurs: {r.case}", "reason": r.note or None, "author": r.author, "decided_on": r.date.isoformat(), "expires": None,
        }  # fmt: skip


def state_row(review: Review | None, *, decided: bool, stale: bool) -> dict[str, Any]:
    """The columns of a case that say how far it is."""
    state: State = "decided" if decided else "stale" if stale else review.state if review else "open"
    return {"state": state, "assignee": (review.assignee or None) if review else None, "remark": (review.note or None) if review else None}


def sign_off_rows(sign_offs: Sequence[SignOff], report_id: str, publisher: str, fiscal_year: int, document: str) -> Iterator[dict[str, Any]]:
    """Rows of ``checks.sign_offs`` for one report as its ``document`` is now."""
    for s in sign_offs:
        if s.report == report_id:
            yield {
                "report_id": report_id, "publisher": publisher, "fiscal_year": fiscal_year, "document_sha256": s.document, "signed_by": s.author,
                "signed_on": s.date.isoformat(), "note": s.note or None, "state": "valid" if s.document == document else "superseded",
            }  # fmt: skip
