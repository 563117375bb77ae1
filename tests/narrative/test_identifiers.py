"""Numbers that name something: every entry reads its own example back, and numbers that state something are left."""

from __future__ import annotations

import pytest

from pipeline.lexicon import Entry, lexicon
from pipeline.lexicon.identifiers import identifier_kind
from pipeline.model.parts import numbers_in

ENTRIES = lexicon().entries("identifiers")


def kinds(text: str) -> list[str | None]:
    return [identifier_kind(text, start, end) for start, end, _ in numbers_in(text)]


@pytest.mark.parametrize("entry", ENTRIES, ids=[f"{e.concept}-{n}" for n, e in enumerate(ENTRIES)])
def test_an_example_is_of_its_kind(entry: Entry) -> None:
    assert entry.concept in kinds(entry.example)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("截至2024年12月31日，本单位共有车辆1辆", ["year", "date", "date", None]),
        ("，２０２４年度收入合计１，２３４．５万元", ["year", None]),
        ("（2）2130301水利（款）第2项支出1.00万元", ["heading_number", "code", "ordinal", None]),
        ("单价 100 万元（含）以上设备 5 台（套）", ["threshold", None]),
        ("得分在80—90分（含80分）为良，得分88.8分", ["threshold", "threshold", "threshold", None]),
        ("3个项目，2000元，占 99.98%", [None, None, None]),
        ("2.5万元", [None]),
        ("≤2000元/月 1100元/月 5 5", [None, None, None, None]),
        ("3月15前完成，12 月 31 日止", ["date", "date", "date", "date"]),
        ("208", [None]),
        ("详见附表3，共有12个系统", ["table_number", None]),
    ],
)
def test_what_names_and_what_states(text: str, expected: list[str | None]) -> None:
    assert kinds(text) == expected
