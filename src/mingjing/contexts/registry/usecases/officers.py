"""Acts on people: entry, exam, qualification, roles, auxiliaries' terms, transfer, leaving, daily events, appraisal."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.db.models import Count, Q, Sum

from mingjing.contexts.accounts.access import Actor, ForbiddenError, access
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.registry import personal
from mingjing.contexts.registry.models import (
    Appraisal,
    AuxiliaryTerms,
    Credential,
    Exam,
    Officer,
    OfficerEvent,
    Role,
    Transfer,
)
from mingjing.contexts.registry.searching import note
from mingjing.contexts.registry.usecases.base import (
    DuplicateError,
    InvalidError,
    apply,
    check_fields,
    day_of,
    log,
    reachable_units,
    require_unit,
    save,
)
from mingjing.contexts.ui.errors import require_fresh
from mingjing.domain.registry.credentials import Category, Employment
from mingjing.domain.registry.identity import is_identity_number, mask_identity
from mingjing.domain.registry.obstacles import obstacle, refuse

SEE: Final = "registry.officer.view"
EDIT: Final = "registry.officer.edit"
FIELDS: Final = (
    "name",
    "gender",
    "birth_year",
    "category",
    "employment",
    "position",
    "rank",
    "mobile",
    "is_front_line",
    "joined_on",
    "legal_qualification_no",
    "legal_qualification_on",
)


def fetch(actor: Actor, code: str, permission: str, version: int | None) -> Officer:
    """Fetch and lock a person over whom the actor has the permission."""
    row = access(Officer.objects.select_related("unit"), actor, permission, see=SEE, lock=True, code=code)
    if version is not None:
        require_fresh(row, version)
    return row


def judge(values: Mapping[str, Any]) -> None:
    """
    Judge the particulars of a person, for pages and imports alike.

    :raises RegistryError: if an auxiliary is said to be permanent staff's officer, or the number is wrong
    """
    number = str(values.get("identity_number") or "").strip().upper()
    if number and not is_identity_number(number):
        refuse(obstacle("identity_number", "公民身份号码的格式或者校验位不对。", "请照身份证逐位核对。"))
    if values.get("category") == Category.OFFICER and values.get("employment") not in (
        None,
        "",
        Employment.ESTABLISHED,
    ):
        label = Employment(values["employment"]).label
        refuse(
            obstacle(
                "not_established",
                f"{label}人员不是在编在职人员，不能登记为执法人员。",
                "请把人员类别改为“执法辅助人员”。",
                "SD 10",
            )
        )


def build(unit: Unit, code: str, values: Mapping[str, Any]) -> Officer:
    """
    Make the row of a new person, not yet saved.

    :raises RegistryError: if a particular does not fit
    """
    judge(values)
    row = Officer(unit=unit, code=code)
    apply(row, values, FIELDS)
    if values.get("exam_passed_on"):
        row.exam_passed_on = values["exam_passed_on"]
    _seal(row, values)
    return row


def _seal(row: Officer, values: Mapping[str, Any]) -> bool:
    number = str(values.get("identity_number") or "").strip().upper()
    if not number:
        return False
    row.identity_index = personal.blind(number)
    row.identity_sealed = personal.seal(number)
    row.identity_masked = mask_identity(number)
    row.birth_year = row.birth_year or int(number[6:10])
    return True


@transaction.atomic
def register_officers(
    *, actor: Actor, at: datetime, people: Sequence[tuple[str, str, Mapping[str, Any]]]
) -> list[Officer]:
    """
    Enter people: each a unit's code, a code and the particulars. All or none.

    :raises ForbiddenError: if a unit is beyond the actor's scope
    :raises RegistryError: if a particular does not fit
    :raises DuplicateError: if a code or an identity number is registered already
    """
    units = reachable_units(actor, EDIT, [unit for unit, _, _ in people])
    rows = []
    for unit, code, values in people:
        if unit not in units:
            raise ForbiddenError(f"单位“{unit}”不存在，或者不在您的办理范围内。")
        rows.append(build(units[unit], code, values))
    _require_new(rows)
    for row in rows:
        check_fields(row)
    Officer.objects.bulk_create(rows, batch_size=500)
    first = day_of(at)
    roles = {Category.OFFICER: "officer", Category.AUXILIARY: "auxiliary"}
    Role.objects.bulk_create(
        [
            Role(officer=row, role=roles[Category(row.category)], valid_from=row.joined_on or first)
            for row in rows
            if Category(row.category) in roles
        ],
        batch_size=500,
    )
    note(rows)
    for row in rows:
        fields = {"unit": row.unit.code, "category": row.category, "employment": row.employment}
        log(actor, at, "register_officer", f"officer:{row.code}", fields)
    return rows


def _require_new(rows: Sequence[Officer]) -> None:
    codes = [row.code for row in rows]
    taken: list[str] = []
    for start in range(0, len(rows), 500):
        taken += Officer.objects.filter(code__in=codes[start : start + 500]).values_list("code", flat=True)
    if taken or len(set(codes)) != len(codes):
        raise DuplicateError(f"人员编码{'、'.join(taken[:5]) or '重复'}已经登记。请核对编码，或者修改已有的登记。")
    numbers = [row.identity_index for row in rows if row.identity_index]
    for start in range(0, len(numbers), 500):
        here = numbers[start : start + 500]
        known = Officer.objects.filter(identity_index__in=here, left_on__isnull=True).first()
        if known:
            raise DuplicateError(
                f"身份号码与已登记的{known.name}（{known.code}）相同。调动请办理“调动”，不要重复登记。"
            )


@transaction.atomic
def register_officer(*, actor: Actor, at: datetime, unit: str, code: str, values: Mapping[str, Any]) -> Officer:
    """Enter one person: see :func:`register_officers`."""
    return register_officers(actor=actor, at=at, people=[(unit, code, values)])[0]


@transaction.atomic
def edit_officer(*, actor: Actor, at: datetime, code: str, version: int, values: Mapping[str, Any]) -> Officer:
    """
    Change the particulars of a person.

    :raises RegistryError: if a particular does not fit, or an officer with a live credential shall be none any more
    """
    row = fetch(actor, code, EDIT, version)
    merged = {name: getattr(row, name) for name in FIELDS} | dict(values)
    judge(merged)
    if (
        merged["category"] != row.category
        and row.category == Category.OFFICER
        and row.credentials.filter(status__in=["valid", "suspended"]).exists()
    ):
        refuse(
            obstacle(
                "holds_credential",
                f"{row.name}还持有执法证件，不能改为{Category(merged['category']).label}。",
                "请先办理证件注销或者收缴。",
                "SS-42",
            )
        )
    changed = apply(row, values, FIELDS)
    if _seal(row, values):
        changed["identity_sealed"] = True
    save(row)
    note([row])
    log(actor, at, "edit_officer", f"officer:{code}", changed)
    return row


@transaction.atomic
def reveal_identity(*, actor: Actor, at: datetime, code: str, purpose: str) -> str:
    """
    Open the identity number of a person, for a purpose that the log keeps.

    :raises InvalidError: if no purpose is given
    """
    row = access(Officer.objects.all(), actor, "registry.officer.reveal", see=SEE, code=code)
    if not purpose.strip():
        raise InvalidError("请写明查看身份号码的用途；用途记入日志。", fields={"purpose": ["必填"]})
    log(actor, at, "reveal_identity", f"officer:{code}", {}, purpose)
    return personal.unseal(row.identity_sealed)


@transaction.atomic
def record_exam(
    *,
    actor: Actor,
    at: datetime,
    code: str,
    held_on: date,
    passed: bool,
    kind: str = "both",
    score: Decimal | None = None,
    paper: str = "",
) -> Exam:
    """
    Record how a qualification exam went. Only a passed one is a ground for the qualification (YZ-12).

    :raises RegistryError: if the day lies in the future
    """
    row = fetch(actor, code, "registry.officer.qualify", None)
    if held_on > day_of(at):
        refuse(obstacle("future", "考试日期晚于今天。", "考试举行以后再登记成绩。"))
    exam = Exam(officer=row, held_on=held_on, passed=passed, kind=kind, score=score, paper=paper)
    save(exam)
    if (
        passed
        and (row.exam_passed_on is None or row.qualification_withdrawn_on is not None)
        and (row.qualification_withdrawn_on is None or held_on > row.qualification_withdrawn_on)
    ):
        row.exam_passed_on, row.qualification_withdrawn_on = held_on, None
        save(row)
    log(actor, at, "record_exam", f"officer:{code}", {"held_on": held_on, "passed": passed, "kind": kind})
    return exam


@transaction.atomic
def withdraw_qualification(*, actor: Actor, at: datetime, code: str, version: int, on: date, reason: str) -> Officer:
    """
    Withdraw the qualification: from then on nothing of enforcement is open to this person, and live credentials end.

    :raises RegistryError: if there is none

    Source: RZ-74; SS-42.
    """
    row = fetch(actor, code, "registry.officer.qualify", version)
    if row.exam_passed_on is None or row.qualification_withdrawn_on is not None:
        refuse(obstacle("no_qualification", f"{row.name}没有执法资格可以取消。", "请核对人员。", "SS-42"))
    row.qualification_withdrawn_on = on
    save(row)
    end_credentials(row, on)
    log(actor, at, "withdraw_qualification", f"officer:{code}", {"on": on}, reason)
    return row


def end_credentials(row: Officer, on: date) -> None:
    """Cancel what live credentials a person has."""
    for card in Credential.objects.filter(officer=row, status__in=["valid", "suspended"]):
        card.status, card.ended_on = "cancelled", on
        save(card)


@transaction.atomic
def give_role(*, actor: Actor, at: datetime, code: str, role: str, valid_from: date, certificate_no: str = "") -> Role:
    """
    Charge a person with a role, such as legal review.

    :raises RegistryError: if a first reviewer has no legal qualification (行政处罚法第五十八条)
    """
    row = fetch(actor, code, EDIT, None)
    if role == "legal_reviewer" and valid_from >= date(2018, 1, 1) and row.legal_qualification_on is None:
        refuse(
            obstacle(
                "no_legal_qualification",
                f"{row.name}没有登记法律职业资格，初次从事法制审核的人员须取得法律职业资格。",
                "请先登记资格证号和取得日期。",
                "CF 58",
            )
        )
    if Role.objects.filter(officer=row, role=role, valid_until__isnull=True).exists():
        raise DuplicateError(f"{row.name}已担任这一角色。")
    made = Role(officer=row, role=role, valid_from=valid_from, certificate_no=certificate_no)
    save(made)
    log(actor, at, "give_role", f"officer:{code}", {"role": role, "from": valid_from})
    return made


@transaction.atomic
def end_role(*, actor: Actor, at: datetime, code: str, role: str, on: date, reason: str) -> Role:
    """
    End a role; the day is its last.

    :raises RegistryError: if the person does not hold it
    """
    row = fetch(actor, code, EDIT, None)
    held = Role.objects.filter(officer=row, role=role, valid_until__isnull=True).first()
    if held is None:
        refuse(obstacle("no_role", f"{row.name}没有担任这一角色。", "请刷新页面核对。"))
    held.valid_until = max(on, held.valid_from)
    save(held, bump=False)
    log(actor, at, "end_role", f"officer:{code}", {"role": role, "on": on}, reason)
    return held


@transaction.atomic
def set_terms(
    *, actor: Actor, at: datetime, code: str, values: Mapping[str, Any], commander: str = ""
) -> AuxiliaryTerms:
    """
    Set the five points of an auxiliary and who commands (RZ-83).

    :raises RegistryError: if the person is no auxiliary, or the commander may not act
    """
    from mingjing.contexts.registry.queries import may_act

    row = fetch(actor, code, EDIT, None)
    if row.category != Category.AUXILIARY:
        refuse(obstacle("not_auxiliary", f"{row.name}不是执法辅助人员。", "请核对人员类别。", "RZ-83"))
    boss = access(Officer.objects.all(), actor, SEE, code=commander) if commander else None
    if boss is not None and not (answer := may_act(boss.code, day_of(at))):
        refuse(answer.obstacles[0])
    terms = AuxiliaryTerms.objects.filter(officer=row).first() or AuxiliaryTerms(officer=row)
    terms.commander = boss
    apply(terms, values, ("post", "duties", "rights", "conditions", "procedure"))
    save(terms, bump=False)
    log(actor, at, "set_terms", f"officer:{code}", {"commander": commander, "post": terms.post})
    return terms


@transaction.atomic
def transfer_officer(
    *, actor: Actor, at: datetime, code: str, version: int, to_unit: str, on: date, reason: str
) -> Officer:
    """
    Move a person to another unit. Who holds a credential is told to have it changed.

    :raises RegistryError: if it is the same unit, or equipment has not been returned
    """
    row = fetch(actor, code, EDIT, version)
    target = require_unit(actor, EDIT, to_unit)
    if target.pk == row.unit_id:
        refuse(obstacle("same_unit", f"{row.name}已在“{target.name}”。", "请选择调入单位。"))
    _require_returned(row)
    Transfer.objects.create(officer=row, from_unit=row.unit, to_unit=target, on=on, reason=reason)
    before, row.unit = row.unit.code, target
    save(row)
    note([row])
    log(actor, at, "transfer_officer", f"officer:{code}", {"from": before, "to": to_unit, "on": on}, reason)
    return row


@transaction.atomic
def leave_officer(*, actor: Actor, at: datetime, code: str, version: int, on: date, reason: str) -> Officer:
    """
    Enter that a person left: roles and live credentials end.

    :raises RegistryError: if equipment has not been returned, or the person left before
    """
    row = fetch(actor, code, EDIT, version)
    if row.left_on is not None:
        refuse(obstacle("left", f"{row.name}已于{row.left_on.isoformat()}离岗。", "请核对人员。"))
    _require_returned(row)
    row.left_on = on
    save(row)
    row.roles.filter(valid_until__isnull=True, valid_from__lte=on).update(valid_until=on)
    end_credentials(row, on)
    log(actor, at, "leave_officer", f"officer:{code}", {"on": on}, reason)
    return row


def _require_returned(row: Officer) -> None:
    held = list(row.devices.values_list("number", flat=True)[:5])
    if held:
        refuse(
            obstacle(
                "holds_devices",
                f"{row.name}还有未归还的装备：{'、'.join(held)}。",
                "请先办理归还。",
                "YZ-25",
            )
        )


@transaction.atomic
def record_event(
    *,
    actor: Actor,
    at: datetime,
    code: str,
    on: date,
    kind: str,
    text: str,
    until: date | None = None,
    amount: Decimal | None = None,
) -> OfficerEvent:
    """Record an event of daily management (LC-11): praise, training hours, reminder, leave, discipline."""
    row = fetch(actor, code, EDIT, None)
    event = OfficerEvent(officer=row, on=on, until=until, kind=kind, text=text, amount=amount)
    save(event)
    log(actor, at, "record_event", f"officer:{code}", {"on": on, "kind": kind})
    return event


def figures_of(row: Officer, year: int) -> dict[str, Any]:
    """
    Return what the platform knows of a person's year, to fill the appraisal with (LC-11).

    Rooms above add theirs (cases, findings, exams) through :func:`figures_from`.
    """
    events = row.events.filter(on__year=year)
    counted = events.aggregate(
        hours=Sum("amount", filter=Q(kind="training")),
        praise=Count("pk", filter=Q(kind="praise")),
        reminders=Count("pk", filter=Q(kind="reminder")),
        criticism=Count("pk", filter=Q(kind="criticism")),
        discipline=Count("pk", filter=Q(kind="discipline")),
        leave_days=Sum("amount", filter=Q(kind="leave")),
    )
    exams = row.exams.filter(held_on__year=year).aggregate(taken=Count("pk"), passed=Count("pk", filter=Q(passed=True)))
    sanctions = row.requests.filter(
        act__in=["retain", "suspend", "revoke"], status="approved", effective_on__year=year
    ).count()
    found: dict[str, Any] = {
        "培训学时": float(counted["hours"] or 0),
        "参加考试": exams["taken"],
        "考试合格": exams["passed"],
        "表扬奖励": counted["praise"],
        "提醒谈话": counted["reminders"],
        "通报批评": counted["criticism"],
        "处分处理": counted["discipline"],
        "休假离岗天数": float(counted["leave_days"] or 0),
        "证件惩戒": sanctions,
    }
    for source in _figures:
        found |= source(row.code, year)
    return found


_figures: list[Any] = []


def figures_from(source: Any) -> None:
    """Let a room above add its figures of a person's year: ``source(officer_code, year) -> {label: number}``."""
    if source not in _figures:
        _figures.append(source)


@transaction.atomic
def appraise_officer(*, actor: Actor, at: datetime, code: str, year: int, result: str, opinion: str) -> Appraisal:
    """
    Give the result of a person's year; what the platform knew then is kept beside it. One a year (LC-11).

    :raises RegistryError: if the year has not begun
    :raises DuplicateError: if there is one
    """
    row = access(Officer.objects.all(), actor, "registry.officer.appraise", see=SEE, lock=True, code=code)
    if year > day_of(at).year:
        refuse(obstacle("future", f"{year}年还没有开始。", "请核对年度。", "LC-11"))
    if Appraisal.objects.filter(officer=row, year=year).exists():
        raise DuplicateError(f"{row.name}{year}年度已有考核结果。")
    made = Appraisal(
        officer=row,
        year=year,
        figures=figures_of(row, year),
        result=result,
        opinion=opinion,
        decided_by=actor.code,
        decided_by_name=actor.name,
        decided_at=at,
    )
    save(made)
    log(actor, at, "appraise_officer", f"officer:{code}", {"year": year, "result": result}, opinion)
    return made
