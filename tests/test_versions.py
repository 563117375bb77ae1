"""The version of the code changes with what decides a reading, and with nothing else."""

from __future__ import annotations

from pathlib import Path

from pipeline.store.versions import judging_version, reading_version, version_of, year_version


def test_code_words_and_data_make_the_version_and_notes_do_not(tmp_path: Path) -> None:
    package = tmp_path / "lexicon"
    package.mkdir()
    (package / "a.py").write_text("A = 1\n", encoding="utf-8")
    (package / "words.toml").write_text('[[entry]]\nwords = ["合计"]\n', encoding="utf-8")

    def version() -> str:
        version_of.cache_clear()
        return version_of(("lexicon",), tmp_path)

    first = version()
    (package / "README.md").write_text("notes", encoding="utf-8")
    assert version() == first
    (package / "words.toml").write_text('[[entry]]\nwords = ["总计"]\n', encoding="utf-8")
    second = version()
    assert second != first
    (package / "a.py").rename(package / "b.py")
    assert version() not in (first, second)
    version_of.cache_clear()


def test_what_decides_a_reading_decides_what_comes_of_it() -> None:
    assert len({reading_version(), judging_version(), year_version()}) == 3
