"""What a fresh clone installs: the lock is whole, hashed, and names no host."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from pipeline.store.home import PROJECT

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
def test_an_installed_wheel_works_in_an_empty_folder(tmp_path: Path) -> None:
    """Words, settings and messages are in it; its state is where it is called."""
    pip, at = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"], tmp_path / "site"
    source = tmp_path / "source"
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("needs the clone")
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (PROJECT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((PROJECT / name).read_bytes())
    subprocess.run([*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", tmp_path, source], check=True)
    subprocess.run([*pip, "install", "--no-deps", "--target", at, next(tmp_path.glob("*.whl"))], check=True)
    (empty := tmp_path / "empty").mkdir()
    environment = {k: v for k, v in os.environ.items() if not k.startswith("FINAL_ACCOUNTS_")} | {"PYTHONPATH": str(at), "FINAL_ACCOUNTS_LANG": "zh"}

    def command(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "pipeline.cli", *arguments], cwd=empty, env=environment, text=True, capture_output=True, check=True
        )
        return done.stdout

    checked = command("check")
    assert str(empty / "adjudications") in checked
    assert re.search(r"词典: \d{3}", checked)
    (empty / "reports").mkdir()
    sample = min((PROJECT / "samples").rglob("*.pdf"), key=lambda p: p.stat().st_size)
    (empty / "reports" / sample.name).write_bytes(sample.read_bytes())
    assert "首次运行" in command("run", "reports")
    assert (empty / "var" / "warehouse" / "final_accounts.duckdb").is_file()
