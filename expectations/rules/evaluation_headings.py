"""The order and the names of what an evaluation report prints: headings, tables and annexes, by number and by title.

What belongs here: rules over its numbered headings, its captions, its references and its annexes; and over how many indicators it says that it
has.  What may not: what stands in the tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from expectations.rules.base import Rule
from expectations.rules.evaluation_text import names, project_of
from expectations.rules.narrative_view import remarks
from expectations.rules.performance_forms import Instances
from expectations.rules.performance_tables import ScoreTable, score_tables
from expectations.rules.performance_view import judged
from pipeline.lexicon.annexes import words
from pipeline.model.chinese_numerals import numeral, value_of_numeral
from pipeline.model.contents import ReportContents

_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_SHOWN = ("{}、", "（{}）", "{}.", "（{}）", "{}")
_CAPTION = re.compile(r"^附?表(\d{1,2}?(?:[-—－.]\d{1,2}?)?)(?=20\d\d|[^\d.])[:、]?(.*)$")
_COUNTED = re.compile(r"(\d{1,3}|[一二三四五六七八九十两]{1,3})(?:个|项|类)?([一二三])级指标")
_LEVELS = {"一": "level1", "二": "level2", "三": "level3"}
#: Titles share so small a part of their pairs of characters where they are of different projects.
_FOREIGN = 0.2
#: … and so great a one where they are of one table, whose title a page cuts.
_SAME = 0.7
_LEAST_CAPTIONS, _LEAST_TITLE, _LEAST_NAME = 3, 6, 8

Remarked = Mapping[str, Any]


# ---------------------------------------------------------------- headings


def _number(mark: str) -> int:
    """What a mark counts; 0 for one that counts nothing known."""
    if mark.isdecimal():
        return int(mark)
    if mark in _CIRCLED:
        return _CIRCLED.index(mark) + 1
    return value_of_numeral(mark) or 0


def _mark(number: int, level: int) -> str:
    """A number as a heading of a level prints it."""
    if level in (1, 2):
        told = numeral(number)
    else:
        told = _CIRCLED[number - 1] if level == 5 and number <= len(_CIRCLED) else str(number)
    return _SHOWN[level - 1].format(told)


def _lists(headings: Sequence[Remarked]) -> Iterator[list[Remarked]]:
    """The headings that count on from each other: of one level, under one heading above, from a 1 on."""
    opened: dict[int, list[Remarked]] = {}
    for heading in headings:
        level = int(heading["basis"])
        for deeper in [d for d in opened if d > level]:
            yield opened.pop(deeper)
        if _number(str(heading["words"])) == 1 and level in opened:
            yield opened.pop(level)
        opened.setdefault(level, []).append(heading)
    yield from opened.values()


def _begun_twice(headings: Sequence[Remarked]) -> Iterator[Remarked]:
    """Headings that begin a list with 1 right behind another 1 of their level, where the list goes on with no 2: ``（一）（一）（三）``."""
    for first, second, *after in (headings[i : i + 3] for i in range(len(headings) - 1)):
        both = [_number(str(h["words"])) for h in (first, second)]
        goes_on = bool(after) and after[0]["basis"] == second["basis"] and _number(str(after[0]["words"])) == 2
        if both == [1, 1] and first["basis"] == second["basis"] and not goes_on:
            yield second


def numbering(rule: Rule, contents: ReportContents) -> Instances:
    """No number of a list of headings comes twice while its neighbour is missing: ``（1）（3）（3）``, ``一、二、二、四``."""
    for evaluation, headings in _by_evaluation(remarks(contents, "heading")).items():
        for wrong in _begun_twice(headings):
            second, said = _mark(2, int(wrong["basis"])), str(wrong["subject"])
            yield judged(rule, contents, f"{evaluation} / {said}", False, f"{evaluation}：标题“{said}”编号应为{second}", said, second, row=wrong)
        for own in _lists(headings):
            numbers = [_number(str(h["words"])) for h in own]
            if len(own) < 2 or numbers[0] != 1:
                continue
            for i, heading in enumerate(own):
                again = numbers[i] in numbers[:i]
                missing = [n for n in (numbers[i] - 1, numbers[i] + 1) if n > 0 and n not in numbers]
                wrong = _wrong(own, numbers, i, missing[0]) if again and missing else heading
                due = _mark(missing[0], int(heading["basis"])) if again and missing else None
                printed = str(wrong["subject"])
                why = f"{evaluation}：标题“{printed}”编号应为{due}"
                yield judged(rule, contents, f"{evaluation} / {printed}", due is None, why, printed, due, row=wrong)


def _wrong(own: Sequence[Remarked], numbers: Sequence[int], at: int, missing: int) -> Remarked:
    """Which of two headings of one number bears the wrong one: the first where the number before is missing, else the second."""
    return own[numbers.index(numbers[at])] if missing < numbers[at] else own[at]


def _by_evaluation(rows: Sequence[Remarked]) -> dict[str, list[Remarked]]:
    found: dict[str, list[Remarked]] = {}
    for row in rows:
        if row["aspect"]:
            found.setdefault(f"评价报告{str(row['aspect']).removeprefix('evaluation')}", []).append(row)
    return found


# ---------------------------------------------------------------- tables


def _captions(contents: ReportContents) -> dict[str, list[tuple[str, str, Remarked]]]:
    """The numbered tables of each evaluation report: number, title, part."""
    found: dict[str, list[tuple[str, str, Remarked]]] = {}
    for part in contents.rows_of("core.parts"):
        match = _CAPTION.match(words(str(part["title"] or ""))) if part["kind"] == "evaluation" else None
        if match is not None and "/" in str(part["concept"]):
            number = str(part["concept"]).partition("/")[0].removeprefix("evaluation")
            found.setdefault(f"评价报告{number}", []).append((_dashed(match[1]), match[2], part))
    return found


def _dashed(number: str) -> str:
    return re.sub(r"[—－.]", "-", number)


def captions(rule: Rule, contents: ReportContents) -> Instances:
    """No two numbered tables of an evaluation report bear the same title, and no two of different titles the same number."""
    for evaluation, tables in _captions(contents).items():
        first: dict[str, str] = {}
        numbered: dict[str, str] = {}
        for number, title, part in tables:
            other = first.setdefault(title, number)
            holds = other == number or len(title) < _LEAST_TITLE
            why = f"{evaluation}：表{number}与表{other}标题相同“{title}”"
            place = f"{evaluation} / 表{number} 标题"
            yield judged(rule, contents, place, holds, why, f"表{number} {title}", f"与表{other}不同的标题", row=_placed(part))
            before = numbered.setdefault(f"{words(str(part['title']))[:1]}{number}", title)  # 附表1 is not 表1
            again = before != title and min(len(before), len(title)) >= _LEAST_TITLE and not _alike(before, title) > _SAME
            why = f"{evaluation}：表{number}“{title}”与“{before}”编号相同"
            yield judged(rule, contents, f"{place}（编号）", not again, why, f"表{number} {title}", "与其他表不同的编号", row=_placed(part))


def _placed(part: Remarked) -> Remarked:
    return {"page": part["first_page"], "line": part["first_line"]}


def references(rule: Rule, contents: ReportContents) -> Instances:
    """Every table that the text refers to by number is printed under that number."""
    printed = _captions(contents)
    for evaluation, rows in _by_evaluation(remarks(contents, "reference")).items():
        numbers = {n for n, _, _ in printed.get(evaluation, ())}
        if len(numbers) < _LEAST_CAPTIONS:
            continue
        lost = [row for row in rows if _dashed(str(row["words"])) not in numbers]
        said = "、".join(f"表{row['words']}" for row in lost)
        why = f"{evaluation}：文中所指{said}未印出；印有表{'、表'.join(sorted(numbers))}"
        place = f"{evaluation} / 文中所指的表"
        yield judged(rule, contents, place, not lost, why, said, "已编号的表", row=(lost or rows)[0])


# ---------------------------------------------------------------- annexes


def annexes(rule: Rule, contents: ReportContents) -> Instances:
    """Every annex that an evaluation report lists is printed, and bears the title of no other project."""
    printed, titles = _by_evaluation(remarks(contents, "annex")), names(contents)
    for evaluation, rows in _by_evaluation(remarks(contents, "annex_listed")).items():
        own = {str(r["words"]): r for r in printed.get(evaluation, ())}
        title = titles.get(f"evaluation{evaluation.removeprefix('评价报告')}", "")
        for row in rows if own else ():
            found, listed = own.get(str(row["words"])), str(row["basis"])
            place = f"{evaluation} / 附件{row['words']} {listed}"
            if found is None:
                why = f"{evaluation}：所列附件{row['words']}“{listed}”未印出"
                yield judged(rule, contents, place, False, why, "未印出", f"附件{row['words']}", row=row)
                continue
            bears = str(found["basis"])
            holds = not _is_foreign(bears, (listed, title))
            why = f"{evaluation}：附件{row['words']}标题“{bears}”不是本项目（“{listed}”）"
            yield judged(rule, contents, place, holds, why, bears, listed, row=found)


def _is_foreign(title: str, own: Sequence[str]) -> bool:
    """Whether a title names a project, and none that the others name."""
    name, _, _ = words(title).rpartition("项目")
    others = [project_of(words(o).rpartition("项目")[0] or words(o)) for o in own if o]
    return len(name) >= _LEAST_NAME and bool(others) and all(_alike(name, other) < _FOREIGN for other in others)


def _alike(one: str, other: str) -> float:
    """The part of the shorter text's pairs of characters that the other has as well."""
    pairs = [{t[i : i + 2] for i in range(len(t) - 1)} for t in (one, other)]
    return len(pairs[0] & pairs[1]) / max(min(len(p) for p in pairs), 1)


# ---------------------------------------------------------------- how many indicators


def counted(rule: Rule, contents: ReportContents) -> Instances:
    """How many indicators of each level an evaluation report says that it has is how many its largest table of indicators prints."""
    tables = _systems(contents)
    told: set[tuple[str, str]] = set()
    for row in contents.rows_of("core.statements"):
        evaluation = str(row["aspect"])
        table = tables.get(evaluation) if row["part"] == "evaluation" else None
        for count, level in _COUNTED.findall(words(str(row["sentence"]))) if table is not None else ():
            if table is None or (evaluation, level) in told:
                continue
            told.add((evaluation, level))
            own, said = _count(table, _LEVELS[level]), _number(count)
            why = f"{table.place}：文中称{said}个{level}级指标，表中{own}个"
            place = f"评价报告{evaluation.removeprefix('evaluation')} / {level}级指标个数"
            yield judged(rule, contents, place, said == own, why, f"{said}", f"{own}", row=row)


def _systems(contents: ReportContents) -> dict[str, ScoreTable]:
    """The table of each evaluation report that prints all three levels of the whole of its indicators."""
    found: dict[str, ScoreTable] = {}
    for table in score_tables(contents):
        items = table.items
        whole = table.source == "table" and len({r.level1 for r in items}) > 2 and all(r.level1 and r.level2 and r.level3 for r in items)
        doubtful = any(f.doubt for r in items for f in r.cells.values())
        if whole and not doubtful and len(items) > len(found.get(f"evaluation{table.evaluation_no}", table).items) - 1:
            found.setdefault(f"evaluation{table.evaluation_no}", table)
    return found


def _count(table: ScoreTable, level: str) -> int:
    names_of = {"level1": ("level1",), "level2": ("level1", "level2"), "level3": ("level1", "level2", "level3")}[level]
    return len({tuple(getattr(r, n) for n in names_of) for r in table.items})
