"""Write all the papers of one result folder."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Final, Self

from mingjing.contexts.oversight.reports.badrows import BadRows
from mingjing.contexts.oversight.reports.digest import make_digest
from mingjing.contexts.oversight.reports.findings import FindingStore
from mingjing.contexts.oversight.reports.labels import Place
from mingjing.contexts.oversight.reports.notices import DEFAULT_ROWS, Notice, write_notices
from mingjing.contexts.oversight.reports.page import PageLimits, write_page
from mingjing.contexts.oversight.reports.result import Summary, read_summary
from mingjing.contexts.oversight.reports.workbook import WorkbookLimits, write_workbook
from mingjing.law.places import name_of

DEFAULT_TITLE: Final = "行政执法监督检查报告"
Progress = Callable[[str, float], None]
"""Told what is being done (Chinese, for the person waiting) and the share of the whole that is done, 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLimits:
    """How much goes into each paper; beyond it each of them says what is left out and where it is."""

    page: PageLimits = field(default_factory=PageLimits)
    workbook: WorkbookLimits = field(default_factory=WorkbookLimits)
    notice_rows: int = DEFAULT_ROWS


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPaths:
    """Where the papers lie."""

    page: Path
    workbook: Path
    notices: tuple[Notice, ...]
    findings: int
    embedded: int

    def moved_to(self, folder: Path) -> Self:
        """Return the same papers after the folder that holds them was moved or renamed."""
        old = self.page.parent
        return replace(
            self,
            page=folder / self.page.relative_to(old),
            workbook=folder / self.workbook.relative_to(old),
            notices=tuple(replace(one, path=folder / one.path.relative_to(old)) for one in self.notices),
        )


def _place_of(summary: Summary) -> Place:
    """Name the place of the result by its code; a place that is not known stays nameless."""
    name = name_of(summary.place) if summary.place else ""
    return Place(name="" if name == summary.place else name)


def write_reports(
    result_dir: Path,
    facts_dir: Path,
    *,
    out_dir: Path | None = None,
    title: str = "",
    place: Place | None = None,
    issued_on: date | None = None,
    bad_rows: BadRows | None = None,
    limits: ReportLimits | None = None,
    progress: Progress = lambda _words, _share: None,
) -> ReportPaths:
    """
    Write ``report.html``, ``report.xlsx`` and ``notices/*.docx`` from a result folder.

    ``facts_dir`` is the facts folder in standard Parquet, used for names only; whatever it lacks is shown by its
    identifier. What its readers reported is shown too, unless ``bad_rows`` is given. The papers go to ``out_dir``, else
    into the result folder. ``issued_on`` dates the drafts and starts the example of the reply period; without it the
    day of the facts (``as_of``) stands.

    :raises ResultUnreadableError: when the result folder is not one.
    """
    target = out_dir or result_dir
    target.mkdir(parents=True, exist_ok=True)
    limits = limits or ReportLimits()
    progress("读取检查结果", 0.0)
    summary = read_summary(result_dir)
    place = place or _place_of(summary)
    bad_rows = bad_rows or BadRows.of_folder(facts_dir)
    with FindingStore(result_dir, facts_dir, rule_order=[rule.rule_id for rule in summary.rules]) as store:
        progress("统计", 0.2)
        heading = title or f"{place.name}{DEFAULT_TITLE}"
        day = issued_on or summary.as_of
        digest = make_digest(store=store, summary=summary, title=heading, place=place, issued_on=day)
        progress("起草监督通知书", 0.25)
        notices = write_notices(target / "notices", store=store, digest=digest, rows=limits.notice_rows)
        progress("写网页报告", 0.35)
        page = target / "report.html"
        embedded = write_page(page, store=store, digest=digest, notices=notices, bad_rows=bad_rows, limits=limits.page)
        total = max(digest.count.total, 1)
        workbook = target / "report.xlsx"
        write_workbook(
            workbook,
            store=store,
            digest=digest,
            bad_rows=bad_rows,
            limits=limits.workbook,
            progress=lambda written: progress("写明细表格", 0.5 + 0.5 * written / total),
        )
    progress("完成", 1.0)
    return ReportPaths(page=page, workbook=workbook, notices=notices, findings=digest.count.total, embedded=embedded)
