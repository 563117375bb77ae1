"""Old office files made by hand: compound files (MS-CFB), workbooks (BIFF8) and Word documents (MS-DOC) of the least that they need."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

_SECTOR = 512
_ROW_END = struct.pack("<HB", 0x2417, 1)
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def compound(streams: Mapping[str, bytes]) -> bytes:
    """A compound file with streams by path (``ObjectPool/_1/Workbook``); each is padded beyond the size of a short stream."""
    nodes: list[dict[str, object]] = [{"name": "Root Entry", "kind": 5, "children": [], "data": b""}]

    def folder(path: tuple[str, ...]) -> dict[str, object]:
        node = nodes[0]
        for name in path:
            found = next((n for n in node["children"] if n["name"] == name), None)  # type: ignore[attr-defined]
            if found is None:
                found = {"name": name, "kind": 1, "children": [], "data": b""}
                node["children"].append(found)  # type: ignore[attr-defined]
                nodes.append(found)
            node = found
        return node

    for path, data in streams.items():
        *above, name = path.split("/")
        leaf: dict[str, object] = {"name": name, "kind": 2, "children": [], "data": data.ljust(4096, b"\0")}
        folder(tuple(above))["children"].append(leaf)  # type: ignore[attr-defined]
        nodes.append(leaf)
    number = {id(n): i for i, n in enumerate(nodes)}
    fat: list[int] = []
    body = b""
    for node in nodes:
        data = node["data"]
        assert isinstance(data, bytes)
        node["start"] = len(fat) if data else _END
        count = -(-len(data) // _SECTOR)
        fat += [*range(len(fat) + 1, len(fat) + count), _END] if count else []
        body += data.ljust(count * _SECTOR, b"\0")
    directory = b"".join(_entry(n, number) for n in nodes)
    directory_at, sectors = len(fat), -(-len(directory) // _SECTOR)
    fat += [*range(len(fat) + 1, len(fat) + sectors), _END]
    body += directory.ljust(sectors * _SECTOR, b"\0")
    tables = 1
    while tables * 128 < len(fat) + tables:
        tables += 1
    fat_at = len(fat)
    fat += [_FAT] * tables
    fat += [_FREE] * (tables * 128 - len(fat))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<9I", 0, tables, directory_at, 0, 4096, _END, 0, _END, 0)
    header += struct.pack("<109I", *(fat_at + i if i < tables else _FREE for i in range(109)))
    return header + body + struct.pack(f"<{len(fat)}I", *fat)


def _entry(node: dict[str, object], number: Mapping[int, int]) -> bytes:
    name = str(node["name"]).encode("utf-16-le") + b"\0\0"
    children: list[dict[str, object]] = sorted(node["children"], key=lambda n: (len(str(n["name"])), str(n["name"]).upper()))  # type: ignore[call-overload]
    for one, other in zip(children, [*children[1:], None], strict=False):
        one["right"] = number[id(other)] if other is not None else _FREE
    first = number[id(children[0])] if children else _FREE
    links = struct.pack("<3I", _FREE, int(str(node.get("right", _FREE))), first)
    data = node["data"]
    assert isinstance(data, bytes)
    return name.ljust(64, b"\0") + struct.pack("<HBB", len(name), int(str(node["kind"])), 1) + links + bytes(36) + struct.pack(
        "<IQ", int(str(node["start"])) if data else (_END if node["kind"] == 5 else 0), len(data)
    )  # fmt: skip


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def biff(rows: Sequence[Sequence[str | float | None]], name: str = "表", hidden: int = 0) -> bytes:
    """The stream of a workbook with one sheet.  Texts that begin with ``=`` are formulas without a value (of no tokens)."""
    sheet = _record(0x809, struct.pack("<4HII", 0x600, 0x10, 0, 0, 0, 6))
    width = max(len(row) for row in rows)
    sheet += _record(0x200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0))
    for r, row in enumerate(rows):
        held = [c for c, value in enumerate(row) if value is not None]
        if held:
            sheet += _record(0x208, struct.pack("<3HHHHI", r, held[0], held[-1] + 1, 0x12C, 0, 0, 0x100F00))
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            head = struct.pack("<3H", r, c, 15)
            if isinstance(value, float):
                sheet += _record(0x203, head + struct.pack("<d", value))
            elif value is not None and value.startswith("="):
                sheet += _record(0x06, head + b"\x03\0\0\0\0\0\xff\xff" + struct.pack("<HIH", 0, 0, 0))
            elif value is not None:
                sheet += _record(0x204, head + struct.pack("<HB", len(value), 1) + value.encode("utf-16-le"))
    sheet += _record(0x23E, struct.pack("<HHHHHHI", 0x6B6, 0, 0, 0x40, 0, 0, 0)) + _record(0x0A, b"")
    font = _record(0x31, struct.pack("<5H4B", 200, 0, 0x7FFF, 400, 0, 0, 0, 0, 0) + struct.pack("<BB", 5, 0) + b"Arial")
    styles = b"".join(_record(0xE0, struct.pack("<3HBBBBIIH", 0, 0, 0xFFF5 if i < 15 else 1, 0, 0, 0, 0, 0, 0, 0)) for i in range(16))
    listed = struct.pack("<HBB", hidden, len(name), 1) + name.encode("utf-16-le")
    begin = _record(0x809, struct.pack("<4HII", 0x600, 5, 0, 0, 0, 6)) + font * 5 + styles
    at = len(begin) + 4 + 4 + len(listed) + 4
    return begin + _record(0x85, struct.pack("<I", at) + listed) + _record(0x0A, b"") + sheet


def old_word(text: str) -> dict[str, bytes]:
    """The streams of a Word document with a text (``\\r`` ends a paragraph, ``\\x07`` a cell)."""
    body = text.encode("utf-16-le")
    main = bytearray(0x800)
    struct.pack_into("<H", main, 0, 0xA5EC)
    struct.pack_into("<H", main, 0x0A, 0x0200)
    struct.pack_into("<I", main, 0x4C, len(text))
    clx = b"\x02" + struct.pack("<I", 16) + struct.pack("<II", 0, len(text)) + struct.pack("<HIH", 0, 0x800, 0)
    struct.pack_into("<II", main, 0x1A2, 0, len(clx))
    return {"WordDocument": bytes(main) + body, "1Table": clx}


def old_word_table(rows: Sequence[Sequence[str]], edges: Sequence[Sequence[int]], below: Sequence[tuple[int, int]] = ()) -> dict[str, bytes]:
    """The streams of a Word document with one table.  ``edges``: of each row's cells; ``below``: cells (row, column) that a merge covers from above."""
    return _marked([*_marks(rows, edges, below), ("\r", b"")])


def nested_old_word(title: str, rows: Sequence[Sequence[str]], edges: Sequence[int]) -> dict[str, bytes]:
    """A table of one column around a title and another table."""
    inner = struct.pack("<Hi", 0x6649, 2)
    held = [
        ("\r" if words == "\x07" else words.replace("\x07", "\r"), inner + properties.replace(_ROW_END, struct.pack("<HB", 0x244C, 1)) + cell)
        for words, properties in _marks(rows, [edges] * len(rows), ())
        for cell in [b"" if words == "\x07" else struct.pack("<HB", 0x244B, 1)]
    ]
    first, second = _marks([[title], [""]], [(0, 9000)] * 2, ())[:2], _marks([[""]], [(0, 9000)], ())
    return _marked([*first, *held, *second, ("\r", b"")])


def _marks(rows: Sequence[Sequence[str]], edges: Sequence[Sequence[int]], below: Sequence[tuple[int, int]]) -> list[tuple[str, bytes]]:
    marks: list[tuple[str, bytes]] = []
    for r, (row, ends) in enumerate(zip(rows, edges, strict=True)):
        cells = b"".join(struct.pack("<H", 0x20 if (r, c) in below else 0x60 if (r + 1, c) in below else 0) + bytes(18) for c in range(len(row)))
        defined = struct.pack("<B", len(row)) + struct.pack(f"<{len(ends)}h", *ends) + cells
        in_table = struct.pack("<HB", 0x2416, 1)
        marks += [(f"{text}\x07", in_table) for text in row]
        marks.append(("\x07", in_table + _ROW_END + struct.pack("<HH", 0xD608, len(defined) + 1) + defined))
    return marks


def _marked(marks: Sequence[tuple[str, bytes]]) -> dict[str, bytes]:
    """The streams of paragraphs, each with the properties of its mark."""
    text = "".join(words for words, _ in marks)
    streams = old_word(text)
    main = bytearray(streams["WordDocument"])
    page = bytearray(512)
    at, free = 0x800, 511
    for i, (words, properties) in enumerate(marks):
        struct.pack_into("<I", page, 4 * i, at)
        at += 2 * len(words)
        properties = b"\0\0" + properties + bytes(len(properties) % 2)
        free = (free - len(properties) - 2) // 2 * 2
        page[free : free + 2 + len(properties)] = bytes((0, len(properties) // 2)) + properties
        page[4 * (len(marks) + 1) + 13 * i] = free // 2
    struct.pack_into("<I", page, 4 * len(marks), at)
    page[511] = len(marks)
    main += bytes(-len(main) % 512)
    number = len(main) // 512
    table = streams["1Table"]
    struct.pack_into("<II", main, 0x102, len(table), 12)
    return {"WordDocument": bytes(main + page), "1Table": table + struct.pack("<III", 0x800, at, number)}
