"""Wrapped labels put to the numbers that they stand around, where no rule parts the rows."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.tables.blocks import LabelLine, blocks_of


def lines(*tops: float) -> list[LabelLine]:
    return [LabelLine(t, t + 10) for t in tops]


def test_numbers_in_the_middle_of_three_lines() -> None:
    # 行政运行 / 其他统|计信息事|务支出, the lines of a label as close as those of two rows
    assert blocks_of(lines(100, 113, 124, 135), [105, 129]) == [(0, 1, 0), (1, 4, 1)]


def test_numbers_at_the_top_of_every_label() -> None:
    assert blocks_of(lines(100, 112, 126, 138, 152), [105, 131, 157]) == [(0, 2, 0), (2, 4, 1), (4, 5, 2)]


def test_a_row_number_without_a_label_takes_no_half_of_the_label_above() -> None:
    assert blocks_of([LabelLine(100, 110, True), LabelLine(111, 121)], [110.5, 130, 142]) == [(0, 2, 0), (2, 2, 1), (2, 2, 2)]


def test_a_label_that_begins_a_row_stands_alone_where_its_amount_is_blank() -> None:
    assert blocks_of([LabelLine(100, 110, True), LabelLine(115, 125, True), LabelLine(130, 140, True)], [105, 135]) == [
        (0, 1, 0),
        (1, 2, None),
        (2, 3, 1),
    ]


@given(st.lists(st.integers(1, 4), min_size=1, max_size=12), st.floats(0.0, 8.0))
def test_labels_centred_on_their_numbers_are_found_again(sizes: list[int], between: float) -> None:
    y, labels, numbers, want = 0.0, [], [], []
    for k, n in enumerate(sizes):
        want.append((len(labels), len(labels) + n, k))
        labels += lines(*(y + 11 * i for i in range(n)))
        numbers.append(y + (11 * n - 1) / 2)
        y += 11 * n + between
    assert blocks_of(labels, numbers) == want
