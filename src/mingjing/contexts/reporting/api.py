"""The API of the reporting room."""

import base64
from datetime import date, datetime
from typing import Any, Self

from django.http import HttpResponse
from django.utils import timezone
from ninja import Field, FilterSchema, Query, Schema, Status

from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.accounts.rest import Asked, Page, PageIn, RoomRouter, if_match, page_of, set_version
from mingjing.contexts.plans.usecases.files import FileGiven
from mingjing.contexts.reporting import queries
from mingjing.contexts.reporting.models import Collection, Delivery, Figure, Report, ReportKind, Submission
from mingjing.contexts.reporting.prefill import offered
from mingjing.contexts.reporting.usecases import collect, reports
from mingjing.contexts.reporting.usecases.base import ReportingError

router = RoomRouter(tags=["报告和报送"])


class FileIn(Schema):
    """A file, its content in Base64."""

    name: str = Field(max_length=200)
    content: str = Field(description="文件内容的 Base64")

    def given(self) -> FileGiven:
        """
        Return the file.

        :raises ReportingError: if the content is no Base64
        """
        try:
            return FileGiven(name=self.name, content=base64.b64decode(self.content, validate=True))
        except ValueError as error:
            raise ReportingError(f"“{self.name}”的内容不是 Base64。") from error


class FigureOut(Schema):
    """A frozen figure."""

    id: int
    key: str
    label: str
    value: str
    unit: str
    query: str
    params: dict[str, Any]
    as_of: date
    sha256: str = Field(description="明细的摘要")

    @classmethod
    def of(cls, row: Figure) -> Self:
        """Tell of a figure."""
        names = ("key", "label", "value", "unit", "query", "params", "as_of", "sha256")
        return cls(id=row.pk, **{name: getattr(row, name) for name in names})


class FigureRowsOut(FigureOut):
    """A frozen figure with the rows behind it."""

    columns: list[list[str]]
    rows: list[dict[str, Any]]


class DeliveryOut(Schema):
    """To whom a report goes."""

    id: int
    addressee: str
    due_on: date | None
    why: str
    delivered_on: date | None
    words: str

    @classmethod
    def of(cls, row: Delivery) -> Self:
        """Tell of a delivery."""
        names = ("addressee", "due_on", "why", "delivered_on", "words")
        return cls(id=row.pk, **{name: getattr(row, name) for name in names})


class ReportOut(Schema):
    """A report."""

    code: str
    kind: str
    title: str
    number: str
    issuer: str
    addressees: str
    plan: str
    period: str
    as_of: date
    state: str
    blocks: list[dict[str, Any]]
    facts_sha256: str
    pdf_sha256: str
    signed_by: str
    signed_at: datetime | None
    deliveries: list[DeliveryOut]
    version: int

    @classmethod
    def of(cls, row: Report) -> Self:
        """Tell of a report."""
        names = (
            "code", "kind", "title", "number", "issuer", "addressees", "plan", "period", "as_of", "state", "blocks",
            "facts_sha256", "pdf_sha256", "signed_by", "signed_at", "version",
        )  # fmt: skip
        deliveries = [DeliveryOut.of(one) for one in row.deliveries.all()]
        return cls(deliveries=deliveries, **{name: getattr(row, name) for name in names})


class CollectionOut(Schema):
    """What units are asked to send in."""

    code: str
    kind: str
    title: str
    period: str
    due_on: date
    why: str
    words: str
    fields: list[dict[str, Any]]
    attachments: list[dict[str, Any]]

    @classmethod
    def of(cls, row: Collection) -> Self:
        """Tell of a collection."""
        names = ("code", "kind", "title", "period", "due_on", "why", "words", "fields", "attachments")
        return cls(**{name: getattr(row, name) for name in names})


class SubmissionOut(Schema):
    """What a unit sent."""

    id: int
    unit: str
    figures: dict[str, str]
    prefilled: dict[str, str]
    words: str
    state: str
    files: list[str]
    judgement: str
    version: int

    @classmethod
    def of(cls, row: Submission) -> Self:
        """Tell of what a unit sent."""
        names = ("figures", "prefilled", "words", "state", "judgement", "version")
        files = [one.name for one in row.files.all()]
        return cls(id=row.pk, unit=row.unit.code, files=files, **{name: getattr(row, name) for name in names})


class LineOut(Schema):
    """A unit of a collection."""

    unit: str
    overdue: bool
    submission: SubmissionOut | None


class ReportFilters(FilterSchema):
    """Which reports."""

    kind: ReportKind | None = None
    state: str | None = Field(None, max_length=16, description="draft、signed")
    period: str | None = Field(None, max_length=16)


class DraftIn(Schema):
    """A report to be drafted."""

    kind: ReportKind
    place: str = Field(max_length=12)
    period: str = Field(max_length=16, description="2026-10、2026-Q3、2026")
    plan: str = Field("", max_length=32)
    title: str = Field("", max_length=200)


class EditIn(Schema):
    """The words of a draft."""

    title: str = Field(max_length=200)
    number: str = Field("", max_length=64)
    addressees: str = Field("", max_length=500)
    blocks: list[dict[str, Any]]


class AddresseeIn(Schema):
    """To whom a report must go."""

    addressee: str = Field(max_length=128)
    due_on: date | None = None
    why: str = Field("", max_length=128)


class DeliverIn(Schema):
    """That a report went."""

    on: date
    words: str = Field("", max_length=300)
    receipt: FileIn | None = None


class AskIn(Schema):
    """What units are asked to send in."""

    place: str = Field(max_length=12)
    kind: str = Field(max_length=32, description="monthly、rectification、litigation、unit_yearly")
    period: str = Field(max_length=16)
    due_on: date | None = None
    title: str = Field("", max_length=200)
    text: str = ""
    units: list[str] = Field(default_factory=list, description="不写就是全部执法部门和镇街")


class SubmitIn(Schema):
    """What a unit sends."""

    unit: str = Field(max_length=32)
    figures: dict[str, str] = Field(default_factory=dict)
    text: str = ""
    files: dict[str, FileIn] = Field(default_factory=dict)


class JudgeIn(Schema):
    """Whether it is accepted, and words."""

    accepted: bool
    text: str = Field("", max_length=500)


@router.get("/reports/documents", permission="reporting.report.view", response=Page[ReportOut], summary="报告和通报")
def list_reports(request: Asked, filters: Query[ReportFilters], page: Query[PageIn]) -> Page[ReportOut]:
    """List the reports that one may see."""
    rows = filters.filter(queries.reports_of(request.actor)).prefetch_related("deliveries")
    return page_of(rows, page, ReportOut.of, order="pk")


@router.post("/reports/documents", permission="reporting.report.edit", response={201: ReportOut}, summary="起草报告")
def draft_report(request: Asked, response: HttpResponse, body: DraftIn) -> Any:
    """Draft a report; its facts and figures are frozen."""
    row = reports.draft_report(actor=request.actor, at=timezone.now(), **body.dict())
    return Status(201, set_version(response, ReportOut.of(row), row.version))


@router.get("/reports/documents/{code}", permission="reporting.report.view", response=ReportOut, summary="一份报告")
def show_report(request: Asked, response: HttpResponse, code: str) -> ReportOut:
    """Show a report."""
    row = queries.report_of(request.actor, code)
    return set_version(response, ReportOut.of(row), row.version)


@router.put(
    "/reports/documents/{code}",
    permission="reporting.report.edit",
    response=ReportOut,
    summary="修改草稿",
    versioned=True,
)
def edit_report(request: Asked, response: HttpResponse, code: str, body: EditIn) -> ReportOut:
    """Change the words of a draft."""
    row = reports.edit_report(
        actor=request.actor, at=timezone.now(), code=code, version=if_match(request), **body.dict()
    )
    return set_version(response, ReportOut.of(row), row.version)


@router.post(
    "/reports/documents/{code}/refresh", permission="reporting.report.edit", response=ReportOut, summary="更新数据",
    versioned=True,
)  # fmt: skip
def refresh_report(request: Asked, response: HttpResponse, code: str) -> ReportOut:
    """Take the facts anew and count every figure of a draft again."""
    row = reports.refresh_report(actor=request.actor, at=timezone.now(), code=code, version=if_match(request))
    return set_version(response, ReportOut.of(row), row.version)


@router.post(
    "/reports/documents/{code}/sign",
    permission="reporting.report.sign",
    response=ReportOut,
    summary="签发",
    versioned=True,
)
def sign_report(request: Asked, response: HttpResponse, code: str) -> ReportOut:
    """Sign a report."""
    row = reports.sign_report(actor=request.actor, at=timezone.now(), code=code, version=if_match(request))
    return set_version(response, ReportOut.of(row), row.version)


@router.get(
    "/reports/documents/{code}/figures",
    permission="reporting.report.view",
    response=list[FigureOut],
    summary="报告里的数",
)
def list_figures(request: Asked, code: str) -> list[FigureOut]:
    """List the frozen figures of a report."""
    return [FigureOut.of(one) for one in queries.report_of(request.actor, code).figures.defer("rows")]


@router.get("/reports/figures/{pk}", permission="reporting.report.view", response=FigureRowsOut, summary="一个数的明细")
def show_figure(request: Asked, pk: int) -> FigureRowsOut:
    """Show a figure with the rows behind it as they stood."""
    row = queries.figure_of(request.actor, pk)
    return FigureRowsOut(**FigureOut.of(row).dict(), columns=row.columns, rows=row.rows)


@router.post(
    "/reports/documents/{code}/deliveries", permission="reporting.report.edit", response={201: DeliveryOut},
    summary="登记报送对象",
)  # fmt: skip
def add_delivery(request: Asked, code: str, body: AddresseeIn) -> Any:
    """Say to whom a report must go."""
    row = reports.add_delivery(actor=request.actor, at=timezone.now(), code=code, **body.dict())
    return Status(201, DeliveryOut.of(row))


@router.post("/reports/deliveries/{pk}", permission="reporting.report.edit", response=DeliveryOut, summary="登记报送")
def deliver(request: Asked, pk: int, body: DeliverIn) -> DeliveryOut:
    """Write down that a report went."""
    row = reports.deliver(
        actor=request.actor, at=timezone.now(), delivery=pk, on=body.on, words=body.words,
        receipt=body.receipt.given() if body.receipt else None,
    )  # fmt: skip
    return DeliveryOut.of(row)


@router.get(
    "/reports/collections", permission="reporting.collection.view", response=Page[CollectionOut], summary="报送要求"
)
def list_collections(request: Asked, page: Query[PageIn]) -> Page[CollectionOut]:
    """List what units are asked to send in."""
    return page_of(queries.collections_of(request.actor), page, CollectionOut.of, order="pk")


@router.post(
    "/reports/collections", permission="reporting.collection.edit", response={201: CollectionOut}, summary="布置报送"
)
def ask(request: Asked, body: AskIn) -> Any:
    """Ask units to send something in."""
    return Status(201, CollectionOut.of(collect.ask(actor=request.actor, at=timezone.now(), **body.dict())))


@router.get(
    "/reports/collections/{code}",
    permission="reporting.collection.view",
    response=list[LineOut],
    summary="各单位报送情况",
)
def show_lines(request: Asked, code: str) -> list[LineOut]:
    """List the units of a collection and what each sent."""
    one = queries.collection_of(request.actor, code)
    return [
        LineOut(
            unit=line.unit.code, overdue=line.overdue,
            submission=SubmissionOut.of(line.submission) if line.submission else None,
        )
        for line in queries.lines_of(request.actor, one, timezone.localdate())
    ]  # fmt: skip


@router.get(
    "/reports/collections/{code}/offered/{unit}", permission="reporting.submission.submit", response=dict[str, int | str],
    summary="平台预填的数",
)  # fmt: skip
def show_offered(request: Asked, code: str, unit: str) -> dict[str, int | str]:
    """Return what the platform counts for a unit."""
    one = queries.collection_of(request.actor, code)
    by: Unit | None = next((each for each in queries.units_to_send(request.actor, one) if each.code == unit), None)
    return offered(one, by) if by else {}


@router.post(
    "/reports/collections/{code}/submissions", permission="reporting.submission.submit", response={201: SubmissionOut},
    summary="报送",
)  # fmt: skip
def submit(request: Asked, response: HttpResponse, code: str, body: SubmitIn) -> Any:
    """Send in for a unit; a figure that differs from the platform's count needs words of why."""
    one = queries.collection_of(request.actor, code)
    by = next((each for each in queries.units_to_send(request.actor, one) if each.code == body.unit), None)
    row = collect.submit(
        actor=request.actor, at=timezone.now(), collection=code, unit=body.unit, figures=body.figures, text=body.text,
        files={kind: file.given() for kind, file in body.files.items()}, prefilled=offered(one, by) if by else {},
    )  # fmt: skip
    return Status(201, set_version(response, SubmissionOut.of(row), row.version))


@router.post(
    "/reports/submissions/{pk}/judge", permission="reporting.collection.edit", response=SubmissionOut, summary="审核报送",
    versioned=True,
)  # fmt: skip
def judge(request: Asked, response: HttpResponse, pk: int, body: JudgeIn) -> SubmissionOut:
    """Accept or return what a unit sent."""
    row = collect.judge(
        actor=request.actor, at=timezone.now(), submission=pk, version=if_match(request), accepted=body.accepted,
        text=body.text,
    )  # fmt: skip
    return set_version(response, SubmissionOut.of(row), row.version)
