"""A newcomer's first hour, in an empty folder: install, demo, one's own reports, the user interface, a decision, the exports.

    python -m benchmarks.newcomer [--packages-of PYTHON]

The project is installed from this checkout as a package into an environment of its own; nothing else of the checkout is used.  With
``--packages-of`` the packages that it needs are those of another interpreter (and the user interface, which starts their commands, is left out),
else pip installs what the lock names.  Each step is a command
that the README names; what it must leave behind is looked for.

What belongs here: the steps.  What may not: the commands.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from benchmarks.bars import Bar, show

ROOT = Path(__file__).resolve().parents[1]
PORT = 3917
_UI_SECONDS = 180


class Newcomer:
    """One person in one folder."""

    def __init__(self, folder: Path, packages_of: str) -> None:
        self.folder, self._packages_of = folder, packages_of
        self._bin = folder / "env" / "bin"
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("FINAL_ACCOUNTS_", "DAGSTER_")) and k != "PYTHONPATH"}
        self._environment = {**kept, "PATH": f"{self._bin}{os.pathsep}{kept.get('PATH', '')}"}

    def _do(self, *command: str | Path) -> str:
        done = subprocess.run(list(map(str, command)), cwd=self.folder, env=self._environment, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{' '.join(map(str, command))} ended with {done.returncode}: {(done.stderr or done.stdout)[-400:]}")
        return done.stdout

    def _command(self, *arguments: str | Path) -> str:
        return self._do(self._bin / "final-accounts", *arguments)

    def _asked(self, query: str) -> list[list[str]]:
        """Rows of the newcomer's own warehouse."""
        program = (
            "import sys; from pipeline.warehouse.publish import connect_readonly\n"
            "for row in connect_readonly('var/warehouse/final_accounts.duckdb').execute(sys.argv[1]).fetchall(): print(*row, sep=chr(9))"
        )
        return [line.split("\t") for line in self._do(self._bin / "python", "-c", program, query).splitlines()]

    def install(self) -> str:
        """An environment with the command in it."""
        self._do(sys.executable, "-m", "venv", "env")
        pip = [self._bin / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
        if self._packages_of:
            where = self._do(self._packages_of, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
            own = Path(sysconfig.get_path("purelib", vars={"base": str(self.folder / "env")}))
            (own / "packages.pth").write_text(f"import sys; sys.path.insert(0, {where!r})\n", encoding="utf-8")
        else:
            self._do(*pip, "--require-hashes", "--requirement", ROOT / "requirements.lock")
        source = self.folder / "source"  # a build leaves its folders in what it builds
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
        for name in filter(None, listed):
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, source / name)
        self._do(*pip, "--no-build-isolation", source)
        shutil.rmtree(source)
        return self._command("--help").strip().splitlines()[0].strip()

    def demo(self) -> str:
        """The samples, in a home of their own."""
        said = self._command("run")
        left = sorted(p.name for p in (self.folder / "var").iterdir())
        if left != ["demo"]:
            raise RuntimeError(f"the demo left {left} in var/")
        return f"{said.count('示例') + said.count('样本')} lines of invented publishers; var/ holds nothing but demo/"

    def own_folder(self) -> str:
        """One's own reports, in var/."""
        (self.folder / "reports").mkdir()
        demo = self.folder / "var" / "demo" / "warehouse" / "final_accounts.duckdb"
        before = demo.stat().st_mtime_ns
        shutil.copy(next(ROOT.glob("samples/reports/*-2019.pdf")), self.folder / "reports" / "ours.pdf")
        self._command("run", "reports")
        [[reports, findings]] = self._asked("SELECT count(*), sum(findings_error) FROM marts.report_overview")
        if (reports, demo.stat().st_mtime_ns) != ("1", before):
            raise RuntimeError(f"{reports} reports in the warehouse of one, or the demo was touched")
        return f"1 report, {findings} errors; the demo is as it was"

    def ui(self) -> str:
        """The user interface answers."""
        command = [str(self._bin / "final-accounts"), "ui", "--port", str(PORT)]
        with (self.folder / "ui.log").open("w") as log:
            server = subprocess.Popen(command, cwd=self.folder, env=self._environment, stdout=log, stderr=log, start_new_session=True)
        try:
            until = time.monotonic() + _UI_SECONDS
            while time.monotonic() < until and server.poll() is None:
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/server_info", timeout=5) as answer:
                        return f"answers with {answer.status}"
                except OSError:
                    time.sleep(1)
            raise RuntimeError((self.folder / "ui.log").read_text()[-400:])
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGTERM)
            server.wait(60)

    def decide(self) -> str:
        """A case decided; the run after it counts its findings as decided."""
        proposed = "SELECT case_id, findings FROM marts.triage WHERE ties = 1 AND contains(entry, 'use_value\"') ORDER BY findings DESC LIMIT 1"
        [[case, findings]] = self._asked(proposed)
        self._command("decide", case, "--accept", "--note", "the other form prints it", "--by", "newcomer")
        written = list((self.folder / "adjudications").glob("*.toml"))
        self._command("run", "reports")
        [[decided]] = self._asked("SELECT count(*) FROM checks.findings WHERE status = 'decided'")
        if (len(written), decided) != (1, findings):
            raise RuntimeError(f"{len(written)} files, {decided} of {findings} findings decided")
        return f"{findings} findings of case {case} are decided"

    def export(self) -> str:
        """What leaves for other tools."""
        said = self._command("export", "--csv", "out/csv", "--xlsx", "out/all.xlsx", "--datapackage", "out/package", "--evidence", "out/evidence")
        files = [p for p in (self.folder / "out").rglob("*") if p.is_file()]
        if not said or not all(p.stat().st_size for p in files):
            raise RuntimeError("a file is empty")
        return f"{len(files)} files, {sum(p.stat().st_size for p in files) // 1024} KB"


def main() -> int:
    """The exit status is 1 where a step fails; the steps after it are left out."""
    ask = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    ask.add_argument("--packages-of", default="", metavar="PYTHON")
    given = ask.parse_args()
    bars = []
    with tempfile.TemporaryDirectory(prefix="newcomer-") as folder:
        newcomer = Newcomer(Path(folder), given.packages_of)
        last = [newcomer.decide, newcomer.export]
        steps: list[Callable[[], str]] = [newcomer.install, newcomer.demo, newcomer.own_folder, *([] if given.packages_of else [newcomer.ui]), *last]
        for step in steps:
            began = time.monotonic()
            try:
                result, met = step(), True
            except (RuntimeError, OSError, ValueError) as why:
                result, met = str(why), False
            bars.append(Bar(step.__name__.replace("_", " "), result, f"{time.monotonic() - began:.0f} s", met))
            print(f"{bars[-1].measured:>6}  {bars[-1].what}: {result}", flush=True)
            if not met:
                break
    return show(bars)


if __name__ == "__main__":
    sys.exit(main())
