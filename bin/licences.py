"""The licences of everything that the project installs: listed in ``docs/licences.md``, and held against what is allowed.

Run with ``python bin/licences.py`` to write the list anew, with ``--check`` (``make lint``) to fail where a package's licence is not allowed,
or where the list is behind.  The packages are those of ``requirements.lock`` that are installed here; those of other platforms are not seen.

What belongs here: names of licences.  What may not: vulnerabilities (``vulnerabilities.py``).
"""

from __future__ import annotations

import importlib.metadata as metadata
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LIST = ROOT / "docs" / "licences.md"
#: What the words of a licence come to.  Weak copyleft (LGPL, MPL) is allowed for what is imported unchanged; GPL and AGPL are not.
ALLOWED: tuple[tuple[str, str], ...] = (
    (r"\bLGPL|Lesser General Public", "LGPL"),
    (r"\bMPL|Mozilla Public", "MPL-2.0"),
    (r"Apache", "Apache-2.0"),
    (r"\bMIT|HPND", "MIT"),
    (r"BSD", "BSD"),
    (r"\bISC", "ISC"),
    (r"\bPSF|Python Software Foundation", "PSF-2.0"),
    (r"CC0|Public Domain|Unlicense", "CC0"),
    (r"\bZlib", "Zlib"),
)
FORBIDDEN = re.compile(r"(?<!L)(?<!Lesser )\bA?GPL|(?<!Lesser )General Public License|Proprietary|Commercial|SSPL|BUSL|Non-?Commercial", re.I)


def packages() -> list[str]:
    """Names of the lock that are installed."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    names = sorted({name.lower() for name in re.findall(r"^([A-Za-z0-9_.-]+)==", lock, re.M)})
    installed = {re.sub(r"[-_.]+", "-", d.metadata["Name"]).lower() for d in metadata.distributions() if d.metadata["Name"]}
    return [n for n in names if re.sub(r"[-_.]+", "-", n) in installed]


def licence(name: str) -> tuple[str, str]:
    """``(as its metadata say it, what that comes to)``; the second is empty where it is not allowed or not known."""
    about = metadata.metadata(name)
    classes = [c.rpartition("::")[2].strip() for c in about.get_all("Classifier") or [] if c.startswith("License")]
    said = about["License-Expression"] or "; ".join(classes)
    if said in ("", "OSI Approved"):
        said = (about["License"] or "").strip().partition("\n")[0][:80]
    return said, comes_to(said)


def comes_to(said: str) -> str:
    """The allowed licence that a statement comes to (of several to choose from the first), or ``""``."""
    choices = (c for c in said.split(" OR ") if not FORBIDDEN.search(c))
    return next((kind for choice in choices for words, kind in ALLOWED if re.search(words, choice)), "")


def listed(rows: list[tuple[str, str, str]]) -> str:
    head = (
        "# Licences of the dependencies\n\n"
        "Written by `python bin/licences.py` from the packages' own metadata; `make lint` holds it against the lock.\n\n"
    )
    return head + "| package | licence | as stated |\n|---|---|---|\n" + "".join(f"| {n} | {kind} | {said} |\n" for n, said, kind in rows)


def main() -> int:
    rows = [(name, *licence(name)) for name in packages()]
    wrong = [(name, said) for name, said, kind in rows if not kind]
    for name, said in wrong:
        print(f"{name}: its licence ({said or 'none is stated'}) is not among those allowed (bin/licences.py)")
    text = listed(rows)
    if "--check" not in sys.argv:
        LIST.write_text(text, encoding="utf-8")
    elif not LIST.exists() or LIST.read_text(encoding="utf-8") != text:
        print("docs/licences.md is behind the lock: run python bin/licences.py")
        return 1
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
