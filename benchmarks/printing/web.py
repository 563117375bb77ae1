"""A report as a web page with style sheets, as a browser prints it.

What belongs here: HTML and CSS.  What may not: starting programs (``programs``).
"""

from __future__ import annotations

import html
import random

from benchmarks.printing.look import Look
from benchmarks.printing.story import Break, Ruled, Story, Text, broken_heading
from samples.grids import Cell

TABLE_BORDERS = {
    "single": ("border-collapse:collapse", "border:0.75pt solid {c}"),
    "hairline": ("border-collapse:collapse", "border:0.25pt solid {c}"),
    "thick_frame": ("border-collapse:collapse;border:1.5pt solid {c}", "border:0.5pt solid {c}"),
    "dotted": ("border-collapse:collapse", "border:1pt dotted {c}"),
    "dashed": ("border-collapse:collapse", "border:0.75pt dashed {c}"),
    "double": ("border-collapse:collapse", "border:2.5pt double {c}"),
    "grey": ("border-collapse:collapse", "border:0.5pt solid #bbb"),
    "separate": ("border-collapse:separate;border-spacing:0", "border:0.5pt solid {c}"),
    "spaced": ("border-collapse:separate;border-spacing:1.5pt;border:0.75pt solid {c}", "border:0.75pt solid {c}"),
    "fill": ("border-collapse:separate;border-spacing:0.75pt;background:{c}", "background:#fff"),
    "frame": ("border-collapse:collapse;border:0.75pt solid {c}", ""),
    "horizontal": ("border-collapse:collapse;border-top:0.75pt solid {c}", "border-bottom:0.5pt solid {c}"),
    "three_rules": ("border-collapse:collapse;border-top:1.25pt solid {c};border-bottom:1.25pt solid {c}", ""),  # 三线表
    "none": ("border-collapse:collapse", ""),
}


def page(story: Story, look: Look, title: str, seed: int) -> str:
    """The whole document."""
    rng = random.Random(seed)
    body: list[str] = []
    open_section = False
    for block in story:
        if isinstance(block, Break):
            body.append("</section>" if open_section else "")
            body.append(f'<section class="{"wide" if block.landscape else "tall"}">')
            open_section = True
        elif isinstance(block, Text):
            body.append(line(block))
        else:
            body.append(table(block, look, rng))
    if open_section:
        body.append("</section>")
    head = f"<!DOCTYPE html><html lang=zh><head><meta charset=utf-8><title>{html.escape(title)}</title><style>{css(look, title)}"
    return f"{head}</style></head><body>{''.join(body)}</body></html>"


def css(look: Look, title: str) -> str:
    """The style sheet of a look."""
    ruled, cell = (s.format(c=look.color) for s in TABLE_BORDERS[look.border])
    boxes = '@bottom-center{content:"— " counter(page) " —";font-size:9pt}' if look.furniture == "numbers" else ""
    boxes += f'@top-left{{content:"{title}";font-size:8pt}}' if look.running_head else ""
    number_font = f"'{look.number_font}'," if look.number_font else ""
    rules = [
        f"@page{{size:{look.page} portrait;margin:{max(look.margin, 12 if boxes else 0)}mm;{boxes}}}",
        f"@page wide{{size:{look.page} landscape}}",
        ".wide{page:wide}.tall{page:auto}section{break-before:page}",
        f"body{{font-family:{number_font}'{look.font}';margin:0;font-size:12pt}}",
        "p{margin:3pt 0}p.two{display:flex;justify-content:space-between}",
        f"table{{width:100%;{ruled};table-layout:{look.width};margin:2pt 0}}",
        f"td,th{{{cell};padding:{look.padding / 2}pt {look.padding}pt;vertical-align:{look.valign};font-weight:normal;"
        f"letter-spacing:{look.letter_spacing}pt;word-break:{'break-all' if look.break_words else 'normal'}}}",
        ".n{white-space:nowrap}.left{text-align:left}.right{text-align:right}.center{text-align:center}",
        f"thead{{display:{'table-header-group' if look.repeat_header else 'table-row-group'}}}",
        f"tr{{break-inside:{'auto' if look.cut_rows else 'avoid'}}}",
        "tr.plain td{border:none;background:#fff}",
    ]
    if look.border == "three_rules":
        rules.append(f"tbody tr:first-child>*{{border-top:0.75pt solid {look.color}}}")
    if look.justify:
        rules.append(".label{text-align:justify;text-align-last:justify}")
    if look.shade in ("header", "stripes"):
        rules.append("th{background:#e6e6e6}")
    if look.shade == "stripes":
        rules.append("tbody tr:nth-child(even) td{background:#f3f7fb}")
    if look.shade == "white":
        rules.append("td span{background:#fff}")
    rules.append({"totals": ".total td{font-weight:bold}", "header": "th{font-weight:bold}"}.get(look.bold, ""))
    if look.bold == "outlined":
        rules.append("th,.total td{-webkit-text-stroke:0.3pt #000;text-shadow:0.2pt 0 #000}")
    return "".join(rules)


def line(block: Text) -> str:
    style = f"font-size:{block.size}pt;text-align:{block.align}{';font-weight:bold' if block.bold else ''}"
    if block.right:
        return f'<p class=two style="{style}"><span>{html.escape(block.text)}</span><span>{html.escape(block.right)}</span></p>'
    indent = ";text-indent:2em" if block.paragraph else ""
    return f'<p style="{style}{indent}">{html.escape(block.text) or "&nbsp;"}</p>'


def table(block: Ruled, look: Look, rng: random.Random) -> str:
    grid = block.grid
    total = sum(block.shares)
    columns = "".join(f'<col style="width:{s / total * 100:.2f}%">' for s in block.shares)
    rows = [row(r, cells, block, look, rng) for r, cells in enumerate(grid.rows)]
    split = grid.header_rows
    columns = columns if look.width == "fixed" else ""
    head = f"<thead>{''.join(rows[:split])}</thead>" if split else ""
    return f'<table style="font-size:{block.size}pt"><colgroup>{columns}</colgroup>{head}<tbody>{"".join(rows[split:])}</tbody></table>'


def row(r: int, cells: tuple[Cell, ...], block: Ruled, look: Look, rng: random.Random) -> str:
    header = r < block.grid.header_rows
    total = any("".join(c.text.split()) in ("合计", "总计") for c in cells)
    kinds = " ".join(k for k, yes in (("plain", r < block.plain_rows), ("total", total and not header)) if yes)
    return f'<tr class="{kinds}">{"".join(cell(c, header and r >= block.plain_rows, look, rng) for c in cells)}</tr>'


def cell(c: Cell, header: bool, look: Look, rng: random.Random) -> str:
    spans = f' colspan="{c.colspan}"' if c.colspan > 1 else ""
    spans += f' rowspan="{c.rowspan}"' if c.rowspan > 1 else ""
    by_hand = header and look.line_break == "br" and c.colspan < 6  # a title stays whole
    text = broken_heading(c.text, rng) if by_hand else c.text
    words = html.escape(text).replace("\n", "<br>").replace("  ", "&nbsp;&nbsp;")
    label = "label" if c.align == "left" and not header and len(c.text) > 2 and not c.number else ""
    kinds = " ".join(k for k in (c.align, "n" if c.number else "", label) if k)
    name = "th" if header else "td"
    return f'<{name}{spans} class="{kinds}"><span>{words}</span></{name}>'
