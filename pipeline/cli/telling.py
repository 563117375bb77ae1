"""How a run tells what it does: lines for people, bars on a terminal, problems only, or one object for machines at its end.

What belongs here: how things look, and that no document's words control the terminal.  What may not: what is said (``pipeline.orchestration.run``).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TaskID, TextColumn, TimeRemainingColumn
from rich.text import Text

from pipeline.messages import told
from pipeline.model.harmless import layout
from pipeline.orchestration.run import Ran, Teller

#: Fewer reports than these are judged without a line in between.
_MANY = 40
#: Phase → what it is called.
PHASES = {"reading": "documents read", "judging": "reports judged", "checking": "groups of checks decided", "publishing": "tables published"}


class Lines:
    """A line at a time, each shown at once; progress a line a tenth of the work."""

    def say(self, line: str) -> None:
        """One line."""
        print(layout(line), flush=True)

    def problem(self, line: str) -> None:
        """One problem, at once as well."""
        self.say(line)

    def progress(self, phase: str, done: int, of: int) -> None:
        """How far it has come."""
        if of and (done == of or (done % max(1, of // 10) == 0 and (phase == "reading" or (phase == "judging" and of >= _MANY)))):
            self.say(f"{told(PHASES[phase])}: {told('{done} of {of}', done=done, of=of)}")

    def end(self, ran: Ran) -> None:
        """Nothing more to say."""


@dataclass
class Bars(Lines):
    """Lines above a bar a phase, with what is left of it and how long that takes at the rate of now."""

    bars: Progress
    tasks: dict[str, TaskID] = field(default_factory=dict)

    def say(self, line: str) -> None:
        """One line, above the bars."""
        self.bars.console.print(layout(line), markup=False, highlight=False, soft_wrap=True)

    def progress(self, phase: str, done: int, of: int) -> None:
        """The bar of the phase; it goes when it is full."""
        if phase not in self.tasks:
            self.tasks[phase] = self.bars.add_task(told(PHASES[phase]), total=of)
        self.bars.update(self.tasks[phase], completed=done, total=of)
        if done == of:
            self.bars.remove_task(self.tasks.pop(phase))
            self.say(f"{told(PHASES[phase])}: {told('{done} of {of}', done=done, of=of)}")


class Rate(ProgressColumn):
    """How many a second."""

    def render(self, task: Task) -> Text:
        """Nothing while it cannot be told."""
        return Text(f"{task.speed:.1f}/s" if task.speed else "")


class Quiet(Lines):
    """Problems only, on standard error."""

    def say(self, line: str) -> None:
        """Nothing."""

    def problem(self, line: str) -> None:
        """One problem."""
        typer.echo(layout(line), err=True)

    def progress(self, phase: str, done: int, of: int) -> None:
        """Nothing."""


class Machine(Quiet):
    """One JSON object at the end, and nothing else."""

    def problem(self, line: str) -> None:
        """It is in the object."""

    def end(self, ran: Ran) -> None:
        """The object."""
        typer.echo(json.dumps(asdict(ran), ensure_ascii=False, default=str))


@contextmanager
def teller(*, quiet: bool, as_json: bool) -> Iterator[Teller]:
    """The one that is asked for; bars where a person looks at a terminal."""
    if as_json or quiet or not sys.stdout.isatty():
        yield Machine() if as_json else Quiet() if quiet else Lines()
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Rate(), TimeRemainingColumn())
    with Progress(*columns, console=Console(), transient=True) as bars:
        yield Bars(bars)
