"""The recognition models: where they are, that they are the ones that were measured, and how one is run.

What belongs here: sessions of the ONNX files that come in rapidocr's wheel.  What may not: what goes into them or comes out.
rapidocr itself is not imported: it logs to standard output and would set up engines that nothing here uses.
"""

from __future__ import annotations

import hashlib
import importlib.util
from functools import cache
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from pipeline.reading.document import UnreadableDocument

#: sha256 of the models that the project was measured with: another model reads other figures, and must be measured first.
MODELS = {
    "PP-OCRv6_rec_small.onnx": "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
}
RECOGNISER = "PP-OCRv6_rec_small.onnx"
_REMEDY = "install the project's requirements anew (rapidocr 3.10)"


class Model:
    """One ONNX file, run on one thread: documents are read in parallel by processes."""

    def __init__(self, name: str) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False  # inputs of many widths: an arena keeps the largest of each
        options.log_severity_level = 4
        self._session = onnxruntime.InferenceSession(_checked(name), options, providers=["CPUExecutionProvider"])
        self._input = self._session.get_inputs()[0].name

    def __call__(self, array: NDArray[Any]) -> NDArray[Any]:
        output: NDArray[Any] = self._session.run(None, {self._input: array})[0]
        return output

    def metadata(self, key: str) -> str:
        values: dict[str, Any] = self._session.get_modelmeta().custom_metadata_map
        return str(values[key])


@cache
def model(name: str) -> Model:
    """A model, loaded once in a process.  Raises :class:`UnreadableDocument` where it is absent or another one."""
    return Model(name)


def path_of(name: str) -> Path:
    """Where a model lies in the installed wheel.  Raises :class:`UnreadableDocument` where rapidocr is not installed."""
    found = importlib.util.find_spec("rapidocr")
    if found is None or found.origin is None:
        raise UnreadableDocument("its pages are pictures, and rapidocr, which recognises them, is not installed", _REMEDY)
    return Path(found.origin).parent / "models" / name


def _checked(name: str) -> bytes:
    path = path_of(name)
    content = path.read_bytes() if path.exists() else b""
    if hashlib.sha256(content).hexdigest() != MODELS[name]:
        raise UnreadableDocument(f"its pages are pictures, and the recognition model {name} is not the one that was measured", _REMEDY)
    return content
