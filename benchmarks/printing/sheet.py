"""A report as a spreadsheet (flat OpenDocument XML): a sheet a form, as wide as its page.

What belongs here: sheets, styles and spans of OpenDocument.  What may not: starting programs (``programs``).
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from benchmarks.printing.look import Look
from benchmarks.printing.story import PAPER, POINTS_OF_MM, Break, Ruled, Story, Text, broken_heading

NAMESPACES = " ".join(
    f'xmlns:{p}="urn:oasis:names:tc:opendocument:xmlns:{u}:1.0"'
    for p, u in (
        ("office", "office"),
        ("style", "style"),
        ("text", "text"),
        ("table", "table"),
        ("fo", "xsl-fo-compatible"),
        ("number", "datastyle"),
        ("svg", "svg-compatible"),
    )
)
LINES = {
    "single": "0.75pt solid",
    "hairline": "0.25pt solid",
    "thick_frame": "0.75pt solid",
    "dotted": "0.75pt dotted",
    "dashed": "0.75pt dashed",
    "double": "2.5pt double",
    "grey": "0.5pt solid",
}
BOLD = ' fo:font-weight="bold" style:font-weight-asian="bold"'
BLANKS = '<text:s text:c="2"/>'


@dataclass
class Styles:
    """Automatic styles by what they say, each written once."""

    names: dict[tuple[str, str], str] = field(default_factory=dict)

    def of(self, family: str, inner: str, attributes: str = "") -> str:
        return self.names.setdefault((family, f"{attributes}|{inner}"), f"{family[:2]}{len(self.names)}")

    def xml(self) -> str:
        out = []
        for (family, said), name in self.names.items():
            attributes, _, inner = said.partition("|")
            out.append(f'<style:style style:name="{name}" style:family="{family}" {attributes}>{inner}</style:style>')
        return "".join(out)


def document(story: Story, look: Look, title: str, seed: int) -> bytes:
    """The document's bytes."""
    rng = random.Random(seed)
    styles = Styles()
    sheets: list[list[Text | Ruled]] = []
    lying: list[bool] = []
    for block in story:
        if isinstance(block, Break):
            sheets.append([])
            lying.append(block.landscape)
        else:
            sheets[-1].append(block)
    tables = "".join(sheet(i, blocks, lying[i], look, styles, rng) for i, blocks in enumerate(sheets) if blocks)
    masters = "".join(master(name, landscape, look, title) for name, landscape in (("tall", False), ("wide", True)))
    layouts = "".join(page_layout(name, landscape, look) for name, landscape in (("tall", False), ("wide", True)))
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document {NAMESPACES} office:version="1.3" '
        'office:mimetype="application/vnd.oasis.opendocument.spreadsheet">'
        f"<office:automatic-styles>{layouts}{styles.xml()}</office:automatic-styles>"
        f"<office:master-styles>{masters}</office:master-styles>"
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document>"
    ).encode()


def page_layout(name: str, landscape: bool, look: Look) -> str:
    short, long = PAPER[look.page]
    w, h = (long, short) if landscape else (short, long)
    return (
        f'<style:page-layout style:name="L{name}"><style:page-layout-properties fo:page-width="{w}pt" fo:page-height="{h}pt" '
        f'fo:margin="{max(look.margin, 10)}mm" style:scale-to-X="1" style:scale-to-Y="0" style:print="objects charts drawings" '
        f'style:print-orientation="{"landscape" if landscape else "portrait"}" style:table-centering="horizontal"/>'
        "</style:page-layout>"
    )


def master(name: str, landscape: bool, look: Look, title: str) -> str:
    head = f"<style:header><text:p>{escape(title)}</text:p></style:header>" if look.running_head else '<style:header style:display="false"/>'
    foot = '<style:footer style:display="false"/>'
    if look.furniture != "none":
        before, after = ("— ", " —") if look.furniture == "numbers" else ("第 ", " 页")
        foot = f"<style:footer><text:p>{before}<text:page-number>1</text:page-number>{after}</text:p></style:footer>"
    return f'<style:master-page style:name="M{name}" style:page-layout-name="L{name}">{head}{foot}</style:master-page>'


def sheet(i: int, blocks: list[Text | Ruled], landscape: bool, look: Look, styles: Styles, rng: random.Random) -> str:
    shares = next((b.shares for b in blocks if isinstance(b, Ruled)), None)
    room = PAPER[look.page][1 if landscape else 0] - 2 * max(look.margin, 10) * POINTS_OF_MM
    shares = shares or (room * 0.98,)
    n = len(shares)
    widths = (f'<style:table-column-properties style:column-width="{w:.1f}pt"/>' for w in shares)
    columns = "".join(f'<table:table-column table:style-name="{styles.of("table-column", w)}"/>' for w in widths)
    rows: list[str] = []
    repeated = False
    for block in blocks:
        if isinstance(block, Text):
            rows.append(text_row(block, n, look, styles))
            continue
        made = table_rows(block, n, look, styles, rng)
        split = block.grid.header_rows
        if look.repeat_header and not repeated and split and len(block.grid.widths) == n:
            # a spreadsheet repeats one run of rows: those of the heading, not those above it
            plain = block.plain_rows
            rows += made[:plain]
            rows.append(f"<table:table-header-rows>{''.join(made[plain:split])}</table:table-header-rows>")
            rows += made[split:]
            repeated = True
        else:
            rows += made
    props = '<style:table-properties table:display="true"/>'
    style = styles.of("table", props, f'style:master-page-name="M{"wide" if landscape else "tall"}"')
    return f'<table:table table:name="Sheet{i + 1}" table:style-name="{style}">{columns}{"".join(rows)}</table:table>'


def row_style(styles: Styles) -> str:
    return styles.of("table-row", '<style:table-row-properties style:use-optimal-row-height="true"/>')


def text_row(block: Text, n: int, look: Look, styles: Styles) -> str:
    half = max(1, n // 2) if block.right and n > 1 else n
    cells = [one(block.text, 0, half, 1, block.align, block.size, "", look, styles, block.bold)]
    if block.right and n > 1:
        cells.append(one(block.right, half, n - half, 1, "right", block.size, "", look, styles))
    return f'<table:table-row table:style-name="{row_style(styles)}">{"".join(cells)}</table:table-row>'


def one(
    text: str,
    col: int,
    colspan: int,
    rowspan: int,
    align: str,
    size: float,
    borders: str,
    look: Look,
    styles: Styles,
    bold: bool = False,
    fill: str = "",
    wrap: bool = True,
) -> str:
    latin = look.number_font or look.font
    pad = f'fo:padding="{look.padding / 2}pt" ' if borders else ""
    background = f'fo:background-color="{fill}" ' if fill else ""
    valign = {"middle": "middle", "top": "top", "bottom": "bottom"}[look.valign]
    across = {"left": "start", "right": "end"}.get(align, align)
    inner = (
        f'<style:table-cell-properties {pad}{borders} {background}style:vertical-align="{valign}" '
        f'fo:wrap-option="{"wrap" if wrap else "no-wrap"}" style:text-align-source="fix"/>'
        f'<style:paragraph-properties fo:text-align="{across}" fo:margin-left="0pt"/>'
        f'<style:text-properties style:font-name="{latin}" fo:font-family={quoteattr(latin)} style:font-family-asian={quoteattr(look.font)} '
        f'fo:font-size="{size}pt" style:font-size-asian="{size}pt"{BOLD if bold else ""}/>'
    )
    style = styles.of("table-cell", inner)
    spans = f' table:number-columns-spanned="{colspan}" table:number-rows-spanned="{rowspan}"' if colspan > 1 or rowspan > 1 else ""
    paragraphs = "".join(f"<text:p>{escape(t).replace('  ', BLANKS)}</text:p>" for t in text.split("\n")) if text else ""
    kind = ' office:value-type="string"' if text else ""
    return f'<table:table-cell table:style-name="{style}"{spans}{kind}>{paragraphs}</table:table-cell>' + "<table:covered-table-cell/>" * (
        colspan - 1
    )


def borders_of(look: Look, first: bool, last: bool, top: bool, bottom: bool) -> str:
    color = "#bbbbbb" if look.border == "grey" else look.color
    if look.border in ("none", "frame", "horizontal"):
        line = f"0.75pt solid {color}"
        sides = {
            "left": look.border == "frame" and first,
            "right": look.border == "frame" and last,
            "top": look.border == "horizontal" or (look.border == "frame" and top),
            "bottom": look.border == "horizontal" or (look.border == "frame" and bottom),
        }
        return " ".join(f'fo:border-{s}="{line if yes else "none"}"' for s, yes in sides.items())
    extra = {"left": first, "right": last, "top": top, "bottom": bottom} if look.border == "thick_frame" else {}
    inner = f"{LINES[look.border]} {color}"
    return " ".join(f'fo:border-{s}="{f"1.75pt solid {color}" if extra.get(s) else inner}"' for s in ("left", "right", "top", "bottom"))


def table_rows(block: Ruled, n: int, look: Look, styles: Styles, rng: random.Random) -> list[str]:
    grid = block.grid
    width = len(grid.widths)
    out: list[str] = []
    covered: set[tuple[int, int]] = set()
    for r, cells in enumerate(grid.rows):
        header, plain = r < grid.header_rows, r < block.plain_rows
        total = any("".join(c.text.split()) in ("合计", "总计") for c in cells)
        made: dict[int, str] = {c: "<table:covered-table-cell/>" for (rr, c) in covered if rr == r}
        for c in cells:
            text = broken_heading(c.text, rng) if header and not plain and look.line_break == "br" and c.colspan < 6 else c.text
            end = c.col + c.colspan
            frame = "" if plain else borders_of(look, c.col == 0, end == width, r == block.plain_rows, r + c.rowspan == len(grid.rows))
            bold = (look.bold == "totals" and total) or (look.bold in ("header", "outlined") and header)
            fill = "#e6e6e6" if header and not plain and look.shade in ("header", "stripes") else ""
            fill = fill or ("#f3f7fb" if look.shade == "stripes" and r % 2 else "#ffffff" if look.shade == "white" else "")
            made[c.col] = one(text, c.col, c.colspan, c.rowspan, c.align, block.size, frame, look, styles, bold, fill, not c.number)
            covered |= {(r + i, c.col + j) for i in range(1, c.rowspan) for j in range(c.colspan)}
        out.append(f'<table:table-row table:style-name="{row_style(styles)}">{"".join(made[k] for k in sorted(made))}</table:table-row>')
    return out
