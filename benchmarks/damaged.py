"""Damaged documents of every format: is each read as it was, or is it said that something is wrong with it?

    python -m benchmarks.damaged [--n 1000] [--seed 1] [--first 0] [--kinds pdf,xls] [--show 5]

A small report is written in every format and damaged ``--n`` times, each time in a way drawn from the seed: bits and bytes changed, stretches
zeroed, left out, doubled or swapped, the end cut off, and what the format itself counts on (checksums and lengths of zips, chains of compound
files, records of workbooks, the table of objects of a PDF).  Counts by format: read alike, refused, said (damage, an unread part, a doubt
on what differs), found (only a finding that the sound document does not have: the publisher is blamed), unchecked (only an equation that is
not evaluated and names the line or the meaning that is missing), and **silent**: an amount differs and nothing says so.
Each is read in a process of its own: one that dies of a document, or does not end, counts as such.

What belongs here: damage and its count.  What may not: how the documents are made.
"""

from __future__ import annotations

import argparse
import logging
import os
import random
import resource
import signal
import struct
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from benchmarks.bars import Bar, peak_megabytes, show  # noqa: E402
from expectations.confront import confront, judged  # noqa: E402
from pipeline.model.contents import ReportContents  # noqa: E402
from pipeline.reading import UnreadableDocument, office  # noqa: E402
from pipeline.reports.read import read_report  # noqa: E402
from samples.as_text import TextStyle, as_text  # noqa: E402
from samples.build import read_input, sample_folders  # noqa: E402
from samples.figures import ReportFigures  # noqa: E402
from samples.layout import Layout  # noqa: E402
from samples.report import ReportText, printed_forms, typeset  # noqa: E402
from tests.reading.archive_files import rar_file, seven_zip_file, zip_file  # noqa: E402
from tests.reading.grid_files import as_sheets, as_web, as_word  # noqa: E402
from tests.reading.ofd_file import as_ofd  # noqa: E402

FORMS = ("income_expenditure_summary", "income", "expenditure")
#: Formats whose bytes are the text itself: a digit for another is a document that says something else, which only its sums tell.
PLAIN = ("html", "txt", "rtf", "doc")
#: What reading one document may take.
_MOST_MEMORY, _MOST_SECONDS = 4 << 30, 120


def documents() -> dict[str, bytes]:
    """A small report in every format; those that LibreOffice writes only where it is."""
    figures, layout, _ = read_input(sample_folders()[0])
    of = replace(figures, forms={form: figures.forms[form] for form in FORMS})
    grids = printed_forms(of, Layout())
    word, book = as_word(of.publisher, of.year, grids), as_sheets(of.publisher, of.year, grids)
    pdf, ofd = typeset(of, replace(layout, own_page=False), ReportText()).pdf, as_ofd(of.publisher, of.year, grids)
    made = {
        "pdf": pdf, "docx": word, "xlsx": book, "ofd": ofd,
        "html": as_web(of.publisher, of.year, grids), "txt": _text(of), "zip": zip_file({"公开表.xlsx": book}),
        "7z": seven_zip_file({"公开表.xlsx": book}), "rar": rar_file({"公开表.xlsx": book}),
    }  # fmt: skip
    if office.program() is not None:
        made |= {kind: office.converted(word, "docx", kind) for kind in ("doc", "rtf")} | {"xls": office.converted(book, "xlsx", "xls")}
    return made


def _text(of: ReportFigures) -> bytes:
    return as_text(of, Layout(), TextStyle("tabs")).encode()


# ---------------------------------------------------------------- damage

Damage = Callable[[bytearray, random.Random], None]


def _bit(data: bytearray, rng: random.Random) -> None:
    data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)


def _bytes(data: bytearray, rng: random.Random) -> None:
    for _ in range(rng.randint(2, 12)):
        data[rng.randrange(len(data))] = rng.randrange(256)


def _zeros(data: bytearray, rng: random.Random) -> None:
    at, size = _stretch(data, rng)
    data[at : at + size] = bytes(size)


def _left_out(data: bytearray, rng: random.Random) -> None:
    at, size = _stretch(data, rng)
    del data[at : at + size]


def _doubled(data: bytearray, rng: random.Random) -> None:
    at, size = _stretch(data, rng)
    data[at:at] = data[at : at + size]


def _swapped(data: bytearray, rng: random.Random) -> None:
    size = rng.choice((64, 512))
    one, other = (rng.randrange(max(1, len(data) // size)) * size for _ in range(2))
    first, second = bytes(data[one : one + size]), bytes(data[other : other + size])
    if len(first) == len(second):
        data[one : one + size], data[other : other + size] = second, first


def _cut(data: bytearray, rng: random.Random) -> None:
    del data[rng.randrange(16, len(data)) :]


def _stretch(data: bytearray, rng: random.Random) -> tuple[int, int]:
    size = rng.choice((1, 4, 16, 64, 512))
    return rng.randrange(max(1, len(data) - size)), min(size, len(data))


def _zip_counts(data: bytearray, rng: random.Random) -> None:
    """A checksum or a length of a member, in its header or in the list."""
    heads = [(at, offset) for mark, offset in ((b"PK\x03\x04", 14), (b"PK\x01\x02", 16)) for at in _places(data, mark)]
    if heads:
        at, offset = rng.choice(heads)
        data[at + offset + rng.randrange(12)] ^= 1 << rng.randrange(8)


def _chain(data: bytearray, rng: random.Random) -> None:
    """A link of a compound file's chain of sectors."""
    first = struct.unpack_from("<I", data, 76)[0]
    at = (first + 1) * 512 + 4 * rng.randrange(128)
    if at + 4 <= len(data):
        struct.pack_into("<I", data, at, rng.choice((0xFFFFFFFE, 0xFFFFFFFF, rng.randrange(len(data) // 512))))


def _records(data: bytearray, rng: random.Random) -> None:
    """A cell of a workbook: its record is another kind, another length, another row or column, or in another's place."""
    kinds = (b"\xfd\x00\x0a\x00", b"\x03\x02\x0e\x00", b"\x7e\x02\x0a\x00", b"\x08\x02\x10\x00")
    cells = [at for kind in kinds for at in _places(data, kind)]
    if cells:
        at = rng.choice(cells)
        data[at + rng.randrange(10)] ^= 1 << rng.randrange(8)


def _objects(data: bytearray, rng: random.Random) -> None:
    """An entry of a PDF's table of objects, or a number that refers to one."""
    places = [at + 10 for at in _places(data, b" 00000 n")] + _places(data, b" 0 R")
    at = rng.choice(places) - rng.randint(1, 3)
    data[at] = ord("0") + rng.randrange(10)


def _places(data: bytearray, mark: bytes) -> list[int]:
    found, at = [], data.find(mark)
    while at >= 0:
        found.append(at)
        at = data.find(mark, at + 1)
    return found


ANY: Sequence[Damage] = (_bit, _bytes, _zeros, _left_out, _doubled, _swapped, _cut)
OWN: Mapping[str, Sequence[Damage]] = {
    "pdf": (_objects,), "xls": (_chain, _records), "doc": (_chain,), **dict.fromkeys(("docx", "xlsx", "ofd", "zip"), (_zip_counts,)),
}  # fmt: skip


# ---------------------------------------------------------------- outcome


@dataclass(frozen=True)
class Sound:
    """The document as it is without damage."""

    amounts: Counter[tuple[object, ...]]
    findings: frozenset[tuple[object, ...]]
    missing: frozenset[str]

    @classmethod
    def of(cls, contents: ReportContents) -> Sound:
        return cls(amounts(contents), findings(contents), missing(contents))


def amounts(contents: ReportContents, sure: bool = False) -> Counter[tuple[object, ...]]:
    """The amounts of the forms with their addresses; ``sure``: those without a doubt."""
    return Counter(
        (f.statement, f.side, f.code, (f.concept or f.label) if not f.code else "", f.measure, f.value)
        for f in contents.figures
        if f.section == "form" and f.value is not None and not (sure and f.doubt)
    )


def _values(found: Counter[tuple[object, ...]]) -> Counter[object]:
    return Counter(value for *_, value in found.elements())


def findings(contents: ReportContents) -> frozenset[tuple[object, ...]]:
    return frozenset((f["rule_id"], f["place"], str(f["printed"])) for f in judged(contents).findings)


def missing(contents: ReportContents) -> frozenset[str]:
    """What equations that are not evaluated say is not found."""
    return frozenset(str(e["reason"]) for e in confront(contents).equations if str(e["reason"] or "").startswith("not found: "))


def outcome(data: bytes, sound: Sound) -> str:
    """``alike``, ``refused``, ``said``, ``found``, ``unchecked`` or ``silent``; any other exception than a refusal passes."""
    try:
        contents = read_report(data)
    except UnreadableDocument:
        return "refused"
    if amounts(contents) == sound.amounts:
        return "alike"
    if says(contents):
        return "said"
    wrong, gone = amounts(contents, sure=True) - sound.amounts, sound.amounts - amounts(contents)
    if not wrong and not _values(gone) - _values(amounts(contents) - amounts(contents, sure=True)):
        return "said"  # what is not at its place is read with a doubt
    if findings(contents) - sound.findings:
        return "found"
    return "unchecked" if missing(contents) - sound.missing else "silent"


def says(contents: ReportContents) -> bool:
    """Whether a report says that something of it is damaged, lost or unread."""
    unread = any(row["state"] == "unread" for row in contents.rows_of("core.parts"))
    lost = any(row["decimals_lost"] for row in contents.rows_of("core.pages"))
    return unread or lost or any(p.problem for p in contents.parts)


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--n", type=int, default=1000, help="damaged documents of each format")
    ask.add_argument("--first", type=int, default=0, help="number of the first, to go on with")
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--kinds", default="", help="formats, with commas between them; all by default")
    ask.add_argument("--show", type=int, default=5, help="silent ones that are named")
    asked = ask.parse_args()
    logging.disable(logging.CRITICAL)  # what libraries say of damaged files
    bars = []
    with tempfile.TemporaryDirectory() as folder:
        office.keep_in(lambda: Path(folder))
        made = documents()
        office.program = lambda: None  # type: ignore[assignment]  # a conversion takes seconds; the file's own text is the witness
        for kind in [k for k in made if not asked.kinds or k in asked.kinds.split(",")]:
            bars += _bars(kind, made[kind], asked)
    peak = peak_megabytes(resource.RUSAGE_CHILDREN)
    return show([*bars, Bar("memory", "≤ 900 MB", f"{peak} MB", peak <= 900)])


def _bars(kind: str, data: bytes, asked: argparse.Namespace) -> list[Bar]:
    contents = read_report(data)
    if says(contents):
        raise ValueError(f"{kind}: the sound document is not read whole")
    sound, counts, shown = Sound.of(contents), Counter[str](), 0
    for number in range(asked.first, asked.first + asked.n):
        rng = random.Random(f"{asked.seed}/{kind}/{number}")
        damage = rng.choice((*ANY, *OWN.get(kind, ()), *OWN.get(kind, ())))
        damaged = bytearray(data)
        damage(damaged, rng)
        became, told = _apart(bytes(damaged), sound)
        counts[became] += 1
        if told:
            print(f"{kind} {number} {damage.__name__}: {became}: {told}", flush=True)
        if (became == "silent" or (became == "found" and kind not in PLAIN)) and shown < asked.show:
            shown += 1
            print(f"{kind} {number} {damage.__name__}: {became}", flush=True)
    print(f"{kind}: {dict(counts.most_common())}", flush=True)
    silent, of = counts["silent"], f"of {counts.total()}"
    demanded, met = ("≤ 2 %, by its sums alone", silent <= counts.total() / 50) if kind in PLAIN else ("0", not silent)
    ended = [Bar(f"{kind}: {name}", "0", f"{counts[name]} {of}", not counts[name]) for name in ("crashed", "died", "late")]
    return [Bar(f"{kind}: silent", demanded, f"{silent} {of}", met), *ended]


def _apart(data: bytes, sound: Sound) -> tuple[str, str]:
    """The outcome in a process of its own, within so much memory and time, and what is to be told of it."""
    into, out = os.pipe()
    child = os.fork()
    if not child:
        resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
        signal.setitimer(signal.ITIMER_PROF, _MOST_SECONDS)  # of the processor: other work on the machine does not count
        try:
            told = "\n".join((outcome(data, sound), ""))
        except Exception as error:
            told = f"crashed\n{type(error).__name__}: {error}"
        os.write(out, told.encode()[:4096])
        os._exit(0)
    os.close(out)
    with os.fdopen(into, "rb") as pipe:
        answer = pipe.read().decode(errors="replace")
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status:
        return ("late" if status == -signal.SIGPROF else "died"), f"exit status {status}"
    became, _, told = answer.partition("\n")
    return became, told


if __name__ == "__main__":
    sys.exit(main())
