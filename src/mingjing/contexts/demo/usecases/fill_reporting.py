"""Fill the reporting room: three months of figures sent in, a circular signed, drafts that wait, a special report gone."""

from datetime import date, datetime, timedelta

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.accounts.models import Unit, UnitKind
from mingjing.contexts.demo.place import AT, CODE, DemoPlace
from mingjing.contexts.plans.models import Plan
from mingjing.contexts.plans.usecases.files import FileGiven
from mingjing.contexts.reporting.models import Report, ReportKind
from mingjing.contexts.reporting.prefill import offered
from mingjing.contexts.reporting.usecases import collect, reports

ORDER = 80
_MONTHS = ("2026-08", "2026-09", "2026-10")


def fill(place: DemoPlace) -> str:
    """Ask, send, draft, sign and deliver as the bureau and the units would."""
    keeper, head, clerk = place.actor("overseer"), place.actor("overseer_head"), place.actor("agency_clerk")
    market = clerk.held[0].unit_path.rstrip("/").rpartition("/")[2]
    units = list(
        Unit.objects.filter(place__startswith=CODE, kind=UnitKind.AGENCY)
        .order_by("path")
        .values_list("code", flat=True)
    )[:8]
    sent = 0
    for number, period in enumerate(_MONTHS, start=1):
        at = datetime.combine(date(2026, 8 + number, 1), AT.timetz())
        one = collect.ask(actor=keeper, at=at, place=CODE, kind="monthly", period=period, units=units)
        by = Unit.objects.get(code=market)
        known = offered(one, by)
        figures = {"inspections": 60 + 7 * number, "filed": 14, "decided": 11, "licences": 230 + number, "reviewed": 4, "officers": 58}  # fmt: skip
        row = collect.submit(
            actor=clerk, at=at + timedelta(days=3), collection=one.code, unit=market,
            figures={code: str(known.get(code, value)) for code, value in figures.items()}, prefilled=known,
        )  # fmt: skip
        collect.judge(
            actor=keeper, at=at + timedelta(days=4), submission=row.pk, version=row.version, accepted=True, text="属实"
        )
        sent += 1
    plan = Plan.objects.filter(place=CODE).order_by("pk").first()
    assert plan is not None
    circular = reports.draft_report(
        actor=keeper, at=AT - timedelta(days=10), kind=ReportKind.CIRCULAR, place=CODE, period="2026-Q3"
    )
    circular = _numbered(keeper, circular, "泗司通〔2026〕3号")
    reports.sign_report(actor=head, at=AT - timedelta(days=9), code=circular.code, version=circular.version)
    reports.draft_report(actor=keeper, at=AT, kind=ReportKind.DISPATCH, place=CODE, period="2026-10", plan=plan.code)
    special = reports.draft_report(
        actor=keeper, at=AT - timedelta(days=5), kind=ReportKind.SPECIAL, place=CODE, period="2026-11"
    )
    special = reports.edit_report(
        actor=keeper, at=AT - timedelta(days=5), code=special.code, version=special.version,
        title="关于涉企检查重复入企问题整改情况的专报", number="第1期", addressees="",
        blocks=[
            {"kind": "heading", "text": "一、事项"},
            {"kind": "paragraph", "text": "有企业反映多部门重复入企检查。经核查，已将有关检查事项合并，由牵头部门统一安排。"},
            {"kind": "heading", "text": "二、有关任务进展"},
            {"kind": "paragraph", "text": "有关任务{tasks.total}项，已完成{tasks.done}项，进行中{tasks.running}项，已超期{tasks.overdue}项。"},
        ],
    )  # fmt: skip
    special = reports.sign_report(actor=head, at=AT - timedelta(days=4), code=special.code, version=special.version)
    to = special.deliveries.get(addressee="县人民政府")
    reports.deliver(
        actor=keeper, at=AT - timedelta(days=3), delivery=to.pk, on=AT.date() - timedelta(days=3), words="机要交换",
        receipt=FileGiven(name="签收单.pdf", content="演示回执，内容虚构。".encode()),
    )  # fmt: skip
    return f"报送要求 {len(_MONTHS)} 项，报送 {sent} 份，报告 {Report.objects.count()} 份。"


def _numbered(keeper: Actor, report: Report, number: str) -> Report:
    return reports.edit_report(
        actor=keeper, at=AT - timedelta(days=10), code=report.code, version=report.version, title=report.title,
        number=number, addressees=report.addressees, blocks=report.blocks,
    )  # fmt: skip
