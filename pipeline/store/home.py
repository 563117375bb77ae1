"""The one folder that holds all state of an installation, as typed paths.

What belongs here: where things lie.  What may not: what is in them.

Everything that a run leaves behind is under ``var/`` in the project's root (installed without its sources: in the working folder), or under
the folder that the environment variable ``FINAL_ACCOUNTS_HOME`` names; deleting that folder deletes every trace.  Only the tables
between assets (``FINAL_ACCOUNTS_TABLES``) and what is kept by key (``FINAL_ACCOUNTS_KEPT``: readings, judgements) may live
elsewhere: both take any fsspec address, so that several machines can work on one year or on different ones.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

#: The project's root: the folder that holds ``pipeline/``; of an installed package, where packages are.
PROJECT = Path(__file__).resolve().parents[2]
#: Where ``var/`` and ``adjudications/`` are, unless they are named.
WORKPLACE = PROJECT if (PROJECT / "pyproject.toml").is_file() else Path.cwd()
#: The reports that a run without a folder reads.
SAMPLES = PROJECT / "samples"

HOME_VARIABLE = "FINAL_ACCOUNTS_HOME"
TABLES_VARIABLE = "FINAL_ACCOUNTS_TABLES"
KEPT_VARIABLE = "FINAL_ACCOUNTS_KEPT"
INSTANCE_VARIABLE = "FINAL_ACCOUNTS_INSTANCE"


@dataclass(frozen=True, slots=True)
class Home:
    """Paths under one root.  Nothing is created by asking for a path; who writes makes the folder."""

    root: Path

    @property
    def readings(self) -> str:
        """What was read from each document: one file a document and version of the code; a folder or an fsspec address."""
        return f"{os.environ.get(KEPT_VARIABLE) or self.root}/readings"

    @property
    def judgements(self) -> str:
        """What judging gave for each report as it was read: one file a report and version of the code."""
        return f"{os.environ.get(KEPT_VARIABLE) or self.root}/judgements"

    @property
    def tables(self) -> str:
        """The tables between assets (``<schema>/<name>/<year>.parquet``): a local folder or an fsspec URL."""
        return os.environ.get(TABLES_VARIABLE) or str(self.root / "tables")

    @property
    def warehouse_folder(self) -> Path:
        return self.root / "warehouse"

    @property
    def warehouse(self) -> Path:
        """The published DuckDB file.  Open it read-only (:func:`pipeline.warehouse.publish.connect_readonly`)."""
        return self.warehouse_folder / "final_accounts.duckdb"

    @property
    def parquet(self) -> Path:
        """The published tables as Parquet: ``<schema>/<table>.parquet/<year>.parquet``."""
        return self.warehouse_folder / "parquet"

    @property
    def dagster(self) -> Path:
        """Dagster's own folder (``DAGSTER_HOME``): runs, events, asset checks."""
        return self.root / "dagster"

    @property
    def archive(self) -> Path:
        """Documents as fetched, by the hash of their bytes."""
        return self.root / "archive"

    @property
    def demo(self) -> Home:
        """The home of the sample reports, which so never come near one's own."""
        return Home(self.root / "demo")

    @property
    def inbox(self) -> Path:
        """Documents that a person puts in by hand."""
        return self.root / "inbox"

    def prepare_dagster(self) -> Path:
        """Make Dagster's folder with the project's ``dagster.yaml`` in it, point ``DAGSTER_HOME`` at it, and return it.

        The settings are copied at every start, so that a change in the project reaches old installations; ``FINAL_ACCOUNTS_INSTANCE`` names
        a file of one's own instead (runs and events in Postgres, another launcher).
        """
        self.dagster.mkdir(parents=True, exist_ok=True)
        fresh = self.dagster / f".dagster.yaml.{os.getpid()}"
        shutil.copyfile(os.environ.get(INSTANCE_VARIABLE) or PROJECT / "pipeline" / "orchestration" / "dagster.yaml", fresh)
        os.replace(fresh, self.dagster / "dagster.yaml")
        os.environ["DAGSTER_HOME"] = str(self.dagster)
        os.environ.setdefault("DAGSTER_EVENT_BATCH_SIZE", "1000")
        return self.dagster


def home() -> Home:
    """The home of this process: what ``FINAL_ACCOUNTS_HOME`` names, else ``var/`` in the project's root."""
    named = os.environ.get(HOME_VARIABLE)
    return Home(Path(named).expanduser().resolve() if named else WORKPLACE / "var")


def work_in(root: Path | None = None, *, demo: bool = False) -> Home:
    """Make ``root`` the home of this process and of those it starts (none: the one that is named already), or its demo; returns it.

    The demo shares nothing with the home that it lies in: tables and what is kept by key are in its own folder whatever is configured.
    """
    at = Home(root.expanduser().resolve()) if root is not None else home()
    if demo:
        at = at.demo
        os.environ.pop(TABLES_VARIABLE, None)
        os.environ.pop(KEPT_VARIABLE, None)
    os.environ[HOME_VARIABLE] = str(at.root)
    return at


if __name__ == "__main__":  # for the Makefile: prepare, and say where Dagster's folder is
    print(home().prepare_dagster())
