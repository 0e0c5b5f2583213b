"""Pages of officers, auxiliaries and reviewers, and of their credentials."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.timezone import localdate

from mingjing.contexts.accounts.access import Actor, access, visible
from mingjing.contexts.operations.statements import Statement
from mingjing.contexts.registry import frozen, queries
from mingjing.contexts.registry.models import (
    Appraisal,
    CareCase,
    Credential,
    CredentialRequest,
    Device,
    Exam,
    Insurance,
    Officer,
    OfficerEvent,
    Role,
    Transfer,
    choices,
)
from mingjing.contexts.registry.usecases import care as care_acts
from mingjing.contexts.registry.usecases import credentials as card_acts
from mingjing.contexts.registry.usecases import officers as acts
from mingjing.contexts.registry.web.framework import (
    Act,
    ActPage,
    Link,
    NewPage,
    Notice,
    Section,
    Shown,
    Thing,
    ThingPage,
    asks,
    choice,
    day,
    flag,
    form_of,
    number,
    text,
    units_of,
    words,
)
from mingjing.contexts.ui.components import Badge, Fact, Tone
from mingjing.contexts.ui.tables import BulkAct, ChoiceFilter, Column, DateFilter, FlagFilter, Table, TableView
from mingjing.contexts.work import search
from mingjing.domain.registry import credentials as rules
from mingjing.domain.registry.credentials import Category, CredentialAct, CredentialStatus, Employment
from mingjing.domain.registry.identity import mask_mobile
from mingjing.law import parameters

_CARD_TONES: Mapping[str, Tone] = {"valid": Tone.GOOD, "suspended": Tone.ATTENTION, "revoked": Tone.BAD}
_ROLES = list(Role._meta.get_field("role").choices or ())  # noqa: SLF001 - Django's public name


def state(row: Officer, today: date) -> Badge:
    """Say in a word whether a person may act today."""
    if row.category == Category.AUXILIARY:
        return Badge(text="辅助人员" if row.left_on is None or row.left_on > today else "已离岗", tone=Tone.PLAIN)
    answer = rules.may_act(frozen.officer_facts(row), on=today)
    if answer:
        return Badge(text="可以执法", tone=Tone.GOOD)
    short = {
        "left": "已离岗",
        "no_exam": "未考试合格",
        "no_credential": "无证",
        "expired": "证件到期",
        "not_verified": "逾期未审验",
        "suspended": "证件暂扣",
        "revoked": "证件吊销",
        "collected": "证件收缴",
        "retained": "证件收回",
        "cancelled": "证件注销",
        "replaced": "证件已换发",
        "qualification_withdrawn": "资格取消",
        "staff": "非执法人员",
        "not_established": "非在编",
        "not_yet": "证件未生效",
    }
    code = answer.obstacles[0].code
    return Badge(text=short.get(code, "不能执法"), tone=Tone.PLAIN if code in ("left", "staff") else Tone.BAD)


def _card(row: Officer) -> Credential | None:
    cards = list(row.credentials.all())
    live = [card for card in cards if card.status in ("valid", "suspended")]
    return live[0] if live else cards[0] if cards else None


def find(rows: QuerySet[Officer], given: str, up_to: int | None = None) -> QuerySet[Officer]:
    """Find people: by the beginning of the code, else by words of the name in the index, which a hundred thousand need."""
    plain = given.strip()
    if plain.isascii() and any(letter.isdigit() for letter in plain):
        return rows.filter(code__startswith=plain)
    found = search.keys_of("officer", plain, rows, up_to=up_to)
    return rows.filter(name__startswith=plain) if found is None else rows.filter(code__in=found)


TABLE = Table(
    name="registry.officers",
    columns=(
        Column(name="code", label="人员编码", value=lambda row: row.code, order="code"),
        Column(name="name", label="姓名", value=lambda row: row.name, order="name"),
        Column(name="unit", label="单位", value=lambda row: row.unit.name, order="unit__path,code", width="wide"),
        Column(name="position", label="职务", value=lambda row: row.position, order="position"),
        Column(name="category", label="类别", value=lambda row: Category(row.category).label, order="category"),
        Column(name="employment", label="用工性质", value=lambda row: Employment(row.employment).label, shown=False),
        Column(name="card", label="证件编号", value=lambda row: card.number if (card := _card(row)) else ""),
        Column(name="until", label="有效期止", value=lambda row: card.valid_until if (card := _card(row)) else None),
        Column(
            name="verified",
            label="最近审验",
            value=lambda row: card.verified_on if (card := _card(row)) else None,
            shown=False,
        ),
        Column(name="state", label="今天", value=lambda row: state(row, localdate())),
        Column(
            name="exam", label="考试合格日期", value=lambda row: row.exam_passed_on, order="exam_passed_on", shown=False
        ),
        Column(
            name="legal",
            label="法律职业资格",
            value=lambda row: row.legal_qualification_on,
            order="legal_qualification_on",
            shown=False,
        ),
        Column(name="front", label="一线", value=lambda row: row.is_front_line, shown=False),
        Column(name="joined", label="到岗日期", value=lambda row: row.joined_on, order="joined_on", shown=False),
    ),
    filters=(
        ChoiceFilter(name="category", label="类别", choices=choices.of(Category)),
        ChoiceFilter(
            name="unit",
            label="单位",
            choices=lambda viewer: _unit_choices(viewer),
            condition=lambda code: Q(unit__code=code),
        ),
        ChoiceFilter(name="employment", label="用工性质", choices=choices.of(Employment)),
        ChoiceFilter(
            name="role",
            label="任职",
            choices=_ROLES,
            condition=lambda role: Q(
                Exists(Role.objects.filter(officer=OuterRef("pk"), role=role, valid_until__isnull=True))
            ),
        ),
        FlagFilter(name="overdue", label="逾期未审验或者已到期", condition=lambda: _with_card(_overdue())),
        FlagFilter(name="due", label="即将审验", condition=lambda: _with_card(_due())),
        FlagFilter(name="without", label="没有有效证件", condition=lambda: _without_card()),
        FlagFilter(name="unappraised", label="今年未考核", condition=lambda: _unappraised()),
        FlagFilter(name="active", label="只看在岗", condition=Q(left_on__isnull=True)),
    ),
    find=find,
    search_hint="姓名、人员编码；证件编号请用上方搜索",
    order="code",
    row_href=lambda row: reverse("registry_officer", args=[row.code]),
    row_name=lambda row: f"{row.name}（{row.code}）",
    noun="人",
    empty="还没有登记人员。",
    bulk=(
        BulkAct(
            name="verify",
            label="审验合格",
            permission="registry.credential.verify",
            each=lambda actor, at, row, reason: _verify(actor, at, row, reason),
            explain="逐人核对资格后登记本年度审验；不符合条件的会列出原因，不受影响的照常办理。",
            icon="checks",
        ),
    ),
)


def _unit_choices(viewer: Any) -> list[tuple[str, str]]:
    return units_of(viewer, acts.SEE)


def _place() -> str:
    from django.conf import settings

    return str(settings.PLACE)


def _overdue() -> Q:
    return queries.overdue(_place(), localdate())


def _due() -> Q:
    today = localdate()
    warn = parameters.get("credential.verification.warn_days").at(today, _place())
    return queries.verification_due(_place(), today, today + timedelta(days=warn.whole if warn else 0))


def _with_card(condition: Q) -> Q:
    return Q(left_on__isnull=True) & Q(Exists(Credential.objects.filter(condition, officer=OuterRef("pk"))))


def _without_card() -> Q:
    good = Credential.objects.filter(officer=OuterRef("pk"), status="valid", valid_until__gte=localdate())
    return Q(category="officer", left_on__isnull=True) & ~Q(Exists(good))


def _unappraised() -> Q:
    done = Appraisal.objects.filter(officer=OuterRef("pk"), year=localdate().year)
    return Q(left_on__isnull=True) & ~Q(Exists(done))


def _verify(actor: Actor, at: datetime, row: Officer, reason: str) -> None:
    card = row.credentials.filter(status="valid").order_by("-valid_until").first()
    if card is None:
        from mingjing.domain.registry.obstacles import obstacle, refuse

        refuse(obstacle("no_credential", f"{row.name}没有有效证件可以审验。", "请先申领证件。"))
    card_acts.verify_credential(
        actor=actor,
        at=at,
        credential=card.number,
        version=card.version,
        on=localdate(at),
        opinion=reason or "年度审验合格",
    )


class OfficersPage(TableView[Actor]):
    """The list of people."""

    table = TABLE
    title = "执法人员"
    permission = acts.SEE
    keys_first = True

    def rows(self) -> QuerySet[Officer]:
        """Return what the viewer may see."""
        rows = visible(Officer.objects.select_related("unit"), self.actor, self.permission)
        return queries.with_credentials(rows)

    def acts(self) -> list[tuple[str, str, str]]:
        """Return the buttons."""
        found = []
        if self.actor.may(acts.EDIT):
            found.append(("登记人员", reverse("registry_officer_new"), "plus"))
        if self.actor.may("registry.import.run"):
            found.append(("导入", reverse("registry_import", args=["officers"]), "table-import"))
        return found


def _of_officer[M: Model](model: type[M], *order: str, most: int = 200) -> Statement[M]:
    """Rows of a person, asked for with each page."""
    rows: QuerySet[M] = QuerySet(model)
    return Statement(lambda officer: rows.filter(officer_id=officer).order_by(*order)[:most], int)


_REQUESTS = _of_officer(CredentialRequest, "-id", most=30)
_EXAMS = _of_officer(Exam, "held_on", "id")
_EVENTS = _of_officer(OfficerEvent, "-on", "-id", most=30)
_APPRAISALS = _of_officer(Appraisal, "-year", "id")
_INSURANCES = _of_officer(Insurance, "-valid_until", "id")
_CARE = _of_officer(CareCase, "-opened_on", "-id")
_DEVICES = Statement(lambda officer: Device.objects.filter(holder_id=officer).order_by("number"), int)
_MOVES = Statement(
    lambda officer: (
        Transfer.objects.filter(officer_id=officer).select_related("from_unit", "to_unit").order_by("on", "id")
    ),
    int,
)


def _sections(row: Officer, actor: Actor, today: date) -> Iterable[Section]:
    roles = [each for each in row.roles.all() if each.valid_until is None or each.valid_until >= today]
    yield Section(
        title="基本信息",
        icon="id-badge-2",
        facts=[
            Fact(label="人员编码", value=row.code),
            Fact(label="单位", value=row.unit.name),
            Fact(label="职务、职级", value=[part for part in (row.position, row.rank) if part]),
            Fact(label="类别", value=Category(row.category).label, note="一线" if row.is_front_line else ""),
            Fact(label="用工性质", value=Employment(row.employment).label),
            Fact(label="任职", value=[each.get_role_display() for each in roles]),
            Fact(
                label="身份号码",
                value=row.identity_masked,
                note="完整号码须写明用途后查看" if row.identity_masked else "",
            ),
            Fact(label="手机", value=mask_mobile(row.mobile) if not actor.may(acts.EDIT) else row.mobile),
            Fact(label="到岗日期", value=row.joined_on),
            *([Fact(label="离岗日期", value=row.left_on)] if row.left_on else []),
            Fact(label="资格考试合格", value=row.exam_passed_on),
            *([Fact(label="资格取消", value=row.qualification_withdrawn_on)] if row.qualification_withdrawn_on else []),
            Fact(label="法律职业资格", value=row.legal_qualification_on, note=row.legal_qualification_no),
        ],
    )
    if row.category == Category.AUXILIARY:
        yield _terms(row)
    else:
        yield Section(
            title="执法证件",
            icon="id",
            heads=("证件编号", "执法类别", "执法区域", "有效期", "最近审验", "状态", "亮证"),
            lines=[
                _card_line(card)
                for card in sorted(row.credentials.all(), key=lambda one: one.valid_until, reverse=True)
            ],
            empty="没有执法证件。考试合格后可以申领。",
        )
        yield Section(
            title="证件办理",
            icon="clipboard-list",
            heads=("申请时间", "事项", "理由", "申请人", "状态", "审批"),
            lines=[_request_line(each, actor) for each in _REQUESTS(row.pk)],
            empty="没有办理过证件事项。",
        )
        yield Section(
            title="资格考试",
            icon="school",
            heads=("日期", "类别", "成绩", "结果"),
            lines=[
                (
                    each.held_on,
                    each.get_kind_display(),
                    each.score,
                    Badge(text="合格", tone=Tone.GOOD) if each.passed else "不合格",
                )
                for each in _EXAMS(row.pk)
            ],
            empty="没有考试记录。",
        )
    yield Section(
        title="日常管理",
        icon="notebook",
        heads=("日期", "类别", "内容", "数量"),
        lines=[(each.on, each.get_kind_display(), each.text, each.amount) for each in _EVENTS(row.pk)],
        empty="没有日常管理记录。",
    )
    yield Section(
        title="年度考核",
        icon="award",
        heads=("年度", "结果", "评语", "评定人"),
        lines=[
            (str(each.year), each.get_result_display(), each.opinion, each.decided_by_name)
            for each in _APPRAISALS(row.pk)
        ],
        empty="还没有考核结果。",
    )
    if actor.may(care_acts.SEE):
        yield from _care(row, actor, today)
    devices = _DEVICES(row.pk)
    if devices:
        yield Section(
            title="领用装备",
            icon="device-cctv",
            heads=("设备编号", "类型", "应还日期"),
            lines=[
                (
                    Link(text=each.number, href=reverse("registry_device", args=[each.number]))
                    if actor.may("registry.device.view")
                    else each.number,
                    each.get_kind_display(),
                    each.due_on,
                )
                for each in devices
            ],
        )
    moves = _MOVES(row.pk)
    if moves:
        yield Section(
            title="调动",
            icon="transfer",
            heads=("日期", "调出", "调入", "事由"),
            lines=[(each.on, each.from_unit.name, each.to_unit.name, each.reason) for each in moves],
        )


def _care(row: Officer, actor: Actor, today: date) -> Iterable[Section]:
    scope = actor.scope(care_acts.SEE)
    own = row.user_id is not None and row.user_id == scope.user_id
    if not (own or scope.reaches(path=row.unit.path, place=row.unit.place)):
        return
    yield Section(
        title="保险",
        icon="shield-check",
        heads=("险种", "保险机构", "保单号", "保险期", "状态"),
        lines=[
            (
                each.get_kind_display(),
                each.insurer,
                each.policy_no,
                f"{each.valid_from}至{each.valid_until}",
                Badge(text="在保", tone=Tone.GOOD) if each.valid_from <= today <= each.valid_until else "不在保",
            )
            for each in _INSURANCES(row.pk)
        ],
        empty="没有保险。一线执法人员应当办理保险。",
    )
    yield Section(
        title="关怀服务",
        icon="heart-handshake",
        note="内容只有服务岗能看",
        heads=("类别", "开始", "服务机构", "内容"),
        lines=[
            (
                each.get_kind_display(),
                each.opened_on,
                each.provider,
                Link(text="查看内容", href=reverse("registry_care_text", args=[each.pk]))
                if actor.may("registry.care.read")
                else "保密",
            )
            for each in _CARE(row.pk)
        ],
        empty="没有服务记录。",
    )


def _terms(row: Officer) -> Section:
    terms = getattr(row, "terms", None)
    if terms is None:
        facts = [Fact(label="管理事项", value="", note="请补齐适用岗位、职责权限、权利义务、聘用条件、聘用程序五项。")]
    else:
        facts = [
            Fact(label="适用岗位", value=terms.post),
            Fact(label="职责权限", value=terms.duties),
            Fact(label="权利义务", value=terms.rights),
            Fact(label="聘用条件", value=terms.conditions),
            Fact(label="聘用程序", value=terms.procedure),
            Fact(
                label="指挥人员",
                value=terms.commander.name if terms.commander else "",
                href=reverse("registry_officer", args=[terms.commander.code]) if terms.commander else "",
            ),
        ]
    return Section(
        title="辅助人员管理事项", icon="clipboard-text", note="只能协助，不承办、不签名、不决定", facts=facts
    )


def _card_line(card: Credential) -> tuple[object, ...]:
    status = CredentialStatus(card.status)
    return (
        card.number,
        card.category,
        card.area,
        f"{card.valid_from}至{card.valid_until}",
        card.verified_on,
        Badge(text=status.label, tone=_CARD_TONES.get(card.status, Tone.PLAIN)),
        Link(text="亮证页", href=reverse("registry_card_print", args=[card.number])),
    )


def _request_line(row: CredentialRequest, actor: Actor) -> tuple[object, ...]:
    tones = {"pending": Tone.INFO, "approved": Tone.GOOD, "refused": Tone.ATTENTION}
    action: object = row.decided_by_name
    if row.status == "pending" and actor.may("registry.credential.decide"):
        action = Link(text="审批", href=reverse("registry_request_act", args=[row.pk, "decide"]))
    return (
        row.asked_at,
        CredentialAct(row.act).label,
        row.reason,
        row.asked_by_name,
        Badge(text=row.get_status_display(), tone=tones.get(row.status, Tone.PLAIN)),
        action,
    )


def _notices(row: Officer, _actor: Actor, today: date) -> Iterable[Notice]:
    if row.left_on is not None and row.left_on <= today:
        yield Notice(title="已离岗", text=f"{row.left_on}起不在岗。", tone=Tone.PLAIN)
        return
    answer = rules.may_act(frozen.officer_facts(row), on=today)
    if not answer:
        tone = Tone.BAD if row.category == Category.OFFICER else Tone.INFO
        yield Notice(title="今天不能执法", text=answer.reason, tone=tone)
        return
    for card in row.credentials.all():
        if card.status != "valid":
            continue
        due = rules.verification_due_on(frozen.credential_facts(card), row.unit.place, on=today)
        warn = parameters.get("credential.verification.warn_days").at(today, row.unit.place)
        if due is not None and warn is not None and today + timedelta(days=warn.whole) >= due:
            yield Notice(title="即将审验", text=f"证件{card.number}应于{due}前审验，过期未审的不能执法。")


def fetch(actor: Actor, code: str) -> Officer:
    """Return a person that the viewer may see."""
    rows = Officer.objects.select_related("unit", "terms__commander").prefetch_related("credentials", "roles")
    return access(rows, actor, acts.SEE, code=code)


def particulars(actor: Actor, row: Officer | None) -> forms.Form:
    """Make the form of the particulars."""
    given = (lambda name: getattr(row, name)) if row else (lambda _: "")
    fields: dict[str, forms.Field] = {}
    if row is None:
        fields["unit"] = choice("单位", units_of(actor, acts.EDIT))
        fields["code"] = words("人员编码", "省平台编码；没有的按本地规则编。", longest=32)
    fields |= {
        "name": words("姓名", longest=64, initial=given("name")),
        "category": choice(
            "人员类别", choices.of(Category), "执法人员须在编在职；其他人员登记为辅助人员。", initial=given("category")
        ),
        "employment": choice("用工性质", choices.of(Employment), initial=given("employment")),
        "identity_number": words("身份号码", "密封保存，页面只显示首尾几位；不改则留空。", required=False, longest=18),
        "gender": choice("性别", [("male", "男"), ("female", "女")], required=False, initial=given("gender")),
        "position": words("职务", required=False, longest=64, initial=given("position")),
        "rank": words("职级", required=False, longest=64, initial=given("rank")),
        "mobile": words("手机", required=False, longest=20, initial=given("mobile")),
        "is_front_line": flag("一线执法", "计入装备配备和保险覆盖。", initial=bool(row and row.is_front_line)),
        "joined_on": day("到岗日期", required=False, initial=given("joined_on") or None),
        "legal_qualification_no": words(
            "法律职业资格证号", required=False, longest=32, initial=given("legal_qualification_no")
        ),
        "legal_qualification_on": day(
            "法律职业资格取得日期", required=False, initial=given("legal_qualification_on") or None
        ),
    }
    return form_of(fields)


def _values(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name not in ("unit", "code")}


def _held(row: Officer) -> bool:
    return any(card.status in ("valid", "suspended") for card in row.credentials.all())


def _officer(row: Officer) -> bool:
    return row.category == Category.OFFICER and row.left_on is None


def _ask(actor: Actor, at: datetime, row: Officer, data: dict[str, Any]) -> None:
    details = {
        "category": data.get("category", ""),
        "area": data.get("area", ""),
        "until": data["until"].isoformat() if data.get("until") else "",
        "number": data.get("number", ""),
    }
    card_acts.ask_credential(
        actor=actor,
        at=at,
        officer=row.code,
        act=data["act"],
        reason=data["reason"],
        document=data.get("document", ""),
        effective_on=data["effective_on"],
        details={name: value for name, value in details.items() if value},
    )


_ASKABLE = [(each.value, each.label) for each in CredentialAct if each is not CredentialAct.VERIFY]

THING = Thing(
    name="officer",
    label="人员",
    list_label="执法人员",
    permission=acts.SEE,
    fetch=fetch,
    title=lambda row: row.name,
    badge=state,
    sections=_sections,
    notices=_notices,
    subjects=lambda row: [f"officer:{row.code}", *(f"credential:{card.number}" for card in row.credentials.all())],
    acts=(
        Act(
            name="credential",
            label="办理证件",
            permission="registry.credential.ask",
            form=asks(
                act=lambda row: choice("事项", [pair for pair in _ASKABLE if (pair[0] == "issue") != _held(row)]),
                reason=lambda _: text("理由"),
                document=lambda _: words("决定文号", "收回、暂扣、吊销填写决定文号。", required=False, longest=128),
                effective_on=lambda _: day("生效日期", initial=localdate),
                until=lambda _: day("暂扣截止日", "暂扣的填写，含当日。", required=False),
                category=lambda row: words(
                    "执法类别", "核发、变更、换发填写，如“市场监管”。", required=False, longest=128
                ),
                area=lambda row: words("执法区域", "核发、变更、换发填写，如“泗水县”。", required=False, longest=128),
            ),
            run=_ask,
            icon="id",
            explain="提交后由司法行政部门负责人审批；申请人不能审批自己的申请。",
            when=_officer,
        ),
        Act(
            name="edit",
            label="修改",
            permission=acts.EDIT,
            form=particulars,
            run=lambda actor, at, row, data: acts.edit_officer(
                actor=actor, at=at, code=row.code, version=row.version, values=_values(data)
            ),
        ),
        Act(
            name="exam",
            label="登记考试",
            permission="registry.officer.qualify",
            form=asks(
                held_on=lambda _: day("考试日期"),
                kind=lambda _: choice(
                    "考试类别",
                    [("both", "综合"), ("public", "公共法律知识"), ("professional", "专业法律知识")],
                    initial="both",
                ),
                score=lambda _: number("成绩", required=False),
                passed=lambda _: flag("合格", "不合格的不授予资格。"),
                paper=lambda _: words("成绩单编号", required=False, longest=64),
            ),
            run=lambda actor, at, row, data: acts.record_exam(actor=actor, at=at, code=row.code, **data),
            icon="school",
            when=_officer,
        ),
        Act(
            name="verify",
            label="审验证件",
            permission="registry.credential.verify",
            form=asks(opinion=lambda _: text("审验意见", required=False, initial="年度审验合格")),
            run=lambda actor, at, row, data: _verify(actor, at, row, data["opinion"]),
            icon="circle-check",
            when=_held,
        ),
        Act(
            name="appraise",
            label="年度考核",
            permission="registry.officer.appraise",
            form=lambda _actor, row: _appraisal_form(row),
            run=lambda actor, at, row, data: acts.appraise_officer(
                actor=actor,
                at=at,
                code=row.code,
                year=int(data["year"]),
                result=data["result"],
                opinion=data["opinion"],
            ),
            icon="award",
            explain="平台已有的数据预填在下方，随考核结果一起保存。",
            when=lambda row: row.left_on is None,
        ),
        Act(
            name="event",
            label="日常管理记录",
            permission=acts.EDIT,
            form=asks(
                on=lambda _: day("日期", initial=localdate),
                kind=lambda _: choice(
                    "类别",
                    [
                        ("praise", "表扬奖励"),
                        ("training", "培训学时"),
                        ("reminder", "提醒谈话"),
                        ("criticism", "通报批评"),
                        ("leave", "休假离岗"),
                        ("dress", "着装标识"),
                        ("discipline", "处分处理"),
                    ],
                ),
                text=lambda _: text("内容"),
                amount=lambda _: number("数量", "培训填学时，休假填天数。", required=False),
            ),
            run=lambda actor, at, row, data: acts.record_event(actor=actor, at=at, code=row.code, **data),
            icon="notebook",
            when=lambda row: row.left_on is None,
        ),
        Act(
            name="role",
            label="任职",
            permission=acts.EDIT,
            form=asks(
                role=lambda _: choice("任职", _ROLES, "初次从事法制审核的须取得法律职业资格。"),
                valid_from=lambda _: day("任职开始", initial=localdate),
                certificate_no=lambda _: words("资格证件编号", required=False, longest=32),
            ),
            run=lambda actor, at, row, data: acts.give_role(actor=actor, at=at, code=row.code, **data),
            icon="user-plus",
            when=lambda row: row.left_on is None,
        ),
        Act(
            name="end-role",
            label="免职",
            permission=acts.EDIT,
            form=asks(
                role=lambda row: choice(
                    "任职",
                    [(each.role, each.get_role_display()) for each in row.roles.all() if each.valid_until is None],
                ),
                on=lambda _: day("最后一日", initial=localdate),
                reason=lambda _: words("事由"),
            ),
            run=lambda actor, at, row, data: acts.end_role(actor=actor, at=at, code=row.code, **data),
            icon="user-x",
            when=lambda row: any(each.valid_until is None for each in row.roles.all()),
        ),
        Act(
            name="terms",
            label="登记管理事项",
            permission=acts.EDIT,
            form=lambda actor, row: _terms_form(row),
            run=lambda actor, at, row, data: acts.set_terms(
                actor=actor,
                at=at,
                code=row.code,
                commander=data["commander"],
                values={name: value for name, value in data.items() if name != "commander"},
            ),
            icon="clipboard-text",
            when=lambda row: row.category == Category.AUXILIARY and row.left_on is None,
        ),
        Act(
            name="transfer",
            label="调动",
            permission=acts.EDIT,
            form=lambda actor, row: form_of(
                {
                    "to_unit": choice(
                        "调入单位", [pair for pair in units_of(actor, acts.EDIT) if pair[0] != row.unit.code]
                    ),
                    "on": day("调动日期", initial=localdate()),
                    "reason": words("事由"),
                }
            ),
            run=lambda actor, at, row, data: acts.transfer_officer(
                actor=actor, at=at, code=row.code, version=row.version, **data
            ),
            icon="transfer",
            explain="持证人员调动后，请另行办理证件变更。",
            when=lambda row: row.left_on is None,
        ),
        Act(
            name="insure",
            label="登记保险",
            permission="registry.care.edit",
            form=asks(
                kind=lambda _: choice("险种", [("accident", "人身意外伤害保险"), ("liability", "职业责任保险")]),
                insurer=lambda _: words("保险机构", longest=128),
                policy_no=lambda _: words("保单号", longest=64),
                valid_from=lambda _: day("保险期起"),
                valid_until=lambda _: day("保险期止"),
            ),
            run=lambda actor, at, row, data: care_acts.insure_officer(actor=actor, at=at, code=row.code, **data),
            icon="shield-check",
            when=lambda row: row.left_on is None,
        ),
        Act(
            name="care",
            label="登记关怀服务",
            permission="registry.care.read",
            form=asks(
                kind=lambda _: choice(
                    "类别",
                    [
                        ("counselling", "心理咨询"),
                        ("crisis", "危机干预"),
                        ("injury", "因公负伤保障"),
                        ("illness", "疾病帮扶"),
                    ],
                ),
                opened_on=lambda _: day("开始日期", initial=localdate),
                provider=lambda _: words("服务机构", longest=128),
                text=lambda _: text("内容", "密封保存，只有服务岗能看，领导和同事看不到。", required=False),
            ),
            run=lambda actor, at, row, data: care_acts.open_care(actor=actor, at=at, code=row.code, **data),
            icon="heart-handshake",
        ),
        Act(
            name="reveal",
            label="查看身份号码",
            permission="registry.officer.reveal",
            form=asks(purpose=lambda _: words("用途", "用途和查看人记入日志。")),
            run=lambda actor, at, row, data: _reveal(actor, at, row, data["purpose"]),
            icon="eye",
            done="已记入日志。",
            when=lambda row: bool(row.identity_masked),
        ),
        Act(
            name="withdraw",
            label="取消资格",
            permission="registry.officer.qualify",
            form=asks(on=lambda _: day("取消日期", initial=localdate), reason=lambda _: text("理由")),
            run=lambda actor, at, row, data: acts.withdraw_qualification(
                actor=actor, at=at, code=row.code, version=row.version, **data
            ),
            icon="user-x",
            grave=True,
            explain="取消后不能执法，现有证件同时注销；须重新考试合格才能再取得资格。",
            when=lambda row: row.exam_passed_on is not None and row.qualification_withdrawn_on is None,
        ),
        Act(
            name="leave",
            label="离岗",
            permission=acts.EDIT,
            form=asks(on=lambda _: day("离岗日期", initial=localdate), reason=lambda _: words("事由")),
            run=lambda actor, at, row, data: acts.leave_officer(
                actor=actor, at=at, code=row.code, version=row.version, **data
            ),
            icon="door-exit",
            grave=True,
            explain="任职和证件同时终止；领用的装备须先归还。",
            when=lambda row: row.left_on is None,
        ),
    ),
)


def _reveal(actor: Actor, at: datetime, row: Officer, purpose: str) -> Shown:
    found = acts.reveal_identity(actor=actor, at=at, code=row.code, purpose=purpose)
    return Shown(
        title=f"{row.name}的身份号码", text=found, note="用途和查看人已记入日志。离开本页后须重新写明用途才能查看。"
    )


def _appraisal_form(row: Officer) -> forms.Form:
    year = localdate().year
    known = acts.figures_of(row, year)
    said = "；".join(
        f"{label} {value:g}" if isinstance(value, float) else f"{label} {value}" for label, value in known.items()
    )
    return form_of(
        {
            "year": choice(
                "年度",
                [(str(one), f"{one}年") for one in (year, year - 1)],
                f"{year}年平台数据：{said}。",
                initial=str(year),
            ),
            "result": choice(
                "考核结果", [("excellent", "优秀"), ("competent", "称职"), ("basic", "基本称职"), ("failed", "不称职")]
            ),
            "opinion": text("评语", initial=f"{year}年：{said}。"),
        }
    )


def _terms_form(row: Officer) -> forms.Form:
    terms = getattr(row, "terms", None)
    given = (lambda name: getattr(terms, name)) if terms else (lambda _: "")
    bosses = [
        (each.code, f"{each.name}（{each.code}）")
        for each in Officer.objects.filter(unit=row.unit, category="officer", left_on__isnull=True).order_by("code")[
            :500
        ]
    ]
    return form_of(
        {
            "post": words("适用岗位", longest=128, initial=given("post")),
            "duties": text("职责权限", initial=given("duties")),
            "rights": text("权利义务", initial=given("rights")),
            "conditions": text("聘用条件", initial=given("conditions")),
            "procedure": text("聘用程序", initial=given("procedure")),
            "commander": choice(
                "指挥人员",
                bosses,
                "须是今天可以执法的本单位人员。",
                required=False,
                initial=terms.commander.code if terms and terms.commander else "",
            ),
        }
    )


class OfficerPage(ThingPage):
    """One person."""

    thing = THING
    permission = acts.SEE


class OfficerActPage(ActPage):
    """An act on a person."""

    thing = THING
    permission = acts.SEE


class OfficerNewPage(NewPage):
    """Enter a person."""

    thing = THING
    label = "登记人员"
    permission = acts.EDIT

    def make(self) -> forms.Form:
        """Return the empty form."""
        return particulars(self.actor, None)

    def run(self, values: dict[str, Any]) -> Officer:
        """Enter the person."""
        return acts.register_officer(
            actor=self.actor, at=self.now, unit=values["unit"], code=values["code"], values=_values(values)
        )


REQUESTS = Table(
    name="registry.requests",
    columns=(
        Column(name="asked", label="申请时间", value=lambda row: row.asked_at, order="asked_at"),
        Column(name="officer", label="人员", value=lambda row: row.officer.name, order="officer__name"),
        Column(name="unit", label="单位", value=lambda row: row.officer.unit.name, order="officer__unit__path"),
        Column(name="act", label="事项", value=lambda row: CredentialAct(row.act).label, order="act"),
        Column(name="reason", label="理由", value=lambda row: row.reason, width="wide"),
        Column(name="effective", label="生效日期", value=lambda row: row.effective_on, order="effective_on"),
        Column(
            name="status",
            label="状态",
            value=lambda row: Badge(
                text=row.get_status_display(),
                tone={"pending": Tone.INFO, "approved": Tone.GOOD, "refused": Tone.ATTENTION}.get(
                    row.status, Tone.PLAIN
                ),
            ),
            order="status",
        ),
        Column(name="by", label="审批人", value=lambda row: row.decided_by_name),
    ),
    filters=(
        ChoiceFilter(
            name="status", label="状态", choices=[("pending", "待审批"), ("approved", "已批准"), ("refused", "未批准")]
        ),
        ChoiceFilter(name="matter", label="事项", choices=choices.of(CredentialAct), field="act"),
        DateFilter(name="effective", label="生效日期", field="effective_on"),
    ),
    search=("officer__name", "officer__code"),
    search_hint="姓名、人员编码",
    order="-asked",
    row_href=lambda row: (
        reverse("registry_officer", args=[row.officer.code])
        if row.status != "pending"
        else reverse("registry_request_act", args=[row.pk, "decide"])
    ),
    row_name=lambda row: f"{row.officer.name} {CredentialAct(row.act).label}",
    noun="件",
    empty="没有证件办理申请。",
)


class RequestsPage(TableView[Actor]):
    """The list of acts on credentials."""

    table = REQUESTS
    title = "证件办理"
    permission = acts.SEE

    def rows(self) -> QuerySet[CredentialRequest]:
        """Return what the viewer may see."""
        return visible(CredentialRequest.objects.select_related("officer__unit"), self.actor, self.permission)


def _fetch_request(actor: Actor, code: str) -> CredentialRequest:
    rows = CredentialRequest.objects.select_related("officer__unit", "credential")
    return access(rows, actor, acts.SEE, pk=int(code) if code.isdecimal() else 0)


def _decide_form(_actor: Actor, row: CredentialRequest) -> forms.Form:
    fields: dict[str, forms.Field] = {"approved": choice("结论", [("yes", "批准"), ("no", "不批准")])}
    if row.act in ("issue", "reissue"):
        fields["number"] = words(
            "新证编号", "照新证证面抄录。", required=False, longest=32, initial=row.details.get("number", "")
        )
    fields["opinion"] = text("意见", required=False)
    return form_of(fields)


REQUEST = Thing(
    name="request",
    label="证件办理",
    list_label="证件办理",
    permission=acts.SEE,
    fetch=_fetch_request,
    title=lambda row: f"{row.officer.name}：{CredentialAct(row.act).label}（{row.reason}）",
    badge=lambda _row, _day: None,
    sections=lambda _row, _actor, _day: (),
    key="pk",
    address=lambda _: reverse("registry_request_list"),
    acts=(
        Act(
            name="decide",
            label="审批证件",
            permission="registry.credential.decide",
            form=_decide_form,
            run=lambda actor, at, row, data: reverse(
                "registry_officer",
                args=[
                    card_acts.decide_credential(
                        actor=actor,
                        at=at,
                        request=row.pk,
                        version=row.version,
                        approved=data["approved"] == "yes",
                        opinion=data["opinion"],
                        number=data.get("number", ""),
                    ).officer.code
                ],
            ),
            explain="批准后立即生效，记入证件历史。",
        ),
    ),
)


class RequestActPage(ActPage):
    """Decide on an act on a credential."""

    thing = REQUEST
    permission = acts.SEE
