"""The example registry pointed at a running test site, and settings that suit loopback.

What belongs here: what several tests and benchmarks share.  What may not: sites or expectations.
"""

from __future__ import annotations

from pathlib import Path

from pipeline.sources.exchange import Limits
from pipeline.sources.registry import Registry, load_registry
from pipeline.sources.yearly import Settings
from tests.sources.site import Site

EXAMPLE = Path(__file__).resolve().parents[2] / "samples" / "publishers" / "example.yaml"
#: Bounds that a test can reach in a moment.
QUICK = Limits(
    document_bytes=2 << 20, page_bytes=2 << 20, connect=2.0, read=1.0, page_seconds=2.5, document_seconds=2.5, slow_after=1.0,
    attempts=2, wait_initial=0.05, wait_max=1.5,
)  # fmt: skip
SETTINGS = Settings(limits=QUICK, workers=16, inbox_settle_seconds=0.0)


def example_text(site: Site, text: str | None = None) -> str:
    """The example registry's text with the port of a running site."""
    return (text or EXAMPLE.read_text(encoding="utf-8")).replace(":8765", f":{site.port}")


def example_registry(site: Site, folder: Path, text: str | None = None) -> Registry:
    """The example registry for a running site, through a file as a person would write it."""
    file = folder / "publishers.yaml"
    file.write_text(example_text(site, text), encoding="utf-8")
    return load_registry(file)
