"""Summary tables of self-evaluations (自评情况汇总表) in their regional forms, with cells or without.

What belongs here: finding a summary table and reading its rows.  What may not: comparing them with the forms.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.reading.document import Document
from pipeline.recognition.annexes.grid import numeric
from pipeline.recognition.annexes.model import Printed, SummaryRow
from pipeline.recognition.annexes.stream import Token, partitions, printed, tokens, width, wrap_cost
from pipeline.recognition.annexes.vocabulary import FORM_TITLE, GRADE_WORDS, GRADES, SUMMARY_TITLE, words

_TITLE_REACH = 8
_NOTHING_LISTED = re.compile(r"无|[-—–/]*|(本部门|本单位)?无.*项目")
_NOT_A_PROJECT = re.compile(r"合计|总计|小计|.*绩效自评$|一级指标|项目(\(政策\))?名称")
_GRADE = re.compile("|".join([*(g for g, _ in GRADES), *GRADE_WORDS]))
_PERCENT = re.compile(r"\d+(\.\d+)?%")
_UNIT_LINE = re.compile(r"(金额)?单位:(万|亿)?元")
_NOTE = re.compile(r"^\(?(注|说明|备注):?")


# ---------------------------------------------------------------- without cells

_CATEGORY = re.compile(r"(特定目标|其他运转|运转|人员|一般性|重点)类|(部门|单位)预算项目|转移支付")
_UNIT = re.compile(
    r".*(局|厅|委|委员会|办|办公室|中心|院|所|处|站|馆|校|大学|学院|公司|协会|政府|区市|市|县|区|集团|支队|队)(\(本级\))?$"
)


def read_stream_summary(document: Document) -> list[SummaryRow]:
    lines = list(document.lines())
    found: list[SummaryRow] = []
    for start, line in enumerate(lines):
        text = words(line.text)
        if not (len(text) < 50 and SUMMARY_TITLE.search(text)) or re.search(r"[。，；]|详见", text):
            continue
        end = next(
            (
                i
                for i in range(start + 1, len(lines))
                if len(t := words(lines[i].text)) < 50 and (SUMMARY_TITLE.search(t) or FORM_TITLE.search(t))
            ),
            len(lines),
        )
        note = next((i for i in range(start + 1, end) if _NOTE.match(words(lines[i].text))), end)
        remark = words(lines[note].text) if note < end else ""
        unit = next((t for line in lines[start:note] if _UNIT_LINE.search(t := words(line.text))), "")
        found += [replace(r, note=remark, unit=unit) for r in _stream_rows(tokens(lines[start + 1 : note]), text)]
    return found


def _stream_rows(run: Sequence[Token], title: str) -> list[SummaryRow]:
    first = next(
        (i for i, t in enumerate(run) if (t.words == "1" and not t.inner) or (t.words == "1" and i and _has_header(run[:i]))),
        None,
    )
    if first is None:
        return []
    order = _columns("".join(t.words for t in run[:first]))
    texts = [c for c in order if c in ("project", "unit", "category", "fund")]
    numbers = [c for c in order if c in ("initial_budget", "adjusted_budget", "executed", "rate_printed", "score")]
    if "project" not in texts or not numbers:
        return []
    pieces = _cut(run, first)
    widths: dict[str, float] = {}
    parted = [_texts(names, texts, {}) for names, _, _ in pieces]
    for parts in parted:
        for name, cell in parts.items():
            if len(cell) > 1:
                widths[name] = max(widths.get(name, 0.0), *(width(t.text) for t in cell[:-1]))
    rows = []
    for number, (names, values, grade) in enumerate(pieces, start=1):
        found = _texts(names, texts, widths)
        cells: dict[str, Printed] = {name: printed(cell) for name, cell in found.items() if name in ("project", "unit")}
        rates = [v for v in values if _PERCENT.fullmatch(v.words)]
        plain = [v for v in values if v not in rates]
        wanted = [n for n in numbers if n != "rate_printed"]
        placement = "printed" if len(plain) == len(wanted) else "identity"
        cells.update({n: printed([v], placement) for n, v in zip(reversed(wanted), reversed(plain), strict=False)})
        if rates:
            cells["rate_printed"] = printed(rates[:1])
        if grade is not None:
            cells["grade"] = printed([grade])
        cells["no"] = Printed(str(number))
        rows.append(SummaryRow(cells, title))
    return rows


def _has_header(run: Sequence[Token]) -> bool:
    return "序号" in "".join(t.words for t in run)


def _columns(header: str) -> list[str]:
    """The columns in the order that the heading names them."""
    places: list[tuple[int, str]] = []
    patterns = (
        ("project", r"项目名称"), ("unit", r"(资金使用|项目实施|实施|使用|项目)单位"), ("category", r"项目类别(\([^)]*\))?"), ("fund", r"资金名称"),
        ("initial_budget", r"年初预算数?"), ("adjusted_budget", r"(调整后?|全年)预算数?"), ("executed", r"(预算|全年)?(执行|支出|决算)数"),
        ("rate_printed", r"(预算)?执行率"), ("score", r"(自评|评价|绩效)?得分"), ("grade", r"(自评|评价)?等级"),
    )  # fmt: skip
    for name, pattern in patterns:
        match = re.search(pattern, header)
        if match is not None:
            places.append((match.start(), name))
    return [name for _, name in sorted(places)]


def _cut(run: Sequence[Token], first: int) -> list[tuple[list[Token], list[Token], Token | None]]:
    """``(text tokens, number tokens, grade)`` of every row: rows begin with their number and end before the next one."""
    starts, expected = [first], 2
    for i in range(first + 1, len(run)):
        if run[i].words == str(expected) and (not run[i].inner) and _complete(run[starts[-1] + 1 : i]):
            starts.append(i)
            expected += 1
    pieces = []
    for number, start in enumerate(starts):
        end = starts[number + 1] if number + 1 < len(starts) else len(run)
        body = list(run[start + 1 : end])
        grade = next((i for i, t in enumerate(body) if _GRADE.fullmatch(t.words)), None)
        stop = grade if grade is not None else max((i + 1 for i, t in enumerate(body) if numeric(t.words)), default=len(body))
        values_from = stop
        while values_from and numeric(body[values_from - 1].words):
            values_from -= 1
        values = body[values_from:stop]
        after = body[stop + 1 :] if grade is not None else []
        values += [t for t in after[:1] if _PERCENT.fullmatch(t.words)]
        pieces.append((body[:values_from], values, body[grade] if grade is not None else None))
    return pieces


def _complete(body: Sequence[Token]) -> bool:
    """Whether a row may end here: it has a name, and a number or a grade after it."""
    return any(not numeric(t.words) for t in body) and any(numeric(t.words) or _GRADE.fullmatch(t.words) for t in body[1:])


def _texts(run: Sequence[Token], columns: Sequence[str], widths: dict[str, float]) -> dict[str, list[Token]]:
    """Part a row's text tokens into its text columns (see :func:`~pipeline.recognition.annexes.stream.wrap_cost`)."""
    if not run:
        return {}
    columns = list(columns)[: len(run)] if len(run) < len(columns) else list(columns)
    if "project" not in columns:
        columns = ["project"]
    best: tuple[float, tuple[int, ...]] | None = None
    for ends in partitions(len(run), len(columns)):
        cost, start = 0.0, 0
        for name, end in zip(columns, ends, strict=True):
            cell = run[start:end]
            cost += wrap_cost([t.text for t in cell], widths.get(name)) + sum(5.0 for t in cell[1:] if t.inner)
            text = "".join(t.words for t in cell)
            if (name == "category") != bool(_CATEGORY.fullmatch(text)):
                cost += 8.0
            if name == "unit" and not _UNIT.match(text):
                cost += 4.0
            start = end
        if best is None or cost < best[0]:
            best = (cost, ends)
    assert best is not None
    cells, start = {}, 0
    for name, end in zip(columns, best[1], strict=True):
        cells[name] = list(run[start:end])
        start = end
    return cells
