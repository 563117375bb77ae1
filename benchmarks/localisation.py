"""How well wrong figures are found: seeded errors in reports that read clean, against fixed bars.

Run with ``python -m benchmarks.localisation`` (``--quick`` for a tenth of it); prints a table *bar / measured / pass* and exits with 1 if a bar
is missed.  The reports are those of the optional folder ``../shared`` (hand-checked cells where there are some, else as the readers read them);
without it there is nothing to measure.
Errors: one figure (digit, transposition, dropped digit, ×10, sign, +0.03), a value moved or swapped to the next column or row, two random figures.

Times are of the processor (one thread), so that other work on the machine does not count.

What belongs here: errors, counts and bars.  What may not: solving (``pipeline.reconciliation``).
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from expectations.confront import outcomes_of
from expectations.rules import RULES
from pipeline.model.contents import ReportContents
from pipeline.model.equations import Equation, Outcome, Sum
from pipeline.model.figures import Figure, figure_id
from pipeline.reconciliation.cover import Work
from pipeline.reconciliation.layout import row_of, row_order
from pipeline.reconciliation.localise import Limits, Localisation, localise
from pipeline.reconciliation.programme import Programme
from pipeline.reconciliation.substitution import substitute
from pipeline.reconciliation.system import build_system, may_be_negative
from pipeline.reports.read import read_report
from tests.golden import SHARED, folders, read_folder

KINDS = ("digit", "transposition", "dropped digit", "×10", "sign", "+0.03")
SUMMARY_FORMS = {
    "income_expenditure_summary", "income", "expenditure", "fiscal_appropriation_summary",
    "general_budget_expenditure", "government_fund", "state_capital",
}  # fmt: skip
ECONOMIC = "basic_expenditure_by_economic_class"
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Sample:
    """One report that reads clean, with every equation of the rules."""

    name: str
    figures: tuple[Figure, ...]
    equations: tuple[Equation, ...]

    def with_figures(self, changed: Sequence[Figure]) -> Sample:
        """The same report with some figures printed otherwise."""
        by_id = {f.figure_id: f for f in changed}
        return Sample(
            self.name,
            tuple(by_id.get(f.figure_id, f) for f in self.figures),
            tuple(substitute(e, by_id) for e in self.equations),
        )


@dataclass(frozen=True)
class Trial:
    """One injected error and what came of it."""

    sample: str
    kind: str
    wrong: tuple[Figure, ...]  # as they were
    printed: tuple[Figure, ...]  # as they are printed now
    found: Localisation
    seconds: float

    @property
    def truth(self) -> frozenset[str]:
        return frozenset(f.figure_id for f in self.wrong)

    @property
    def detected(self) -> bool:
        return bool(self.found.cases)

    @property
    def ties(self) -> int:
        product = 1
        for case in self.found.cases:
            product *= case.ties
        return product

    @property
    def rank(self) -> int | None:
        """0: every cause's best explanation is the truth; ``None``: the truth is not listed.  The worst rank over the causes."""
        worst, covered = 0, frozenset[str]()
        for case in self.found.cases:
            place = next((i for i, r in enumerate(case.explanations) if set(r.figure_ids) <= self.truth), None)
            if place is None:
                return None
            worst = max(worst, place)
            covered |= frozenset(case.explanations[place].figure_ids)
        return worst if covered == self.truth else None

    @property
    def value_exact(self) -> bool:
        """Whether every wrong figure is suggested its true value (in the explanation that is true)."""
        right = {f.figure_id: f.amount for f in self.wrong}
        for case in self.found.cases:
            true = next((r for r in case.explanations if set(r.figure_ids) <= self.truth), None)
            if true is None or any(s.suggested != right[s.figure.figure_id] for s in true.suspects):
                return False
        return True


# ---------------------------------------------------------------- reports


def outcomes(contents: ReportContents) -> list[Outcome]:
    """Every equation that must hold for a report, decided."""
    must = (rule for rule in RULES.values() if rule.severity == "error")
    return [o for rule in must for o in outcomes_of(rule, contents) if isinstance(o, Outcome)]


def reports() -> Iterator[tuple[str, ReportContents]]:
    """The hand-checked reports, then those that only the readers know, one a publisher and year."""
    seen = set()
    for folder in folders():
        contents = read_folder(folder)
        if (contents.report.publisher, contents.report.fiscal_year) not in seen:
            seen.add((contents.report.publisher, contents.report.fiscal_year))
            yield folder.name, contents
    for path in sorted((SHARED / "reports").iterdir()) if (SHARED / "reports").is_dir() else ():
        contents = _forms_only(read_report(path.read_bytes()))
        if (contents.report.publisher, contents.report.fiscal_year) not in seen:
            yield path.name, contents


def _forms_only(contents: ReportContents) -> ReportContents:
    """The forms of a report: its narrative and annexes have inconsistencies of their own."""
    tables = {name: rows for name, rows in contents.tables.items() if name == "core.forms"}
    return ReportContents(contents.report, tuple(f for f in contents.figures if f.section == "form"), tables)


def clean_samples() -> list[Sample]:
    """The reports in which no equation that must hold is violated."""
    samples = []
    for name, contents in reports():
        decided = outcomes(contents)
        if not any(o.verdict == "violated" for o in decided):
            samples.append(Sample(name, contents.figures, tuple(o.equation for o in decided)))
    return samples


def with_spoken_three_public(sample: Sample) -> Sample:
    """The sample with a second printing of each three-public amount, as a narrative that itemises them gives it."""
    figures, equations = list(sample.figures), list(sample.equations)
    for order, f in enumerate(f for f in sample.figures if f.statement == "three_public" and f.value):
        spoken = replace(
            f,
            figure_id=figure_id(f.report_id, "narrative", "narrative", None, order, f.measure),
            section="narrative", statement="narrative", side=None, row_no=str(order),
        )  # fmt: skip
        figures.append(spoken)
        equations.append(Equation("spoken", f.report_id, f"spoken {f.measure}", Sum.of(spoken), Sum.of(f)))
    return Sample(sample.name, tuple(figures), tuple(equations))


# ---------------------------------------------------------------- errors


def _reprinted(figure: Figure, value: Decimal | None) -> Figure:
    return replace(figure, value=value, printed="" if value is None else f"{value:.2f}")


def misprint(rng: random.Random, figure: Figure, kind: str) -> Figure | None:
    """The figure printed with one error of the kind; ``None`` where its digits do not allow it."""
    value = figure.amount
    digits = str(int(abs(value) / CENT))
    sign = -1 if value < 0 else 1
    wrong: Decimal | None = None
    if kind == "digit":
        i = rng.randrange(len(digits))
        other = rng.choice([d for d in "0123456789" if d != digits[i]])
        wrong = sign * int(digits[:i] + other + digits[i + 1 :]) * CENT
    elif kind == "transposition":
        places = [i for i in range(len(digits) - 1) if digits[i] != digits[i + 1]]
        if places:
            i = rng.choice(places)
            wrong = sign * int(digits[:i] + digits[i + 1] + digits[i] + digits[i + 2 :]) * CENT
    elif kind == "dropped digit" and len(digits) > 1:
        i = rng.randrange(len(digits))
        wrong = sign * int(digits[:i] + digits[i + 1 :]) * CENT
    elif kind == "×10":
        wrong = value * 10
    elif kind == "sign":
        wrong = -value
    elif kind == "+0.03":
        wrong = value + Decimal("0.03")
    return None if wrong is None or wrong == value else _reprinted(figure, wrong)


def _targets(sample: Sample, statements: set[str] | None = None) -> list[Figure]:
    used = {f.figure_id for e in sample.equations for f in e.figures()}
    return [
        f for f in sample.figures if f.value and f.figure_id in used and f.section == "form" and (statements is None or f.statement in statements)
    ]


def point_errors(samples: Sequence[Sample], count: int, rng: random.Random, statements: set[str] | None = None) -> Iterator[Trial]:
    """``count`` errors in one figure each, kinds and reports in turn."""
    pools = [(s, t) for s in samples if (t := _targets(s, statements))]
    turns = itertools.cycle(itertools.product(KINDS, pools))
    made = 0
    while made < count:
        kind, (sample, targets) = next(turns)
        figure = rng.choice(targets)
        wrong = misprint(rng, figure, kind)
        if wrong is not None:
            made += 1
            yield _try(sample, kind, (figure,), (wrong,))


def moves(samples: Sequence[Sample], count: int, rng: random.Random) -> Iterator[Trial]:
    """``count`` values that changed places with the next column's or the next row's (often a blank or zero cell)."""
    neighbours = [(s, list(_neighbours(s))) for s in samples]
    turns = itertools.cycle(itertools.product(("column", "row"), neighbours))
    made = 0
    while made < count:
        kind, (sample, pairs) = next(turns)
        here, there = rng.choice([p[:2] for p in pairs if p[2] == kind])
        made += 1
        yield _try(sample, kind, (here, there), (_reprinted(here, there.value), _reprinted(there, here.value)))


def _neighbours(sample: Sample) -> Iterator[tuple[Figure, Figure, str]]:
    rows: dict[tuple[str, str | None, tuple[tuple[int, str], ...]], dict[str, Figure]] = {}
    for f in sample.figures:
        if f.section == "form":
            rows.setdefault((f.statement, f.side, row_order(row_of(f))), {})[f.measure] = f
    used = {f.figure_id for f in _targets(sample)}
    below: dict[tuple[str, str | None], list[dict[str, Figure]]] = {}
    for key in sorted(rows, key=lambda k: (k[0], k[1] or "", k[2])):
        below.setdefault(key[:2], []).append(rows[key])
        cells = list(rows[key].values())
        for here, there in itertools.pairwise(cells):
            if here.figure_id in used and here.amount != there.amount:
                yield here, there, "column"
    for table in below.values():
        for one, other in itertools.pairwise(table):
            for measure, here in one.items():
                there_ = other.get(measure)
                if there_ is not None and here.figure_id in used and here.amount != there_.amount:
                    yield here, there_, "row"


def shifts(samples: Sequence[Sample], count: int, rng: random.Random) -> Iterator[Trial]:
    """``count`` blocks of 3 to 20 amounts that stand one line too high or too low; the line that is left over is blank or repeats one."""
    pools = [(s, [c for c in _columns(s) if len(c) > 3]) for s in samples]
    turns = itertools.cycle(itertools.product((True, False), pools))
    made = 0
    while made < count:
        too_high, (sample, columns) = next(turns)
        column = rng.choice(columns)
        cells = column if too_high else column[::-1]
        length = rng.randint(3, min(20, len(cells) - 1))
        start = rng.randrange(len(cells) - length)
        block = cells[start : start + length + 1]
        left_over = rng.choice((None, block[-1].value))
        printed = [_reprinted(here, there.value) for here, there in itertools.pairwise(block)] + [_reprinted(block[-1], left_over)]
        wrong = [(true, now) for true, now in zip(block, printed, strict=True) if true.amount != now.amount]
        if len(wrong) >= 4:  # three amounts on wrong lines, and one that is lost
            made += 1
            yield _try(sample, f"{length} lines", tuple(t for t, _ in wrong), tuple(n for _, n in wrong))


def _columns(sample: Sample) -> list[list[Figure]]:
    """The amounts of each column of the forms, from top to bottom."""
    used = {f.figure_id for e in sample.equations for f in e.figures()}
    found: dict[tuple[str, str | None, str], list[Figure]] = {}
    for f in sample.figures:
        if f.section == "form" and f.figure_id in used:
            found.setdefault((f.statement, f.side, f.measure), []).append(f)
    return [sorted(cells, key=lambda f: row_order(row_of(f))) for cells in found.values()]


def pairs(samples: Sequence[Sample], count: int, rng: random.Random) -> Iterator[Trial]:
    """``count`` pairs of errors in two random figures of one report."""
    pools = [(s, _targets(s)) for s in samples]
    for made in range(count):
        sample, targets = pools[made % len(pools)]
        while True:
            one, other = rng.sample(targets, 2)
            wrong = [misprint(rng, f, rng.choice(KINDS)) for f in (one, other)]
            if wrong[0] is not None and wrong[1] is not None:
                break
        yield _try(sample, "pair", (one, other), (wrong[0], wrong[1]))


def _try(sample: Sample, kind: str, wrong: tuple[Figure, ...], printed: tuple[Figure, ...]) -> Trial:
    tampered = sample.with_figures(printed)
    start = time.process_time()
    found = localise(tampered.figures, tampered.equations)
    return Trial(sample.name, kind, wrong, printed, found, time.process_time() - start)


# ---------------------------------------------------------------- fast route against integer programming


def routes_agree(samples: Sequence[Sample], trial: Trial) -> bool:
    """Whether integer programming over the whole report gives the same smallest size and the same sets."""
    sample = next(s for s in samples if s.name == trial.sample).with_figures(trial.printed)
    system = build_system(sample.equations, sample.figures)
    wide = Limits(ties=500, listed=500)
    fast = localise(sample.figures, sample.equations, limits=wide)
    parts = [[frozenset(r.figure_ids) for r in case.explanations] for case in fast.cases]
    together = {frozenset().union(*choice) for choice in itertools.product(*parts)}
    exact = Programme(system).smallest(system.violated(), 500, Work(10**8))
    names = {frozenset(system.figures[c].figure_id for c in s) for s in exact.sets}
    return exact.complete and names == together


def digest(trials: Sequence[Trial]) -> str:
    """A hash of everything that localisation said, to the byte."""
    text = hashlib.sha256()
    for trial in trials:
        for case in trial.found.cases:
            text.update(f"{case.case_id}|{case.size}|{case.ties}|{case.complete}|{case.method}|{case.note}\n".encode())
            for r in case.explanations:
                text.update(f"{r.score}|{[(s.figure.figure_id, s.low, s.high, s.suggested, s.reasons) for s in r.suspects]}\n".encode())
    return text.hexdigest()


def _digests(count: int) -> list[str]:
    """The digest of one small series, from two processes with different hash seeds."""
    command = [sys.executable, "-m", "benchmarks.localisation", "--digest", str(count)]
    root = Path(__file__).resolve().parents[1]
    return [
        subprocess.run(command, cwd=root, env={**os.environ, "PYTHONHASHSEED": seed}, check=True, capture_output=True, text=True).stdout.strip()
        for seed in ("1", "2")
    ]


# ---------------------------------------------------------------- bars


@dataclass
class Table:
    """The printed table and whether every bar was met."""

    met: bool = True

    def bar(self, name: str, wanted: str, measured: float, holds: bool, detail: str = "") -> None:
        self.met &= holds
        shown = f"{measured:.4f}" if isinstance(measured, float) else str(measured)
        print(f"{'pass' if holds else 'MISS'}  {name:66} {wanted:>9}  {shown:>9}  {detail}", flush=True)


def share(trials: Sequence[Trial], test: Callable[[Trial], bool]) -> float:
    return sum(test(t) for t in trials) / len(trials) if trials else 1.0


def percentile(trials: Sequence[Trial], part: float) -> float:
    seconds = sorted(t.seconds for t in trials)
    return seconds[min(len(seconds) - 1, int(len(seconds) * part))] if seconds else 0.0


def first(trial: Trial) -> bool:
    return trial.rank == 0


def listed(trial: Trial) -> bool:
    return trial.rank is not None


def in_three(trial: Trial) -> bool:
    return trial.rank is not None and trial.rank < 3


def run(scale: float) -> bool:
    """Everything; ``scale`` 1 is the full series.  Returns whether every bar was met."""
    samples = clean_samples()
    if not samples:
        print("no hand-checked reports beside the repository (../shared): nothing measured")
        return True
    table = Table()
    print(f"{len(samples)} clean reports: {', '.join(s.name for s in samples)}")
    for name, contents in reports():
        equations = [o.equation for o in outcomes(contents)]
        start = time.process_time()
        found = localise(contents.figures, equations)
        seconds = time.process_time() - start
        table.bar(f"{name}: {len(found.cases)} cases, CPU s", "≤ 5", seconds, seconds <= 5)
    raised = sum(len(localise(s.figures, s.equations).cases) for s in samples)
    table.bar("cases on clean reports", "= 0", raised, raised == 0, f"of {len(samples)} reports")
    _points(table, samples, scale)
    moved = [t for t in moves(samples, int(360 * scale), random.Random(11)) if t.detected]
    table.bar("moves to the next column or row: both cells first", "≥ 0.95", share(moved, first), share(moved, first) >= 0.95,
              f"n={len(moved)} detected; listed {share(moved, listed):.4f}, p95 {percentile(moved, 0.95):.3f} s")  # fmt: skip
    double = [t for t in pairs(samples, int(300 * scale), random.Random(8)) if t.detected]
    table.bar("two figures: both listed", "≥ 0.93", share(double, listed), share(double, listed) >= 0.93, f"n={len(double)}")
    table.bar("two figures: both first", "≥ 0.88", share(double, first), share(double, first) >= 0.88,
              f"p95 {percentile(double, 0.95):.3f} s")  # fmt: skip
    blocks = [t for t in shifts(samples, int(300 * scale), random.Random(12)) if t.detected]
    together, economic = share(blocks, lambda t: len(t.found.cases) == 1), [t for t in blocks if t.wrong[0].statement == ECONOMIC]
    table.bar("blocks of 3 to 20 lines shifted by one: first", "≥ 0.95", share(blocks, _block_first), share(blocks, _block_first) >= 0.95,
              f"n={len(blocks)}, one case {together:.3f}, economic classes {share(economic, _block_first):.3f} of {len(economic)}, "
              f"p95 {percentile(blocks, 0.95):.3f} s")  # fmt: skip
    below = sum(_below_nothing(t) for t in (*moved, *double, *blocks))
    table.bar("repairs to less than nothing", "= 0", below, below == 0)
    sampled = [t for t in (*moved, *double) if t.ties <= 200][:: max(1, int(4 / max(scale, 0.5)))][: max(20, int(120 * scale))]
    same = share(sampled, lambda t: routes_agree(samples, t))
    table.bar("fast route and integer programme agree", "= 1", same, same == 1.0, f"n={len(sampled)}")
    one, other = _digests(max(12, int(60 * scale)))
    table.bar("two runs byte-identical", "= 1", float(one == other), one == other, one[:12])
    return table.met


def _block_first(trial: Trial) -> bool:
    """Whether the first explanation is a shifted block whose every amount stands on its true line then (a lost one within its rounding)."""
    true = {f.figure_id: f.amount for f in trial.wrong}
    for case in trial.found.cases:
        if case.method != "shifted block":
            return False
        for s in case.explanations[0].suspects:
            right = true.get(s.figure.figure_id, s.figure.amount)
            if s.low is None or s.high is None or not s.low - s.figure.resolution <= right <= s.high + s.figure.resolution:
                return False
    return bool(trial.found.cases)


def _rivals(trial: Trial) -> list[Figure]:
    """The figures that stand in exactly the equations of the wrong one."""
    wrong = trial.printed[0].figure_id
    system = next(s for s in trial.found.systems if wrong in s.index)
    rows = system.touching[system.index[wrong]]
    return [f for c, f in enumerate(system.figures) if f.figure_id != wrong and system.touching[c] == rows]


def _may_be_so_far_off(trial: Trial, rival: Figure) -> bool:
    """Whether the rival could be wrong by as much as the wrong figure is: no amount is below nothing."""
    return may_be_negative(rival) or rival.amount + trial.wrong[0].amount - trial.printed[0].amount >= 0


def _below_nothing(trial: Trial) -> int:
    """Suggested values below nothing for amounts that cannot be."""
    suspects = (s for c in trial.found.cases for r in c.explanations for s in r.suspects)
    return sum(s.suggested is not None and s.suggested < 0 and not may_be_negative(s.figure) for s in suspects)


def _points(table: Table, samples: Sequence[Sample], scale: float) -> None:
    trials = list(point_errors(samples, int(1080 * scale), random.Random(7)))
    large = [t for t in trials if abs(t.printed[0].amount - t.wrong[0].amount) > Decimal("0.10")]
    found = [t for t in trials if t.detected]
    print(f"one figure: {len(trials)} errors, {len(found)} detected")
    for kind in KINDS:
        of_kind = [t for t in trials if t.kind == kind]
        seen = [t for t in of_kind if t.detected]
        print(f"      {kind:16} n={len(of_kind):4} detected {share(of_kind, lambda t: t.detected):.3f}  unique "
              f"{share(seen, lambda t: t.ties == 1):.3f}  first {share(seen, first):.3f}  in three {share(seen, in_three):.3f}  "
              f"value {share(seen, lambda t: t.value_exact):.3f}")  # fmt: skip
    table.bar("one figure, shift > 0.10: detected", "= 1", share(large, lambda t: t.detected),
              all(t.detected for t in large), f"n={len(large)}")  # fmt: skip
    table.bar("one figure: the true figure is listed", "≥ 0.995", share(found, listed), share(found, listed) >= 0.995)
    table.bar("one figure: first, all forms", "≥ 0.95", share(found, first), share(found, first) >= 0.95)
    table.bar("one figure: in the first three, all forms", "≥ 0.98", share(found, in_three), share(found, in_three) >= 0.98)
    functional = [t for t in found if t.wrong[0].statement in SUMMARY_FORMS]
    table.bar("one figure: first, functional and summary forms", "≥ 0.99", share(functional, first),
              share(functional, first) >= 0.99, f"n={len(functional)}")  # fmt: skip
    exact = share(found, lambda t: t.value_exact)
    table.bar("one figure: suggested value exact", "≥ 0.97", exact, exact >= 0.97)
    table.bar("one figure: CPU seconds, p95", "≤ 0.05", percentile(trials, 0.95), percentile(trials, 0.95) <= 0.05,
              f"median {percentile(trials, 0.5):.3f}")  # fmt: skip
    economic = [t for t in point_errors(samples, int(200 * scale), random.Random(9), {ECONOMIC}) if t.detected]
    codes = [t for t in economic if len(t.wrong[0].code or "") == 5]
    table.bar("economic codes: first", "≥ 0.65", share(codes, first), share(codes, first) >= 0.65, f"n={len(codes)}")
    table.bar("economic codes: in the first three", "≥ 0.85", share(codes, in_three), share(codes, in_three) >= 0.85)
    declared = [t for t in codes if any(_may_be_so_far_off(t, r) for r in _rivals(t))]
    truthful = share(declared, lambda t: t.ties > 1)
    table.bar("economic codes that share their equations: ties declared", "= 1", truthful, truthful == 1.0, f"n={len(declared)}")
    spoken = [with_spoken_three_public(s) for s in samples]
    public = [t for t in point_errors(spoken, int(100 * scale), random.Random(10), {"three_public"}) if t.detected]
    table.bar("three-public with the narrative: first", "≥ 0.95", share(public, first), share(public, first) >= 0.95, f"n={len(public)}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the errors")
    parser.add_argument("--digest", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.digest:
        samples = clean_samples()
        series = [*point_errors(samples, arguments.digest, random.Random(3)), *moves(samples, arguments.digest, random.Random(4)),
                  *pairs(samples, arguments.digest, random.Random(5))]  # fmt: skip
        print(digest(series))
        return 0
    return 0 if run(0.1 if arguments.quick else 1.0) else 1


if __name__ == "__main__":
    raise SystemExit(main())
