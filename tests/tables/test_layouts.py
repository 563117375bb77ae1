"""Tables in the layouts that publishers use: rules of all kinds or none, forms and annexes alike; what is no table stays lines."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pypdfium2 as pdfium
import pytest
from reading.pages import expected, page, read, text_at
from reportlab.pdfgen.canvas import Canvas

from benchmarks.annexes import TABLES, rows
from pipeline.model.figures import Place
from pipeline.reading import read_document
from pipeline.reading.document import Cell, Line, Page, Table, Word
from pipeline.reading.glyphs import Glyph
from pipeline.reports.read import read_report
from pipeline.tables import lower, pages
from pipeline.tables.continued import with_whole_rows
from pipeline.tables.dashes import Rule
from pipeline.tables.grid import table_boxes
from pipeline.tables.pieces import with_uprights
from pipeline.tables.rows import aligned
from pipeline.tables.ruled import RuledTable
from pipeline.tables.rules import Rules
from samples.build import read_input, sample_folders
from samples.layout import Layout, possible
from samples.performance import read_rows
from samples.report import ReportText, typeset
from samples.typeface import width_of

(SAMPLE,) = [f for f in sample_folders() if f.name == "example-city-big-data-bureau-2019"]


@pytest.mark.parametrize("rules", ["none", "three", "horizontal", "gridded", "vertical", "gridded_vertical"])
def test_annexes_are_read_row_by_row_in_every_layout(rules: str) -> None:
    figures, _, text = read_input(SAMPLE)
    one_form = replace(figures, forms={"income": figures.forms["income"]})
    printed = typeset(one_form, possible(replace(Layout(), rules=rules)), ReportText(annexes=text.annexes), seed=1)
    contents = read_report(printed.pdf)
    for table, (name, columns) in TABLES.items():
        assert rows(contents.tables[table], columns) == rows(read_rows(SAMPLE / f"{name}.csv"), columns)


def drawn(draw: Callable[[Canvas], None]) -> list[Page]:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595, 842))
    draw(canvas)
    canvas.save()
    return list(lower(read_document(buffer.getvalue())).pages)


def test_running_text_with_numbers_is_no_table() -> None:
    def prose(canvas: Canvas) -> None:
        for n in range(12):
            text_at(canvas, 70, 780 - 20 * n, "2024年度收、支总计均为9,609.44万元，与上年相比各增加12.30万元，增长0.13%。主要是项目")

    (only,) = drawn(prose)
    assert only.tables == []
    assert len(only.lines) == 12


def test_contents_with_page_numbers_are_no_table() -> None:
    def contents(canvas: Canvas) -> None:
        for n in range(8):
            text_at(canvas, 70, 780 - 20 * n, f"{n + 1}、收入支出决算总表................................................")
            text_at(canvas, 500, 780 - 20 * n, str(n + 3))

    assert drawn(contents)[0].tables == []


def test_a_crop_box_that_does_not_begin_at_nothing_moves_nothing() -> None:
    document = pdfium.PdfDocument(page())
    for one in document:
        width, height = one.get_size()
        one.set_mediabox(-30, -40, width + 30, height + 40)
        one.set_cropbox(-10, -20, width, height)
    buffer = io.BytesIO()
    document.save(buffer)
    assert read(buffer.getvalue()) == expected()
    assert lower(read_document(buffer.getvalue())).pages[0].lost == ()


def white_lines(canvas: Canvas) -> None:
    canvas.setStrokeGray(1)
    for x in (80, 200, 300, 390):
        canvas.line(x, 640, x, 760)


def test_white_lines_are_no_rules() -> None:
    assert read(page(over=white_lines)) == expected()


def seal(canvas: Canvas) -> None:
    canvas.setFillColorRGB(0.8, 0, 0)
    text_at(canvas, 100, 690, "甲市乙局财务专用", 34)


@pytest.mark.parametrize("rules", ["lines", "none"])
def test_a_stamp_over_the_figures_is_no_cells(rules: str) -> None:
    assert read(page(rules=rules, over=seal)) == expected()


def test_a_heading_written_upwards_is_one_word() -> None:
    def sideways(canvas: Canvas) -> None:
        for x in (60, 160, 260, 360):
            canvas.line(x, 600, x, 720)
        for y in (600, 620, 640, 720):
            canvas.line(60, y, 360, y)
        canvas.saveState()
        canvas.translate(215, 644)
        canvas.rotate(90)
        text_at(canvas, 0, 0, "本年收入合计", 9)
        canvas.restoreState()
        for n, word in enumerate(("项目", "", "其他收入")):
            text_at(canvas, 64 + 100 * n, 660, word)
        for n, word in enumerate(("合计", "850.00", "10.00")):
            text_at(canvas, 64 + 100 * n, 626, word)
            text_at(canvas, 64 + 100 * n, 606, word)

    (table,) = drawn(sideways)[0].tables
    assert [table.text(0, c) for c in range(3)] == ["项目", "本年收入合计", "其他收入"]


def test_horizontal_pieces_tell_where_cells_part() -> None:
    """Four heights in pieces, as word processors draw horizontal borders: three columns, no vertical rule."""
    flat = [Rule(y, a, b) for y in (100.0, 120.0, 140.0, 160.0) for a, b in ((50, 150), (150, 250), (250, 350))]
    found = with_uprights(Rules(tuple(flat)), Page(1, 595.0, 842.0, ()))
    assert sum(map(len, table_boxes(found))) == 9
    whole = tuple(Rule(y, 50, 350) for y in (100.0, 120.0, 140.0))
    assert with_uprights(Rules(whole), Page(1, 595.0, 842.0, ())).upright == ()


def cell_by_cell(canvas: Canvas) -> None:
    """The heading of the three-public form over columns of 40 points, every rule drawn cell by cell but within merged cells."""
    xs = [60 + 40 * i for i in range(9)]
    for y, own in ((700, xs), (680, xs[4:9]), (660, xs), (640, xs), (620, xs)):
        for a, b in pairwise(own):
            canvas.line(a, y, b, y)
    words = ((140, 676, "因公出国(境)费"), (300, 686, "公务用车运行维护费"), (240, 666, "小计"), (260 + 40, 666, ""), (360, 666, "购置费"))
    for x, y, text in words:
        text_at(canvas, x - width_of(text, 10) / 2, y, text, 10)
    for x in xs[:-1]:
        text_at(canvas, x + 8, 646, "预算数", 8)
        text_at(canvas, x + 8, 626, "10.00", 8)


def test_a_heading_longer_than_its_columns_is_one_cell() -> None:
    (table,) = [t for page in drawn(cell_by_cell) for t in page.tables]
    spans = {c.text: (c.col, c.colspan) for c in table.cells if c.text and c.row < 2}
    assert spans["因公出国(境)费"] == (1, 2)
    assert spans["公务用车运行维护费"] == (4, 4)


def in_pieces(canvas: Canvas, headings: tuple[tuple[int, str], ...]) -> None:
    """Two headings over six columns each of which is drawn as a piece of every rule; the words stand in the middle of what they head."""
    xs = [60 + 60 * i for i in range(7)]
    for y in (720, 700, 680, 660):
        for a, b in pairwise(xs):
            canvas.line(a, y, b, y)
    for x, text in headings:
        text_at(canvas, x - width_of(text, 10) / 2, 706, text, 10)
    for x, text in zip(xs, ("合计", "出国", "接待") * 2, strict=False):
        text_at(canvas, x + 20, 686, text, 10)
        text_at(canvas, x + 20, 666, "10.00", 10)


@pytest.mark.parametrize(
    ("headings", "spans"),
    [
        (((150, "预算数"), (330, "决算数")), {"预算数": (0, 3), "决算数": (3, 3)}),
        (((150, "预算数"), (330, "决算数"), (390, "备注")), {"预算数": (1, 1), "决算数": (4, 1), "备注": (5, 1)}),  # no cells have such middles
        (tuple((90 + 60 * i, f"第{i}列".replace("0", "零")) for i in range(6)), {f"第{i or '零'}列": (i, 1) for i in range(6)}),
        (
            tuple(zip(range(90, 400, 60), ("指标", "级别", "年度指标值甲", "实际完成值乙", "分值", "得分"), strict=False)),  # two fill their cells
            {name: (i, 1) for i, name in enumerate(("指标", "级别", "年度指标值甲", "实际完成值乙", "分值", "得分"))},
        ),
    ],
)
def test_headings_in_the_middle_of_several_cells_stand_over_them(headings: tuple[tuple[int, str], ...], spans: dict[str, tuple[int, int]]) -> None:
    (table,) = [t for page in drawn(lambda canvas: in_pieces(canvas, headings)) for t in page.tables]
    assert {c.text: (c.col, c.colspan) for c in table.cells if c.text and c.row == 0} == spans


def below_a_grid(canvas: Canvas) -> None:
    """A gridded heading over a body without rules: a label over two columns, an amount that touches the code beside it."""
    for y in (720, 700):
        canvas.line(60, y, 360, y)
    xs = (60, 100, 220, 280, 320, 360)
    for x in xs:
        canvas.line(x, 720, x, 700)
    for x, text in zip(xs, ("编码", "科目名称", "金额", "编码", "金额"), strict=False):
        text_at(canvas, x + 4, 706, text, 8)
    for n, (amount, code) in enumerate((("9,588.27", "302"), ("2,932.84", "30201"), ("1,261.93", "30202"))):
        y = 686 - 20 * n
        text_at(canvas, 62, y, f"3010{n}", 8)
        text_at(canvas, 104, y, "基本工资", 8)
        text_at(canvas, 280 - width_of(amount, 8), y, amount, 8)
        text_at(canvas, 280.2, y, code, 8)
        text_at(canvas, 326, y, "5.00", 8)
    text_at(canvas, 62, 626, "人员经费合计", 8)
    text_at(canvas, 240, 626, "13,783.04", 8)


def test_a_label_over_two_columns_is_whole_and_an_amount_that_touches_a_code_is_apart() -> None:
    (page,) = drawn(below_a_grid)
    (table,) = page.tables
    assert [[t for t in row if t] for row in table.rows()][1:] == [
        ["30100", "基本工资", "9,588.27", "302", "5.00"],
        ["30101", "基本工资", "2,932.84", "30201", "5.00"],
        ["30102", "基本工资", "1,261.93", "30202", "5.00"],
        ["人员经费合计", "13,783.04"],
    ]
    assert page.lost == ()


def years(canvas: Canvas) -> None:
    """A heading of years over a body, every rule drawn cell by cell."""
    for y in (720, 700, 660):
        for a, b in ((60, 200), (200, 280), (280, 360)):
            canvas.line(a, y, b, y)
    for n, row in enumerate((("年度", "2021", "2022"), ("公务接待费", "2.50", "2.00"), ("公务用车购置费", "1.50", "1.00"))):
        for x, text in zip((70, 220, 300), row, strict=True):
            text_at(canvas, x, 706 - 20 * n, text)


def test_a_heading_of_years_is_no_year_above_a_form() -> None:
    (table,) = [t for page in drawn(years) for t in page.tables]
    assert next(iter(table.rows())) == ["年度", "2021", "2022"]


def levels(canvas: Canvas) -> None:
    """Rows with horizontal rules only, which go through the words of a first level that stands for two of them."""
    for y in (720, 700, 680, 660, 640, 620):
        canvas.line(60, y, 420, y)
    for x, text in ((80, "一级指标"), (160, "二级指标"), (260, "三级指标"), (360, "实际完成值")):
        text_at(canvas, x, 706, text)
    for y, text in ((686, "成本指标"), (656, "产出指标"), (626, "效益指标")):
        text_at(canvas, 80, y, text)
    for i, text in enumerate(("经济成本", "数量指标", "质量指标", "社会效益")):
        text_at(canvas, 160, 686 - 20 * i, text)
        text_at(canvas, 250, 686 - 20 * i, f"第{i + 1}项完成率")
        text_at(canvas, 370, 686 - 20 * i, f"{90 + i}.5")


def test_a_rule_through_a_cell_of_several_rows_does_not_part_it() -> None:
    (table,) = [t for page in drawn(levels) for t in page.tables]
    spans = {c.text: (c.row, c.rowspan) for c in table.cells if c.col == 0}
    assert spans == {"一级指标": (0, 1), "成本指标": (1, 1), "产出指标": (2, 2), "效益指标": (4, 1)}


def two_rows(canvas: Canvas) -> None:
    """A gridded heading over two rows in one frame without rules of their own."""
    for y in (720, 700, 650):
        canvas.line(60, y, 420, y)
    for x in (60, 100, 300, 360, 420):
        canvas.line(x, 720, x, 650)
    for y, row in ((706, ("序号", "项目名称", "得分", "等级")), (685, ("1", "运行维护", "100.00", "优")), (665, ("2", "机关建设", "100.00", "优"))):
        for x, text in zip((70, 110, 310, 370), row, strict=True):
            text_at(canvas, x, y, text)


def test_two_rows_in_one_frame_are_two() -> None:
    (table,) = [t for page in drawn(two_rows) for t in page.tables]
    assert [list(r) for r in table.rows()][1:] == [["1", "运行维护", "100.00", "优"], ["2", "机关建设", "100.00", "优"]]


def test_the_second_reader_counts_only_where_its_grid_is_ours() -> None:
    boxes = [(x, y, x + 50.0, y + 20.0) for y in (10.0, 30.0) for x in (10.0, 60.0)]
    same, other, elsewhere = (RuledTable(boxes, 1) for _ in range(3))
    same.compare([(box, "1.00") for box in boxes])
    other.compare([((10.0, 10.0, 110.0, 30.0), "1.00"), ((10.0, 30.0, 110.0, 50.0), "2.00")])
    assert same.second == ["1.00"] * 4
    assert not same.note
    assert other.second is None
    assert other.note
    for x, y, word in ((20, 15, "1"), (70, 15, "2"), (20, 35, "3"), (70, 35, "4")):
        elsewhere.take([Glyph(word, x, y, x + 5.0, y + 10.0)])
    elsewhere.compare([(box, word) for box, word in zip(boxes, "3412", strict=True)])  # the same words, each in another cell
    assert elsewhere.second is None
    assert "into other cells" in elsewhere.note


@pytest.mark.parametrize(
    ("theirs", "agreed"),
    [
        ("37.5037.50", True),  # drawn twice to look bold, one after the other
        ("373737...505050", True),  # three times, a letter at a time
        ("仅37.50供公", True),  # with a watermark that the first reader leaves out
        ("仅供37.5037.50", True),
        ("37.50万元整", False),  # nothing that was left out
        ("137.50", False),
        ("73.50", False),
    ],
)
def test_what_the_first_reader_leaves_out_knowingly_is_no_difference(theirs: str, agreed: bool) -> None:
    box = (10.0, 10.0, 60.0, 30.0)
    table = RuledTable([box], 1)
    table.take([Glyph(c, 15 + 5.0 * i, 15.0, 20 + 5.0 * i, 25.0) for i, c in enumerate("37.50")])
    table.compare([(box, theirs)], frozenset("仅供公"))
    assert (table.second == ["37.50"]) is agreed


def test_a_page_whose_tables_cannot_be_told_costs_only_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: object) -> Rules:
        raise ValueError("odd rules")

    monkeypatch.setattr(pages, "rules_of", fails)
    (only,) = lower(read_document(page())).pages
    assert only.pictures
    assert "cannot be told" in only.pictures[0].problem
    assert "科目编码" in "".join(b.text if not isinstance(b, Table) else "".join(c.text for c in b.cells) for b in only.blocks)


def piece(number: int, *rows_of_it: tuple[str, ...]) -> Page:
    """A page that one table fills."""
    cells = tuple(Cell(r, c, text) for r, texts in enumerate(rows_of_it) for c, text in enumerate(texts))
    return Page(number, 595.0, 842.0, (Table(cells, len(rows_of_it), 3, Place(number, 50, 50, 350, 90), "test"),))


HEADING = ("项目", "行次", "金额")


def test_the_rest_of_a_row_that_the_page_cut_is_no_row() -> None:
    first = piece(1, HEADING, ("年初财政拨款", "28", "0.00"))
    above, below = with_whole_rows((first, piece(2, HEADING, ("结转和结余", "", ""), ("总计", "29", "5.00"))))
    assert above.tables[0].text(1, 0) == "年初财政拨款\n结转和结余"
    assert list(below.tables[0].rows()) == [list(HEADING), ["总计", "29", "5.00"]]


@pytest.mark.parametrize("row", [("二、外交支出", "", ""), ("总计", "29", "5.00"), ("注：本表反映收支情况", "", "")])
def test_a_row_of_its_own_at_the_head_of_a_page_stays(row: tuple[str, str, str]) -> None:
    pair = (piece(1, HEADING, ("一、一般公共服务支出", "28", "0.00")), piece(2, HEADING, row, ("合计", "30", "1.00")))
    assert with_whole_rows(pair) == pair


def test_a_total_alone_at_the_head_of_a_page_is_a_row_of_the_table_above() -> None:
    cells = tuple(Cell(r, c, t, place=Place(1, 50.0 + 100 * c, top, 140.0 + 100 * c, top + 10)) for r, top, row in
                  ((0, 60.0, ("三级指标", "分值", "得分")), (1, 80.0, ("完成率", "10", "9.5"))) for c, t in enumerate(row))  # fmt: skip
    first = Page(1, 595.0, 842.0, (Table(cells, 2, 3, Place(1, 50, 60, 340, 90), "test"),))
    head = Line("甲县水利局2019年度部门决算", Place(2), (Word("甲县水利局2019年度部门决算", 200, 20, 400, 30),))

    def line(*words: tuple[str, float]) -> Line:
        return Line(" ".join(w for w, _ in words), Place(2, top=50.0, bottom=60.0), tuple(Word(w, x, 50, x + 20, 60) for w, x in words))

    total, sentence = line(("总", 60.0), ("分", 85.0), ("99.5", 280.0)), line(("总分", 60.0), ("99.5", 280.0), ("分", 300.0))
    _, page = with_whole_rows((first, Page(2, 595.0, 842.0, (head, total))))
    assert [list(t.rows()) for t in page.tables] == [[["总分", "", "99.5"]]]
    assert with_whole_rows((first, Page(2, 595.0, 842.0, (head, sentence))))[1].tables == []


def test_a_total_and_what_is_above_it_keep_their_rows_where_one_side_has_fewer() -> None:
    left = ("一、财政拨款", "二、基金拨款", "", "", "本年收入合计", "年初结转和结余", "总计")
    right = ("一、外交支出", "二、国防支出", "三、教育支出", "四、其他支出", "本年支出合计", "年末结转和结余", "总计")
    words = [
        Word(text, x, 100 + 12 * n, x + 8 * len(text), 108 + 12 * n)
        for n, labels in enumerate(zip(left, right, strict=True))
        for x, text in zip((10, 80, 110, 180), (labels[0], "5.00" * (n in (0, 1, 4, 6)), labels[1], "5.00" * (n in (0, 1, 4, 6))), strict=True)
        if text
    ]
    found = aligned(words, [5, 75, 105, 175, 205])
    rows_of_left = {"".join(w.text for w in p.words): p.row for p in found.pieces if p.column == 0}
    assert rows_of_left == {text: n for n, text in enumerate(left) if text}
