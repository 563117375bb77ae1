"""The registry of publishers (公开单位名录): who publishes, under which names, and where to look.

One YAML file or a folder of them, edited by hand, validated on load; every mistake is reported with its file and
line.  What belongs here: the entries and their validation.  What may not: requests, or any address of a real site.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from pipeline.lexicon import name_of

Kind = Literal["department", "unit"]
Level = Literal["central", "province", "city", "county", "township"]


class RegistryError(ValueError):
    """The registry cannot be used; ``problems`` has one line a mistake: file, line, entry, what is wrong."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


def _check_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        raise ValueError(f"{url!r} is not an http(s) address")
    if not parts.hostname:
        raise ValueError(f"{url!r} names no host")
    if parts.username or parts.password:
        raise ValueError(f"{url!r} carries a user name or password; leave them out")
    _ = parts.port  # raises ValueError for a port that is none
    return url


Url = Annotated[str, Field(min_length=1)]


class _Site(_Entry):
    """What every kind of site says: further hosts, years of use, and exceptions to the rules for all."""

    url: Url
    hosts: tuple[str, ...] = ()  # further hosts that its links may lead to; "*.name" for all below a name
    redirects_to: tuple[str, ...] = ()  # hosts that only a redirect may lead to
    allow_private: bool = False  # whether its hosts may have private or loopback addresses (an intranet, a test)
    shared: bool = False  # a platform of many publishers: a title must name the publisher to count
    charset: str | None = None  # only where a site's own declaration and the bytes both mislead
    since: int | None = None  # first and last fiscal year that is published here
    until: int | None = None

    @field_validator("url")
    @classmethod
    def _valid_url(cls, url: str) -> str:
        return _check_url(url)

    @field_validator("charset")
    @classmethod
    def _known_charset(cls, charset: str | None) -> str | None:
        if charset is not None:
            try:
                "".encode(charset)
            except LookupError:
                raise ValueError(f"no charset is called {charset!r}") from None
        return charset

    def serves(self, fiscal_year: int) -> bool:
        """Whether the site is to be asked for a fiscal year."""
        return (self.since is None or self.since <= fiscal_year) and (self.until is None or fiscal_year <= self.until)


class ListSite(_Site):
    """A list page (栏目列表): its further pages by the text of the next link, or by a template with ``{page}``."""

    kind: Literal["list"]
    next_link: str | None = name_of("link_titles", "next_page")
    page_template: str | None = None
    first_page: int = 2  # number of the second page in the template: some sites call it index_1.html
    max_pages: Annotated[int, Field(ge=1, le=500)] = 20
    rows: str | None = None  # CSS selector of one row, where the whole page misleads

    @field_validator("page_template")
    @classmethod
    def _has_page(cls, template: str | None) -> str | None:
        if template is not None and "{page}" not in template:
            raise ValueError("page_template must contain {page}")
        return template


class DetailSite(_Site):
    """A page with the report's attachments, or the report itself, for one known fiscal year."""

    kind: Literal["detail"]
    fiscal_year: int


class JsonSite(_Site):
    """A search or list endpoint that answers JSON; ``{year}`` and ``{page}`` are filled in where they stand."""

    kind: Literal["json"]
    method: Literal["GET", "POST"] = "GET"
    form: dict[str, str] = {}  # sent with POST, with the same placeholders
    items: str  # path to the list, e.g. data.results
    title: str  # names inside one item
    link: str
    date: str | None = None
    link_template: str | None = None  # e.g. /detail/{link}.html where the item has an id only
    first_page: int = 1
    max_pages: Annotated[int, Field(ge=1, le=500)] = 20


class DirectSite(_Site):
    """The address of one report's document, known by other means."""

    kind: Literal["direct"]
    fiscal_year: int
    title: str = ""


Site = Annotated[ListSite | DetailSite | JsonSite | DirectSite, Field(discriminator="kind")]


class FormerName(_Entry):
    """A name in use until a fiscal year, that included (机构改革前名称)."""

    name: Annotated[str, Field(min_length=2)]
    since: int | None = None
    until: int


class Publisher(_Entry):
    """One department or unit, its names and its sites."""

    name: Annotated[str, Field(min_length=2)]
    kind: Kind
    division: str
    level: Level
    parent: str | None = None
    aliases: tuple[str, ...] = ()
    former_names: tuple[FormerName, ...] = ()
    sites: tuple[Site, ...]

    @field_validator("division", mode="before")
    @classmethod
    def _code(cls, code: Any) -> Any:
        if not (isinstance(code, str) and code.isascii() and code.isdigit() and len(code) in (6, 9, 12)):
            raise ValueError(f"division is a code of 6, 9 or 12 digits in quotes, not {code!r}")
        return code

    @model_validator(mode="after")
    def _unit_has_no_sites_of_none(self) -> Publisher:
        if not self.sites:
            raise ValueError("an entry needs at least one site")
        if self.parent == self.name:
            raise ValueError("parent is the entry itself")
        return self

    def names_in(self, fiscal_year: int) -> tuple[str, ...]:
        """Every name that a report for the year may carry: the present one, aliases, and former names of that year.

        A former name stays valid for a year after its last: reports are printed after the year they account for.
        """
        former = [f.name for f in self.former_names if (f.since or 0) <= fiscal_year <= f.until]
        return (self.name, *self.aliases, *former)


class HostLimits(_Entry):
    """How fast one host may be asked."""

    requests_per_second: Annotated[float, Field(gt=0, le=1000)] = 1.0
    concurrency: Annotated[int, Field(ge=1, le=64)] = 2


class Defaults(HostLimits):
    """What holds where an entry says nothing else."""

    expected_by: str = "10-31"  # month and day of the year after the fiscal year

    @field_validator("expected_by")
    @classmethod
    def _month_and_day(cls, text: str) -> str:
        try:
            dt.date.fromisoformat(f"2001-{text}")
        except ValueError:
            raise ValueError(f"expected_by is a month and day like 10-31, not {text!r}") from None
        return text


class Registry(_Entry):
    """All publishers, with the limits by host."""

    publishers: tuple[Publisher, ...]
    hosts: dict[str, HostLimits] = {}
    defaults: Defaults = Defaults()

    def expected_by(self, fiscal_year: int) -> dt.date:
        """The day after which a missing report is worth a warning."""
        return dt.date.fromisoformat(f"{fiscal_year + 1}-{self.defaults.expected_by}")

    def private_hosts(self) -> frozenset[str]:
        """Hosts whose entries allow private addresses."""
        return frozenset(
            host for p in self.publishers for s in p.sites if s.allow_private for host in (urlsplit(s.url).hostname or "", *s.hosts, *s.redirects_to)
        )


class _Lines(yaml.SafeLoader):
    """YAML that refuses the same key twice, which plain YAML overwrites in silence."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            if key_node.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{key_node.value!r} is given twice", key_node.start_mark)
            seen.add(key_node.value)
        return super().construct_mapping(node, deep)


def _line(node: yaml.Node | None, path: tuple[int | str, ...]) -> int:
    """The line of the deepest node that a pydantic location reaches (tags of unions are no nodes and are skipped)."""
    line = 1
    for step in path:
        if node is None:
            break
        line = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            found = [(k, v) for k, v in node.value if k.value == str(step)]
            if found:
                line, node = found[0][0].start_mark.line + 1, found[0][1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line + 1
    return line


def _problems(file: Path, node: yaml.Node | None, data: dict[str, Any], error: ValidationError) -> Iterator[str]:
    for e in error.errors(include_url=False):
        loc = e["loc"]
        where = ".".join(str(x) for x in loc)
        entry = ""
        if len(loc) > 1 and loc[0] == "publishers" and isinstance(loc[1], int):
            item = data["publishers"][loc[1]]
            entry = f" ({item['name']})" if isinstance(item, dict) and isinstance(item.get("name"), str) else ""
        yield f"{file}:{_line(node, loc)}: {where}{entry}: {e['msg'].removeprefix('Value error, ')}"


def _registry_file(file: Path) -> tuple[Registry, yaml.Node | None, bool]:
    """What one file enters, with its nodes (for lines) and whether it gives defaults.  Raises :class:`RegistryError`."""
    try:
        text = file.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=_Lines)
        data = yaml.load(text, Loader=_Lines)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise RegistryError([f"{file}: {' '.join(str(error).split())}"]) from error
    if not isinstance(data, dict) or not isinstance(data.get("publishers", []), list):
        raise RegistryError([f"{file}:1: a registry file is a mapping with a list under 'publishers'"])
    try:
        return Registry.model_validate({"publishers": [], **data}), node, "defaults" in data
    except ValidationError as error:
        raise RegistryError(list(_problems(file, node, data, error))) from error


def load_registry(path: Path | str) -> Registry:
    """Read a registry file, or every ``*.yaml`` / ``*.yml`` of a folder and its subfolders.

    Raises:
        RegistryError: with every mistake of every file, each with file and line.
    """
    path = Path(path)
    files = sorted(f for f in path.rglob("*") if f.suffix in (".yaml", ".yml")) if path.is_dir() else [path]
    problems: list[str] = []
    publishers: list[Publisher] = []
    hosts: dict[str, HostLimits] = {}
    defaults: Defaults | None = None
    seen: dict[str, str] = {}
    if not files:
        raise RegistryError([f"{path}: no .yaml file in this folder"])
    for file in files:
        try:
            part, node, gives_defaults = _registry_file(file)
        except RegistryError as error:
            problems += error.problems
            continue
        for i, publisher in enumerate(part.publishers):
            here = f"{file}:{_line(node, ('publishers', i))}"
            if publisher.name in seen:
                problems.append(f"{here}: {publisher.name} is already entered at {seen[publisher.name]}")
            seen.setdefault(publisher.name, here)
            publishers.append(publisher)
        hosts.update(part.hosts)
        if gives_defaults:
            if defaults is not None:
                problems.append(f"{file}:{_line(node, ('defaults',))}: defaults are given in more than one file")
            defaults = part.defaults
    if problems:
        raise RegistryError(problems)
    return Registry(publishers=tuple(publishers), hosts=hosts, defaults=defaults or Defaults())
