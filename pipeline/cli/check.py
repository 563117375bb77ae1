"""``final-accounts check``: what people write by hand (decisions, the registry, words of the lexicon), held to its format without a run.

What belongs here: which of it there is, and what is printed.  What may not: any format.
"""

from __future__ import annotations

import os
from pathlib import Path

import typer

from pipeline.cli.options import Decisions, Home, Registry
from pipeline.messages import shown, told


def check(decisions: Decisions = None, registry: Registry = None, home: Home = None) -> None:
    """Hold decisions, the registry of publishers and the lexicon to their formats, without running anything.

    Exit status: 0 when all can be taken; 1 when something cannot, which is named with its file and entry; 2 for wrong arguments.
    """
    from pipeline.store.home import work_in

    at = work_in(home)
    problems = 0
    for head, found in (
        (told("decisions"), _decisions(decisions)),
        (told("registry"), _registry(registry or at.root / "publishers")),
        (told("lexicon"), _lexicon()),
    ):
        count, wrong = found
        typer.echo(f"{head}: {count}")
        for problem in wrong:
            problems += 1
            typer.echo("  " + told("PROBLEM  ") + shown(problem))
    raise typer.Exit(1 if problems else 0)


def _decisions(folder: Path | None) -> tuple[str, list[str]]:
    from pipeline.reconciliation import adjudications

    path = folder or adjudications.folder()
    found = adjudications.load(path)
    against = [f"{decision.entry} {why}" for decision, why in found.contradictions]
    count = told("{n} decisions, {reviews} reviews, {signed} sign-offs in {folder}", n=len(found.decisions), reviews=len(found.reviews),
                 signed=len(found.sign_offs), folder=path)  # fmt: skip
    return count, [*found.problems, *against]


def _registry(path: Path) -> tuple[str, list[str]]:
    from pipeline.sources.registry import RegistryError, load_registry

    if not path.exists():
        return told("none at {path}", path=path), []
    try:
        found = load_registry(path)
    except RegistryError as error:
        return str(path), list(error.problems)
    return told("{publishers} publishers, {sites} sites", publishers=len(found.publishers), sites=sum(len(p.sites) for p in found.publishers)), []


def _lexicon() -> tuple[str, list[str]]:
    from pipeline.lexicon import VARIABLE, LexiconError, lexicon

    try:
        return told("{n} entries", n=sum(1 for _ in lexicon().kinds())), []
    except LexiconError as error:
        return os.environ.get(VARIABLE, ""), [str(error)]
