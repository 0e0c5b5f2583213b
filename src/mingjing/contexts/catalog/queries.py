"""What pages, API and other rooms read of the catalog. Lists go through ``visible``; the functions for other rooms say so."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Final

from django.db.models import OuterRef, Q, QuerySet, Subquery

from mingjing.contexts.accounts.access import Actor, MissingError, visible
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.accounts.queries import names_of
from mingjing.contexts.catalog.models import (
    Benchmark,
    BenchmarkEdition,
    Cited,
    Delegation,
    Edition,
    GuidingCase,
    Holder,
    Instrument,
    Item,
    ItemEdition,
    ItemList,
    ListEdition,
    Provision,
)
from mingjing.contexts.operations.statements import Statement
from mingjing.domain.catalog import delegations
from mingjing.domain.catalog.editions import Pin, Status, as_of, digest_of, pin_of, suspended
from mingjing.domain.catalog.items import Found, Gap, ItemKind, item_gaps
from mingjing.domain.catalog.lists import entries_of, list_gaps, list_kinds
from mingjing.domain.discretion.benchmarks import Level, breaches
from mingjing.domain.discretion.calculator import ListEntry
from mingjing.kernel.errors import DomainError
from mingjing.law.citations import cite
from mingjing.law.places import ancestry
from mingjing.law.written import WrittenCitation


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """A kind of thing with editions: its tables and the words for its fields."""

    code: str
    label: str
    holder: type[Holder]
    edition: type[Edition]
    fields: Mapping[str, str]


FAMILIES: Final[Mapping[str, Family]] = {
    "item": Family(
        code="item",
        label="执法事项",
        holder=Item,
        edition=ItemEdition,
        fields={
            "name": "事项名称",
            "kind": "类别",
            "basis": "依据",
            "act_code": "违法行为代码",
            "domain": "执法领域",
            "level": "行使层级",
            "section": "承办机构",
            "parties": "行政相对人",
            "flow": "流程图",
            "procedure_basis": "程序依据",
            "limit_days": "办理期限（日）",
            "promised_time": "承诺办结时限",
            "records": "记录要求",
            "sources": "来源清单",
            "random": "随机抽查要素",
            "promise": "实行告知承诺",
            "fee": "收费（罚没）标准",
            "legal_review": "列入法制审核目录",
            "single_officer_basis": "一人执法依据",
            "summary_cap_basis": "简易程序例外依据",
            "complaint_channel": "监督和救济渠道",
            "major_criteria": "重大、复杂、跨区域标准",
            "notes": "备注",
        },
    ),
    "benchmark": Family(
        code="benchmark",
        label="裁量基准",
        holder=Benchmark,
        edition=BenchmarkEdition,
        fields={
            "item": "执法事项",
            "level": "层级",
            "law_fine": "法定罚款幅度",
            "law_kinds": "法定处罚种类",
            "basis": "依据",
            "upper": "上级基准",
            "tiers": "档次",
            "factors": "裁量因素",
            "notes": "备注",
        },
    ),
    "list": Family(
        code="list", label="清单", holder=ItemList, edition=ListEdition, fields={"entries": "清单项", "notes": "备注"}
    ),
}


class UnknownFamilyError(DomainError):
    """There is no such kind of thing with editions."""

    code = "accounts.missing"


class NotOpenError(DomainError):
    """No case can be opened on an item on that day."""

    code = "catalog.not_open"


class AlteredError(DomainError):
    """The stored content is not the one that the reference names."""

    code = "catalog.altered"


def family_of(code: str) -> Family:
    """
    Return the family with this code.

    :raises UnknownFamilyError: if there is none
    """
    if code not in FAMILIES:
        raise UnknownFamilyError("没有这种内容。")
    return FAMILIES[code]


# the law library


@dataclass(slots=True)
class Books:
    """The law library as the domain asks it: what is known of a written citation on a day. Reads the tables once."""

    on: date
    _articles: dict[int, set[str]] = field(default_factory=dict)
    _shelf: dict[str, list[Instrument]] | None = None

    def find(self, citation: WrittenCitation) -> Found | None:
        """Return what is known of the instrument, or ``None``."""
        versions = self.shelf.get(plain_title(citation.title), [])
        if not versions:
            return None
        book = next((one for one in versions if one.in_force_on(self.on)), versions[0])
        has = not citation.article_key or citation.article_key in self._keys(book)
        return Found(
            title=book.title,
            in_force=book.in_force_on(self.on),
            status=str(Instrument.Standing(book.standing).label),
            has_text=book.has_text and not book.excerpt,
            has_article=has,
        )

    def book(self, title: str) -> Instrument | None:
        """Return the instrument in force with this title, else its latest version."""
        versions = self.shelf.get(plain_title(title), [])
        return next((one for one in versions if one.in_force_on(self.on)), versions[0] if versions else None)

    @property
    def shelf(self) -> dict[str, list[Instrument]]:
        """All instruments by plain title and by short title."""
        if self._shelf is None:
            self._shelf = {}
            for one in Instrument.objects.order_by("-in_force_from", "-pk"):
                for name in {plain_title(one.title), plain_title(one.short or one.title)}:
                    self._shelf.setdefault(name, []).append(one)
        return self._shelf

    def _keys(self, book: Instrument) -> set[str]:
        if book.pk not in self._articles:
            self._articles[book.pk] = set(book.provisions.values_list("key", flat=True))
        return self._articles[book.pk]


def plain_title(title: str) -> str:
    """Write a title so that 《中华人民共和国行政处罚法》（2021年修订） and 行政处罚法 are the same."""
    plain = title.strip().strip("《》").replace("中华人民共和国", "").replace(" ", "")
    for opening, closing in (("（", "）"), ("(", ")")):
        if (
            plain.endswith(closing)
            and opening in plain
            and any(sign.isdigit() for sign in plain[plain.rindex(opening) :])
        ):
            plain = plain[: plain.rindex(opening)]
    return plain


def citing(actor: Actor, title: str, article: str = "") -> dict[str, list[Any]]:
    """Return who cites an instrument, or one article of it: published editions that the actor may see, rules, parameters."""
    from mingjing.domain.rules.library import rules
    from mingjing.law import parameters
    from mingjing.law.instruments import UnknownInstrumentError, find

    rows = Cited.objects.filter(title=plain_title(title))
    if article:
        rows = rows.filter(article=article)
    found: dict[str, list[Any]] = {"editions": _current_citers(actor, rows), "rules": [], "parameters": []}
    try:
        known = find(title)
    except UnknownInstrumentError:
        return found

    def same(reference: Any) -> bool:
        return reference.instrument == known.id and (not article or reference.article == article)

    found["rules"] = [rule for rule in rules().values() if any(same(one) for one in rule.citations)]
    found["parameters"] = [
        one for one in parameters.parameters().values() if any(same(value.citation) for value in one.values)
    ]
    return found


def _current_citers(actor: Actor, rows: QuerySet[Cited]) -> list[dict[str, Any]]:
    """Only editions that are published now: replaced ones cite nobody any more."""
    named = list(rows.values("family", "edition", "code", "written"))
    found = []
    for family in FAMILIES.values():
        code = f"catalog.{family.code}.view"
        if not actor.may(code):
            continue
        mine = {row["edition"]: row for row in named if row["family"] == family.code}
        seen = visible(family.holder.objects.all(), actor, code).values("pk")
        editions = family.edition.objects.filter(pk__in=mine, status=Status.PUBLISHED, holder__in=seen)
        found += [
            {
                "family": family.code,
                "label": family.label,
                "code": edition.holder.code,
                "name": edition.holder.name,
                "unit": edition.holder.unit,
                "number": edition.number,
                "written": mine[edition.pk]["written"],
            }
            for edition in editions.select_related("holder__unit").order_by("holder__code")
        ]
    return found


def search_provisions(words: str) -> QuerySet[Provision]:
    """Find articles in which every word occurs: in the text, the title of the instrument, or as the number of the article."""
    rows = Provision.objects.select_related("instrument")
    for word in words.split():
        rows = rows.filter(Q(text__icontains=word) | Q(instrument__title__icontains=word) | Q(label=word))
    return rows.order_by("instrument__title", "-instrument__in_force_from", "position")


# editions


def editions_of(holder: Holder) -> list[Edition]:
    """Return the editions of something, the latest first."""
    family = FAMILIES[holder.family]
    return list(family.edition.objects.filter(holder=holder).order_by("-number"))


def shown(rows: QuerySet[Any], actor: Actor, family: str) -> QuerySet[Any]:
    """Limit holders to those that the viewer may see: published ones, and drafts for those who work on them."""
    found = Q(editions__published_at__isnull=False)
    for verb in ("edit", "approve", "publish"):
        code = f"catalog.{family}.{verb}"
        if actor.may(code):
            found |= actor.scope(code).condition(rows.model.scope_fields)
    mine = rows.model.objects.filter(found).values("pk")
    return visible(rows, actor, f"catalog.{family}.view").filter(pk__in=mine)


def works_on(actor: Actor, holder: Holder) -> dict[str, bool]:
    """Say for each verb whether something lies in the actor's scope."""
    rows = type(holder).objects.filter(pk=holder.pk)
    return {
        verb: actor.may(code) and visible(rows, actor, code).exists()
        for verb in ("edit", "approve", "publish")
        for code in [f"catalog.{holder.family}.{verb}"]
    }


def readable_editions(actor: Actor, holder: Holder) -> list[Edition]:
    """
    Return the editions that the actor may read, the latest first: published ones, and open ones for who works on them.

    :raises MissingError: if there is none
    """
    found = editions_of(holder)
    if not any(works_on(actor, holder).values()):
        found = [one for one in found if one.published_at is not None]
    if not found:
        raise MissingError("没有找到这条记录，或者您无权查看。")
    return found


def edition_on(family: str, code: str, on: date) -> Edition | None:
    """Return the edition of something that is valid on a day, for other rooms; ``None`` where there is none."""
    rows = FAMILIES[family].edition.objects.filter(holder__code=code, effective_from__lte=on)
    return as_of(rows.select_related("holder__unit"), on)


def in_force(family: str, on: date) -> QuerySet[Any]:
    """Return the editions that are valid on a day; suspended ones among them."""
    rows = FAMILIES[family].edition.objects.filter(effective_from__lte=on)
    return rows.filter(Q(effective_until__isnull=True) | Q(effective_until__gt=on)).select_related("holder__unit")


def published_items(on: date, *, kind: str = "", words: str = "") -> QuerySet[ItemEdition]:
    """Return for everybody the items in force on a day that are not suspended; of a kind, with words in the name."""
    rows = in_force("item", on).exclude(
        Q(suspended_from__lte=on) & (Q(suspended_until__isnull=True) | Q(suspended_until__gt=on))
    )
    if kind:
        rows = rows.filter(holder__kind=kind)
    if words:
        rows = rows.filter(holder__name__icontains=words)
    return rows.order_by("holder__unit__path", "holder__code", "number")


def with_current(rows: QuerySet[Any], family: str, on: date) -> QuerySet[Any]:
    """Annotate holders with the number of the edition in force, its first day, and the state of an open one."""
    mine = FAMILIES[family].edition.objects.filter(holder=OuterRef("pk"))
    valid = mine.filter(effective_from__lte=on).filter(Q(effective_until__isnull=True) | Q(effective_until__gt=on))
    opened = mine.filter(status__in=[Status.DRAFT, Status.SUBMITTED, Status.APPROVED])
    return rows.annotate(
        current_number=Subquery(valid.values("number")[:1]),
        current_from=Subquery(valid.values("effective_from")[:1]),
        current_suspended=Subquery(
            valid.filter(suspended_from__lte=on)
            .filter(Q(suspended_until__isnull=True) | Q(suspended_until__gt=on))
            .values("number")[:1]
        ),
        open_status=Subquery(opened.values("status")[:1]),
        open_number=Subquery(opened.values("number")[:1]),
    )


def pinned(family: str, code: str, on: date) -> Pin:
    """
    Return the reference to the edition valid on a day, for a case to keep.

    :raises MissingError: if none is valid
    """
    found = edition_on(family, code, on)
    if found is None:
        raise MissingError(f"{FAMILIES[family].label}“{code}”在{on}没有施行中的版本。")
    return found.pin


def _numbered(table: type[Edition]) -> Statement[Any]:
    return Statement(
        lambda holder, number: (
            table.objects.filter(holder__code=holder, number=number).select_related("holder__unit").order_by()
        ),
        str,
        int,
    )


_EDITION: Final = {code: _numbered(family.edition) for code, family in FAMILIES.items()}


def resolve(reference: str | Pin) -> Edition:
    """
    Return the edition that a reference names; its content is compared with the digest.

    :raises MissingError: if there is no such edition
    :raises AlteredError: if the content is another one
    """
    pin = pin_of(reference) if isinstance(reference, str) else reference
    family = family_of(pin.family)
    found = next(iter(_EDITION[pin.family](pin.code, pin.number)), None)
    if found is None:
        raise MissingError(f"没有{family.label}“{pin.code}”第{pin.number}版。")
    if digest_of(found.content) != pin.digest:
        raise AlteredError(f"{family.label}“{pin.code}”第{pin.number}版的内容与引用时不同，请向审计管理员报告。")
    return found


# what other rooms ask


def require_open(*, item: str, unit: str, on: date) -> Pin:
    """
    Require that a unit may open a case on an item on a day, and return the edition that the case keeps.

    :raises NotOpenError: if the item has no edition in force, or is suspended
    :raises NotActingError: if the unit does not exercise it

    Source: 行政处罚法（2021）第十七条、第三十四条; RZ-28, RZ-58, TS-60.
    """
    row = Item.objects.filter(code=item).select_related("unit").first()
    if row is None:
        raise NotOpenError(f"没有编码为“{item}”的执法事项，不能办案。", citation=cite("CF 17"))
    edition = edition_on("item", item, on)
    if edition is None:
        last = ItemEdition.objects.filter(holder=row, effective_until__lte=on).order_by("-effective_until").first()
        why = f"已于{last.effective_until}取消" if last and last.effective_until else "还没有公布施行的版本"
        raise NotOpenError(f"执法事项“{row.name}”{why}，{on}不能据以办理新的案件。", citation=cite("CF 5"))
    if suspended(edition, on):
        raise NotOpenError(f"执法事项“{row.name}”{on}处于暂停实施期间，不能办理新的案件。", citation=cite("RZ-28"))
    handed = tuple(one.facts for one in row.delegations.select_related("item", "giver", "unit"))
    asked = Unit.objects.filter(code=unit).first()
    owner = row.unit.code
    if asked is not None and asked.path.startswith(row.unit.path):
        return edition.pin  # a squad or a station acts in the name of its agency
    delegations.require_exerciser(unit, asked.name if asked else unit, owner, handed, on)
    return edition.pin


def benchmark_for(item: str, on: date, place: str = "") -> BenchmarkEdition | None:
    """Return the benchmark that binds an item on a day: the lowest level in force for the place."""
    rows = [
        row
        for row in in_force("benchmark", on).filter(holder__item__code=item).select_related("holder__item")
        if not place or row.holder.unit.place in ancestry(place)
    ]
    order = list(Level)
    return max(rows, key=lambda row: order.index(Level(row.holder.level)), default=None)


def benchmarks_above(item: Item, level: str, on: date) -> list[BenchmarkEdition]:
    """Return the superior benchmarks in force for the same act: of the same item, or of one with the same act code."""
    same = Q(holder__item=item)
    if item.act_code:
        same |= Q(holder__item__act_code=item.act_code)
    rows = in_force("benchmark", on).filter(same).select_related("holder__item")
    return [row for row in rows if Level(row.holder.level).is_above(Level(level))]


_LENIENCY: Final = Statement(
    lambda on: in_force("list", on).filter(
        holder__kind__in=[kind.code for kind in list_kinds().values() if kind.leniency]
    ),
    date,
)


def leniency_entries(item: str, on: date) -> tuple[ListEntry, ...]:
    """Return the entries of the leniency lists in force that name an item, for matching."""
    found: list[ListEntry] = []
    for row in _LENIENCY(on):
        kind = list_kinds()[row.holder.kind]
        rows = [entry for entry in row.entries if entry.get("item") == item]
        if rows:
            found += entries_of(kind, kind.name_at(row.holder.unit.place), str(row.pin), rows)
    return tuple(found)


def guiding_cases(item: str) -> QuerySet[GuidingCase]:
    """Return the guiding cases of an item, to be offered when a case is opened on it (RZ-68)."""
    return GuidingCase.objects.filter(item__code=item).select_related("unit")


# completeness


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """What one item lacks."""

    item: Item
    edition: int
    gaps: tuple[Gap, ...]


def completeness(actor: Actor, on: date) -> list[Lack]:
    """List the items in force that lack something: flow chart, benchmark, basis that resolves, records (TS-38, YZ-08)."""
    mine = visible(Item.objects.all(), actor, "catalog.item.view").values("pk")
    with_benchmark = set(in_force("benchmark", on).values_list("holder__item_id", flat=True))
    books = Books(on=on)
    found = []
    for edition in in_force("item", on).filter(holder__in=mine).order_by("holder__unit__path", "holder__code"):
        gaps = item_gaps(edition.item, books, has_benchmark=edition.holder_id in with_benchmark)
        if gaps:
            found.append(Lack(item=edition.holder, edition=edition.number, gaps=gaps))
    return found


def gaps_of(edition: Edition, on: date) -> tuple[Gap, ...]:
    """List what an edition lacks before it may be submitted."""
    books = Books(on=on)
    if isinstance(edition, ItemEdition):
        has = Benchmark.objects.filter(item=edition.holder).exists()
        return item_gaps(edition.item, books, has_benchmark=has)
    if isinstance(edition, ListEdition):
        return list_gaps(edition.holder.list_kind, edition.entries, books)
    assert isinstance(edition, BenchmarkEdition)
    upper = upper_of(edition)
    found = [
        Gap(field=f"tiers.{one.tier}" if one.tier else one.code, message=one.message, remedy=one.remedy)
        for one in breaches(edition.benchmark, upper.benchmark if upper else None)
    ]
    return tuple(found)


def upper_of(edition: BenchmarkEdition) -> BenchmarkEdition | None:
    """Return the superior benchmark that an edition names."""
    named = edition.content.get("upper") or ""
    found = resolve(named) if named else None
    assert found is None or isinstance(found, BenchmarkEdition)
    return found


def handed_over(actor: Actor) -> QuerySet[Delegation]:
    """Return the items handed to towns that the actor may see."""
    rows = visible(Delegation.objects.all(), actor, "catalog.delegation.view")
    return rows.select_related("item__unit", "giver", "unit")


def boundary(actor: Actor, on: date) -> dict[str, list[list[Item]]]:
    """Find acts claimed by more than one unit (RZ-27): items in force with the same act code, or the same name and kind."""
    mine = visible(Item.objects.all(), actor, "catalog.item.view").values("pk")
    rows = [edition.holder for edition in in_force("item", on).filter(holder__in=mine)]
    by: dict[tuple[str, str], list[Item]] = {}
    for row in rows:
        if row.kind == ItemKind.PENALTY:
            by.setdefault((row.kind, row.act_code or row.name), []).append(row)
    return {"overlaps": [found for found in by.values() if len({one.unit_id for one in found}) > 1]}


def like_cases(item: str, *, on: date, tier: str = "", party: str = "") -> tuple[Iterable[int], str]:
    """
    Return the fines of like cases in fen and where they come from; none where no room or file has any.

    Of the item, where they are given of the ``tier`` and the kind of ``party``.
    """
    for provide in _providers:
        fines, source = provide(item, on, tier, party)
        fines = list(fines)
        if fines:
            return fines, source
    return (), ""


_providers: list[Any] = []


def provide_like_cases(provider: Any) -> None:
    """
    Let a room tell the fines of like cases; whoever comes later is asked first.

    ``provider`` is a function of item, day, tier and kind of party that returns fines in fen and a source.
    """
    if provider not in _providers:
        _providers.insert(0, provider)


class Names:
    """Names of people by their code, read once for a page."""

    def __init__(self, codes: Iterable[str]) -> None:
        self._codes = {code for code in codes if code}

    @cached_property
    def _names(self) -> dict[str, str]:
        return names_of(self._codes)

    def __getitem__(self, code: str) -> str:
        return self._names.get(code, code)
