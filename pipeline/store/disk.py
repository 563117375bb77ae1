"""What the system refuses where state is kept, in words: the place, what is wrong there, what to do.

What belongs here: telling such a refusal from a fault of the code or of a document.  What may not: catching.

Python names a refusal by its number; SQLite, DuckDB and Dagster's record of a step leave a sentence only, in which the system's own words stand.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from pipeline.messages import told

#: Refusals that no other document would be spared: they are no fault of the one at which they are met.
_OF_ALL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)
_FULL = "{place}: its disk is full: make room there, or name another place ({setting})"
_CLOSED = "{place}: this user may not write it, or its disk is mounted read-only: change that, or name another place ({setting})"
_NO_FOLDER = "{place}: a file stands where a folder is needed: name another place ({setting})"
_FAILING = "{place}: its disk fails: see the system's log, or name another place ({setting})"
_SIGNS = {
    _FULL: (os.strerror(errno.ENOSPC), os.strerror(errno.EDQUOT), os.strerror(errno.EFBIG), "database or disk is full"),
    _CLOSED: (os.strerror(errno.EROFS), os.strerror(errno.EACCES), os.strerror(errno.EPERM), "readonly database", "unable to open database file"),
    _NO_FOLDER: (os.strerror(errno.ENOTDIR), os.strerror(errno.EEXIST)),
    _FAILING: (os.strerror(errno.EIO), "disk I/O error"),
}
_PATH = re.compile(r"""['"](/[^'"]+)['"]""")
_NEXT_TO_NOTHING = 1 << 20  # bytes


class Refused(Exception):
    """The system refuses to keep what a run makes; says where, what is wrong and what to do, in the user's language."""


def of_all(error: BaseException) -> bool:
    """Whether an exception that is met at one document would be met at any other."""
    return isinstance(error, OSError) and error.errno in _OF_ALL


def refusal(error: BaseException, at: Path) -> str | None:
    """A refusal of the system in the user's language, with its remedy; ``None`` for any other exception.  ``at`` is the home."""
    for one in _causes(error):
        words = str(one) if isinstance(one, Refused) else in_words(f"{one}", at)
        if words is not None:
            return words
    return None


def in_words(said: str, at: Path) -> str | None:
    """The same for what an exception said."""
    form = next((form for form, signs in _SIGNS.items() if any(sign in said for sign in signs)), None)
    if form is None:
        return None
    temporary = Path(os.environ.get("TMPDIR", "/tmp"))
    settings = {at: "--home", temporary: "TMPDIR"}
    path = _PATH.search(said)
    if path is not None:
        place = next((folder for folder in settings if Path(path[1]).is_relative_to(folder)), Path(path[1]))
    else:
        place = next((folder for folder in settings if _is_full(folder)), at)
    if form == _FAILING and _is_full(place):  # what SQLite says where it cannot make its shared memory longer
        form = _FULL
    return told(form, place=place, setting=settings.get(place, "--help"))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _is_full(folder: Path) -> bool:
    there = next((p for p in (folder, *folder.parents) if p.exists()), None)
    return there is not None and shutil.disk_usage(there).free < _NEXT_TO_NOTHING
