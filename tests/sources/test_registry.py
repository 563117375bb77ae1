"""The registry: what a person writes is taken, and every mistake is named with file and line."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from pipeline.sources.registry import JsonSite, RegistryError, load_registry
from tests.sources.world import EXAMPLE

ENTRY = """publishers:
  - name: 某局
    kind: department
    division: "990100"
    level: city
    sites:
      - kind: list
        url: http://www.example.org/gk/
"""


def write(folder: Path, text: str, name: str = "a.yaml") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def mistakes(path: Path) -> list[str]:
    with pytest.raises(RegistryError) as caught:
        load_registry(path)
    return caught.value.problems


def test_the_example_is_valid_and_shows_every_kind_of_site() -> None:
    registry = load_registry(EXAMPLE.parent)
    assert {s.kind for p in registry.publishers for s in p.sites} == {"list", "detail", "json", "direct"}
    assert len(registry.publishers) >= 8
    assert registry.expected_by(2024) == dt.date(2025, 10, 31)
    [search] = [s for p in registry.publishers for s in p.sites if isinstance(s, JsonSite)]
    assert search.form["page"] == "{page}"


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("kind: department", "kind: ministry", 3, "'department' or 'unit'"),
        ('division: "990100"', "division: 990100", 4, "in quotes"),
        ("url: http://www.example.org/gk/", "url: ftp://www.example.org/", 8, "not an http(s) address"),
        ("url: http://www.example.org/gk/", "url: http://user:pw@www.example.org/", 8, "user name or password"),
        ("url: http://www.example.org/gk/", "ulr: http://www.example.org/", 8, "not permitted"),
        ("kind: list", "kind: lists", 7, "'list'"),
        ("    level: city\n", "", 2, "Field required"),
        ("level: city", "level: city\n    level: county", 6, "given twice"),
        ("        url:", "        page_template: x.html\n        url:", 8, "{page}"),
        ("        url:", "        charset: klingon\n        url:", 8, "no charset"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, old: str, new: str, line: int, says: str) -> None:
    path = write(tmp_path, ENTRY.replace(old, new))
    problems = mistakes(path)
    assert any(says in p for p in problems), problems
    assert any(f"{path}:{line}:" in p or f"line {line}," in p for p in problems), problems


def test_all_mistakes_of_all_files_come_at_once(tmp_path: Path) -> None:
    write(tmp_path, ENTRY.replace("department", "x").replace('"990100"', "1"))
    write(tmp_path, ENTRY, "b.yaml")
    write(tmp_path, ENTRY, "c.yaml")
    write(tmp_path, "- just a list", "d.yaml")
    problems = mistakes(tmp_path)
    assert len(problems) == 4
    assert any("already entered at" in p and "b.yaml:2" in p for p in problems)


def test_a_folder_is_one_registry(tmp_path: Path) -> None:
    write(tmp_path, ENTRY + "defaults: {requests_per_second: 0.5}\n")
    write(tmp_path, ENTRY.replace("某局", "另局") + "hosts: {www.example.org: {concurrency: 1}}\n", "b.yml")
    registry = load_registry(tmp_path)
    assert [p.name for p in registry.publishers] == ["某局", "另局"]
    assert registry.defaults.requests_per_second == 0.5
    assert registry.hosts["www.example.org"].concurrency == 1


def test_an_empty_folder_and_a_broken_file_are_mistakes(tmp_path: Path) -> None:
    assert "no .yaml file" in mistakes(tmp_path)[0]
    assert "a.yaml" in mistakes(write(tmp_path, "publishers: [\n"))[0]


def test_sites_serve_their_years(tmp_path: Path) -> None:
    [publisher] = load_registry(write(tmp_path, ENTRY + "        until: 2020\n")).publishers
    assert publisher.sites[0].serves(2020)
    assert not publisher.sites[0].serves(2021)
