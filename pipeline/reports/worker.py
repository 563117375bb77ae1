"""A process that reads documents one by one, so that whatever a document does to it concerns that document alone.

What belongs here: the loop ``python -m pipeline.reports.worker``, its memory limit, and the checks a reading must pass
before it is kept.  What may not: who starts, watches and replaces it (``pipeline.reports.workers``).

Protocol: the line ``ready`` once, then a line of JSON in (:class:`pipeline.reports.workers.Task`), a line of JSON out (its outcome) once
the reading is on disk.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from pipeline.model.contents import ReportContents
from pipeline.reading.document import UnreadableDocument
from pipeline.reading.patience import allowed
from pipeline.schema import TABLES
from pipeline.sources.bundles import Bundle, opened
from pipeline.store.readings import Limits, Outcome, Readings, refusal
from pipeline.store.rows import tables_of

#: Of the time that a document may take, the share after which slow pages (pictures) are left unread, so that the others are kept.
_SHARE_OF_READING = 0.7
REPORT_IT = "report the document to the maintainers of the reader"
Reader = Callable[[bytes | Bundle, str, datetime | None], ReportContents]


def reader_named(name: str) -> Reader:
    """The function that ``module:function`` names."""
    module, _, function = name.partition(":")
    reader: Reader = getattr(importlib.import_module(module), function)
    return reader


def read_document(reader: Reader, data: bytes | Bundle, sha256: str, source_url: str, retrieved_at: datetime, limits: Limits,
                  ) -> tuple[Outcome, ReportContents | None]:  # fmt: skip
    """Read one document; whatever goes wrong with it becomes a refusal with its remedy."""
    began = time.monotonic()
    try:
        with allowed(_SHARE_OF_READING * limits.seconds):
            contents = reader(data, source_url, retrieved_at)
        _own_promises(contents)
    except UnreadableDocument as why:
        return refusal(sha256, why.problem, why.remedy, why.status, seconds=time.monotonic() - began), None
    except MemoryError:
        problem = f"reading it takes more than {limits.megabytes} MB of memory"
        return refusal(sha256, problem, "split it, or raise FINAL_ACCOUNTS_DOCUMENT_MEGABYTES", limits=limits), None
    except Exception as error:  # a reader's own fault must not cost the other documents
        problem = f"the reader failed on it: {type(error).__name__}: {error} ({_where(error)})"
        return refusal(sha256, problem, REPORT_IT, seconds=time.monotonic() - began), None
    report = contents.report
    read = Outcome(sha256, "read", report.report_id, report.fiscal_year, report.media_type, seconds=time.monotonic() - began,
                   parts=contents.parts)  # fmt: skip
    return read, contents


def _where(error: Exception) -> str:
    frames = []
    step = error.__traceback__
    while step is not None:
        frames.append(f"{Path(step.tb_frame.f_code.co_filename).name}:{step.tb_lineno}")
        step = step.tb_next
    return " > ".join(frames[-3:])


def _own_promises(contents: ReportContents) -> None:
    """What no reading may break: a key twice in a table would cost the whole year, so it costs the one document here."""
    for name, table in tables_of(contents).items():
        keys = zip(*(table.column(c).to_pylist() for c in TABLES[name].key), strict=True)
        twice = [key for key, count in Counter(keys).items() if count > 1]
        if twice:
            raise UnreadableDocument(f"its reading gives {name} the same key twice: {twice[0]}", REPORT_IT)


def main() -> None:
    """Serve tasks from standard input until it ends (also when the parent dies)."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a library prints must not be taken for an answer
    reader_name, version, root, seconds, megabytes = sys.argv[1:6]
    limits = Limits(float(seconds), int(megabytes))
    reader, readings = reader_named(reader_name), Readings(Path(root), version)
    resource.setrlimit(resource.RLIMIT_DATA, (limits.megabytes << 20, resource.getrlimit(resource.RLIMIT_DATA)[1]))
    answers.write("ready\n")
    answers.flush()
    for line in sys.stdin:
        task = json.loads(line)
        path = Path(task["path"])
        data = opened(path, task["sha256"]) if task.get("bundle") else path.read_bytes()
        found = datetime.fromisoformat(task["retrieved_at"])
        outcome, contents = read_document(reader, data, task["sha256"], task["source_url"], found, limits)
        readings.save(outcome, contents)
        answer = asdict(outcome) | {"resident": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
