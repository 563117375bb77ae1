"""What assets need from outside, configurable in Dagster: where documents come from and how they are read.

What belongs here: resources.  What may not: the work itself.
"""

from pathlib import Path

import dagster as dg

from pipeline.home import home
from pipeline.intake import Intake, Watch, new_files, take_in
from pipeline.readings import Library, Limits
from pipeline.reports import READER_VERSION
from pipeline.workers import READER, Crew


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
        """Offer what the folder holds and read what is unread."""
        return take_in(self.library(), self.crew(), self.inbox(), watch)
