"""Titles as publishers word them: what is the report of a publisher and year, and what is not."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.sources.registry import FormerName, ListSite, Publisher
from pipeline.sources.titles import judge, normal, years_in

BUREAU = Publisher(
    name="烟云市大数据局", kind="department", division="990600", level="city", aliases=("烟云大数据局",),
    former_names=(FormerName(name="烟云市大数据管理局", until=2022),),
    sites=(ListSite(kind="list", url="http://www.example.org/"),),
)  # fmt: skip
AUGUST = dt.date(2025, 8, 20)
OTHERS = ("烟云市大数据中心", "烟云市财政局")


@pytest.mark.parametrize(
    "title",
    [
        "烟云市大数据局2024年度部门决算",
        "2024年度烟云市大数据局部门决算",
        "2024年度部门决算",
        "2024年部门决算公开",
        "关于2024年度部门决算的公告",
        "烟云市大数据局关于公布2024年度部门决算的公告",
        "市大数据局2024年度部门决算公开说明",
        "烟云大数据局2024年部门决算",
        "二〇二四年度部门决算",
        "【置顶】 ２０２４年度 部门决算（公开）",
        "2024年部门收支决算情况",
        "2024年度部门决算公开报告（更正）",
        "烟云市大数据局(部门)2024年度决算公开",
        "2025年公开2024年度部门决算",
        "部门决算公开",
        "24年度部门决算公开",
        "本部门2024年度决算",
        "2024年度一般公共预算财政拨款支出决算公开",
        "烟云市大数据局2024年度部门决算公开及“三公”经费支出情况说明",
        "2024年度烟云市大数据局部门决算及“三公”经费公开",
        "二零二四年度部门决算",
        "烟云市大数据局（部门汇总）2024年度部门决算",
        "烟云市大数据局（本级）2024年度部门决算",
        "2024年度部门（单位）决算公开",
        "2024年部门决算编制说明",
        "中共烟云市大数据局党组2024年度部门决算公开",
        "烟云市大数据局2024年度部门决算公开相关材料",
        "烟云市大数据局2024年度部门决算（草案）公开",
        "烟云市大数据局2024年部门决算和“三公”经费决算",
        "部门决算公开2024",
        "烟云市大数据局2024财政年度部门决算",
    ],
)
def test_a_report_in_any_wording(title: str) -> None:
    verdict = judge(title, BUREAU, 2024, AUGUST, others=OTHERS)
    assert verdict.fit == "report", verdict.reason
    assert verdict.fiscal_year == 2024


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        ("烟云市大数据局2024年部门预算", "no accounts"),
        ("2025年部门预算公开", "no accounts"),
        ("烟云市大数据局2024年度部门预算和2023年度决算", "budget"),
        ("2023年度部门决算", "another year (2023)"),
        ("烟云市大数据中心2024年度单位决算", "another publisher's: 烟云市大数据中心"),
        ("烟云市第七中学2024年度单位决算", "another body's: 烟云市第七中学"),
        ("烟云市大数据局下属信息技术研究院2024年度单位决算", "names a body besides the publisher"),
        ("烟云市2024年市级财政决算", "government-wide"),
        ("关于烟云市2024年市级决算（草案）的报告", "government-wide"),
        ("关于2024年度部门决算批复的通知", "approval"),
        ("关于做好2024年度部门决算公开工作的通知", "about the work"),
        ("市财政局召开2024年度部门决算布置会", "about the work"),
        ("2024年市级部门“三公”经费决算汇总", "compilation"),
        ("大数据产业园一期工程竣工决算审计公告", "construction"),
        ("一图读懂2024年度部门决算", "about accounts"),
        ("2024年上半年决算", "part of the year"),
        ("2024年全市一般公共预算收支决算", "another body's"),
        ("烟云市2024年度财政总决算", "government-wide"),
        ("2024年市级决算公开", "government-wide"),
        ("2024年市级政府性基金收支决算表", "another body's"),
        ("关于2024年市级决算（草案）和2025年上半年预算执行情况的报告", "government-wide"),
        ("烟云市大数据局2025年上半年预算执行情况", "no accounts"),
        ("2024年地方政府债务决算", "another body's"),
        ("关于批准2024年市级决算的决议", "government-wide"),
        ("烟云市大数据局2024年度部门预算", "no accounts"),
        ("新闻发布会", "no accounts"),
        ("", "no accounts"),
    ],
)
def test_what_is_not_the_report_is_refused_with_its_reason(title: str, reason: str) -> None:
    verdict = judge(title, BUREAU, 2024, AUGUST, others=OTHERS)
    assert verdict.fit == "no"
    assert reason in verdict.reason


@pytest.mark.parametrize(
    ("title", "published", "year", "basis"),
    [
        ("2024年度部门决算", dt.date(2025, 8, 1), 2024, "title"),
        ("2025年部门决算公开", dt.date(2025, 8, 1), 2024, "published_later"),
        ("部门决算公开", dt.date(2025, 8, 1), 2024, "published"),
        ("部门决算公开（2024年）", None, 2024, "title"),
    ],
)
def test_the_year_of_accounts_is_not_the_year_of_publication(title: str, published: dt.date | None, year: int, basis: str) -> None:
    verdict = judge(title, BUREAU, 2024, published)
    assert (verdict.fit, verdict.fiscal_year, verdict.year_basis) == ("report", year, basis)


def test_a_title_without_year_and_date_fits_and_says_so() -> None:
    verdict = judge("部门决算公开", BUREAU, 2024, None)
    assert (verdict.fit, verdict.fiscal_year, verdict.year_basis) == ("report", None, "none")


def test_a_former_name_holds_for_its_years_only() -> None:
    assert judge("烟云市大数据管理局2022年度部门决算", BUREAU, 2022, None).fit == "report"
    assert judge("烟云市大数据管理局2024年度部门决算", BUREAU, 2024, None).fit == "no"


def test_a_platform_of_many_needs_the_name() -> None:
    assert judge("2024年度部门决算", BUREAU, 2024, AUGUST, shared=True).fit == "no"
    assert judge("烟云市大数据局2024年度部门决算", BUREAU, 2024, AUGUST, shared=True).fit == "report"


@pytest.mark.parametrize(
    ("title", "fit"),
    [
        ("2024年度部门决算.pdf", "report"),
        ("附件1：2024年度部门决算公开表.xls", "part"),
        ("2024年度部门决算情况说明.docx", "part"),
        ("附件3.项目支出绩效自评表", "part"),
        ("点击下载", "neutral"),
        ("P020250818364.pdf", "neutral"),
        ("附件", "part"),
        ("收入支出决算总表.xls", "part"),
        ("01烟云市大数据局2024年度收入决算表.xlsx", "part"),
        ("附件4：政府性基金预算财政拨款收入支出决算表.png", "part"),
        ("公开05表.xls", "part"),
        ("某市教育局收入决算表.xls", "no"),
        ("2022年度收入决算表.xls", "no"),
        ("2025年部门预算.pdf", "no"),
        ("2023年度部门决算.pdf", "no"),
        ("烟云市大数据中心2024年度单位决算.pdf", "no"),
        ("使用帮助.doc", "no"),
        ("附件：2021年绩效自评表.xls", "no"),
    ],
)
def test_attachments(title: str, fit: str) -> None:
    assert judge(title, BUREAU, 2024, AUGUST, others=OTHERS, attachment=True).fit == fit


@pytest.mark.parametrize("title", ["2024年度部门决算公开目录", "部门决算公开专栏", "烟云市大数据局2024年决算公开目录", "2024年市级部门决算公开平台"])
def test_a_list_of_links_may_lead_to_the_report(title: str) -> None:
    assert judge(title, BUREAU, 2024, AUGUST, shared=True).fit == "column"
    assert judge(title + ".pdf", BUREAU, 2024, AUGUST, attachment=True).fit == "no"
    assert judge(title, BUREAU, 2022, dt.date(2025, 8, 20)).fit == "no"


def test_a_list_of_another_body_or_year_leads_nowhere() -> None:
    assert judge("烟云市教育局2024年部门决算公开专栏", BUREAU, 2024, AUGUST).fit == "no"
    assert judge("2023年度部门决算公开目录", BUREAU, 2024, AUGUST).fit == "no"


def test_kind_and_correction_are_read_from_the_title() -> None:
    assert judge("2024年度部门决算（更正版）", BUREAU, 2024, AUGUST).correction
    assert not judge("2024年度部门决算", BUREAU, 2024, AUGUST).correction
    assert judge("2024年度部门决算", BUREAU, 2024, AUGUST).kind == "department"
    assert judge("2024年度单位决算", BUREAU, 2024, AUGUST).kind == "unit"


def test_years_in_every_script() -> None:
    assert [y for y, _ in years_in(normal("二○二四年及２０２３年度、22年度"))] == [2024, 2023, 2022]
    assert years_in("编号20241234") == []


@given(st.text(max_size=80), st.sampled_from([None, AUGUST]), st.booleans())
def test_any_text_gets_a_verdict(title: str, published: dt.date | None, attachment: bool) -> None:
    verdict = judge(title, BUREAU, 2024, published, others=OTHERS, attachment=attachment)
    assert verdict.reason
    if "决" not in normal(title) and not attachment:
        assert verdict.fit == "no"


@given(st.sampled_from(range(2012, 2031)), st.sampled_from(["{y}年度部门决算", "{y}年部门决算公开", "关于{y}年度部门决算的公告"]))
def test_a_title_fits_its_own_year_alone(year: int, wording: str) -> None:
    title = wording.format(y=year)
    fits = [y for y in range(2012, 2031) if judge(title, BUREAU, y, None).fit == "report"]
    assert fits == [year]
