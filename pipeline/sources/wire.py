"""The words of strangers: whatever comes over the wire, parsed so that nothing comes of rubbish but ``None`` or a :class:`FetchProblem`.

Addresses, numbers, dates, waits, encodings, compressed bodies, JSON and paths into it: every function here takes any text or bytes
whatever (the tests feed them arbitrary ones) and raises nothing else.
What belongs here: such parsing.  What may not: what an answer means, or any request.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
import math
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

from pipeline.sources.exchange import FetchProblem

#: Digits of the largest number that is one: more than any size, count or time needs.
_MOST_DIGITS = 18
_DATE = re.compile(r"(?<![0-9])(20[0-9]{2})\s*[-/.年]\s*([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})(?![0-9])")
#: What begins an answer that is wrapped in a call.
_JSONP = re.compile(r"\s*[\w.$]+\s*\(")
#: Chinese time is eight hours ahead of the epoch's.
_EPOCH = dt.datetime(1970, 1, 1, 8)  # noqa: DTZ001 - a day in China, not a moment
_PIECE = 65536
_TAG = re.compile(r"<(/?)([A-Za-z][\w:-]*)([^<]*)")
#: Elements that hold nothing, and those that end by themselves where the next one of their kind begins.
_NEVER_DEEP = frozenset(
    re.findall(r"\w+", "a area base br col embed hr img input link meta param source track wbr li dt dd p option optgroup tr td th thead tbody tfoot")
)
_DEEPEST = 3000
_MOST_ATTRIBUTES = 3000


def whole_number(text: str | None) -> int | None:
    """A number of plain digits (``²`` and five thousand digits are none)."""
    plain = (text or "").strip()
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) <= _MOST_DIGITS else None


def header(value: Any) -> str | None:
    """A header's value that can be sent back to the server that gave it: ASCII, printable, of bearable length."""
    return value if isinstance(value, str) and value.isascii() and value.isprintable() and 0 < len(value) <= 1000 else None


def wait_asked(value: str | None) -> float | None:
    """Seconds that a Retry-After header asks for, given as seconds or as a date; ``None`` where it asks for nothing that can be told."""
    if (seconds := whole_number(value)) is not None:
        return float(seconds)
    try:
        at = parsedate_to_datetime(value or "")
        at = at if at.tzinfo else at.replace(tzinfo=dt.UTC)
        return max(0.0, (at - dt.datetime.now(dt.UTC)).total_seconds())
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


# ---------------------------------------------------------------- addresses


def split_address(url: str) -> SplitResult | None:
    """The parts of an address whose host and port can be told; ``None`` for any other text (``http://[x``, a port of letters)."""
    try:
        parts = urlsplit(url)
        _ = parts.port, parts.hostname
    except ValueError:
        return None
    return parts


def joined(base: str, link: str) -> str | None:
    """A link resolved against the address of its page, or ``None``."""
    try:
        return urljoin(base, link)
    except ValueError:
        return None


# ---------------------------------------------------------------- dates


def date_in(text: str) -> dt.date | None:
    """The last date that a text gives (rows end with their date of publication)."""
    for year, month, day in reversed(_DATE.findall(text)):
        try:
            return dt.date(int(year), int(month), int(day))
        except ValueError:
            continue
    return None


def first_date(text: str) -> dt.date | None:
    """The first thing in a text that looks like a date, if it is one."""
    found = _DATE.search(text)
    return date_in(found.group(0)) if found else None


def day_of(value: Any) -> dt.date | None:
    """The day of a JSON value: a text with a date, or seconds or milliseconds since 1970, in Chinese time."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        if not math.isfinite(value) or not 10**8 < value < 10**14:
            return None
        return (_EPOCH + dt.timedelta(seconds=value / 1000 if value > 10**11 else value)).date()
    return date_in(str(value)[:200])


# ---------------------------------------------------------------- JSON


def parsed_json(text: str) -> Any:
    """The value of a JSON text, also of one that is wrapped in a call (JSONP).  Raises :class:`FetchProblem`."""
    begins, end = _JSONP.match(text), text.rstrip().removesuffix(";").rstrip()
    try:
        return json.loads(end[begins.end() : -1] if begins and end.endswith(")") else text.lstrip("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise FetchProblem("failed", f"the answer is no JSON ({' '.join(str(error).split())[:120]})") from None


def value_at(data: Any, path: str) -> Any:
    """The value at a dotted path (``data.results``, ``hits.0.items``; an empty path is the whole); ``None`` where there is none."""
    for step in path.split(".") if path else ():
        if isinstance(data, list):
            number = whole_number(step)
            data = data[number] if number is not None and number < len(data) else None
        else:
            data = data.get(step) if isinstance(data, Mapping) else None
    return data


# ---------------------------------------------------------------- markup


def bounded_markup(text: str) -> str:
    """The text of a page whose markup a parser takes in bearable time: with the depth of its elements, and with the attributes of one,
    the time grows as the square, and nothing ends it.  Raises :class:`FetchProblem` for any other page."""
    left_open: Counter[str] = Counter()
    for tag in _TAG.finditer(text):
        closes, name, rest = tag.groups()
        if len(rest) > _MOST_ATTRIBUTES and len(rest.partition(">")[0].split()) > _MOST_ATTRIBUTES:
            raise FetchProblem("refused", f"an element with more than {_MOST_ATTRIBUTES:,} attributes: no page for readers")
        if (element := name.lower()) in _NEVER_DEEP:
            continue
        left_open[element] = max(0, left_open[element] + (-1 if closes else 1))
        if left_open[element] > _DEEPEST:
            raise FetchProblem("refused", f"elements more than {_DEEPEST:,} deep in one another: no page for readers")
    return text


# ---------------------------------------------------------------- bodies


def inflated(pieces: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """A body in pieces of bounded size, whatever it expands to.  Raises :class:`FetchProblem` for an unknown encoding or damage.

    Deflate comes with its wrapper or, from some servers, without; what follows the end of a compressed body is passed over.
    """
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        yield from pieces
        return
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise FetchProblem("refused", f"content encoding {encoding[:40]!r} was not asked for")
    source = iter(pieces)
    head = b""
    while len(head) < 2 and (more := next(source, None)) is not None:
        head += more
    unpack = _unpacker(encoding, head)
    for raw in itertools.chain((head,), source, (b"",)):  # with the empty one comes what the unpacker still holds
        yield from _unpacked(unpack, raw)
    if not unpack.eof:
        raise FetchProblem("failed", "the compressed body is cut off", retry=True)


def _unpacker(encoding: str, head: bytes) -> zlib._Decompress:
    if encoding != "deflate":
        return zlib.decompressobj(wbits=47)
    try:
        zlib.decompressobj(wbits=15).decompress(head, 1)
    except zlib.error:
        return zlib.decompressobj(wbits=-15)  # some servers send deflate without its wrapper
    return zlib.decompressobj(wbits=15)


def _unpacked(unpack: zlib._Decompress, raw: bytes) -> Iterator[bytes]:
    while not unpack.eof:
        try:
            piece = unpack.decompress(raw, _PIECE)
        except zlib.error as error:
            raise FetchProblem("failed", f"the compressed body is damaged ({error})", retry=True) from error
        if piece:
            yield piece
        raw = unpack.unconsumed_tail
        if not raw and len(piece) < _PIECE:
            return
