"""Numbers that touch at a rule are apart, a number that hangs over its cell is whole, and rows of dots are rules."""

from __future__ import annotations

from pipeline.reading.glyphs import Glyph, visual_lines, without_doubles
from pipeline.reading.layer import PlainPage
from pipeline.tables.grid import table_boxes
from pipeline.tables.ruled import RuledTable
from pipeline.tables.rules import rules_of

Boxes = list[tuple[float, float, float, float]]


def glyphs(text: str, x: float, y: float = 10.0) -> list[Glyph]:
    return [Glyph(c, x + 5 * i, y, x + 5 * i + 5, y + 9) for i, c in enumerate(text)]


def cells(*texts_at: tuple[str, float]) -> list[str]:
    """The texts of two cells, parted by a rule at x = 100, that a line of glyphs falls into."""
    table = RuledTable([(40.0, 5.0, 100.0, 22.0), (100.0, 5.0, 160.0, 22.0)], 1)
    assert table.take([g for text, x in texts_at for g in glyphs(text, x)]) == []
    return [c.text for c in table.table("one").cells]


def test_two_amounts_that_touch_at_a_rule_are_two() -> None:
    assert cells(("1234.50", 65.0), ("9876.20", 100.0)) == ["1234.50", "9876.20"]


def test_an_amount_and_a_code_that_touch_at_a_rule_are_two() -> None:
    assert cells(("1234.50", 65.0), ("30201", 100.0)) == ["1234.50", "30201"]


def test_a_number_that_hangs_over_the_rule_is_one() -> None:
    assert cells(("1234567.50", 52.0)) == ["1234567.50", ""]
    assert cells(("123456.123456", 58.0)) == ["123456.123456", ""]


def boxes(paths: Boxes) -> list[Boxes]:
    """The cells that a page's paths make."""
    return [list(table) for table in table_boxes(rules_of(PlainPage(boxes=paths)))]


def dots(rows: list[float], columns: list[float]) -> Boxes:
    """Dots along the rules of a grid."""
    flat = [(x, y) for y in rows for x in _steps(columns[0], columns[-1])]
    upright = [(x, y) for x in columns for y in _steps(rows[0], rows[-1])]
    return [(x - 0.4, y - 0.4, x + 0.4, y + 0.4) for x, y in (*flat, *upright)]


def _steps(start: float, end: float) -> list[float]:
    return [start + 1.5 * i for i in range(int((end - start) / 1.5) + 1)]


def test_rows_of_dots_are_the_rules_of_a_table() -> None:
    (table,) = boxes(dots([50.0, 80.0, 110.0], [40.0, 100.0, 160.0]))
    assert len(table) == 4


def test_dots_in_one_direction_and_scattered_ones_are_none() -> None:
    assert boxes([b for b in dots([50.0, 80.0], [40.0, 160.0]) if abs(b[1] - 49.6) < 0.1]) == []
    assert boxes([(10.0 * i, 37.0 * i % 500, 10.0 * i + 1, 37.0 * i % 500 + 1) for i in range(60)]) == []


def test_a_copy_in_another_face_is_the_same_letter() -> None:
    plain, copy = Glyph("3", 326.8, 724.8, 332.8, 738.0), Glyph("3", 326.6, 728.1, 332.6, 736.6)
    assert without_doubles([plain, copy]) == [plain]
    below = Glyph("3", 326.8, 740.8, 332.8, 754.0)
    assert without_doubles([plain, below]) == [plain, below]


def test_a_comma_that_hangs_low_stays_with_its_digits() -> None:
    """A wrapped label beside the number: its second line begins a little below the digits."""
    label = [Glyph("对", 20, 454.2, 32, 465.5), Glyph("补", 20, 466.6, 32, 477.9), Glyph("会", 150, 460.5, 162, 471.8)]
    digits = [Glyph(c, 60 + 6 * i, 457.6, 66 + 6 * i, 468.2 if c == "," else 467.0) for i, c in enumerate("74,400")]
    texts = ["".join(g.text for g in line) for line in visual_lines([*label, *digits])]
    assert "对74,400" in texts
