"""A licence is taken for what it is, and one that is not known is not allowed."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

comes_to = runpy.run_path(str(Path(__file__).resolve().parents[1] / "bin" / "licences.py"))["comes_to"]


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("MIT", "MIT"),
        ("BSD License; Apache Software License", "Apache-2.0"),
        ("GNU Lesser General Public License v2 or later (LGPLv2+)", "LGPL"),
        ("GPL-3.0-only OR MIT", "MIT"),
        ("GPL-3.0-only", ""),
        ("GNU General Public License v3 (GPLv3)", ""),
        ("AGPL-3.0-or-later", ""),
        ("MIT AND GPL-2.0-only", ""),
        ("LicenseRef-Proprietary", ""),
        ("", ""),
    ],
)
def test_what_a_licence_comes_to(said: str, kind: str) -> None:
    assert comes_to(said) == kind
