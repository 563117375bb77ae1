"""What a fresh clone installs: the lock is whole, hashed, and names no host."""

from __future__ import annotations

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from pipeline.store.home import PROJECT
from tests.conftest import Once
from tests.installed import Installed, installed

LOCK = (PROJECT / "requirements.lock").read_text(encoding="utf-8")
DECLARED = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def locked() -> dict[str, str]:
    """Package → its block of the lock: version, marker, hashes."""
    blocks = re.split(r"\n(?=[A-Za-z0-9])", LOCK.strip())
    return {canonicalize_name(re.split(r"[\[=]", b, maxsplit=1)[0]): b for b in blocks}


def test_the_lock_names_no_host() -> None:
    assert "://" not in LOCK
    assert "--index" not in LOCK
    assert "--find-links" not in LOCK


def test_every_locked_package_has_one_version_and_hashes() -> None:
    for name, block in locked().items():
        assert re.match(r"[\w.\[\]-]+==[\w.]+", block), name
        assert "--hash=sha256:" in block, name


@pytest.mark.parametrize("text", [*DECLARED["dependencies"], *DECLARED["optional-dependencies"]["dev"]])
def test_the_lock_holds_what_the_project_declares(text: str) -> None:
    wanted = Requirement(text)
    block = locked().get(canonicalize_name(wanted.name))
    assert block is not None, "run `make lock`"
    version = re.search(r"==([\w.]+)", block)
    assert version is not None
    assert wanted.specifier.contains(version[1])


def test_the_container_gets_what_the_package_is_made_of() -> None:
    written = (PROJECT / "docs" / "deploy" / "Containerfile").read_text(encoding="utf-8")
    copied = {name for line in re.findall(r"^COPY (.+) \S+$", written, re.MULTILINE) for name in line.split()}
    assert all((PROJECT / name).exists() for name in copied)
    found = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["packages"]["find"]["include"]
    assert {name.rstrip("*") for name in found} <= copied
    assert {"requirements.lock", "pyproject.toml", DECLARED["readme"], *DECLARED["license-files"], "workspace.yaml"} <= copied


def test_the_services_start_what_there_is() -> None:
    folder = PROJECT / "docs" / "deploy"
    told = "".join(path.read_text(encoding="utf-8") for path in folder.iterdir())
    named = set(re.findall(r"FINAL_ACCOUNTS_[A-Z_]+", told + (PROJECT / "docs" / "operations.md").read_text(encoding="utf-8")))
    code = "".join(p.read_text(encoding="utf-8") for p in (PROJECT / "pipeline").rglob("*.py"))
    assert {name for name in named if name not in code} == set()


@pytest.mark.long
def test_an_installed_wheel_works_in_an_empty_folder(once: Once[Installed]) -> None:
    """Words, settings and messages are in it; its state is where it is called."""
    ran = once("installed", installed)
    if ran.site is None:
        pytest.skip("needs the clone")
    assert str(ran.folder / "adjudications") in ran.check
    assert re.search(r"词典: \d{3}", ran.check)
    assert "首次运行" in ran.run
    assert ran.home.warehouse.is_file()
