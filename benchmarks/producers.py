"""How well the reader reads what other programs print: ``python benchmarks/producers.py --n 12 --seed 1``.

Prints sample and invented figures under random layouts and looks through a browser, a word processor and a spreadsheet
(``benchmarks.printing``), reads the PDFs back, and compares every cell with what was printed.  ``--number`` repeats
one document, ``--write`` keeps those that failed with their options and differences.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.cell_measure import Outcome, read_and_compare, tally
from benchmarks.layouts import by_option, draw
from benchmarks.printing import look as looks
from benchmarks.printing import programs, sheet, web, word
from benchmarks.printing.look import PRODUCERS, Look, fitting_layout, random_look
from benchmarks.printing.story import Story, told
from samples.figures import ReportFigures, TruthCell
from samples.layout import as_options as layout_options

#: Documents given to the office programs in one start.
BATCH = 12


@dataclass(frozen=True)
class Made:
    """One document before it is printed, and what it must be read as."""

    number: int
    look: Look
    options: Mapping[str, Any]
    title: str
    story: Story
    cells: tuple[TruthCell, ...]
    figures: ReportFigures


def make(number: int, seed: int, producer: str, fixed: Mapping[str, Any]) -> Made:
    """One numbered document of a producer; ``fixed`` options of the look stand whatever was drawn."""
    source, figures, layout, text, _ = draw(number, seed, {}, plain=False)
    look = random_look(random.Random(f"{seed}/{producer}/{number}"), producer)
    look = looks.possible_look(replace(look, **fixed))
    layout = fitting_layout(layout, look)
    story, cells = told(figures, layout, look, text, number)
    title = f"{figures.publisher}{figures.year}年度{figures.kind}决算"
    options = {"figures": source, **asdict(look), **{f"layout.{k}": v for k, v in asdict(layout).items()}}
    shown = {"figures": source, "look": looks.as_options(look), "layout": layout_options(layout)}
    return Made(number, look, {**options, "shown": shown}, title, story, cells, figures)


def print_all(made: Sequence[Made], producer: str, seed: int) -> dict[int, bytes]:
    """The PDFs of one producer's documents by number; those that the program failed on are not there."""
    if producer == "browser":
        return {m.number: programs.print_page(web.page(m.story, m.look, m.title, m.number), m.look.furniture == "browser") for m in made}
    printed: dict[int, bytes] = {}
    for start in range(0, len(made), BATCH):
        batch = made[start : start + BATCH]
        if producer == "word":
            pdfs = programs.convert({f"{m.number}.docx": word.document(m.story, m.look, m.title, m.number) for m in batch})
        else:
            pdfs = programs.convert({f"{m.number}.fods": sheet.document(m.story, m.look, m.title, m.number) for m in batch})
        printed |= {int(name.split(".")[0]): data for name, data in pdfs.items()}
    return printed


def keep(folder: Path, stem: str, pdf: bytes, outcome: Outcome) -> None:
    """A document that went wrong beside its options and differences."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{stem}.pdf").write_bytes(pdf)
    note = {**outcome.options["shown"], "identity": outcome.identity, "error": outcome.error, "differences": outcome.differences}
    (folder / f"{stem}.json").write_text(json.dumps(note, ensure_ascii=False, indent=1), encoding="utf-8")


def show(producer: str, outcomes: Sequence[Outcome], unprinted: Sequence[int], differences: int) -> None:
    wrong = [o for o in outcomes if not o.right]
    print("\n" + tally(producer, outcomes) + (f"; not printed: {unprinted}" if unprinted else ""))
    told_options = [replace(o, options={k: v for k, v in o.options.items() if k != "shown"}) for o in outcomes]
    for more, option, bad, n in by_option(told_options)[:8]:
        if more > 0:
            print(f"  {option:45} wrong in {bad} of {n}")
    for o in wrong:
        shown = o.options["shown"]
        identity = f" identity {'; '.join(o.identity)}" if o.identity else ""
        print(f"\n  #{o.number} {shown['figures']}: equal {o.equal} wrong {o.wrong} missing {o.missing} extra {o.extra}{identity}")
        print(f"    {shown['look']}\n    {shown['layout']}")
        if o.error:
            print("    " + o.error.strip().splitlines()[-1])
        for line in o.differences[:differences]:
            print("    " + line)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, default=12, help="documents of each producer")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--producers", default=",".join(PRODUCERS))
    parser.add_argument("--number", type=int, help="only this document")
    parser.add_argument("--write", type=Path, help="folder for the documents that went wrong, with options and differences")
    parser.add_argument("--keep", type=Path, help="folder for all printed documents; those already there are not printed again")
    parser.add_argument("--differences", type=int, default=3, help="differences shown of each document")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--set", action="append", default=[], metavar="OPTION=VALUE", help="fix an option of the look, e.g. border=none")
    args = parser.parse_args()
    producers = tuple(args.producers.split(","))
    lacking = programs.missing(producers)
    if lacking:
        print(f"{' and '.join(lacking)} missing; on Debian: {programs.INSTALL}", file=sys.stderr)
        return 2
    fixed = {name: looks.value_of(name, value) for name, _, value in (given.partition("=") for given in args.set)}
    numbers = [args.number] if args.number is not None else list(range(args.n))
    good = True
    for producer in producers:
        made = [make(n, args.seed, producer, fixed) for n in numbers]
        printed: dict[int, bytes] = {}
        if args.keep:
            args.keep.mkdir(parents=True, exist_ok=True)
            paths = {m.number: args.keep / f"{producer}-{args.seed}-{m.number:03}.pdf" for m in made}
            printed = {n: path.read_bytes() for n, path in paths.items() if path.exists()}
        fresh = print_all([m for m in made if m.number not in printed], producer, args.seed)
        if args.keep:
            for n, pdf in fresh.items():
                paths[n].write_bytes(pdf)
        printed |= fresh
        todo = [m for m in made if m.number in printed]
        given = [(printed[m.number], m.cells, m.figures, Outcome(m.number, "pdf", dict(m.options))) for m in todo]
        if args.workers > 1:
            with ProcessPoolExecutor(args.workers) as pool:
                outcomes = list(pool.map(read_and_compare, *zip(*given, strict=True))) if given else []
        else:
            outcomes = [read_and_compare(*g) for g in given]
        unprinted = [m.number for m in made if m.number not in printed]
        show(producer, outcomes, unprinted, args.differences)
        for o in outcomes:
            if args.write and not o.right:
                keep(args.write, f"{producer}-{args.seed}-{o.number:03}", printed[o.number], o)
        good = good and not unprinted and all(o.right for o in outcomes)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
