"""Pages that are pictures: upright or turned, askew, under a seal, too large, too many; what is sure of them and what is not."""

from __future__ import annotations

import importlib.util
import io
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from pipeline.reading import read_document
from pipeline.reading.document import Document, Table, UnreadableDocument
from pipeline.reading.patience import allowed
from pipeline.reading.picture import crop, models, read_pages, recognise, render
from samples.typeface import EMBEDDED, chinese_face
from tests.reading.ofd_file import with_picture

_found = importlib.util.spec_from_file_location("reading_documents", Path(__file__).with_name("documents.py"))
assert _found is not None
assert _found.loader is not None
documents = importlib.util.module_from_spec(_found)
sys.modules[_found.name] = documents
_found.loader.exec_module(documents)

pytestmark = pytest.mark.skipif(not EMBEDDED.exists(), reason="samples/fonts.sh installs the typeface")
Pixels = NDArray[np.uint8]
ROWS = [
    ["项目", "本年支出合计", "基本支出", "项目支出"],
    ["行政运行", "1,234.50", "1,000.00", "234.50"],
    ["机关服务", "87.06", "", "87.06"],
    ["合计", "1,321.56", "1,000.00", "321.56"],
]


def report(canvas: Canvas) -> None:
    canvas.setFont(chinese_face(), 16)
    canvas.drawString(240, 790, "支出决算表")
    canvas.setFont(chinese_face(), 10)
    documents.table(canvas, ROWS)
    canvas.drawString(60, 600, "本年支出总计1321.56万元，比上年增加12.30万元，增长0.94%。")


@pytest.fixture(scope="module")
def page() -> Pixels:
    """The upper part of a page of a report at 200 dots to the inch."""
    return np.ascontiguousarray(rendered(documents.pdf(report))[:820])


def rendered(pdf: bytes) -> Pixels:
    document = pdfium.PdfDocument(pdf)
    return np.ascontiguousarray(document[0].render(scale=200 / 72, rev_byteorder=True).to_numpy()[..., :3])


def scan(*pages: Pixels) -> bytes:
    images = [Image.fromarray(p).convert("L") for p in pages]
    out = io.BytesIO()
    images[0].save(out, "PDF", save_all=True, append_images=images[1:], resolution=200)
    return out.getvalue()


def drawn_over(images: Sequence[Image.Image], text: str = "") -> bytes:
    """A PDF whose pages are images, ``text`` over them invisibly in the way of a recognition's hidden layer."""
    out = io.BytesIO()
    canvas = Canvas(out)
    for image in images:
        width, height = (side * 72 / 200 for side in image.size)
        canvas.setPageSize((width, height))
        canvas.drawImage(ImageReader(image), 0, 0, width, height)
        for i, line in enumerate(text.splitlines()):
            hidden = canvas.beginText(144, height - 100 - 34 - i * 20)
            hidden.setTextRenderMode(3)
            hidden.setFont("Helvetica", 10)
            hidden.textOut(line)
            canvas.drawText(hidden)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def table_of(document: Document, index: int = 0) -> Table:
    return document.pages[index].tables[0]


def test_a_scan_gives_cells_with_confidence_and_lines(page: Pixels) -> None:
    document = read_document(scan(page))
    table = table_of(document)
    assert list(table.rows()) == ROWS
    assert {c.found for c in table.cells} == {"picture"}
    assert all(c.confidence is not None and c.confidence > 0.9 for c in table.cells)
    assert all(c.second is None for c in table.cells)  # nobody else has read this picture
    assert [line.text for line in document.pages[0].lines] == ["支出决算表", "本年支出总计1321.56万元，比上年增加12.30万元，增长0.94%。"]
    amount = table.at(1, 1)
    assert amount is not None
    assert (amount.place.page, round(amount.place.x0 or 0), round(amount.place.top or 0)) == (1, pytest.approx(140, abs=2), pytest.approx(120, abs=2))


PROSE = ("项目自评得分为90.06分，完成预算的", "90.06%。", "项目自评得分为96.28分，完成预算的64.5万", "元。")


def prose(canvas: Canvas) -> None:
    canvas.setFont(chinese_face(), 10)
    for i, line in enumerate(PROSE):
        canvas.drawString(60, 790 - 20 * i, line)


def test_the_last_word_of_a_paragraph_is_read_and_what_is_left_of_a_sheets_edge_is_not() -> None:
    picture = rendered(documents.pdf(prose))[:400]
    picture[150:300, 3:7] = 40
    picture[4:7, 600:680] = 40
    assert [line.text for line in read_pages(scan(picture), [0])[0].lines] == list(PROSE)


def heading(canvas: Canvas) -> None:
    canvas.setFont(chinese_face(), 22)
    canvas.drawString(250, 520, "第四部分")
    canvas.drawString(250, 480, "名词解释")


def cover(canvas: Canvas) -> None:
    canvas.setFont(chinese_face(), 30)
    canvas.drawString(180, 520, "甲市大数据局")
    canvas.drawString(160, 460, "2019年度决算")


@pytest.mark.parametrize("turns", [0, 1, 3])
@pytest.mark.parametrize(("draw", "lines"), [(heading, ["第四部分", "名词解释"]), (cover, ["甲市大数据局", "2019年度决算"])])
def test_a_page_of_two_short_lines_is_set_upright(draw: Callable[[Canvas], None], lines: list[str], turns: int) -> None:
    picture = np.ascontiguousarray(np.rot90(rendered(documents.pdf(draw))[500:1500], turns))
    assert [line.text for line in read_pages(scan(picture), [0])[0].lines] == lines


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_turned_page_is_set_upright(page: Pixels, turns: int) -> None:
    assert list(table_of(read_document(scan(np.ascontiguousarray(np.rot90(page, turns))))).rows()) == ROWS


def test_image_files_are_read(page: Pixels) -> None:
    for kind in ("PNG", "JPEG"):
        out = io.BytesIO()
        Image.fromarray(page).save(out, kind, dpi=(200, 200))
        assert list(table_of(read_document(out.getvalue())).rows()) == ROWS


def test_every_frame_of_a_tiff_is_a_page(page: Pixels) -> None:
    out = io.BytesIO()
    image = Image.fromarray(page).convert("L")
    image.save(out, "TIFF", save_all=True, append_images=[image], dpi=(200, 200))
    document = read_document(out.getvalue())
    assert [p.number for p in document.pages] == [1, 2]
    assert list(table_of(document, 1).rows()) == ROWS


def test_a_red_seal_over_figures_is_not_read(page: Pixels) -> None:
    seal = Image.new("RGB", (page.shape[1], page.shape[0]), "white")
    ImageDraw.Draw(seal).ellipse((300, 220, 620, 540), outline=(220, 40, 50), width=10)
    sealed = (page.astype(np.uint16) * np.asarray(seal) // 255).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(sealed).save(out, "PNG", dpi=(200, 200))
    assert list(table_of(read_document(out.getvalue())).rows()) == ROWS


def test_print_that_is_drawn_as_shapes_is_recognised(page: Pixels) -> None:
    """A page without text and without pictures: every dark run of pixels is a box."""

    def outlined(canvas: Canvas) -> None:
        scale = 72 / 200
        for y, row in enumerate(page[..., 0] < 128):
            edges = np.flatnonzero(np.diff(np.concatenate([[False], row, [False]]).astype(np.int8)))
            for x0, x1 in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
                canvas.rect(x0 * scale, 842 - (y + 1) * scale, (x1 - x0) * scale, scale, fill=1, stroke=0)

    assert list(table_of(read_document(documents.pdf(outlined))).rows()) == ROWS


def test_a_table_that_is_a_picture_on_a_page_of_text_is_read_and_a_photograph_stays_one(page: Pixels) -> None:
    table, photograph = Image.fromarray(page[250:530, 110:1180]), Image.effect_noise((300, 200), 60)

    def mixed(canvas: Canvas) -> None:
        documents.words(canvas)
        canvas.drawImage(ImageReader(table), 50, 500, 385, 101)
        canvas.drawImage(ImageReader(photograph), 50, 200, 300, 200)

    (read,) = read_document(documents.pdf(mixed)).pages
    assert [list(t.rows()) for t in read.tables] == [ROWS]
    assert read.tables[0].place.top == pytest.approx(842 - 601 + 10, abs=4)
    assert [p.problem for p in read.pictures] == ["a picture, which is not read"]


def test_a_table_that_is_a_picture_on_a_page_of_an_ofd_is_read_where_it_stands(page: Pixels) -> None:
    out = io.BytesIO()
    Image.fromarray(page[250:530, 110:1180]).save(out, "PNG", dpi=(200, 200))
    words = ["甲市大数据局2024年度部门决算情况说明", "支出决算表如下"]
    (read,) = read_document(with_picture(words, out.getvalue(), 136, 36)).pages
    assert [list(t.rows()) for t in read.tables] == [ROWS]
    assert (read.tables[0].place.x0, read.tables[0].place.top) == (pytest.approx(20 * 72 / 25.4, abs=14), pytest.approx(60 * 72 / 25.4, abs=14))
    assert not read.pictures
    (unread,) = read_document(with_picture(words, b"no picture", 136, 36)).pages
    assert [p.problem for p in unread.pictures] == ["a picture, which is not read"]


def test_a_picture_too_large_to_open_costs_its_page_only(page: Pixels, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render, "_LARGEST", 4_000_000)
    huge = Image.new("L", (2500, 2000), 255)
    document = read_document(drawn_over([Image.fromarray(page), huge]))
    assert list(table_of(document).rows()) == ROWS
    assert document.pages[1].blocks == ()
    (picture,) = document.pages[1].pictures
    assert "5,000,000 pixels" in picture.problem
    assert "200 to 300 dots" in picture.remedy


def test_pages_beyond_the_limits_are_unread_and_the_others_stay(page: Pixels, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render, "MOST_PAGES", 1)
    pages = read_pages(scan(page, page), [0, 1])
    assert pages[0].tables
    assert not pages[1].blocks
    assert "have been recognised before it" in pages[1].pictures[0].problem
    with allowed(0):
        late = read_pages(scan(page), [0])[0]
    assert "ran out" in late.pictures[0].problem


def test_a_page_of_noise_is_no_page_of_a_report() -> None:
    noise = np.random.default_rng(1).integers(0, 2, (117, 82), dtype=np.uint8) * 255
    large = np.kron(noise, np.ones((10, 10), np.uint8))
    document = read_pages(scan(large), [0])[0]
    assert not document.tables


def test_a_hidden_layer_that_reads_alike_confirms_and_one_that_differs_does_not(page: Pixels) -> None:
    layer = "1,234.50      1,000.00    234.50\n81.06"
    table = table_of(read_document(drawn_over([Image.fromarray(page)], layer)))
    confirmed = {c.text for c in table.cells if c.second is not None}
    assert "1,234.50" in confirmed
    assert "87.06" not in confirmed


def test_the_crop_of_a_cell_shows_its_figure(page: Pixels) -> None:
    data = scan(np.ascontiguousarray(np.rot90(page)))
    cell = table_of(read_document(data)).at(1, 1)
    assert cell is not None
    assert cell.place.x0 is not None
    png = crop(data, 1, (cell.place.x0, cell.place.top or 0, cell.place.x1 or 0, cell.place.bottom or 0))
    shown = Image.open(io.BytesIO(png))
    assert (shown.width, shown.height) == (pytest.approx(267, abs=12), pytest.approx(72, abs=12))  # 90 by 20 points and a margin
    assert np.asarray(shown).min() < 100
    with pytest.raises(ValueError, match="no page 2"):
        crop(data, 2, (0, 0, 10, 10))


def test_no_character_is_of_another_orthography_by_a_drop_alone() -> None:
    alphabet = recognise._alphabet()
    assert "决" in alphabet
    assert not {"決", "況", "減"} & set(alphabet)


def test_the_models_are_the_ones_that_were_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    models.model(models.RECOGNISER)
    monkeypatch.setitem(models.MODELS, models.RECOGNISER, "0" * 64)
    with pytest.raises(UnreadableDocument, match="not the one that was measured") as refused:
        models.Model(models.RECOGNISER)
    assert "rapidocr" in refused.value.remedy


def test_nothing_of_it_is_loaded_for_text_and_nothing_is_said_on_standard_output(page: Pixels, tmp_path: Path) -> None:
    text, picture = tmp_path / "text.pdf", tmp_path / "scan.pdf"
    text.write_bytes(documents.pdf(report))
    picture.write_bytes(scan(page))
    program = (
        "import sys; from pathlib import Path; from pipeline.reading import read_document\n"
        "read_document(Path(sys.argv[1]).read_bytes())\n"
        "print(*(m for m in ('onnxruntime', 'pipeline.reading.picture') if m in sys.modules))\n"
        "read_document(Path(sys.argv[2]).read_bytes())"
    )
    done = subprocess.run([sys.executable, "-c", program, text, picture], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("\n", "")
