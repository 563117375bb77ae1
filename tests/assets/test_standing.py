"""A year is run again when something that it is made of has changed, and only then; what has changed is said."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import dagster as dg
import pytest

from pipeline.orchestration import standing
from pipeline.orchestration.resources import Documents, Sources
from pipeline.orchestration.sensors import new_documents
from pipeline.orchestration.standing import Standing, as_written, documents_of
from pipeline.sources.inbox import likely_year
from pipeline.sources.registry import Registry
from pipeline.store import accepted
from pipeline.store import tables as storage
from pipeline.store.home import Home
from pipeline.store.readings import Library, Outcome, refusal
from pipeline.store.rows import report_row
from tests.fake_readers import read

NOBODY = Registry(publishers=())
TEXT = "publisher: 某市大数据局\nyear: {}\ntotal: {}\nfiscal: 1.00"


def hand_in(home: Home, folder: Path, name: str, text: str) -> None:
    """A document that was offered and read."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    library, data = Library.of(home), path.read_bytes()
    library.archive.offer_file(path)
    if "publisher" not in text:
        library.readings.keep(refusal(sha256(data).hexdigest(), "no report", "offer a report", "not_a_report"))
        return
    contents = read(data, path.as_uri(), None)
    outcome = Outcome(sha256(data).hexdigest(), "read", contents.report.report_id, contents.report.fiscal_year, "text/plain")
    library.readings.keep(outcome, contents)


def accept(home: Home, year: int, last: str = "") -> None:
    """The year's tables as a run would leave them, as far as they tell what the year was made of; then accepted."""
    library = Library.of(home)
    documents = [d.row() for d in documents_of(library.documents(), year)]
    storage.write_table("core.documents", year, documents)
    reports = [library.readings.contents(d["document_sha256"]).report for d in documents if d["status"] == "read"]
    storage.write_table("core.reports", year, [report_row(r) | {"code_version": library.readings.version} for r in reports])
    against = [{"report_id": r.report_id, "publisher": r.publisher, "fiscal_year": year, "relation": "year_before", "expected": r.publisher,
                "other_sha256": last or None} for r in reports]  # fmt: skip
    storage.write_table("checks.held_against", year, against)
    accepted.accept(year, as_written(year, NOBODY))


def behind(home: Home) -> dict[int, tuple[str, ...]]:
    return {b.year: b.changed for b in Standing(Library.of(home), NOBODY).behind()}


@pytest.fixture
def two_years(home: Home, tmp_path: Path) -> Path:
    """2023 and 2024 accepted, the later held against the earlier; the folder of their documents."""
    folder = tmp_path / "in"
    for year in (2023, 2024):
        hand_in(home, folder, f"{year}.txt", TEXT.format(year, "1.00"))
    assert behind(home) == {2023: ("never accepted",), 2024: ("never accepted",)}
    accept(home, 2023)
    accept(home, 2024, sha256(TEXT.format(2023, "1.00").encode()).hexdigest())
    return folder


def test_nothing_is_behind_where_nothing_has_changed(home: Home, two_years: Path) -> None:
    assert behind(home) == {}
    assert Standing(Library.of(home), NOBODY).years == [2023, 2024]


def test_another_document_puts_its_year_behind_and_a_refused_one_the_latest(home: Home, two_years: Path) -> None:
    hand_in(home, two_years, "letter.txt", "致各位同事")
    assert behind(home) == {2024: ("documents",)}
    hand_in(home, two_years, "2023.txt", TEXT.format(2023, "2.00"))
    assert behind(home)[2023] == ("documents",)


def test_a_year_is_behind_the_year_before_once_that_is_accepted_anew(home: Home, two_years: Path) -> None:
    hand_in(home, two_years, "2023.txt", TEXT.format(2023, "2.00"))
    assert behind(home) == {2023: ("documents",)}
    accept(home, 2023)
    assert behind(home) == {2024: ("year before",)}


def test_a_decision_concerns_its_year_and_other_code_every_year(home: Home, two_years: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "decisions"
    folder.mkdir()
    entry = '[[decision]]\nreport = "2023-x"\nfinding = "f"\nverdict = "not_an_error"\nreason = "r"\nauthor = "a"\ndate = 2026-01-01\n'
    (folder / "a.toml").write_text(entry, encoding="utf-8")
    monkeypatch.setenv("FINAL_ACCOUNTS_ADJUDICATIONS", str(folder))
    assert behind(home) == {2023: ("decisions",)}
    monkeypatch.setattr(standing, "year_version", lambda: "another")
    assert behind(home) == {2023: ("code", "decisions"), 2024: ("code",)}


def test_the_sensor_asks_for_a_run_of_each_year_that_is_behind(home: Home, two_years: Path) -> None:
    resources = {"reports": Documents(), "sources": Sources()}
    with dg.build_sensor_context(resources=resources) as context:
        assert list(new_documents(context)) == []  # type: ignore[call-overload]
    hand_in(home, two_years, "2023.txt", TEXT.format(2023, "2.00"))
    with dg.build_sensor_context(resources=resources) as context:
        [request] = list(new_documents(context))  # type: ignore[call-overload]
    assert request.partition_key == "2023"
    assert request.run_key.startswith("2023-")


def test_a_new_file_of_the_inbox_asks_for_a_run_of_the_year_that_it_looks_like(home: Home, two_years: Path) -> None:
    home.inbox.mkdir()
    (home.inbox / "a.txt").write_text("2019年度某市某局部门决算", encoding="utf-8")
    (home.inbox / "b.txt").write_text("1895年度某市某局部门决算", encoding="utf-8")
    with dg.build_sensor_context(resources={"reports": Documents(), "sources": Sources()}) as context:
        [request] = list(new_documents(context))  # type: ignore[call-overload]
    assert (request.partition_key, request.run_key.startswith("waiting-")) == ("2019", True)


@pytest.mark.parametrize(
    ("name", "content", "sidecar", "year"),
    [
        ("某局2021年度部门决算.pdf", b"", "", 2021),
        ("scan.pdf", "某局 2020 年度部门决算".encode(), "", 2020),
        ("scan.pdf", "某局 2020 年度部门决算".encode(), "fiscal_year: 2018", 2018),
        ("scan.pdf", "某局 2020 年度部门预算".encode(), "", None),
        ("scan.pdf", bytes(range(256)), "", None),
    ],
)
def test_what_year_a_document_looks_like(tmp_path: Path, name: str, content: bytes, sidecar: str, year: int | None) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    if sidecar:
        path.with_name(f"{name}.yaml").write_text(sidecar, encoding="utf-8")
    assert likely_year(path) == year
