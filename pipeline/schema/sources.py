"""``sources.*``: what was found on publishers' sites and in the inbox, how every publisher stands, and what revisions changed."""

from __future__ import annotations

from pipeline.schema.base import ITS_REPORT, Column, Table

REPORT_LINKS = Table(
    "sources", "report_links", "One row a link that was looked at: what it was taken for and what became of it", "每个检索到的链接一行及其处理结果",
    (
        Column("publisher", "VARCHAR", "Publisher of the registry; NULL where only the document can tell", "公开单位"),
        Column("fiscal_year", "INTEGER", "Year that was asked for", "决算年度", nullable=False),
        Column("link_no", "INTEGER", "Order in the run", "序号", nullable=False),
        Column("url", "VARCHAR", "Address", "链接地址", nullable=False),
        Column("title", "VARCHAR", "Words of the link", "链接标题"),
        Column("page_url", "VARCHAR", "Page that it stands on", "所在页面"),
        Column("found_by", "VARCHAR", "Kind of site: list, detail, json, direct, inbox", "来源方式"),
        Column("published", "VARCHAR", "Date of publication as the site gives it (ISO)", "发布日期"),
        Column("year_basis", "VARCHAR", "What tells the fiscal year: title, published_later, published, none", "年度依据"),
        Column("state", "VARCHAR", "What the link is for the publisher's year", "认定", nullable=False,
               domain=("current", "superseded", "duplicate", "ambiguous", "incomplete", "rejected", "dead", "refused", "failed", "limit")),
        Column("outcome", "VARCHAR", "What fetching it came to; NULL where it was not fetched", "获取结果",
               domain=("downloaded", "unchanged", "known", "dead", "refused", "failed")),
        Column("document_sha256", "VARCHAR", "Hash of the document (of a package: of the first in it)", "文件哈希"),
        Column("reason", "VARCHAR", "Why, in one line", "原因"),
    ),
    ("fiscal_year", "link_no"),
)  # fmt: skip

PUBLISHERS = Table(
    "sources", "publishers", "One row a publisher of the registry and year: whether its report is there", "每个公开单位每年一行：是否已公开",
    (
        Column("publisher", "VARCHAR", "Name in the registry", "公开单位", nullable=False),
        Column("fiscal_year", "INTEGER", "Year of the accounts", "决算年度", nullable=False),
        Column("kind", "VARCHAR", "Department or unit", "部门或单位", nullable=False, domain=("department", "unit")),
        Column("parent", "VARCHAR", "Its department", "主管部门"),
        Column("division", "VARCHAR", "Administrative division code (GB/T 2260)", "行政区划代码", nullable=False),
        Column("level", "VARCHAR", "Level of government", "层级", nullable=False, domain=("central", "province", "city", "county", "township")),
        Column("standing", "VARCHAR", "Found today, kept from before, ambiguous, or missing", "状态", nullable=False,
               domain=("found", "kept", "ambiguous", "missing")),
        Column("overdue", "BOOLEAN", "No report although the expected date is past", "是否逾期", nullable=False),
        Column("expected_by", "VARCHAR", "Date after which a missing report is reported (ISO)", "预期公开日期", nullable=False),
        Column("title", "VARCHAR", "Title of what stands", "标题"),
        Column("page_url", "VARCHAR", "Page of what stands", "页面"),
        Column("documents", "INTEGER", "Documents that it consists of", "文件数", nullable=False),
        Column("revision", "INTEGER", "How often it was published, each time with other bytes", "版本", nullable=False),
        Column("replaced_sha256", "VARCHAR", "Hashes of the revision before, separated by blanks", "被替换文件哈希"),
        Column("note", "VARCHAR", "In one line", "说明"),
    ),
    ("publisher", "fiscal_year"),
)  # fmt: skip

REVISED_FINDINGS = Table(
    "checks", "revised_findings", "Of reports published again: what became of the findings of the revision before", "更正前后发现问题的对比",
    (
        Column("finding_id", "VARCHAR", "Stable: hash of rule, report and place", "问题标识", nullable=False),
        Column("rule_id", "VARCHAR", "Its rule", "规则代码", nullable=False),
        Column("kind", "VARCHAR", "Kind", "类别", nullable=False),
        Column("severity", "VARCHAR", "Weight", "严重程度", nullable=False, domain=("error", "warning", "info")),
        *ITS_REPORT,
        Column("place", "VARCHAR", "Form, row and column", "位置", nullable=False),
        Column("change", "VARCHAR", "What became of it", "变化", nullable=False, domain=("resolved", "remains", "altered", "new")),
        Column("before_sha256", "VARCHAR", "Hash of the earlier document", "更正前文件哈希", nullable=False),
        Column("after_sha256", "VARCHAR", "Hash of the document that stands", "更正后文件哈希", nullable=False),
        Column("printed_before", "VARCHAR", "What the earlier revision printed", "更正前印出"),
        Column("printed_after", "VARCHAR", "What the report prints now", "更正后印出"),
        Column("explanation", "VARCHAR", "In words", "说明"),
    ),
    ("finding_id", "before_sha256"),
)  # fmt: skip

SOURCES = (REPORT_LINKS, PUBLISHERS, REVISED_FINDINGS)
