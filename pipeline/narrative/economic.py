"""Names of economic items as lists print them: in full, in another wording, or short (社保, 公积金).

What belongs here: from a name to the codes that it may mean.  What may not: comparing it with the form.
Source: the economic classification, and ``short_names.toml`` of the lexicon.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.lexicon import lexicon
from pipeline.model.classification import bare_name, categories

_BRACKETS = re.compile(r"[（(][^）)]*[）)]")

_BOUGHT = re.compile(r"[及和]?购置(?:费用?|支出)?$")


def economic_name(name: str) -> str:
    """An economic item's name as it is compared: without brackets and their words, numbering, punctuation, and 费用 as 费."""
    return bare_name(_BRACKETS.sub("", name)).replace("费用", "费")


def codes_of(name: str) -> frozenset[str]:
    """The codes that a name may mean: those that the classification has under it, or those of a short name; empty where it is not known.

    A closing 支出, and the endings of things bought (办公设备及购置费 for 办公设备购置), are no part of the name where it is not known with them.
    """
    found = short_codes(name) | _listed().get(economic_name(name), frozenset())
    for other in () if found else dict.fromkeys((name.removesuffix("支出"), _BOUGHT.sub("购置", name))):
        found |= short_codes(other) | _listed().get(economic_name(other), frozenset())
    return found


def short_codes(name: str) -> frozenset[str]:
    """The codes that a short name stands for; empty for a name in full."""
    short = lexicon().find("short_names", name)
    return frozenset(short.values["codes"]) if short is not None else frozenset()


@lru_cache(maxsize=1)
def _listed() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for (kind, code), names in categories().items():
        if kind == "economic":
            for name in (n for c in names for n in c.names):
                found.setdefault(economic_name(name), set()).add(code)
    return {name: frozenset(codes) for name, codes in found.items()}
