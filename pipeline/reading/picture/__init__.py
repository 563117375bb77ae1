"""Pages that are pictures → pages with lines and tables, read offline.

What belongs here: rendering, straightening, finding rules and lines, recognising them.  What may not: what a table means.
This module is the door (``read_pages``, ``read_images``, ``crop``); OpenCV and the recogniser are loaded only once a page is a picture.
"""

from __future__ import annotations

from pipeline.reading.picture.render import crop, read_images, read_pages

__all__ = ["crop", "read_images", "read_pages"]
