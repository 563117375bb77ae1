"""Forms with codes from a plain text layer: functional and economic classes.

Codes and totals anchor the rows; numbers between anchors belong to the anchor before them, words between them to its label.
What belongs here: the grammar of forms with codes.  What may not: two-sided and three-public forms (modules of their own), columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pipeline.lexicon import concepts, words_of
from pipeline.lexicon.forms import FormSpec, is_total, loosely
from pipeline.model.figures import Place
from pipeline.model.text import canonical
from pipeline.tables.text_layer_cells import Draft, TextRow
from pipeline.tables.text_layer_headings import Untold, begins_heading, column_count, functional_columns, heading_lines, with_whole_names
from pipeline.tables.text_layer_placement import Equation
from pipeline.tables.text_layer_tokens import Token, joined, parts_thousands

Body = Sequence[list[Token]]
_CODE = re.compile(r"[12]\d{2}(\d\d){0,2}")
_ECONOMIC_CODE = re.compile(r"[3]\d{2}(\d\d)?")


def functional(spec: FormSpec, body: Body) -> Draft:
    """A form of functional classes.  Raises :class:`Untold` where its columns are not known."""
    heading = heading_lines(body, lambda own: bool(_CODE.fullmatch(own[0].text)) or bool(_total_prefix(_without_code_parts([*own]))))
    heading = with_whole_names(spec, heading)
    columns = functional_columns(spec, heading, column_count(body))
    keys = [_key(spec, path[-1]) for path in columns]
    draft = Draft(spec, ("code", "label"), columns, keys, [*_functional_rows(body, len(columns))], _equations(spec, keys), headings=_headings(body))
    made_whole(draft.rows)
    told(len(columns), [row.numbers for row in draft.rows])
    parents = _parents([row.code for row in draft.rows])
    for row, parent in zip(draft.rows, parents, strict=True):
        row.hang(parent, not row.code)
    return draft


def made_whole(rows: Sequence[TextRow]) -> None:
    """Put together the numbers whose thousands blanks part, where no amount of the table has them otherwise."""
    numbers = [t.text for row in rows for t in row.numbers if t.text[:1].isdigit()]
    decimals = sum("." in t for t in numbers)
    if parts_thousands(numbers) and decimals * 3 >= len(numbers):
        for row in rows:
            row.whole()


def told(columns: int, rows: Sequence[Sequence[Token]]) -> None:
    """Raises :class:`Untold` where rows print more numbers than there are columns, so that no number's column is known."""
    wide = sum(len(own) > columns for own in rows)
    if wide and (wide > 1 or len(rows) < 3) and wide * 5 >= len(rows):
        raise Untold(f"its rows print up to {max(map(len, rows))} numbers, its heading tells {columns} columns")


def _key(spec: FormSpec, heading: str) -> str:
    return next((m.key for m in spec.measures if m.zh == heading), heading)


def _equations(spec: FormSpec, keys: Sequence[str]) -> list[Equation]:
    """total = Σ parts, and of a fund opening + income = total + closing."""
    at = {key: i for i, key in enumerate(keys)}
    found = []
    if spec.total in at:
        found.append(Equation((at[spec.total],), tuple(at[p] for p in spec.parts if p in at)))
    if {"opening", "income", "total", "closing"} <= at.keys():
        found.append(Equation((at["opening"], at["income"]), (at["total"], at["closing"])))
    return [e for e in found if e.right]


def _functional_rows(body: Body, columns: int) -> Sequence[TextRow]:
    rows: list[TextRow] = []
    heading = True
    loose: list[Token] = []  # a line of words between rows: the end of the label above, or the begin of the one below
    for line in body:
        own = _without_code_parts(_joined_code(line, _CODE))
        row, rest = _begun(own)
        if row is not None:
            heading = False
            if row.code and all(t.number for t in rest):
                row.label = "".join(t.text for t in loose)
            elif rows:
                _add(rows[-1], loose, columns)
            loose = []
            rows.append(row)
        elif begins_heading(joined(own)):
            heading = True
        if heading or not rows:
            continue
        if row is None and rows[-1].numbers and not any(t.number for t in own):
            loose += own
        else:
            _add(rows[-1], rest, columns)
    if rows:
        _add(rows[-1], loose, columns)
    return rows


def _headings(body: Body) -> tuple[tuple[str, Place], ...]:
    """The words of every heading, that of the first page and those of the others, each with its place."""
    found: list[list[list[Token]]] = []
    heading = False
    for line in body:
        row, _ = _begun(_without_code_parts(_joined_code(line, _CODE)))
        if row is None and not heading and begins_heading(joined(line)):
            found.append([])
        heading = row is None and (heading or begins_heading(joined(line)))
        if heading:
            found[-1].append(line)
    return tuple(("".join(map(joined, lines)), lines[0][0].place) for lines in found)


def _without_code_parts(own: list[Token]) -> list[Token]:
    """The line without 类 款 项 before a total that stands in the last row of the heading."""
    parts = words_of("heading_words", "code_part")
    n = next((n for n in (3, 2) if tuple(t.text for t in own[:n]) == parts[:n]), 0)
    return own[n:] or own


def _begun(own: list[Token]) -> tuple[TextRow | None, list[Token]]:
    """The row that a line begins, by its code or as a total, and the tokens behind that."""
    if _CODE.fullmatch(own[0].text):
        return TextRow(own[0].place, own[0].text), own[1:]
    total = _total_prefix(own)
    if total:
        return TextRow(own[0].place, "", canonical("".join(t.text for t in own[:total]))), own[total:]
    return None, own


def _add(row: TextRow, tokens: Sequence[Token], columns: int) -> None:
    """Put tokens into a row: numbers, and words of its label, which may go on below its numbers."""
    tail = not any(t.number for t in tokens) and len(joined(tokens)) <= len(row.label)
    for token in tokens:
        if token.number:
            row.append(token)
        elif tail or len(row.numbers) < columns:
            row.label += token.text
        # other words behind a full row are a remark


def _joined_code(own: list[Token], code: re.Pattern[str]) -> list[Token]:
    """The line's tokens with codes printed in parts (类|款|项: ``201 06 01``) put together."""
    found: list[Token] = []
    for token in own:
        last = found[-1] if found else None
        part = len(token.text) == 2 and token.text.isdigit()
        if last is not None and part and len(last.text) in (3, 5) and code.fullmatch(last.text):
            found[-1] = Token(last.text + token.text, last.text + token.raw, last.place, last.line, last.lead)
        else:
            found.append(token)
    return found


def _total_prefix(own: Sequence[Token]) -> int:
    """How many leading tokens make the label of the total row (``合 计`` is often two), 0 if none."""
    for n in (1, 2, 3):
        if len(own) >= n and is_total("".join(t.text for t in own[:n])):
            if len(own) == n or all(t.number for t in own[n:]):
                return n
    return 0


def _parents(codes: Sequence[str]) -> list[int | None]:
    """For each row the index of the row that it adds up to: the nearest printed ancestor, else the total."""
    index = {code: i for i, code in enumerate(codes) if code}
    total = next((i for i, code in enumerate(codes) if not code), None)
    parents: list[int | None] = []
    for i, code in enumerate(codes):
        ancestors = [index[code[:n]] for n in (5, 3) if len(code) > n and code[:n] in index]
        parents.append(ancestors[0] if ancestors else (total if code and total != i else None))
    return parents


# -- economic classes ----------------------------------------------------------------------------------------


def economic(spec: FormSpec, body: Body) -> Draft:
    """A form of economic classes: groups of code, name and amount side by side, one row each here."""
    head = "".join(joined(own) for own in heading_lines(body, lambda own: any(_ECONOMIC_CODE.fullmatch(t.text) for t in own)))
    amounts = [m for m in spec.measures if m.key != "amount" and loosely(m).search(head)]
    rows: list[TextRow] = []
    heading = True
    for own in body:
        text = joined(own)
        coded = any(_ECONOMIC_CODE.fullmatch(t.text) for t in own)
        if begins_heading(text) and not coded:
            heading = True
        elif not heading or coded or "sum_of_a_class" in concepts("label_parts", text):
            heading = False
            _add_classes(rows, _joined_code(own, _ECONOMIC_CODE))
    made_whole(rows)
    if sum(len(row.numbers) > 1 for row in rows) * 5 > len(rows) and len(amounts) > 1:
        raise Untold("it prints personnel and public money side by side, and no cells that would tell them apart")
    classes = {row.code: i for i, row in enumerate(rows) if len(row.code) == 3}
    for row in rows:
        row.hang(classes.get(row.code[:3]) if len(row.code) > 3 else None)
    return Draft(spec, ("code", "label"), [(spec.measures[0].zh,)], ["amount"], rows)


def _add_classes(rows: list[TextRow], tokens: Iterable[Token]) -> None:
    for token in tokens:
        row = rows[-1] if rows else None
        if _ECONOMIC_CODE.fullmatch(token.text) and (row is None or row.label or row.numbers):
            rows.append(TextRow(token.place, token.text))
        elif not token.number and "economic_sum" in concepts("label_parts", token.text):
            rows.append(TextRow(token.place, "", token.text))
        elif row is None:
            continue
        elif token.number:
            row.numbers.append(token)
        elif not row.numbers:
            row.label += token.text
        # words after the number: the tail of a label that wraps below its row, or a remark; the code names the row
