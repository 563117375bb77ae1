"""A province whose words are all its own, added by data alone: titles, headings, labels, owners, stages, marks of a text layer, links."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli.inspect import found_in
from pipeline.lexicon import VARIABLE
from pipeline.sources.registry import ListSite, Publisher
from pipeline.sources.titles import judge
from pipeline.store.readings import Limits

SUMMARY = """收入支出决算总表
公示主体：甲县水利局	金额单位：万元
收入	支出
款目	排号	决算数	款目	排号	决算数
排次		1	排次		2
一、一般公共预算财政拨款收入	1	900.00	一、农林水支出	32	1,000.00
八、杂项进款	8	100.00
本年收入合计	27	1,000.00	本年支出合计	58	1,000.00
总计	31	1,000.00	总计	62	1,000.00

"""
FORMS = """来款结账表
公示主体：甲县水利局	金额单位：万元
科目编码	科目名称	本年收入合计	国库来款	其他收入
排次		1	2	3
全部		1,000.00	900.00	100.00
213	农林水支出	1,000.00	900.00	100.00
21303	水利	1,000.00	900.00	100.00
2130301	行政运行	1,000.00	900.00	100.00

财政拨款“三公”经费支出决算表
公示主体：甲县水利局	金额单位：万元
款目	筹划数	决算数
合计	3.00	2.50
1.因公出国（境）费	0.00	0.00
2.公务用车购置及运行维护费	2.00	2.00
（1）公务用车购置费	0.00	0.00
（2）公务用车运行维护费	2.00	2.00
3.宾客款待费	1.00	0.50

第三部分 2023年度部门决算情况说明
一、收入支出决算总体情况说明
2023年度收、支总计1,000.00万元，与2022年度相比，各上浮50.00万元，上浮5.26%。
"""
COVER = "甲县水利局2023年度结账报告\n"
#: file → its entries: concept, the word or (with what is not a whole text) the pattern, what else.
WORDS = {
    "cover_words": [("title", r"pattern = '^(?P<before>.*?)(?P<year>20\d\d)年度?(?P<after>.*?)结账报告$'", COVER.strip(), "")],
    "titles": [("income", "来款结账表", "来款结账表", "")],
    "headings": [("fiscal", "国库来款", "国库来款", 'scope = ["income"]'), ("reception", "宾客款待费", "宾客款待费", 'scope = ["three_public"]')],
    "labels": [("other", "杂项进款", "杂项进款", 'scope = ["income"]'), ("total", "全部", "全部", 'scope = ["functional"]')],
    "phases": [("budget", "筹划数", "筹划数", "")],
    "owners": [("owner", "公示主体", "公示主体", "")],
    "addresses": [("row_no", "排号", "排号", ""), ("column_numbers", "排次", "排次", ""), ("label", "款目", "款目", "")],
    "form_heads": [("three_public", "pattern = '款待'", "款待", 'scope = ["reception"]')],
    "verbs": [("increase", "上浮", "上浮", "values = { sign = 1 }")],
    "link_titles": [("accounts", "pattern = '结账报告'", "结账报告", "")],
}


@pytest.fixture
def added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "words"
    folder.mkdir()
    for kind, entries in WORDS.items():
        (folder / f"{kind}.toml").write_text(
            "".join(
                f'[[entry]]\nconcept = "{concept}"\n{word if "=" in word else f"""words = ["{word}"]"""}\n'
                f'{more}\nseen = "a test"\nexample = "{example}"\n'
                for concept, word, example, more in entries
            ),
            encoding="utf-8",
        )
    monkeypatch.setenv(VARIABLE, str(folder))


def inspected(text: str) -> dict[str, Any]:
    """What ``inspect --json`` says, in this process."""
    found = json.loads(json.dumps(found_in(Limits(), ([("report.txt", text.encode())], None, None)), default=str))
    assert isinstance(found, dict)
    return found


def figures(found: dict[str, Any], statement: str) -> dict[tuple[str | None, str], str]:
    return {(f["code"], f["measure"]): f["value"] for f in found["figures"] if f["statement"] == statement}


@pytest.mark.usefixtures("added")
@pytest.mark.parametrize("text", [COVER + SUMMARY + FORMS, COVER + FORMS.replace("\t", " ")], ids=["with columns", "without columns"])
def test_a_province_is_read_by_its_own_words(text: str) -> None:
    found = inspected(text)
    assert (found["report"]["publisher"], found["report"]["fiscal_year"]) == ("甲县水利局", 2023)
    assert found["numbers"]["unread"] == 0
    assert figures(found, "income")["213", "fiscal"] == "900.00"
    public = figures(found, "three_public")
    assert (public[None, "budget_reception"], public[None, "final_reception"]) == ("1.00", "0.50")
    assert [s["value"] for s in found["statements"]][-2:] == ["50.00", "5.26"]


@pytest.mark.usefixtures("added")
def test_its_labels_and_links_are_known() -> None:
    found = inspected(COVER + SUMMARY + FORMS)
    concepts = {f["concept"] for f in found["figures"] if f["statement"] == "income_expenditure_summary"}
    assert "other" in concepts
    site = ListSite(kind="list", url="http://www.example.org/")
    publisher = Publisher(name="甲县水利局", kind="department", division="990600", level="county", sites=(site,))
    assert judge(COVER.strip(), publisher, 2023, None).fit == "report"


def test_without_them_it_is_unread_and_nobodys_error() -> None:
    found = inspected(COVER.replace("结账报告", "部门决算") + SUMMARY + FORMS)
    assert {p["state"] for p in found["parts"] if p["title"] == "来款结账表"} == {"unread"}
    assert found["numbers"]["unread"] > 0
    assert [f["rule_id"] for f in found["findings"] if f["severity"] == "error"] == []
