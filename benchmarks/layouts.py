"""How well the reader reads layouts that it has not seen: ``python benchmarks/layouts.py --n 60 --seed 1``.

Typesets sample and invented figures under random layouts, as PDF and as text of both flavours, reads them back, and compares every
cell with what was printed, as the acceptance measure does (equal, wrong, missing, extra).  Prints, by option of the
layout, how often a report with it went wrong, and for each failing report its number, options and first differences;
``--number`` repeats one, ``--write`` keeps the documents that failed.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.cell_measure import Outcome, read_and_compare, tally
from samples.as_text import TextStyle, as_text, random_style
from samples.build import read_input, sample_folders
from samples.figures import Line, ReportFigures, TruthCell
from samples.forms import form_order
from samples.invented import invented
from samples.layout import ASKED_FOR, CHOICES, Layout, as_options, possible, random_layout
from samples.report import ReportText, printed_forms, typeset


def scaled(figures: ReportFigures, factor: int) -> ReportFigures:
    """The same report ``factor`` times as large: every identity holds or fails as before."""

    def line(x: Line) -> Line:
        return replace(x, values={m: None if v is None else v * factor for m, v in x.values.items()})

    return replace(figures, forms={form: tuple(map(line, lines)) for form, lines in figures.forms.items()})


NEEDS: dict[str, dict[str, Any]] = {"code_style=merged": {"code_columns": 3}, "total_row=header": {"code_columns": 3}}


DRAWN = {
    "rules",
    "label_width",
    "font_size",
    "page_fill",
    "cut_rows",
    "furniture",
    "running_head",
    "orientation",
    "number_shift",
    "number_align",
    "number_font",
    "draw_order",
    "own_page",
    "open_break",
    "overflow_page",
    "shade_header",
    "repeat_header",
    "title_place",
}  # options that a text does not show
STYLES: dict[str, tuple[Any, ...]] = {
    "text_flavour": ("tabs",),
    "text_double_spaced": (False,),
    "text_trailing_blanks": (False,),
    "text_label_letters": (5, 14, 40),
    "text_page_rows": (15, 60),
    "text_repeat_header": (False,),
    "text_furniture": (False,),
    "text_glued_head": (True,),
    "text_form_feed": (False,),
}


def single_changes(medium: str) -> list[dict[str, Any]]:
    """The plain layout with one option changed at a time (and what that option needs), the unchanged one first."""
    plain = asdict(Layout())
    choices = CHOICES if medium == "pdf" else {**{k: v for k, v in CHOICES.items() if k not in DRAWN}, **STYLES}
    changes = [
        {},
        *({name: value} for name, values in choices.items() for value in dict.fromkeys(values) if value != plain.get(name)),
    ]
    return [{**change, **{k: v for n, x in change.items() for k, v in NEEDS.get(f"{n}={x}", {}).items()}} for change in changes]


def draw(number_: int, seed: int, fixed: Mapping[str, Any], plain: bool) -> tuple[str, ReportFigures, Layout, ReportText, random.Random]:
    """The figures, layout and words of one numbered document; ``fixed`` options stand whatever was drawn."""
    rng = random.Random(f"{seed}/{number_}")
    layout = random_layout(rng)
    if not plain:
        layout = replace(layout, **{k: getattr(Layout(), k) for k, v in asdict(layout).items() if f"{k}={v}" in fixed.get("without", ())})
    layout = possible(replace(Layout() if plain else layout, **{k: v for k, v in fixed.items() if k in CHOICES}))
    if plain:
        rng = random.Random(f"{seed}")  # the same figures under every layout
    folders = sample_folders()
    named = next((f for f in folders if f.name == fixed.get("figures")), None)
    if (rng.random() < 0.5 and "figures" not in fixed) or named:
        folder = named or rng.choice(folders)
        figures, _, text = read_input(folder)
        factor = rng.choice((1, 3, 7, 11, 23))
        if factor > 1:
            figures, text = scaled(figures, factor), replace(text, statements=(), annexes=())
        source = f"{folder.name}×{factor}"
    else:
        figures, text, source = invented(rng, layout.unit), ReportText(), "invented"
    return source, figures, layout, text, rng


def document(
    number_: int, seed: int, medium: str, fixed: Mapping[str, Any], plain: bool
) -> tuple[bytes, Sequence[TruthCell], ReportFigures, dict[str, Any]]:
    """One numbered document, what it prints, and its options."""
    source, figures, layout, text, rng = draw(number_, seed, fixed, plain)
    options: dict[str, Any] = {"figures": source, **asdict(layout)}
    if medium == "pdf":
        printed = typeset(figures, layout, text, seed=number_)
        return printed.pdf, printed.cells, figures, options
    style = TextStyle("plain") if plain else random_style(rng, layout)
    style = replace(style, **{k.removeprefix("text_"): v for k, v in fixed.items() if k.startswith("text_")})
    if not style.trailing_blanks:
        # a text layer that drops blank cells without a trace can be read where every labelled cell prints something
        layout = replace(layout, blanks="zero" if layout.blanks == "blank" else layout.blanks)
    grids = printed_forms(figures, layout, number_)
    options |= {"blanks": layout.blanks, **{f"text_{k}": v for k, v in asdict(style).items()}}
    cells = [c for g in grids for c in g.truth()]
    return as_text(figures, layout, style, text, number_).encode(), cells, figures, options


@dataclass(frozen=True)
class Task:
    """One document to make and read."""

    number: int
    seed: int
    medium: str
    folder: str | None
    fixed: Mapping[str, Any] = field(default_factory=dict)
    plain: bool = False


def read_back(task: Task) -> Outcome:
    """Makes, reads and compares one document; keeps it in a folder where it is wrong."""
    number_, seed, medium, folder = task.number, task.seed, task.medium, task.folder
    data, cells, figures, options = document(number_, seed, medium, task.fixed, task.plain)
    outcome = read_and_compare(data, cells, figures, Outcome(number_, medium, options))
    if folder and not outcome.right:
        place = Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        stem = f"{seed}-{number_:03}-{medium}"
        (place / f"{stem}.{'pdf' if medium == 'pdf' else 'txt'}").write_bytes(data)
        layout = as_options(Layout(**{k: v for k, v in options.items() if k in Layout.__dataclass_fields__}))
        said = {
            "figures": options["figures"],
            "layout": layout,
            "text": {k: v for k, v in options.items() if k.startswith("text_")},
        }
        order = form_order(Layout(**{k: v for k, v in options.items() if k in Layout.__dataclass_fields__}), number_)
        note = {**said, "order": order, "identity": outcome.identity, "error": outcome.error, "differences": outcome.differences}
        (place / f"{stem}.json").write_text(json.dumps(note, ensure_ascii=False, indent=1), encoding="utf-8")
    return outcome


def by_option(outcomes: Sequence[Outcome]) -> list[tuple[float, str, int, int]]:
    """Of the documents with each option's value, how many went wrong; the most telling first."""
    total: Counter[str] = Counter()
    bad: Counter[str] = Counter()
    for o in outcomes:
        for name, value in o.options.items():
            total[f"{name}={value}"] += 1
            bad[f"{name}={value}"] += not o.right
    rate = sum(not o.right for o in outcomes) / max(1, len(outcomes))
    return sorted(((bad[k] / n - rate, k, bad[k], n) for k, n in total.items() if bad[k]), reverse=True)


def show(outcomes: Sequence[Outcome], medium: str, differences: int) -> None:
    mine = [o for o in outcomes if o.medium == medium]
    if not mine:
        return
    wrong = [o for o in mine if not o.right]
    print("\n" + tally(medium, mine))
    for more, option, bad, n in by_option(mine)[:15]:
        if more > 0:
            print(f"  {option:45} wrong in {bad} of {n}")
    for o in wrong:
        layout = as_options(Layout(**{k: v for k, v in o.options.items() if k in Layout.__dataclass_fields__}))
        style = {k: v for k, v in o.options.items() if k.startswith("text_") and v != getattr(TextStyle(), k.removeprefix("text_"))}
        print(
            f"\n  #{o.number} {medium} {o.options['figures']}: equal {o.equal} wrong {o.wrong} missing {o.missing} extra {o.extra}"
            f"{' identity ' + '; '.join(o.identity) if o.identity else ''}\n    {layout} {style or ''}"
        )
        if o.error:  # its last lines say which document and why
            print("    " + o.error.strip().splitlines()[-1])
        for line in o.differences[:differences]:
            print("    " + line)


def option_value(name: str, text: str) -> Any:
    """The value of an option as written on the command line."""
    plain = {**asdict(Layout()), **{f"text_{k}": v for k, v in asdict(TextStyle()).items()}}
    values = [*CHOICES.get(name, STYLES.get(name, ())), *ASKED_FOR.get(name, ()), *([plain[name]] if name in plain else [])]
    for value in values:
        if str(value) == text:
            return value
    raise SystemExit(f"{name} is one of {', '.join(map(str, dict.fromkeys(values)))}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, default=60, help="documents of each medium")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--media", default="pdf,text", help="pdf, text or both")
    parser.add_argument("--number", type=int, help="only this document")
    parser.add_argument("--write", help="folder for the documents that went wrong, each with its options and differences")
    parser.add_argument("--differences", type=int, default=3, help="differences shown of each document")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--set", action="append", default=[], metavar="OPTION=VALUE", help="fix an option, e.g. --set rules=lines")
    parser.add_argument("--without", action="append", default=[], metavar="OPTION=VALUE", help="the plain option instead of this one")
    parser.add_argument("--figures", help="only these: the name of a sample's input folder, or: invented")
    parser.add_argument("--each", action="store_true", help="the plain layout with one option changed at a time instead of random ones")
    args = parser.parse_args()
    media = args.media.split(",")
    fixed = {name: option_value(name, value) for name, _, value in (given.partition("=") for given in args.set)}
    fixed["without"] = tuple(args.without)
    if args.figures:
        fixed["figures"] = args.figures
    if args.each:
        tasks = [
            Task(n, args.seed, medium, args.write, {**change, **fixed}, True)
            for medium in media
            for n, change in enumerate(single_changes(medium))
            if args.number in (None, n)
        ]
    else:
        numbers = [args.number] if args.number is not None else list(range(args.n))
        tasks = [Task(n, args.seed, medium, args.write, fixed) for medium in media for n in numbers]
    if args.workers > 1:
        with ProcessPoolExecutor(args.workers) as pool:
            outcomes = list(pool.map(read_back, tasks))
    else:
        outcomes = [read_back(task) for task in tasks]
    for medium in media:
        show(outcomes, medium, args.differences)
    return 0 if all(o.right for o in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
