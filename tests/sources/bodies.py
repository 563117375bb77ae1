"""Bodies that the test site serves: small, sound documents of every kind, each unlike the others.

What belongs here: bytes.  What may not: where they are served.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

FORM_TITLES = ("收入支出决算总表", "收入决算表", "支出决算表", "财政拨款收入支出决算总表", "一般公共预算财政拨款支出决算表")


def pdf(text: str) -> bytes:
    """A one-page PDF whose bytes depend on the text."""
    stream = f"BT /F1 12 Tf 72 720 Td <{text.encode('utf-16-be').hex()}> Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length " + str(len(stream)).encode() + b" >>\nstream\n" + stream + b"\nendstream",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, offsets = io.BytesIO(), []
    out.write(b"%PDF-1.4\n")
    for number, body in enumerate(objects, 1):
        offsets.append(out.tell())
        out.write(f"{number} 0 obj\n".encode() + body + b"\nendobj\n")
    start = out.tell()
    out.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode())
    out.writelines(f"{offset:010d} 00000 n \n".encode() for offset in offsets)
    out.write(f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode())
    return out.getvalue()


def docx_file(text: str) -> bytes:
    """The least that makes a Word document."""
    return _office(
        "word/document.xml", f"<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'><!--{text}--></w:document>"
    )


def xlsx_file(text: str) -> bytes:
    """The least that makes a workbook."""
    return _office("xl/workbook.xml", f"<workbook xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><!--{text}--></workbook>")


def _office(part: str, xml: str) -> bytes:
    return zip_file({"[Content_Types].xml": b"<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>", part: xml.encode()})


def ole_file(stream: str, text: str) -> bytes:
    """The skeleton of a compound file (doc, xls): header, one FAT sector, one directory sector with a named stream, data."""
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    header[24:34] = struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    header[44:52] = struct.pack("<II", 1, 1)
    header[68:76] = struct.pack("<II", 0xFFFFFFFE, 0)
    header[76:512] = struct.pack("<I", 0) + b"\xff" * 432
    fat = struct.pack("<III", 0xFFFFFFFD, 0xFFFFFFFE, 0xFFFFFFFE) + b"\xff" * 500
    directory = b"".join(n.encode("utf-16-le").ljust(128, b"\x00") for n in ("Root Entry", stream)).ljust(512, b"\x00")
    return bytes(header) + fat + directory + text.encode("utf-16-le").ljust(512, b"\x00")


def html_report(title: str) -> str:
    """A report in the page itself."""
    forms = "".join(f"<h3>{t}</h3><table><tr><td>合计</td><td>{i + 1}.00</td></tr></table>" for i, t in enumerate(FORM_TITLES))
    return f"<html><head><meta charset=gb2312><title>{title}</title></head><body><h1>{title}</h1><div id=zoom><p>第一部分 部门概况</p>{forms}</div></body></html>"


class _GbkInfo(zipfile.ZipInfo):
    """An entry whose name is written in GB18030 and not said to be anything."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.filename.encode("gb18030"), self.flag_bits & ~0x800


def zip_file(members: dict[str, bytes], gbk_names: bool = False) -> bytes:
    """A zip; with ``gbk_names`` its names are written as Chinese tools write them."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            info = (_GbkInfo if gbk_names else zipfile.ZipInfo)(name, (2025, 9, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return out.getvalue()


def encrypted_zip(name: str, data: bytes) -> bytes:
    """A zip whose member says that it is encrypted."""
    out = bytearray(zip_file({name: data}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        out[out.find(signature) + offset] |= 1
    return bytes(out)


def linked_zip(name: str, target: str) -> bytes:
    """A zip whose only member is a symbolic link."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo(name, (2025, 9, 1, 0, 0, 0))
        info.create_system, info.external_attr = 3, 0o120777 << 16
        archive.writestr(info, target)
    return out.getvalue()


def zip_bomb(megabytes: int) -> bytes:
    return zip_file({"决算.pdf": b"%PDF-1.4\n" + b"\x00" * (megabytes << 20)})


def lying_zip_bomb(megabytes: int) -> bytes:
    """A bomb whose directory announces a small size."""
    data = bytearray(zip_bomb(megabytes))
    real = struct.pack("<I", (megabytes << 20) + 9)
    return bytes(data.replace(real, struct.pack("<I", 1000)))


def gzip_bomb(megabytes: int) -> bytes:
    pack = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join([*(pack.compress(b"\x00" * (1 << 20)) for _ in range(megabytes)), pack.flush()])


RAR = b"Rar!\x1a\x07\x01\x00" + b"\x33\x92\xb5\xe5\x0a\x01\x05\x06\x00\x05\x01\x01\x80\x80\x00"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64
