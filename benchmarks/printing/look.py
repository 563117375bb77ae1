"""How a program draws a table, beside what the table says: the options that ``samples.layout`` cannot print.

What belongs here: the options, their values for each program, and a seeded choice.  What may not: drawing.
Every combination must stay readable without doubt by a person.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, fields, replace
from typing import Any

from samples.layout import Layout, possible

PRODUCERS = ("browser", "word", "sheet")


@dataclass(frozen=True)
class Look:
    """One way to draw."""

    producer: str = "browser"
    font: str = "Noto Sans CJK SC"
    number_font: str = ""  # empty: the same
    size: float = 9.0
    padding: float = 2.0  # points, beside the words; half of it above and below
    border: str = "single"
    color: str = "#000000"
    repeat_header: bool = False
    cut_rows: bool = False
    page: str = "A4"
    margin: float = 15.0  # millimetres
    width: str = "fixed"  # fixed | auto: column widths as given, or by what the cells hold
    letter_spacing: float = 0.0
    justify: bool = False  # labels spread over their cell
    bold: str = "none"  # none | totals | header | outlined (a bold face faked by drawing the outline)
    shade: str = "none"  # none | header | stripes | white (a white background behind the words)
    valign: str = "middle"
    furniture: str = "numbers"  # none | numbers | browser (date, title, address, page of pages)
    running_head: bool = False
    dash: str = "-"
    own_page: bool = True
    break_words: bool = False
    heading_rows: str = "outside"  # outside | inside: title, number, publisher and unit as unruled rows of the table
    line_break: str = "wrap"  # wrap | br: headings broken by hand


LINES = ("single", "single", "single", "hairline", "thick_frame", "dotted", "dashed", "double", "grey")
LOOKS: dict[str, dict[str, tuple[Any, ...]]] = {
    "browser": {"border": (*LINES, "separate", "spaced", "fill", "frame", "horizontal", "none")},
    "word": {"border": (*LINES, "frame", "horizontal", "none")},
    "sheet": {"border": (*LINES, "frame", "horizontal", "none"), "width": ("fixed",)},
}
#: Drawn only where asked for (``--set border=three_rules``): a choice more would change every seeded document.
ASKED_FOR: dict[str, tuple[Any, ...]] = {"border": ("three_rules",)}
SHARED: dict[str, tuple[Any, ...]] = {
    "font": ("Noto Sans CJK SC", "Noto Serif CJK SC", "WenQuanYi Zen Hei", "AR PL UMing CN", "AR PL UKai CN"),
    "number_font": ("", "", "Liberation Serif", "Liberation Sans", "DejaVu Sans Mono"),
    "size": (6.5, 8.0, 9.0, 10.5, 12.0),
    "padding": (0.0, 1.0, 2.0, 4.0),
    "color": ("#000000", "#000000", "#333333", "#1f4e79"),
    "repeat_header": (True, False),
    "cut_rows": (False, True),
    "page": ("A4", "A4", "A3"),
    "margin": (8.0, 15.0, 25.0),
    "width": ("fixed", "auto"),
    "letter_spacing": (0.0, 0.0, 0.5, 1.0),
    "justify": (False, False, True),
    "bold": ("none", "none", "totals", "header", "outlined"),
    "shade": ("none", "none", "header", "stripes", "white"),
    "valign": ("middle", "middle", "top", "bottom"),
    "furniture": ("none", "numbers", "numbers", "browser"),
    "running_head": (False, False, True),
    "dash": ("-", "—", "--", "－"),
    "own_page": (True, True, False),
    "break_words": (False, False, True),
    "heading_rows": ("outside", "outside", "inside"),
    "line_break": ("wrap", "wrap", "br"),
}


def random_look(rng: random.Random, producer: str) -> Look:
    """A look with every option drawn on its own from what the program can draw, then made possible."""
    choices = {**SHARED, **LOOKS[producer], "producer": (producer,)}
    return possible_look(Look(**{f.name: rng.choice(choices[f.name]) for f in fields(Look)}))


def possible_look(look: Look) -> Look:
    """``look`` without combinations that no person could read."""
    if look.border in ("none", "frame", "horizontal", "three_rules"):  # alignment alone tells rows and columns apart
        look = replace(look, padding=max(look.padding, 2.0), cut_rows=False, valign="middle", justify=False, letter_spacing=0.0)
    if look.producer == "sheet":  # columns of one sheet are as wide for every form on it
        look = replace(look, own_page=True)
    if look.size > 10 and look.page == "A4":
        look = replace(look, margin=min(look.margin, 15.0))
    return look


def fitting_layout(layout: Layout, look: Look) -> Layout:
    """The logical layout with what the look decides taken out of it."""
    changes: dict[str, Any] = {
        "repeat_header": look.repeat_header,
        "own_page": look.own_page,
        "number_align": layout.number_align,
    }
    if look.border in ("none", "three_rules"):
        changes |= {"rules": "none"}
    return possible(replace(layout, **changes))


def as_options(look: Look) -> dict[str, Any]:
    """The options that differ from the plain look, for messages."""
    plain = Look()
    return {f.name: getattr(look, f.name) for f in fields(Look) if getattr(look, f.name) != getattr(plain, f.name)}


def value_of(name: str, text: str) -> Any:
    """The value of an option as written on a command line."""
    values = [
        *SHARED.get(name, ()),
        *ASKED_FOR.get(name, ()),
        *(v for own in LOOKS.values() for v in own.get(name, ())),
        getattr(Look(), name),
    ]
    for value in values:
        if str(value) == text:
            return value
    raise SystemExit(f"{name} is one of {', '.join(map(str, dict.fromkeys(values)))}")
