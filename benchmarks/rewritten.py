"""Whether a PDF is read alike when other producers have written it anew: ``python benchmarks/rewritten.py FILE… [--tool NAME …]``.

Each file is rewritten by every tool that this machine has (ghostscript, poppler with cairo, mupdf, qpdf; by way of PostScript too): the
same page, with other fonts, other font metrics, outlines for bold, other orders and compression.  Prints for each the figures that
differ from those of the file itself, the doubts, the findings by severity and the unread numbers.  Exit status 1 when a figure is
other than the file's and bears no doubt, or when there are more errors of the publisher than in the file itself.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from expectations.confront import confront
from pipeline.model.contents import ReportContents
from pipeline.reports.read import read_report

TOOLS: dict[str, tuple[tuple[str, ...], ...]] = {
    "ghostscript": (("gs", "-q", "-dNOPAUSE", "-dBATCH", "-sDEVICE=pdfwrite", "-o", "{out}", "{file}"),),
    "cairo": (("pdftocairo", "-pdf", "{file}", "{out}"),),
    "mupdf": (("mutool", "clean", "-gggz", "{file}", "{out}"),),
    "qpdf": (("qpdf", "--linearize", "--object-streams=generate", "{file}", "{out}"),),
    "locked": (("qpdf", "--encrypt", "", "owner", "256", "--modify=none", "--", "{file}", "{out}"),),
    "postscript": (
        ("gs", "-q", "-dNOPAUSE", "-dBATCH", "-sDEVICE=ps2write", "-o", "{out}.ps", "{file}"),
        ("gs", "-q", "-dNOPAUSE", "-dBATCH", "-sDEVICE=pdfwrite", "-o", "{out}", "{out}.ps"),
    ),
}  # fmt: skip


def rewritten(file: Path, tool: str, folder: Path) -> Path | None:
    """The file as the tool writes it; ``None`` where the machine does not have the tool, or the tool fails."""
    out = folder / f"{tool}.pdf"
    for command in TOOLS[tool]:
        try:
            subprocess.run([part.format(file=file, out=out) for part in command], capture_output=True, check=True, timeout=600)
        except (OSError, subprocess.SubprocessError):
            return None
    return out


def printed(contents: ReportContents) -> Counter[tuple[str, str]]:
    return Counter((f.figure_id, str(f.value)) for f in contents.figures)


def errors(contents: ReportContents) -> Counter[str]:
    return Counter(f["severity"] for f in confront(contents).findings)


def compare(file: Path, tools: list[str]) -> bool:
    """Print a line a tool; whether one of them leads to a wrong figure without a doubt, or to an error that the file does not have."""
    own = read_report(file.read_bytes())
    truth, found = printed(own), errors(own)
    print(f"{file.name}: {truth.total()} figures, {found['error']} errors, {found['warning']} warnings", flush=True)
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        for tool in tools:
            out = rewritten(file, tool, Path(folder))
            if out is None:
                print(f"  {tool:12} not tried: the tool is missing or fails")
                continue
            again = read_report(out.read_bytes())
            other, now = printed(again), errors(again)
            sure = Counter((f.figure_id, str(f.value)) for f in again.figures if not f.doubt) - truth
            doubts = ", ".join(f"{n} {d}" for d, n in Counter(f.doubt for f in again.figures if f.doubt).items())
            print(
                f"  {tool:12} lost {(truth - other).total()}, other {(other - truth).total()} ({sure.total()} without a doubt), "
                f"errors {now['error']}, warnings {now['warning']}, unread {len(again.rows_of('core.unread_numbers'))}; {doubts or 'no doubt'}",
                flush=True,
            )
            failed |= bool(sure) or now["error"] > found["error"]
    return failed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--tool", action="append", choices=sorted(TOOLS), help="only this one; may be repeated")
    args = parser.parse_args()
    failed = [compare(file, args.tool or list(TOOLS)) for file in args.files]
    return int(any(failed))


if __name__ == "__main__":
    sys.exit(main())
