"""What a run says of itself: the tags by which runs are found and told apart in the user interface.

What belongs here: their names and words.  What may not: when a run starts (``pipeline.orchestration.schedules``, ``pipeline.orchestration.sensors``).
"""

from __future__ import annotations

from collections import Counter

from pipeline.sources.collected import Collected

FISCAL_YEAR = "final_accounts/fiscal_year"
#: Why the run was started: one of the words below.
TRIGGER = "final_accounts/trigger"
BY_HAND, DAILY, WEEKLY = "by hand", "publication season, daily", "after the season, weekly"
CHANGED_DOCUMENTS, WAITING_DOCUMENTS = "documents or years that changed", "documents waiting in the inbox"
#: What the collection of a run came to.
PUBLISHERS, DOWNLOADS = "final_accounts/publishers", "final_accounts/downloads"


def of_collection(collected: Collected) -> dict[str, str]:
    """How many publishers have which standing, and how many documents came over the wire."""
    standing = Counter(p.standing for p in collected.publishers)
    counted = ", ".join(f"{standing[word]} {word}" for word in ("found", "kept", "ambiguous", "missing") if standing[word])
    return {FISCAL_YEAR: str(collected.fiscal_year), PUBLISHERS: counted or "none in the registry", DOWNLOADS: str(collected.downloads)}
