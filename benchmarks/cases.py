"""Every case of every report of a folder, as a list that a person can judge, and how far the reconciled forms balance.

``python -m benchmarks.cases FOLDER`` (default: the optional folder ``../shared/reports``) prints for each report its cases: how each was
explained, the likeliest suspects with ``printed → suggested``, ties, whose mistake it looks like, the findings; then the identities of
its forms over reconciled values: how many hold exactly, within rounding, not at all, and the case of each that does not.  ``--words`` adds
the findings in words, which suspect no figure.

What belongs here: printing.  What may not: solving (``pipeline.reconciliation``) and what the answers should be.
"""

from __future__ import annotations

import argparse
import datetime as dt
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from expectations.confront import equations_of, judged
from pipeline.model.contents import ReportContents
from pipeline.reading.document import UnreadableDocument
from pipeline.reconciliation.adjudications import Adjudications, load
from pipeline.reconciliation.beside import Beside, Names, Pairing
from pipeline.reconciliation.cases import CaseFile, place, suggested_text
from pipeline.reconciliation.year import Judged, Reconciliation, reconcile
from pipeline.reports.read import read_report
from tests.golden import SHARED


def read(folder: Path) -> Iterator[tuple[str, ReportContents]]:
    """The reports of a folder that can be read, with their files' names."""
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        try:
            yield path.name, read_report(path.read_bytes())
        except UnreadableDocument as why:
            print(f"{path.name}: not read: {why}")


def beside(contents: ReportContents, others: Sequence[ReportContents]) -> Beside:
    """The report of the year before, where the folder holds it under the same name."""
    found = Pairing((c.report for c in others), Names({})).year_before(contents.report)
    last = next((c for c in others if c.report == found), None)
    return Beside(last, equations_of(last) if last else ())


def told(file: CaseFile, this: Judged) -> Iterator[str]:
    """One case in lines."""
    case = file.case
    assert case is not None
    ties = f"{case.ties}{'' if case.complete else ' or more'}"
    yield f"  case {file.case_id}  {case.method}, {case.size} wrong at least, ties {ties}, {file.doubt}" + (f"  ({case.note})" if case.note else "")
    for s in file.suspects:
        at = s.figure.place
        where = f"p. {at.page}" if at.page is not None else f"line {at.line}"
        yield f"    {place(s.figure, file.report)}, {where}: {s.figure.printed or 'blank'} → {suggested_text(s)}  ({'; '.join(s.reasons)})"
    by_id = {f["finding_id"]: f for f in this.findings}
    for key in file.finding_ids:
        found = by_id[key]
        yield f"      {found['rule_id']}: {found['place']}: {found['printed']} against {found['expected']}"


def balances(found: Reconciliation) -> Iterator[str]:
    """How the identities of the reconciled forms hold, and the case of each that does not."""
    rows = found.rows["reconciled.balances"]
    counts = Counter(r["verdict"] for r in rows)
    yield f"  identities of the reconciled forms: {counts['exact']} exact, {counts['rounding']} within rounding, {counts['violated']} not"
    for r in rows:
        if r["verdict"] == "violated":
            yield f"    off by {r['difference']}: {r['place']} ({r['rule_id']}): case {r['case_id'] or 'NONE'}"


def show(reports: Iterable[tuple[str, ReportContents]], decisions: Adjudications, words: bool) -> None:
    """Print everything."""
    known = list(reports)
    for name, contents in known:
        this = judged(contents, beside(contents, [c for _, c in known]))
        started = time.process_time()
        found = reconcile(this, adjudications=decisions, today=dt.datetime.now(dt.UTC).date())
        cases = [f for f in found.files if f.case is not None]
        spoken = [f for f in found.files if f.case is None]
        seconds = time.process_time() - started
        of = f"{contents.report.publisher} {contents.report.fiscal_year}"
        print(f"\n{name}: {of}: {len(cases)} cases, {len(spoken)} findings in words, {seconds:.2f} CPU s")
        for note in found.localisation.notes:
            print(f"  note: {note}")
        for file in cases:
            print("\n".join(told(file, this)))
        if words:
            said = {f["finding_id"]: f for f in this.findings}
            for file in spoken:
                finding = said[file.finding_ids[0]]
                print(f"  in words ({finding['severity']}): {finding['rule_id']}: {finding['place']}: {finding['printed']} | {finding['expected']}")
        print("\n".join(balances(found)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=SHARED / "reports")
    parser.add_argument("--adjudications", type=Path, help="a folder of decisions to apply (default: none)")
    parser.add_argument("--words", action="store_true", help="list the findings in words too")
    asked = parser.parse_args()
    if not asked.folder.is_dir():
        print(f"{asked.folder}: no such folder; name a folder of reports")
        return
    show(read(asked.folder), load(asked.adjudications) if asked.adjudications else Adjudications(), asked.words)


if __name__ == "__main__":
    main()
