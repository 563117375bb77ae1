"""What a PDF says of its own damage: packed streams, the table of objects; nothing where it is sound."""

from __future__ import annotations

import base64
import re
import zlib

import pytest
from reportlab.lib.pdfencrypt import StandardEncryption

from pipeline.reading.pdf_damage import damage_of
from tests.reading import documents
from tests.sources.bodies import pdf

STREAM = zlib.compress(b"BT (1.00) Tj ET" * 40)


def with_stream(dictionary: bytes, stream: bytes) -> bytes:
    """A sound file with one more object that something shows, which its table need not name."""
    whole = pdf("text")
    extra = b"% 99 0 R shows it\n99 0 obj\n<< " + dictionary + b" >>\nstream\r\n" + stream + b"\r\nendstream\nendobj\n"
    return (
        whole[: whole.rindex(b"xref\n0")]
        + extra
        + whole[whole.rindex(b"xref\n0") :].replace(str(whole.rindex(b"xref\n0")).encode(), str(whole.rindex(b"xref\n0") + len(extra)).encode())
    )


@pytest.mark.parametrize(
    "data",
    [
        pdf("text"), b"junk\n" + pdf("text"), documents.pdf(documents.words), documents.pdf(documents.words, encrypt=StandardEncryption("", ownerPassword="x")),
        with_stream(b"/Length %d /Filter /FlateDecode" % len(STREAM), STREAM), with_stream(b"/Filter [ /FlateDecode ] /Length 7 0 R", STREAM),
        with_stream(b"/Subtype /Image /Filter /FlateDecode", STREAM[:-9]), with_stream(b"/Filter /DCTDecode", b"\xff\xd8"), with_stream(b"/Length 3", b"q Q"),
        with_stream(b"", b"x y"), with_stream(b"/Length 15", b"(endstream) Tj "),
        with_stream(b"/Filter [/ASCII85Decode /FlateDecode]", base64.a85encode(STREAM) + b"~>"), b" " * 1018 + pdf("text"),
    ],
)  # fmt: skip
def test_a_sound_file_is_not_said_to_be_damaged(data: bytes) -> None:
    assert damage_of(data) == ""


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (with_stream(b"/Filter /FlateDecode", STREAM[:-9]), "does not unpack"),
        (with_stream(b"/Filter /FlateDecode", STREAM[:-1] + b"?"), "does not unpack"),
        (with_stream(b"/Filter [/FlatfDecode]", STREAM), "packed in no known way"),
        (with_stream(b"/Filter [/ASCII85Decode /FlateDecode]", base64.a85encode(STREAM[:-1] + b"?") + b"~>"), "does not unpack"),
        (with_stream(b"/Filter /ASCII85Decode", "€".encode() + b"~>"), "does not unpack"),
        (with_stream(b"/Fitter /FlateDecode", STREAM), "says nothing of how it is packed"),
        (pdf("text").replace(b"endstream", b"endstraam"), "no end"),
        (pdf("text").replace(b"4 0 obj", b"6 0 obj"), "object 4 is not where"),
        (pdf("text").replace(b"/Contents", b"/Conteents"), "objects stand a few bytes from where"),
        (pdf("text").replace(b"00000 n \ntrailer", b"0000x n \ntrailer"), "table of objects is damaged"),
        (pdf("text").replace(b"/Kids [3 0 R]", b"/Kids [4 0 R]"), "names object 4, which is no page"),
        (pdf("text").replace(b"/Kids [3 0 R]", b"/Kids [9 0 R]"), "names object 9, which is no page"),
        (pdf("text").replace(b"/Kids [3 0 R]", b"/Kids [3 0 R 3 0 R]"), "names object 3 twice"),
        (pdf("text").replace(b"/Kids [3 0 R]", b"/Kids [2 0 R]"), "names object 2 twice"),
        (pdf("text").replace(b"startxref\n", b"startxref\n9"), "table of objects is not where"),
    ],
)
def test_damage_is_named(data: bytes, says: str) -> None:
    assert says in damage_of(data)


def test_many_damages_are_counted() -> None:
    data = pdf("text").replace(b" 0 obj", b" 0 obk")
    assert re.fullmatch(r"([^;]+; ){2}[^;]+ and \d more", damage_of(data)), "three are named"


def test_a_content_that_no_page_shows_is_damage_unless_a_file_has_editions() -> None:
    whole = pdf("text")
    lost = whole.replace(b"/Contents 4 0 R", b"/Contents 8 0 R")
    assert damage_of(lost) == "no page shows object 4"
    assert damage_of(lost + b"\n%%EOF") == "no page shows object 4"
    edition = whole.index(b"startxref")
    assert damage_of(lost + lost[edition:]) == ""
