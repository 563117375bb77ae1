"""The inbox (收件箱): documents obtained by hand, with the same store and the same provenance as fetched ones.

What belongs here: a folder's files and their optional sidecars.  What may not: moving or changing what a person put there.
A sidecar stands beside its file: ``report.pdf`` and ``report.pdf.yaml`` (or ``.json``).
"""

from __future__ import annotations

import datetime as dt
import os
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.model import harmless
from pipeline.model.failures import told
from pipeline.sources.exchange import Exchange, FetchProblem
from pipeline.sources.fetching import Fetched, Fetcher
from pipeline.sources.guard import Scope
from pipeline.sources.media import HTML, sniff
from pipeline.sources.publications import PartLink, Publication
from pipeline.sources.store import Spool
from pipeline.sources.titles import fiscal_year_of, normal, says_accounts

SIDECAR_ENDINGS = (".yaml", ".yml", ".json")
_CHUNK = 1 << 20
_FRONT = 4096


class Sidecar(BaseModel):
    """What a person may say about a document of the inbox; everything is optional."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    publisher: str | None = None
    fiscal_year: int | None = None
    title: str | None = None
    url: str | None = None  # where the person had it from
    obtained: dt.date | None = None
    note: str | None = None


@dataclass(frozen=True)
class Taken:
    """One file of the inbox and what became of it."""

    path: Path
    publication: Publication
    fetched: Fetched


def waiting(folder: Path, settle_seconds: float = 2.0) -> list[Path]:
    """Documents in the inbox, in order; a file that was changed a moment ago may still be on its way in and is left for later."""
    if not folder.is_dir():
        return []
    files: list[Path] = []
    for base, folders, names in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for name in sorted(names):
            path = Path(base, name)
            if name.startswith((".", "~$")) or _is_sidecar(path) or not path.is_file() or path.is_symlink():
                continue
            with suppress(FileNotFoundError):  # taken away meanwhile
                if time.time() - path.stat().st_mtime >= settle_seconds:
                    files.append(path)
    return files


def _is_sidecar(path: Path) -> bool:
    return path.suffix.lower() in SIDECAR_ENDINGS


def likely_year(path: Path) -> int | None:
    """The fiscal year that a document looks like without being read: by its sidecar, its name, or how it begins.

    Good enough to choose which year to run first, and for nothing else: the reading tells what it is of.
    """
    try:
        said = _sidecar(path).fiscal_year
    except (FetchProblem, OSError):
        said = None
    titles = (normal(text) for text in (path.stem, _front(path)))
    return said or next((fiscal_year_of(title, None)[0] for title in titles if says_accounts(title)), None)


def _front(path: Path) -> str:
    """The text of a PDF's first page, or how another file begins, which only of a text gives words."""
    with suppress(OSError):  # gone, or not for us: taking it says why
        try:
            with pdfium.PdfDocument(path) as document:
                return str(document[0].get_textpage().get_text_range())
        except pdfium.PdfiumError:
            with path.open("rb") as file:
                return file.read(_FRONT).decode("utf-8", "ignore")
    return ""


def take(folder: Path, fetcher: Fetcher, settle_seconds: float = 2.0) -> list[Taken]:
    """Put every document of the inbox into the store; what is refused gets its line, and the others are taken all the same."""
    return [_take(folder, path, fetcher) for path in waiting(folder, settle_seconds)]


def _take(folder: Path, path: Path, fetcher: Fetcher) -> Taken:
    name = harmless.line(str(path.relative_to(folder)).encode("utf-8", "surrogateescape").decode("utf-8", "replace"), 300)
    url = "inbox:" + name
    part = PartLink(url, name)
    said = Sidecar()
    try:
        said = _sidecar(path)
        publication = _publication(said, name, url)
        return Taken(path, publication, _store(path, part, publication, fetcher, said))
    except FetchProblem as problem:
        return Taken(path, _publication(said, name, url), Fetched(url, name, problem.kind, harmless.line(problem.line, 300)))
    except OSError as error:
        return Taken(
            path,
            _publication(said, name, url),
            Fetched(url, name, "failed", harmless.line(f"it cannot be taken ({error.strerror or error})", 300)),
        )
    except Exception as error:  # the wall between files
        return Taken(path, _publication(said, name, url), Fetched(url, name, "failed", f"not understood, a fault of ours: {told(error)}"))


def _sidecar(path: Path) -> Sidecar:
    for ending in SIDECAR_ENDINGS:
        beside = path.with_name(path.name + ending)
        if beside.is_file():
            try:
                text = beside.read_text(encoding="utf-8")
                if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, yaml.SafeLoader)):
                    raise ValueError("it refers to itself")  # a few lines so written stand for any number
                data: Any = yaml.safe_load(text)
                return Sidecar.model_validate(data or {})
            except ValidationError as error:  # in its own words what is wrong would be written out, whatever references make of it
                first = error.errors(include_url=False, include_input=False)[0]
                raise FetchProblem("refused", f"its sidecar {beside.name}: {'.'.join(map(str, first['loc'])) or 'it'}: {first['msg']}") from error
            except (yaml.YAMLError, ValueError, RecursionError) as error:  # a day that is none raises ValueError
                raise FetchProblem("refused", f"its sidecar {beside.name} does not parse ({' '.join(str(error).split())})") from error
    return Sidecar()


def _publication(said: Sidecar, name: str, url: str) -> Publication:
    return Publication(
        said.publisher or "",
        said.fiscal_year or 0,
        said.title or name,
        said.url or url,
        (PartLink(url, name),),
        "inbox",
        Scope((), ()),
        said.obtained,
    )


def _store(path: Path, part: PartLink, publication: Publication, fetcher: Fetcher, said: Sidecar) -> Fetched:
    stat = path.stat()
    state = fetcher.state(part.url)
    mark = f"{stat.st_size}-{stat.st_mtime_ns}"
    if state is not None and state.etag == mark:
        return Fetched.of(part, state, "unchanged")
    if stat.st_size > fetcher.client.limits.document_bytes:
        raise FetchProblem("refused", f"{stat.st_size:,} bytes, more than the limit of {fetcher.client.limits.document_bytes:,}")
    with fetcher.store.spool() as spool:
        _copy(path, spool)
        media_type = sniff(spool.path)
        problem = fetcher.wrong(PartLink(part.url, part.title, is_page=media_type is HTML), spool, media_type)
        if problem is not None:
            raise problem
        modified = dt.datetime.fromtimestamp(stat.st_mtime, dt.UTC)
        exchange = Exchange(
            part.url,
            said.url or part.url,
            (),
            0,
            {"etag": mark, "date": modified.isoformat()},
            dt.datetime.now(dt.UTC),
            0.0,
            stat.st_size,
        )
        return fetcher.keep(part, publication, state, exchange, spool, media_type)


def _copy(path: Path, spool: Spool) -> None:
    with path.open("rb") as source:
        while piece := source.read(_CHUNK):
            spool.write(piece)
    spool.finish()
