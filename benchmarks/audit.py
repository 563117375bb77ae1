"""What an auditor goes through by hand, as Markdown: ``python -m benchmarks.audit LIST [FOLDER ...]`` (default: the six reports and the cases).

``findings``: a random sample (``--sample``, ``--seed``) of all findings of error and warning severity, each with what is printed at its
place, to be judged right or wrong.  ``tables``: every table of the evaluation reports, with what it is, its state, and how many of its rows
and numbers were read.  ``obligations``: how many obligations of each document are in each state.

What belongs here: printing.  What may not: rules (``expectations``), and judging whether a finding is right.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from expectations.confront import Confrontation, confront
from expectations.obligations import obligation_rows, tally
from pipeline.model.contents import ReportContents
from pipeline.model.text import canonical
from pipeline.reading.document import UnreadableDocument
from pipeline.reports.read import read_report
from tests.golden import SHARED

_NO_DOCUMENTS = {".csv", ".json", ".md"}
_SHOWN = 160


def documents(folders: Sequence[Path]) -> Iterator[tuple[str, bytes, ReportContents]]:
    """Name, bytes and contents of every document of the folders that can be read; a case is named by its folder."""
    for folder in folders:
        for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix not in _NO_DOCUMENTS and p.name != "report.txt"):
            try:
                yield path.parent.name if path.parent != folder else path.stem, path.read_bytes(), read_report(path.read_bytes())
            except UnreadableDocument as why:
                print(f"{path}: not read: {why}")


def _line(data: bytes, number: int | None) -> str:
    """A line of a text document as printed."""
    try:
        lines = data.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        return ""
    return canonical(lines[number - 1])[:_SHOWN] if number and number <= len(lines) else ""


def findings(read: Iterator[tuple[str, bytes, ReportContents]], sample: int, seed: int) -> Iterator[str]:
    """The sample as a table, drawn of all findings in the order of documents, rules and places."""
    every = []
    for name, data, contents in read:
        own = [f for f in confront(contents).findings if f["severity"] in ("error", "warning")]
        every += [(name, f, _line(data, f["line"])) for f in sorted(own, key=lambda f: (f["rule_id"], f["place"]))]
    chosen = random.Random(seed).sample(every, min(sample, len(every)))
    yield f"{len(chosen)} of {len(every)} findings of error and warning severity, seed {seed}"
    yield "| # | document | severity | rule | place | printed | expected | why | line |\n|---|---|---|---|---|---|---|---|---|"
    for number, (name, f, line) in enumerate(sorted(chosen, key=lambda c: (c[0], c[1]["rule_id"], c[1]["place"])), 1):
        cells = (number, name, f["severity"], f["rule_id"], f["place"], f["printed"], f["expected"], f["explanation_zh"] or f["explanation"], line)
        yield "| " + " | ".join(str(c).replace("|", "/").replace("\n", " ")[:_SHOWN] for c in cells) + " |"


def tables(read: Iterator[tuple[str, bytes, ReportContents]]) -> Iterator[str]:
    """Every part of the evaluation reports that is a table."""
    for name, _, contents in read:
        rows = Counter(statement for statement, _ in {(f.statement, f.row) for f in contents.figures if f.section == "evaluation"})
        rows.update(f"evaluation{r['evaluation_no']}/table{r['table_no']}" for r in contents.rows_of("core.evaluation_scores"))
        parts = [p for p in contents.rows_of("core.parts") if p["kind"] == "evaluation" and "/" in str(p["concept"])]
        if not parts:
            continue
        states = Counter(str(p["state"]) for p in parts)
        yield f"\n{name}: {len(parts)} tables of evaluation reports: " + ", ".join(f"{n} {s}" for s, n in sorted(states.items()))
        yield "| table | title | state | rows | numbers | unread | why |\n|---|---|---|---|---|---|---|"
        for p in parts:
            cells = (p["concept"], p["title"], p["state"], rows.get(str(p["concept"]), 0), p["numbers"], p["numbers_unread"], p["reason"] or "")
            yield "| " + " | ".join(str(c).replace("|", "/")[:90] for c in cells) + " |"


def obligations(read: Iterator[tuple[str, bytes, ReportContents]]) -> Iterator[str]:
    """The states of every document's obligations, as a table."""
    for number, (name, _, contents) in enumerate(read):
        found: Confrontation = confront(contents)
        states = dict(tally(obligation_rows(contents, found.equations)))
        if not number:
            yield "| document | " + " | ".join(states) + " | in all |\n|---|" + "---|" * (len(states) + 1)
        yield f"| {name} | " + " | ".join(map(str, states.values())) + f" | {sum(states.values())} |"


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("list", choices=["findings", "tables", "obligations"])
    ask.add_argument("folders", type=Path, nargs="*", default=[SHARED / "reports", SHARED / "cases"])
    ask.add_argument("--sample", type=int, default=100)
    ask.add_argument("--seed", type=int, default=1)
    args = ask.parse_args()
    read = documents(args.folders)
    lists = {"tables": tables(read), "obligations": obligations(read), "findings": findings(read, args.sample, args.seed)}
    for line in lists[args.list]:
        print(line, flush=True)


if __name__ == "__main__":
    main()
