"""Report links: what publishers' sites and the inbox offer for the year, fetched into the store.

What belongs here: the asset at the head of the graph.  What may not: how links are found and fetched (``pipeline.sources``).
"""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from assets.specs import key_of, spec
from expectations.bridge import table
from pipeline.orchestration import tags
from pipeline.orchestration.resources import Collection, Documents, Sources
from pipeline.sources.collected import Collected
from pipeline.sources.handover import hand_over
from pipeline.sources.rows import link_rows, publisher_rows

LINKS, PUBLISHERS = "sources.report_links", "sources.publishers"
#: A site that is away for a moment is asked again; what was fetched by then is kept.
AGAIN = dg.RetryPolicy(max_retries=2, delay=30, backoff=dg.Backoff.EXPONENTIAL, jitter=dg.Jitter.PLUS_MINUS)


@dg.multi_asset(specs=[spec(name, "sources") for name in (LINKS, PUBLISHERS)], name="report_links", retry_policy=AGAIN)
def report_links(context: dg.AssetExecutionContext, config: Collection, sources: Sources, reports: Documents) -> Iterator[dg.MaterializeResult[Any]]:
    """Asks every publisher's site and the inbox, fetches what is new, and hands what stands over to the archive."""
    registry = sources.publishers()
    collected = sources.collect(registry, int(context.partition_key), lambda phase, done, of: context.log.debug(f"{phase}: {done} of {of}"))
    context.instance.add_run_tags(context.run.run_id, tags.of_collection(collected))
    handed_over = hand_over(collected, sources.originals(), reports.library().archive)
    for problem in collected.problems:
        context.log.warning(f"{problem.kind}: {problem.url}: {problem.line}")
    expect_an_answer(collected, config)
    changes = [{"publisher": c.publisher, "title": c.title, "before": " ".join(c.before), "after": " ".join(c.after)} for c in collected.changes]
    traffic = {"requests": collected.requests, "downloads": collected.downloads, "bytes": collected.bytes, "seconds": collected.seconds}
    shown = {"changed since the last run": table(changes)} if changes else {}
    found: dict[str, Any] = {**traffic, **shown, "documents handed over": handed_over}
    yield dg.MaterializeResult(key_of(LINKS), value=link_rows(collected), metadata=found)
    yield dg.MaterializeResult(key_of(PUBLISHERS), value=publisher_rows(collected, registry))


def expect_an_answer(collected: Collected, config: Collection) -> None:
    """Raises ``dagster.Failure`` where sites were asked and every one failed, unless that may be."""
    if collected.every_site_failed and not config.sites_may_fail:
        raise dg.Failure(f"every site failed, the first with: {collected.problems[0].line}; run the year again when they answer")
