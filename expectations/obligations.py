"""What ought to be checked of a report of its kind and year, and how much of it was: held, violated, not applicable, not evaluated, unread.

The catalogue is data (``obligations.toml``); its length for a kind and a year is the denominator, whatever a report prints.  Nothing is evaluated
here: an obligation's state is told by the instances that its rules gave.
What belongs here: the catalogue, and states from outcomes.  What may not: a rule.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any, Literal

from expectations.rules import RULES
from pipeline.lexicon import places
from pipeline.lexicon.forms import FORM_BY_KEY
from pipeline.model.contents import ReportContents

Row = Mapping[str, Any]
State = Literal["held", "violated", "not_applicable", "not_evaluated", "unread"]

_FILE = Path(__file__).with_name("obligations.toml")
#: Annexes: their parts' kinds, by which it is told whether a report has any.
_ANNEXES = ("self_evaluation_summary", "self_evaluation", "evaluation")
#: Parts that no place names: every instance of their rules is theirs.
_WHOLE = ("document", "codes", "cross", "narrative", "beside", *_ANNEXES)


@dataclass(frozen=True, slots=True)
class Obligation:
    """One thing that ought to be checked: of a ``part``, by ``rules`` (patterns of ids)."""

    part: str
    name: str
    english: str
    chinese: str
    rules: tuple[str, ...]
    of: str = ""
    since: int | None = None
    until: int | None = None

    @property
    def key(self) -> str:
        return f"{self.part}.{self.name}"

    def applies(self, kind: str, year: int) -> bool:
        """Whether a report of a publisher's kind and a year ought to be checked for it."""
        return (not self.of or self.of == kind) and (self.since or 0) <= year <= (self.until or 9999)

    @property
    def of_narrative(self) -> bool:
        """Whether its part is a section of the narrative; some bear the names of the forms that they tell of."""
        return any(pattern.startswith("narrative_") for pattern in self.rules)

    def has(self, rule_id: str) -> bool:
        """Whether the rule is one of its own; told by patterns, so asked once a rule (:func:`_obliged_by`), never once a report."""
        return any(fnmatchcase(rule_id, pattern) for pattern in self.rules)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All obligations, and the version of the catalogue."""

    version: str
    obligations: tuple[Obligation, ...]

    def of(self, kind: str, year: int) -> list[Obligation]:
        """Those of a publisher's kind and a fiscal year."""
        return [o for o in self.obligations if o.applies(kind, year)]


@cache
def catalogue() -> Catalogue:
    """The catalogue of the project.  Raises ``ValueError`` where two obligations bear one name."""
    raw = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    found = [
        Obligation(part, e["name"], e["en"], e["zh"], tuple(e["rules"]), e.get("of", ""), e.get("since"), e.get("until"))
        for e in raw["obligation"]
        for part in e["parts"]
    ]
    if len({o.key for o in found}) != len(found):
        raise ValueError(f"{_FILE.name}: two obligations bear one name")
    return Catalogue(raw["version"], tuple(found))


@cache
def _obliged_by(rule_id: str) -> tuple[str, ...]:
    """The obligations, by key, that a rule tells of."""
    return tuple(o.key for o in catalogue().obligations if o.has(rule_id))


# ---------------------------------------------------------------- states


def obligation_rows(contents: ReportContents, equations: Iterable[Row]) -> list[dict[str, Any]]:
    """The rows of ``checks.obligations`` of one report; ``equations`` are its rows of ``checks.equations``."""
    report, whole = contents.report, catalogue()
    held = _Held(contents, list(equations))
    rows = []
    for obligation in whole.of(report.publisher_kind, report.fiscal_year):
        instances = held.instances(obligation)
        state, reason = held.state(obligation, instances)
        rows.append(
            {
                "report_id": report.report_id, "publisher": report.publisher, "fiscal_year": report.fiscal_year, "obligation": obligation.key,
                "part": obligation.part, "title": obligation.english, "title_zh": obligation.chinese, "state": state, "reason": reason or None,
                "instances": len(instances), "catalogue": whole.version,
            }
        )  # fmt: skip
    return rows


class _Held:
    """The instances of one report's rules by obligation."""

    def __init__(self, contents: ReportContents, equations: Sequence[Row]) -> None:
        by_rule: dict[str, list[Row]] = {}
        for row in equations:
            by_rule.setdefault(str(row["rule_id"]), []).append(row)
        self._rows = by_rule
        self._rules: dict[str, list[str]] = {}
        for rule in by_rule:
            for key in _obliged_by(rule):
                self._rules.setdefault(key, []).append(rule)
        self._standing: dict[tuple[str, str], list[Row]] = {}
        self._parts: dict[tuple[str, str], list[Row]] = {}
        for part in contents.rows_of("core.parts"):
            self._parts.setdefault((str(part["kind"]), str(part["concept"])), []).append(part)
            self._parts.setdefault((str(part["kind"]), ""), []).append(part)
        self._forms = {str(r["statement"]): r for r in contents.rows_of("core.forms")}
        self._sections: dict[str, set[str]] = {}
        for table in ("core.statements", "core.remarks"):
            for row in contents.rows_of(table):
                if section := str(row["section"]):
                    self._sections.setdefault(str(row["part"]), set()).add(section)

    def instances(self, obligation: Obligation) -> list[Row]:
        """The instances of its rules that stand in its part."""
        rules = self._rules.get(obligation.key, ())
        if obligation.part in _WHOLE:
            return [r for rule in rules for r in self._rows[rule]]
        return [r for rule in rules for r in self._standing_in(rule, obligation.part)]

    def _standing_in(self, rule: str, part: str) -> list[Row]:
        """The instances of a rule in a part, told once: several obligations ask for them."""
        key = (rule, part)
        if key not in self._standing:
            rows = self._rows[rule]
            if part in FORM_BY_KEY and not rule.startswith("narrative_"):
                title = places.title(part)
                self._standing[key] = [r for r in rows if r["place"].startswith(title)]
            else:
                sections, short = tuple(self._sections.get(part, ())), _SHORT_TITLES.get(part)
                self._standing[key] = [r for r in rows if _is_told_in(r["place"], sections, short)]
        return self._standing[key]

    def state(self, obligation: Obligation, rows: Sequence[Row]) -> tuple[State, str]:
        """The state of an obligation with these instances, and the ground or the missing operand where it was not decided."""
        broken = [r for r in rows if r["verdict"] == "violated"]
        ours = [r for r in broken if _kind(r) in _OURS]
        if any(_severity(r) != "info" and r not in ours for r in broken):
            return "violated", ""
        if ours:
            return "unread", f"{len(ours)} parts or numbers of it are not read, the first in {ours[0]['place']}"
        if any(r["verdict"] != "not_evaluated" for r in rows):
            return "held", f"{len(broken)} remarks" if broken else ""
        if unread := self._unread(obligation):
            return "unread", unread
        if ground := self._ground(obligation, rows):
            return "not_applicable", ground
        return "not_evaluated", self._lacking(obligation, rows)

    def _own_parts(self, obligation: Obligation) -> list[Row]:
        """The printed parts of a report that the obligation is about."""
        if obligation.part in _ANNEXES:
            return self._parts.get((obligation.part, ""), [])
        return self._parts.get(("narrative", obligation.part), []) if obligation.of_narrative else []

    def _unread(self, obligation: Obligation) -> str:
        """Why its part was not read, where it was not."""
        form = None if obligation.of_narrative else self._forms.get(obligation.part)
        if form is not None:
            return str(form.get("problem") or "it was found and not understood") if form["state"] == "unread" else ""
        found = self._own_parts(obligation)
        unread = [p for p in found if p["state"] == "unread"]
        return str(unread[0]["reason"] or "it was found and not understood") if unread and len(unread) == len(found) else ""

    def _ground(self, obligation: Obligation, rows: Sequence[Row]) -> str:
        """Why nothing ought to be checked, where nothing ought to."""
        form = self._forms.get(_FORM_OF.get(obligation.part, obligation.part))
        if form is not None and str(form["state"]) in _GROUNDS:
            return _GROUNDS[str(form["state"])]
        if rows and all(r["reason"] == _NOTHING for r in rows):
            return _NOTHING
        if form is not None and form["state"] in ("read", "repeated") and rows and all(_of_columns(str(r["reason"])) for r in rows):
            return "the form is read, and has no such columns"
        if form is not None and not obligation.of_narrative:
            return "the form is read, and prints nothing of the kind" if not rows and form["state"] in ("read", "repeated") else ""
        if obligation.part in _ANNEXES and not self._parts.get((obligation.part, "")):
            return "no such annex is printed"
        found = self._own_parts(obligation)
        read = bool(found) and all(p["state"] in ("read", "other", "empty") for p in found)
        return "its parts are read, and print nothing of the kind" if read and not rows else ""

    def _lacking(self, obligation: Obligation, rows: Sequence[Row]) -> str:
        """What is missing for it."""
        reasons = [str(r["reason"]) for r in rows if r["reason"]]
        if reasons:
            return reasons[0]
        if not obligation.of_narrative and obligation.part in self._forms:
            return f"not found: {places.title(obligation.part)}"
        if obligation.part == "beside":
            return "not found: the other reports that it ought to be held against"
        return "not found: the part of the report that it is about"


#: Kinds of findings that say what our reading lacks; the publisher has broken nothing there.
_OURS = ("extraction_doubt", "unread_part")
_NOTHING = "nothing is printed in any operand"
_NO_COLUMN = re.compile(r"not found: column [^;]+(; column [^;]+)*")
_GROUNDS = {"empty": "the form says that it has no data", "not_required": "the body has no such money, and need not print the form"}
#: Sections named otherwise than the form that they tell of.
_FORM_OF = {"fund": "government_fund"}
#: How places name a section whose heading they do not give.
_SHORT_TITLES = {"three_public": "“三公”经费", "procurement": "政府采购", "assets": "国有资产", "performance": "预算绩效", "fund": "政府性基金"}


def _is_told_in(place: str, sections: tuple[str, ...], title: str | None) -> bool:
    """Whether a place is in one of some sections of the narrative, or under a title that stands for one."""
    told = place.removeprefix("情况说明 ")
    return told.startswith(sections) or told.partition(" / ")[0] == title


def _of_columns(reason: str) -> bool:
    """Whether an instance lacks columns alone: provinces print a form with balances or without."""
    return bool(_NO_COLUMN.fullmatch(reason))


def _kind(row: Row) -> str:
    rule = RULES.get(str(row["rule_id"]))
    return rule.kind if rule is not None else ""


def _severity(row: Row) -> str:
    rule = RULES.get(str(row["rule_id"]))
    return rule.severity if rule is not None else "error"


def tally(rows: Iterable[Row]) -> Iterator[tuple[str, int]]:
    """How many obligations are in each state, and of how many in all."""
    states = [str(r["state"]) for r in rows]
    yield from ((s, states.count(s)) for s in ("held", "violated", "not_applicable", "not_evaluated", "unread"))
