"""What pages, API and the rooms above read of the registers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Count, Prefetch, Q, QuerySet

from mingjing.contexts.accounts.access import Actor, visible
from mingjing.contexts.operations.statements import Statement
from mingjing.contexts.registry import frozen
from mingjing.contexts.registry.models import (
    Agency,
    Credential,
    Device,
    Example,
    Insurance,
    Officer,
    Party,
    Role,
    Supervisor,
)
from mingjing.domain.registry import agencies, care, credentials, devices, examples, staffing, supervisors
from mingjing.domain.registry.obstacles import Answer, obstacle
from mingjing.kernel.errors import DomainError
from mingjing.kernel.moments import add_months


class UnknownCodeError(DomainError):
    """No row of the register has this code."""

    code = "registry.unknown_code"


def competent(agency: str, item: str | None, on: date) -> Answer:
    """
    Say whether a subject may act on a day, over an item if one is named: by its code, for the rooms above.

    :raises UnknownCodeError: if there is no such subject
    """
    row = Agency.objects.select_related("unit", "principal__unit").filter(code=agency).first()
    if row is None:
        raise UnknownCodeError(f"没有编码为“{agency}”的执法主体。", agency=agency)
    powers = row.powers.filter(item=item) if item is not None else row.powers.none()
    return agencies.competent(
        frozen.agency_facts(row), tuple(frozen.power_facts(power) for power in powers), item, on=on
    )


def may_act(officer: str, on: date) -> Answer:
    """
    Say whether a person may enforce on a day, and everything that stands in the way: by its code.

    :raises UnknownCodeError: if there is no such person
    """
    row = Officer.objects.select_related("unit").prefetch_related("credentials").filter(code=officer).first()
    if row is None:
        raise UnknownCodeError(f"没有编码为“{officer}”的人员。", officer=officer)
    return credentials.may_act(frozen.officer_facts(row), on=on)


def none_may_act(officers: Iterable[str], on: date) -> dict[str, Answer]:
    """Return those of some people, by their codes, who may not enforce on a day, each with what stands in the way."""
    rows = Officer.objects.select_related("unit").prefetch_related("credentials").filter(code__in=set(officers))
    answers = {row.code: credentials.may_act(frozen.officer_facts(row), on=on) for row in rows}
    return {code: answer for code, answer in answers.items() if not answer}


_BEHIND: Final = Statement(
    lambda user: Officer.objects.filter(user_id=user).select_related("unit").order_by("pk"),
    int,
)
_CARDS: Final = Statement(lambda officer: Credential.objects.filter(officer_id=officer).order_by("pk"), int)


def closed_to(user: int, on: date) -> str:
    """
    Say why whoever has this account may not enforce on a day; nothing where they may, or where no enforcer stands behind it.

    Source: LC-08; LC-09; RZ-74; RZ-83.
    """
    row = next(iter(_BEHIND(user)), None)
    if row is None or row.category == credentials.Category.STAFF:
        return ""
    return credentials.may_act(frozen.officer_facts(row, tuple(_CARDS(row.pk))), on=on).reason


def may_assist(officer: str, present: Iterable[str], on: date) -> Answer:
    """
    Say whether an auxiliary may assist on a day: only while the officer who commands is ``present`` and may act (RZ-83).

    :raises UnknownCodeError: if a code is not known
    """
    row = Officer.objects.select_related("unit", "terms__commander").filter(code=officer).first()
    if row is None:
        raise UnknownCodeError(f"没有编码为“{officer}”的人员。", officer=officer)
    if row.left_on is not None and row.left_on <= on:
        return Answer((obstacle("left", f"{row.name}已于{row.left_on.isoformat()}离岗。", "请改派在岗人员。"),))
    if row.category != credentials.Category.AUXILIARY:
        return Answer()
    terms = getattr(row, "terms", None)
    commander = terms.commander if terms else None
    if commander is None:
        words = f"{row.name}是执法辅助人员，没有登记由谁指挥。"
        return Answer((obstacle("no_commander", words, "请由综合岗在辅助人员管理事项中登记指挥人员。", "RZ-83"),))
    if commander.code not in present:
        words = f"{row.name}是执法辅助人员，须在{commander.name}指挥下协助，而{commander.name}没有在场。"
        return Answer((obstacle("commander_absent", words, "请由指挥人员一同承办，或者变更指挥人员。", "RZ-83"),))
    return may_act(commander.code, on)


def may_feed_media(number: str, on: date) -> Answer:
    """Say whether media of a device may enter a case on a day: by the number or serial of the device."""
    row = Device.objects.filter(Q(number=number) | Q(serial=number)).order_by("pk").first()
    return devices.may_feed_media(frozen.device_facts(row) if row else None, number, on=on)


def party_of(code: str) -> Party:
    """
    Return the party that stands for a code: after merges the survivor.

    :raises UnknownCodeError: if there is none
    """
    row = Party.objects.select_related("merged_into").filter(code=code).first()
    if row is None:
        raise UnknownCodeError(f"没有编码为“{code}”的当事人。", party=code)
    while row.merged_into is not None:
        row = row.merged_into
    return row


def may_supervise(supervisor: Supervisor, on: date) -> Answer:
    """Say whether an activity of somebody in a social role may be recorded."""
    return supervisors.may_supervise(frozen.supervisor_facts(supervisor), on=on)


# Conditions over rows, for lists and to-dos. Each says in columns what the domain says of one.


def overdue(place: str, on: date) -> Q:
    """
    Credentials that were not verified in time, with the interval of a place, or have run out.

    Source: TS-09; LC-09.
    """
    late = Q(valid_until__lt=on)
    interval = credentials.verification(place, on)
    if interval is not None:
        late |= Q(verified_on__lt=add_months(on, -interval.whole))
    return Q(status="valid") & late


def verification_due(place: str, on: date, warn_until: date) -> Q:
    """Credentials in force to be verified between a day and another."""
    interval = credentials.verification(place, on)
    if interval is None:
        return Q(pk__in=[])
    within = Q(
        verified_on__gte=add_months(on, -interval.whole), verified_on__lte=add_months(warn_until, -interval.whole)
    )
    return Q(status="valid", valid_until__gte=on) & within


def on_duty(on: date) -> Q:
    """People who are there on a day."""
    return (Q(joined_on__isnull=True) | Q(joined_on__lte=on)) & (Q(left_on__isnull=True) | Q(left_on__gt=on))


@dataclass(frozen=True, slots=True, kw_only=True)
class Staffing:
    """People and devices of a unit with its branch: what LC-27, RZ-37, TS-11 ask for."""

    officers: int
    front_line: int
    auxiliaries: int
    reviewers: int
    recorders: int
    reviewer_ratio: staffing.Ratio | None
    recorder_ratio: staffing.Ratio | None


def staffing_of(agency: Agency, *, on: date) -> Staffing:
    """Count the people and devices of a subject on a day, and judge the ratios of its place."""
    mine = Officer.objects.filter(unit__path__startswith=agency.unit.path).filter(on_duty(on))
    counts = mine.aggregate(
        officers=Count("pk", filter=Q(category="officer")),
        front_line=Count("pk", filter=Q(category="officer", is_front_line=True)),
        auxiliaries=Count("pk", filter=Q(category="auxiliary")),
    )
    reviewers = (
        Role.objects.filter(officer__in=mine, role="legal_reviewer", valid_from__lte=on)
        .exclude(valid_until__lt=on)
        .values("officer_id")
        .distinct()
        .count()
    )
    recorders = Device.objects.filter(
        unit__path__startswith=agency.unit.path, kind="recorder", status__in=["stock", "issued"]
    ).count()
    place = agency.unit.place
    return Staffing(
        **counts,
        reviewers=reviewers,
        recorders=recorders,
        reviewer_ratio=staffing.reviewer_ratio(officers=counts["officers"], reviewers=reviewers, place=place, on=on),
        recorder_ratio=staffing.recorder_ratio(officers=counts["front_line"], recorders=recorders, place=place, on=on),
    )


def uninsured(actor: Actor, *, on: date) -> list[Officer]:
    """List the front-line officers without insurance on a day that the actor may see (LC-31, RZ-84)."""
    rows = visible(Officer.objects.select_related("unit"), actor, "registry.care.view")
    people = list(rows.filter(on_duty(on), category="officer", is_front_line=True).order_by("code"))
    policies = tuple(
        care.Policy(officer=code, valid_from=first, valid_until=last)
        for code, first, last in Insurance.objects.filter(
            officer__in=rows, valid_from__lte=on, valid_until__gte=on
        ).values_list("officer__code", "valid_from", "valid_until")
    )
    missing = set(care.uninsured(tuple(each.code for each in people), policies, on=on))
    return [each for each in people if each.code in missing]


def with_credentials(rows: QuerySet[Officer]) -> QuerySet[Officer]:
    """Fetch the credentials of the officers of a list in one query."""
    return rows.prefetch_related(Prefetch("credentials", Credential.objects.order_by("-valid_until")))


def published_officers(words: str, *, on: date) -> list[dict[str, Any]]:
    """
    Find officers for the public by name or number: the six published fields and nothing else (YZ-10).

    A whole name or a whole number only: nobody lists the officers of a place by guessing.
    """
    words = words.strip()
    if not words:
        return []
    rows = (
        Credential.objects.filter(Q(number=words) | Q(officer__name=words), status="valid", valid_until__gte=on)
        .filter(officer__unit__agency__is_published=True)
        .select_related("officer__unit")
        .order_by("number")[:20]
    )
    return [
        {
            "姓名": row.officer.name,
            "单位": row.officer.unit.name,
            "职务": row.officer.position,
            "证件编号": row.number,
            "执法类别": row.category,
            "执法区域": row.area,
        }
        for row in rows
    ]


def public_title(row: Example) -> str:
    """Return the title of an example as everybody may read it."""
    return examples.published_text(row.title, row.names.splitlines(), kind=examples.ExampleKind(row.kind))


def public_text(row: Example) -> str:
    """Return the text of an example as everybody may read it."""
    return examples.published_text(row.text, row.names.splitlines(), kind=examples.ExampleKind(row.kind))


_EXAMPLE_ICONS: Mapping[str, str] = {
    "practice": "bulb",
    "person": "award",
    "warning": "alert-triangle",
    "case": "gavel",
}


def typical_cases_of(item: str) -> list[tuple[str, str]]:
    """Return the published typical cases of an item, as everybody may read them: code and title."""
    rows = Example.objects.filter(item_code=item, status=examples.ExampleStatus.PUBLISHED)
    return [(row.code, public_title(row)) for row in rows.order_by("-published_on", "-pk")]


def public_examples(most: int = 200) -> list[dict[str, Any]]:
    """Return the published examples, the latest first; a warning does not name the unit that handed it in."""
    rows = Example.objects.filter(status=examples.ExampleStatus.PUBLISHED).select_related("unit")
    return [
        {
            "code": row.code,
            "kind": row.get_kind_display(),
            "icon": _EXAMPLE_ICONS[row.kind],
            "title": public_title(row),
            "text": public_text(row),
            "unit": "" if row.kind == examples.ExampleKind.WARNING else row.unit.name,
            "item": f"{row.item_name}（{row.item_code}）" if row.item_code else "",
            "on": row.published_on,
        }
        for row in rows.order_by("-published_on", "-pk")[:most]
    ]
