#!/usr/bin/env python3
"""How many wrong figures the rules see: one printed figure of a clean report changed at a time.

    python benchmarks/detection.py [FOLDER …] [--warehouse FILE] [--seed N] [--missed N]

Takes clean reports: hand-checked folders (``cells.csv`` + ``report.txt``; by default those of ``../shared``), or the reports of a
warehouse.  Reports in which an identity is violated as they stand are left out.  Every printed figure of the forms gets six
kinds of change; a change is detected when an equation becomes violated that was not.  Only the equations that hold the
figure are evaluated again, with the same evaluator; a seeded sample is confronted anew in full to show that this is the same.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import duckdb  # noqa: E402
import golden  # noqa: E402

from expectations.confront import confront  # noqa: E402
from expectations.rules import RULES  # noqa: E402
from pipeline.lexicon.places import place_of  # noqa: E402
from pipeline.model.contents import ReportContents  # noqa: E402
from pipeline.model.equations import Equation, Outcome, Sum, evaluate  # noqa: E402
from pipeline.model.figures import Figure  # noqa: E402
from pipeline.store.rows import figure_of, report_of  # noqa: E402

DEMANDED = Decimal("0.99")
LARGE = Decimal("1.00")
SIZES = ((Decimal(0), Decimal("0.10")), (Decimal("0.10"), LARGE), (LARGE, Decimal(100)), (Decimal(100), Decimal("Infinity")))


# ---------------------------------------------------------------- the six kinds of change


def _digits(value: Decimal, resolution: Decimal) -> tuple[str, int]:
    """The printed digits of an amount, and how many of them follow the point."""
    decimals = max(0, -int(resolution.as_tuple().exponent))
    return str(int(abs(value).scaleb(decimals))).rjust(decimals + 1, "0"), decimals


def _amount(digits: str, decimals: int, value: Decimal) -> Decimal:
    amount = Decimal(int(digits)).scaleb(-decimals)
    return -amount if value < 0 else amount


def digit(value: Decimal, resolution: Decimal, rng: random.Random) -> Decimal | None:
    """One digit read as another."""
    digits, decimals = _digits(value, resolution)
    at = rng.randrange(len(digits))
    other = rng.choice([d for d in "0123456789" if d != digits[at]])
    return _amount(digits[:at] + other + digits[at + 1 :], decimals, value)


def transposition(value: Decimal, resolution: Decimal, rng: random.Random) -> Decimal | None:
    """Two neighbouring digits exchanged; ``None`` where all are equal."""
    digits, decimals = _digits(value, resolution)
    places = [i for i in range(len(digits) - 1) if digits[i] != digits[i + 1]]
    if not places:
        return None
    at = rng.choice(places)
    return _amount(digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :], decimals, value)


def dropped(value: Decimal, resolution: Decimal, rng: random.Random) -> Decimal | None:
    """One digit before the point left out; ``None`` where there is only one, which nobody drops."""
    digits, decimals = _digits(value, resolution)
    whole = len(digits) - decimals
    if whole < 2:
        return None
    at = rng.randrange(whole)
    return _amount(digits[:at] + digits[at + 1 :], decimals, value)


def tenfold(value: Decimal, resolution: Decimal, rng: random.Random) -> Decimal | None:
    return value * 10


def sign(value: Decimal, resolution: Decimal, rng: random.Random) -> Decimal | None:
    return -value


def slightly_more(value: Decimal, resolution: Decimal, rng: random.Random) -> Decimal | None:
    return value + Decimal("0.03")


CHANGES: dict[str, Callable[[Decimal, Decimal, random.Random], Decimal | None]] = {
    "digit": digit,
    "transposition": transposition,
    "dropped digit": dropped,
    "×10": tenfold,
    "sign": sign,
    "+0.03": slightly_more,
}


# ---------------------------------------------------------------- one report


@dataclass(frozen=True)
class Trial:
    """One change, and whether it was seen."""

    report: str
    figure: Figure
    kind: str
    changed: Decimal
    detected: bool
    why_not: str = ""

    @property
    def size(self) -> Decimal:
        return abs(self.changed - self.figure.amount)


def _replaced(side: Sum, figure: Figure, wrong: Figure) -> Sum:
    return replace(side, terms=tuple((c, wrong if f.figure_id == figure.figure_id else f) for c, f in side.terms))


def _with(equation: Equation, figure: Figure, wrong: Figure) -> Equation:
    left, right = equation.left, equation.right
    if not isinstance(left, Sum) or not isinstance(right, Sum):
        raise TypeError(f"the identities of the forms are sums: {equation.rule_id}")
    return replace(equation, left=_replaced(left, figure, wrong), right=_replaced(right, figure, wrong))


def _why_not(equations: list[Equation], outcomes: list[Outcome]) -> str:
    if not equations:
        return "in no equation that was evaluated"
    if all(e.relation == ">=" for e in equations):
        return "in inequalities only"
    rounding = max((o.slack for o in outcomes if o.slack is not None), default=Decimal(0))
    return f"within rounding in all of its {len(equations)} equations (up to {rounding.normalize():f} to spare)"


def trials(name: str, contents: ReportContents, rng: random.Random) -> Iterator[Trial]:
    """Every change of every printed figure of the forms."""
    holding: dict[str, list[Equation]] = defaultdict(list)
    for outcome in confront(contents).outcomes:
        if isinstance(outcome, Outcome) and not outcome.equation.missing:
            for key in {f.figure_id for f in outcome.equation.figures()}:
                holding[key].append(outcome.equation)
    for figure in contents.figures:
        if figure.value is None or figure.section != "form":
            continue
        for kind, change in CHANGES.items():
            changed = change(figure.value, figure.resolution, rng)
            if changed is None or changed == figure.value:
                continue
            wrong = replace(figure, value=changed)
            equations = holding[figure.figure_id]
            outcomes = [evaluate(_with(e, figure, wrong)) for e in equations]
            seen = any(o.verdict == "violated" for o in outcomes)
            yield Trial(name, figure, kind, changed, seen, "" if seen else _why_not(equations, outcomes))


def detected_in_full(contents: ReportContents, trial: Trial) -> bool:
    """The same change, the whole report confronted anew."""
    wrong = replace(trial.figure, value=trial.changed)
    figures = tuple(wrong if f.figure_id == wrong.figure_id else f for f in contents.figures)
    return bool(identity_findings(replace(contents, figures=figures)))


def identity_findings(contents: ReportContents) -> list[str]:
    """The places of violated identities (errors) in a report."""
    findings = confront(contents).findings
    return [f["place"] for f in findings if f["severity"] == "error" and f["kind"] in ("form_identity", "cross_form")]


# ---------------------------------------------------------------- reports


def from_warehouse(path: Path) -> Iterator[tuple[str, ReportContents]]:
    """The reports of a warehouse, with the figures of their forms."""
    with duckdb.connect(str(path), read_only=True) as con:

        def select(table: str, where: str, *values: object) -> list[dict[str, Any]]:
            result = con.execute(f"select * from {table} where {where}", list(values))
            names = [d[0] for d in result.description]
            return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

        for row in sorted(select("core.reports", "true"), key=lambda r: str(r["report_id"])):
            about = report_of(row)
            figures = select("core.figures", "section = 'form' and report_id = ?", about.report_id)
            tables = {"core.forms": tuple(select("core.forms", "report_id = ?", about.report_id))}
            yield f"{about.publisher} {about.fiscal_year}", ReportContents(about, tuple(map(figure_of, figures)), tables)


def reports(folders: list[Path], warehouse: Path | None) -> Iterator[tuple[str, ReportContents]]:
    if warehouse is not None:
        yield from from_warehouse(warehouse)
    for folder in folders or ([] if warehouse else golden.folders()):
        yield folder.name, golden.read_folder(folder)


# ---------------------------------------------------------------- the tables


def _share(trials: Iterable[Trial]) -> str:
    every = list(trials)
    seen = sum(t.detected for t in every)
    return f"{seen:6}/{len(every):<6} {100 * seen / len(every):6.2f} %" if every else f"{'–':>13}"


def show(done: list[Trial], missed: int) -> None:
    print("\nby kind of change")
    for kind in CHANGES:
        of_kind = [t for t in done if t.kind == kind]
        print(f"  {kind:14}{_share(of_kind)}   ≥ 1.00: {_share(t for t in of_kind if t.size >= LARGE)}")
    print("by size of change (万元)")
    for low, high in SIZES:
        print(f"  {low} ≤ change < {high:<9}{_share(t for t in done if low <= t.size < high)}")
    print("by form")
    for statement in golden.FORMS:
        print(f"  {statement:38}{_share(t for t in done if t.figure.statement == statement)}")
    lost = [t for t in done if not t.detected]
    print(f"missed: {len(lost)}, of them {sum(t.size >= LARGE for t in lost)} of 1.00 or more")
    for reason, count in Counter(t.why_not.split(" (")[0] for t in lost).most_common():
        print(f"  {count:5}  {reason}")
    for t in sorted(lost, key=lambda t: -t.size)[:missed]:
        print(f"    {t.report}: {place_of(t.figure)}: {t.figure.printed} → {t.changed} ({t.kind}): {t.why_not}")


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("folders", nargs="*", type=Path)
    ask.add_argument("--warehouse", type=Path)
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--missed", type=int, default=20, help="how many missed changes to list, largest first")
    ask.add_argument("--sample", type=int, default=20, help="how many changes a report to confront anew in full")
    args = ask.parse_args()
    rng = random.Random(args.seed)
    done: list[Trial] = []
    differing = 0
    for name, contents in reports(args.folders, args.warehouse):
        violated = identity_findings(contents)
        if violated:
            print(f"{name}: not clean ({len(violated)} violated identities), left out")
            continue
        start = time.perf_counter()
        of_report = list(trials(name, contents, rng))
        seconds = time.perf_counter() - start
        sample = rng.sample(of_report, min(args.sample, len(of_report)))
        differing += sum(detected_in_full(contents, t) != t.detected for t in sample)
        print(f"{name}: {len(of_report)} changes, {_share(of_report).strip()}, {seconds:.1f} s")
        done.extend(of_report)
    if not done:
        print(f"no clean report to change ({len(RULES)} rules); give folders or a warehouse")
        return 2
    show(done, args.missed)
    print(f"confronted anew in full: {differing} differ")
    large = [t for t in done if t.size >= LARGE]
    share = Decimal(sum(t.detected for t in large)) / len(large)
    print(f"changes of 1.00 or more detected: {100 * share:.2f} % (demanded: {100 * DEMANDED:.0f} %)")
    return 0 if share >= DEMANDED and not differing else 1


if __name__ == "__main__":
    sys.exit(main())
