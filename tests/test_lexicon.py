"""The project's own entries: each matches its own example, which is not tried again whenever a process starts."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from pipeline import lexicon as lexicon_package
from pipeline.lexicon import VARIABLE, Entry, Lexicon, LexiconError, Wordings, any_of, name_of, words_of


@pytest.mark.parametrize("kind", sorted({kind for kind, _ in Lexicon.built_in().kinds()}))
def test_every_entry_matches_its_own_example(kind: str) -> None:
    for entry in Lexicon.built_in().entries(kind):
        assert Entry(**entry.model_dump()) == entry


def test_an_entry_that_does_not_match_its_example_is_refused() -> None:
    with pytest.raises(ValidationError, match="does not match its own example"):
        Entry(concept="x", pattern="^甲$", seen="a test", example="乙")


def entry(concept: str, **more: object) -> Entry:
    return Entry(**{"concept": concept, "words": ("甲 （一）",), "seen": "a test", "example": "甲(一)", **more})


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"pattern": "甲"}, "either words or a pattern"),
        ({"words": ()}, "either words or a pattern"),
        ({"words": (), "pattern": "甲("}, "no regular expression"),
        ({"unless": "一"}, "does not match its own example"),
        ({"unknown": 1}, "Extra inputs"),
    ],
)
def test_an_entry_that_says_nothing_clear_is_refused(more: dict[str, object], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        entry("x", **more)


def test_words_are_a_whole_text_and_a_pattern_is_within_one_in_any_spelling() -> None:
    assert entry("x").matches("甲　(一)")
    assert not entry("x").matches("甲(一)乙")
    pattern = entry("x", words=(), pattern="甲(?P<rest>.)", unless="乙", example="丙甲丁")
    assert pattern.matches("丙 甲 丁")
    assert not pattern.matches("丙甲丁乙")
    assert [m["rest"] for m in pattern.found_in("甲丁甲戊")] == ["丁", "戊"]


def test_an_entry_is_of_its_scopes_and_years() -> None:
    assert entry("x").holds("income", 1900)
    dated = entry("x", scope=("income", "expenditure"), since=2019, until=2021)
    assert dated.holds(None, None)
    assert [dated.holds(scope, 2019) for scope in (None, "income", "expenditure", "three_public")] == [True, True, True, False]
    assert [dated.holds("income", year) for year in (2018, 2019, 2021, 2022)] == [False, True, True, False]
    assert entry("x", until=2021).holds(None, 1)
    assert entry("x", since=2021).holds(None, 9999)


def write(folder: Path, *entries: str, name: str = "labels") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.toml").write_text("".join(f"[[entry]]\nseen = 'a test'\n{e}\n" for e in entries), encoding="utf-8")
    return folder


def test_the_first_entry_that_fits_is_found_and_every_concept_of_a_text(tmp_path: Path) -> None:
    added = write(tmp_path / "b", "concept = 'new'\nwords = ['合计']\nexample = '合计'\nscope = ['income']")
    first = write(tmp_path / "a", "concept = 'total'\nwords = ['合计']\nexample = '合计'", "concept = 'any'\npattern = '计'\nexample = '小计'")
    words = Lexicon(added, first)
    assert [e.concept for e in words.entries("labels")] == ["new", "total", "any"]
    assert words.entries("units") == ()
    for _ in range(2):
        assert words.find("labels", "合 计", "income").concept == "new"
        assert words.find("labels", "合 计", "expenditure").concept == "total"
        assert words.find("labels", "小计").concept == "any"
        assert words.find("labels", "别的") is None
        assert words.find("titles", "合计") is None
        assert words.concepts("labels", "合计") == {"new", "total", "any"}
        assert words.concepts("labels", "合计", "expenditure") == {"total", "any"}
    assert [(kind, e.concept) for kind, e in words.kinds()] == [("labels", c) for c in ("new", "total", "any")]


def test_a_lexicon_is_known_by_its_entries(tmp_path: Path) -> None:
    one = write(tmp_path / "a", "concept = 'total'\nwords = ['合计']\nexample = '合计'")
    before = Lexicon(one).fingerprint
    assert len(before) == 16
    assert Lexicon(one).fingerprint == before
    write(one, "concept = 'total'\nwords = ['总计']\nexample = '总计'")
    assert Lexicon(one).fingerprint != before


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("concept = ", r"labels\.toml"),
        ("concept = 'x'\nwords = ['甲']\nexample = '乙'", r"(?s)entry 2 \(x\).*its own example"),
        ("words = ['甲']\nexample = '甲'", r"entry 2 \(without a concept\)"),
    ],
)
def test_a_file_that_cannot_be_taken_is_named_with_its_entry(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(LexiconError, match=why):
        Lexicon(write(tmp_path / "a", "concept = 'total'\nwords = ['合计']\nexample = '合计'", text))


def test_every_file_of_the_project_is_a_kind() -> None:
    ours = Path(lexicon_package.__file__).parent.glob("*.toml")
    assert {kind for kind, _ in Lexicon.built_in().kinds()} == {path.stem for path in ours}


def test_entries_of_a_concept_are_searched_as_one_even_where_they_name_the_same_group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(
        tmp_path,
        "concept = 'part'\npattern = '甲(?P<name>.)'\nexample = '甲一'",
        "concept = 'part'\npattern = '乙(?P<name>.)'\nexample = '乙二'",
        "concept = 'part'\nwords = ['丙（三）']\nexample = '丙（三）'",
        name="parts_of_a_test",
    )
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    parts = any_of("parts_of_a_test", "part")
    assert [m["name"] for m in parts.finditer("丁乙二甲一乙三")] == ["二", "一", "三"]
    found, begun = parts.search("丁甲一乙二"), parts.match("乙二甲一")
    assert (found and found["name"], begun and begun["name"]) == ("一", "二")
    assert parts.match("丁甲一") is None
    assert parts.search("甲一丁甲二", 1) is not None
    assert parts.fullmatch("丙(三)") is not None
    assert parts.sub("", "丁乙二戊甲一") == "丁戊"
    assert any_of("parts_of_a_test", "other").search("甲一") is None


#: Strings with Chinese characters that the packages that read may hold, docstrings and comments apart: the shape of numbers, lists and
#: dates, messages to people, and words that have not become entries yet.  A word of the field is an entry: these only fall.
MOST_WORDS = {"tables": 12, "recognition": 93, "narrative": 109, "reading": 26, "sources": 10, "lexicon": 67, "model": 20}


@pytest.mark.parametrize("package", list(MOST_WORDS))
def test_words_of_the_field_are_entries(package: str) -> None:
    folder = Path(lexicon_package.__file__).parent.parent / package
    found = [f"{path.name}:{n.lineno} {n.value}" for path in sorted(folder.rglob("*.py")) for n in _strings(ast.parse(path.read_text("utf-8")))]
    assert len(found) <= MOST_WORDS[package], "\n".join(found)


def _strings(tree: ast.Module) -> Iterator[ast.Constant]:
    """The strings of a module that hold Chinese characters and are no docstrings."""
    told = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told and re.search("[\u4e00-\u9fff]", node.value):
            yield node


def together(*patterns: tuple[str, str]) -> Wordings:
    """Entries of a concept as one: each a pattern and what excludes it."""
    return Wordings(
        Entry.model_validate({"concept": "x", "pattern": p, "unless": u, "seen": "a test", "example": ""}, context={"own": True}) for p, u in patterns
    )


def test_of_several_entries_the_first_place_counts_and_at_one_place_the_first_entry() -> None:
    either = together(("乙", ""), ("甲", ""), ("甲丁", ""))
    assert [m.group() for m in (either.search("丙甲丁乙"), either.search("丙甲丁乙", 2)) if m] == ["甲", "乙"]
    assert [either.match("丙甲"), either.search("丙"), either.fullmatch("甲丙")] == [None, None, None]
    assert [m.group() for m in (either.match("甲丙"), either.fullmatch("甲丁")) if m] == ["甲", "甲丁"]
    assert either.sub("·", "丙甲乙") == "丙··"


def test_what_excludes_an_entry_excludes_no_other() -> None:
    either = together(("甲", "不"), ("乙", ""))
    assert [m.group() for m in either.finditer("甲乙甲")] == ["甲", "乙", "甲"]
    assert [m.group() for m in either.finditer("不甲乙甲")] == ["乙"]
    assert either.sub("·", "不甲乙") == "不甲·"
    assert [m and m.group() for m in (either.match("甲不"), either.match("乙不"), either.fullmatch("乙"))] == [None, "乙", "乙"]


def test_entries_may_name_the_same_groups() -> None:
    either = together(("甲(?P<n>一)", ""), ("乙(?P<n>二)", ""))
    assert [m["n"] for m in either.finditer("乙二甲一")] == ["二", "一"]


def test_places_do_not_overlap_and_one_without_width_is_found_once() -> None:
    assert [m.span() for m in together(("甲甲", "")).finditer("甲甲甲甲甲")] == [(0, 2), (2, 4)]
    assert [m.span() for m in together(("(?=甲)", "")).finditer("甲甲乙甲")] == [(0, 0), (1, 1), (3, 3)]


def test_words_are_those_of_their_concept_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = ("concept = 'one'\nwords = ['乙 （一）', '甲']\nexample = '甲'", "concept = 'two'\nwords = ['丙']\nexample = '丙'")
    monkeypatch.setenv(VARIABLE, str(write(tmp_path / "words", *one, name="words_of_a_test")))
    assert words_of("words_of_a_test", "one") == ("乙(一)", "甲")
    assert words_of("words_of_a_test", "two") == ("丙",)


def test_the_template_s_name_of_a_concept_is_its_entry_s_own() -> None:
    first: dict[tuple[str, str], Entry] = {}
    for kind, entry in Lexicon.built_in().kinds():
        first.setdefault((kind, entry.concept), entry)
    named = [name for name, entry in first.items() if entry.zh]
    assert named
    assert {name: name_of(*name) for name in named} == {name: first[name].zh for name in named}
    unnamed = [name for name, entry in first.items() if not entry.zh]
    assert {name: name_of(*name) for name in unnamed} == {name: first[name].example for name in unnamed}
    assert name_of("labels", "no such concept") == "no such concept"
