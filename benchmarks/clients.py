"""What opens the published warehouse: versions of DuckDB, its command line, Node's driver, pandas and polars, each asked for the same amounts.

    python -m benchmarks.clients [WAREHOUSE] [--clients FOLDER] [--install]

By default the demo is run and published first.  ``--install`` puts the clients into FOLDER, which stays, from the package indexes that pip and
npm are set up with; one that is not there is left out and said to be.  Each client is a process of its own, opens the file read-only, and
prints the amounts of ``marts.report_overview`` as it shows them; they must be those that are printed.

What belongs here: clients, and what each says.  What may not: how the file is written (``pipeline.warehouse.publish``).
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from benchmarks.bars import Bar, show

ROOT = Path(__file__).resolve().parents[1]
VERSIONS = ("1.2", "1.3", "1.4", "1.5")
QUERY = "SELECT income_year FROM marts.report_overview WHERE income_year IS NOT NULL ORDER BY fiscal_year, publisher, report_id"

_PYTHON = f"""import sys, duckdb
connection = duckdb.connect(sys.argv[1], read_only=True)
print(duckdb.__version__)
print(*(value for (value,) in connection.execute({QUERY!r}).fetchall()), sep="\\n")"""
_PANDAS = f"""import sys, duckdb, pandas
frame = duckdb.connect(sys.argv[1], read_only=True).execute({QUERY!r}).df()
print(pandas.__version__)
print(*(f"{{value:.2f}}" for value in frame["income_year"]), sep="\\n")"""
_POLARS = f"""import sys, duckdb, polars
frame = duckdb.connect(sys.argv[1], read_only=True).execute({QUERY!r}).pl()
print(polars.__version__)
print(*frame["income_year"].to_list(), sep="\\n")"""
_PARQUET = """import sys, pathlib, polars
path = pathlib.Path(sys.argv[1]).parent / "parquet" / "marts" / "report_overview.parquet"
frame = polars.read_parquet(path).drop_nulls("income_year").sort("fiscal_year", "publisher", "report_id")
print(polars.__version__)
print(*frame["income_year"].to_list(), sep="\\n")"""
_NODE = f"""const {{ DuckDBInstance, version }} = require('@duckdb/node-api');
(async () => {{
  const instance = await DuckDBInstance.create(process.argv[1], {{ access_mode: 'READ_ONLY' }});
  const reader = await (await instance.connect()).runAndReadAll({QUERY!r});
  console.log(version());
  for (const [value] of reader.getRows()) console.log(value.toString());
}})();"""


@dataclass(frozen=True)
class Client:
    """A program with its arguments before the file's name, and the folders that it finds its packages in."""

    name: str
    command: tuple[str, ...]
    packages: tuple[Path, ...] = ()
    folder: Path | None = None


def clients(at: Path) -> Iterator[Client]:
    """All that are asked, each with its packages below ``at``."""
    for version in VERSIONS:
        yield Client(f"duckdb {version} (Python)", (sys.executable, "-c", _PYTHON), (at / f"duckdb-{version}",))
    yield Client("duckdb of this project (Python)", (sys.executable, "-c", _PYTHON))
    yield Client("duckdb (command line)", (str(at / "cli" / "bin" / "duckdb"), "-readonly", "-list", "-noheader"), (at / "cli",))
    yield Client("node-api", ("node", "-e", _NODE), folder=at / "node")
    yield Client("pandas", (sys.executable, "-c", _PANDAS))
    yield Client("polars (by way of duckdb 1.4)", (sys.executable, "-c", _POLARS), (at / "duckdb-1.4", at / "polars"))
    yield Client("polars (Parquet)", (sys.executable, "-c", _PARQUET), (at / "polars",))


def asked(client: Client, warehouse: Path) -> tuple[str, list[str]]:
    """The client's version and the amounts as it shows them.  Raises ``RuntimeError`` with what it said where it cannot."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, client.packages)), "PYTHONWARNINGS": "ignore"}
    command = [*client.command, str(warehouse)]
    if "-readonly" in command:
        command += ["-cmd", "SELECT version()", QUERY]
    done = subprocess.run(command, env=environment, cwd=client.folder, capture_output=True, text=True, timeout=300)
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise RuntimeError(said[-1][:120] if said else f"ended with {done.returncode}")
    version, *amounts = done.stdout.split()
    return version, amounts


def install(at: Path) -> None:
    """The clients from the package indexes, into folders of their own."""
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--upgrade"]
    for version in VERSIONS:
        subprocess.run([*pip, "--no-deps", "--target", str(at / f"duckdb-{version}"), f"duckdb=={version}.*"], check=True)
    subprocess.run([*pip, "--target", str(at / "cli"), "duckdb-cli"], check=True)
    subprocess.run([*pip, "--target", str(at / "polars"), "polars", "pyarrow"], check=True)
    if shutil.which("npm"):
        (at / "node").mkdir(parents=True, exist_ok=True)
        subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", "@duckdb/node-api"], cwd=at / "node", check=True)


def demo(home: Path) -> Path:
    """The samples, run and published in a home of their own."""
    command = [sys.executable, "-m", "pipeline.cli", "run", str(ROOT / "samples" / "reports"), "--home", str(home)]
    subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True, stdout=subprocess.DEVNULL)
    return home / "warehouse" / "final_accounts.duckdb"


def run(warehouse: Path, at: Path) -> list[Bar]:
    """A bar a client."""
    from pipeline.warehouse.publish import connect_readonly

    with connect_readonly(warehouse) as connection:
        wanted = [value for (value,) in connection.execute(QUERY).fetchall()]
    printed = [f"{value:f}" for value in wanted]
    if any(Decimal(text).as_tuple().exponent != -2 for text in printed):
        raise SystemExit("the amounts of this warehouse are not printed with two decimals: choose another")
    bars = []
    for client in clients(at):
        if not all(p.is_dir() for p in (*client.packages, *([client.folder] if client.folder else []))):
            print(f"left out: {client.name} is not in {at} (--install)")
            continue
        try:
            version, amounts = asked(client, warehouse)
        except (RuntimeError, OSError, subprocess.TimeoutExpired) as why:
            bars.append(Bar(client.name, printed[0], f"refused: {why}", False))
            continue
        bars.append(Bar(f"{client.name}: {version.removeprefix('v')}", printed[0], amounts[0] if amounts else "nothing", amounts == printed))
    return bars


def main() -> int:
    """The exit status is 1 where a client is refused or shows another amount."""
    ask = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    ask.add_argument("warehouse", nargs="?", type=Path)
    ask.add_argument("--clients", type=Path, default=Path(tempfile.gettempdir(), "final-accounts-clients"))
    ask.add_argument("--install", action="store_true")
    given = ask.parse_args()
    if given.install:
        install(given.clients)
    with tempfile.TemporaryDirectory() as home:
        return show(run((given.warehouse or demo(Path(home))).resolve(), given.clients.resolve()))


if __name__ == "__main__":
    sys.exit(main())
