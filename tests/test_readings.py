"""Documents are read once, each within its limits, and what is wrong with one of them costs no other."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.batches import Inline
from pipeline.batches.processes import Processes
from pipeline.model.contents import PartRead
from pipeline.reading import wanted
from pipeline.reports.intake import take_in
from pipeline.reports.workers import Workers, read_all, read_offer, reading_work
from pipeline.schema import TABLES
from pipeline.sources.archive import Offer, documents_in
from pipeline.store.home import Home
from pipeline.store.readings import Library, Limits, Outcome, standing
from pipeline.store.rows import contents_of, tables_of
from tests.fake_readers import read

LIMITS = Limits(seconds=300, megabytes=1024)
WORKERS = Workers(Inline(), LIMITS, "tests.fake_readers:read")
#: Two processes of their own, where a document may be the end of one.
PROCESSES = Workers(Processes(2), LIMITS, WORKERS.reader)
DAY = datetime(2025, 8, 20, tzinfo=UTC)


def library(folder: Path) -> Library:
    return Library.of(Home(folder / "home"), "fake-1")


def put(folder: Path, **files: str) -> list[Path]:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in files]


GOOD = "publisher: 某市大数据局\nyear: 2024\ntotal: 12.50\nfiscal: 12.50"
OTHER = "publisher: 某市财政局\nyear: 2023\ntotal: 3.00"


def test_limits_are_those_that_the_environment_names() -> None:
    named = {"FINAL_ACCOUNTS_DOCUMENT_SECONDS": "7", "FINAL_ACCOUNTS_DOCUMENT_MEGABYTES": "900"}
    assert Limits.from_environment(named) == Limits(seconds=7, megabytes=900)
    assert Limits.from_environment({}) == Limits()


def test_an_unchanged_document_is_not_read_again(tmp_path: Path) -> None:
    books = library(tmp_path)
    offers = [books.archive.offer_file(p) for p in put(tmp_path / "in", a=GOOD, b=OTHER)]
    assert set(books.unread(offers, WORKERS.limits)) == {o.sha256 for o in offers}
    outcomes = list(read_all(books, offers, WORKERS))
    assert {o.fiscal_year for o in outcomes} == {2024, 2023}
    assert not books.unread(offers, WORKERS.limits)
    [changed] = [books.archive.offer_file(p) for p in put(tmp_path / "in", a=GOOD.replace("12.50", "13.00"))]
    assert list(books.unread([changed], WORKERS.limits)) == [changed.sha256]
    assert Library.of(Home(tmp_path / "home"), "fake-2").unread(offers, WORKERS.limits), "another reader reads everything anew"


@pytest.mark.parametrize("left", [b"", b"PAR1", b"PAR1\x00\x00\x00\x00PAR1"])
def test_a_reading_that_a_loss_of_power_left_in_part_is_made_again(tmp_path: Path, left: bytes) -> None:
    books = library(tmp_path)
    offers = [books.archive.offer_file(p) for p in put(tmp_path / "in", a=GOOD, b=OTHER)]
    list(read_all(books, offers, WORKERS))
    books.readings.files.write(books.readings.path(offers[0].sha256), left)
    assert list(books.unread(offers, WORKERS.limits)) == [offers[0].sha256]
    assert [d.outcome.fiscal_year for d in books.documents()] == [2023]


@pytest.mark.parametrize(
    ("trouble", "problem"),
    [
        ("exit", "dies of it"),
        ("die", "dies of it"),
        ("eat", "more than 1024 MB"),
        ("raise", "公开99表"),
        ("twice", "the same key twice"),
    ],
)
def test_a_document_that_breaks_its_reader_costs_no_other(tmp_path: Path, trouble: str, problem: str) -> None:
    books = library(tmp_path)
    offers = [books.archive.offer_file(p) for p in put(tmp_path / "in", a=f"{GOOD}\ndo: {trouble}", b=OTHER, c="nothing")]
    outcomes = {o.sha256: o for o in read_all(books, offers, PROCESSES)}
    bad, good, foreign = (outcomes[o.sha256] for o in offers)
    assert bad.status == "failed"
    assert problem in str(bad.problem)
    assert bad.remedy
    assert good.status == "read"
    assert (foreign.status, foreign.remedy) == ("not_a_report", "offer the publisher's report")
    assert [o for o, _ in books.failures(offers)] == [offers[0], offers[2]]


def test_a_document_that_takes_too_long_is_refused_until_it_may_take_longer(tmp_path: Path) -> None:
    books = library(tmp_path)
    workers = Workers(Processes(1), Limits(seconds=1), WORKERS.reader)
    offers = [books.archive.offer_file(p) for p in put(tmp_path / "in", a=f"{GOOD}\ndo: sleep", b=OTHER)]
    [slow] = read_all(books, offers[:1], workers)
    assert "longer than 1 s" in str(slow.problem)
    assert not books.unread(offers[:1], workers.limits)
    assert list(books.unread(offers[:1], Limits(seconds=20))) == [offers[0].sha256]
    [good] = read_all(books, offers[1:], WORKERS)
    assert good.status == "read"


def test_readings_may_be_kept_in_an_object_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FINAL_ACCOUNTS_KEPT", f"memory://kept-{tmp_path.name}")
    books = library(tmp_path)
    [offer] = [books.archive.offer_file(p) for p in put(tmp_path / "in", a=GOOD)]
    list(Inline().run(reading_work(books, WORKERS), [offer]))
    assert not books.unread([offer], WORKERS.limits)
    assert books.readings.contents(offer.sha256).report.publisher == "某市大数据局"
    assert list(books.readings.keys()) == [offer.sha256]
    assert not (tmp_path / "home" / "readings").exists()


def test_a_reading_gives_back_the_contents_exactly(tmp_path: Path) -> None:
    both = [read(text.encode(), "file:///x", DAY) for text in (GOOD, OTHER)]
    alone = tables_of(both[0])
    [back] = contents_of(alone)
    assert (back.report, back.figures) == (both[0].report, both[0].figures)
    assert str(back.figures[0].value) == "12.50"
    assert tables_of(back) == alone
    together = {name: pa.concat_tables([alone[name], tables_of(both[1])[name]]) for name in alone}
    assert [(c.report, c.figures) for c in contents_of(together)] == [(c.report, c.figures) for c in both]


def test_every_row_names_its_report_publisher_and_year() -> None:
    report = (contents := read(GOOD.encode(), "file:///x", DAY)).report
    for name, table in tables_of(contents).items():
        for row in table.to_pylist():
            assert (row["report_id"], row["publisher"], row["fiscal_year"]) == (report.report_id, "某市大数据局", 2024), name


def test_a_number_with_more_digits_than_a_column_keeps_is_rounded_at_its_last_one() -> None:
    told = {"0.00000000004": "0E-10", "0.12345678905": "0.1234567890", "0.1234567890": "0.1234567890", "-1.99999999999": "-2.0000000000"}
    for printed, kept in told.items():
        contents = read(GOOD.replace("12.50", printed).encode(), "file:///x", DAY)
        assert [str(v) for v in tables_of(contents)["core.figures"]["value"].to_pylist()] == [kept, kept], printed


def test_a_revision_handed_in_later_stands_whatever_its_date_and_in_one_folder_the_one_changed_last(tmp_path: Path) -> None:
    books = library(tmp_path)

    def hand_in(name: str, total: str, age: int) -> Path:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(GOOD.replace("12.50", total), encoding="utf-8")
        os.utime(path, (DAY.timestamp() - age, DAY.timestamp() - age))
        return path

    def standing_file() -> str:
        [stands] = [d for d in books.documents() if d.status == "read"]
        return stands.offer.source_url.removeprefix(tmp_path.as_uri())

    hand_in("first/a.txt", "1.00", age=10)
    hand_in("first/b.txt", "2.00", age=20)
    take_in(books, WORKERS, tmp_path / "first")
    assert standing_file() == "/first/a.txt", "the one changed last"
    hand_in("second/c.txt", "3.00", age=99)
    take_in(books, WORKERS, tmp_path / "second")
    assert standing_file() == "/second/c.txt", "older by its date, handed in later"
    take_in(books, WORKERS, tmp_path / "first")
    assert standing_file() == "/first/a.txt", "handed in again: it is known, and it is what was handed in last"
    hand_in("first/b.txt", "2.00", age=5)
    take_in(books, WORKERS, tmp_path / "first")
    assert standing_file() == "/first/b.txt", "touched: the one changed last"


def test_a_file_that_only_lies_where_it_lay_is_not_handed_in_again(tmp_path: Path) -> None:
    books = library(tmp_path)
    [lying, other] = put(tmp_path / "in", a=GOOD, b=GOOD.replace("12.50", "13.00"))
    first = books.archive.offer_file(lying, handed_in=False)
    books.archive.offer_file(other)
    assert books.archive.offer_file(lying, handed_in=False) == first
    os.utime(lying, (1_700_000_000, 1_700_000_000))
    assert books.archive.offer_file(lying, handed_in=False).order > first.order, "changed: it has come in anew"


def test_a_withdrawn_document_stands_for_nothing_until_it_is_taken_back(tmp_path: Path) -> None:
    books = library(tmp_path)
    folder = tmp_path / "in"
    put(folder, a=GOOD)
    take_in(books, WORKERS, folder)
    put(folder, a=GOOD.replace("12.50", "13.00"), letter="no report")
    take_in(books, WORKERS, folder)

    def statuses() -> list[str]:
        return sorted(d.status for d in books.documents())

    assert statuses() == ["not_a_report", "read", "superseded"]
    [new] = [d.offer.sha256 for d in books.documents() if d.status == "read"]
    [letter] = [d.offer for d in books.documents() if d.status == "not_a_report"]
    for sha256 in (new, letter.sha256):
        books.archive.withdraw(sha256)
    assert statuses() == ["read", "withdrawn", "withdrawn"], "the edition before stands again"
    assert not list(books.failures([letter])), "what was withdrawn is nobody's problem"
    take_in(books, WORKERS, folder)
    assert statuses() == ["read", "withdrawn", "withdrawn"], "handing it in again does not undo a decision"
    books.archive.restore(new)
    assert [d.offer.sha256 for d in books.documents() if d.status == "read"] == [new]
    with pytest.raises(FileNotFoundError):
        books.archive.withdraw("0" * 64)


def test_a_report_in_several_documents_is_withdrawn_with_its_parts() -> None:
    parts = tuple(PartRead(s, s, "application/pdf", n) for n, s in enumerate("12", 1))
    outcomes = {"b": Outcome("b", "read", "2024-aaaaaaaaaaaa", 2024, parts=parts)}
    offers = [Offer(s, f"u/{s}", DAY, 9) for s in "12"] + [Offer("b", "u/b", DAY, 9, parts=("1", "2"))]
    assert {d.status for d in standing(offers, outcomes.get)} == {"read", "part"}
    assert {d.status for d in standing(offers, outcomes.get, {"b"})} == {"withdrawn"}


def test_the_document_found_last_stands_for_its_report() -> None:
    def offer(sha: str, url: str, days: int) -> Offer:
        return Offer(sha, url, DAY + timedelta(days), 9)

    outcomes = {s: Outcome(s, "read", "2024-aaaaaaaaaaaa", 2024) for s in ("1", "2", "3")}
    outcomes["4"] = Outcome("4", "failed", problem="empty")
    offers = [offer("1", "u/1", 5), offer("2", "u/2", 9), offer("2", "u/2again", 1), offer("3", "u/3", 9), offer("4", "u/4", 0)]
    offers.append(offer("9", "u/9", 0))  # not read yet
    status = {d.offer.source_url: d.status for d in standing(offers, outcomes.get)}
    assert status == {"u/1": "superseded", "u/2": "superseded", "u/2again": "duplicate", "u/3": "read", "u/4": "failed"}


def test_the_same_bytes_at_two_addresses_are_one_document_and_its_provenance_is_that_of_the_offer(tmp_path: Path) -> None:
    books = library(tmp_path)
    first, second = put(tmp_path / "in", a=GOOD, b=GOOD)
    os.utime(first, (1_700_000_000, 1_700_000_000))
    offers = [books.archive.offer_file(p) for p in (first, second)]
    list(read_all(books, list(books.unread(offers, WORKERS.limits).values()), WORKERS))
    documents = books.of_year(2024)
    assert [d.status for d in documents] == ["duplicate", "read"]
    assert [(d.row()["bytes"], set(d.row()) - {c.name for c in TABLES["core.documents"].columns}) for d in documents] == [
        (len(GOOD.encode()), set())
    ] * 2
    [report] = [row for tables in books.tables([d.row() for d in documents]) for row in tables["core.reports"].to_pylist()]
    assert (report["source_url"], report["code_version"]) == (second.resolve().as_uri(), "fake-1")


def test_companions_of_reports_are_passed_over_and_counted(tmp_path: Path) -> None:
    put(tmp_path, **{"a.pdf": "x", "README.md": "x", ".DS_Store": "x", "b": "x"})
    (tmp_path / "deep").mkdir()
    put(tmp_path / "deep", **{"c.TXT": "x", "cells.csv": "x"})
    offered, passed = documents_in(tmp_path)
    assert [p.name for p in offered] == ["a.pdf", "b", "c.TXT"]
    assert [p.name for p in passed] == ["README.md", "cells.csv"]


def test_a_reading_that_did_without_a_program_is_made_again_once_it_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    books = library(tmp_path)
    (path,) = put(tmp_path / "in", a=f"{GOOD}\ndo: want")
    offer = books.archive.offer_file(path)
    monkeypatch.setitem(wanted._FOUND, wanted.LIBRE_OFFICE, lambda: None)
    read = read_offer(reading_work(books, WORKERS).settings, offer)
    assert read.without == ("LibreOffice",)
    assert not books.unread([offer], WORKERS.limits), "nothing has changed"
    [document] = [d.row() for d in books.documents()]
    assert document["read_without"] == "LibreOffice"
    [before] = [row for tables in books.tables([document]) for row in tables["core.reports"].to_pylist()]
    assert before["reader"] == "fake/1 without LibreOffice"
    monkeypatch.setitem(wanted._FOUND, wanted.LIBRE_OFFICE, lambda: "/usr/bin/soffice")
    assert list(books.unread([offer], WORKERS.limits)) == [offer.sha256]


def test_a_reading_that_left_pages_out_for_lack_of_time_is_made_again_once_there_is_more(tmp_path: Path) -> None:
    books = library(tmp_path)
    (path,) = put(tmp_path / "in", a=f"{GOOD}\ndo: hurry")
    offer = books.archive.offer_file(path)
    none, some = Limits(seconds=0.0), Limits(seconds=300)
    read = read_offer(reading_work(books, Workers(Inline(), none, WORKERS.reader)).settings, offer)
    assert read.status == "read"
    assert not books.unread([offer], none), "nothing has changed"
    assert list(books.unread([offer], some)) == [offer.sha256]
    assert read_offer(reading_work(books, Workers(Inline(), some, WORKERS.reader)).settings, offer).limits is None
    assert not books.unread([offer], some)
