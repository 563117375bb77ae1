"""The markup of a page of evidence: one file, nothing from elsewhere, every word of a document escaped.

A policy in the page itself lets only its own script run, so that not even a word that slipped through could do anything.
What belongs here: HTML.  What may not: the warehouse.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import unquote

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
const chosen = { severity: '', kind: '' };
function filter() {
  for (const f of document.querySelectorAll('article'))
    f.hidden = Object.keys(chosen).some(k => chosen[k] && f.dataset[k] !== chosen[k]);
}
for (const s of document.querySelectorAll('select'))
  s.addEventListener('change', () => { chosen[s.id] = s.value; filter(); });
"""
_STYLE = """
body{font:15px/1.5 system-ui,"Noto Sans CJK SC",sans-serif;max-width:1000px;margin:1rem auto;padding:0 1rem;color:#222}
article{border:1px solid #ccc;border-left:6px solid #888;padding:.5rem 1rem;margin:.8rem 0;overflow-wrap:anywhere}
article.error{border-left-color:#d00000}article.warning{border-left-color:#e09000}article.decided{opacity:.65}
h2{font-size:1rem;margin:.2rem 0}dl{display:grid;grid-template-columns:9rem 1fr;margin:.3rem 0}dt{color:#666}dd{margin:0}
img{max-width:100%;border:1px solid #ddd}code{background:#f3f3f3;padding:.1rem .3rem}[hidden]{display:none}
.red{color:#d00000}.blue{color:#0050d0}
"""
_HASH = base64.b64encode(hashlib.sha256(_SCRIPT.encode()).digest()).decode()
_POLICY = f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-{_HASH}'"

_PROPOSALS = tuple(f'verdict = "{verdict}"' for verdict in sorted(CORRECTING))
_SEVERITIES = {"error": "错误 error", "warning": "警告 warning", "info": "提示 info"}
#: What stands for a side of a comparison that prints nothing.
_BLANK = "（空白 blank）"
_STATES = {"open": "待裁定 open", "decided": "已裁定 decided"}


def page_of(report: Row, findings: Sequence[Row], cases: Mapping[str, Row], pictures: Mapping[str, Shown]) -> str:
    """The page of one report; ``findings`` in the order in which they are shown, open ``cases`` and their pictures by id."""
    shown: set[str] = set()
    articles = []
    for finding in findings:
        case = finding["case_id"] or ""
        first = case in cases and case not in shown
        shown.add(case)
        articles.append(_article(finding, cases.get(case), pictures.get(case) if first else None, first))
    title = html(f"{report['publisher']} {report['fiscal_year']}")
    return f"""<!DOCTYPE html>
<html lang="zh"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="viewport" content="width=device-width"><title>{title}</title><style>{_STYLE}</style></head><body>
<h1>{title}</h1>
<p>{html(report["title"])} · {_source(report["source_url"])}</p>
<p>{_counted(findings)}</p>
<p>{_select("severity", "严重程度 severity", findings)} {_select("kind", "类别 kind", findings)}</p>
{"".join(articles) or "<p>没有发现问题 · nothing was found</p>"}
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
    counts = [f"{words} {sum(f['severity'] == key for f in still)}" for key, words in _SEVERITIES.items()]
    return html(f"待裁定 open: {' · '.join(counts)} · 已裁定 decided {len(findings) - len(still)}")


def _select(name: str, title: str, findings: Sequence[Row]) -> str:
    values = dict.fromkeys(str(f[name]) for f in findings)
    options = "".join(f'<option value="{html(v)}">{html(_SEVERITIES.get(v, v))}</option>' for v in values)
    return f'<label>{html(title)} <select id="{name}"><option value="">全部 all</option>{options}</select></label>'


def _article(finding: Row, case: Row | None, picture: Shown | None, first: bool) -> str:
    place = f"第 {finding['page']} 页 page" if finding["page"] else f"第 {finding['line']} 行 line" if finding["line"] else ""
    blank = _BLANK if finding["printed"] or finding["expected"] else None
    facts = (
        ("位置 place", finding["place"]),
        ("页 page", place),
        ("公式 formula", finding["formula"]),
        ("印出 printed", finding["printed"] or blank),
        ("应为 expected", finding["expected"] or blank),
        ("差额 difference", finding["difference"]),
        ("说明 explanation", finding["explanation"]),
        ("状态 status", _STATES.get(finding["status"], finding["status"])),
    )
    listed = "".join(f"<dt>{name}</dt><dd>{html(value)}</dd>" for name, value in facts if value not in (None, ""))
    severity = html(finding["severity"])
    return (
        f'<article class="{severity} {html(finding["status"])}" data-severity="{severity}" data-kind="{html(finding["kind"])}">'
        f"<h2>{html(_SEVERITIES.get(finding['severity'], finding['severity']))} · {html(finding['title_zh'] or finding['rule_id'])}</h2>"
        f"<dl>{listed}</dl>{_case(case, picture, first) if case else ''}</article>\n"
    )


def _case(case: Row, picture: Shown | None, first: bool) -> str:
    """The open case that explains a finding: whole where it is met first, a link to it later."""
    key = html(case["case_id"])
    if not first:
        return f'<p>同一案件 same case: <a href="#case-{key}">{key}</a></p>'
    suspects = "<br>".join(html(line) for line in case["suspects"].splitlines())
    about = f"{key} (ties {html(case['ties'])}, {html(case['doubt'])})"
    told = f'<dl id="case-{key}"><dt>案件 case</dt><dd>{about}</dd><dt>疑似 suspects</dt><dd>{suspects}</dd></dl>'
    proposes = any(line.startswith(_PROPOSALS) for line in case["entry"].splitlines())
    how = "--accept" if proposes else "--status keep_printed|not_an_error"
    decide = f"<p><code>final-accounts decide {key} {how} --note … --by …</code></p>"
    return told + (_picture(picture, case) if picture else "") + decide


def _picture(picture: Shown, case: Row) -> str:
    if picture.address:
        legend = '<span class="red">□ 疑似有误 suspect</span> <span class="blue">□ 同一等式中的其他数字 other figures of its equations</span>'
        legend += f"<br>{html(picture.why)}" if picture.why else ""
        return f'<p><img alt="{html(case["suspects"])}" src="{html(picture.address)}"><br>{legend}</p>'
    at = f"第 {case['page']} 页 page" if case["page"] else f"第 {case['line']} 行 line" if case["line"] else "无 none"
    return f"<p>位置 place: {html(at)} ({html(picture.why)})</p>"
