"""How well scans and photographs are read: ``python benchmarks/scans.py --documents 3``.

Typesets samples and invented reports, turns their pages into pictures under each look (a flatbed scan of 200 dots to the inch, one of
150, a photograph with perspective, shadow and colour, tight rows under a seal), reads them back, and compares every cell with what
was printed, and every statement and annex row with what the same document says when it is read from its text layer.
Prints by look: cells equal, wrong, unread and extra, statements and annex rows, processor seconds a page, and the peak of memory.
"""

from __future__ import annotations

import argparse
import io
import random
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray
from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.bars import Bar, peak_megabytes, show
from benchmarks.cell_measure import RETRIEVED, Outcome, compare
from pipeline.model.contents import ReportContents
from pipeline.model.text import canonical
from pipeline.reports.read import read_report
from samples.build import read_input, sample_folders
from samples.figures import ReportFigures, TruthCell
from samples.invented import invented
from samples.layout import Layout, possible
from samples.report import ReportText, typeset

Pixels = NDArray[np.uint8]
RULED = {"rules": "lines", "row_padding": 2.4}
#: Tables of rows whose readings are compared with those of the text layer, and the columns that say what a row is.
ROWS: Mapping[str, tuple[str, ...]] = {
    "core.statements": ("subject", "measure", "value"),
    "core.self_evaluations": ("project", "initial_budget", "adjusted_budget", "executed", "score", "total_score"),
    "core.indicators": ("form_no", "level3", "target", "actual", "weight", "score"),
    "core.self_evaluation_summaries": ("project", "score", "grade"),
}


@dataclass(frozen=True)
class Look:
    """How a page comes to be a picture."""

    name: str
    dpi: int = 200
    skew: float = 0.8  # degrees, at most, either way
    noise: float = 5.0  # grey values, standard deviation
    quality: int = 70  # of the JPEG
    perspective: float = 0.0  # of the page's width by which its corners are off, at most
    shadow: float = 0.0  # how much darker the darkest corner is
    seal: bool = False
    turned: bool = False  # every page is a quarter or half turn off
    layout: Mapping[str, Any] = field(default_factory=dict)
    equal: float = 0.99  # demanded share of cells


LOOKS = (
    Look("200 dpi, grey"),
    Look("150 dpi, grey", dpi=150, equal=0.98),
    Look("photograph", dpi=210, skew=2.0, perspective=0.02, shadow=0.45, noise=6.0, quality=80, turned=True, equal=0.98),
    Look("tight rows, seal", seal=True, layout={"row_padding": 0.6, "font_size": 9.0}),
)


def pictures(pdf: bytes, look: Look, seed: int) -> bytes:
    """A PDF of pictures of the pages of ``pdf``."""
    rng = np.random.default_rng(seed)
    document = pdfium.PdfDocument(pdf)
    images = []
    for i in range(len(document)):
        page = np.ascontiguousarray(document[i].render(scale=look.dpi / 72, rev_byteorder=True).to_numpy()[..., :3])
        images.append(Image.fromarray(seen(page, look, rng, i)))
    out = io.BytesIO()
    images[0].save(out, "PDF", save_all=True, append_images=images[1:], resolution=look.dpi, quality=look.quality)
    return out.getvalue()


def seen(page: Pixels, look: Look, rng: np.random.Generator, number: int) -> Pixels:
    """One page as the look shows it: grey, or in colour where there is a seal or a shadow."""
    if look.seal:
        page = sealed(page, rng)
    height, width = page.shape[:2]
    angle = rng.uniform(-look.skew, look.skew)
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 0.97 if look.perspective else 1.0)
    moved = corners @ turn[:, :2].T + turn[:, 2] + rng.uniform(-1, 1, (4, 2)) * look.perspective * width
    matrix = cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
    ground = (96, 84, 70) if look.perspective else (255, 255, 255)
    page = cv2.warpPerspective(page, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=ground)
    light = np.ones((height, width), np.float32) * 0.95
    if look.shadow:
        across, down = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
        light -= look.shadow * np.clip(across * rng.uniform(0.3, 1) + down * rng.uniform(0.3, 1) - 0.4, 0, 1).astype(np.float32)
    noise = rng.normal(0, look.noise, page.shape[:2])
    lit = page.astype(np.float32) * light[..., None] + noise[..., None]
    result = np.clip(lit, 0, 255).astype(np.uint8)
    if look.turned:
        result = np.ascontiguousarray(np.rot90(result, number % 4))
    return result if look.seal or look.shadow else cv2.cvtColor(result, cv2.COLOR_RGB2GRAY)


def sealed(page: Pixels, rng: np.random.Generator) -> Pixels:
    """A round red seal over the middle of the page, as ink: what is black under it stays black."""
    height, width = page.shape[:2]
    ink = np.zeros((height, width), np.uint8)
    middle = (int(width * rng.uniform(0.4, 0.85)), int(height * rng.uniform(0.2, 0.5)))
    radius = round(width * 0.1)
    cv2.circle(ink, middle, radius, 255, 9, cv2.LINE_AA)
    angles = np.arange(10) * np.pi / 5 - np.pi / 2
    star = [(middle[0] + r * np.cos(a), middle[1] + r * np.sin(a)) for a, r in zip(angles, [radius * 0.4, radius * 0.16] * 5, strict=True)]
    cv2.fillPoly(ink, [np.array(star, np.int32)], 255)
    red = np.array((214, 38, 46), np.float32)
    share = (ink / 255.0 * 0.85)[..., None]
    return (page * (1 - share) + page * share * red / 255).astype(np.uint8)


def document(number: int, look: Look) -> tuple[bytes, tuple[TruthCell, ...], ReportFigures]:
    """A typeset document with a text layer, its cells and figures: samples with annexes and prose, and invented reports in turn."""
    rng = random.Random(f"scans/{number}")
    folders = sample_folders()
    if number % 2 == 0:
        figures, layout, text = read_input(folders[number // 2 % len(folders)])
        layout = replace(layout, **{**RULED, **look.layout})
    else:
        layout = possible(Layout(**{**RULED, "code_columns": rng.choice((1, 3)), "thousands": rng.random() < 0.7, **look.layout}))
        figures, text = invented(rng, layout.unit), ReportText()
    printed = typeset(figures, layout, text, seed=number)
    return printed.pdf, tuple(printed.cells), figures


@dataclass
class Result:
    """What became of one document."""

    outcome: Outcome
    rows: Counter[str] = field(default_factory=Counter)  # "table", "table missing", "table other"
    seconds: float = 0.0


def made(number: int, look: Look) -> tuple[bytes, bytes, tuple[TruthCell, ...], ReportFigures]:
    """A document, the pictures of it, its cells and figures."""
    pdf, cells, figures = document(number, look)
    return pdf, pictures(pdf, look, number), cells, figures


def measured(number: int, look: Look, maker: Executor) -> Result:
    """One document made (in another process: all its pictures at once take more memory than reading them), and read."""
    pdf, scan, cells, figures = maker.submit(made, number, look).result()
    result = Result(Outcome(number, look.name, {}))
    start = time.process_time()
    try:
        contents = read_report(scan, f"https://example.org/{number}", RETRIEVED)
    except Exception as error:
        result.outcome.error = f"{type(error).__name__}: {error}"
        result.outcome.missing = sum(bool(c.value) for c in cells)
        return result
    result.seconds = time.process_time() - start
    result.outcome.pages = contents.report.page_count
    compare(cells, contents, result.outcome)
    if contents.report.publisher != figures.publisher or contents.report.fiscal_year != figures.year:
        result.outcome.identity.append(f"{contents.report.publisher} {contents.report.fiscal_year}")
    _compare_rows(result, read_report(pdf, "https://example.org/text", RETRIEVED), contents)
    o = result.outcome
    print(f"    #{number} {o.pages} pages: equal {o.equal}, wrong {o.wrong}, unread {o.missing}, extra {o.extra}; {result.seconds:.0f} s", flush=True)
    return result


def _compare_rows(result: Result, want: ReportContents, have: ReportContents) -> None:
    for table, columns in ROWS.items():
        wanted, had = (_told(contents, table, columns) for contents in (want, have))
        result.rows[table] += (wanted & had).total()
        result.rows[f"{table} missing"] += (wanted - had).total()
        result.rows[f"{table} other"] += (had - wanted).total()
        result.outcome.differences += [f"{table} missing {row}" for row in wanted - had] + [f"{table} other {row}" for row in had - wanted]


def _told(contents: ReportContents, table: str, columns: Sequence[str]) -> Counter[tuple[str, ...]]:
    return Counter(tuple(canonical(str(row.get(c))) for c in columns) for row in contents.tables.get(table, ()))


def tell(look: Look, results: list[Result], differences: int) -> list[Bar]:
    """One look's lines and its bars."""
    counts = {k: sum(getattr(r.outcome, k) for r in results) for k in ("equal", "wrong", "missing", "extra", "pages")}
    rows = sum((r.rows for r in results), Counter[str]())
    seconds = sum(r.seconds for r in results) / max(1, counts["pages"])
    print(f"{look.name}: cells equal {counts['equal']}, wrong {counts['wrong']}, unread {counts['missing']}, extra {counts['extra']}; "
          f"{counts['pages']} pages, {seconds:.2f} s of a processor a page", flush=True)  # fmt: skip
    for table in ROWS:
        print(f"    {table}: as in the text layer {rows[table]}, missing {rows[f'{table} missing']}, other {rows[f'{table} other']}")
    for r in results:
        for line in [*filter(None, [r.outcome.error]), *r.outcome.identity, *r.outcome.differences][:differences]:
            print(f"    #{r.outcome.number} {line}")
    cells = counts["equal"] + counts["wrong"] + counts["missing"]
    share = counts["equal"] / max(1, cells)
    return [
        Bar(f"{look.name}: wrong and extra cells", "0", str(counts["wrong"] + counts["extra"]), counts["wrong"] + counts["extra"] == 0),
        Bar(f"{look.name}: cells equal", f"≥ {look.equal:.0%}", f"{share:.2%} of {cells}", share >= look.equal),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=3, help="documents of each look")
    parser.add_argument("--first", type=int, default=0, help="number of the first one")
    parser.add_argument("--look", help="only looks whose name contains this")
    parser.add_argument("--differences", type=int, default=6, help="differences shown of each document")
    parser.add_argument("--write", help="folder in which the documents are kept")
    args = parser.parse_args()
    bars = []
    for at, look in enumerate(LOOKS):
        if args.look and args.look not in look.name:
            continue
        numbers = range(args.first + at * args.documents, args.first + (at + 1) * args.documents)
        if args.write:
            Path(args.write).mkdir(parents=True, exist_ok=True)
            for n in numbers:
                (Path(args.write) / f"{n:02}.pdf").write_bytes(pictures(document(n, look)[0], look, n))
        with ProcessPoolExecutor(1, get_context("spawn")) as maker:
            bars += tell(look, [measured(n, look, maker) for n in numbers], args.differences)
    peak = peak_megabytes()
    return show([*bars, Bar("peak of memory", "≤ 1,200 MB", f"{peak:,} MB", peak <= 1200)])


if __name__ == "__main__":
    sys.exit(main())
