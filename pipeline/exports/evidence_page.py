"""The markup of the pages of evidence, one a report and one a year: one file, nothing from elsewhere, every word of a document escaped.

A policy in the page itself lets only its own script run, so that not even a word that slipped through could do anything.
What belongs here: HTML.  What may not: the warehouse.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import unquote

from pipeline.messages import language, shown, told
from pipeline.model.harmless import html
from pipeline.reconciliation.adjudications import CORRECTING

Row = Mapping[str, Any]


class Shown(Protocol):
    """A picture's ``data:`` address and what it leaves out, or why there is none."""

    @property
    def address(self) -> str: ...
    @property
    def why(self) -> str: ...


_SCRIPT = """
const chosen = {};
function filter() {
  let left = 0;
  for (const f of document.querySelectorAll('.finding')) {
    f.hidden = Object.keys(chosen).some(k => chosen[k] && f.dataset[k] !== chosen[k]);
    left += f.hidden ? 0 : 1;
  }
  document.getElementById('left').textContent = left;
}
for (const s of document.querySelectorAll('select')) {
  s.addEventListener('change', () => { chosen[s.id] = s.value; filter(); });
  chosen[s.id] = s.value;
}
filter();
"""
_STYLE = """
body{font:15px/1.5 system-ui,"Noto Sans CJK SC",sans-serif;max-width:1000px;margin:1rem auto;padding:0 1rem;color:#222}
article{border:1px solid #ccc;border-left:6px solid #888;padding:.5rem 1rem;margin:.8rem 0;overflow-wrap:anywhere}
article.error{border-left-color:#d00000}article.warning{border-left-color:#e09000}.decided{opacity:.65}
h2{font-size:1rem;margin:.2rem 0}dl{display:grid;grid-template-columns:9rem 1fr;margin:.3rem 0}dt{color:#666}dd{margin:0}
img{max-width:100%;border:1px solid #ddd}code{background:#f3f3f3;padding:.1rem .3rem}[hidden]{display:none}
.red{color:#d00000}.blue{color:#0050d0}.filters{position:sticky;top:0;background:#fff;padding:.4rem 0;border-bottom:1px solid #ddd}
table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid #ddd;padding:.2rem .4rem;text-align:left;overflow-wrap:anywhere}
"""
_HASH = base64.b64encode(hashlib.sha256(_SCRIPT.encode()).digest()).decode()
_POLICY = f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-{_HASH}'"

_WORDS = re.compile(r"[a-z]{2,}")  # of a formula in English: its title says the same in Chinese
_PROPOSALS = tuple(f'verdict = "{verdict}"' for verdict in sorted(CORRECTING))
_SEVERITIES = ("error", "warning", "info")


def page_of(report: Row, findings: Sequence[Row], cases: Mapping[str, Row], pictures: Mapping[str, Shown]) -> str:
    """The page of one report; ``findings`` in the order in which they are shown, open ``cases`` and their pictures by id."""
    seen: set[str] = set()
    articles = []
    for finding in findings:
        case = finding["case_id"] or ""
        first = case in cases and case not in seen
        seen.add(case)
        articles.append(_article(finding, cases.get(case), pictures.get(case) if first else None, first))
    head = f"<p>{html(report['title'])} · {_source(report['source_url'])}</p>"
    return _page(f"{report['publisher']} {report['fiscal_year']}", head, ("severity", "kind", "status"), findings, "".join(articles))


def year_page(title: str, findings: Sequence[Row], pages: Mapping[str, str], left_out: int = 0) -> str:
    """The page of all reports: a line a finding, each with a link to its place in the page of its report (``pages`` by report id)."""
    names = ("severity", "publisher", "place", "printed", "expected", "status")
    heads = "".join(f"<th>{html(told(name))}</th>" for name in names)
    lines = "".join(_line(f, pages) for f in findings)
    more = f"<p>{html(told('{n} more findings are in the warehouse (checks.findings)', n=left_out))}</p>" if left_out else ""
    table = f"<table><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table>{more}" if findings else ""
    return _page(title, "", ("severity", "kind", "publisher", "status"), findings, table)


def _line(finding: Row, pages: Mapping[str, str]) -> str:
    page = pages.get(finding["report_id"], "")
    place = f'<a href="{html(page)}#finding-{html(finding["finding_id"])}">{html(finding["place"])}</a>'
    amounts = html(finding["printed"]), html(finding["expected"])
    cells = (html(told(finding["severity"])), html(finding["publisher"]), place, *amounts, html(told(finding["status"])))
    return f"<tr {_marks(finding, 'finding')}>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>\n"


def _page(title: str, head: str, filters: Sequence[str], findings: Sequence[Row], content: str) -> str:
    selects = " ".join(_select(name, findings) for name in filters)
    shown = html(title)
    return f"""<!DOCTYPE html>
<html lang="{language()}"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="viewport" content="width=device-width"><title>{shown}</title><style>{_STYLE}</style></head><body>
<h1>{shown}</h1>
{head}
<p>{_counted(findings)}</p>
<p class="filters">{selects} · <span id="left">{len(findings)}</span></p>
{content or f"<p>{html(told('nothing was found'))}</p>"}
<script>{_SCRIPT}</script></body></html>
"""


def _source(address: str | None) -> str:
    if address and address.startswith(("https://", "http://")):
        return f'<a href="{html(address)}" rel="noreferrer">{html(address)}</a>'
    if address and address.startswith("file:"):  # the page may be mailed: folders of this machine are nobody's business
        return html(unquote(address).rpartition("/")[2])
    return html(address)


def _counted(findings: Sequence[Row]) -> str:
    still = [f for f in findings if f["status"] == "open"]
    counts = [f"{told(key)} {sum(f['severity'] == key for f in still)}" for key in _SEVERITIES]
    return html(f"{told('open')}: {' · '.join(counts)} · {told('decided')} {len(findings) - len(still)}")


def _select(name: str, findings: Sequence[Row]) -> str:
    values = dict.fromkeys(str(f[name]) for f in findings)
    options = "".join(f'<option value="{html(v)}">{html(v if name == "publisher" else told(v))}</option>' for v in values)
    return f'<label>{html(told(name))} <select id="{name}"><option value="">{html(told("all"))}</option>{options}</select></label>'


def _marks(finding: Row, *classes: str) -> str:
    """A finding's classes, and what filters look at."""
    data = " ".join(f'data-{name}="{html(finding[name])}"' for name in ("severity", "kind", "status", "publisher"))
    return f'class="{" ".join((*classes, html(finding["severity"]), html(finding["status"])))}" {data}'


def _article(finding: Row, case: Row | None, picture: Shown | None, first: bool) -> str:
    blank = f"（{told('blank')}）" if finding["printed"] or finding["expected"] else None
    facts = (
        ("place", finding["place"]),
        ("page", _where(finding)),
        ("formula", finding["formula"] if language() == "en" or not _WORDS.search(finding["formula"] or "") else ""),
        ("printed", finding["printed"] or blank),
        ("expected", finding["expected"] or blank),
        ("difference", finding["difference"]),
        ("explanation", finding["explanation_zh" if language() == "zh" else "explanation"]),
        ("status", told(finding["status"])),
    )
    listed = "".join(f"<dt>{html(told(name))}</dt><dd>{html(value)}</dd>" for name, value in facts if value not in (None, ""))
    title = finding["title_zh"] if language() == "zh" else finding["title"]
    return (
        f'<article id="finding-{html(finding["finding_id"])}" {_marks(finding, "finding")}>'
        f"<h2>{html(told(finding['severity']))} · {html(title or finding['rule_id'])}</h2>"
        f"<dl>{listed}</dl>{_case(case, picture, first) if case else ''}</article>\n"
    )


def _where(row: Row) -> str:
    return told("p.{n}", n=row["page"]) if row["page"] else told("l.{n}", n=row["line"]) if row["line"] else ""


def _case(case: Row, picture: Shown | None, first: bool) -> str:
    """The open case that explains a finding: whole where it is met first, a link to it later."""
    key = html(case["case_id"])
    if not first:
        return f'<p>{html(told("the same case"))}: <a href="#case-{key}">{key}</a></p>'
    suspects = "<br>".join(html(shown(line)) for line in case["suspects"].splitlines())
    about = told("{ties} equally small explanations; doubt: {doubt}; {state}", ties=case["ties"], doubt=case["doubt"], state=case["state"])
    facts = ((told("case"), f"{key} ({html(about)})"), (told("suspect"), suspects), (told("assignee"), html(case["assignee"])))
    listed = "".join(f"<dt>{html(name)}</dt><dd>{value}</dd>" for name, value in facts if value)
    proposes = any(line.startswith(_PROPOSALS) for line in case["entry"].splitlines())
    how = "--accept" if proposes else "--status keep_printed|not_an_error"
    decide = f"<p><code>final-accounts decide {key} {how} --note … --by …</code></p>"
    return f'<dl id="case-{key}">{listed}</dl>' + (_picture(picture, case) if picture else "") + decide


def _picture(picture: Shown, case: Row) -> str:
    if picture.address:
        suspects, others = html(told("suspect")), html(told("other figures of its equations"))
        legend = f'<span class="red">□ {suspects}</span> <span class="blue">□ {others}</span>'
        legend += f"<br>{html(picture.why)}" if picture.why else ""
        return f'<p><img alt="{html(case["suspects"])}" src="{html(picture.address)}"><br>{legend}</p>'
    return f"<p>{html(told('place'))}: {html(_where(case))} ({html(picture.why)})</p>"
