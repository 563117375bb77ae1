"""The picture of an open case: the part of the page with the suspects boxed in red and the other figures of their equations in blue.

What belongs here: pixels of a stored PDF, bounded in size.  What may not: which figures (``evidence``), and reading.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import pypdfium2 as pdfium
from PIL import Image, ImageDraw

#: Left, top, right, bottom in points of the page as it is shown.
Box = tuple[float, float, float, float]

_SUSPECT, _OTHER = (208, 0, 0), (0, 80, 208)
#: Points above and below the boxes.
_MARGIN = 30.0
#: Pixels a point, and the most pixels of a side.
_SCALE, _SIDE = 1.6, 1400
#: Most bytes of a picture; a larger one is left out.
_BYTES = 600_000


class NoCrop(Exception):
    """Why there is no picture."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What is boxed on one page (from 1 in its document): one figure at least."""

    page: int
    suspects: Sequence[Box]
    others: Sequence[Box] = ()


def crop(pdf: pdfium.PdfDocument, marks: Marks) -> bytes:
    """The picture as PNG.  Raises :class:`NoCrop`."""
    if not 1 <= marks.page <= len(pdf):
        raise NoCrop("the document has no such page")
    page = pdf[marks.page - 1]
    try:
        width, height = page.get_size()
        part = _part((*marks.suspects, *marks.others), width, height)
        scale = min(_SCALE, _SIDE / max(part[2] - part[0], part[3] - part[1]))
        cut = (part[0], height - part[3], width - part[2], part[1])  # left, bottom, right, top, as pdfium counts them
        picture = page.render(scale=scale, crop=cut, rev_byteorder=True).to_pil().convert("RGB")
    except pdfium.PdfiumError as why:
        raise NoCrop(f"the page cannot be rendered ({why})") from why
    finally:
        page.close()
    return _png(_marked(picture, marks, part, scale))


def _part(boxes: Sequence[Box], width: float, height: float) -> Box:
    """The part of the page around the boxes, in its whole width, so that a row's label and a column's side are seen.

    Raises :class:`NoCrop` where a box does not lie on the page.
    """
    if any(b[2] <= 0 or b[0] >= width or b[3] <= 0 or b[1] >= height for b in boxes):
        raise NoCrop("its place is not on the page")
    return 0.0, max(0.0, min(b[1] for b in boxes) - _MARGIN), width, min(height, max(b[3] for b in boxes) + _MARGIN)


def _marked(picture: Image.Image, marks: Marks, part: Box, scale: float) -> Image.Image:
    draw = ImageDraw.Draw(picture)
    for boxes, colour, thickness in ((marks.others, _OTHER, 2), (marks.suspects, _SUSPECT, 3)):
        for x0, top, x1, bottom in boxes:
            left, above = (min(x0, x1) - part[0]) * scale, (min(top, bottom) - part[1]) * scale
            right, below = (max(x0, x1) - part[0]) * scale, (max(top, bottom) - part[1]) * scale
            draw.rectangle((left, above, right, below), outline=colour, width=thickness)
    return picture


def _png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.quantize(64, method=Image.Quantize.FASTOCTREE).save(out, "PNG")  # a quarter of the median cut's work, and smaller
    if out.tell() > _BYTES:
        raise NoCrop(f"the picture is larger than {_BYTES} bytes")
    return out.getvalue()
