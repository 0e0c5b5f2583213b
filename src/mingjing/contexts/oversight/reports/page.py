"""
``report.html``: one file that needs no network, reads without script, and searches and filters with it.

The script and the style stand in the file; a content security policy lets nothing else run. Findings are embedded as
JSON, columns first and repeated texts once, as many as the limits allow; the page says what it leaves out.
"""

import base64
import csv
import hashlib
import io
import json
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from mingjing.contexts.oversight.reports.badrows import BadRows
from mingjing.contexts.oversight.reports.digest import (
    SHARE_NEEDS_CASES,
    Digest,
    MonthFigures,
)
from mingjing.contexts.oversight.reports.findings import Finding, FindingStore
from mingjing.contexts.oversight.reports.labels import (
    GROUPS,
    KIND_LABELS,
    SEVERITIES,
    SEVERITY_LABELS,
    SEVERITY_MEANINGS,
    Gap,
    describe_gaps,
    gap_source,
    severity_label,
    subject_label,
)
from mingjing.contexts.oversight.reports.notices import Notice
from mingjing.contexts.oversight.reports.result import RuleResult

HEAT_LEVELS: Final = 5
BAD_CELLS_SHOWN: Final = 50
RETURNED_ROWS: Final = "bad_rows.xlsx"
"""The workbook of rows that go back to the sender, where the readers made one and it lies beside the page."""
EVIDENCE_SHOWN: Final = 8
TEXT_SHOWN: Final = 400
FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLimits:
    """How much the page holds: findings, bytes of findings, examples per rule, columns of the map."""

    findings: int = 20_000
    bytes: int = 5_000_000
    examples: int = 3
    map_agencies: int = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatCell:
    """One field of the map."""

    count: int
    level: int
    agency: str
    agency_number: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Priority:
    """One sentence of what matters first, and where it leads."""

    heading: str
    words: str
    anchor: str
    filters: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """One thing that is missing, and how many rules wait for it."""

    gap: Gap
    rules: int


def compact(number: int) -> str:
    """Write a count in at most five signs: ``12345`` becomes ``1.2万``."""
    if number < 10_000:
        return str(number)
    tens = number / 10_000
    words = f"{tens:.1f}" if tens < 100 else f"{tens:.0f}"
    return f"{words.removesuffix('.0')}万"


def percent(share: float | None) -> str:
    """Write a share; what rounds to nothing is not called nothing."""
    if share is None:
        return "—"
    if 0 < share < 0.001:
        return "<0.1%"
    return f"{share * 100:.1f}%"


def csv_link(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a ``data:`` address of a table; a cell that a spreadsheet would take for a formula is defused."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(head)
    for row in rows:
        texts = ["" if value is None else str(value) for value in row]
        writer.writerow([f"'{text}" if text.startswith(FORMULA_STARTS) else text for text in texts])
    # The mark at the start lets spreadsheets see that this is UTF-8.
    return "data:text/csv;charset=utf-8," + quote("\ufeff" + stream.getvalue())


def heat_breaks(largest: int) -> tuple[int, ...]:
    """Return the lower bounds of the map's levels: round numbers from 1 up to the largest count."""
    if largest <= HEAT_LEVELS:
        return tuple(range(1, largest + 1))
    nice = [step * 10**power for power in range(len(str(largest))) for step in (1, 2, 5)]
    nice = [number for number in nice if number <= largest]
    last = len(nice) - 1
    picked = {nice[round(level * last / (HEAT_LEVELS - 1))] for level in range(HEAT_LEVELS)}
    return tuple(sorted(picked))


def _script_json(value: Any) -> Markup:
    """Write JSON that cannot end the script element that holds it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for sign, escape in (
        ("&", "\\u0026"),
        ("<", "\\u003c"),
        (">", "\\u003e"),
        ("\u2028", "\\u2028"),
        ("\u2029", "\\u2029"),
    ):
        text = text.replace(sign, escape)
    return Markup(text)  # noqa: S704 - nothing in it can end the element, see above


def _shorten(text: str, limit: int = TEXT_SHOWN) -> str:
    return text if len(text) <= limit else f"{text[:limit]}……（过长，全文见 report.xlsx）"


class Embedded:
    """The findings that the page carries, in columns, with repeated texts stored once."""

    def __init__(self, *, rules: Mapping[str, int], agencies: Mapping[str, int], months: Sequence[str]) -> None:
        self.months = tuple(months)
        self._rules, self._agencies = rules, agencies
        self._months = {month: place for place, month in enumerate(months)}
        self._texts: dict[str, int] = {}
        self._rows: list[tuple[int, tuple[Any, ...]]] = []
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, one: Finding) -> None:
        """Take one more finding."""
        lines = one.evidence.split("\n") if one.evidence else []
        if len(lines) > EVIDENCE_SHOWN:
            lines = [*lines[:EVIDENCE_SHOWN], f"等 {len(lines)} 项"]
        evidence = _shorten("\n".join(lines), TEXT_SHOWN * 3)
        row = (
            self._rules[one.rule_id],
            self._agencies[one.agency_id],
            SEVERITIES.index(one.severity) if one.severity in SEVERITIES else len(SEVERITIES) - 1,
            self._months.get(one.month, -1),
            one.due_on.isoformat() if one.due_on else "",
            one.overdue_days if one.overdue_days is not None else "",
            self._text(one.label),
            self._text(one.party),
            self._text(_shorten(one.expected)),
            self._text(_shorten(one.observed)),
            self._text(evidence),
        )
        self.bytes += 45
        self._rows.append((one.number, row))

    def _text(self, text: str) -> int:
        index = self._texts.setdefault(text, len(self._texts))
        if index == len(self._texts) - 1:
            self.bytes += len(text.encode()) + 3
        return index

    def columns(self) -> dict[str, Any]:
        """Return what goes into the page, in the order of the report."""
        rows = [row for _, row in sorted(self._rows)]
        names = (
            "rule",
            "agency",
            "severity",
            "month",
            "due",
            "overdue",
            "label",
            "party",
            "expected",
            "observed",
            "evidence",
        )
        columns = dict(zip(names, zip(*rows, strict=True), strict=True)) if rows else dict.fromkeys(names, ())
        return {"texts": list(self._texts), "columns": columns}


def _pick(store: FindingStore, digest: Digest, limits: PageLimits) -> Embedded:
    """Embed the worst of every rule and agency first, then the second worst of each, until a limit is met."""
    rows = store.query("SELECT DISTINCT month FROM shown WHERE month <> '' ORDER BY month DESC")
    embedded = Embedded(
        rules={one.rule.rule_id: place for place, one in enumerate(digest.rules)},
        agencies={one.agency_id: one.number for one in digest.agencies},
        months=[row[0] for row in rows],
    )
    chosen = f"number IN (SELECT number FROM shown ORDER BY place, gravity, number LIMIT {limits.findings})"
    for finding in store.rows(chosen, order="place, gravity, number"):
        if embedded.bytes > limits.bytes:
            break
        embedded.add(finding)
    return embedded


def _heat(digest: Digest, limits: PageLimits) -> dict[str, Any]:
    columns = digest.answerable[: limits.map_agencies]
    rest = digest.answerable[limits.map_agencies :]
    breaks = heat_breaks(max(digest.cells.values(), default=0))

    def level(count: int) -> int:
        place = sum(1 for bound in breaks if count >= bound)
        # The darkest tone always stands for the largest counts, however few levels there are.
        return math.ceil(place * HEAT_LEVELS / len(breaks)) if count else 0

    groups = []
    for label, _ in GROUPS:
        rows = []
        for one in digest.found:
            if one.rule.group != label:
                continue
            counts = [digest.cells.get((agency.agency_id, one.rule.rule_id), 0) for agency in columns]
            others = sum(digest.cells.get((agency.agency_id, one.rule.rule_id), 0) for agency in rest)
            cells = [
                HeatCell(count=count, level=level(count), agency=agency.name, agency_number=agency.number)
                for agency, count in zip(columns, counts, strict=True)
            ]
            if rest:
                cells.append(HeatCell(count=others, level=level(others), agency="其余机关", agency_number=None))
            rows.append({"figures": one, "cells": cells})
        if rows:
            groups.append({"label": label, "rows": rows})
    bounds = [*breaks, None]
    legend = [
        {
            "level": level(low),
            "words": f"{low:,} 以上" if high is None else (f"{low:,}" if high - low == 1 else f"{low:,}–{high - 1:,}"),
        }
        for low, high in zip(breaks, bounds[1:], strict=True)
    ]
    return {"columns": columns, "rest": rest, "groups": groups, "legend": legend}


def _priorities(digest: Digest) -> list[Priority]:
    """Say in a few sentences where to look first."""
    if not digest.count.total:
        return []
    said: list[Priority] = []
    if digest.count.fatal:
        said.append(_gravest(digest))
    most = digest.answerable[0]
    share = most.count.total / digest.count.total
    main = f"，最多的是不符合“{most.top_rule.title}”（{most.top_rule_findings:,} 处）" if most.top_rule else ""
    said.append(
        Priority(
            heading="问题最多的机关",
            words=f"{most.name}：{most.count.total:,} 处，占全部的 {percent(share)}{main}。",
            anchor="#list",
            filters=f"agency={most.number}",
        )
    )
    densest = max(
        (one for one in digest.answerable if (one.cases or 0) >= SHARE_NEEDS_CASES),
        key=lambda one: one.share or 0,
        default=None,
    )
    if densest and densest is not most:
        said.append(
            Priority(
                heading="问题案件占比最高的机关",
                words=f"{densest.name}：{densest.cases:,} 件案件中 {densest.cases_found:,} 件有问题，占 {percent(densest.share)}。",
                anchor="#list",
                filters=f"agency={densest.number}",
            )
        )
    common = max(digest.found, key=lambda one: one.count)
    said.append(
        Priority(
            heading="最普遍的问题",
            words=f"不符合“{common.rule.title}”：{common.count:,} 处，涉及 {common.agencies} 个机关"
            + (f"，占核对对象的 {percent(common.share)}。" if common.share is not None else "。"),
            anchor=f"#{common.rule.anchor}",
            filters=f"rule={common.rule.number}",
        )
    )
    return said


def _gravest(digest: Digest) -> Priority:
    fatal = [one for one in digest.found if one.rule.severity == "fatal"]
    top = max(fatal, key=lambda one: one.count, default=None)
    words = f"共 {digest.count.fatal:,} 处，可能使决定被撤销或者确认违法，应当最先核实。"
    if top:
        words += f"最多的是不符合“{top.rule.title}”（{top.count:,} 处"
        words += f"，{top.worst_agency} {top.worst_agency_findings:,} 处）。" if top.worst_agency else "）。"
    return Priority(heading="重大问题", words=words, anchor="#list", filters="severity=0")


def _trend(months: tuple[MonthFigures, ...]) -> dict[str, Any]:
    largest = max((one.count.total for one in months), default=0)
    bars = []
    year = ""
    for one in months:
        shown_year = one.month[:4] if one.month and one.month[:4] != year else ""
        year = one.month[:4] or year
        bars.append(
            {
                "figures": one,
                "tick": str(int(one.month[5:])) if one.month else one.label,
                "year": shown_year,
                "height": round(100 * one.count.total / largest, 2) if largest else 0,
            }
        )
    rows = [(one.label, one.count.fatal, one.count.serious, one.count.notice, one.count.total) for one in months]
    return {"bars": bars, "csv": csv_link(("月份", "重大", "较重", "提示", "合计"), rows), "largest": largest}


def _examples(store: FindingStore, limits: PageLimits) -> dict[str, list[Finding]]:
    worst = f"""number IN (SELECT number FROM shown QUALIFY row_number() OVER
        (PARTITION BY rule_id ORDER BY overdue_days DESC NULLS LAST, gravity, number) <= {limits.examples})"""
    examples: dict[str, list[Finding]] = defaultdict(list)
    for finding in store.rows(worst, order="rule_id, overdue_days DESC NULLS LAST, number"):
        examples[finding.rule_id].append(finding)
    return examples


def _rule_groups(digest: Digest) -> list[dict[str, Any]]:
    groups: list[dict[str, Any]] = []
    for label, _ in GROUPS:
        found = [one for one in digest.found if one.rule.group == label]
        if found:
            groups.append({"label": label, "rules": found})
    return groups


def _map_csv(digest: Digest) -> str:
    agencies = digest.answerable
    rows = [
        (one.rule.title, severity_label(one.rule.severity), one.count)
        + tuple(digest.cells.get((agency.agency_id, one.rule.rule_id), 0) for agency in agencies)
        for one in digest.found
    ]
    return csv_link(("规则", "程度", "合计", *(agency.name for agency in agencies)), rows)


def _agency_csv(digest: Digest) -> str:
    rows = [
        (one.name, one.cases, one.cases_found, percent(one.share), one.count.total, one.count.fatal, one.count.serious)
        + (one.count.notice, one.top_rule.title if one.top_rule else "")
        for one in digest.agencies
    ]
    head = ("执法主体", "案件", "有问题的案件", "占比", "问题", "重大", "较重", "提示", "不符合最多的规则")
    return csv_link(head, rows)


def _supplies(digest: Digest) -> list[Supply]:
    """List what is missing, table by table, what most rules wait for first."""
    waiting: dict[str, list[RuleResult]] = defaultdict(list)
    names: dict[str, list[str]] = defaultdict(list)
    for rule in digest.not_evaluated:
        for source in dict.fromkeys(gap_source(name) for name in rule.missing):
            waiting[source].append(rule)
        for name in rule.missing:
            names[gap_source(name)].append(name)
    ranked = sorted(waiting, key=lambda source: -len(waiting[source]))
    return [Supply(gap=gap, rules=len(waiting[source])) for source in ranked for gap in describe_gaps(names[source])]


def _rule_data(rule: RuleResult) -> list[Any]:
    return [rule.title, rule.group, rule.statement, [[one.label, one.gist] for one in rule.citations], rule.anchor]


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("mingjing.contexts.oversight.reports", "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "compact": compact,
        "percent": percent,
        "severity": severity_label,
        "subject": subject_label,
        "shorten": _shorten,
    }
    return environment


def _asset(environment: Environment, name: str) -> str:
    loader = environment.loader
    assert loader is not None
    return loader.get_source(environment, name)[0]


def write_page(
    path: Path,
    *,
    store: FindingStore,
    digest: Digest,
    notices: tuple[Notice, ...] = (),
    bad_rows: BadRows | None = None,
    limits: PageLimits | None = None,
) -> int:
    """Write the page; return how many findings it carries."""
    limits = limits or PageLimits()
    embedded = _pick(store, digest, limits)
    data = {
        "total": digest.count.total,
        "rules": [_rule_data(one.rule) for one in digest.rules],
        "agencies": [one.name for one in digest.agencies],
        "months": embedded.months,
        "severities": list(SEVERITY_LABELS.values()),
        "reply": f"收到监督通知书之日起 {digest.place.reply_days} 日内",
        "reply_due": digest.reply_due_on.isoformat(),
        "issued": digest.issued_on.isoformat(),
        **embedded.columns(),
    }
    environment = _environment()
    script = _asset(environment, "report.js")
    digest_of_script = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    returned = path.parent / RETURNED_ROWS
    drafts = {one.agency_id: f"{quote(one.path.parent.name)}/{quote(one.path.name)}" for one in notices}
    page = environment.get_template("report.html.j2").render(
        digest=digest,
        summary=digest.summary,
        place=digest.place,
        priorities=_priorities(digest),
        heat=_heat(digest, limits),
        map_csv=_map_csv(digest),
        agency_csv=_agency_csv(digest),
        trend=_trend(digest.months),
        rule_groups=_rule_groups(digest),
        examples=_examples(store, limits),
        silent=[one for one in digest.evaluated if not one.count],
        drafts=drafts,
        returned=RETURNED_ROWS if returned.is_file() else "",
        supplies=_supplies(digest),
        bad=bad_rows,
        bad_cells=bad_rows.cells[:BAD_CELLS_SHOWN] if bad_rows else (),
        embedded=len(embedded),
        severities=SEVERITIES,
        severity_labels=SEVERITY_LABELS,
        severity_meanings=SEVERITY_MEANINGS,
        kinds=KIND_LABELS,
        style=Markup(_asset(environment, "report.css")),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704 - our own file
        script_hash=digest_of_script,
        data=_script_json(data),
    )
    path.write_text(page, encoding="utf-8")
    return len(embedded)
