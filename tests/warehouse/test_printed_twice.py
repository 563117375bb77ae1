"""Printed numbers of the narrative and the performance tables are kept as text, so that a right reading compares equal with the print.

Readers that go through pandas turn DECIMAL into binary floats: a printed ``10`` comes out as ``10.0``, ``0.00`` as ``0.0``; and NULL
among texts into NaN.
"""

from __future__ import annotations

import csv
import runpy
import sys
from pathlib import Path
from typing import Any

import pytest

from pipeline.model.numbers import parse_number
from pipeline.schema import TABLES
from pipeline.store import tables as storage
from pipeline.store.home import Home
from pipeline.warehouse.publish import connect_readonly, publish
from tests.warehouse import rows

#: Name of a transcription → table.
TRANSCRIBED = {
    "self_evaluations": "core.self_evaluations",
    "indicators": "core.indicators",
    "self_evaluation_summary": "core.self_evaluation_summaries",
    "narrative": "core.statements",
}
PRINTED = ["12418.33", "0", "0.00", "894.1", "100", "10", "无", "90.60%", "0.69238", "-1329.81", "100%%", None]


def statement(row_no: int, printed: str | None) -> dict[str, Any]:
    number = parse_number(printed)
    return {**rows.about(2024), "row_no": row_no, "measure": "amount", "value": printed, "value_number": number.value if number else None}


def test_the_text_survives_pandas_and_the_number_stands_beside_it() -> None:
    storage.write_table("core.statements", 2024, [statement(i, p) for i, p in enumerate(PRINTED)])
    publish()
    with connect_readonly() as connection:
        frame = connection.execute("SELECT value, value_number FROM core.statements ORDER BY row_no").df()
        assert frame["value"].tolist() == [p or "" for p in PRINTED]  # a NULL among texts would come out as NaN
        assert [str(v) for v in frame["value_number"].tolist()[:2]] == ["12418.33", "0.0"]  # why the text is kept
        assert (
            connection.execute("SELECT sum(value_number) FROM core.statements WHERE value = '0.69238'").fetchall()[0][0]
            == parse_number("0.69238").value
        )  # type: ignore[union-attr]


@pytest.mark.parametrize("which", ["qingdao-big-data-administration-2024", "rongcheng-big-data-centre-2024", "yantai-big-data-bureau-2019"])
def test_a_right_reading_compares_equal_with_the_transcription(
    which: str, shared: Path, home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = shared / "golden" / which
    publisher, year = (folder / "report.txt").read_text(encoding="utf-8").strip().split("\t")
    about = {**rows.about(int(year)), "publisher": publisher}
    storage.write_table("core.reports", int(year), [{**rows.report(int(year)), **about}])
    counted = {name: _put_down(name, folder, about) for name in TRANSCRIBED}
    publish()
    for name, count in counted.items():
        monkeypatch.setattr(sys, "argv", ["measure.py", "table", str(home.warehouse), str(folder), name, "-v"])
        with pytest.raises(SystemExit):
            runpy.run_path(str(shared / "measure.py"), run_name="__main__")
        judged = capsys.readouterr().out
        assert judged.splitlines()[-1].endswith(f"right {count} of {count}, extra 0"), name + judged


def _put_down(name: str, folder: Path, about: dict[str, Any]) -> int:
    """A transcription into storage, as a reader that reads it right would; how many rows it has."""
    table = TABLES[TRANSCRIBED[name]]
    columns = {c.name: c for c in table.columns}
    with open(folder / f"{name}.csv", encoding="utf-8") as file:
        printed = list(csv.DictReader(file))
    read = [
        {**about, **{k: int(v) if columns[k].type == "INTEGER" else v or None for k, v in row.items() if k not in ("row_no", "publisher")}}
        | ({"row_no": i} if "row_no" in columns else {})
        for i, row in enumerate(printed, start=1)
    ]
    storage.write_table(table.full_name, about["fiscal_year"], read)
    return len(read)
