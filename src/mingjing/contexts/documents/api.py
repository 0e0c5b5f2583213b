"""The API of the documents room: kinds, documents, what is done with them, numbers."""

import base64
from datetime import date, datetime
from typing import Annotated, Any, Self

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from ninja import Field, FilterLookup, FilterSchema, Query, Schema

from mingjing.contexts.accounts.permissions import SIGNED_IN
from mingjing.contexts.accounts.rest import Asked, Page, PageIn, RoomRouter, if_match, page_of, set_version
from mingjing.contexts.documents import printing, queries, usecases
from mingjing.contexts.documents.models import Document, Number, Rendition, Service
from mingjing.contexts.documents.usecases.base import DocumentError
from mingjing.contexts.documents.usecases.serving import Proof
from mingjing.domain.documents.kinds import Kind, kind_of, kinds
from mingjing.domain.documents.values import missing

router = RoomRouter(tags=["执法文书"])


class FieldOut(Schema):
    """A field of a kind."""

    code: str
    label: str
    type: str = Field(
        description="line、text、date、moment、money（分）、number、choice、person、people、party、list、table、opinion"
    )
    required: bool
    help: str
    choices: dict[str, str]
    columns: dict[str, str]


class KindOut(Schema):
    """A kind of document."""

    code: str
    name: str
    group: str
    procedures: list[str] = Field(description="适用的程序；空的为各程序通用")
    steps: list[str] = Field(description="办案环节的种类")
    number: str = Field(description="文书代字；空的不编文号")
    alone: bool = Field(description="可以在案件以外制作")
    sealed: bool
    served: bool
    signers: dict[str, int] = Field(description="签名身份和人数")
    retention: str
    citations: list[str]
    fields: list[FieldOut]

    @classmethod
    def of(cls, one: Kind) -> Self:
        """Tell of a kind."""
        fields = [
            FieldOut(
                code=each.code, label=each.label, type=each.type.value, required=each.required, help=each.help,
                choices=dict(each.choices), columns=dict(each.columns),
            )
            for each in one.fields
        ]  # fmt: skip
        return cls(
            code=one.code, name=one.name, group=one.group, procedures=list(one.procedures), steps=list(one.steps),
            number=one.number, alone=one.alone, sealed=one.sealed, served=one.served,
            signers={each.who: each.count for each in one.signers}, retention=one.retention,
            citations=[str(each) for each in one.citations], fields=fields,
        )  # fmt: skip


class RenditionOut(Schema):
    """A file that the platform made of a document."""

    stage: str = Field(description="issued 制发，signed 签名，sealed 用印")
    pages: int
    size: int
    sha256: str
    sm3: str
    made_at: datetime

    @classmethod
    def of(cls, row: Rendition) -> Self:
        """Tell of a file."""
        return cls(stage=row.stage, pages=row.pages, size=row.size, sha256=row.sha256, sm3=row.sm3, made_at=row.made_at)


class SignatureOut(Schema):
    """A signature, and whether it holds."""

    who: str
    name: str
    signed_at: datetime
    algorithm: str
    key: str
    holds: bool


class ServiceOut(Schema):
    """That a document was served."""

    id: int
    method: str
    receiver: str
    sent_at: datetime
    received_on: date | None
    effective_on: date | None = Field(description="送达日期；期限由此起算")
    receipt: str | None = Field(description="送达回证的编码")

    @classmethod
    def of(cls, row: Service) -> Self:
        """Tell of a service."""
        return cls(
            id=row.pk, method=row.method, receiver=row.receiver, sent_at=row.sent_at, received_on=row.received_on,
            effective_on=row.effective_on, receipt=row.receipt.code if row.receipt else None,
        )  # fmt: skip


class DocumentRowOut(Schema):
    """A document in a list."""

    code: str
    kind: str
    name: str
    number: str
    title: str
    unit: str
    subject: str = Field(description="所属案件（事项），例如 case:编码")
    step: str
    state: str = Field(description="draft 草稿，issued 已制发，void 已作废")
    dated_on: date | None
    sealed_at: datetime | None
    served_on: date | None
    pages: int
    version: int

    @classmethod
    def of(cls, row: Document) -> Self:
        """Tell of a document."""
        return cls(
            code=row.code, kind=row.kind, name=row.kind_data.name, number=row.number, title=row.title,
            unit=row.unit.code, subject=row.subject, step=row.step, state=row.state, dated_on=row.dated_on,
            sealed_at=row.sealed_at, served_on=row.served_on, pages=row.pages, version=row.version,
        )  # fmt: skip


class DocumentOut(DocumentRowOut):
    """A document with all that belongs to it."""

    data: dict[str, Any]
    template: str = Field(description="制作所用的模板和版本；草稿为空")
    check_code: str
    void_reason: str
    missing: list[str] = Field(description="制发以前还要填写的字段")
    renditions: list[RenditionOut]
    signatures: list[SignatureOut]
    services: list[ServiceOut]

    @classmethod
    def of(cls, row: Document) -> Self:
        """Tell of a document."""
        checked = [
            SignatureOut(
                who=one.who,
                name=one.name,
                signed_at=one.signed_at,
                algorithm=one.algorithm,
                key=one.key,
                holds=one.holds,
            )
            for one in queries.checked_signatures(row)
        ]
        return cls(
            **DocumentRowOut.of(row).dict(),
            data=row.data,
            template=row.template.label if row.template else "",
            check_code=row.check_code if row.state != "draft" else "",
            void_reason=row.void_reason,
            missing=[one.field for one in missing(row.kind_data, row.data)] if row.state == "draft" else [],
            renditions=[RenditionOut.of(one) for one in row.renditions.all()],
            signatures=checked,
            services=[ServiceOut.of(one) for one in row.services.select_related("receipt")],
        )


class NumberOut(Schema):
    """A number that was given."""

    text: str
    unit: str
    year: int
    word: str
    value: int
    document: str | None
    void_reason: str
    given_at: datetime

    @classmethod
    def of(cls, row: Number) -> Self:
        """Tell of a number."""
        return cls(
            text=row.text, unit=row.row.unit.code, year=row.row.year, word=row.row.word, value=row.value,
            document=row.document.code if row.document else None, void_reason=row.void_reason, given_at=row.given_at,
        )  # fmt: skip


class DocumentFilters(FilterSchema):
    """Which documents."""

    kind: str | None = Field(None, max_length=64, description="文书种类")
    state: str | None = Field(None, max_length=16, description="draft、issued、void")
    unit__code: str | None = Field(None, alias="unit", max_length=32, description="制作单位")
    subject_code: str | None = Field(None, alias="subject", max_length=64, description="所属案件（事项）的编码")
    number: Annotated[str | None, FilterLookup("number__startswith")] = Field(
        None, max_length=64, description="文号的开头"
    )
    dated_on: date | None = Field(None, description="落款日期")


class DraftIn(Schema):
    """A new draft."""

    kind: str = Field(max_length=64)
    unit: str = Field(max_length=32)
    subject: str = Field("", max_length=97, description="例如 case:编码")
    step: str = Field("", max_length=32)
    data: dict[str, Any] = Field(default_factory=dict)


class DataIn(Schema):
    """What a draft says, as a whole."""

    data: dict[str, Any]


class IssueIn(Schema):
    """When a document is dated."""

    dated_on: date | None = Field(None, description="落款日期；默认今天")


class SignIn(Schema):
    """A signature."""

    who: str = Field(max_length=16, description="身份")
    name: str = Field("", max_length=64, description="手写签名人的姓名；工作人员以自己的账号签名")
    opinion: str = Field("", max_length=2000)
    drawing: str = Field("", max_length=600_000, description="手写签名，PNG 的 Base64")
    refused: str = Field("", max_length=300, description="拒绝签名的情况")


class SealIn(Schema):
    """The use of a seal."""

    seal: str = Field(max_length=32)
    reason: str = Field("", max_length=200)


class ProofIn(Schema):
    """A file that proves a service."""

    name: str = Field(max_length=200)
    content: str = Field(description="文件内容的 Base64")


class ServeIn(Schema):
    """How a document was served."""

    method: str = Field(description="in_person、left、post、electronic、announcement")
    receiver: str = Field(max_length=128)
    sent_at: datetime | None = None
    received_on: date | None = None
    taker: str = Field("", max_length=128)
    relation: str = Field("", max_length=64)
    address: str = Field("", max_length=200)
    refusal: str = Field("", max_length=300)
    witnesses: list[str] = Field(default_factory=list, max_length=20)
    servers: list[dict[str, str]] = Field(default_factory=list, max_length=20)
    tracking: str = Field("", max_length=64)
    consent: str = Field("", max_length=128)
    reasons: str = Field("", max_length=300)
    remark: str = Field("", max_length=300)
    proofs: list[ProofIn] = Field(default_factory=list, max_length=20)


class VoidIn(Schema):
    """Why a document is void."""

    reason: str = Field(max_length=300)


@router.get("/document-kinds", permission=SIGNED_IN, response=list[KindOut], summary="文书种类")
def list_kinds(request: Asked) -> list[KindOut]:  # noqa: ARG001 - the router gives it
    """List the kinds of documents with their fields."""
    return [KindOut.of(one) for one in kinds().values()]


@router.get("/document-kinds/{code}", permission=SIGNED_IN, response=KindOut, summary="一种文书")
def get_kind(request: Asked, code: str) -> KindOut:  # noqa: ARG001 - the router gives it
    """Return one kind."""
    return KindOut.of(kind_of(code))


@router.get("/documents", permission=queries.VIEW, response=Page[DocumentRowOut], summary="文书")
def list_documents(request: Asked, filters: Query[DocumentFilters], page: Query[PageIn]) -> Page[DocumentRowOut]:
    """List the documents that may be seen."""
    rows: QuerySet[Document] = filters.filter(queries.documents_of(request.actor))
    return page_of(rows, page, DocumentRowOut.of, order="-id")


@router.post("/documents", permission="documents.document.edit", response=DocumentOut, summary="起草文书")
def draft_document(request: Asked, response: HttpResponse, body: DraftIn) -> DocumentOut:
    """Begin a document."""
    row = usecases.draft_document(actor=request.actor, at=timezone.now(), **body.dict())
    return set_version(response, DocumentOut.of(row), row.version)


@router.get("/documents/{code}", permission=queries.VIEW, response=DocumentOut, summary="一份文书")
def get_document(request: Asked, response: HttpResponse, code: str) -> DocumentOut:
    """Return one document."""
    row = queries.document_of(request.actor, code)
    return set_version(response, DocumentOut.of(row), row.version)


@router.put(
    "/documents/{code}", permission="documents.document.edit", response=DocumentOut, versioned=True, summary="修改草稿"
)
def revise_document(request: Asked, response: HttpResponse, code: str, body: DataIn) -> DocumentOut:
    """Write a draft anew."""
    row = usecases.revise_document(
        actor=request.actor, at=timezone.now(), code=code, data=body.data, version=if_match(request)
    )
    return set_version(response, DocumentOut.of(row), row.version)


@router.get("/documents/{code}/file", permission=queries.VIEW, response={200: bytes}, summary="文书文件")
def get_file(request: Asked, code: str, form: str = "pdf") -> HttpResponse:
    """Return a document as ``pdf`` or ``docx``; of an issued one the PDF that is kept."""
    row = queries.document_of(request.actor, code)
    if form not in printing.FORMATS:
        raise DocumentError("只有 pdf 和 docx 两种格式。")
    kept = queries.latest_rendition(row)
    data = (
        printing.stored(kept.file) if form == "pdf" and kept and row.state == "issued" else printing.render(row, form)
    )
    return HttpResponse(data, content_type=printing.FORMATS[form])


@router.post(
    "/documents/{code}/issue",
    permission="documents.document.issue",
    response=DocumentOut,
    versioned=True,
    summary="制发",
)
def issue_document(request: Asked, response: HttpResponse, code: str, body: IssueIn) -> DocumentOut:
    """Give a draft its number, and fix its words."""
    row = usecases.issue_document(
        actor=request.actor, at=timezone.now(), code=code, version=if_match(request), dated_on=body.dated_on
    )
    return set_version(response, DocumentOut.of(row), row.version)


@router.post(
    "/documents/{code}/signatures", permission=queries.VIEW, response=DocumentOut, versioned=True, summary="签名"
)
def sign_document(request: Asked, response: HttpResponse, code: str, body: SignIn) -> DocumentOut:
    """Sign an issued document in a capacity."""
    given = body.dict() | {"drawing": _bytes(body.drawing, "drawing")}
    usecases.sign_document(actor=request.actor, at=timezone.now(), code=code, version=if_match(request), **given)
    return _document(request, response, code)


@router.post(
    "/documents/{code}/seal", permission="documents.document.seal", response=DocumentOut, versioned=True, summary="用印"
)
def seal_document(request: Asked, response: HttpResponse, code: str, body: SealIn) -> DocumentOut:
    """Put a seal on an issued document."""
    usecases.seal_document(actor=request.actor, at=timezone.now(), code=code, version=if_match(request), **body.dict())
    return _document(request, response, code)


@router.post(
    "/documents/{code}/services",
    permission="documents.document.serve",
    response=DocumentOut,
    versioned=True,
    summary="登记送达",
)
def serve_document(request: Asked, response: HttpResponse, code: str, body: ServeIn) -> DocumentOut:
    """Record how a document was served; the receipt is made."""
    given = body.dict(exclude={"proofs"})
    proofs = [Proof(name=one.name, content=_bytes(one.content, one.name)) for one in body.proofs]
    usecases.serve_document(
        actor=request.actor, at=timezone.now(), code=code, version=if_match(request), proofs=proofs, **given
    )
    return _document(request, response, code)


@router.post(
    "/documents/{code}/void", permission="documents.document.void", response=DocumentOut, versioned=True, summary="作废"
)
def void_document(request: Asked, response: HttpResponse, code: str, body: VoidIn) -> DocumentOut:
    """Void an issued document; its number stays."""
    row = usecases.void_document(
        actor=request.actor, at=timezone.now(), code=code, version=if_match(request), reason=body.reason
    )
    return set_version(response, DocumentOut.of(row), row.version)


@router.get("/document-numbers", permission="documents.number.view", response=Page[NumberOut], summary="文号登记")
def list_numbers(request: Asked, page: Query[PageIn]) -> Page[NumberOut]:
    """List the numbers that were given, void ones too."""
    return page_of(queries.numbers_of(request.actor), page, NumberOut.of, order="-id")


def _document(request: Asked, response: HttpResponse, code: str) -> DocumentOut:
    row = queries.document_of(request.actor, code)
    return set_version(response, DocumentOut.of(row), row.version)


def _bytes(text: str, what: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:
        raise DocumentError(f"“{what}”的内容不是 Base64。") from error
