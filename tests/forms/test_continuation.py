"""A table goes on over a page break: its columns by their places, a heading cut in two, a heading or a title printed again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.lexicon.forms import FORM_BY_KEY
from pipeline.model.figures import Place
from pipeline.reading.document import Cell, Table
from pipeline.recognition.columns import Layout, fit
from pipeline.recognition.continuation import below, continuation, heading_only, joins, without_preamble
from pipeline.recognition.headings_again import contradictions
from pipeline.recognition.read import CellRead, FormRead, Piece, RowRead
from pipeline.recognition.tables import figures_of_table

SPEC = FORM_BY_KEY["general_budget_expenditure"]
HEAD = "科目编码|科目名称|小计|基本支出|项目支出"
EDGES = (0.0, 60.0, 160.0, 220.0, 280.0, 340.0)


def grid(*lines: str, edges: tuple[float, ...] | None = None) -> Table:
    """A table of texts; ``edges``: of its columns, where places are known."""
    texts = [line.split("|") for line in lines]

    def place(r: int, c: int) -> Place:
        return Place(1, edges[c], 10.0 * r, edges[c + 1], 10.0 * r + 10) if edges else Place(1)

    cells = tuple(Cell(r, c, t, place=place(r, c)) for r, row in enumerate(texts) for c, t in enumerate(row))
    whole = Place(1, edges[0], 0.0, edges[-1], 100.0) if edges else Place(1)
    return Table(cells, len(texts), len(texts[0]), whole, "test")


def layout_of(table: Table) -> Layout:
    found = fit(SPEC, table, 2024)
    assert isinstance(found, Layout)
    return found


BEFORE = grid(HEAD, "201|公共服务|3.00|2.00|1.00", edges=EDGES)


def test_a_table_of_the_same_columns_goes_on_with_data() -> None:
    layout = layout_of(BEFORE)
    assert continuation(SPEC, layout, BEFORE, grid("208|社会保障|3.00|2.00|1.00", edges=EDGES), 2024) == (layout, 0)


def test_a_heading_that_is_printed_again_is_no_data() -> None:
    layout = layout_of(BEFORE)
    assert continuation(SPEC, layout, BEFORE, grid(HEAD, "208|社会保障|3.00|2.00|1.00"), 2024) == (layout, 1)
    found = continuation(SPEC, layout, BEFORE, grid("科目代码|科目名称|合计|基本支出|项目支出", "208|社会保障|3.00|2.00|1.00"), 2024)
    assert found is not None
    assert (found[0].measures, found[1]) == (layout.measures, 1)


def test_a_heading_printed_again_that_names_a_column_otherwise_goes_on_and_is_told() -> None:
    layout, again = layout_of(BEFORE), grid("科目编码|科目名称|小计|项目支出|项目支出", "208|社会保障|3.00|2.00|1.00", edges=EDGES)
    assert continuation(SPEC, layout, BEFORE, again, 2024) == (layout, 1)
    assert [named[:2] for named in contradictions(SPEC, [BEFORE, again])] == [("项目支出", "基本支出")]
    same, cut = grid(HEAD, "208|社会保障|3.00|2.00|1.00"), grid("科目编码|科目名称|小计|基本支出|", "208|社会保障|3.00|2.00|1.00")
    assert not [*contradictions(SPEC, [BEFORE, same])]
    assert not [*contradictions(SPEC, [BEFORE, cut])], "a heading that is cut says nothing"


def test_the_heading_of_another_table_is_no_continuation() -> None:
    other = grid("序号|指标名称|年初预算数|全年执行数|得分", "1|数量|3.00|2.00|1.00", edges=EDGES)
    assert continuation(SPEC, layout_of(BEFORE), BEFORE, other, 2024) is None


def test_columns_ruled_otherwise_are_known_by_their_places() -> None:
    layout = layout_of(BEFORE)
    finer = grid("2|08|社会保障|3.00|2.00|1.00", edges=(0.0, 20.0, 60.0, 160.0, 220.0, 280.0, 340.0))
    found = continuation(SPEC, layout, BEFORE, finer, 2024)
    assert found is not None
    (group,), first = found[0].groups, found[1]
    assert first == 0
    assert (group.code, group.label, group.values) == ((1,), 2, {3: "total", 4: "basic", 5: "project"})
    elsewhere = grid("社会保障|3.00|2.00", edges=(0.0, 100.0, 160.0, 200.0))
    assert continuation(SPEC, layout, BEFORE, elsewhere, 2024) is None  # a column of the beginning stands over none
    assert continuation(SPEC, layout, BEFORE, grid("社会保障|3.00|2.00"), 2024) is None  # no places at all


def test_a_code_in_three_columns_goes_on_in_one() -> None:
    split = grid("项目||||本年支出||", "类|款|项|科目名称|小计|基本支出|项目支出", "201|06|01|行政运行|3.00|2.00|1.00",
                 edges=(0.0, 20.0, 40.0, 60.0, 160.0, 220.0, 280.0, 340.0))  # fmt: skip
    layout = layout_of(split)
    assert len(layout.groups[0].code) == 3
    found = continuation(SPEC, layout, split, grid("2080505|养老|3.00|2.00|1.00", edges=EDGES), 2024)
    assert found is not None
    assert found[0].groups[0].code == (0,)
    assert found[0].n_cols == 5


def test_a_column_that_no_cell_has_to_itself_has_no_place_on_the_next_page() -> None:
    layout = layout_of(BEFORE)
    merged = replace(BEFORE, cells=tuple(replace(c, place=Place(1)) if c.col == 0 else c for c in BEFORE.cells))
    found = continuation(SPEC, layout, merged, grid("|社会|保障|3.00|2.00|1.00", edges=(0.0, 20.0, 60.0, 160.0, 220.0, 280.0, 340.0)), 2024)
    assert found is not None
    assert (found[0].groups[0].code, found[0].groups[0].label) == ((), 2)


# -- headings cut by the page break --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "heading"),
    [
        (("科目|科目|本年|基本", "编码|名称|支出|支出"), True),
        (("科目|科目|本年|基本", "编码|名称|支出|1.00"), False),  # a number: data
        (("科目|科目|本年|基本", "|||"), False),  # a blank row is the data of a form without any
        (("项目|本年", "编码|支出"), False),  # two columns
        (("科目|科目|科目|本年",), False),  # one word in most columns
        (("科目|名称|本年|基本",) * 5, True),
        (("科目|名称|本年|基本",) * 6, False),  # too high
    ],
)
def test_words_without_a_number_may_be_the_upper_part_of_a_heading(lines: tuple[str, ...], heading: bool) -> None:
    assert heading_only(grid(*lines)) is heading


def test_the_upper_part_of_a_heading_is_put_over_the_columns_that_it_stands_over() -> None:
    upper = Piece(3, grid("项目|本年支出", edges=(0.0, 160.0, 340.0)))
    lower = Piece(4, grid("科目编码|科目名称|小计|基本支出|项目支出", "201|公共服务|3.00|2.00|1.00", edges=EDGES))
    whole = below(upper, lower)
    assert next(list(row) for row in whole.table.rows()) == ["项目", "", "本年支出", "", ""]
    assert (whole.block, whole.top, whole.table.n_rows) == (4, -1, 3)
    assert whole.address(1, 0) == (4, 0, 0)  # the first row of the lower table
    assert whole.table.text(2, 4) == "1.00"


def test_a_heading_of_other_edges_is_another_tables() -> None:
    lower = Piece(4, grid("201|公共服务|3.00|2.00|1.00", edges=EDGES))
    for edges in ((5.0, 160.0, 340.0), (0.0, 160.0, 345.0), (0.0, 339.0, 340.0)):
        assert below(Piece(3, grid("项目|本年支出", edges=edges)), lower) is lower
    assert below(Piece(3, grid("项目|本年支出", edges=(3.0, 160.0, 337.0))), lower) is not lower


# -- preambles -----------------------------------------------------------------------------------------------


def titled(text: str, alone: bool) -> tuple[str, None] | None:
    return (text, None) if text.endswith("决算表") else None


def test_leading_rows_of_title_number_unit_and_publisher_are_no_heading() -> None:
    table = grid("支出决算表||", "公开03表||单位：元", "||", "部门：某局||", "编码|名称|小计", "201|服务|1.00")
    piece, title, unit = without_preamble(Piece(2, table), titled)
    assert (piece.top, piece.table.n_rows, piece.table.text(0, 1)) == (4, 2, "名称")
    assert title == ("支出决算表", None)
    assert unit is not None
    assert unit[0] == "元"


def test_what_one_cell_says_in_lines_of_its_own_is_a_preamble_too() -> None:
    piece, title, unit = without_preamble(Piece(2, grid("公开03表\n部门：某局\n单位：万元||", "编码|名称|小计")), titled)
    assert (piece.top, title, unit and unit[0]) == (1, None, "万元")


def test_a_row_of_anything_else_ends_the_preamble() -> None:
    for lines in (("编码|名称|小计", "201|支出决算表|1.00"), ("公开03表|另一句话|", "编码|名称|小计"), ("|||", "编码|名称|小计|")):
        piece, title, _ = without_preamble(Piece(2, grid(*lines)), titled)
        assert title is None
        assert piece.top == (1 if not lines[0].strip("|") else 0)
    many = without_preamble(Piece(2, grid(*["公开03表|"] * 9)), titled)
    assert many[0].top == 6  # more rows than a preamble has


# -- titles printed again --------------------------------------------------------------------------------------


def printing(*codes: str, key: str = "income", rank: int = 1) -> FormRead:
    form = FormRead(FORM_BY_KEY[key], "收入决算表", Place(1), rank=rank)
    form.rows += [RowRead(None, code, "", "", {"total": CellRead("1.00", Place(1))}) for code in codes]
    return form


def test_a_printing_goes_on_where_it_says_mostly_what_was_not_said() -> None:
    assert joins(printing("201", "208"), printing("208", "210", "221"))
    assert not joins(printing("201", "208"), printing("208", "210"))  # half of it was said
    assert not joins(printing("201"), printing())
    assert not joins(printing(), printing("201"))
    assert not joins(printing("201"), printing("208", key="expenditure"))
    assert not joins(printing("201"), printing("208", rank=2))
    assert not joins(printing("201"), printing(""))  # no code and no label says nothing


def test_the_kinds_of_a_three_public_form_are_completed_on_the_next_page() -> None:
    def three(*measures: str) -> FormRead:
        form = FormRead(FORM_BY_KEY["three_public"], "三公", Place(1))
        form.rows.append(RowRead(None, "", "", "", {m: CellRead("1.00", Place(1)) for m in measures}))
        return form

    first, further = three("budget_total"), three("final_total", "final_reception")
    assert joins(first, further)
    assert set(first.rows[0].cells) == {"budget_total", "final_total", "final_reception"}
    assert further.rows == []
    whole = ("budget_total", "budget_reception", "final_total", "final_reception")
    assert not joins(three(*whole), three("final_abroad"))  # another printing
    assert not joins(three("final_abroad"), three(*whole))
    assert not joins(three("budget_total"), three("budget_total", "final_total"))
    assert not joins(three("budget_total"), three())


def test_rows_of_a_table_of_another_kind_count_on_over_its_pages() -> None:
    heading = ("项目", "本年收入", "本年支出")
    texts = [[heading, ("合计", "3.00", "3.00"), ("水利", "1.00", "1.00")], [heading, ("防汛", "2.00", "2.00")]]
    pieces = [
        Piece(n, Table(tuple(Cell(r, c, t) for r, row in enumerate(rows) for c, t in enumerate(row)), len(rows), 3, Place(page=n + 1), "test"))
        for n, rows in enumerate(texts)
    ]
    figures, _ = figures_of_table(pieces, "other1", "report", "test")
    assert [(f.row_order, f.label, f.printed) for f in figures if f.measure == "column:本年收入"] == [
        (2, "合计", "3.00"), (3, "水利", "1.00"), (5, "防汛", "2.00"),
    ]  # fmt: skip
    assert len({(f.row_order, f.measure) for f in figures}) == len(figures)
    rest = [*pieces[:1], Piece(1, grid("202|防洪|7.00"))]
    assert [f.printed for f in figures_of_table(rest, "other1", "report", "test")[0] if f.label == "防洪"][-1] == "7.00", "without its heading"
