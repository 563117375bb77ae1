"""The completed yearly job on a real server: from the registry to the warehouse, then again, then with a corrected report.

The site serves the sample reports of 2024.  Each of three runs is the whole job (documents, tables, checks, warehouse):

    python -m benchmarks.yearly
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

from pipeline.store.home import HOME_VARIABLE, PROJECT
from tests.sources.habits import article, page, rows
from tests.sources.site import Site

HOST = "127.0.0.91"
SAMPLES = {
    "specimen-city-big-data-centre-2024.pdf": ("样本市大数据中心", "unit"),
    "example-city-big-data-bureau-2024.pdf": ("示例市大数据局", "department"),
    "invented-district-finance-bureau-2024.pdf": ("虚构市示例区财政局", "department"),
}


def put_up(site: Site) -> str:
    """The site's pages; the registry's text with ``{url}`` for the list."""
    entries = ["defaults: {requests_per_second: 100}", "publishers:"]
    listing = []
    for file, (name, kind) in SAMPLES.items():
        title = f"{name}2024年度{'部门' if kind == 'department' else '单位'}决算"
        listing.append((f"/{file}.html", title, "2025-08-20"))
        site.put(HOST, f"/{file}.html", article(title, "2025-08-20", f"<a href='/{file}'>附件：{title}.pdf</a>"))
        site.put(HOST, f"/{file}", (PROJECT / "samples" / "reports" / file).read_bytes(), "application/pdf")
        entries.append(
            f'  - {{name: {name}, kind: {kind}, division: "370600", level: city, '
            'sites: [{kind: list, url: "{url}", shared: true, allow_private: true}]}'
        )
    site.put(HOST, "/", page(rows(*listing)))
    return "\n".join(entries)


def main() -> int:
    """Print one line a run and what the warehouse holds."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ[HOME_VARIABLE] = f"{folder}/home"
        site = Site()
        text = put_up(site)
        with site:
            registry = Path(folder, "publishers.yaml")
            registry.write_text(text.replace("{url}", site.url(HOST, "/")), encoding="utf-8")
            os.environ["FINAL_ACCOUNTS_PUBLISHERS"] = str(registry)
            return _runs(site)


def _runs(site: Site) -> int:
    import dagster as dg

    from pipeline.definitions import defs
    from pipeline.store.home import home
    from pipeline.warehouse.publish import connect_readonly

    job, bad = defs.resolve_job_def("yearly_accounts"), 0
    corrected = "/specimen-city-big-data-centre-2024.pdf"
    with dg.DagsterInstance.ephemeral() as instance:  # Dagster's own records are not what is measured
        for name in ("first run", "second run, unchanged site", "third run, one report corrected"):
            if name.startswith("third"):
                data = (PROJECT / "samples" / "reports" / corrected[1:]).read_bytes() + b"\n% published again\n%%EOF\n"
                site.put(HOST, corrected, data, "application/pdf", put_at=1760000000.0)
            site.forget()
            started = time.perf_counter()
            quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
            result = job.execute_in_process(partition_key="2024", instance=instance, raise_on_error=False, run_config=quiet)
            seconds = time.perf_counter() - started
            downloads = [h.path for h in site.hits if h.sent and h.path.endswith(".pdf")]
            outcome = "done" if result.success else "FAILED"
            print(f"{name}: {outcome} in {seconds:.1f} s; {len(site.hits)} requests, {len(downloads)} downloads", flush=True)
            bad += not result.success
            for check in result.get_asset_check_evaluations():
                if check.asset_key.path[0] == "sources" and not check.passed:
                    print(f"    {check.check_name}: {check.description}")
    if home().warehouse.exists():
        with connect_readonly(home().warehouse) as warehouse:
            for table in ("sources.publishers", "core.documents", "core.reports", "core.figures", "checks.equations", "checks.findings"):
                [count] = warehouse.execute(f"SELECT count(*) FROM {table}").fetchone() or (0,)
                print(f"    {table}: {count} rows")
            for row in warehouse.execute("SELECT publisher, standing, revision, note FROM sources.publishers ORDER BY 1").fetchall():
                print("   ", *row)
            changed = "SELECT change, count(*) FROM checks.revised_findings GROUP BY ALL ORDER BY ALL"
            print("    findings of the revision before:", dict(warehouse.execute(changed).fetchall()))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
