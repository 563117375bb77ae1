"""The help of all commands in the user's language.

What belongs here: where a command keeps its help.  What may not: any text (English stands with the commands, Chinese in the catalogue).
"""

from __future__ import annotations

from typing import Any

from pipeline.messages import language, shown


def in_the_users_language(command: Any) -> Any:
    """The same click command, its help, its parameters' and its subcommands' said in the user's language."""
    if language() == "en":
        return command
    command.help = _paragraphs(command.help)
    for parameter in command.get_params(command.context_class(command)):  # with the one for help, which no command names
        parameter.help = _paragraphs(getattr(parameter, "help", None))
    for inner in getattr(command, "commands", {}).values():
        in_the_users_language(inner)
    return command


def _paragraphs(text: str | None) -> str | None:
    return text and "\n\n".join(shown(" ".join(paragraph.split())) for paragraph in text.split("\n\n"))
