"""One catalogue of messages: whole, the same things filled in in both languages, and nothing said that it does not hold."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import typer.main

from pipeline.cli.app import app
from pipeline.cli.help import in_the_users_language
from pipeline.messages import CatalogueError, catalogue, chinese, language, shown, told
from pipeline.messages.catalogue import Message, _checked, names_in
from pipeline.store.home import PROJECT

#: Where sentences begin that people are shown: the parameters of these calls, by place; ``None`` all of them.
SINKS = {
    "UnreadableDocument": (0, 1),
    "refusal": (1, 2),
    "Picture": (1, 2),
    "NotEvaluable": (0,),
    "Unclear": (0,),
    "NotDecided": (0, 1),
    "refused": (0, 1),
}
KEYWORDS = {"explanation", "problem", "remedy"}
#: What rules call a sentence before they hand it on.
VARIABLES = {"told", "why"}
SAID = [p for folder in ("pipeline/reading", "pipeline/tables", "pipeline/recognition", "pipeline/reports", "pipeline/reconciliation", "expectations/rules",
                         "pipeline/model", "pipeline/cli") for p in sorted((PROJECT / folder).rglob("*.py"))]  # fmt: skip
CJK = re.compile(r"[一-鿿]")


def calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))


def named(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def test_everything_told_is_in_the_catalogue_with_what_it_fills_in() -> None:
    seen = 0
    for path in (p for folder in ("pipeline", "expectations", "assets") for p in (PROJECT / folder).rglob("*.py")):
        for call in calls(path):
            if named(call) == "told" and call.args and isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str):
                english, given = call.args[0].value, {k.arg for k in call.keywords} - {"into"}
                assert english in catalogue().messages, f"{path.name}: {english!r} has no line in pipeline/messages"
                assert None in given or given == set(names_in(english)), f"{path.name}: {english!r}"
                seen += 1
    assert seen > 50


def sentences(path: Path) -> Iterator[str]:
    """The sentences that a module puts where people read them, with 7 for what is filled in."""
    for call in calls(path):
        places = SINKS.get(named(call), ())
        given = [a for i, a in enumerate(call.args) if i in places] + [k.value for k in call.keywords if k.arg in KEYWORDS]
        yield from (text for one in given for text in texts(one))
    if path.parent.name == "rules":
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id in VARIABLES:
                yield from texts(node.value)


def texts(one: ast.expr) -> Iterator[str]:
    """What an expression can say."""
    if isinstance(one, ast.IfExp):
        yield from (*texts(one.body), *texts(one.orelse))
    elif isinstance(one, ast.Constant) and isinstance(one.value, str):
        yield one.value
    elif isinstance(one, ast.JoinedStr):
        pieces = [list(texts(v.value)) if isinstance(v, ast.FormattedValue) and isinstance(v.value, ast.IfExp) else [] for v in one.values]
        said = [p or [v.value if isinstance(v, ast.Constant) else "7"] for p, v in zip(pieces, one.values, strict=True)]
        yield from map("".join, product(*said))


def test_every_sentence_that_documents_and_rules_are_answered_with_has_its_chinese() -> None:
    found = {(p.name, s) for p in SAID for s in sentences(p) if re.search(r"[a-z]{2,} [a-z]{2,}", s)}
    silent = sorted(f"{name}: {s}" for name, s in found if not CJK.search(chinese(s)))
    assert not silent, "give them a line in pipeline/messages:\n" + "\n".join(silent)
    assert len(found) > 80


def test_both_languages_fill_in_the_same() -> None:
    for message in catalogue().messages.values():
        assert CJK.search(message.chinese) or not re.search(r"[a-z]{3,} [a-z]{3,}", message.english) or "{" in message.chinese, message.english
        assert set(names_in(message.chinese)) == set(names_in(message.english))
    with pytest.raises(CatalogueError, match="fills in"):
        _checked(Path("some.toml"), Message("page {n}", "第 {m} 页"))
    with pytest.raises(CatalogueError, match="no Chinese"):
        _checked(Path("some.toml"), Message("page {n}", " "))


@pytest.mark.parametrize(("english", "expected"), [
    ("the PDF is encrypted", "PDF 已加密"),
    ("the PDF has 9,999 pages, more than any report (limit 2,000)", "PDF 共 9,999 页，超过任何报告（上限 2,000）"),
    ("a picture is not read: its picture is too large to be opened (9 pixels)", "图片未读取：图片过大，无法打开（9 像素）"),
    ("not found: meaning of line 其他; column 合计", "缺少：行“其他”的含义；列“合计”"),
    ("the same amount is printed so in 支出决算表 / 合计; one digit differs", "同一金额在支出决算表 / 合计如此印出；一位数字不同"),
    ("9.96 (both readers)\nblank (one reader)", "9.96（两个读取程序一致）\n空白（一个读取程序）"),
    ("公开03表 / 合计: 9.00 should equal 8.00; difference 1.00, 1 beyond rounding. Printed side: A = blank; B = 2. Expected side: C = 3.",
     "公开03表 / 合计：9.00 应等于 8.00；相差 1.00，超出舍入 1。印出方：A = 空白；B = 2。应有方：C = 3。"),
    ("Doubt about the reading: 甲 (5): it was recognised from a picture; 乙 (9): it was recognised from a picture. 丙: 9 should equal 8; difference 1, "
     "1 beyond rounding. Printed side: 乙 = 9. Expected side: 甲 = 8.",
     "读数存疑：甲（5）：由图片识别；乙（9）：由图片识别。丙：9 应等于 8；相差 1，超出舍入 1。印出方：乙 = 9。应有方：甲 = 8。"),
    ("本表无数据 and what else a document says", "本表无数据 and what else a document says"),
])  # fmt: skip
def test_a_sentence_that_is_kept_in_english_is_found_again_by_its_form(english: str, expected: str) -> None:
    assert chinese(english) == expected


def test_the_language_is_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FINAL_ACCOUNTS_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    assert language() == "en"
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert (language(), told("home       {path}", path="x"), shown("the file is empty")) == ("zh", "数据目录    x", "文件为空")
    monkeypatch.setenv("FINAL_ACCOUNTS_LANG", "en")
    assert (language(), told("home       {path}", path="x"), shown("the file is empty")) == ("en", "home       x", "the file is empty")
    assert told("home       {path}", into="zh", path="x") == "数据目录    x"


def test_the_help_of_every_command_is_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FINAL_ACCOUNTS_LANG", "zh")
    silent: list[str] = []

    def look_at(command: Any) -> None:
        texts = [command.help, *(getattr(parameter, "help", None) for parameter in command.get_params(command.context_class(command)))]
        silent.extend(text for text in texts if text and not CJK.search(text.split("\n\n")[0]))
        for inner in getattr(command, "commands", {}).values():
            look_at(inner)

    look_at(in_the_users_language(typer.main.get_command(app)))
    assert silent == []
