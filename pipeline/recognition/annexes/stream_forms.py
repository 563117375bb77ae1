"""Self-evaluation forms (项目支出绩效自评表) in text layers without cells.

What belongs here: cutting the stream of tokens into heads, budget rows and indicators.  What may not: layouts with
cells (``grid_forms``) and rules.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.reading.document import Document, Line
from pipeline.recognition.annexes.grid import numeric
from pipeline.recognition.annexes.model import NOTHING, Form, Printed
from pipeline.recognition.annexes.stream import VALUE, Token, match_run, printed, tokens, values
from pipeline.recognition.annexes.stream_indicators import IndicatorBlock
from pipeline.recognition.annexes.vocabulary import BUDGET_HEADING, FORM_TITLE, FUNDS, KEYS, SUMMARY_TITLE, words

_AMOUNTS = ("initial", "adjusted", "executed")
_HEADER = re.compile(
    r"一级指标二级指标三级指标.{0,70}?得分(.{0,3}?(偏差|未完成|扣分)(原因)?(分析)?(及|和)?(改进)?(措施)?(说明)?|备注)?"
)
_OTHER_PART = re.compile(r"评价报告$|^第[一二三四五六七八九十]部分|^附件\d*$")


def read_stream_forms(document: Document) -> list[Form]:
    """Every self-evaluation form of a text layer, in printed order."""
    lines = list(document.lines())
    starts = [i for i, line in enumerate(lines) if _title(line, FORM_TITLE) and not _title(line, SUMMARY_TITLE)]
    forms = []
    for number, start in enumerate(starts):
        end = starts[number + 1] if number + 1 < len(starts) else len(lines)
        end = next((i for i in range(start + 1, end) if _ends(lines[i])), end)
        form = _read(lines[start:end])
        if form is not None:
            forms.append(form)
    return forms


def _title(line: Line, pattern: re.Pattern[str]) -> bool:
    text = words(line.text)
    return len(text) < 40 and bool(pattern.search(text)) and not re.search(r"[。，；:“”、]|详见", text)


def _ends(line: Line) -> bool:
    text = words(line.text)
    return _title(line, SUMMARY_TITLE) or (len(text) < 40 and bool(_OTHER_PART.search(text)))


def _read(lines: Sequence[Line]) -> Form | None:
    run = tokens(lines)
    funds = _fund_labels(run)
    header = _find(run, _HEADER)
    if header is None or "total" not in funds:
        return None
    heading = _find(run[: funds["total"][0]], re.compile(r"(项目)?预算执行情况(\(\d+分\))?"))
    first_block = heading[0] if heading else funds["total"][0]
    declared = NOTHING
    if heading and (match := BUDGET_HEADING.fullmatch(heading[2])) is not None and match["weight"]:
        declared = Printed(match["weight"], run[heading[0]].place)
    unit = next((t.words for t in run[:first_block] if re.match(r"\(?(金额)?单位:", t.words)), "")
    weights = "分值" in header[2] or "权重" in header[2]
    rates = "完成率" in header[2].split("三级指标", 1)[1]
    budget = {fund: _amounts(fund, values(run, end), declared) for fund, (_, end) in funds.items()}
    body = IndicatorBlock(run[header[1] :], rates, weights)
    indicators = body.indicators()
    return Form(
        _heads(run[:first_block]), budget, declared, indicators, body.subtotals, NOTHING, body.total, unit, lines[0].place
    )


def _find(run: Sequence[Token], pattern: re.Pattern[str]) -> tuple[int, int, str] | None:
    """``(first token, token after the last, text)`` of the first place where ``pattern`` matches the joined tokens."""
    texts = [t.words for t in run]
    match = pattern.search("".join(texts))
    if match is None:
        return None
    first = end = None
    position = 0
    for i, text in enumerate(texts):
        if first is None and position + len(text) > match.start():
            first = i
        position += len(text)
        if position >= match.end():
            end = i + 1
            break
    assert first is not None
    assert end is not None
    return first, end, match.group()


# ---------------------------------------------------------------- heads and budget


def _heads(run: Sequence[Token]) -> dict[str, Printed]:
    heads: dict[str, list[Token]] = {}
    key: str | None = None
    known = False
    i = 0
    while i < len(run):
        match = next(((end, name) for name, p in KEYS for end, _ in match_run(run, i, [p], 3)), None)
        if match is not None:
            i, key = match
            known = True
            if key is not None:
                heads.setdefault(key, [])
            continue
        if known and key is not None:
            heads[key].append(run[i])
        i += 1
    return {name: printed(found) for name, found in heads.items()}


def _fund_labels(run: Sequence[Token]) -> dict[str, tuple[int, int]]:
    """Fund → (first token, token after the last) of its row's label."""
    found: dict[str, tuple[int, int]] = {}
    for i in range(len(run)):
        for fund, pattern in FUNDS:
            if fund not in found and (fund == "total" or "total" in found):
                end = next(
                    (e for e, _ in match_run(run, i, [pattern], 4) if e < len(run) and (VALUE.fullmatch(run[e].words))), None
                )
                if end is not None:
                    found[fund] = (i, end)
                    break
    return found


def _amounts(fund: str, values: Sequence[Token], declared: Printed) -> dict[str, Printed]:
    """The six values of a budget row.  Where blank cells have vanished, the weight tells the amounts from what follows it;
    amounts then fill the row from the left, marked as placed by the form's identities."""
    names = (*_AMOUNTS, "weight", "rate", "score")
    if len(values) == len(names):
        return {name: printed([value]) for name, value in zip(names, values, strict=True)}
    amounts, rest = list(values), []
    if fund == "total":
        weight = declared.text or "10"
        at = next((i for i in range(min(3, len(values) - 1), -1, -1) if values[i].words == weight and len(values) - i <= 3), None)
        if at is not None:
            amounts, rest = list(values[:at]), list(values[at:])
    else:
        while amounts and not numeric(amounts[-1].words):
            rest.insert(0, amounts.pop())
        if len(amounts) > 3:
            amounts, rest = amounts[:3], [*amounts[3:], *rest]
    found = dict.fromkeys(names, NOTHING)
    placement = "printed" if len(amounts) == 3 else "identity"
    found.update({name: printed([value], placement) for name, value in zip(_AMOUNTS, amounts, strict=False)})
    tail = ("weight", "rate", "score") if len(rest) == 3 else ("weight", "score")
    found.update({name: printed([value]) for name, value in zip(tail, rest, strict=False)})
    return found
