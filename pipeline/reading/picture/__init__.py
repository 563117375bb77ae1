"""Pages that are pictures → pages with lines and tables, read offline.

What belongs here: rendering, straightening, finding rules and lines, recognising them.  What may not: what a table means.
This module is the door; whoever imports it loads OpenCV, and does so only once a page is a picture.  The recogniser is loaded with the
first line that is read.
"""

from __future__ import annotations

from pipeline.reading.picture.render import crop, read_images, read_pages, read_picture, read_pictures
from pipeline.reading.picture.second import confirmed

__all__ = ["confirmed", "crop", "read_images", "read_pages", "read_picture", "read_pictures"]
