"""The API of the catalog room."""

from datetime import date
from typing import Any, Self

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from ninja import Field, FilterSchema, Query, Schema, Status

from mingjing.contexts.accounts.access import MissingError, access, visible
from mingjing.contexts.accounts.rest import Asked, Page, PageIn, RoomRouter, if_match, page_of, set_version
from mingjing.contexts.catalog import queries
from mingjing.contexts.catalog.models import Benchmark, Edition, Holder, Instrument, Item, ItemList, Provision
from mingjing.contexts.catalog.usecases import editions
from mingjing.domain.discretion import ranges
from mingjing.domain.discretion.calculator import Assessment, assess, distribution
from mingjing.domain.discretion.circumstances import FACTS, FactKind, UnknownFactError

router = RoomRouter(tags=["事项、裁量和法律"])

_TODAY = Query(None, description="哪一天；不写为今天")


class HolderOut(Schema):
    """Something with editions, as it stands on a day."""

    code: str
    name: str
    kind: str = Field(description="事项类别、清单种类，或者基准的层级")
    unit: str = Field(description="单位代码")
    edition: int | None = Field(description="当日施行的版本")
    effective_from: date | None
    suspended: bool
    open_status: str | None = Field(description="办理中的版本：draft、submitted、approved")
    version: int

    @classmethod
    def of(cls, row: Any) -> Self:
        """Tell of a row that ``with_current`` annotated."""
        return cls(
            code=row.code,
            name=row.name,
            kind=row.level if isinstance(row, Benchmark) else row.kind,
            unit=row.unit.code,
            edition=row.current_number,
            effective_from=row.current_from,
            suspended=row.current_suspended is not None,
            open_status=row.open_status,
            version=row.version,
        )


class EditionOut(Schema):
    """One edition with its content; ``reference`` is what a case keeps."""

    code: str
    number: int
    status: str
    reference: str
    digest: str
    effective_from: date | None
    effective_until: date | None = Field(description="失效日期，不含当日")
    document: str
    content: dict[str, Any]
    version: int

    @classmethod
    def of(cls, row: Edition) -> Self:
        """Tell of an edition."""
        return cls(
            code=row.holder.code,
            number=row.number,
            status=row.status,
            reference=str(row.pin) if row.digest else "",
            digest=row.digest,
            effective_from=row.effective_from,
            effective_until=row.effective_until,
            document=row.document,
            content=row.content,
            version=row.holder.version,
        )


class ItemFilters(FilterSchema):
    """Which items."""

    kind: str | None = Field(None, max_length=32, description="类别")
    unit__code: str | None = Field(None, alias="unit", max_length=32, description="单位代码")
    act_code: str | None = Field(None, max_length=64, description="违法行为代码")


class ListFilters(FilterSchema):
    """Which lists."""

    kind: str | None = Field(None, max_length=32, description="清单种类")
    unit__code: str | None = Field(None, alias="unit", max_length=32, description="单位代码")


class BenchmarkFilters(FilterSchema):
    """Which benchmarks."""

    level: str | None = Field(None, max_length=16, description="层级")
    item__code: str | None = Field(None, alias="item", max_length=64, description="事项编码")
    unit__code: str | None = Field(None, alias="unit", max_length=32, description="单位代码")


class NewItemIn(Schema):
    """An item that is drafted."""

    code: str = Field(max_length=64)
    unit: str = Field(max_length=32, description="单位代码")
    content: dict[str, Any] = Field(description="内容，字段同版本里的content")
    reason: str = Field("", max_length=512)


class DraftIn(Schema):
    """The content of a draft."""

    content: dict[str, Any]
    reason: str = Field("", max_length=512)


class ReasonIn(Schema):
    """Why."""

    reason: str = Field(max_length=512)


class PublishIn(Schema):
    """From when, on which document."""

    effective_from: date | None = None
    document: str = Field("", max_length=128)


class CaseIn(Schema):
    """The circumstances of a case, by the codes of ``/catalog/facts``."""

    circumstances: dict[str, bool | int | str] = Field(default_factory=dict)
    tier: str = Field("", max_length=64, description="选定的档次；不写则按情节判断")


class RangeOut(Schema):
    """A range of fines in fen."""

    low_fen: int
    high_fen: int | None = Field(description="没有上限为空")
    low_open: bool
    high_open: bool
    label: str

    @classmethod
    def of(cls, one: ranges.Range | None) -> Self | None:
        """Tell of a range in fen."""
        if one is None:
            return None
        return cls(
            low_fen=int(one.low),
            high_fen=None if one.high is None else int(one.high),
            low_open=one.low_open,
            high_open=one.high_open,
            label=one.label,
        )


class MatchOut(Schema):
    """An entry of a list that fits, or may."""

    list_kind: str
    list_label: str
    number: str
    matter: str
    treatment: str
    basis: str
    match: str
    missing: list[str]


class LikeOut(Schema):
    """The fines of like cases in fen."""

    count: int
    least: int
    lower_quarter: int
    median: int
    upper_quarter: int
    most: int
    source: str


class AssessmentOut(Schema):
    """What follows from the circumstances; it proposes, a person decides."""

    benchmark: str = Field(description="所用基准的版本引用")
    tier: str | None
    candidates: list[str]
    fine: RangeOut | None
    outcome: str | None
    explanation: list[str]
    basis: list[str]
    missing: list[str] = Field(description="还要知道的情节代码")
    lists: list[MatchOut]
    like_cases: LikeOut | None


class FactOut(Schema):
    """A circumstance that may be told."""

    code: str
    label: str
    kind: str
    choices: dict[str, str]


class InstrumentOut(Schema):
    """An instrument of law."""

    code: str
    title: str
    number: str
    issuer: str
    level: str
    standing: str
    in_force_from: date | None
    in_force_until: date | None
    has_text: bool
    version: int


class InstrumentFilters(FilterSchema):
    """Which instruments."""

    title__icontains: str | None = Field(None, alias="title", max_length=128, description="名称包含")
    standing: str | None = Field(None, max_length=16)
    level: str | None = Field(None, max_length=32)


class ProvisionOut(Schema):
    """An article."""

    instrument: str
    key: str
    label: str
    headings: str
    text: str

    @classmethod
    def of(cls, row: Provision) -> Self:
        """Tell of an article."""
        return cls(instrument=row.instrument.code, key=row.key, label=row.label, headings=row.headings, text=row.text)


@router.get("/catalog/items", permission="catalog.item.view", response=Page[HolderOut], summary="执法事项")
def list_items(
    request: Asked, filters: Query[ItemFilters], page: Query[PageIn], on: date | None = _TODAY
) -> Page[HolderOut]:
    return _holders("item", filters.filter(_seen(request, Item.objects.all(), "item")), page, on)


@router.get("/catalog/lists", permission="catalog.list.view", response=Page[HolderOut], summary="清单")
def list_lists(
    request: Asked, filters: Query[ListFilters], page: Query[PageIn], on: date | None = _TODAY
) -> Page[HolderOut]:
    return _holders("list", filters.filter(_seen(request, ItemList.objects.all(), "list")), page, on)


@router.get("/catalog/benchmarks", permission="catalog.benchmark.view", response=Page[HolderOut], summary="裁量基准")
def list_benchmarks(
    request: Asked, filters: Query[BenchmarkFilters], page: Query[PageIn], on: date | None = _TODAY
) -> Page[HolderOut]:
    return _holders("benchmark", filters.filter(_seen(request, Benchmark.objects.all(), "benchmark")), page, on)


@router.get(
    "/catalog/items/{code}", permission="catalog.item.view", response=EditionOut, summary="事项在某一天施行的版本"
)
def get_item(request: Asked, response: HttpResponse, code: str, on: date | None = _TODAY) -> EditionOut:
    return _edition(request, response, "item", code, on)


@router.get(
    "/catalog/lists/{code}", permission="catalog.list.view", response=EditionOut, summary="清单在某一天施行的版本"
)
def get_list(request: Asked, response: HttpResponse, code: str, on: date | None = _TODAY) -> EditionOut:
    return _edition(request, response, "list", code, on)


@router.get(
    "/catalog/benchmarks/{code}",
    permission="catalog.benchmark.view",
    response=EditionOut,
    summary="基准在某一天施行的版本",
)
def get_benchmark(request: Asked, response: HttpResponse, code: str, on: date | None = _TODAY) -> EditionOut:
    return _edition(request, response, "benchmark", code, on)


@router.get(
    "/catalog/items/{code}/editions/{number}",
    permission="catalog.item.view",
    response=EditionOut,
    summary="事项的某一版",
)
def get_item_edition(request: Asked, code: str, number: int) -> EditionOut:
    holder = access(Item.objects.select_related("unit"), request.actor, "catalog.item.view", code=code)
    found = next((one for one in queries.readable_editions(request.actor, holder) if one.number == number), None)
    if found is None:
        raise MissingError("没有这个版本。")
    return EditionOut.of(found)


@router.post("/catalog/items", permission="catalog.item.edit", response={201: HolderOut}, summary="起草事项")
def start_item(request: Asked, response: HttpResponse, body: NewItemIn) -> Status[HolderOut]:
    row = editions.start_item(actor=request.actor, at=timezone.now(), **body.dict())
    return Status(201, _one(response, "item", row))


@router.put(
    "/catalog/items/{code}/draft",
    permission="catalog.item.edit",
    response=HolderOut,
    versioned=True,
    summary="修改草稿或者起草新版本",
)
def save_item_draft(request: Asked, response: HttpResponse, code: str, body: DraftIn) -> HolderOut:
    found = editions.save_draft(
        actor=request.actor, at=timezone.now(), family="item", code=code, version=if_match(request), **body.dict()
    )
    return _one(response, "item", found.holder)


@router.post(
    "/catalog/items/{code}/submit",
    permission="catalog.item.edit",
    response=HolderOut,
    versioned=True,
    summary="提交批准",
)
def submit_item(request: Asked, response: HttpResponse, code: str) -> HolderOut:
    found = editions.submit(actor=request.actor, at=timezone.now(), family="item", code=code, version=if_match(request))
    return _one(response, "item", found.holder)


@router.post(
    "/catalog/items/{code}/approve",
    permission="catalog.item.approve",
    response=HolderOut,
    versioned=True,
    summary="批准",
)
def approve_item(request: Asked, response: HttpResponse, code: str) -> HolderOut:
    found = editions.approve(
        actor=request.actor, at=timezone.now(), family="item", code=code, version=if_match(request)
    )
    return _one(response, "item", found.holder)


@router.post(
    "/catalog/items/{code}/return",
    permission="catalog.item.approve",
    response=HolderOut,
    versioned=True,
    summary="退回",
)
def return_item(request: Asked, response: HttpResponse, code: str, body: ReasonIn) -> HolderOut:
    found = editions.send_back(
        actor=request.actor, at=timezone.now(), family="item", code=code, version=if_match(request), **body.dict()
    )
    return _one(response, "item", found.holder)


@router.post(
    "/catalog/items/{code}/publish",
    permission="catalog.item.publish",
    response=HolderOut,
    versioned=True,
    summary="公布",
)
def publish_item(request: Asked, response: HttpResponse, code: str, body: PublishIn) -> HolderOut:
    found = editions.publish(
        actor=request.actor, at=timezone.now(), family="item", code=code, version=if_match(request), **body.dict()
    )
    return _one(response, "item", found.holder)


@router.post(
    "/catalog/items/{code}/withdraw",
    permission="catalog.item.publish",
    response=HolderOut,
    versioned=True,
    summary="废止",
)
def withdraw_item(request: Asked, response: HttpResponse, code: str, body: ReasonIn) -> HolderOut:
    found = editions.withdraw(
        actor=request.actor, at=timezone.now(), family="item", code=code, version=if_match(request), **body.dict()
    )
    return _one(response, "item", found.holder)


@router.get(
    "/catalog/facts", permission="catalog.calculator.use", response=list[FactOut], summary="裁量计算可以填写的情节"
)
def list_facts(request: Asked) -> list[FactOut]:  # noqa: ARG001
    return [
        FactOut(code=one.code, label=one.label, kind=one.kind.value, choices=dict(one.choices))
        for one in FACTS.values()
    ]


@router.post(
    "/catalog/items/{code}/assess", permission="catalog.calculator.use", response=AssessmentOut, summary="裁量计算"
)
def assess_item(request: Asked, code: str, body: CaseIn) -> AssessmentOut:
    item = access(Item.objects.all(), request.actor, "catalog.item.view", code=code)
    today = timezone.localdate()
    row = queries.benchmark_for(item.code, today)
    if row is None:
        raise MissingError(f"“{item.name}”没有施行中的裁量基准。")
    for name, value in body.circumstances.items():
        _check(name, value)
    found = assess(
        row.benchmark, body.circumstances, entries=queries.leniency_entries(item.code, today), chosen=body.tier
    )
    fines, source = queries.like_cases(item.code, on=today)
    return _assessment(str(row.pin), found, distribution(fines), source)


@router.get("/laws", permission="catalog.law.view", response=Page[InstrumentOut], summary="法律法规库")
def list_laws(request: Asked, filters: Query[InstrumentFilters], page: Query[PageIn]) -> Page[InstrumentOut]:
    rows = filters.filter(visible(Instrument.objects.all(), request.actor, "catalog.law.view"))
    return page_of(rows, page, InstrumentOut.from_orm, order="code")


@router.get("/laws/provisions", permission="catalog.law.view", response=list[ProvisionOut], summary="按词查条文")
def search_provisions(
    request: Asked,  # noqa: ARG001
    q: str = Query(min_length=1, max_length=100, pattern="^[^\\x00]*$"),
) -> list[ProvisionOut]:
    return [ProvisionOut.of(row) for row in queries.search_provisions(q)[:50]]


@router.get("/laws/{code}/articles/{key}", permission="catalog.law.view", response=ProvisionOut, summary="一条条文")
def get_article(request: Asked, code: str, key: str) -> ProvisionOut:
    book = access(Instrument.objects.all(), request.actor, "catalog.law.view", code=code)
    found = book.provisions.select_related("instrument").filter(key=key).first()
    if found is None:
        raise MissingError(f"《{book.title}》的全文里没有这一条。")
    return ProvisionOut.of(found)


def _seen(request: Asked, rows: QuerySet[Any], family: str) -> QuerySet[Any]:
    return queries.shown(rows.select_related("unit"), request.actor, family)


def _holders(family: str, rows: QuerySet[Any], page: PageIn, on: date | None) -> Page[HolderOut]:
    return page_of(queries.with_current(rows, family, on or timezone.localdate()), page, HolderOut.of, order="code")


def _one(response: HttpResponse, family: str, holder: Holder) -> HolderOut:
    rows = queries.with_current(type(holder).objects.select_related("unit"), family, timezone.localdate())
    row = rows.get(pk=holder.pk)
    return set_version(response, HolderOut.of(row), row.version)


def _edition(request: Asked, response: HttpResponse, family: str, code: str, on: date | None) -> EditionOut:
    rows = queries.FAMILIES[family].holder.objects.select_related("unit")
    holder = access(rows, request.actor, f"catalog.{family}.view", code=code)
    found = queries.edition_on(family, code, on or timezone.localdate())
    if found is None and on is None:
        # not in force yet, or no longer: the latest says so
        found = queries.readable_editions(request.actor, holder)[0]
    if found is None:
        raise MissingError("那一天没有施行的版本。")
    return set_version(response, EditionOut.of(found), holder.version)


def _check(name: str, value: object) -> None:
    fact = FACTS.get(name)
    if fact is None:
        raise UnknownFactError(f"没有“{name}”这样的情节，可用的见 /catalog/facts。")
    fits = {
        FactKind.FLAG: isinstance(value, bool),
        FactKind.CHOICE: value in dict(fact.choices),
        FactKind.FEN: isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**15,
        FactKind.COUNT: isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9,
    }[fact.kind]
    if not fits:
        raise UnknownFactError(f"“{fact.label}”不能是“{str(value)[:32]}”。")


def _assessment(reference: str, found: Assessment, like: Any, source: str) -> AssessmentOut:
    return AssessmentOut(
        benchmark=reference,
        tier=found.tier.name if found.tier else None,
        candidates=[tier.name for tier in found.candidates],
        fine=RangeOut.of(found.fine),
        outcome=found.outcome.value if found.outcome else None,
        explanation=list(found.explanation),
        basis=list(found.basis),
        missing=[fact.code for fact in found.missing],
        lists=[
            MatchOut(
                list_kind=one.entry.list_kind,
                list_label=one.entry.list_label,
                number=one.entry.number,
                matter=one.entry.matter,
                treatment=one.entry.treatment,
                basis=one.entry.basis,
                match=one.match.value,
                missing=[fact.code for fact in one.missing],
            )
            for one in found.lists
        ],
        like_cases=LikeOut(
            count=like.count,
            least=like.least,
            lower_quarter=like.lower_quarter,
            median=like.median,
            upper_quarter=like.upper_quarter,
            most=like.most,
            source=source,
        )
        if like
        else None,
    )
