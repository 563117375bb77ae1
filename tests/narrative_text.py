"""Documents of a few lines, for tests of the narrative: text as a reader gives it, and what is read from it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import golden

from pipeline.model.contents import ReportContents
from pipeline.model.figures import Place
from pipeline.narrative.part import NarrativePart, read_narrative
from pipeline.reading.document import Document, Line, Page

HEADINGS = {
    "totals": "一、收入支出决算总体情况说明",
    "income": "二、收入决算情况说明",
    "expenditure": "三、支出决算情况说明",
    "fiscal_totals": "四、财政拨款收入支出决算总体情况说明",
    "general_budget": "五、一般公共预算财政拨款支出决算情况说明",
    "basic": "六、一般公共预算财政拨款基本支出决算情况说明",
    "fund": "七、政府性基金预算财政拨款收入支出决算情况说明",
    "state_capital": "八、国有资本经营预算财政拨款支出决算情况说明",
    "three_public": "九、财政拨款“三公”经费支出决算情况说明",
    "operating_costs": "十、机关运行经费支出说明",
    "procurement": "十一、政府采购支出说明",
    "assets": "十二、国有资产占用情况说明",
    "performance": "十三、预算绩效情况说明",
}


def document(*pages: Iterable[str]) -> Document:
    """A document of text lines, page by page."""
    made = []
    for number, lines in enumerate(pages, 1):
        made.append(Page(number, None, None, tuple(Line(t, Place(page=number, top=float(i))) for i, t in enumerate(lines))))
    return Document("0" * 64, "text/plain", "text/1", "stream", tuple(made))


def narrative(part: str, *paragraphs: str) -> Document:
    """A document whose narrative has one section."""
    return document(["第三部分 2024年度部门决算情况说明", HEADINGS[part], *paragraphs, "第四部分 名词解释"])


def read(doc: Document, forms: ReportContents | None = None) -> NarrativePart:
    about = golden.report()
    return read_narrative(doc, about, forms or golden.contents(about, []))


def told(part: str, *paragraphs: str) -> list[tuple[str, str, str, str]]:
    """(subject, measure, value, unit) of every statement of one section, mentions in reasons left out."""
    rows = read(narrative(part, *paragraphs)).statements
    return [(s["subject"], s["measure"], s["value"], s["unit"]) for s in rows if s["measure"] != "mentioned"]


def with_narrative(forms: ReportContents, doc: Document, **tables: tuple[dict[str, Any], ...]) -> ReportContents:
    """Forms and the narrative of a document in one container."""
    part = read_narrative(doc, forms.report, forms)
    return ReportContents(forms.report, (*forms.figures, *part.figures), {**forms.tables, **part.tables, **tables})
