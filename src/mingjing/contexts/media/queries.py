"""What pages, API and the rooms above read of recordings. Lists go through ``visible``; the gates of other rooms say so."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from mingjing.contexts.accounts.access import Actor, require, visible
from mingjing.contexts.catalog import queries as catalog
from mingjing.contexts.media import subjects
from mingjing.contexts.media.models import Access, Hold, Recording, Upload, subject_fields
from mingjing.contexts.operations.statements import Statement
from mingjing.contexts.registry.models import Device, DeviceLoan, Party
from mingjing.contexts.registry.queries import party_of
from mingjing.domain.media import requirements as rules
from mingjing.domain.media.recordings import Kept, Kind
from mingjing.domain.media.requirements import Listed, Made, Missing, Requirement
from mingjing.domain.media.steps import Stage, covers, stage_of
from mingjing.domain.media.uploads import UploadState
from mingjing.facts.schema import EVENT_TYPES, SERVICE_METHODS
from mingjing.law.places import ancestry

SEE: Final = "media.recording.view"
SHOWN: Final = 24
"""Recordings on the page of a thing; the rest stand on their own page."""


def recordings() -> QuerySet[Recording]:
    """All recordings with what lists show of them."""
    return Recording.objects.select_related("unit", "officer", "uploaded_by")


def step_label(step: str) -> str:
    """Name a step for a reader: 查封扣押, 送达（留置）."""
    kind, _, method = step.partition(":")
    label = EVENT_TYPES.get(kind, kind)
    return f"{label}（{SERVICE_METHODS.get(method, method)}）" if method else label


# what other rooms ask


def of_subject(actor: Actor, subject: str) -> QuerySet[Recording]:
    """Return the recordings of a case or whatever that the actor may see, in the order of time."""
    rows = visible(recordings(), actor, SEE).filter(**subject_fields(subject))
    return rows.order_by("started_at", "pk")


_LATEST: Final = Statement(
    lambda kind, code: recordings().filter(subject_kind=kind, subject_code=code).order_by("-started_at", "-pk")[:SHOWN],
    str,
    str,
)


def latest_of_seen_subject(actor: Actor, subject: str) -> list[Recording]:
    """
    Return the latest for the page of the thing itself: its room registered it, and has found that the actor sees it.

    :raises ForbiddenError: if the actor may see no recordings at all
    """
    require(actor, SEE)
    kind, _, code = subject.partition(":")
    return _LATEST(kind, code)


def of_seen_step(actor: Actor, subject: str, step_code: str) -> QuerySet[Recording]:
    """
    Return the recordings of a step for the page of the step, the latest first: its room has found that the actor sees it.

    :raises ForbiddenError: if the actor may see no recordings at all
    """
    require(actor, SEE)
    rows = recordings().filter(**subject_fields(subject), step_code=step_code)
    return rows.order_by("-started_at", "-pk")


def of_party(actor: Actor, party: str) -> QuerySet[Recording]:
    """
    Return all recordings of one party that the actor may see, of whatever agency: 一户式 (RZ-33). Merged parties are one.

    :raises UnknownCodeError: if there is no such party
    """
    survivor = party_of(party)
    known = {survivor.pk}
    found = {survivor.pk}
    while found:
        found = set(Party.objects.filter(merged_into__in=found).values_list("pk", flat=True)) - known
        known |= found
    rows = visible(recordings(), actor, SEE).filter(parties__in=known)
    return rows.distinct().order_by("started_at", "pk")


def lists_in_force(place: str, on: date) -> tuple[Listed, ...]:
    """Return the lists of what must be filmed that hold at a place on a day: its own and those of the places above."""
    rows = catalog.in_force("list", on).filter(holder__kind="recording")
    nearest = set(ancestry(place or None))
    return tuple(
        Listed(name=row.holder.name, entries=tuple(row.entries)) for row in rows if row.holder.unit.place in nearest
    )


def required_recordings(item: str, step: str, *, on: date, place: str = "") -> tuple[Requirement, ...]:
    """
    Say what must be recorded at a step of a case on an item: always in writing; in sound or picture where a list, the item
    or the plan of the place says so. ``step`` is a kind of event, where it matters with its manner (``service:left``).

    Not scoped: gates ask it.

    Source: 国办发〔2018〕118号; CF 47, SS-30, YZ-22, YZ-23.
    """  # noqa: D205
    edition = catalog.edition_on("item", item, on) if item else None
    content: Mapping[str, Any] = edition.content if edition else {}
    return rules.required(
        item=item,
        item_name=str(content.get("name", "")),
        step=step,
        place=place or None,
        on=on,
        lists=lists_in_force(place, on),
        duties=content.get("records") or (),
    )


def missing_recordings(
    subject: str,
    step: str,
    *,
    on: date,
    item: str = "",
    step_code: str = "",
    place: str = "",
    written: bool = False,
    requirements: Iterable[Requirement] | None = None,
) -> tuple[Missing, ...]:
    """
    Say what a step of a subject lacks: for gates (``each.blocks``) and to-dos, with citation and remedy.

    ``step_code`` limits it to recordings of this very event; ``written`` says that the step has a document of its own.
    Item and place come from the subject's room where they are not given. Not scoped.
    """
    facts = subjects.facts_of(subject)
    if requirements is None:
        items = [item] if item else list(facts.items if facts else ()) or [""]
        where = place or (facts.place if facts else "")
        requirements = _strictest(one for each in items for one in required_recordings(each, step, on=on, place=where))
    rows = Recording.objects.filter(disposed_at__isnull=True, damaged_at__isnull=True, **subject_fields(subject))
    if step_code:
        rows = rows.filter(Q(step_code=step_code) | Q(step_code=""))
    made = [_made(row) for row in rows]
    return rules.missing(requirements, made, written=written, label=step_label(step))


def _strictest(found: Iterable[Requirement]) -> tuple[Requirement, ...]:
    kept: dict[frozenset[Kind], Requirement] = {}
    for one in found:
        other = kept.get(one.kinds)
        if other is None or (one.mandatory, one.whole) > (other.mandatory, other.whole):
            kept[one.kinds] = one
    return tuple(kept.values())


def _made(row: Recording) -> Made:
    return Made(code=row.code, kind=row.what, step=row.step_kind, started_at=row.started_at, ended_at=row.ended_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class StageRecords:
    """A stage of a subject with its recordings; ``missing`` where it has none."""

    stage: Stage
    recordings: tuple[Recording, ...]

    @property
    def missing(self) -> bool:
        """Whether nothing at all was recorded."""
        return not self.recordings


def stages_of(actor: Actor, subject: str) -> list[StageRecords]:
    """Return the recordings of a subject by the seven stages, those without a step left out (YZ-19)."""
    by: dict[Stage, list[Recording]] = {stage: [] for stage in Stage}
    for row in of_subject(actor, subject):
        stage = stage_of(row.step_kind)
        if stage is not None:
            by[stage].append(row)
    return [StageRecords(stage=stage, recordings=tuple(rows)) for stage, rows in by.items()]


def recordings_at(actor: Actor, subject: str, step: str, step_code: str = "") -> list[Recording]:
    """Return the recordings of one step that the actor may see."""
    rows = of_subject(actor, subject)
    if step_code:
        return list(rows.filter(step_code=step_code))
    return [row for row in rows if row.step_kind and (covers(step, row.step_kind) or covers(row.step_kind, step))]


def devices_for(actor: Actor, on: date) -> list[tuple[str, str]]:
    """Return the devices that the actor may name for a recording: those issued to the actor first, then the unit's."""
    rows = Device.objects.filter(acquired_on__lte=on).exclude(retired_on__lte=on).select_related("holder")
    mine = rows.filter(holder__user_id=actor.user_id)
    near = rows.filter(unit__path__startswith=actor.unit_path) if actor.unit_path else rows.none()
    found = [*mine.order_by("number")[:20], *near.exclude(holder__user_id=actor.user_id).order_by("number")[:200]]
    return [(row.number, f"{row.number}（{row.get_kind_display()}{_held(row)}）") for row in found]


def _held(row: Device) -> str:
    return f"，{row.holder.name}" if row.holder else ""


def suggestions(row: Recording) -> list[tuple[subjects.SubjectKind, subjects.Suggestion]]:
    """Return to which subjects a recording could belong (SS-36)."""
    return suggested(row.device_no, row.officer.code if row.officer else "", row.started_at)


def suggested(
    device_no: str, officer: str, started_at: datetime
) -> list[tuple[subjects.SubjectKind, subjects.Suggestion]]:
    """
    Return to which subjects something recorded could belong: by who had the device that day, and by the time.

    Upper rooms say what an officer worked on at a moment.

    Source: SS-36.
    """
    day = timezone.localdate(started_at)
    officers = {officer} if officer else set()
    loans = DeviceLoan.objects.filter(device__number=device_no, issued_on__lte=day).select_related("officer")
    officers |= {one.officer.code for one in loans.exclude(returned_on__lt=day)}
    return [
        (kind, found)
        for kind in subjects.registered()
        for code in sorted(officers)
        for found in kind.suggest(code, started_at)
    ]


# keeping


def holds_on(row: Recording) -> list[Hold]:
    """Return the holds that stand on a recording: its own and those of its subject."""
    mine = Q(recording=row)
    if row.subject_kind:
        mine |= Q(recording=None, **subject_fields(row.subject))
    return list(Hold.objects.filter(mine, lifted_at__isnull=True))


def kept(row: Recording) -> Kept:
    """Return what decides whether a recording may be disposed of."""
    return Kept(
        code=row.code,
        retained_until=row.retained_until,
        holds=tuple(one.sentence for one in holds_on(row)),
        disposed=row.disposed_at is not None,
    )


def expiring(actor: Actor, on: date, code: str = SEE) -> QuerySet[Recording]:
    """Return the recordings whose day is over, that no hold keeps, and that are still there."""
    rows = visible(recordings(), actor, code).filter(retained_until__lt=on, disposed_at__isnull=True)
    held = Hold.objects.filter(lifted_at__isnull=True)
    rows = rows.exclude(pk__in=held.filter(recording__isnull=False).values("recording"))
    for kind in set(held.filter(recording__isnull=True).values_list("subject_kind", flat=True)):
        codes = held.filter(recording__isnull=True, subject_kind=kind).values("subject_code")
        rows = rows.exclude(subject_kind=kind, subject_code__in=codes)
    return rows.order_by("retained_until", "pk")


def copies_of(actor: Actor, row: Recording) -> QuerySet[Recording]:
    """Return the other recordings with the same content that the actor may see."""
    rows = visible(recordings(), actor, SEE).filter(sha256=row.sha256, disposed_at__isnull=True)
    return rows.exclude(pk=row.pk)


def overdue_uploads(actor: Actor, on: date) -> QuerySet[Upload]:
    """Return the uploads that were begun and are not done though their day is over (YZ-24)."""
    rows = visible(Upload.objects.select_related("user", "unit"), actor, SEE)
    return rows.filter(due_on__lt=on, state__in=[UploadState.RECEIVING, UploadState.FAILED]).order_by("due_on")


# looking at them

_PURPOSE_HOLDS: Final = timedelta(hours=12)


def is_own(actor: Actor, row: Recording) -> bool:
    """
    Say whether looking at a recording is part of the actor's work on the case, so that no purpose is asked for.

    So it is for its maker, for the unit to which it belongs and those above it within the agency, and for whoever may
    record on the subject; not for those whose view reaches over a place.
    """
    if row.uploaded_by_id == actor.user_id:
        return True
    scope = actor.scope(SEE)
    if row.unit.path in scope.units or any(row.unit.path.startswith(branch) for branch in scope.branches):
        return True
    known = subjects.kind_of(row.subject_kind)
    return known is not None and known.recordable(actor).filter(code=row.subject_code).exists()


def purpose_of(actor: Actor, row: Recording, at: datetime) -> str:
    """Return the purpose for which the actor opened a recording today; empty if it was not opened yet."""
    rows = Access.objects.filter(recording=row, actor=actor.code, at__gt=at - _PURPOSE_HOLDS)
    latest = rows.exclude(purpose="").order_by("-at", "-pk").first()
    return latest.purpose if latest else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """How much was recorded and looked at: by unit, stage and purpose (YZ-28)."""

    by_unit: tuple[tuple[str, dict[str, int]], ...]
    by_stage: tuple[tuple[Stage, dict[str, int]], ...]
    by_purpose: tuple[tuple[str, int], ...]
    late: int
    total: int


def statistics(actor: Actor, first: date, last: date) -> Statistics:
    """Count recordings and looks of some days, within the actor's scope."""
    code = "media.statistics.view"
    fields = Recording.scope_fields
    scope = actor.scope(code).condition(fields)
    begin, end = _span(first, last)
    rows = Recording.objects.filter(scope, started_at__gte=begin, started_at__lt=end)
    units: dict[str, dict[str, int]] = {}
    for unit, kind, count in rows.values_list("unit__name", "kind").annotate(n=Count("pk")).order_by("unit__path"):
        units.setdefault(unit, {})[kind] = count
    stages: dict[Stage, dict[str, int]] = {stage: {} for stage in Stage}
    for step, kind, count in rows.values_list("step_kind", "kind").annotate(n=Count("pk")).order_by():
        stage = stage_of(step)
        if stage is not None:
            stages[stage][kind] = stages[stage].get(kind, 0) + count
    looked = visible(Access.objects.all(), actor, code) if actor.may(code) else Access.objects.none()
    looks = looked.filter(at__gte=begin, at__lt=end).exclude(purpose="")
    purposes = looks.values_list("purpose").annotate(n=Count("pk")).order_by("-n")
    return Statistics(
        by_unit=tuple(units.items()),
        by_stage=tuple(stages.items()),
        by_purpose=tuple((purpose, count) for purpose, count in purposes),
        late=overdue_uploads_in(actor, last),
        total=rows.count(),
    )


def overdue_uploads_in(actor: Actor, on: date) -> int:
    """Count overdue uploads within the scope of the statistics."""
    rows = visible(Upload.objects.all(), actor, "media.statistics.view")
    return rows.filter(due_on__lt=on, state__in=[UploadState.RECEIVING, UploadState.FAILED]).count()


def _span(first: date, last: date) -> tuple[datetime, datetime]:
    midnight = datetime.min.time()
    begin = timezone.make_aware(datetime.combine(first, midnight))
    return begin, timezone.make_aware(datetime.combine(last + timedelta(days=1), midnight))
