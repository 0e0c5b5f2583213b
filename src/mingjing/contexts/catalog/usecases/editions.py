"""The life of editions, the same for items, benchmarks and lists: drafted, submitted, approved, published, withdrawn."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from mingjing.contexts.accounts.access import Actor, MissingError, access
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.catalog.models import (
    Benchmark,
    BenchmarkEdition,
    Cited,
    Edition,
    Holder,
    Item,
    ItemEdition,
    ItemList,
    ListEdition,
)
from mingjing.contexts.catalog.queries import Family, family_of, gaps_of, pinned, plain_title, upper_of
from mingjing.contexts.catalog.usecases import indexing
from mingjing.contexts.records.usecases import append
from mingjing.contexts.ui.errors import require_fresh
from mingjing.domain.catalog import editions
from mingjing.domain.catalog.editions import Act, Status
from mingjing.domain.catalog.items import IncompleteError, ItemKind, item_of_data, require_complete
from mingjing.domain.catalog.lists import list_kind
from mingjing.domain.discretion import benchmarks
from mingjing.domain.discretion.benchmarks import OutsideRangeError, breaches
from mingjing.kernel.errors import DomainError
from mingjing.law.written import citations_in


class TakenError(DomainError):
    """There is one already."""

    code = "catalog.taken"


class NoReasonError(DomainError):
    """An act that needs a reason in words."""

    code = "catalog.no_reason"


class MalformedError(DomainError):
    """The content cannot be read."""

    code = "catalog.malformed"


_OUTSIDE = frozenset({"outside_law", "outside_upper", "fine_outside_law", "kind_outside_law", "kind_outside_upper"})
"""Breaches of a benchmark that are refused when it is saved, not only when it is submitted (RZ-22)."""


@transaction.atomic
def start_item(
    *, actor: Actor, at: datetime, code: str, unit: str, content: Mapping[str, Any], reason: str = ""
) -> Item:
    """
    Draft the first edition of an item.

    :raises TakenError: if the code is taken
    :raises MalformedError: if the content is no item
    """
    owner = access(Unit.objects.all(), actor, "catalog.item.edit", code=unit)
    _require_free(Item, code)
    data = _item_data(content)
    row = Item.objects.create(
        code=code,
        name=data["name"],
        unit=owner,
        kind=data["kind"],
        domain=data["domain"],
        act_code=data["act_code"],
        created_at=at,
    )
    _first_edition(ItemEdition, row, data, actor, at, reason)
    return row


@transaction.atomic
def start_benchmark(
    *,
    actor: Actor,
    at: datetime,
    item: str,
    unit: str,
    level: str,
    content: Mapping[str, Any],
    upper: str = "",
    reason: str = "",
) -> Benchmark:
    """
    Draft the first edition of a benchmark for an item; ``upper`` is the code of the superior benchmark, pinned as of today.

    :raises TakenError: if the unit has one for this item at this level
    :raises OutsideRangeError: if a tier leaves the law or the superior benchmark
    """
    owner = access(Unit.objects.all(), actor, "catalog.benchmark.edit", code=unit)
    subject = access(Item.objects.all(), actor, "catalog.item.view", code=item)
    code = f"{item}-{level}-{unit}"[:64]
    if Benchmark.objects.filter(item=subject, unit=owner, level=level).exists():
        raise TakenError(f"{owner.name}已经有“{subject.name}”的{benchmarks.Level(level).label}裁量基准，请修订原基准。")
    _require_free(Benchmark, code)
    row = Benchmark(
        code=code, name=f"{subject.name}裁量基准"[:256], unit=owner, item=subject, level=level, created_at=at
    )
    data = _benchmark_data(row, content, upper, timezone.localdate(at))
    row.save()
    _first_edition(BenchmarkEdition, row, data, actor, at, reason)
    return row


@transaction.atomic
def start_list(
    *, actor: Actor, at: datetime, unit: str, kind: str, content: Mapping[str, Any], reason: str = ""
) -> ItemList:
    """
    Draft the first edition of a list of a unit.

    :raises TakenError: if the unit has one of this kind
    :raises UnknownListKindError: if there is no such kind
    """
    owner = access(Unit.objects.all(), actor, "catalog.list.edit", code=unit)
    known = list_kind(kind)
    if ItemList.objects.filter(unit=owner, kind=kind).exists():
        raise TakenError(f"{owner.name}已经有{known.name_at(owner.place)}，请修订原清单。")
    row = ItemList.objects.create(
        code=f"{kind}-{unit}"[:64],
        name=f"{owner.short_name or owner.name}{known.name_at(owner.place)}"[:256],
        unit=owner,
        kind=kind,
        created_at=at,
    )
    _first_edition(ListEdition, row, _list_data(content), actor, at, reason)
    return row


@transaction.atomic
def save_draft(
    *,
    actor: Actor,
    at: datetime,
    family: str,
    code: str,
    version: int,
    content: Mapping[str, Any],
    upper: str | None = None,
    reason: str = "",
) -> Edition:
    """
    Change the open draft of something, or draft its next edition. A published edition is never changed.

    ``upper`` is the code of the superior benchmark; ``None`` leaves it as it is.

    :raises StaleError: if somebody changed it since
    :raises NotNowError: if the open edition was submitted already
    :raises OutsideRangeError: if a tier leaves the law or the superior benchmark
    """
    kind = family_of(family)
    holder = _locked(kind, actor, code, version, "edit")
    opened = _open_edition(kind, holder)
    if opened is not None:
        editions.after(Act.EDIT, opened.state)
    data = _data_of(holder, content, upper, timezone.localdate(at))
    if opened is None:
        number = (kind.edition.objects.filter(holder=holder).order_by("-number").first() or _NONE).number + 1
        opened = kind.edition(  # type: ignore[misc]
            holder=holder, number=number, content=data, reason=reason, drafted_at=at, drafted_by=actor.code
        )
    opened.content, opened.reason = data, reason or opened.reason
    opened.drafted_at, opened.drafted_by = at, actor.code
    opened.version += 1
    opened.save()
    _touch(holder)
    _log(actor, at, "save_draft", opened, {"digest": editions.digest_of(data)}, reason)
    return opened


@transaction.atomic
def submit(*, actor: Actor, at: datetime, family: str, code: str, version: int) -> Edition:
    """
    Submit the open draft for approval; from now on its content is fixed.

    :raises IncompleteError: if it lacks something that blocks
    :raises NotNowError: if there is no draft
    """
    kind = family_of(family)
    holder = _locked(kind, actor, code, version, "edit")
    opened = _require_open(kind, holder, Act.SUBMIT)
    require_complete(gaps_of(opened, timezone.localdate(at)))
    opened.status = editions.after(Act.SUBMIT, opened.state)
    opened.digest = editions.digest_of(opened.content)
    opened.submitted_at, opened.submitted_by = at, actor.code
    _store(opened, holder, "status", "digest", "submitted_at", "submitted_by")
    _log(actor, at, "submit", opened, {"digest": opened.digest})
    return opened


@transaction.atomic
def send_back(*, actor: Actor, at: datetime, family: str, code: str, version: int, reason: str) -> Edition:
    """
    Send a submitted or approved edition back to draft, with the reason.

    :raises NoReasonError: if there is no reason
    """
    kind = family_of(family)
    holder = _locked(kind, actor, code, version, "approve")
    opened = _require_open(kind, holder, Act.RETURN)
    words = _reason(reason, "退回")
    opened.status = editions.after(Act.RETURN, opened.state)
    opened.digest = ""
    opened.submitted_at = opened.approved_at = None
    opened.submitted_by = opened.approved_by = ""
    _store(opened, holder, "status", "digest", "submitted_at", "submitted_by", "approved_at", "approved_by")
    _log(actor, at, "send_back", opened, {}, words)
    return opened


@transaction.atomic
def approve(*, actor: Actor, at: datetime, family: str, code: str, version: int) -> Edition:
    """
    Approve a submitted edition; another person than who submitted it.

    :raises SamePersonError: if the actor submitted it
    :raises NotNowError: if it is not submitted

    Source: YZ-06.
    """
    kind = family_of(family)
    holder = _locked(kind, actor, code, version, "approve")
    opened = _require_open(kind, holder, Act.APPROVE)
    opened.status = editions.after(Act.APPROVE, opened.state)
    editions.require_second_person(submitted_by=opened.submitted_by, approver=actor.code)
    opened.approved_at, opened.approved_by = at, actor.code
    _store(opened, holder, "status", "approved_at", "approved_by")
    _log(actor, at, "approve", opened, {"digest": opened.digest})
    return opened


@transaction.atomic
def publish(
    *,
    actor: Actor,
    at: datetime,
    family: str,
    code: str,
    version: int,
    effective_from: date | None = None,
    document: str = "",
) -> Edition:
    """
    Publish an approved edition; from its day on it takes the place of the earlier one.

    :raises NotNowError: if it is not approved
    :raises BackdatedError: if its day lies in the past, or before the earlier one's

    Source: YZ-06, RZ-25.
    """
    kind = family_of(family)
    holder = _locked(kind, actor, code, version, "publish")
    opened = _require_open(kind, holder, Act.PUBLISH)
    after = editions.after(Act.PUBLISH, opened.state)
    today = timezone.localdate(at)
    current = kind.edition.objects.filter(holder=holder, status=Status.PUBLISHED).order_by("-number").first()
    start = editions.start_of(effective_from, today=today, current=current)
    if current is not None and (current.effective_until is None or current.effective_until > start):
        current.effective_until = start
        current.status = Status.REPLACED
        current.save(update_fields=["effective_until", "status"])
        Cited.objects.filter(family=family, edition=current.pk).delete()
    opened.status, opened.effective_from, opened.document = after, start, document
    opened.published_at, opened.published_by = at, actor.code
    _rename(holder, opened)
    _store(opened, holder, "status", "effective_from", "document", "published_at", "published_by")
    _cite(opened)
    fields = {"digest": opened.digest, "effective_from": start.isoformat(), "document": document}
    _log(actor, at, "publish", opened, fields)
    indexing.index(opened)
    return opened


@transaction.atomic
def withdraw(
    *, actor: Actor, at: datetime, family: str, code: str, version: int, reason: str, on: date | None = None
) -> Edition:
    """
    Withdraw the published edition from a day on. What began before keeps it.

    :raises NotNowError: if none is published
    :raises NoReasonError: if there is no reason
    """
    kind = family_of(family)
    holder = _locked(kind, actor, code, version, "publish")
    return end(actor=actor, at=at, family=kind, holder=holder, reason=_reason(reason, "废止"), on=on)


def end(*, actor: Actor, at: datetime, family: Family, holder: Holder, reason: str, on: date | None) -> Edition:
    """Withdraw the published edition of something that is locked already."""
    current = _require_published(family, holder, Act.WITHDRAW)
    today = timezone.localdate(at)
    assert current.effective_from is not None
    current.effective_until = max(on or today, current.effective_from)
    current.status = editions.after(Act.WITHDRAW, current.state)
    current.withdrawn_at = at
    _store(current, holder, "effective_until", "status", "withdrawn_at")
    Cited.objects.filter(family=family.code, edition=current.pk).delete()
    _log(actor, at, "withdraw", current, {"effective_until": current.effective_until.isoformat()}, reason)
    indexing.unindex(current)
    return current


@transaction.atomic
def suspend(
    *, actor: Actor, at: datetime, family: str, code: str, version: int, reason: str, on: date | None = None
) -> Edition:
    """
    Suspend the published edition from a day on: no new case can be opened on it.

    Source: RZ-28.
    """
    kind = family_of(family)
    holder = _locked(kind, actor, code, version, "publish")
    return halt(actor=actor, at=at, family=kind, holder=holder, reason=_reason(reason, "暂停实施"), on=on)


def halt(*, actor: Actor, at: datetime, family: Family, holder: Holder, reason: str, on: date | None) -> Edition:
    """Suspend the published edition of something that is locked already."""
    current = _require_published(family, holder, Act.SUSPEND)
    current.suspended_from, current.suspended_until = on or timezone.localdate(at), None
    _store(current, holder, "suspended_from", "suspended_until")
    _log(actor, at, "suspend", current, {"suspended_from": current.suspended_from.isoformat()}, reason)
    return current


@transaction.atomic
def resume(*, actor: Actor, at: datetime, family: str, code: str, version: int, reason: str) -> Edition:
    """
    Carry out a suspended edition again from today on.

    :raises NotNowError: if none is suspended
    """
    kind = family_of(family)
    holder = _locked(kind, actor, code, version, "publish")
    current = _require_published(kind, holder, Act.RESUME)
    if current.suspended_from is None or current.suspended_until is not None:
        raise editions.NotNowError("这个版本没有暂停实施。")
    current.suspended_until = max(timezone.localdate(at), current.suspended_from)
    _store(current, holder, "suspended_until")
    _log(
        actor, at, "resume", current, {"suspended_until": current.suspended_until.isoformat()}, _reason(reason, "恢复")
    )
    return current


# the parts


class _None:
    number = 0


_NONE = _None()


def _locked(family: Family, actor: Actor, code: str, version: int, verb: str) -> Holder:
    holder: Holder = access(
        family.holder.objects.all(),
        actor,
        f"catalog.{family.code}.{verb}",
        see=f"catalog.{family.code}.view",
        lock=True,
        code=code,
    )
    require_fresh(holder, version)
    return holder


def _open_edition(family: Family, holder: Holder) -> Edition | None:
    rows = family.edition.objects.filter(holder=holder, status__in=[Status.DRAFT, Status.SUBMITTED, Status.APPROVED])
    return rows.select_for_update().select_related("holder").order_by("number").first()


def _require_open(family: Family, holder: Holder, act: Act) -> Edition:
    found = _open_edition(family, holder)
    if found is None:
        raise editions.NotNowError(f"没有办理中的版本。{editions.TRANSITIONS[act].refusal}")
    return found


def _require_published(family: Family, holder: Holder, act: Act) -> Edition:
    rows = family.edition.objects.filter(holder=holder, status=Status.PUBLISHED)
    found = rows.select_for_update().select_related("holder").order_by("-number").first()
    if found is None:
        raise editions.NotNowError(f"没有已公布的版本。{editions.TRANSITIONS[act].refusal}")
    return found


def _require_free(model: type[Holder], code: str) -> None:
    if not code.strip():
        raise MalformedError("没有写编码。")
    if model.objects.filter(code=code).exists():
        raise TakenError(f"编码“{code}”已经有了，请换一个，或者修订原有内容。")


def _first_edition(
    model: type[Edition], holder: Holder, data: dict[str, Any], actor: Actor, at: datetime, reason: str
) -> None:
    edition = model(  # type: ignore[misc]
        holder=holder, number=1, content=data, reason=reason, drafted_at=at, drafted_by=actor.code
    )
    edition.save()
    _log(actor, at, "start", edition, {"digest": editions.digest_of(data)}, reason)


def _data_of(holder: Holder, content: Mapping[str, Any], upper: str | None, today: date) -> dict[str, Any]:
    if isinstance(holder, Item):
        return _item_data(content)
    if isinstance(holder, Benchmark):
        return _benchmark_data(holder, content, upper, today)
    return _list_data(content)


def _item_data(content: Mapping[str, Any]) -> dict[str, Any]:
    try:
        item = item_of_data(content)
    except (KeyError, TypeError, ValueError) as error:
        raise MalformedError(f"事项内容看不懂：{error}。类别可选：{'、'.join(ItemKind)}。") from error
    if not item.name.strip():
        raise IncompleteError("没有事项名称。请填写。")
    return item.as_data()


def _benchmark_data(row: Benchmark, content: Mapping[str, Any], upper: str | None, today: date) -> dict[str, Any]:
    try:
        read = benchmarks.of_data({**content, "item": row.item.code, "level": row.level})
    except (KeyError, TypeError, ValueError) as error:
        raise MalformedError(f"裁量基准内容看不懂：{error}。") from error
    data = benchmarks.as_data(read)
    if upper is not None:
        data["upper"] = str(pinned("benchmark", upper, today)) if upper else ""
    trial = BenchmarkEdition(holder=row, content=data)
    above = upper_of(trial)
    found = tuple(one for one in breaches(trial.benchmark, above.benchmark if above else None) if one.code in _OUTSIDE)
    if found:
        raise OutsideRangeError(f"{found[0].message}{found[0].remedy}", breaches=found)
    return data


def _list_data(content: Mapping[str, Any]) -> dict[str, Any]:
    entries = content.get("entries")
    if not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
        raise MalformedError("清单内容应当是一项一项的列表。")
    return {"entries": entries, "notes": str(content.get("notes", ""))}


def _rename(holder: Holder, edition: Edition) -> None:
    """The holder carries the name of what is in force."""
    if isinstance(holder, Item):
        holder.name, holder.kind = edition.content["name"], edition.content["kind"]
        holder.domain, holder.act_code = edition.content["domain"], edition.content["act_code"]


def _touch(holder: Holder) -> None:
    holder.version += 1
    holder.save()


def _store(edition: Edition, holder: Holder, *fields: str) -> None:
    edition.version += 1
    edition.save(update_fields=[*fields, "version"])
    _touch(holder)


def _cite(edition: Edition) -> None:
    """Write down whom the edition cites."""
    texts: list[str] = []
    if isinstance(edition, ListEdition):
        texts = [str(entry.get("basis", "")) for entry in edition.entries]
    else:
        texts = [str(one) for one in edition.content.get("basis", ())]
    written = dict.fromkeys(one for text in texts for one in citations_in(text))
    Cited.objects.bulk_create(
        Cited(
            family=edition.family,
            edition=edition.pk,
            code=edition.holder.code,
            title=plain_title(one.title),
            article=one.article_key,
            written=one.label,
        )
        for one in written
    )


def _reason(reason: str, act: str) -> str:
    if not reason.strip():
        raise NoReasonError(f"请写明{act}的理由。")
    return reason.strip()


def _log(
    actor: Actor,
    at: datetime,
    act: str,
    edition: Edition,
    fields: Mapping[str, str | int | bool | None],
    reason: str = "",
) -> None:
    append(
        actor=actor.code,
        at=at,
        act=f"catalog.{act}_{edition.family}",
        subject=f"{edition.family}:{edition.holder.code}@{edition.number}",
        fields={"status": edition.status, **fields},
        reason=reason,
    )


__all__ = [
    "MissingError",
    "approve",
    "publish",
    "resume",
    "save_draft",
    "send_back",
    "start_benchmark",
    "start_item",
    "start_list",
    "submit",
    "suspend",
    "withdraw",
]
