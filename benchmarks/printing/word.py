"""A report as a word processor's document (DOCX), written as its own XML.

What belongs here: paragraphs, sections and tables of WordprocessingML.  What may not: starting programs (``programs``).
"""

from __future__ import annotations

import io
import random
from typing import Any
from xml.sax.saxutils import escape

from benchmarks.printing.look import Look
from benchmarks.printing.story import PAPER, POINTS_OF_MM, Break, Ruled, Story, Text, broken_heading
from samples.grids import Cell

BORDERS = {  # outer and inner: kind and eighths of a point
    "single": (("single", 4), ("single", 4)),
    "hairline": (("single", 2), ("single", 2)),
    "thick_frame": (("single", 12), ("single", 4)),
    "dotted": (("dotted", 8), ("dotted", 8)),
    "dashed": (("dashed", 6), ("dashed", 6)),
    "double": (("double", 4), ("double", 4)),
    "grey": (("single", 4), ("single", 4)),
    "frame": (("single", 6), None),
    "horizontal": (("single", 6), ("single", 4)),
    "none": (None, None),
}
TWIPS = 20


def document(story: Story, look: Look, title: str, seed: int) -> bytes:
    """The document's bytes."""
    import docx
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    rng = random.Random(seed)
    doc = docx.Document()
    body = doc.element.body
    last = body.sectPr
    made, landscape = blocks(story, look, rng)
    for xml in made:
        element = parse_xml(xml.replace(">", f" {nsdecls('w')}>", 1) if "/>" not in xml[: xml.index(">") + 1] else xml)
        last.addprevious(element)
    for old in list(last):
        if old.tag.endswith(("pgSz", "pgMar")):
            last.remove(old)
    for new in parse_xml(section(look, landscape).replace("<w:sectPr>", f"<w:sectPr {nsdecls('w')}>")):
        last.append(new)
    first = doc.sections[0]
    if look.running_head:
        first.header.paragraphs[0].text = title
    if look.furniture != "none":
        number_pages(first.footer.paragraphs[0], ("— ", " —") if look.furniture == "numbers" else ("第 ", " 页"))
    out = io.BytesIO()
    doc.save(out)
    return out.getvalue()


def blocks(story: Story, look: Look, rng: random.Random) -> tuple[list[str], bool]:
    """The paragraphs and tables of a story, and whether its last section lies on its side."""
    made: list[str] = []
    landscape = False
    started = False
    for block in story:
        if isinstance(block, Break):
            if started:
                made.append(f"<w:p><w:pPr>{section(look, landscape)}</w:pPr></w:p>")
            landscape, started = block.landscape, True
        elif isinstance(block, Text):
            made.append(paragraph(block, look, landscape))
        else:
            made.append(table(block, look, rng))
            made.append('<w:p><w:pPr><w:spacing w:line="60" w:lineRule="exact"/></w:pPr></w:p>')
    return made, landscape


def number_pages(footer: Any, around: tuple[str, str]) -> None:
    """The page's number as a field in a footer's paragraph, between two texts."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    footer.alignment = 1
    footer.add_run(around[0])
    for xml in (
        f'<w:fldChar {nsdecls("w")} w:fldCharType="begin"/>',
        f"<w:instrText {nsdecls('w')}> PAGE </w:instrText>",
        f'<w:fldChar {nsdecls("w")} w:fldCharType="end"/>',
    ):
        footer.add_run()._r.append(parse_xml(xml))
    footer.add_run(around[1])


def section(look: Look, landscape: bool) -> str:
    short, long = (round(p * TWIPS) for p in PAPER[look.page])
    w, h = (long, short) if landscape else (short, long)
    m = round(look.margin * POINTS_OF_MM * TWIPS)
    edge = max(m, 1000)
    orient = ' w:orient="landscape"' if landscape else ""
    return (
        f'<w:sectPr><w:pgSz w:w="{w}" w:h="{h}"{orient}/>'
        f'<w:pgMar w:top="{edge}" w:right="{m}" w:bottom="{edge}" w:left="{m}" w:header="500" w:footer="500" w:gutter="0"/></w:sectPr>'
    )


def run(text: str, look: Look, size: float, bold: bool = False, in_table: bool = False) -> str:
    latin = look.number_font or look.font
    props = f'<w:rFonts w:ascii="{latin}" w:hAnsi="{latin}" w:eastAsia="{look.font}" w:cs="{latin}"/>'
    props += "<w:b/>" if bold else ""
    if in_table and look.letter_spacing:
        props += f'<w:spacing w:val="{round(look.letter_spacing * TWIPS)}"/>'
    props += f'<w:sz w:val="{max(2, round(size * 2))}"/>'
    if in_table and look.shade == "white":
        props += '<w:shd w:val="clear" w:color="auto" w:fill="FFFFFF"/>'
    parts = text.split("\n")
    words = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(p)}</w:t>' for p in parts)
    return f"<w:r><w:rPr>{props}</w:rPr>{words}</w:r>"


def paragraph(block: Text, look: Look, landscape: bool) -> str:
    align = {"left": "left", "center": "center", "right": "right"}[block.align]
    props = f'<w:jc w:val="{align}"/>'
    words = run(block.text, look, block.size, block.bold)
    if block.right:
        width = PAPER[look.page][1 if landscape else 0] - 2 * look.margin * POINTS_OF_MM
        props = f'<w:tabs><w:tab w:val="right" w:pos="{round(width * TWIPS)}"/></w:tabs>' + props
        words += "<w:r><w:tab/></w:r>" + run(block.right, look, block.size)
    if block.paragraph:
        props = '<w:ind w:firstLineChars="200" w:firstLine="480"/>' + props
    return f"<w:p><w:pPr>{props}</w:pPr>{words}</w:p>"


def border_set(names: str, kind: tuple[str, int] | None, look: Look) -> str:
    color = "BBBBBB" if look.border == "grey" else look.color.lstrip("#")
    if kind is None:
        return "".join(f'<w:{n} w:val="nil"/>' for n in names.split())
    return "".join(f'<w:{n} w:val="{kind[0]}" w:sz="{kind[1]}" w:space="0" w:color="{color}"/>' for n in names.split())


def table(block: Ruled, look: Look, rng: random.Random) -> str:
    outer, inner = BORDERS[look.border]
    upright = None if look.border == "horizontal" else inner
    sides = None if look.border == "horizontal" else outer
    borders = (
        border_set("top", outer, look)
        + border_set("left", sides, look)
        + border_set("bottom", outer, look)
        + border_set("right", sides, look)
        + border_set("insideH", inner, look)
        + border_set("insideV", upright, look)
    )
    pad = round(look.padding * TWIPS)
    margins = "".join(f'<w:{n} w:w="{p}" w:type="dxa"/>' for n, p in (("top", pad // 2), ("left", pad), ("bottom", pad // 2), ("right", pad)))
    widths = [round(s * TWIPS) for s in block.shares]
    columns = "".join(f'<w:gridCol w:w="{w}"/>' for w in widths)
    layout = "fixed" if look.width == "fixed" else "autofit"
    head = (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>{borders}</w:tblBorders>'
        f'<w:tblLayout w:type="{layout}"/><w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{columns}</w:tblGrid>"
    )
    rows = []
    open_spans: dict[int, tuple[Cell, int]] = {}  # column → a cell that goes on below, and how many rows more
    for r, cells in enumerate(block.grid.rows):
        rows.append(row(r, cells, block, look, widths, open_spans, rng))
    return head + "".join(rows) + "</w:tbl>"


def row(
    r: int,
    cells: tuple[Cell, ...],
    block: Ruled,
    look: Look,
    widths: list[int],
    open_spans: dict[int, tuple[Cell, int]],
    rng: random.Random,
) -> str:
    header, plain = r < block.grid.header_rows, r < block.plain_rows
    props = ("" if look.cut_rows else "<w:cantSplit/>") + ("<w:tblHeader/>" if header and look.repeat_header else "")
    total = any("".join(c.text.split()) in ("合计", "总计") for c in cells)
    out: dict[int, str] = {}
    for col, (c, left) in list(open_spans.items()):
        out[col] = cell(c, look, widths, block.size, merge="continue", header=header, plain=plain)
        if left > 1:
            open_spans[col] = (c, left - 1)
        else:
            del open_spans[col]
    for c in cells:
        bold = (look.bold == "totals" and total) or (look.bold in ("header", "outlined") and header)
        merge = "restart" if c.rowspan > 1 else ""
        if header and not plain and look.line_break == "br" and c.colspan < 6:
            c = Cell(broken_heading(c.text, rng), c.col, c.colspan, c.rowspan, c.align, c.number, c.truth)
        stripe = look.shade == "stripes" and r % 2 == 1
        out[c.col] = cell(c, look, widths, block.size, merge, header and not plain, plain, bold, stripe)
        if c.rowspan > 1:
            open_spans[c.col] = (c, c.rowspan - 1)
    return f"<w:tr><w:trPr>{props}</w:trPr>{''.join(out[k] for k in sorted(out))}</w:tr>"


def cell(
    c: Cell,
    look: Look,
    widths: list[int],
    size: float,
    merge: str = "",
    header: bool = False,
    plain: bool = False,
    bold: bool = False,
    stripe: bool = False,
) -> str:
    width = sum(widths[c.col : c.col + c.colspan])
    props = f'<w:tcW w:w="{width}" w:type="dxa"/>'
    props += f'<w:gridSpan w:val="{c.colspan}"/>' if c.colspan > 1 else ""
    props += f'<w:vMerge w:val="{merge}"/>' if merge else ""
    if plain:
        props += "<w:tcBorders>" + border_set("top left right", None, look) + "</w:tcBorders>"
    if (header and look.shade in ("header", "stripes")) or stripe:
        props += f'<w:shd w:val="clear" w:color="auto" w:fill="{"E6E6E6" if header else "F3F7FB"}"/>'
    props += f'<w:vAlign w:val="{ {"middle": "center", "top": "top", "bottom": "bottom"}[look.valign] }"/>'
    align = c.align
    if look.justify and not header and not c.number and c.align == "left" and len(c.text) > 2:
        align = "distribute"
    words = "" if merge == "continue" else run(c.text, look, size, bold, in_table=True)
    exact = '<w:spacing w:before="0" w:after="0"/>'
    return f'<w:tc><w:tcPr>{props}</w:tcPr><w:p><w:pPr>{exact}<w:jc w:val="{align}"/></w:pPr>{words}</w:p></w:tc>'
