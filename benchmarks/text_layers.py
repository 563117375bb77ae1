"""How well text layers without cells are read, by flavour: ``python benchmarks/text_layers.py --n 60 --seed 1``.

Prints sample and invented figures as text: with columns kept by spaces, with blank cells lost, as ``pdftotext`` (where it is installed)
writes a typeset page, and with amounts printed in the ways that cells have (thousands parted by blanks, full-width digits, units, marks
of footnotes).  Counts cells equal, wrong, extra, silent (missing in a form that is told to be read) and said (missing in one that is
told to be unread).
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.cell_measure import RETRIEVED, Outcome, compare
from benchmarks.layouts import scaled
from pipeline.reports.read import read_report
from samples.as_text import TextStyle, as_text
from samples.build import read_input, sample_folders
from samples.figures import ReportFigures
from samples.forms import form_order, title_of
from samples.grids import Cell, Grid
from samples.invented import invented
from samples.layout import Layout, random_layout
from samples.report import NUMERALS, ReportText, printed_forms, typeset
from samples.typeface import wrapped

#: How an amount may be printed in its cell.
AMOUNTS: dict[str, Callable[[str], str]] = {
    "plain": lambda t: t,
    "blanks in thousands": lambda t: t.replace(",", " "),
    "full width": lambda t: t.translate(str.maketrans("0123456789.,", "０１２３４５６７８９．，")),
    "units": lambda t: t + "万元",
    "footnotes": lambda t: t + "①" if t.endswith("00") else t,
}


def spaced(grids: Sequence[Grid], figures: ReportFigures, layout: Layout, rng: random.Random, amount: Callable[[str], str]) -> str:
    """Columns kept by spaces, as ``pdftotext -layout`` writes them: every character takes one place."""
    blocks = [head(figures, layout)]
    gap = rng.choice(("\n", "\n\n"))
    right, letters = rng.random() < 0.6, rng.choice((8, 14, 40))
    page = 9
    for grid in grids:
        lines = [[(c, wrapped(shown(c, amount), letters * 10, 10) if not c.number else [shown(c, amount)]) for c in row] for row in grid.rows]
        widths = [1] * len(grid.widths)
        for row in lines:
            for cell, texts in row:
                share = max(map(len, texts), default=0) / cell.colspan
                for c in range(cell.col, cell.col + cell.colspan):
                    widths[c] = max(widths[c], int(share) + 1)
        starts = [sum(widths[:c]) + 3 * c for c in range(len(widths) + 1)]
        out = [" " * 20 + grid.title, f"{layout.publisher_line}{grid.publisher or ''}" + " " * 20 + f"{layout.unit_line}{grid.unit}"]
        for n, row in enumerate(lines):
            if n and n % 26 == 0 and layout.furniture:
                out.append(" " * 30 + layout.furniture.format(page))
                page += 1
            out += printed_row(row, starts, right)
        blocks.append(gap.join([*out, *grid.notes]))
    return "\n\n".join([*blocks, tail(figures)]) + "\n"


def shown(cell: Cell, amount: Callable[[str], str]) -> str:
    return amount(cell.text) if cell.number and cell.truth is not None and re.search(r"\d", cell.text) else cell.text.strip()


def printed_row(row: Sequence[tuple[Cell, list[str]]], starts: Sequence[int], right: bool) -> list[str]:
    """The lines of one row: wrapped cells in the middle of it."""
    height = max((len(texts) for _, texts in row), default=1)
    lines = [""] * height
    for cell, texts in row:
        first = (height - len(texts)) // 2
        for i, text in enumerate(texts):
            width = starts[cell.col + cell.colspan] - 3 - starts[cell.col]
            at = starts[cell.col]
            if cell.number:
                at += max(0, width - len(text)) if right else 0
            elif cell.align == "center" or cell.colspan > 1:
                at += max(0, width - len(text)) // 2
            lines[first + i] = lines[first + i].ljust(at) + text
    return [line.rstrip() for line in lines]


def head(figures: ReportFigures, layout: Layout) -> str:
    own = [f for f in form_order(layout) if f in figures.forms]
    titles = [f"{n}、{title_of(f, figures, layout)}" for n, f in zip(NUMERALS, own, strict=False)]
    cover, part = f"{figures.year}年度{figures.publisher}{figures.kind}决算", f"第二部分 {figures.year}年度{figures.kind}决算表"
    return "\n".join([cover, "目 录", *titles, part])


def tail(figures: ReportFigures) -> str:
    return f"第三部分 {figures.year}年度{figures.kind}决算情况说明\n\n一、收入支出决算总体情况说明\n\n本年收支情况见附表。\n\n第四部分 名词解释\n"


def lost(grids: Sequence[Grid], figures: ReportFigures, layout: Layout, rng: random.Random, amount: Callable[[str], str]) -> str:
    """Blank cells gone, one blank between the others, wrapped labels on lines of their own: copied from a viewer."""
    blocks = [head(figures, layout)]
    letters = rng.choice((8, 14, 40))
    page = 9
    for grid in grids:
        out = [grid.title, f"{layout.publisher_line}{grid.publisher or ''} {layout.unit_line}{grid.unit}"]
        for n, row in enumerate(grid.rows):
            if n and n % 26 == 0 and layout.furniture:
                out.append(layout.furniture.format(page))
                page += 1
            line = ""
            for cell in row:
                text = shown(cell, amount)
                pieces = [text] if cell.number or text.isascii() else wrapped(text, letters * 10, 10)
                if len(pieces) > 1:
                    out += [line] * bool(line) + pieces
                    line = ""
                elif text:
                    line += (" " if line else "") + text
            out += [line] * bool(line)
        blocks.append("\n".join([*out, *grid.notes]))
    return "\n".join([*blocks, tail(figures)]) + "\n"


def poppler(pdf: bytes, *options: str) -> str:
    """What ``pdftotext`` makes of a page."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.pdf"
        path.write_bytes(pdf)
        subprocess.run(["pdftotext", *options, str(path), str(path.with_suffix(".txt"))], check=True)
        return path.with_suffix(".txt").read_text(encoding="utf-8")


def figures_of(rng: random.Random, layout: Layout) -> ReportFigures:
    if rng.random() < 0.5:
        return scaled(read_input(rng.choice(sample_folders()))[0], rng.choice((1, 3, 7, 11)))
    return invented(rng, layout.unit)


def altered(grids: Sequence[Grid], rng: random.Random, most: int) -> list[Grid]:
    """The tables with a digit changed in one to ``most`` amounts: their publisher's slips, to be read as they stand."""
    found = [list(map(list, grid.rows)) for grid in grids]
    places = [
        (rows, row, n) for rows in found for row in rows for n, c in enumerate(row) if c.truth is not None and re.fullmatch(r"[\d,]+\.\d\d", c.text)
    ]
    for _, row, n in rng.sample(places, min(len(places), rng.randint(1, most))):
        cell = row[n]
        at = rng.choice([i for i, character in enumerate(cell.text) if character.isdigit()])
        text = cell.text[:at] + str((int(cell.text[at]) + rng.randint(1, 8)) % 10) + cell.text[at + 1 :]
        if cell.truth is not None and (len(text) == 4 or text[0] != "0"):
            row[n] = replace(cell, text=text, truth=replace(cell.truth, value=Decimal(text.replace(",", ""))))
    return [replace(grid, rows=tuple(map(tuple, rows))) for grid, rows in zip(grids, found, strict=True)]


def document(flavour: str, amount: str, number: int, seed: int, slips: int = 0) -> tuple[str, ReportFigures, list[Grid]]:
    """One document of a flavour, with its figures and its tables, up to ``slips`` amounts of which are wrong (not where a program prints them)."""
    rng = random.Random(f"{seed}/{flavour}/{amount}/{number}")
    layout = replace(random_layout(rng), three_public=rng.choice(("sequence", "pairs", "vertical")), unit="万元")
    figures = figures_of(rng, layout)
    if flavour == "trailing":
        style = TextStyle("plain", rng.random() < 0.7, True, rng.choice((5, 8, 14, 40)), rng.choice((15, 26, 60)), rng.random() < 0.7)
        return as_text(figures, layout, style, ReportText(), number), figures, printed_forms(figures, layout, number)
    if flavour.startswith("poppler"):
        layout = replace(layout, rules="lines", title_place="above", orientation="landscape")
        printed = typeset(figures, layout, ReportText(), seed=number)
        options = {"poppler layout": ("-layout",), "poppler plain": (), "poppler raw": ("-raw",)}[flavour]
        return poppler(printed.pdf, *options), figures, printed_forms(figures, layout, number)
    if flavour == "lost":
        layout = replace(layout, code_columns=1, total_row="first", code_style="split")
    grids = printed_forms(figures, layout, number)
    if slips:
        grids = altered(grids, rng, slips)
    maker = spaced if flavour == "spaced" else lost
    return maker(grids, figures, layout, rng, AMOUNTS[amount]), figures, grids


def measured(flavour: str, amount: str, number: int, seed: int, slips: int) -> tuple[Counter[str], list[str]]:
    """Cells of one document by what became of them, and the first differences."""
    text, _, grids = document(flavour, amount, number, seed, slips)
    contents = read_report(text.encode(), "https://example.org", RETRIEVED)
    truth = [c for grid in grids for c in grid.truth()]
    unread = {row["statement"] for row in contents.rows_of("core.forms") if row["state"] == "unread"}
    read, said = Outcome(number, flavour, {}), Outcome(number, flavour, {})
    for outcome, own in ((read, lambda form: form not in unread), (said, lambda form: form in unread)):
        figures = tuple(f for f in contents.figures if own(f.statement))
        compare([c for c in truth if own(c.form)], replace(contents, figures=figures), outcome)
    chosen = sum(f.placement == "identity" for f in contents.figures if f.section == "form" and f.value is not None)
    counts = {k: getattr(read, k) + getattr(said, k) for k in ("equal", "wrong", "extra")}
    counts |= {"silent": read.missing, "said": said.missing, "chosen": chosen}
    missing = [d for d in said.differences if not d.startswith("missing")]
    return Counter(counts), read.differences + missing


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, default=60, help="documents in all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", help="one flavour")
    parser.add_argument("--number", type=int, help="one document of each")
    parser.add_argument("--slips", type=int, default=0, help="wrong amounts a document, at most")
    parser.add_argument("--write", help="folder for documents that went wrong")
    args = parser.parse_args()
    flavours = [("spaced", a) for a in AMOUNTS] + [("lost", a) for a in AMOUNTS] + [("trailing", "plain")]
    if shutil.which("pdftotext"):
        flavours += [(f, "plain") for f in ("poppler layout", "poppler plain", "poppler raw")]
    flavours = [f for f in flavours if args.only in (None, f[0])]
    each = max(1, args.n // len(flavours))
    totals: dict[tuple[str, str], Counter[str]] = {}
    for flavour, amount in flavours:
        for number in range(each) if args.number is None else [args.number]:
            counts, differences = measured(flavour, amount, number, args.seed, args.slips)
            totals.setdefault((flavour, amount), Counter()).update(counts)
            if counts["wrong"] or counts["silent"] or counts["extra"]:
                print(f"{flavour} / {amount} #{number}: {dict(counts)}\n   " + "\n   ".join(differences[:4]))
                if args.write:
                    place = Path(args.write)
                    place.mkdir(parents=True, exist_ok=True)
                    (place / f"{flavour}-{amount}-{number}.txt".replace(" ", "_")).write_text(
                        document(flavour, amount, number, args.seed, args.slips)[0]
                    )
    for key, counts in totals.items():
        shares = ", ".join(f"{k} {counts[k]}" for k in ("equal", "wrong", "silent", "extra", "said", "chosen"))
        print(f"{' / '.join(key):32} {each} documents: {shares}")
    return 1 if any(c["wrong"] or c["silent"] or c["extra"] for c in totals.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
