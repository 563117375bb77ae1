"""Pages as they come: wrong declarations, links of every make, dates beside them."""

from __future__ import annotations

import datetime as dt
import html
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model import harmless
from pipeline.sources.webpage import WebPage, absolute, decode, is_document_address, name_in_address
from pipeline.sources.wire import date_in

TEXT = "烟云市大数据局2024年度部门决算“三公”经费，①㈠㎡"


@pytest.mark.parametrize("declared", ["utf-8", "gb2312", "iso-8859-1", "big5", "nonsense", None])
@pytest.mark.parametrize("real", ["utf-8", "gb18030", "utf-8-sig", "utf-16"])
def test_whatever_is_declared_the_text_is_right(real: str, declared: str | None) -> None:
    page = f"<html><head><meta charset={declared or 'gb2312'}></head><body>{TEXT}</body></html>"
    assert TEXT in decode(page.encode(real), declared)


def test_one_broken_byte_costs_one_character() -> None:
    data = bytearray(TEXT.encode("gb18030"))
    data[20] = 0xFF
    assert decode(bytes(data)).startswith("烟云市大数据局2024")
    assert decode(TEXT.encode() + b"\xff").startswith(TEXT)


def test_a_page_that_declares_a_codec_of_escapes_is_text_with_broken_bytes() -> None:
    """Python knows unicode_escape as a codec; no page is written in it, and its bytes stand for themselves."""
    assert decode(b"\\u0041\xff\x00\xff", "unicode_escape").startswith("\\u0041")


@given(st.binary(max_size=300))
def test_any_bytes_decode(data: bytes) -> None:
    assert isinstance(decode(data), str)


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("a.pdf", "http://h.example/d/a.pdf"),
        ("../a b.pdf", "http://h.example/a%20b.pdf"),
        ("/决算.pdf#page=2", "http://h.example/%E5%86%B3%E7%AE%97.pdf"),
        ("/%BE%F6%CB%E3.pdf", "http://h.example/%BE%F6%CB%E3.pdf"),
        ("/100%.pdf", "http://h.example/100%25.pdf"),
        ("\\files\\a.pdf", "http://h.example/files/a.pdf"),
        ("//other.example/a.pdf", "http://other.example/a.pdf"),
        ("?t=决算", "http://h.example/d/x.html?t=%BE%F6%CB%E3"),
        ("http://政府.example/a", "http://xn--mxtq1m.example/a"),
        ("javascript:void(0)", None),
        ("mailto:a@b.c", None),
        ("ftp://h.example/a.pdf", None),
        ("http://[broken/a.pdf", None),
        ("http://h.example:99999999/a.pdf", None),
    ],
)
def test_addresses_as_a_browser_would_ask(href: str, expected: str | None) -> None:
    assert absolute("http://h.example/d/x.html", href, "gb18030") == expected


@given(st.text(max_size=60))
def test_any_href_gives_a_clean_address_or_none(href: str) -> None:
    url = absolute("http://h.example/d/", href)
    assert url is None or (url.isascii() and "#" not in url and " " not in url and "\n" not in url)


def test_document_addresses() -> None:
    assert is_document_address("http://h/x/A.PDF")
    assert is_document_address("http://h/down?file=/x/%E5%86%B3.docx&n=1")
    assert is_document_address("http://h/x/a.pdf;jsessionid=1")
    assert not is_document_address("http://h/pdf/index.html")
    assert not is_document_address("http://h/report.pdf.html")
    assert name_in_address("http://h/x/%BE%F6%CB%E3.pdf") == "决算.pdf"


def test_dates_in_every_form() -> None:
    day = dt.date(2025, 8, 9)
    assert all(date_in(t) == day for t in ("2025-08-09", "[2025/8/9]", "2025年8月9日", "发布：2025.08.09 10:00", "2020-01-01 更新 2025-08-09"))
    assert date_in("2025-13-45") is None
    assert date_in("电话 2025-08-091") is None


def test_links_of_every_make() -> None:
    page = WebPage(
        "http://h.example/d/",
        """<base href='/b/'><ul><li><a href=a.html title='2024年度部门决算公开全文'>2024年度部门…</a> 2025-08-01</li>
        <li><a href=a.html>短</a></li></ul>
        <div id=zoom><a onclick="javascript:download('/f/x.pdf')" href='javascript:;'>下载</a><a data-url='/f/y.doc'>y</a>
        <iframe src='/viewer.html?file=%2Ff%2Fz.pdf'></iframe><iframe src='/nav.html'></iframe><embed src=e.pdf></div>""",
    )
    links, left_out = page.links(100)
    assert left_out == 0
    assert {x.url.removeprefix("http://h.example"): x.document for x in links} == {
        "/b/a.html": False, "/f/x.pdf": True, "/f/y.doc": True, "/f/z.pdf": True, "/b/e.pdf": True,
    }  # fmt: skip
    assert links[0].title == "2024年度部门决算公开全文"
    assert links[0].date == dt.date(2025, 8, 1)
    assert [x.in_main for x in links] == [False, True, True, True, True]


@pytest.mark.parametrize(
    ("script", "following"),
    [
        ('createPageHTML(20, 0, "index", "html")', "http://h.example/gk/index_1.html"),
        ("createPageHTML(3,1,'index','shtml');", "http://h.example/gk/index_2.shtml"),
        ("createPageHTML(2,1,'index','html')", None),
        ("createPageHTML('page_div',20, 1,'list','shtml',390)", "http://h.example/gk/list_2.shtml"),
        ("createPageHTML('page_div',2, 2,'list','shtml',39)", None),
        ("createPageHTML(total, now, name)", None),
    ],
)
def test_page_links_that_a_script_draws(script: str, following: str | None) -> None:
    assert WebPage("http://h.example/gk/", f"<ul></ul><script>{script}</script>").drawn_next == following


def test_ten_thousand_links_are_read_and_more_are_counted() -> None:
    rows = "".join(f"<li><a href='/{i}.html'>第{i}条通知</a><span>2025-01-01</span></li>" for i in range(10_050))
    links, left_out = WebPage("http://h.example/", f"<ul>{rows}</ul>").links(10_000)
    assert (len(links), left_out) == (10_000, 50)


@given(st.text(max_size=100))
def test_words_of_a_link_are_one_clean_line(title: str) -> None:
    page = WebPage("http://h/", f"<a href='/x.pdf' title='{html.escape(title)}'>决\u202e\x07算\n</a>")
    for link in page.links(10)[0]:
        assert link.title == harmless.line(link.title, 500)
        assert not any(unicodedata.category(c)[0] == "C" for c in link.title)


def test_deep_nesting_and_rubbish_do_no_harm() -> None:
    assert WebPage("http://h/", "<div>" * 3000 + "<a href=x.pdf>x</a>").links(10)[0]
    assert WebPage("http://h/", "\x00<<<a href=>>").links(10) == ([], 0)
