"""What assets need from outside, configurable in Dagster: where documents come from and how they are read.

What belongs here: resources.  What may not: the work itself.
"""

import os
from pathlib import Path

import dagster as dg

from pipeline.reports.intake import Intake, Watch, new_files, take_in
from pipeline.reports.read import READER_VERSION
from pipeline.reports.workers import READER, Crew
from pipeline.sources.collected import Collected
from pipeline.sources.registry import Registry, load_registry
from pipeline.sources.store import Store
from pipeline.sources.yearly import Progress, Settings, collect_year
from pipeline.store.home import home
from pipeline.store.readings import Library, Limits


class Documents(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The documents of this home, and the crew that reads them."""

    folder: str = ""
    """A folder to take documents from; empty: the inbox of the home, where there is one."""
    workers: int = 2
    """Documents that are read at the same time."""
    reader: str = READER
    reader_version: str = READER_VERSION

    def library(self) -> Library:
        return Library.of(home(), self.reader_version)

    def crew(self) -> Crew:
        return Crew(self.workers, Limits.from_environment(), self.reader)

    def inbox(self) -> Path | None:
        """The folder that documents are taken from, where there is one."""
        if self.folder:
            return Path(self.folder).expanduser()
        return home().inbox if home().inbox.is_dir() else None

    def waiting(self) -> list[Path]:
        """Documents in the inbox that the archive does not hold yet."""
        inbox = self.inbox()
        return new_files(self.library().archive, inbox) if inbox is not None else []

    def take_in(self, watch: Watch = lambda done, of, last: None) -> Intake:
        """Offer what the folder holds (the inbox comes by way of the sources' store) and read what is unread."""
        return take_in(self.library(), self.crew(), Path(self.folder).expanduser() if self.folder else None, watch)


class Sources(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The registry of publishers, and the store that keeps what their sites and the inbox gave."""

    registry: str = ""
    """A registry file or folder; empty: ``FINAL_ACCOUNTS_PUBLISHERS``, else ``publishers/`` of the home where there is one."""
    store: str = ""
    """Where documents are kept for ever: a folder or an fsspec address; empty: ``FINAL_ACCOUNTS_STORE``, else the home's."""
    contact: str = ""
    """An address for the User-Agent, so that a site's operator can write to somebody."""

    def publishers(self) -> Registry:
        """The registry; an empty one where none is named, so that only the inbox is asked."""
        named = self.registry or os.environ.get("FINAL_ACCOUNTS_PUBLISHERS", "")
        path = Path(named).expanduser() if named else home().root / "publishers"
        return load_registry(path) if named or path.is_dir() else Registry(publishers=())

    def originals(self) -> Store:
        return Store(self.store or os.environ.get("FINAL_ACCOUNTS_STORE", "") or home().root / "originals")

    def collect(self, registry: Registry, year: int, progress: Progress | None = None) -> Collected:
        """Ask every site and the inbox for one fiscal year."""
        contact = self.contact or os.environ.get("FINAL_ACCOUNTS_CONTACT", "")
        return collect_year(registry, year, self.originals(), home().inbox, settings=Settings(contact=contact), progress=progress)
