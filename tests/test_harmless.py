"""What a document prints does no harm wherever it is shown, and is shown as it is."""

from __future__ import annotations

import html as parser
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model import harmless

BAD = st.text(st.sampled_from("=+-@|%<>&\"'`*_[](){}#!\\~:/.\n\r\t\x1b[2J\x07\u202e\u2066\x00\x9b决算a1\ud800 \u3000"), max_size=40)
SHOWN = (harmless.line, harmless.markdown, harmless.html, lambda text: harmless.layout(text).translate({9: None, 10: None}))


@given(st.one_of(BAD, st.text(max_size=60)), st.sampled_from(SHOWN))
def test_one_line_that_controls_nothing(text: str, show) -> None:  # type: ignore[no-untyped-def]
    shown = show(text)
    assert not re.search("[\\x00-\\x1f\\x7f-\\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", shown)
    shown.encode()


@given(BAD)
def test_a_page_shows_the_words_themselves(text: str) -> None:
    shown = harmless.html(text)
    assert not re.search("[<>\"']", shown)
    assert parser.unescape(shown) == harmless.line(text)


@given(BAD)
def test_markdown_shows_the_words_themselves(text: str) -> None:
    shown = harmless.markdown(text)
    assert "<" not in shown
    assert not re.search(r"(?<!\\)(?:\\\\)*[`*_\[|]", shown), "everything that marks up is escaped"
    assert parser.unescape(re.sub(r"\\(.)", r"\1", shown)) == harmless.line(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("![x](http://evil/?q)", "\\!\\[x\\]\\(http\\://evil/?q\\)"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert\\(1\\)&lt;/script&gt;"),
        ("R&D", "R&amp;D"),
        ("a | b\n| c", "a \\| b \\| c"),
        ("收入决算表", "收入决算表"),
    ],
)
def test_markup_of_a_document_is_shown_not_obeyed(text: str, shown: str) -> None:
    assert harmless.markdown(text) == shown


@pytest.mark.parametrize("text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", " =1", "\t=1", "\x00=1", "|calc"])
def test_a_formula_is_a_text(text: str) -> None:
    assert harmless.cell(text).startswith("'")


@pytest.mark.parametrize("text", ["", "-12.50", "+3", "-1,234.5%", "--", "合计\n其中", "12=3"])
def test_what_is_no_formula_is_left_as_it_is(text: str) -> None:
    assert harmless.cell(text) == text


def test_a_long_text_says_that_it_was_cut() -> None:
    assert harmless.line("决算" * 10, 5) == "决算决算…"
    assert harmless.line(None) == harmless.cell(None) == ""
