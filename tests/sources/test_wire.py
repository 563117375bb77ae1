"""Nothing comes of a stranger's rubbish but ``None`` or a problem with one line; one site's fault costs that site."""

from __future__ import annotations

import contextlib
import datetime as dt
import gzip
import json
import random
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.hostile import collect, unexpected
from pipeline.model import harmless
from pipeline.reading.archives import is_archive, members
from pipeline.reading.document import UnreadableDocument
from pipeline.sources import discovery, wire
from pipeline.sources.exchange import FetchProblem
from pipeline.sources.linkstate import conditions, length_of
from pipeline.sources.media import defect, sniff
from pipeline.sources.politeness import HostGate, Robots, authority
from pipeline.sources.registry import HostLimits, JsonSite, load_registry
from pipeline.sources.store import Store
from pipeline.sources.titles import fiscal_year_of, normal, years_in
from pipeline.sources.visiting import Visit
from pipeline.sources.webpage import WebPage, absolute, decode_named, is_document_address, name_in_address
from pipeline.sources.yearly import collect_year
from tests.sources import hostile
from tests.sources.conftest import World
from tests.sources.world import SETTINGS

words = st.one_of(st.sampled_from(hostile.WORDS), st.text(max_size=80), st.text(st.sampled_from("htp:/[]@.%2é²9a?#\\\x00 "), max_size=30))
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), words),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["a", "data", "0", "²"]), inner, max_size=3)),
    max_leaves=8,
)


@given(words, words)
def test_words_of_strangers_never_raise(one: str, other: str) -> None:
    for parse in (
        wire.whole_number, wire.header, wire.wait_asked, wire.split_address, wire.date_in, wire.first_date, wire.day_of, authority, years_in, normal, harmless.line,
        is_document_address, name_in_address, lambda t: fiscal_year_of(t, None), lambda t: length_of({"content-length": t}),
    ):  # fmt: skip
        parse(one)
    wire.joined(one, other)
    link = absolute(one, other)
    assert link is None or link.startswith(("http://", "https://"))
    link = absolute("http://h.example/a/", other, one[:20])
    assert link is None or wire.split_address(link) is not None, "an address that is taken can be asked for"
    with contextlib.suppress(FetchProblem):
        wire.parsed_json(one)
    for value in conditions({"etag": one, "last_modified": other}).values():
        assert value.isascii()
        assert value.isprintable()


@given(values, st.sampled_from(["", "a", "data.0", "0.a", "²", "a.²", "data.a.0", "-1"]))
def test_a_path_into_json_leads_to_a_value_or_nowhere(data: object, path: str) -> None:
    wire.day_of(wire.value_at(data, path))


@given(values)
def test_an_item_of_an_endpoint_is_a_row_or_none(item: object) -> None:
    site = JsonSite(kind="json", url="http://h/", items="", title="a", link="data", date="0")
    row = Visit._json_row(site, item, "http://h/")
    assert row is None or (row.url.startswith("http") and row.title.isprintable())


@pytest.mark.parametrize(
    ("value", "day"),
    [
        (10**8, None), (10**8 + 1, dt.date(1973, 3, 3)), (10**14, None), (1722470400000, dt.date(2024, 8, 1)), (1722470400, dt.date(2024, 8, 1)), ("2024-08-01 10:00", dt.date(2024, 8, 1)),
        (1e18, None), (float("inf"), None), (float("nan"), None), (True, None), (12, None), ("2024-99-99", None), ({}, None),
    ],
)  # fmt: skip
def test_days_of_endpoints(value: object, day: dt.date | None) -> None:
    assert wire.day_of(value) == day


@given(st.binary(max_size=300), st.integers(0, 400), st.sampled_from(["gzip", "deflate", "raw"]), st.lists(st.integers(1, 40), max_size=12))
def test_a_compressed_body_comes_whole_however_it_is_cut(body: bytes, more: int, kind: str, cuts: list[int]) -> None:
    body += bytes(more) * 500
    raw = zlib.compressobj(wbits=-15)
    packed = {"gzip": gzip.compress(body), "deflate": zlib.compress(body), "raw": raw.compress(body) + raw.flush()}[kind]
    pieces, rest = [], packed
    for cut in cuts:
        pieces.append(rest[:cut])
        rest = rest[cut:]
    assert b"".join(wire.inflated([*pieces, rest], "gzip" if kind == "gzip" else "deflate")) == body
    with pytest.raises(FetchProblem, match=r"cut off|damaged"):
        b"".join(wire.inflated([packed[:-9]], "gzip" if kind == "gzip" else "deflate"))


@pytest.mark.parametrize("text", ['{"a": [1]}', '\ufeff {"a": [1]}', 'cb.x$1 ( {"a": [1]} ) ; \n', ' f({"a": [1]})'])
def test_json_may_be_wrapped_in_a_call(text: str) -> None:
    assert wire.parsed_json(text) == {"a": [1]}


@pytest.mark.parametrize("text", ["f()" + " " * 1_000_000 + "x", "f(" + ")  ;" * 300_000, "f({)", "[" * 100_000, "f", ""])
def test_what_only_looks_like_json_is_a_problem_at_once(text: str) -> None:
    with pytest.raises(FetchProblem, match="no JSON"):
        wire.parsed_json(text)


@pytest.mark.parametrize("tag", ["<div>", "<x-y a=1>", "<b></i>x", "<ul><li>"])
def test_a_page_that_a_parser_would_never_finish_is_refused(tag: str) -> None:
    assert wire.bounded_markup(tag * 1000)
    with pytest.raises(FetchProblem, match=r"more than 3,000"):
        wire.bounded_markup(tag * 1_000_000)
    with pytest.raises(FetchProblem, match="attributes"):
        wire.bounded_markup(f"{tag}<p {' '.join(f'a{n}=1' for n in range(100_000))}>")


def test_a_long_list_is_a_page_for_readers() -> None:
    row = "<li><div><a href='/1.html'>决算</a><br><img src=1><p>2025-01-01</div>"
    assert wire.bounded_markup(f"<ul>{row * 20_000}</ul><pre>{'决 算 ' * 9000}</pre>").endswith("</pre>")


@given(st.lists(st.binary(max_size=60), max_size=5), st.sampled_from(["gzip", "deflate", "br", "", "gzip\x00", "²"]))
def test_any_bytes_are_a_body_or_a_problem(pieces: list[bytes], encoding: str) -> None:
    with contextlib.suppress(FetchProblem):
        for piece in wire.inflated(pieces, encoding):
            assert len(piece) <= 65536


@given(st.binary(max_size=200), st.one_of(st.none(), st.sampled_from(hostile.CHARSETS), st.text(max_size=20)))
def test_any_bytes_are_a_page(data: bytes, charset: str | None) -> None:
    text, name = decode_named(data, charset)
    page = WebPage("http://h.example/", text, name)
    page.links(20)
    assert page.drawn_next is None or page.drawn_next.startswith("http")
    _ = page.title, page.published, page.refresh, page.forms_printed
    Robots(text).allows("http://h.example/a", "x")
    Robots(text).crawl_delay("x")


@settings(max_examples=150)
@given(seed=st.integers(0, 10**9))
def test_any_file_has_a_type_and_any_archive_members_or_a_problem(seed: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "any.bin"
    path.write_bytes(hostile.document(random.Random(seed)))
    defect(path, sniff(path))
    if is_archive(path.read_bytes()):
        with contextlib.suppress(UnreadableDocument):
            assert all(m.name.isprintable() and (m.problem or isinstance(m.data, bytes)) for m in members(path.read_bytes()))


def test_a_number_of_five_thousand_digits_draws_no_next_page() -> None:
    script = f"<script>createPageHTML({'9' * 5000}, {'9' * 5000}, 'index', 'html')</script>"
    assert WebPage("http://h/", script).drawn_next is None


def test_a_host_that_asks_to_wait_again_and_again_is_given_up() -> None:
    gate = HostGate(HostLimits(), waits=100)
    gate.pause(60)
    assert gate.closed is None
    gate.pause(30)  # within the sixty seconds
    assert gate.closed is None
    gate.pause(160)
    assert gate.closed is not None
    assert "again and again" in gate.closed


def test_a_run_among_hostile_servers_ends_with_a_row_for_everybody(tmp_path: Path) -> None:
    world, years = collect(100, 5, tmp_path)
    assert [len(y.publishers) for y in years] == [len(world.hostile) + len(world.good)] * 2
    assert [line for y in years for line in unexpected(y)] == []
    good = {world.name(h) for h in world.good}
    assert all({p.publisher for p in y.publishers if p.standing == "found"} >= good for y in years)
    assert Store(tmp_path / "store").verify()[1] == []


def test_one_sites_unexpected_fault_is_its_own_row_with_the_place_in_the_code(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = world.expected[0].publisher
    judged = discovery.judge

    def judge(title, publisher, *rest, **more):  # type: ignore[no-untyped-def]
        if publisher.name == broken:
            raise ZeroDivisionError("nobody expected this")
        return judged(title, publisher, *rest, **more)

    whole = collect_year(world.registry, 2024, world.store, settings=SETTINGS)
    monkeypatch.setattr(discovery, "judge", judge)
    got = collect_year(world.registry, 2024, Store(world.folder / "another"), settings=SETTINGS)
    [problem] = [p for p in got.problems if "fault of ours" in p.line]
    assert problem.publisher == broken
    assert "ZeroDivisionError: nobody expected this" in problem.line
    assert "test_wire.py" in problem.line
    found = {p.publisher for p in whole.publishers if p.standing == "found"}
    assert {p.publisher for p in got.publishers if p.standing == "found"} == found - {broken}
    assert len(got.publishers) == len(whole.publishers)


def test_a_site_that_takes_too_long_leaves_the_others_their_turn(world: World) -> None:
    slow = world.registry.model_copy(update={"publishers": world.registry.publishers})
    found = discovery.Discovery(slow, lambda *_: pytest.fail("no page is asked for when the time is up"), site_seconds=-1.0)
    [problem] = found.find(world.registry.publishers[0], 2024).problems
    assert problem.kind == "limit"


def test_a_sidecar_with_a_day_that_is_none_costs_itself(world: World) -> None:
    inbox = world.folder / "inbox"
    inbox.mkdir()
    for name, said in (("a.txt", "obtained: 2024-13-45"), ("b.txt", "title: " + "[" * 700), ("c.txt", "title: good")):
        (inbox / name).write_text("收入支出决算总表", encoding="utf-8")
        (inbox / f"{name}.yaml").write_text(said, encoding="utf-8")
    registry = load_registry(world.folder / "publishers.yaml").model_copy(update={"publishers": ()})
    got = collect_year(registry, 2024, world.store, inbox, settings=SETTINGS)
    assert [p.url for p in got.problems] == ["inbox:a.txt", "inbox:b.txt"]
    assert [d.title for d in got.documents] == ["good"]


def test_json_that_is_wrapped_or_marked_is_read() -> None:
    assert wire.parsed_json('cb({"a": 1});') == wire.parsed_json('\ufeff{"a": 1}') == {"a": 1}
    assert wire.value_at(json.loads('{"a": [{"b": 2}]}'), "a.0.b") == 2
    assert wire.value_at([1, 2], "2") is None
    with pytest.raises(FetchProblem, match="'br' was not asked for"):
        list(wire.inflated([b"x"], "br"))
