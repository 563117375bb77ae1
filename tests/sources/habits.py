"""Publishers of different habits, as the test site serves them, and what is the right answer for each.

What belongs here: well-meaning sites with all their oddities.  What may not: hostile ones (``misbehaviour``).
The registry that names these sites is ``samples/publishers``; fiscal year 2024, published in 2025.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs, quote

from tests.sources.bodies import RAR, docx_file, html_report, ole_file, pdf, xlsx_file, zip_file
from tests.sources.site import Handler, Site

YEAR = 2024


@dataclass(frozen=True)
class Expected:
    """What a publisher's year must come to: the standing, and the right documents."""

    publisher: str
    habit: str
    standing: str  # found | ambiguous | missing
    documents: tuple[bytes, ...] = ()

    @property
    def hashes(self) -> set[str]:
        return {hashlib.sha256(d).hexdigest() for d in self.documents}


def page(body: str, title: str = "信息公开", head: str = "<meta charset=utf-8>") -> str:
    return f"<!DOCTYPE html><html><head>{head}<title>{title}</title></head><body><div class=nav><a href='/'>首页</a></div>{body}</body></html>"


def rows(*items: tuple[str, str, str]) -> str:
    """List rows of (address, title, date)."""
    return "<ul>" + "".join(f"<li><a href='{url}' target=_blank>{title}</a><span>{date}</span></li>" for url, title, date in items) + "</ul>"


def article(title: str, date: str, body: str) -> str:
    return page(f"<h1>{title}</h1><p>发布日期：{date}</p><div id='zoom'>{body}</div><div class=foot><a href='/help.doc'>使用帮助</a></div>", title)


def _paged_list(site: Site) -> list[Expected]:
    """Static list over pages, next link; distractors of every kind; the unit's own report on its department's site."""
    h = "127.0.0.11"
    report, unit = pdf("甲市大数据局2024年度部门决算"), pdf("甲市大数据中心2024年度单位决算")
    site.put(
        h,
        "/zwgk/czyjs/",
        page(
            rows(
                ("/zwgk/a1.html", "甲市大数据局2026年部门预算公开", "2026-01-30"),
                ("/zwgk/a2.html", "关于做好2024年度部门决算公开工作的通知", "2025-07-20"),
                ("/zwgk/a3.html", "甲市2024年市级财政决算草案的报告", "2025-08-02"),
                ("/zwgk/a4.html", "2024年市级部门“三公”经费决算情况汇总", "2025-08-20"),
            )
            + "<a href='/zwgk/czyjs/?p=2'>下一页&gt;</a>"
        ),
    )
    site.put(
        h,
        "/zwgk/czyjs/?p=2",
        page(
            rows(
                ("/zwgk/2025/0818/b1.html", "甲市大数据局2024年度部门决算", "2025-08-18"),
                ("/zwgk/2025/0818/b2.html", "甲市大数据中心2024年度单位决算公开", "2025-08-18"),
                ("/zwgk/2024/0816/b3.html", "甲市大数据局2023年度部门决算", "2024-08-16"),
            )
            + "<a href='/zwgk/czyjs/?p=3'>下一页</a>"
        ),
    )
    site.put(
        h, "/zwgk/czyjs/?p=3", page(rows(("/zwgk/2023/0816/c1.html", "甲市大数据局2022年度部门决算", "2023-08-16")) + "<a href='?p=4'>下一页</a>")
    )
    site.put(
        h,
        "/zwgk/2025/0818/b1.html",
        article("甲市大数据局2024年度部门决算", "2025-08-18", "<p><a href='./P020250818.pdf'>附件：2024年度部门决算.pdf</a></p>"),
    )
    site.put(h, "/zwgk/2025/0818/b2.html", article("甲市大数据中心2024年度单位决算公开", "2025-08-18", "<a href='u/unit.pdf'>点击下载</a>"))
    site.put(h, "/zwgk/2025/0818/P020250818.pdf", report, "application/pdf")
    site.put(h, "/zwgk/2025/0818/u/unit.pdf", unit, "application/pdf")
    site.put(h, "/help.doc", ole_file("WordDocument", "帮助"), "application/msword")
    return [
        Expected("甲市大数据局", "static list over pages, distractors", "found", (report,)),
        Expected("甲市大数据中心", "unit on its department's site", "found", (unit,)),
    ]


def _wrong_charset(site: Site) -> list[Expected]:
    """GB18030 that declares UTF-8; a report spread over three attachments, one of another unit, one of another year; no ETag."""
    h, only_date = "127.0.0.12", ("modified",)
    forms, text, annex = ole_file("Workbook", "公开表"), ole_file("WordDocument", "说明"), pdf("甲市财政局自评")
    listing = page(rows(("show?id=7&t=决算", "甲市财政局关于2024年度部门决算的公告〔更新〕".replace("〔更新〕", ""), "2025年9月3日")))
    detail = article("甲市财政局关于2024年度部门决算的公告", "2025年9月3日", (
        "<a href='f/1.xls'>附件1：2024年度部门决算公开表.xls</a><a href='f/2.doc'>附件2：2024年度部门决算情况说明.doc</a>"
        "<a href='f/3.pdf'>附件3：项目支出绩效自评表.pdf</a><a href='f/4.pdf'>甲市会计考试中心2024年度单位决算.pdf</a>"
        "<a href='f/5.pdf'>2023年度部门决算公开.pdf</a><a href='f/6.pdf'>2025年部门预算.pdf</a>"
    ))  # fmt: skip
    site.put(h, "/gk/list.htm", listing.encode("gb18030"), "text/html; charset=utf-8", validators=only_date)
    site.put(h, "/gk/show?id=7&t=" + quote("决算", encoding="gb18030"), detail.encode("gb18030"), validators=only_date)
    for name, body in (("1.xls", forms), ("2.doc", text), ("3.pdf", annex), ("4.pdf", pdf("会计")), ("5.pdf", pdf("旧")), ("6.pdf", pdf("预"))):
        site.put(h, f"/gk/f/{name}", body, "application/octet-stream", validators=only_date)
    return [Expected("甲市财政局", "GB18030 declared UTF-8, three attachments, dates only", "found", (forms, text, annex))]


def _json_search(site: Site) -> list[Expected]:
    """A search endpoint asked by POST, ids instead of links, times in milliseconds, a name in percent-GBK, no validators at all."""
    h, report = "127.0.0.13", pdf("甲市教育局2024年度部门决算")
    items = [
        {"id": "101", "t": "甲市<em>教育局</em>2024年度部门<em>决算</em>", "d": 1755600000000},
        {"id": "102", "t": "甲市教育局2024年度部门预算", "d": 1739000000000},
        {"id": "103", "t": "甲市第一中学2024年度单位决算", "d": 1755600000000},
    ]

    def search(handler: Handler) -> None:
        number = int(parse_qs(handler.form).get("page", ["1"])[0])
        answer = {"data": {"list": items if number == 1 else []}}
        handler.answer(200, json.dumps(answer, ensure_ascii=False).encode(), [("Content-Type", "text/html")])

    site.play(h, "/api/search", search)
    name = quote("教育局决算.pdf", encoding="gbk")
    site.put(h, "/art/101.html", article("甲市教育局2024年度部门决算", "2025-08-19", f"<a href='/files/{name}'>附件</a>"), validators=())
    site.put(h, "/art/103.html", article("甲市第一中学2024年度单位决算", "2025-08-19", ""), validators=())
    site.put(h, f"/files/{name}", report, "application/pdf", validators=())
    return [Expected("甲市教育局", "JSON search by POST, GBK file name, no validators", "found", (report,))]


def _page_itself(site: Site) -> list[Expected]:
    """The report is the page; the list cuts its titles off; GB2312."""
    h, title = "127.0.0.14", "乙县水务局2024年度部门决算公开情况说明"
    body = html_report(title).encode("gb2312")
    listing = page(
        "<table><tr><td><a href='w1.shtml' title='" + title + "'>乙县水务局2024年度部门…</a></td><td>[2025-08-29]</td></tr></table>",
        head="<meta charset=gb2312>",
    )
    site.put(h, "/index.shtml", listing.encode("gb2312"), "text/html")
    site.put(h, "/w1.shtml", body, "text/html")
    return [Expected("乙县水务局", "report in the page itself, titles cut off, GB2312", "found", (body,))]


def _correction(site: Site) -> list[Expected]:
    """The same report linked twice, and a correction published later."""
    h = "127.0.0.15"
    wrong, right = pdf("乙县民政局 错"), pdf("乙县民政局 更正")
    site.put(
        h,
        "/tz/",
        page(
            "<div class=top>"
            + rows(("/d/9.html", "乙县民政局2024年度部门决算（更正）", "2025-10-11"))
            + "</div>"
            + rows(
                ("/d/1.html", "乙县民政局2024年度部门决算公开", "2025-08-22"),
                ("/d/1.html#top", "【置顶】乙县民政局2024年度部门决算公开", "2025-08-22"),
                ("/d/1b.html", "2024年度部门决算公开", "2025-08-22"),
            )
        ),
    )
    site.put(h, "/d/1.html", article("乙县民政局2024年度部门决算公开", "2025-08-22", "<a href='/f/old.pdf'>2024年度部门决算.pdf</a>"))
    site.put(h, "/d/1b.html", article("2024年度部门决算公开", "2025-08-22", "<a href='/f/old.pdf'>2024年度部门决算.pdf</a>"))
    site.put(h, "/d/9.html", article("乙县民政局2024年度部门决算（更正）", "2025-10-11", "<a href='/f/new.pdf'>2024年度部门决算.pdf</a>"))
    site.put(h, "/f/old.pdf", wrong, "application/pdf")
    site.put(h, "/f/new.pdf", right, "application/pdf")
    return [Expected("乙县民政局", "linked twice, corrected later (更正)", "found", (right,))]


def _packed(site: Site) -> list[Expected]:
    """A zip with GBK names, Word and PDF in it, and a rar of nothing elsewhere."""
    h = "127.0.0.16"
    word, annex = docx_file("乙县市场监督管理局2024年度部门决算"), pdf("绩效")
    packed = zip_file({"乙县市场监督管理局/2024年度部门决算.docx": word, "乙县市场监督管理局/附件：绩效自评表.pdf": annex}, gbk_names=True)
    site.put(h, "/l.html", page(rows(("/x/zip.html", "乙县市场监督管理局2024年度部门决算", "2025-08-30"))))
    site.put(h, "/x/zip.html", article("乙县市场监督管理局2024年度部门决算", "2025-08-30", "<a href='all.zip'>附件下载</a>"))
    site.put(h, "/x/all.zip", packed, "application/zip")
    site.put(h, "/rar.html", page(rows(("/x/rar.html", "乙县交通运输局2024年度部门决算", "2025-08-30"))))
    site.put(h, "/x/rar.html", article("乙县交通运输局2024年度部门决算", "2025-08-30", "<a href='all.rar'>2024年度部门决算.rar</a>"))
    site.put(h, "/x/all.rar", RAR, "application/octet-stream")
    return [
        Expected("乙县市场监督管理局", "zip with GBK names", "found", (word, annex)),
        Expected("乙县交通运输局", "rar of nothing, refused by name", "missing"),
    ]


def _platform(site: Site) -> list[Expected]:
    """A platform of many publishers; numbered pages index_1.html; downloads by id that redirect to a file host; one PDF in a viewer."""
    h, files = "127.0.0.17", "127.0.0.27"
    one, two = pdf("丙区统计局"), pdf("丙区司法局")
    noise = [(f"/n/{i}.html", f"丙区第{i}街道办事处2024年度部门决算", "2025-09-10") for i in range(30)]
    site.put(
        h,
        "/js/index.html",
        page(rows(*noise[:20], ("/d/t.html", "丙区统计局2024年度部门决算", "2025-09-09"), ("/d/none.html", "2024年度部门决算公开", "2025-09-09"))),
    )
    site.put(h, "/js/index_1.html", page(rows(*noise[20:], ("/d/s.html", "二〇二四年度丙区司法局部门决算", "2025-09-08"))))
    site.put(h, "/js/index_2.html", page(rows(("/d/old.html", "丙区统计局2023年度部门决算", "2024-09-08"))))
    site.put(h, "/d/t.html", article("丙区统计局2024年度部门决算", "2025-09-09", "<a href='/download.jsp?id=55'>点击下载</a>"))
    site.put(h, "/d/s.html", article("二〇二四年度丙区司法局部门决算", "2025-09-08", "<iframe src='/pdfjs/web/viewer.html?file=/v/s.pdf'></iframe>"))
    site.play(h, "/download.jsp?id=55", lambda handler: handler.answer(302, b"", [("Location", site.url(files, "/55"))]))
    site.put(files, "/55", one, "application/octet-stream", headers=(("Content-Disposition", "attachment; filename=统计局.pdf"),))
    site.put(h, "/v/s.pdf", two, "application/pdf")
    return [
        Expected("丙区统计局", "platform of many, download by id, redirect to a file host", "found", (one,)),
        Expected("丙区司法局", "platform of many, year in Chinese digits, PDF in a viewer", "found", (two,)),
    ]


def _named_by_hand(site: Site) -> list[Expected]:
    """A known address, and a detail page behind a meta refresh whose title says nothing."""
    h = "127.0.0.18"
    direct, behind = pdf("丙区档案馆"), pdf("丙区林业局")
    site.put(h, "/js2024.pdf", direct, "application/pdf")
    site.put(h, "/lyj/", "<meta http-equiv=refresh content='0; url=/lyj/index2.html'>", "text/html")
    site.put(
        h, "/lyj/index2.html", page('<div class=content><a href="javascript:void(0)" onclick="down(\'/lyj/fj/js.pdf\')">决算公开</a></div>', "林业局")
    )
    site.put(h, "/lyj/fj/js.pdf", behind, "application/pdf")
    return [
        Expected("丙区档案馆", "direct link", "found", (direct,)),
        Expected("丙区林业局", "named detail page, meta refresh, link in a script", "found", (behind,)),
    ]


def _other_years(site: Site) -> list[Expected]:
    """Titles with the year of publication, or with none; a former name; rows in XML with CDATA."""
    h = "127.0.0.19"
    audit, renamed = pdf("丁市审计局"), pdf("丁市工业和信息化委员会")
    xml = (
        "<datastore><recordset><record><![CDATA[<li><a href='/a/1.html'>丁市审计局2025年部门决算公开</a><span>2025-08-15</span></li>]]></record>"
        "<record><![CDATA[<li><a href='/a/0.html'>丁市审计局2024年部门决算公开</a><span>2024-08-15</span></li>]]></record></recordset></datastore>"
    )
    site.put(h, "/xml", xml, "application/xml; charset=utf-8")
    site.put(h, "/a/1.html", article("丁市审计局2025年部门决算公开", "2025-08-15", "<a href='/f/a.pdf'>部门决算公开</a>"))
    site.put(h, "/a/0.html", article("丁市审计局2024年部门决算公开", "2024-08-15", "<a href='/f/a0.pdf'>部门决算公开</a>"))
    site.put(h, "/f/a.pdf", audit, "application/pdf")
    site.put(h, "/f/a0.pdf", pdf("丁市审计局2023"), "application/pdf")
    site.put(h, "/gx/", page(rows(("/a/2.html", "丁市工业和信息化委员会2024年度部门决算", "2025-08-11"))))
    site.put(
        h,
        "/a/2.html",
        article(
            "丁市工业和信息化委员会2024年度部门决算",
            "2025-08-11",
            "<a href='/f/g.pdf'>丁市工业和信息化委员会2024年度部门决算（PDF版）</a>"
            "<a href='/f/g.docx'>丁市工业和信息化委员会2024年度部门决算.docx</a>",
        ),
    )
    site.put(h, "/f/g.pdf", renamed, "application/pdf")
    site.put(h, "/f/g.docx", docx_file("丁市工信委"), "application/msword")
    return [
        Expected("丁市审计局", "year of publication in the title, XML rows", "found", (audit,)),
        Expected("丁市工业和信息化局", "former name, two formats of one document", "found", (renamed,)),
    ]


def _doubtful(site: Site) -> list[Expected]:
    """Two reports that both fit; a publisher that has not published; a column page inside the list."""
    h = "127.0.0.20"
    nested = xlsx_file("戊县体育局")
    site.put(
        h,
        "/q/",
        page(rows(("/q/1.html", "丁市气象局2024年度部门决算", "2025-08-12"), ("/q/2.html", "丁市气象局部门决算公开（2024年）", "2025-08-12"))),
    )
    for n in (1, 2):
        site.put(h, f"/q/{n}.html", article(f"丁市气象局2024年度部门决算{n}", "2025-08-12", f"<a href='/q/{n}.pdf'>2024年度部门决算.pdf</a>"))
        site.put(h, f"/q/{n}.pdf", pdf(f"丁市气象局 {n}"), "application/pdf")
    site.put(
        h,
        "/none/",
        page(rows(("/none/1.html", "戊县粮食局2023年度部门决算", "2024-08-12"), ("/none/2.html", "戊县粮食局2025年部门预算", "2025-02-12"))),
    )
    site.put(h, "/col/", page(rows(("/col/2024/", "2024年度部门决算公开", "2025-09-01"))))
    site.put(
        h,
        "/col/2024/",
        page(
            rows(("/col/2024/r.xlsx", "戊县体育局2024年度部门决算", "2025-09-01"), ("/col/2024/o.xlsx", "戊县体育馆2024年度单位决算", "2025-09-01"))
        ),
    )
    site.put(h, "/col/2024/r.xlsx", nested, "application/vnd.ms-excel")
    site.put(h, "/col/2024/o.xlsx", xlsx_file("体育馆"), "application/vnd.ms-excel")
    return [
        Expected("丁市气象局", "two reports that both fit", "ambiguous"),
        Expected("戊县粮食局", "has not published", "missing"),
        Expected("戊县体育局", "a column page inside the list", "found", (nested,)),
    ]


def _drawn_pages(site: Site) -> list[Expected]:
    """Page links that a script draws, a list of links (公开目录) on the second page, a base tag, attachments behind a download page, opened by a script."""
    h, report, sheet = "127.0.0.21", pdf("己省水利厅"), xlsx_file("己省水利厅")
    base, down = "/zfxxgk/", "/module/download/downfile.jsp?classid=0&filename="
    site.put(
        h,
        base,
        page(
            rows(
                (f"{base}1.html", "己省2024年全省一般公共预算收支决算情况", "2025-09-20"),
                (f"{base}2.html", "己省水利厅2025年上半年预算执行情况", "2025-09-12"),
            )
            + '<script>createPageHTML(2, 0, "index", "html");</script>'
        ),
    )
    site.put(
        h,
        f"{base}index_1.html",
        page(rows((f"{base}ml/", "2024年度部门决算公开目录", "2025-08-30")) + '<script>createPageHTML(2, 1, "index", "html");</script>'),
    )
    site.put(
        h,
        f"{base}ml/",
        page(
            "<base href='/content/'>"
            + rows(
                ("./s.html", "己省水文局2024年度单位决算公开说明", "2025-08-30"),
                ("./t.html", "二零二四年度己省水利厅部门决算及“三公”经费公开", "2025-08-30"),
            )
        ),
    )
    site.put(h, "/content/t.html", article("二零二四年度己省水利厅部门决算及“三公”经费公开", "2025-08-30", (
        f"<a href='{down}t1.pdf'>2024年度部门决算公开说明</a><a href='javascript:;' onclick=\"window.open('{down}t2.xlsx')\">2024年度部门决算公开表</a>"
    )))  # fmt: skip
    site.play(h, f"{down}t1.pdf", lambda handler: handler.answer(302, b"", [("Location", "/files/t1.pdf")]))
    site.put(h, "/files/t1.pdf", report, "application/pdf")
    site.put(h, f"{down}t2.xlsx", sheet, "application/octet-stream")
    return [Expected("己省水利厅", "pages drawn by a script, a list of links, a base tag, download pages", "found", (report, sheet))]


PUBLISHERS: tuple[Callable[[Site], list[Expected]], ...] = (
    _paged_list, _wrong_charset, _json_search, _page_itself, _correction, _packed, _platform, _named_by_hand, _other_years, _doubtful,
    _drawn_pages,
)  # fmt: skip


def build(site: Site) -> list[Expected]:
    """Put every publisher's site up; what each must come to."""
    return [expected for put_up in PUBLISHERS for expected in put_up(site)]
