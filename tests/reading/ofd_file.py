"""A small OFD (a zip of XML) with one ruled table a page, as office programs draw them."""

from __future__ import annotations

import html
import io
import zipfile
from collections.abc import Sequence

from samples.grids import Grid
from tests.reading.grid_files import placed

_NS = 'xmlns:ofd="http://www.ofdspec.org/2016"'
_WIDE, _ROW, _LEFT, _TOP, _SIZE = 297.0, 9.0, 10.0, 40.0, 2.6


class _Ink:
    """A page's objects, each with a number of its own."""

    def __init__(self) -> None:
        self.objects: list[str] = []

    def text(self, x: float, y: float, words: str) -> None:
        for i, line in enumerate(words.split("\n")):
            self.objects.append(
                f'<ofd:TextObject ID="{len(self.objects) + 10}" Boundary="{x:g} {y + i * (_SIZE + 0.2):g} 100 {_SIZE + 1:g}" Font="1" Size="{_SIZE}">'
                f'<ofd:TextCode X="0" Y="{_SIZE:g}" {self._steps(line)}>{html.escape(line)}</ofd:TextCode></ofd:TextObject>'
            )

    @staticmethod
    def _steps(line: str) -> str:
        steps = " ".join(f"{_SIZE if ord(c) > 255 else _SIZE / 2:g}" for c in line[:-1])
        return f'DeltaX="{steps}"' if steps else ""

    def box(self, x: float, y: float, wide: float, high: float) -> None:
        self.objects.append(
            f'<ofd:PathObject ID="{len(self.objects) + 10}" Boundary="{x:g} {y:g} {wide:g} {high:g}" LineWidth="0.2">'
            f"<ofd:AbbreviatedData>M 0 0 L {wide:g} 0 L {wide:g} {high:g} L 0 {high:g} C</ofd:AbbreviatedData></ofd:PathObject>"
        )

    def image(self, x: float, y: float, wide: float, high: float, medium: int) -> None:
        self.objects.append(f'<ofd:ImageObject ID="{len(self.objects) + 10}" Boundary="{x:g} {y:g} {wide:g} {high:g}" ResourceID="{medium}"/>')


def with_picture(words: Sequence[str], picture: bytes, wide: float, high: float) -> bytes:
    """A page of lines with a picture below them, so many millimetres wide and high."""
    ink = _Ink()
    for i, line in enumerate(words):
        ink.text(20, 10 + 8 * i, line)
    ink.image(20, 60, wide, high, 90)
    return _package([(ink, 297.0)], picture)


def as_ofd(publisher: str, year: int, grids: Sequence[Grid]) -> bytes:
    """The forms, a page each, after a cover."""
    cover = _Ink()
    cover.text(80, 60, publisher)
    cover.text(80, 80, f"{year}年度部门决算")
    pages = [(cover, 210.0)]
    for grid in grids:
        ink = _Ink()
        ink.text(100, 15, grid.title)
        ink.text(_LEFT, 30, f"部门：{publisher}")
        ink.text(200, 30, f"单位：{grid.unit}")
        cells = placed(grid)
        columns = max(c + cell.colspan for _, c, cell in cells)
        step = (_WIDE - 2 * _LEFT) / columns
        for r, c, cell in cells:
            x, y = _LEFT + c * step, _TOP + r * _ROW
            ink.box(x, y, cell.colspan * step, cell.rowspan * _ROW)
            room = max(int(cell.colspan * step / _SIZE) - 1, 4)
            words = "\n".join(cell.text[i : i + room] for i in range(0, len(cell.text), room)) if not cell.text[-1:].isdigit() else cell.text
            ink.text(x + 0.8, y + 0.6, words)
        pages.append((ink, _TOP + len(grid.rows) * _ROW + 20))
    return _package(pages)


def _package(pages: Sequence[tuple[_Ink, float]], picture: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr(
            "OFD.xml",
            f'<ofd:OFD {_NS} Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>',
        )
        listed = "".join(f'<ofd:Page ID="{i + 1}" BaseLoc="Pages/Page_{i}/Content.xml"/>' for i in range(len(pages)))
        area = f"<ofd:PageArea><ofd:PhysicalBox>0 0 {_WIDE:g} 210</ofd:PhysicalBox></ofd:PageArea>"
        z.writestr("Doc_0/Document.xml", f"<ofd:Document {_NS}><ofd:CommonData>{area}</ofd:CommonData><ofd:Pages>{listed}</ofd:Pages></ofd:Document>")
        medium = '<ofd:MultiMedia ID="90" Type="Image"><ofd:MediaFile>image.png</ofd:MediaFile></ofd:MultiMedia>'
        z.writestr("Doc_0/DocumentRes.xml", f'<ofd:Res {_NS} BaseLoc="Res"><ofd:MultiMedias>{medium}</ofd:MultiMedias></ofd:Res>')
        z.writestr("Doc_0/Res/image.png", picture)
        for i, (ink, high) in enumerate(pages):
            box = f"<ofd:Area><ofd:PhysicalBox>0 0 {_WIDE:g} {high:g}</ofd:PhysicalBox></ofd:Area>"
            layer = f'<ofd:Layer ID="2">{"".join(ink.objects)}</ofd:Layer>'
            z.writestr(f"Doc_0/Pages/Page_{i}/Content.xml", f"<ofd:Page {_NS}>{box}<ofd:Content>{layer}</ofd:Content></ofd:Page>")
    return out.getvalue()
