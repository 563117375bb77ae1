"""Discovery alone: pages that are too large, too many, circular or broken; and the choice between publications."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.cli.app import app
from pipeline.sources.client import Client
from pipeline.sources.discovery import MAX_DETAIL_PAGES, Discovery
from pipeline.sources.guard import Scope
from pipeline.sources.pages import Pages
from pipeline.sources.publications import Found, PartLink, Publication, resolve, without_twins
from pipeline.sources.registry import load_registry
from tests.sources.conftest import World
from tests.sources.habits import article, page, rows
from tests.sources.site import Site
from tests.sources.world import QUICK

HOST = "127.0.0.51"
NAME = "某市大数据局"


def find(site: Site, folder: Path, sites: str) -> Found:
    """What is found for fiscal year 2024 with these sites; ``{}`` is the site's address."""
    file = folder / "r.yaml"
    text = f'publishers: [{{name: {NAME}, kind: department, division: "990100", level: city, sites: [{sites}]}}]\n'
    file.write_text(text.replace("{}", site.url(HOST, "")) + "defaults: {requests_per_second: 1000, concurrency: 8}", encoding="utf-8")
    registry = load_registry(file)
    with Client(registry, QUICK) as client:
        return Discovery(registry, Pages(client, None).read).find(registry.publishers[0], 2024)


LIST = "{kind: list, url: '{}/', allow_private: true}"


def lines(found: Found) -> str:
    return "\n".join(p.line for p in found.problems)


def test_a_page_with_ten_thousand_links(tmp_path: Path) -> None:
    site = Site()
    many = [(f"/n/{i}.html", f"第{i}号通知", "2025-08-01") for i in range(13_000)]
    site.put(HOST, "/", page(rows(*many[:5000], ("/r.pdf", f"{NAME}2024年度部门决算", "2025-08-20"), *many[5000:])))
    with site:
        found = find(site, tmp_path, LIST.replace("kind: list", "kind: list, next_link: null"))
    assert [p.title for p in found.publications] == [f"{NAME}2024年度部门决算"]
    assert "links beyond the first 12000" in lines(found)
    assert len(site.hits) <= 3, "links that do not fit are not followed"


def test_more_fitting_titles_than_a_publisher_can_have(tmp_path: Path) -> None:
    site = Site()
    site.put(HOST, "/", page(rows(*((f"/n/{i}.html", f"{NAME}2024年度部门决算", "2025-08-01") for i in range(200)))))
    with site:
        found = find(site, tmp_path, LIST)
    assert f"more than {MAX_DETAIL_PAGES} links fit" in lines(found)
    assert len(site.hits) <= MAX_DETAIL_PAGES + 3


def test_lists_that_turn_in_circles_and_lists_without_end(tmp_path: Path) -> None:
    site = Site()
    row = ("/x.html", "别的事", "2025-08-01")
    site.put(HOST, "/", page(rows(row) + "<a href='/2'>下一页</a>"))
    site.put(HOST, "/2", page(rows(row) + "<a href='/'>下一页</a>"))
    for i in range(1, 40):
        site.put(HOST, f"/p{i}", page(rows(row)))
    with site:
        assert find(site, tmp_path, LIST).problems == []
        assert len([h for h in site.hits if h.path != "/robots.txt"]) == 2
        site.forget()
        endless = "{kind: list, url: '{}/p1', page_template: '/p{page}', max_pages: 5, allow_private: true}"
        assert "more than 5 pages" in lines(find(site, tmp_path, endless))
        assert len([h for h in site.hits if h.path != "/robots.txt"]) == 5


@pytest.mark.parametrize(
    ("turn", "second"),
    [
        ("<a href='index_1.html'>下一页&gt;&gt;</a>", "/gk/index_1.html"),
        ("<a href='?page=2'>下页</a>", "/gk/?page=2"),
        ("<span>1</span><a href='?page=2'>2</a><a href='?page=3'>3</a>", "/gk/?page=2"),
        ("<a href='javascript:void(0)' onclick=\"location.href='/gk/list_2.html'\">下一页</a>", "/gk/list_2.html"),
        ("<script>createPageHTML(2, 0, 'index', 'html')</script>", "/gk/index_1.html"),
        ("<link rel=next><a rel=next href='/gk/2/'>→</a>", "/gk/2/"),
    ],
    ids=["words", "other words", "numbers", "script in a link", "script that draws", "rel"],
)
def test_pages_are_turned_in_every_way(tmp_path: Path, turn: str, second: str) -> None:
    site = Site()
    site.put(HOST, "/gk/", page(rows(("/x.html", "别的事", "2025-08-01")) + turn))
    site.put(HOST, second, page(rows(("/r.pdf", f"{NAME}2024年度部门决算", "2025-08-01"))))
    with site:
        found = find(site, tmp_path, LIST.replace("{}/", "{}/gk/"))
    assert [p.title for p in found.publications] == [f"{NAME}2024年度部门决算"]


def test_a_list_of_links_is_followed_and_its_attachments_are_not_taken(tmp_path: Path) -> None:
    site = Site()
    site.put(HOST, "/", page(rows(("/m.html", "2024年度部门决算公开目录", "2025-08-01"))))
    links = f"<a href='./d/r.html'>{NAME}</a><a href='d/r2.html'>{NAME}2024年度部门决算</a><a href='/notes.doc'>点击下载</a>"
    site.put(HOST, "/m.html", article("2024年度部门决算公开目录", "2025-08-01", links))
    site.put(
        HOST,
        "/d/r2.html",
        page("<base href='/files/'>" + article(f"{NAME}2024年度部门决算", "2025-08-01", "<a href='r.pdf'>附件：2024年度部门决算.pdf</a>")),
    )
    with site:
        [publication] = find(site, tmp_path, LIST).publications
    assert [p.url for p in publication.parts] == [site.url(HOST, "/files/r.pdf")]


def test_attachments_behind_a_download_page(tmp_path: Path) -> None:
    site = Site()
    address = "/module/download/downfile.jsp?classid=0&filename=0a1b.pdf"
    site.put(HOST, "/", page(rows(("/d.html", f"{NAME}2024年度部门决算", "2025-08-01"))))
    site.put(
        HOST,
        "/d.html",
        article(
            f"{NAME}2024年度部门决算",
            "2025-08-01",
            f"<a href='{address.replace('&', '&amp;')}'>决算公开表</a><a href='/showFile.do?id=7'>情况说明</a>",
        ),
    )
    with site:
        [publication] = find(site, tmp_path, LIST).publications
    assert [p.url for p in publication.parts] == [site.url(HOST, address), site.url(HOST, "/showFile.do?id=7")]


def test_paging_ends_where_rows_are_too_old(tmp_path: Path) -> None:
    site = Site()
    site.put(HOST, "/", page(rows(("/a.html", "通知", "2024-12-31")) + "<a href='/2'>下一页</a>"))
    site.put(HOST, "/2", page(rows(("/r.pdf", "2024年度部门决算", "2025-12-31"))))
    with site:
        assert find(site, tmp_path, LIST).publications == []
    assert "/2" not in {h.path for h in site.hits}


def test_links_to_other_hosts_are_named_and_not_followed(tmp_path: Path) -> None:
    site = Site()
    site.put(
        HOST, "/", page(rows(("http://elsewhere.example/r.pdf", "2024年度部门决算", "2025-08-01"), ("/d.html", "2024年度部门决算公开", "2025-08-01")))
    )
    site.put(HOST, "/d.html", article("2024年度部门决算公开", "2025-08-01", "<a href='http://cdn.example/r.pdf'>2024年度部门决算.pdf</a>"))
    with site:
        found = find(site, tmp_path, LIST)
    assert not found.publications
    assert "elsewhere.example is not in the registry entry" in lines(found)
    assert "cdn.example is not in the registry entry" in lines(found)


def test_a_page_of_pictures_is_a_report_and_an_empty_page_is_said_to_be_so(tmp_path: Path) -> None:
    site = Site()
    site.put(HOST, "/", page(rows(("/1.html", "2024年度部门决算", "2025-08-01"), ("/2.html", "2024年度部门决算公开", "2025-08-01"))))
    site.put(HOST, "/1.html", article("2024年度部门决算", "2025-08-01", "<img src=1.jpg><img src=2.jpg>"))
    site.put(HOST, "/2.html", article("2024年度部门决算公开", "2025-08-01", "<p>无附件</p>"))
    with site:
        found = find(site, tmp_path, LIST)
    assert [p.line.removeprefix("the page holds ") for p in found.problems] == ["neither attachments nor the forms of a report"]
    assert [len(o.parts) for o in found.publications] == [3], "the page and its pictures"


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ("<html>登录</html>", "is no JSON"),
        ('{"other": 1}', "at 'data' in the endpoint's answer is not there"),
        ('{"data": 5}', "is no list"),
        ('["data"]', "is not there"),
        ("[" * 100_000, "is no JSON"),
        ("9" * 5000, "is no JSON"),
    ],
)
def test_an_endpoint_that_answers_something_else(tmp_path: Path, answer: str, says: str) -> None:
    site = Site()
    site.put(HOST, "/s", answer, "application/json")
    with site:
        found = find(site, tmp_path, "{kind: json, url: '{}/s', items: data, title: t, link: l, allow_private: true}")
    assert says in lines(found)


def test_an_endpoint_with_a_callback_odd_items_and_pages(tmp_path: Path) -> None:
    site = Site()
    good = {"t": f"<b>{NAME}</b>2024年度部门决算", "l": "/r.pdf", "d": "2025-08-01 10:00:00"}
    answers = [f"cb({json.dumps([{'x': 1}, good, None, 'text'], ensure_ascii=False)});", "cb([]);"]
    for n, answer in enumerate(answers, 1):
        site.put(HOST, f"/s?p={n}&y=2024", answer, "text/javascript")
    with site:
        found = find(site, tmp_path, "{kind: json, url: '{}/s?p={page}&y={year}', items: '', title: t, link: l, date: d, allow_private: true}")
    [publication] = found.publications
    assert (publication.published, publication.parts[0].url) == (dt.date(2025, 8, 1), site.url(HOST, "/r.pdf"))


def test_one_site_that_fails_hides_no_other(tmp_path: Path) -> None:
    site = Site()
    site.put(HOST, "/b", page(rows(("/r.pdf", "2024年度部门决算", "2025-08-01"))))
    with site:
        found = find(site, tmp_path, LIST + ", {kind: list, url: '{}/b', allow_private: true}")
    assert [p.kind for p in found.problems] == ["dead"]
    assert len(found.publications) == 1


SCOPE = Scope(("h.example",))


def offered(title: str, day: str | None = "2025-08-01", url: str = "http://h.example/a.pdf", **more: object) -> Publication:
    base = Publication(NAME, 2024, title, url + ".html", (PartLink(url, title),), "list", SCOPE, dt.date.fromisoformat(day) if day else None)
    return replace(base, **more)  # type: ignore[arg-type]


def states(*offers: tuple[Publication, str | None]) -> list[str]:
    return [r.state for r in resolve([(o, (h,)) for o, h in offers], "department")]


def test_the_choice_between_publications() -> None:
    plain, again = offered("2024年度部门决算"), offered("2024年度部门决算", "2025-09-01")
    fixed = offered("2024年度部门决算（更正）", "2025-10-01", correction=True)
    twice = offered("2024年度部门决算（再次更正）", "2025-11-01", correction=True)
    unit = offered("2024年度单位决算", kind="unit")
    own = offered("2024年度部门决算", kind="department")
    assert states((plain, "a")) == ["current"]
    assert states((plain, "a"), (again, "a")) == ["current", "duplicate"]
    assert states((plain, "a"), (again, "b")) == ["superseded", "current"]
    assert states((plain, "a"), (fixed, "b")) == ["superseded", "current"]
    assert states((plain, "a"), (fixed, "b"), (twice, "c")) == ["superseded", "superseded", "current"]
    assert states((plain, "a"), (fixed, None)) == ["current", "incomplete"]
    assert states((own, "a"), (unit, "b")) == ["current", "superseded"]
    assert states((unit, "b")) == ["current"]


def test_what_the_facts_do_not_decide_stays_open() -> None:
    one, other = offered("2024年度部门决算"), offered("部门决算公开（2024年）")
    undated = offered("2024年度部门决算", None)
    fixed = [offered(f"更正{n}", "2025-10-01", correction=True) for n in (1, 2)]
    assert states((one, "a"), (other, "b")) == ["ambiguous"] * 2
    assert states((one, "a"), (undated, "b")) == ["ambiguous"] * 2
    assert states((fixed[0], "a"), (fixed[1], "b")) == ["ambiguous"] * 2


def test_the_same_addresses_are_one_publication() -> None:
    short, full = offered("部门决算", None), offered("某市大数据局2024年度部门决算")
    [one] = without_twins([short, full])
    assert (one.title, one.published) == (full.title, full.published)
    assert len(without_twins([short, offered("部门决算", url="http://h.example/b.pdf")])) == 2


def command(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, result.output


def test_the_probe_says_what_it_finds_and_keeps_nothing(world: World) -> None:
    before = sorted(p.name for p in world.folder.rglob("*"))
    status, said = command("sources", "probe", str(world.folder / "publishers.yaml"), "--year", "2024")
    assert status == 0
    assert "甲市大数据局2024年度部门决算 (2025-08-18)" in said
    assert "application/pdf" in said
    assert "2 candidates" in said
    assert "戊县粮食局" in said
    assert sorted(p.name for p in world.folder.rglob("*")) == before
    assert not [h for h in world.site.hits if h.sent and h.path.endswith(".pdf")], "documents are asked for their headers only"


def test_the_command_line_collects_verifies_and_checks(world: World) -> None:
    registry, store = str(world.folder / "publishers.yaml"), str(world.folder / "store")
    assert "18 publishers" in command("check", "--registry", registry)[1]
    assert command("sources", "collect", registry, "--year", "2024", "--store", store)[0] == 0
    status, said = command("sources", "verify", store)
    assert (status, "0 faults" in said) == (0, True)
    (world.folder / "bad.yaml").write_text("publishers: [{}]", encoding="utf-8")
    for wrong in (("check", "--registry"), ("sources", "probe")):
        status, said = command(*wrong, str(world.folder / "bad.yaml"))
        assert (status, "bad.yaml" in said) == (1, True)


@pytest.mark.parametrize(
    ("body", "parts"),
    [
        ("<p>情况说明</p><img src='f/1.png'><p><a href='f/2.JPG'><img src='f/2.JPG' width=600></a></p><img src='f/3.jpeg?v=1'>",
         ["/d/r.html", "/d/f/1.png", "/d/f/2.JPG", "/d/f/3.jpeg?v=1"]),
        ("<img src='icon.gif'><img src='code.png' width='120px' height='120px'><img src='data:image/png;base64,AA'>", None),
        ("<img src='banner.png'><a href='r.tif'>附件</a>", ["/d/r.tif"]),
        ("<a href='1.jpg'>收入支出决算总表</a><a href='2.doc'>2024年度部门决算说明</a><a href='x.jpg'>办公楼</a>", ["/d/1.jpg", "/d/2.doc"]),
        ("".join(f"<img src='{i}.png'>" for i in range(90)), None),
    ],
    ids=["pages as pictures", "icons", "a scan beside a banner", "a form as a picture", "too many"],
)  # fmt: skip
def test_a_page_whose_forms_are_pictures_is_published_with_them(tmp_path: Path, body: str, parts: list[str] | None) -> None:
    site = Site()
    site.put(HOST, "/", page(rows(("/d/r.html", f"{NAME}2024年度部门决算", "2025-08-20"))))
    site.put(HOST, "/d/r.html", article(f"{NAME}2024年度部门决算", "2025-08-20", body))
    with site:
        found = find(site, tmp_path, LIST)
    assert [[p.url.removeprefix(site.url(HOST, "")) for p in o.parts] for o in found.publications] == ([parts] if parts else [])
    assert bool(found.problems) is (parts is None)
