"""The forms of a report as web page, Word document and workbook, cell for cell."""

from __future__ import annotations

import html as markup
import io
import zipfile
from collections.abc import Sequence

import docx

from samples.build import read_input, sample_folders
from samples.grids import Cell, Grid
from samples.layout import Layout
from samples.report import printed_forms

LAYOUTS = (Layout(), Layout(code_columns=3, total_row="last", three_public="pairs", row_numbers=False, blanks="zero"))


def forms(layout: Layout) -> tuple[str, int, list[Grid]]:
    figures = read_input(sample_folders()[0])[0]
    return figures.publisher, figures.year, printed_forms(figures, layout, 1)


def placed(grid: Grid) -> list[tuple[int, int, Cell]]:
    """Every cell with its row and column: spans push the later cells of a row aside."""
    taken: set[tuple[int, int]] = set()
    out = []
    for r, row in enumerate(grid.rows):
        c = 0
        for cell in row:
            while (r, c) in taken:
                c += 1
            taken |= {(r + i, c + j) for i in range(cell.rowspan) for j in range(cell.colspan)}
            out.append((r, c, cell))
            c += cell.colspan
    return out


def as_web(publisher: str, year: int, grids: Sequence[Grid]) -> bytes:
    parts = [f"<html><head><meta charset='utf-8'><title>公开</title></head><body><h1>{publisher}</h1><h1>{year}年度部门决算</h1>"]
    for grid in grids:
        parts.append(f"<table><tr><td><p>{grid.title}</p><p>部门：{publisher}</p><p>单位：{grid.unit}</p><table>")
        for row in grid.rows:
            cells = "".join(f"<td rowspan={c.rowspan} colspan={c.colspan}>{markup.escape(c.text).replace(chr(10), '<br>')}</td>" for c in row)
            parts.append(f"<tr>{cells}</tr>")
        parts.append("</table></td></tr></table>")
    return "".join([*parts, "</body></html>"]).encode()


def as_word(publisher: str, year: int, grids: Sequence[Grid]) -> bytes:
    document = docx.Document()
    document.add_paragraph(f"{publisher}{year}年度部门决算")
    for grid in grids:
        for text in (grid.title, f"部门：{publisher}", f"单位：{grid.unit}"):
            document.add_paragraph(text)
        cells = placed(grid)
        table = document.add_table(len(grid.rows), max(c + cell.colspan for _, c, cell in cells))
        corners = [row.cells for row in table.rows]  # once: asked for one by one, each would look at all the others
        for r, c, cell in cells:
            corner = corners[r][c]
            if (cell.rowspan, cell.colspan) != (1, 1):
                corner = corner.merge(corners[r + cell.rowspan - 1][c + cell.colspan - 1])
            corner.text = cell.text
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def as_sheets(publisher: str, year: int, grids: Sequence[Grid]) -> bytes:
    """A workbook with one form a sheet; every cell a text, as accounting programs export them."""
    names = [f"表{i}" for i in range(len(grids))]
    main, rel = "http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://schemas.openxmlformats.org"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as z:
        kinds = "".join(
            f'<Override PartName="/xl/worksheets/s{i}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
            for i in range(len(grids))
        )
        z.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{rel}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>{kinds}</Types>',
        )
        office = f"{rel}/officeDocument/2006/relationships"
        z.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{rel}/package/2006/relationships"><Relationship Id="r1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        sheets = "".join(f'<sheet name="{n}" sheetId="{i + 1}" r:id="r{i}"/>' for i, n in enumerate(names))
        z.writestr("xl/workbook.xml", f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>{sheets}</sheets></workbook>')
        links = "".join(f'<Relationship Id="r{i}" Type="{office}/worksheet" Target="worksheets/s{i}.xml"/>' for i in range(len(grids)))
        z.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{rel}/package/2006/relationships">{links}</Relationships>')
        for i, grid in enumerate(grids):
            head = [grid.title, f"编制单位：{publisher}", f"{year}年度部门决算  金额单位：{grid.unit}"]
            rows = "".join(f'<row r="{n}">{_cell(n, 0, text)}</row>' for n, text in enumerate(head, start=1))
            by_row: dict[int, list[str]] = {}
            merges = []
            for r, c, cell in placed(grid):
                by_row.setdefault(r, []).append(_cell(r + 4, c, cell.text))
                if cell.rowspan > 1 or cell.colspan > 1:
                    merges.append(f'<mergeCell ref="{_ref(r + 4, c)}:{_ref(r + 3 + cell.rowspan, c + cell.colspan - 1)}"/>')
            rows += "".join(f'<row r="{r + 4}">{"".join(by_row[r])}</row>' for r in sorted(by_row))
            merged = f"<mergeCells>{''.join(merges)}</mergeCells>" if merges else ""
            z.writestr(f"xl/worksheets/s{i}.xml", f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData>{merged}</worksheet>')
    return buffer.getvalue()


def _ref(row: int, column: int) -> str:
    return f"{chr(65 + column)}{row}"


def _cell(row: int, column: int, text: str) -> str:
    return f'<c r="{_ref(row, column)}" t="inlineStr"><is><t xml:space="preserve">{markup.escape(text)}</t></is></c>'
