"""What assets need from outside, configurable in Dagster: where documents come from, how they are read, who does the work.

What belongs here: resources and the run configuration of assets.  What may not: the work itself.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import dagster as dg
import pyarrow as pa
from dagster_duckdb import DuckDBResource
from filelock import FileLock
from pydantic import Field, PrivateAttr

from pipeline.batches import Engine, engine
from pipeline.orchestration.standing import registry_named
from pipeline.reports.intake import Intake, Watch, new_files, take_in
from pipeline.reports.workers import READER, Workers
from pipeline.sources.collected import Collected
from pipeline.sources.registry import Registry
from pipeline.sources.store import Store
from pipeline.sources.yearly import Progress, Settings, collect_year
from pipeline.store.home import home
from pipeline.store.kept import Kept
from pipeline.store.readings import Library, Limits
from pipeline.store.versions import judging_version, reading_version


class Collection(dg.Config):
    """What asking the sites must bring."""

    sites_may_fail: bool = Field(default=False, description="Go on where every site failed: for a run over documents that were handed in.")


#: Run configuration for a run that documents started, not the wish to know who has published.
OF_DOCUMENTS: dict[str, Any] = {"ops": {"report_links": {"config": {"sites_may_fail": True}}}}


class Reading(dg.Config):
    """What one materialisation of ``readings`` takes in."""

    folder: str = Field(default="", description="A folder to take documents from, recursively; empty: what the year's collection handed over.")


class YearDatabases(DuckDBResource):
    """DuckDB in memory: one for a whole run, for making one takes longer than most of what it is asked; each step has a database of its own in it."""

    _kept: ExitStack = PrivateAttr(default_factory=ExitStack)

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:
        self._kept.enter_context(self.get_connection())

    def teardown_after_execution(self, context: dg.InitResourceContext) -> None:
        self._kept.close()


class Documents(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The documents of this home, their readings and judgements, and who makes them."""

    workers: int = Field(default=2, description="Documents that are read, or reports that are judged, at the same time on this machine.")
    cluster: str = Field(default="", description="The address of a Dask scheduler (tcp://…) that does the work instead of this machine.")
    reader: str = Field(default=READER, description="The function that reads a document (module:name).")
    reader_version: str = Field(default="", description="The version that readings are kept under; empty: that of the code.")

    def version(self) -> str:
        return self.reader_version or reading_version()

    def library(self) -> Library:
        return Library.of(home(), self.version())

    def engine(self) -> Engine:
        return engine(self.workers, self.cluster)

    def judgements(self) -> Kept:
        """What judging has kept, by key."""
        return Kept(home().judgements, judging_version())

    def judged(self, rows: Iterable[Mapping[str, Any]], names: tuple[str, ...]) -> Iterator[dict[str, pa.Table]]:
        """The tables of each judgement, over rows of ``checks.judgements``."""
        return (self.judgements().tables(row["judgement"], names) for row in rows)

    def limits(self) -> Limits:
        return Limits.from_environment()

    def inbox(self, folder: str = "") -> Path | None:
        """The folder that documents are taken from, where there is one."""
        if folder:
            return Path(folder).expanduser()
        return home().inbox if home().inbox.is_dir() else None

    def waiting(self) -> list[Path]:
        """Documents in the inbox that the archive does not hold yet."""
        inbox = self.inbox()
        return new_files(self.library().archive, inbox) if inbox is not None else []

    def take_in(self, folder: str = "", watch: Watch = lambda done, of, last: None) -> Intake:
        """Offer what a folder holds (the inbox comes by way of the sources' store) and read what is unread.

        One run of this machine at a time, since each reads whatever is unread: the next finds it read.
        """
        workers = Workers(self.engine(), self.limits(), self.reader)
        home().root.mkdir(parents=True, exist_ok=True)
        with FileLock(home().root / ".reading.lock"):
            return take_in(self.library(), workers, Path(folder).expanduser() if folder else None, watch)


class Sources(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The registry of publishers, and the store that keeps what their sites and the inbox gave."""

    registry: str = Field(default="", description="A registry file or folder; empty: publishers/ of the home where there is one.")
    store: str = Field(default="", description="Where documents are kept for ever: a folder or an fsspec address; empty: the home's.")
    contact: str = Field(default="", description="An address for the User-Agent, so that a site's operator can write to somebody.")

    def publishers(self) -> Registry:
        """The registry; an empty one where none is named, so that only the inbox is asked."""
        return registry_named(self.registry)

    def originals(self) -> Store:
        return Store(self.store or home().root / "originals")

    def collect(self, registry: Registry, year: int, progress: Progress | None = None) -> Collected:
        """Ask every site and the inbox for one fiscal year."""
        return collect_year(registry, year, self.originals(), home().inbox, settings=Settings(contact=self.contact), progress=progress)
