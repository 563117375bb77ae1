"""Great Expectations, imported without the libraries of a few of its expectations that no suite uses.

What belongs here: what it takes to have the library at hand soon.  What may not: anything that is asked of it.

It imports SciPy's statistics and Altair for three expectations about distributions, which takes a third of its own import.  A stand-in
is imported as they are, and becomes them at the first use.
"""

from __future__ import annotations

import importlib
import sys
from importlib.util import find_spec
from types import ModuleType
from typing import Any

_SELDOM_USED = ("scipy.stats", "altair")


class _AtFirstUse(ModuleType):
    """A module that is not imported before somebody asks for something in it."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), name)


def imported() -> None:
    """Import Great Expectations, where it is not there yet."""
    if "great_expectations" in sys.modules:
        return
    stand_ins = [_AtFirstUse(name) for name in _SELDOM_USED if name not in sys.modules and find_spec(name)]
    for module in stand_ins:
        module.__spec__ = find_spec(module.__name__)
        sys.modules[module.__name__] = module
    try:
        importlib.import_module("great_expectations")
    finally:
        for module in stand_ins:  # whoever imports one of them later gets the module itself
            if sys.modules.get(module.__name__) is module:
                del sys.modules[module.__name__]
