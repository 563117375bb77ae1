"""One report from its documents' bytes to its contents, within limits, whatever the documents are.

What may not: the steps themselves (reading, tables, recognition, narrative).
"""

from __future__ import annotations

from pipeline.reading import office
from pipeline.store.home import home

office.keep_in(lambda: home().root / "converted")
