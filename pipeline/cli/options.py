"""The options that several commands share.

What belongs here: their names and help.  What may not: any work.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Home = Annotated[Path | None, typer.Option("--home", help="where all state is kept; FINAL_ACCOUNTS_HOME, or var/, where none is named",
                                           show_default=False)]  # fmt: skip
Demo = Annotated[bool, typer.Option("--demo", help="the demo's home, <home>/demo")]
Warehouse = Annotated[Path | None, typer.Option("--warehouse", help="another published file than this home's")]
Decisions = Annotated[Path | None, typer.Option("--decisions", help="another folder of decisions than adjudications/")]
Registry = Annotated[Path | None, typer.Option("--registry", envvar="FINAL_ACCOUNTS_PUBLISHERS",
                                               help="the registry: a file or a folder; none: the home's")]  # fmt: skip
