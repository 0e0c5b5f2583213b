"""The API of this room: subjects, people, credentials, equipment, parties; the same acts as the pages."""

from datetime import date
from typing import Any, Self

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from ninja import Field, FilterSchema, Query, Schema, Status

from mingjing.contexts.accounts.access import access, visible
from mingjing.contexts.accounts.rest import Asked, Page, PageIn, RoomRouter, if_match, page_of, set_version
from mingjing.contexts.registry import queries
from mingjing.contexts.registry.models import (
    Accountability,
    Agency,
    Credential,
    Device,
    DisciplineTransfer,
    Example,
    Officer,
    Party,
)
from mingjing.contexts.registry.usecases import agencies, devices, examples, officers, parties, transfers
from mingjing.domain.registry.examples import ExampleKind
from mingjing.domain.registry.obstacles import Answer

router = RoomRouter(tags=["登记台账"])


class ObstacleOut(Schema):
    """What stands in the way, with its provision."""

    code: str
    message: str
    remedy: str
    citation: str = Field("", description="法律依据")


class AnswerOut(Schema):
    """Whether something is allowed on a day, and everything that stands in the way."""

    on: date
    allowed: bool
    obstacles: list[ObstacleOut]

    @classmethod
    def of(cls, answer: Answer, on: date) -> Self:
        """Tell of an answer."""
        found = [
            ObstacleOut(
                code=each.code,
                message=each.message,
                remedy=each.remedy,
                citation=each.citation.label if each.citation else "",
            )
            for each in answer.obstacles
        ]
        return cls(on=on, allowed=bool(answer), obstacles=found)


class AgencyOut(Schema):
    """A subject."""

    code: str
    unit: str
    name: str
    kind: str
    field: str
    status: str
    legal_basis: str
    announced_on: date | None
    version: int

    @classmethod
    def of(cls, row: Agency) -> Self:
        """Tell of a subject."""
        return cls(
            code=row.code,
            unit=row.unit.code,
            name=row.name,
            kind=row.kind,
            field=row.field,
            status=row.status,
            legal_basis=row.legal_basis,
            announced_on=row.announced_on,
            version=row.version,
        )


class OfficerOut(Schema):
    """A person, without what is personal."""

    code: str
    unit: str
    name: str
    category: str
    employment: str
    position: str
    joined_on: date | None
    left_on: date | None
    version: int

    @classmethod
    def of(cls, row: Officer) -> Self:
        """Tell of a person."""
        return cls(
            code=row.code,
            unit=row.unit.code,
            name=row.name,
            category=row.category,
            employment=row.employment,
            position=row.position,
            joined_on=row.joined_on,
            left_on=row.left_on,
            version=row.version,
        )


class CredentialOut(Schema):
    """A credential."""

    number: str
    officer: str
    category: str
    area: str
    valid_from: date
    valid_until: date
    verified_on: date
    status: str

    @classmethod
    def of(cls, row: Credential) -> Self:
        """Tell of a credential."""
        return cls(
            number=row.number,
            officer=row.officer.code,
            category=row.category,
            area=row.area,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            verified_on=row.verified_on,
            status=row.status,
        )


class DeviceOut(Schema):
    """A device."""

    number: str
    unit: str
    kind: str
    model: str
    serial: str
    status: str
    holder: str | None = Field(description="领用人编码")
    due_on: date | None
    version: int

    @classmethod
    def of(cls, row: Device) -> Self:
        """Tell of a device."""
        return cls(
            number=row.number,
            unit=row.unit.code,
            kind=row.kind,
            model=row.model,
            serial=row.serial,
            status=row.status,
            holder=row.holder.code if row.holder else None,
            due_on=row.due_on,
            version=row.version,
        )


class PartyOut(Schema):
    """A party; a citizen's number only masked."""

    code: str
    kind: str
    name: str
    uscc: str
    identity: str = Field(description="身份号码（掩码）")
    place: str
    industry: str
    risk: str
    merged_into: str | None
    version: int

    @classmethod
    def of(cls, row: Party) -> Self:
        """Tell of a party."""
        return cls(
            code=row.code,
            kind=row.kind,
            name=row.name,
            uscc=row.uscc,
            identity=row.identity_masked,
            place=row.place,
            industry=row.industry,
            risk=row.risk,
            merged_into=row.merged_into.code if row.merged_into else None,
            version=row.version,
        )


class RecommendationOut(Schema):
    """That an example was recommended to a higher body."""

    addressee: str
    on: date
    result: str


class ExampleOut(Schema):
    """An example to follow or to be warned by; ``public_title`` and ``public_text`` are what everybody reads of it."""

    code: str
    kind: str
    title: str
    text: str
    names: list[str] = Field(description="发布时隐去的姓名和名称")
    public_title: str
    public_text: str
    unit: str
    case: str
    item: str
    status: str
    opinion: str
    published_on: date | None
    withdrawn_on: date | None
    recommendations: list[RecommendationOut]
    version: int

    @classmethod
    def of(cls, row: Example) -> Self:
        """Tell of an example."""
        return cls(
            code=row.code,
            kind=row.kind,
            title=row.title,
            text=row.text,
            names=row.names.splitlines(),
            public_title=queries.public_title(row),
            public_text=queries.public_text(row),
            unit=row.unit.code,
            case=row.case_code,
            item=row.item_code,
            status=row.status,
            opinion=row.opinion,
            published_on=row.published_on,
            withdrawn_on=row.withdrawn_on,
            recommendations=[
                RecommendationOut(addressee=one.addressee, on=one.on, result=one.result)
                for one in row.recommendations.all()
            ],
            version=row.version,
        )


class ExampleFilters(FilterSchema):
    """Which examples."""

    kind: str | None = Field(None, max_length=16, description="类别")
    status: str | None = Field(None, max_length=16, description="状态代码")
    unit__code: str | None = Field(None, alias="unit", max_length=32, description="报送单位")


class ExampleIn(Schema):
    """The words of an example."""

    title: str = Field(min_length=1, max_length=128)
    text: str = Field(min_length=1, max_length=20_000)
    names: list[str] = Field([], max_length=200, description="发布时隐去的姓名和名称")

    def words(self) -> dict[str, Any]:
        """Return them as the acts take them."""
        return {"title": self.title, "text": self.text, "names": "\n".join(self.names)}


class NewExampleIn(ExampleIn):
    """An example that is written down."""

    unit: str = Field(max_length=32, description="报送单位代码")
    kind: ExampleKind


class ExampleDecisionIn(Schema):
    """What comes of an example that was handed in."""

    approve: bool
    opinion: str = Field(min_length=1, max_length=2000)


class WithdrawalIn(Schema):
    """Why an example is taken from the public page."""

    reason: str = Field(min_length=1, max_length=2000)


class RecommendationIn(Schema):
    """To whom an example is recommended."""

    addressee: str = Field(min_length=1, max_length=128)
    on: date
    result: str = Field("", max_length=256)


class AccountabilityOut(Schema):
    """Somebody called to account; nothing here says whether it went to the discipline inspection."""

    pk: int = Field(description="编号")
    officer: str = Field(description="人员编码")
    unit: str
    liability: str = Field(description="追责情形编号")
    opened_on: date
    facts: str
    claim: str = Field(description="主张的免责容错情形编号")
    claim_granted: bool | None
    claim_reason: str
    result: str
    result_reason: str
    decided_on: date | None
    version: int

    @classmethod
    def of(cls, row: Accountability) -> Self:
        """Tell of an accountability."""
        return cls(
            pk=row.pk,
            officer=row.officer.code,
            unit=row.officer.unit.code,
            liability=row.liability.code,
            opened_on=row.opened_on,
            facts=row.facts_text,
            claim=row.claim.code if row.claim else "",
            claim_granted=row.claim_granted,
            claim_reason=row.claim_reason,
            result=row.result,
            result_reason=row.result_reason,
            decided_on=row.decided_on,
            version=row.version,
        )


class TransferOut(Schema):
    """That an accountability went to the discipline inspection."""

    code: str
    accountability: int = Field(description="责任追究编号")
    officer: str = Field(description="人员编码")
    recipient: str
    transferred_on: date
    received_on: date | None
    receiver: str

    @classmethod
    def of(cls, row: DisciplineTransfer) -> Self:
        """Tell of a transfer."""
        return cls(
            code=row.code,
            accountability=row.accountability_id,
            officer=row.accountability.officer.code,
            recipient=row.recipient,
            transferred_on=row.transferred_on,
            received_on=row.received_on,
            receiver=row.receiver,
        )


class WholeTransferOut(TransferOut):
    """A transfer with what it says; its version is that of the accountability."""

    brief: str
    materials: list[str]
    document: str = Field(description="移送函的文书编码")
    version: int

    @classmethod
    def of(cls, row: DisciplineTransfer) -> Self:
        """Tell of a transfer with what it says."""
        return cls(
            **TransferOut.of(row).dict(),
            brief=row.brief,
            materials=row.materials,
            document=row.document,
            version=row.accountability.version,
        )


class TransferIn(Schema):
    """To whom an accountability goes, why, and with which materials."""

    recipient: str = Field(min_length=1, max_length=128)
    transferred_on: date
    brief: str = Field(min_length=1, max_length=2000)
    materials: list[str] = Field(min_length=1, max_length=200, description="材料清单，每件一项")


class ReceiptIn(Schema):
    """On which day it was received, and by whom."""

    received_on: date
    receiver: str = Field(min_length=1, max_length=64)


class AgencyFilters(FilterSchema):
    """Which subjects."""

    status: str | None = Field(None, max_length=16, description="状态代码")
    field: str | None = Field(None, max_length=32, description="执法领域")


class OfficerFilters(FilterSchema):
    """Which people."""

    unit__code: str | None = Field(None, alias="unit", max_length=32, description="单位代码")
    category: str | None = Field(None, max_length=16, description="人员类别")


class DeviceFilters(FilterSchema):
    """Which devices."""

    unit__code: str | None = Field(None, alias="unit", max_length=32, description="单位代码")
    status: str | None = Field(None, max_length=16, description="状态代码")


class PartyFilters(FilterSchema):
    """Which parties."""

    uscc: str | None = Field(None, max_length=18, description="统一社会信用代码")
    kind: str | None = Field(None, max_length=24, description="类别")
    risk: str | None = Field(None, max_length=2, description="风险等级")


class OfficerIn(Schema):
    """The particulars of a person."""

    name: str = Field(max_length=64)
    category: str = Field(max_length=16)
    employment: str = Field(max_length=16)
    position: str = Field("", max_length=64)
    mobile: str = Field("", max_length=20)
    is_front_line: bool = False
    joined_on: date | None = None


class NewOfficerIn(OfficerIn):
    """A person who is entered."""

    unit: str = Field(max_length=32, description="单位代码")
    code: str = Field(max_length=32, description="人员编码")
    identity_number: str = Field("", max_length=18, description="身份号码，密封保存")


class NewPartyIn(Schema):
    """A party that is entered."""

    code: str = Field(max_length=32)
    place: str = Field(max_length=12, description="行政区划代码")
    kind: str = Field(max_length=24)
    name: str = Field(max_length=200)
    uscc: str = Field("", max_length=18)
    identity_number: str = Field("", max_length=18)
    industry: str = Field("", max_length=16)
    address: str = Field("", max_length=256)


@router.get("/agencies", permission=agencies.SEE, response=Page[AgencyOut], summary="执法主体列表")
def list_agencies(request: Asked, filters: Query[AgencyFilters], page: Query[PageIn]) -> Page[AgencyOut]:
    """List the subjects."""
    rows = visible(Agency.objects.select_related("unit"), request.actor, agencies.SEE)
    return page_of(filters.filter(rows), page, AgencyOut.of, order="code")


@router.get("/agencies/{code}", permission=agencies.SEE, response=AgencyOut, summary="一个执法主体")
def read_agency(request: Asked, response: HttpResponse, code: str) -> AgencyOut:
    """Read a subject."""
    row = access(Agency.objects.select_related("unit"), request.actor, agencies.SEE, code=code)
    return set_version(response, AgencyOut.of(row), row.version)


@router.get("/agencies/{code}/competence", permission=agencies.SEE, response=AnswerOut, summary="主体在某日能否执法")
def read_competence(request: Asked, code: str, on: date, item: str = Query("", max_length=64)) -> AnswerOut:
    """Say whether a subject may act on a day, over an item if one is named."""
    row = access(Agency.objects.all(), request.actor, agencies.SEE, code=code)
    return AnswerOut.of(queries.competent(row.code, item or None, on), on)


@router.get("/officers", permission=officers.SEE, response=Page[OfficerOut], summary="人员列表")
def list_officers(request: Asked, filters: Query[OfficerFilters], page: Query[PageIn]) -> Page[OfficerOut]:
    """List the people."""
    rows = visible(Officer.objects.select_related("unit"), request.actor, officers.SEE)
    return page_of(filters.filter(rows), page, OfficerOut.of, order="code")


@router.post("/officers", permission=officers.EDIT, response={201: OfficerOut}, summary="登记人员")
def register_officer(request: Asked, body: NewOfficerIn) -> Status[OfficerOut]:
    """Enter a person."""
    values = body.dict(exclude={"unit", "code"})
    made = officers.register_officer(
        actor=request.actor, at=timezone.now(), unit=body.unit, code=body.code, values=values
    )
    return Status(201, OfficerOut.of(made))


@router.get("/officers/{code}", permission=officers.SEE, response=OfficerOut, summary="一名人员")
def read_officer(request: Asked, response: HttpResponse, code: str) -> OfficerOut:
    """Read a person."""
    row = access(Officer.objects.select_related("unit"), request.actor, officers.SEE, code=code)
    return set_version(response, OfficerOut.of(row), row.version)


@router.put("/officers/{code}", permission=officers.EDIT, response=OfficerOut, versioned=True, summary="修改人员")
def edit_officer(request: Asked, response: HttpResponse, code: str, body: OfficerIn) -> OfficerOut:
    """Change a person."""
    row = officers.edit_officer(
        actor=request.actor, at=timezone.now(), code=code, version=if_match(request), values=body.dict()
    )
    return set_version(response, OfficerOut.of(row), row.version)


@router.get("/officers/{code}/may-act", permission=officers.SEE, response=AnswerOut, summary="人员在某日能否执法")
def read_may_act(request: Asked, code: str, on: date) -> AnswerOut:
    """Say whether a person may enforce on a day, and everything that stands in the way."""
    row = access(Officer.objects.all(), request.actor, officers.SEE, code=code)
    return AnswerOut.of(queries.may_act(row.code, on), on)


@router.get("/credentials", permission=officers.SEE, response=Page[CredentialOut], summary="执法证件列表")
def list_credentials(request: Asked, page: Query[PageIn]) -> Page[CredentialOut]:
    """List the credentials."""
    rows = visible(Credential.objects.select_related("officer"), request.actor, officers.SEE)
    return page_of(rows, page, CredentialOut.of, order="number")


@router.get("/devices", permission=devices.SEE, response=Page[DeviceOut], summary="装备列表")
def list_devices(request: Asked, filters: Query[DeviceFilters], page: Query[PageIn]) -> Page[DeviceOut]:
    """List the devices."""
    rows = visible(Device.objects.select_related("unit", "holder"), request.actor, devices.SEE)
    return page_of(filters.filter(rows), page, DeviceOut.of, order="number")


@router.get("/parties", permission=parties.SEE, response=Page[PartyOut], summary="当事人列表")
def list_parties(request: Asked, filters: Query[PartyFilters], page: Query[PageIn]) -> Page[PartyOut]:
    """List the parties."""
    rows = visible(Party.objects.select_related("merged_into"), request.actor, parties.SEE)
    return page_of(filters.filter(rows), page, PartyOut.of, order="code")


@router.post("/parties", permission=parties.EDIT, response={201: PartyOut}, summary="登记当事人")
def register_party(request: Asked, body: NewPartyIn) -> Status[PartyOut]:
    """Enter a party."""
    values = body.dict(exclude={"code", "place"})
    made = parties.register_party(
        actor=request.actor, at=timezone.now(), code=body.code, place=body.place, values=values
    )
    return Status(201, PartyOut.of(made))


@router.get("/parties/{code}", permission=parties.SEE, response=PartyOut, summary="一个当事人")
def read_party(request: Asked, response: HttpResponse, code: str) -> PartyOut:
    """Read a party."""
    row = access(Party.objects.select_related("merged_into"), request.actor, parties.SEE, code=code)
    return set_version(response, PartyOut.of(row), row.version)


@router.get("/examples", permission=examples.SEE, response=Page[ExampleOut], summary="先进和典型列表")
def list_examples(request: Asked, filters: Query[ExampleFilters], page: Query[PageIn]) -> Page[ExampleOut]:
    """List the examples."""
    rows = visible(Example.objects.select_related("unit"), request.actor, examples.SEE)
    return page_of(filters.filter(rows).prefetch_related("recommendations"), page, ExampleOut.of, order="code")


@router.post("/examples", permission=examples.EDIT, response={201: ExampleOut}, summary="报送典型（草稿）")
def draft_example(request: Asked, body: NewExampleIn) -> Status[ExampleOut]:
    """Write an example down."""
    made = examples.draft_example(
        actor=request.actor, at=timezone.now(), unit=body.unit, kind=body.kind, **body.words()
    )
    return Status(201, ExampleOut.of(made))


@router.get("/examples/{code}", permission=examples.SEE, response=ExampleOut, summary="一条典型")
def read_example(request: Asked, response: HttpResponse, code: str) -> ExampleOut:
    """Read an example."""
    row = access(Example.objects.select_related("unit"), request.actor, examples.SEE, code=code)
    return set_version(response, ExampleOut.of(row), row.version)


@router.put("/examples/{code}", permission=examples.EDIT, response=ExampleOut, versioned=True, summary="修改典型")
def edit_example(request: Asked, response: HttpResponse, code: str, body: ExampleIn) -> ExampleOut:
    """Change what is not handed in yet, or came back."""
    return _example(response, examples.edit_example(**_example_asked(request, code), **body.words()))


@router.post(
    "/examples/{code}/submit", permission=examples.EDIT, response=ExampleOut, versioned=True, summary="送审典型"
)
def submit_example(request: Asked, response: HttpResponse, code: str) -> ExampleOut:
    """Hand an example in."""
    return _example(response, examples.submit_example(**_example_asked(request, code)))


@router.post(
    "/examples/{code}/decide", permission=examples.DECIDE, response=ExampleOut, versioned=True, summary="审核典型"
)
def decide_example(request: Asked, response: HttpResponse, code: str, body: ExampleDecisionIn) -> ExampleOut:
    """Approve an example, or send it back with the reason."""
    return _example(response, examples.decide_example(**_example_asked(request, code), **body.dict()))


@router.post(
    "/examples/{code}/publish", permission=examples.DECIDE, response=ExampleOut, versioned=True, summary="发布典型"
)
def publish_example(request: Asked, response: HttpResponse, code: str) -> ExampleOut:
    """Put an approved example on the public page."""
    return _example(response, examples.publish_example(**_example_asked(request, code)))


@router.post(
    "/examples/{code}/withdraw", permission=examples.DECIDE, response=ExampleOut, versioned=True, summary="撤下典型"
)
def withdraw_example(request: Asked, response: HttpResponse, code: str, body: WithdrawalIn) -> ExampleOut:
    """Take an example from the public page."""
    return _example(response, examples.withdraw_example(**_example_asked(request, code), **body.dict()))


@router.post(
    "/examples/{code}/recommendations",
    permission=examples.DECIDE,
    response={201: ExampleOut},
    versioned=True,
    summary="向上推荐典型",
)
def recommend_example(request: Asked, response: HttpResponse, code: str, body: RecommendationIn) -> Status[ExampleOut]:
    """Record that an example was recommended to a higher body."""
    made = examples.recommend_example(**_example_asked(request, code), **body.dict())
    return Status(201, _example(response, made.example))


def _example_asked(request: Asked, code: str) -> dict[str, Any]:
    return {"actor": request.actor, "at": timezone.now(), "code": code, "version": if_match(request)}


def _example(response: HttpResponse, row: Example) -> ExampleOut:
    return set_version(response, ExampleOut.of(row), row.version)


def _accountabilities() -> QuerySet[Accountability]:
    return Accountability.objects.select_related("officer__unit", "liability", "claim")


@router.get("/accountabilities", permission=transfers.SEE, response=Page[AccountabilityOut], summary="责任追究列表")
def list_accountabilities(request: Asked, page: Query[PageIn]) -> Page[AccountabilityOut]:
    """List who is called to account."""
    return page_of(visible(_accountabilities(), request.actor, transfers.SEE), page, AccountabilityOut.of)


@router.get("/accountabilities/{pk}", permission=transfers.SEE, response=AccountabilityOut, summary="一项责任追究")
def read_accountability(request: Asked, response: HttpResponse, pk: int) -> AccountabilityOut:
    """Read an accountability."""
    row = access(_accountabilities(), request.actor, transfers.SEE, pk=pk)
    return set_version(response, AccountabilityOut.of(row), row.version)


@router.post(
    "/accountabilities/{pk}/transfer",
    permission=transfers.TRANSFER,
    response={201: WholeTransferOut},
    versioned=True,
    summary="向纪检监察机关移送责任追究",
)
def transfer_accountability(
    request: Asked, response: HttpResponse, pk: int, body: TransferIn
) -> Status[WholeTransferOut]:
    """Hand an accountability over, with a letter that lists the materials; its version is asked for."""
    row = transfers.transfer_accountability(
        actor=request.actor, at=timezone.now(), case=pk, version=if_match(request), **body.dict()
    )
    return Status(201, _transfer(response, row))


@router.get(
    "/discipline-transfers", permission=transfers.TRANSFER, response=Page[TransferOut], summary="移送纪检监察列表"
)
def list_transfers(request: Asked, page: Query[PageIn]) -> Page[TransferOut]:
    """List the transfers of which one may know; the log keeps who read of which."""
    rows = transfers.transfers_of(request.actor)

    def told(row: DisciplineTransfer) -> TransferOut:
        transfers.note_read(actor=request.actor, at=timezone.now(), transfer=row)
        return TransferOut.of(row)

    return page_of(rows, page, told, order="code")


@router.get(
    "/discipline-transfers/{code}",
    permission=transfers.TRANSFER,
    response=WholeTransferOut,
    summary="一次移送纪检监察",
)
def read_transfer(request: Asked, response: HttpResponse, code: str) -> WholeTransferOut:
    """Read a transfer; the log keeps who did."""
    row = transfers.transfer_named(request.actor, code)
    transfers.note_read(actor=request.actor, at=timezone.now(), transfer=row)
    return _transfer(response, row)


@router.post(
    "/discipline-transfers/{code}/receipt",
    permission=transfers.TRANSFER,
    response=WholeTransferOut,
    versioned=True,
    summary="登记纪检监察机关签收",
)
def receive_transfer(request: Asked, response: HttpResponse, code: str, body: ReceiptIn) -> WholeTransferOut:
    """Record that it was received."""
    row = transfers.transfer_named(request.actor, code)
    made = transfers.receive_transfer(
        actor=request.actor, at=timezone.now(), case=row.accountability_id, version=if_match(request), **body.dict()
    )
    return _transfer(response, made)


def _transfer(response: HttpResponse, row: DisciplineTransfer) -> WholeTransferOut:
    return set_version(response, WholeTransferOut.of(row), row.accountability.version)
