"""What people are told, in their language: one catalogue from the English sentence to the Chinese one, as data.

The English sentence, with ``{names}`` where something is filled in, is the message's name, as with gettext: the code stays readable, and
the catalogue (the ``*.toml`` files here) holds a line a message.  There are two ways to it:

* :func:`told` says a sentence to the person who runs the program, in the language of :func:`language`;
* :func:`chinese` gives the Chinese of a sentence that is kept in English (the reason of a refusal, an explanation in a table): the
  message is found again by its form, and what was filled in is carried over.

What belongs here: the catalogue and its two accessors.  What may not: words of documents (``pipeline.lexicon``), or when something is said.
"""

from __future__ import annotations

from pipeline.messages.catalogue import Catalogue, CatalogueError, catalogue
from pipeline.messages.tongue import Language, chinese, language, shown, told

__all__ = ["Catalogue", "CatalogueError", "Language", "catalogue", "chinese", "language", "shown", "told"]
