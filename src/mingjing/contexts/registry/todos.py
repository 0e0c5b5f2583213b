"""What waits for whom in the registers."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Count, Q
from django.urls import reverse

from mingjing.contexts.accounts.access import Actor, visible
from mingjing.contexts.registry import frozen, queries
from mingjing.contexts.registry.models import (
    Agency,
    AgencyPower,
    Credential,
    CredentialRequest,
    Device,
    ReviewRound,
    Supervisor,
)
from mingjing.contexts.registry.usecases.agencies import PERMISSION_OF_STEP
from mingjing.contexts.work.todos import Todo
from mingjing.domain.registry import agencies, credentials
from mingjing.domain.registry.credentials import CredentialAct
from mingjing.law import parameters
from mingjing.law.citations import cite

MOST = 50


def provide(actor: Actor, today: date) -> Iterable[Todo]:
    """Return what waits for the actor."""
    yield from _confirmations(actor, today)
    yield from _requests(actor)
    yield from _verifications(actor, today)
    yield from _rounds(actor)
    yield from _devices(actor, today)
    yield from _terms(actor, today)


def _confirmations(actor: Actor, today: date) -> Iterable[Todo]:
    if any(actor.may(code) for code in PERMISSION_OF_STEP.values()):
        rows = visible(Agency.objects.select_related("unit"), actor, "registry.agency.view")
        for row in rows.filter(status__in=["submitted", "audited", "confirmed"]).order_by("code")[:MOST]:
            step = agencies.next_step(frozen.agency_facts(row, with_principal=False), on=today)
            if step is not None and actor.may(PERMISSION_OF_STEP[step]):
                yield Todo(
                    title=f"{agencies.STEP_LABELS[step]}：{row.name}",
                    href=reverse("registry_agency", args=[row.code]),
                    kind="执法主体",
                    why="没有确认并公告的主体不能办案和检查",
                    citation=cite("SD 9"),
                )
    if actor.may("registry.agency.audit"):
        powers = visible(AgencyPower.objects.select_related("agency"), actor, "registry.agency.audit")
        for power in powers.filter(status="proposed").order_by("pk")[:MOST]:
            yield Todo(
                title=f"审批执法权限：{power.agency.name} {power.item_name}",
                href=reverse("registry_power_act", args=[power.pk, "decide"]),
                kind="执法主体",
            )
    if actor.may("registry.agency.edit"):
        mine = visible(Agency.objects.all(), actor, "registry.agency.edit").filter(status="to_correct")
        for row in mine.order_by("code")[:MOST]:
            yield Todo(
                title=f"整改后重新提交：{row.name}", href=reverse("registry_agency", args=[row.code]), kind="执法主体"
            )


def _requests(actor: Actor) -> Iterable[Todo]:
    if not actor.may("registry.credential.decide"):
        return
    rows = visible(CredentialRequest.objects.select_related("officer"), actor, "registry.credential.decide")
    for row in rows.filter(status="pending").exclude(asked_by=actor.code).order_by("pk")[:MOST]:
        yield Todo(
            title=f"审批证件：{row.officer.name} {CredentialAct(row.act).label}",
            href=reverse("registry_request_act", args=[row.pk, "decide"]),
            kind="证件",
            due_on=row.effective_on,
            why="申请的生效日期",
        )


def _verifications(actor: Actor, today: date) -> Iterable[Todo]:
    if not (actor.may("registry.officer.edit") or actor.may("registry.credential.verify")):
        if actor.may("registry.officer.view"):
            yield from _own_verification(actor, today)
        return
    place = actor.held[0].place if actor.held else ""
    interval = credentials.verification(place, today)
    if interval is None:
        return
    warn = parameters.get("credential.verification.warn_days").at(today, place)
    until = today + timedelta(days=warn.whole if warn else 0)
    cards = visible(Credential.objects.all(), actor, "registry.officer.view").filter(officer__left_on__isnull=True)
    overdue = cards.filter(queries.overdue(place, today)).count()
    soon = cards.filter(queries.verification_due(place, today, until)).count()
    why = f"每{interval.label}审验一次，逾期未审或者到期的不能执法"
    if overdue:
        yield Todo(
            title=f"{overdue}人的执法证件逾期未审验或者已到期",
            href=reverse("registry_officer_list") + "?overdue=1",
            kind="证件",
            due_on=today - timedelta(days=1),
            why=why,
            citation=interval.citation,
        )
    if soon:
        yield Todo(
            title=f"{soon}人的执法证件将在{until:%-m月%-d日}前到审验期",
            href=reverse("registry_officer_list") + "?due=1",
            kind="证件",
            due_on=until,
            why=why,
            citation=interval.citation,
        )


def _own_verification(actor: Actor, today: date) -> Iterable[Todo]:
    card = (
        Credential.objects.select_related("officer__unit")
        .filter(officer__user_id=actor.user_id, status="valid")
        .order_by("-valid_until")
        .first()
    )
    if card is None:
        return
    place = card.officer.unit.place
    due = credentials.verification_due_on(frozen.credential_facts(card), place, on=today)
    warn = parameters.get("credential.verification.warn_days").at(today, place)
    interval = credentials.verification(place, today)
    if due is not None and interval is not None and due <= today + timedelta(days=warn.whole if warn else 0):
        yield Todo(
            title="您的执法证件需要审验",
            href=reverse("registry_officer", args=[card.officer.code]),
            kind="证件",
            due_on=due,
            why=f"上次审验在{card.verified_on:%Y-%m-%d}，每{interval.label}审验一次，逾期不能执法",
            citation=interval.citation,
        )


def _rounds(actor: Actor) -> Iterable[Todo]:
    if not actor.may("registry.round.decide"):
        return
    rows = visible(ReviewRound.objects.filter(closed_on__isnull=True), actor, "registry.round.view")
    for row in rows.annotate(left=Count("rows", filter=Q(rows__outcome="open"))).order_by("due_on")[:MOST]:
        yield Todo(
            title=f"{row.title}：还有{row.left}行未办理" if row.left else f"{row.title}：可以结束",
            href=reverse("registry_round", args=[row.code]),
            kind="清理",
            due_on=row.due_on,
            why="清理方案的完成期限",
            citation=cite("SS-42"),
        )


def _devices(actor: Actor, today: date) -> Iterable[Todo]:
    if not actor.may("registry.device.view"):
        return
    rows = visible(Device.objects.all(), actor, "registry.device.view").filter(status="issued", due_on__lt=today)
    late = rows.order_by("due_on").values_list("due_on", flat=True)
    count = late.count()
    if count:
        yield Todo(
            title=f"{count}台装备逾期未还",
            href=reverse("registry_device_list") + "?overdue=1",
            kind="装备",
            due_on=late[0],
            why="领用时约定的归还日期",
            citation=cite("YZ-25"),
        )


def _terms(actor: Actor, today: date) -> Iterable[Todo]:
    if not actor.may("registry.supervisor.edit"):
        return
    place = actor.held[0].place if actor.held else ""
    warn = parameters.get("social_supervisor.warn_days").at(today, place)
    until = today + timedelta(days=warn.whole if warn else 0)
    rows = visible(Supervisor.objects.filter(dismissed_on__isnull=True), actor, "registry.supervisor.edit")
    ending = rows.filter(term_until__lte=until).order_by("term_until").values_list("term_until", flat=True)
    count = ending.count()
    if count:
        yield Todo(
            title=f"{count}名社会监督人员任期届满或者即将届满",
            href=reverse("registry_supervisor_list") + f"?until_to={until.isoformat()}",
            kind="社会监督",
            due_on=ending[0],
            why="任期届满后不能再安排活动，请办理续聘或者解聘",
            citation=cite("LC-42"),
        )
