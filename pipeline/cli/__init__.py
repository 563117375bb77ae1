"""The command ``final-accounts``: what people type.

What belongs here: arguments, what is printed, exit statuses.  What may not: any work.  Modules are imported by the command that needs
them, so that each starts as fast as it can.
"""

from __future__ import annotations

from pipeline.cli.app import app, main

__all__ = ["app", "main"]
