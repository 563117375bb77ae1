"""Evaluation reports: each scoring table's sums, rates and caps, and its agreement with the text and the other tables.

What belongs here: the builds of rules over ``core.evaluation_scores``.  What may not: self-evaluations.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from expectations.rules.base import Rule
from expectations.rules.performance_forms import HUNDRED, Instances
from expectations.rules.performance_tables import Scored, ScoreTable, score_tables, stated_scores
from expectations.rules.performance_view import computed, relation, total
from pipeline.lexicon.annexes import levels, words
from pipeline.model.contents import ReportContents
from pipeline.model.equations import Quotient, Sum, evaluate
from pipeline.model.figures import Figure

_NAMES = {"weight": "分值", "score": "得分", "own_score": "自评得分", "deduction": "扣分"}


def _all(rows: Sequence[Scored], measure: str) -> tuple[list[Figure], tuple[str, ...]]:
    figures = [r.get(measure) for r in rows]
    if measure == "deduction":
        return [f for f in figures if f is not None], ()  # a blank takes nothing off
    return [f for f in figures if f is not None], tuple(f"{r.name} {_NAMES[measure]}" for r, f in zip(rows, figures, strict=True) if f is None)


def _open(rows: Sequence[Scored]) -> tuple[str, ...]:
    """Why a sum over a group is not evaluated: its rows are told by where a page was cut."""
    unsure = any(f.doubt in ("group_assumed", "row_shifted") for r in rows for f in r.cells.values())
    return ("which rows the group has: its name is printed on another page or row",) if unsure else ()


def _sectioned(table: ScoreTable) -> Iterator[tuple[Scored, list[Scored], tuple[str, ...]]]:
    """Every subtotal row with the items that it sums: those of its group, or all since the last such row; which of the two is told by a sum
    that holds."""
    groups, since = table.by_group(), list[Scored]()
    for row in table.rows:
        if row.kind == "item":
            since.append(row)
        elif row.kind == "subtotal":
            group = groups.get(row.group or (since[-1].group if since else ""), [])
            options = [own for own in (group, since) if own and table.source == "table"] or [group]
            holding = [own for own in options if any(_holds(row, own, measure) for measure in _NAMES)]
            sure = bool(holding) or all(own == options[0] for own in options)
            yield row, (holding or options)[0], () if sure else ("which rows it sums",)
            since = []


def _holds(row: Scored, items: Sequence[Scored], measure: str) -> bool:
    own, (parts, missing) = row.get(measure), _all(items, measure)
    return own is not None and bool(parts) and not missing and sum(f.amount for f in parts) == own.amount


def _groups(table: ScoreTable) -> Iterator[tuple[Scored, list[Scored]]]:
    """Every row that prints a 小计 beside its score, with the rows of its group (up to the next such row)."""
    if not any(r.get("group_score") for r in table.items):
        return
    head: Scored | None = None
    rows: list[Scored] = []
    for row in table.items:
        if row.get("group_score") is not None:
            if head is not None:
                yield head, rows
            head, rows = row, []
        rows.append(row)
    if head is not None:
        yield head, rows


def subtotals(rule: Rule, contents: ReportContents) -> Instances:
    """小计 = Σ its rows, for scores and weights."""
    for table in score_tables(contents):
        for row, items, unsure in _sectioned(table):
            for measure, name in _NAMES.items():
                own = row.get(measure)
                if own is None or not items:
                    continue
                parts, missing = _all(items, measure)
                place = f"{table.place} / {row.group or items[0].group} {name}"
                yield relation(rule, contents, place, total([own]), total(parts), missing=(*missing, *unsure))
        for head, items in _groups(table):
            own = head.get("group_score")
            if own is not None:
                parts, missing = _all(items, "score")
                yield relation(rule, contents, f"{table.place} / {head.group} 小计", total([own]), total(parts), missing=missing)


def totals(rule: Rule, contents: ReportContents) -> Instances:
    """合计 = Σ the rows above it (in a breakdown in the text: Σ the groups), for scores and weights."""
    for table in score_tables(contents):
        last = table.total
        if last is None:
            continue
        rows = [r for r in table.rows if r.kind == "subtotal"] if table.source == "text" else table.items
        if not rows:
            rows = [r for r in table.rows if r.kind == "subtotal"]
        for measure, name in _NAMES.items():
            own = last.get(measure)
            if own is None:
                continue
            parts, missing = _all(rows, measure)
            if not any(r.get("score") for r in rows):  # an indicator system: nothing else says where its rows stand
                missing = (*missing, *_open(rows))
            yield relation(rule, contents, f"{table.place} / 合计 {name}", total([own]), total(parts), missing=missing)


def heading_weights(rule: Rule, contents: ReportContents) -> Instances:
    """A weight printed in the name of a group (``决策（14分）``, and ``项目立项（6分）`` within it) = Σ the weights of its rows."""
    for table in score_tables(contents):
        groups: dict[tuple[str, ...], tuple[str, list[Scored]]] = {(name,): ("group_weight", items) for name, items in table.by_group().items()}
        for item in table.items:
            if item.level1 and item.level2:
                groups.setdefault((item.level1, item.level2), ("level2_weight", []))[1].append(item)
        inner: dict[str, list[Figure]] = {}
        broken: set[str] = set()
        for names, (weight, items) in groups.items():
            declared = next((f for r in items if (f := getattr(r, weight)) is not None), None)
            if declared is not None:
                inner.setdefault(names[0], []).append(declared)
                parts, missing = _all(items, "weight")
                if sum(f.amount for f in parts) != declared.amount:
                    missing = (*missing, *_open(items))
                    broken |= set() if missing else {names[0]}
                place = f"{table.place} / {' '.join(names)} 分值"
                yield relation(rule, contents, place, total(parts), total([declared]), missing=missing)
        yield from _inner_weights(rule, contents, table, {name: own for name, own in inner.items() if name not in broken})


def _inner_weights(rule: Rule, contents: ReportContents, table: ScoreTable, declared: Mapping[str, Sequence[Figure]]) -> Instances:
    """Σ the weights that the names of level 2 print = the weight that their level 1 prints, where its rows say that nothing else is in it."""
    for name, items in table.by_level1().items():
        if name not in declared:
            continue
        whole, *parts = declared[name]
        own, missing = _all(items, "weight")
        groups = {r.level2 for r in items}
        if missing or len(parts) != len(groups) or sum(f.amount for f in own) != whole.amount:
            continue
        yield relation(rule, contents, f"{table.place} / {name} 各二级指标分值", total(parts), total([whole]))


def rates(rule: Rule, contents: ReportContents) -> Instances:
    """得分率 = 得分 / 分值, of a row, of a 小计's group, of the total, and in sentences."""
    told: set[tuple[object, ...]] = set()
    for table in score_tables(contents):
        grouped = {id(head): rows for head, rows in _groups(table)}
        for row in table.rows:
            rate = row.get("rate")
            if rate is None:
                continue
            place = f"{table.place} / {row.name} 得分率"
            if id(row) in grouped:
                weights, missing = _all(grouped[id(row)], "weight")
                own = row.get("group_score")
                place = f"{table.place} / {row.group} 得分率"
            else:
                weight, own, taken = row.get("weight"), row.get("score"), row.get("deduction")
                if weight is None and taken is not None and own is not None:
                    weights, missing = [own, taken], ()  # 扣0.9分，得2.1分
                elif weight is None and "weight" not in row.cells:
                    continue  # the table has no weights
                else:
                    weights, missing = ([weight], ()) if weight is not None else ([], (f"{row.name} 分值",))
            if own is None:
                missing = (*missing, f"{row.name} 得分")
            top = total([own]) if own is not None else Sum(())
            instance = computed(rule, contents, place, rate, Quotient(top, total(weights), HUNDRED), missing=missing)
            slip = (table.evaluation_no, rate.value, top.point(), total(weights).point())
            if evaluate(instance).verdict in ("exact", "not_evaluated") or slip not in told:
                yield instance  # a slip that is copied from table to table is one
            told.add(slip)


def deductions(rule: Rule, contents: ReportContents) -> Instances:
    """得分 = 分值 − 扣分, of a row and of the total."""
    for table in score_tables(contents):
        for row in table.rows:
            weight, score, taken = (row.get(measure) for measure in ("weight", "score", "deduction"))
            if weight is not None and score is not None and taken is not None:
                less = Sum.of(weight, (-1 if taken.amount > 0 else 1, taken))  # some print what is taken off with its sign
                yield relation(rule, contents, f"{table.place} / {row.name} 扣分", total([score]), less)


def within_weight(rule: Rule, contents: ReportContents) -> Instances:
    """No score is above its weight, no stated result above 100."""
    for table in score_tables(contents):
        for row in table.rows:
            weight = row.get("weight")
            for measure in ("score", "own_score"):
                score = row.get(measure)
                if weight is not None and score is not None:
                    place = f"{table.place} / {row.name} {_NAMES[measure]}"
                    yield relation(rule, contents, place, total([weight]), total([score]), relation=">=", bounded=True)
    for number, figures in stated_scores(contents).items():
        for order, figure in enumerate(figures, start=1):
            yield relation(rule, contents, f"评价报告{number} 结论{order} / 得分", Sum((), HUNDRED), total([figure]), relation=">=", bounded=True)


def _grand(table: ScoreTable) -> Figure | None:
    """The score of the whole project, where the table gives it."""
    last = table.total
    if last is None:
        return None
    weight = last.get("weight")
    whole = weight.value == HUNDRED if weight is not None and weight.value is not None else len(table.by_level1()) >= 3
    return last.get("score") if whole or table.source == "text" else None


def stated_totals(rule: Rule, contents: ReportContents) -> Instances:
    """The result that the report states in words = the total of every table that scores the whole project, and of the other statements."""
    stated = stated_scores(contents)
    for number, figures in stated.items():
        own = [t for t in score_tables(contents) if t.evaluation_no == number]
        tables = [(t, [g]) for t in own if (g := _grand(t)) is not None]
        tables += [(t, levels) for t in own if not tables and (levels := _levels_said(t))]
        for order, figure in enumerate(figures, start=1):
            place = f"评价报告{number} 结论{order}"
            for table, grand in tables:
                yield relation(
                    rule,
                    contents,
                    f"{place} / {table.title or '得分表'}（{table.number}）",
                    Sum.of(figure),
                    total(grand),
                )
            if order > 1:
                yield relation(rule, contents, f"{place} / 结论1", Sum.of(figure), Sum.of(figures[0]))


def _levels_said(table: ScoreTable) -> list[Figure]:
    """The scores of all levels 1 that sentences give with weights that make up 100; nothing where they do not."""
    rows = [rows[0] for name, rows in table.by_level1().items() if 1 in levels(name) and table.source == "sentence"]
    weights, scores = ([f for r in rows if (f := r.get(m)) is not None] for m in ("weight", "score"))
    whole = len(rows) > 2 and len(weights) == len(scores) == len(rows) and sum(f.amount for f in weights) == HUNDRED
    return scores if whole else []


def level_scores_agree(rule: Rule, contents: ReportContents) -> Instances:
    """The score of a level 1 is the same wherever an evaluation report gives it: in its overview, its own table, its scores by
    indicator, and its sentences."""
    tables = score_tables(contents)
    for number in dict.fromkeys(t.evaluation_no for t in tables):
        own = [t for t in tables if t.evaluation_no == number]
        overview = next((t for t in own if t.source == "table" and _flat(t)), None)
        if overview is None:
            yield from _levels_of_indicators(rule, contents, own)
            continue
        for name, rows in overview.by_level1().items():
            for measure in ("score", "weight"):
                figure = rows[0].get(measure)
                if figure is None:
                    continue
                for table in own:
                    if table is not overview and (other := _level_sum(table, name, measure, overview)) is not None:
                        place = f"{table.place} / {name} {_NAMES[measure]}与{overview.title or '得分表'}（{overview.number}）"
                        yield relation(rule, contents, place, total(other), total([figure]))


def _levels_of_indicators(rule: Rule, contents: ReportContents, tables: Sequence[ScoreTable]) -> Instances:
    """Where no table has one row a level 1, the score that a sentence gives it is the sum of its indicators."""
    scored = [t for t in tables if t.source == "table" and len(t.by_level1()) > 2]
    for said in (t for t in tables if t.source == "sentence" and len(scored) == 1):
        for name, rows in said.by_level1().items():
            figure = rows[0].get("score")
            own = [r for level, own in scored[0].by_level1().items() if name and _bare(level) == _bare(name) for r in own]
            figures, missing = _all(own, "score")
            if figure is not None and figures and not missing and not _open(own):
                place = f"{said.place} / {name} 得分与{scored[0].title or '得分表'}（{scored[0].number}）"
                yield relation(rule, contents, place, total([figure]), total(figures))


def indicators_agree(rule: Rule, contents: ReportContents) -> Instances:
    """The weight and the score of an indicator are the same in every table of an evaluation report that gives them."""
    first: dict[tuple[int, str, str], tuple[Figure, ScoreTable]] = {}
    results: dict[int, set[Decimal | None]] = {}
    for table in score_tables(contents):
        if table.source == "table" and (grand := _grand(table)) is not None:
            results.setdefault(table.evaluation_no, set()).add(grand.value)
    one = {n for n in (t.evaluation_no for t in score_tables(contents)) if len(results.get(n, ())) < 2}  # else each table may be of a project
    every = [t for t in score_tables(contents) if t.source != "text" and t.evaluation_no in one]
    for table in sorted(every, key=lambda t: t.source != "table"):  # what sentences say is held to the tables
        names = Counter(r.deepest for r in table.items)
        for row in (r for r in table.items if r.level3 and names[r.deepest] == 1):
            for measure, name in ((m, _NAMES[m]) for m in ("weight", "score")):
                figure = row.get(measure)
                if figure is None:
                    continue
                other, where = first.setdefault((table.evaluation_no, row.deepest, measure), (figure, table))
                if where is not table:
                    place = f"{table.place} / {row.name} {name}与{where.title or '得分表'}（{where.number}）"
                    yield relation(rule, contents, place, total([figure]), total([other]))


def rates_elsewhere(rule: Rule, contents: ReportContents) -> Instances:
    """得分率 = 得分 / 分值 in a table that prints no weights, by the weights of the same indicators in another table of the report."""
    tables = [t for t in score_tables(contents) if t.source != "text"]
    for table in tables:
        last = [table.total] if table.total is not None else []
        for row in (r for r in (*(i for i in table.items if i.level3), *last) if "weight" not in r.cells):
            rate, score = row.get("rate"), row.get("score")
            others = [f for t in tables if t.evaluation_no == table.evaluation_no and t is not table for r in t.rows
                      if (r.kind, r.deepest) == (row.kind, row.deepest) and (f := r.get("weight")) is not None]  # fmt: skip
            if rate is not None and score is not None and row.get("deduction") is None and others and len({f.value for f in others}) == 1:
                due = Quotient(total([score]), total(others[:1]), HUNDRED)
                yield computed(rule, contents, f"{table.place} / {row.name} 得分率", rate, due)


def _flat(table: ScoreTable) -> bool:
    """Whether a table has one row for each level 1."""
    return len(table.items) >= 3 and all(len(rows) == 1 and not rows[0].row.get("level2") for rows in table.by_level1().values())


def _bare(name: str) -> str:
    return words(name).removeprefix("项目").removesuffix("指标")


def _level_sum(table: ScoreTable, name: str, measure: str, overview: ScoreTable) -> list[Figure] | None:
    """The figures that give a level 1 in a table; ``None`` where it does not give it whole, or names a level 1 that the overview does not
    (whose rows may be anybody's).

    A table of level-2 rows is of the one level 1 that its title names (``表3-5 项目产出绩效分析得分汇总表``).
    """
    own_levels, levels = ({_bare(level) for level in t.by_level1()} for t in (table, overview))
    if table.source == "text" or (table.source == "table" and _bare(name) in own_levels and own_levels - levels - {""}):
        return None
    rows = [r for level, own in table.by_level1().items() if _bare(level) == _bare(name) for r in own]
    if not rows:
        titled = [n for n in overview.by_level1() if _bare(n) in words(table.title)]
        last = table.total.get(measure) if table.total is not None and table.source == "table" else None
        return [last] if titled == [name] and last is not None else None
    if table.source == "sentence":
        rows = rows[:1]
    if table.source == "table" and not _flat(table) and table.total is not None and len(table.by_level1()) == 1:
        own = table.total.get(measure)
        return [own] if own is not None else None
    figures, missing = _all(rows, measure)
    return None if missing or not figures or _open(rows) else figures


def breakdown_positive(rule: Rule, contents: ReportContents) -> Instances:
    """No score is below zero."""
    for table in score_tables(contents):
        for row in table.items:
            if (score := row.get("score")) is not None:
                yield relation(rule, contents, f"{table.place} / {row.name} 得分", Sum.of(score), Sum((), Decimal(0)), relation=">=")
