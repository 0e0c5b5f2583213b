"""
Cases, their steps and who took part, what is proposed and not yet done, evidence, links to others.

Columns bear the names of the facts standard wherever it has them (docs/data-standard.md): what rules judge is what stands
here, and the export only copies. State changes through :mod:`mingjing.contexts.cases.usecases` alone.
"""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar, Final

from django.db import models
from django.db.models import F, Q
from django.utils.timezone import localdate

from mingjing.contexts.accounts.access import Actor, Scope
from mingjing.contexts.accounts.models import Unit, User
from mingjing.contexts.accounts.permissions import Reach
from mingjing.contexts.catalog.models import Item
from mingjing.contexts.registry.models import Agency, Officer, Party
from mingjing.contexts.registry.models.choices import of
from mingjing.domain.procedures.evidence import KINDS
from mingjing.domain.procedures.justice import BODIES, RESULTS, Result
from mingjing.domain.procedures.offsite import MEANS, SOURCE, Device
from mingjing.facts.schema import (
    CASE_STATUSES,
    CREDIT_CLASSES,
    DEPARTURES,
    LIMITATION_CLASSES,
    MATTER_KINDS,
    PARTICIPANT_ROLES,
    PROCEDURES,
    REFERRAL_REPLIES,
    REFERRAL_TARGETS,
    SERVICE_METHODS,
)

_OF_CASE: Mapping[Reach, str] = {Reach.UNIT: "case__unit__path", Reach.PLACE: "case__unit__place"}

SOURCES: Final = {
    "inspection": "检查发现",
    "complaint": "投诉举报",
    "transferred": "其他机关移送",
    "assigned": "上级交办",
    "media": "媒体、网络信息",
    "self": "自行发现",
    "application": "依申请",
    SOURCE: "非现场监管发现",
}
"""Where cases come from: stable codes and what people call them."""


class Case(models.Model):
    """
    A case. ``stage`` is where its procedure stands, ``status`` what the facts standard says of it.

    ``item_pin`` and ``benchmark_pin`` name the editions with which it began, and which it keeps. ``unit`` is who works on
    it, ``agency`` the subject in whose name. ``next_number`` numbers its steps and drafts. ``promised_seconds`` is what its
    item promises, ``worked_seconds`` what it took until the decision, both in working time (:mod:`mingjing.domain.officehours`).
    """

    code = models.CharField("案件编码", max_length=32, unique=True)
    case_no = models.CharField("案号", max_length=64, blank=True, db_index=True)
    title = models.CharField("案由", max_length=256)
    kind = models.CharField("类别", max_length=32, choices=of(MATTER_KINDS))
    procedure_code = models.CharField("办理程序", max_length=48)
    procedure = models.CharField("程序", max_length=16, choices=of(PROCEDURES), blank=True)
    stage = models.CharField("阶段", max_length=32)
    status = models.CharField("状态", max_length=16, choices=of(CASE_STATUSES), default="open")
    unit = models.ForeignKey(Unit, verbose_name="办案单位", on_delete=models.PROTECT, related_name="cases")
    agency = models.ForeignKey(Agency, verbose_name="执法主体", on_delete=models.PROTECT, related_name="cases")
    item = models.ForeignKey(Item, verbose_name="执法事项", on_delete=models.PROTECT, related_name="cases")
    item_pin = models.CharField("事项版本", max_length=160)
    benchmark_pin = models.CharField("裁量基准版本", max_length=160, blank=True)
    party = models.ForeignKey(Party, verbose_name="当事人", on_delete=models.PROTECT, related_name="cases")
    source = models.CharField("案件来源", max_length=32, blank=True)
    source_ref = models.CharField("来源编号", max_length=64, blank=True)
    facts = models.TextField("基本情况", blank=True)
    act_on = models.DateField("违法行为发生日", null=True, blank=True)
    act_ended_on = models.DateField("违法行为终了日", null=True, blank=True)
    found_on = models.DateField("发现日", null=True, blank=True)
    fine_fen = models.BigIntegerField("罚款（分）", null=True, blank=True)
    confiscated_fen = models.BigIntegerField("没收（分）", null=True, blank=True)
    other_penalties = models.JSONField("其他处罚", default=list, blank=True)
    tier = models.CharField("裁量档次", max_length=64, blank=True)
    tier_departure = models.CharField("档次以外量罚", max_length=16, choices=of(DEPARTURES), blank=True)
    tier_departure_reason = models.TextField("档次以外量罚的理由", blank=True)
    is_major = models.BooleanField("重大执法决定", null=True, blank=True)
    is_complex = models.BooleanField("情节复杂", null=True, blank=True)
    limitation_class = models.CharField("追责时效", max_length=16, choices=of(LIMITATION_CLASSES), blank=True)
    credit_class = models.CharField("失信程度", max_length=16, choices=of(CREDIT_CLASSES), blank=True)
    disclosure_exempt = models.CharField("不予公示理由", max_length=256, blank=True)
    ended_ground = models.CharField("终结事由", max_length=256, blank=True)
    leniency_matched = models.BooleanField("符合宽严清单", null=True, blank=True)
    leniency_reason = models.TextField("不适用宽严清单的理由", blank=True)
    non_coercive_first = models.BooleanField("应当先行柔性执法", null=True, blank=True)
    affects_others = models.BooleanField("直接关系他人重大利益", null=True, blank=True)
    hearing_required = models.BooleanField("依法应当听证", null=True, blank=True)
    expires_on = models.DateField("原许可有效期止", null=True, blank=True)
    circumstances = models.JSONField("裁量情节", default=dict, blank=True)
    opened_at = models.DateTimeField("登记时间", db_index=True)
    decided_on = models.DateField("决定日期", null=True, blank=True, db_index=True)
    due_on = models.DateField("最近期限", null=True, blank=True)
    due_why = models.CharField("最近期限的依据", max_length=128, blank=True)
    promised_seconds = models.PositiveIntegerField("承诺办结用时（秒）", null=True, blank=True)
    promise_due_at = models.DateTimeField("承诺办结时间", null=True, blank=True)
    worked_seconds = models.PositiveIntegerField("实际办结用时（秒）", null=True, blank=True)
    changed_at = models.DateTimeField("最后变动时间", auto_now=True, db_index=True)
    next_number = models.PositiveIntegerField("下一个环节序号", default=1)
    version = models.PositiveIntegerField("版本", default=1)

    #: Who handles it now, where it was read with the row for a list or a page.
    current_handlers: "list[Handler]"

    scope_fields: ClassVar[Mapping[Reach, str]] = {Reach.UNIT: "unit__path", Reach.PLACE: "unit__place"}

    @classmethod
    def within(cls, actor: Actor, scope: Scope, code: str) -> Q:
        """Say which cases lie within a scope: those of its units and places, and those with which the actor helps."""
        return scope.condition(cls.scope_fields) | Q(pk__in=helped(actor, code))

    class Meta:
        verbose_name = "案件"
        verbose_name_plural = "案件"
        ordering: ClassVar = ["-opened_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agency", "case_no"], condition=~Q(case_no=""), name="one_case_per_number"),
            models.CheckConstraint(
                condition=Q(fine_fen__isnull=True) | Q(fine_fen__gte=0), name="fine_is_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(act_ended_on__isnull=True) | Q(act_on__isnull=True) | Q(act_ended_on__gte=F("act_on")),
                name="act_ends_after_it_begins",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["unit", "status", "-opened_at"], name="case_of_unit"),
            models.Index(fields=["unit", "stage"], name="case_of_unit_by_stage"),
            # with the moment of opening, by which lists are ordered: what is overdue is then counted and ordered without its rows
            models.Index(
                fields=["unit", "due_on", "opened_at"], condition=Q(due_on__isnull=False), name="case_of_unit_by_due"
            ),
            models.Index(fields=["party", "-opened_at"], name="case_of_party"),
            models.Index(fields=["item", "decided_on"], name="case_of_item"),
            models.Index(fields=["unit"], condition=Q(promised_seconds__isnull=False), name="case_with_promise"),
        ]

    def __str__(self) -> str:
        return self.title


def helped(actor: Actor, code: str) -> list[int]:
    """
    Return the cases (their keys) with which the actor helps, where helping opens them to this permission.

    Who gives advice may look; who was accepted as a reviewer may review as well. A handful of keys, asked for only of
    those who help at all, so that lists of many cases stay lists by index.
    """
    opened = {
        HelpKind.REVIEW: ("cases.help.review", ("cases.case.view", "cases.step.review")),
        HelpKind.ADVICE: ("cases.help.advise", ("cases.case.view",)),
    }
    kinds = [kind for kind, (needed, codes) in opened.items() if code in codes and actor.may(needed)]
    if not kinds:
        return []
    mine = Help.objects.filter(helper_id=actor.user_id, kind__in=kinds, state__in=Help.OPEN)
    return list(mine.values_list("case_id", flat=True))


class Handler(models.Model):
    """That an officer handles a case, from a day until a day (not included)."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="handlers")
    officer = models.ForeignKey(Officer, verbose_name="承办人", on_delete=models.PROTECT, related_name="handled")
    is_lead = models.BooleanField("主办", default=False)
    since = models.DateField("起")
    until = models.DateField("止（不含）", null=True, blank=True)

    scope_fields: ClassVar[Mapping[Reach, str]] = _OF_CASE

    class Meta:
        verbose_name = "承办人"
        verbose_name_plural = "承办人"
        ordering: ClassVar = ["-is_lead", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "officer"], condition=Q(until__isnull=True), name="officer_handles_a_case_once"
            ),
        ]


class Concerned(models.Model):
    """Another person whom the case concerns: a further party, a third party, an agent, a witness."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="concerned")
    party = models.ForeignKey(Party, verbose_name="登记的当事人", on_delete=models.PROTECT, null=True, blank=True)
    capacity = models.CharField(
        "身份",
        max_length=16,
        choices=[("party", "共同当事人"), ("third", "利害关系人"), ("agent", "委托代理人"), ("witness", "证人")],
    )
    name = models.CharField("姓名（名称）", max_length=128)
    contact = models.CharField("联系方式", max_length=64, blank=True)
    note = models.CharField("说明", max_length=256, blank=True)

    scope_fields: ClassVar[Mapping[Reach, str]] = _OF_CASE

    class Meta:
        verbose_name = "有关人员"
        verbose_name_plural = "有关人员"
        ordering: ClassVar = ["id"]


class Event(models.Model):
    """
    A step that was taken. ``words`` are the answers that the facts standard has no column for.

    ``reasons`` are the words given for what was conspicuous, by rule; ``gates`` what the rules said at that moment.
    ``late_days`` is by how much it was entered too late (:mod:`mingjing.domain.procedures.entry`); null where that is not
    known, because it was imported.
    """

    code = models.CharField("环节编码", max_length=40, unique=True)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="events")
    number = models.PositiveIntegerField("序号")
    step = models.CharField("环节", max_length=48)
    type = models.CharField("环节类型", max_length=32)
    at = models.DateTimeField("时间")
    hour_known = models.BooleanField("时刻已知", default=True)
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    about = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="answers")
    document_no = models.CharField("文书号", max_length=64, blank=True)
    outcome = models.CharField("结果", max_length=24, blank=True)
    method = models.CharField("送达方式", max_length=16, choices=of(SERVICE_METHODS), blank=True)
    urgent = models.BooleanField("紧急情况", null=True, blank=True)
    place = models.CharField("地点", max_length=256, blank=True)
    extends_to = models.DateField("延长至", null=True, blank=True)
    words = models.JSONField("内容", default=dict)
    reasons = models.JSONField("说明的理由", default=dict)
    gates = models.JSONField("办理时的检查结果", default=list)
    taken_by = models.CharField("办理人代码", max_length=64)
    taken_at = models.DateTimeField("登记时间")
    late_days = models.PositiveIntegerField("补录天数", null=True, blank=True)

    #: Who took part, where it was read with the step (``frozen.events_of``).
    parts: "list[Participant]"

    scope_fields: ClassVar[Mapping[Reach, str]] = _OF_CASE

    class Meta:
        verbose_name = "办案环节"
        verbose_name_plural = "办案环节"
        ordering: ClassVar = ["at", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "number"], name="one_step_per_number"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["case", "type"], name="step_by_type"),
            models.Index(fields=["taken_at"], name="step_by_entry"),
            models.Index(fields=["case"], condition=Q(late_days__gt=0), name="step_entered_late"),
        ]

    def __str__(self) -> str:
        return self.code


class Participant(models.Model):
    """Somebody's part in a step."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="participants")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="parts")
    role = models.CharField("参与角色", max_length=16, choices=of(PARTICIPANT_ROLES))

    class Meta:
        verbose_name = "参与人员"
        verbose_name_plural = "参与人员"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "officer", "role"], name="one_part_in_a_step"),
        ]


class DraftState(models.TextChoices):
    """How far a draft is."""

    DRAFT = "draft", "草稿"
    PROPOSED = "proposed", "待审批"
    RETURNED = "returned", "退回"
    DONE = "done", "已办理"
    DROPPED = "dropped", "已放弃"


class Draft(models.Model):
    """
    A step that is being prepared, or proposed to whoever must agree.

    Its ``code`` becomes the code of the step, so that documents and recordings can belong to it from the start.
    """

    code = models.CharField("环节编码", max_length=40, unique=True)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="drafts")
    number = models.PositiveIntegerField("序号")
    step = models.CharField("环节", max_length=48)
    state = models.CharField("状态", max_length=16, choices=DraftState, default=DraftState.DRAFT)
    answers = models.JSONField("内容", default=dict)
    people = models.JSONField("参与人员", default=list)
    outcome = models.CharField("结果", max_length=24, blank=True)
    about = models.CharField("针对的环节", max_length=40, blank=True)
    reasons = models.JSONField("说明的理由", default=dict)
    opinion = models.CharField("审批意见", max_length=512, blank=True)
    made_by = models.CharField("起草人代码", max_length=64)
    made_at = models.DateTimeField("起草时间")
    saved_by = models.CharField("保存人代码", max_length=64)
    saved_at = models.DateTimeField("保存时间")
    proposed_at = models.DateTimeField("提交时间", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    scope_fields: ClassVar[Mapping[Reach, str]] = _OF_CASE

    class Meta:
        verbose_name = "待办环节"
        verbose_name_plural = "待办环节"
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "number"], name="one_draft_per_number"),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "case"], name="draft_by_state")]


class Evidence(models.Model):
    """A piece of evidence, and what it proves; ``answers`` are the entries of the checklist for which it was gathered."""

    KINDS: ClassVar = of(KINDS)

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="evidence")
    number = models.PositiveIntegerField("序号")
    kind = models.CharField("证据种类", max_length=16, choices=KINDS)
    name = models.CharField("名称", max_length=128)
    proves = models.CharField("证明的事实", max_length=512)
    source = models.CharField("来源", max_length=256)
    obtained_on = models.DateField("取得日期")
    obtained_by = models.CharField("收集人", max_length=128, blank=True)
    pages = models.PositiveIntegerField("页数（数量）", default=1)
    step = models.CharField("取得的环节", max_length=40, blank=True)
    recording = models.CharField("音像记录编码", max_length=64, blank=True)
    answers = models.JSONField("对应的取证要求", default=list, blank=True)
    excluded_reason = models.CharField("不采信的理由", max_length=256, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    scope_fields: ClassVar[Mapping[Reach, str]] = _OF_CASE

    class Meta:
        verbose_name = "证据"
        verbose_name_plural = "证据"
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "number"], name="one_evidence_per_number"),
        ]


class OffsiteState(models.TextChoices):
    """What a person found of a record of monitoring."""

    WAITING = "waiting", "待审核"
    PASSED = "passed", "审核通过"
    REJECTED = "rejected", "审核不通过"


class OffsiteRecord(models.Model):
    """
    What a monitoring device recorded without an officer there, and what the person who reviewed it found.

    The device's verification and publication stand as they were said with the record. Its files are recordings of the
    subject ``offsite:<code>``. A case may be opened from it once it has passed; one that has not is kept.

    Source: 行政处罚法（2021）第四十一条.
    """

    code = models.CharField("记录编码", max_length=32, unique=True)
    unit = models.ForeignKey(Unit, verbose_name="单位", on_delete=models.PROTECT, related_name="+")
    device_name = models.CharField("设备名称", max_length=128)
    device_no = models.CharField("设备编号", max_length=64)
    device_record = models.CharField("设备记录号", max_length=64, help_text="设备或者监管系统给这条记录的编号。")
    legal_verified_on = models.DateField("法制审核日期", null=True, blank=True)
    technical_verified_on = models.DateField("技术审核日期", null=True, blank=True)
    location_published_on = models.DateField("设置地点公布日期", null=True, blank=True)
    location_published_at = models.CharField("公布的地点和载体", max_length=256, blank=True)
    captured_at = models.DateTimeField("摄录时间")
    place = models.CharField("摄录地点", max_length=256)
    seen = models.CharField("记录的情况", max_length=512)
    party = models.ForeignKey(
        Party, verbose_name="当事人", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    entered_by = models.CharField("登记人代码", max_length=64)
    entered_at = models.DateTimeField("登记时间", db_index=True)
    state = models.CharField("状态", max_length=16, choices=OffsiteState, default=OffsiteState.WAITING)
    qualities = models.JSONField("审核认定", default=list, blank=True)
    reviewer = models.CharField("审核人代码", max_length=64, blank=True)
    reviewer_name = models.CharField("审核人", max_length=64, blank=True)
    reviewed_at = models.DateTimeField("审核时间", null=True, blank=True)
    finding = models.CharField("审核意见", max_length=512, blank=True)
    case = models.ForeignKey(
        Case, verbose_name="案件", on_delete=models.PROTECT, null=True, blank=True, related_name="offsite_records"
    )
    version = models.PositiveIntegerField("版本", default=1)

    scope_fields: ClassVar[Mapping[Reach, str]] = {Reach.UNIT: "unit__path", Reach.PLACE: "unit__place"}

    class Meta:
        verbose_name = "非现场记录"
        verbose_name_plural = "非现场记录"
        ordering: ClassVar = ["-captured_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["device_no", "device_record"], name="a_device_numbers_a_record_once"),
            models.CheckConstraint(
                condition=Q(case__isnull=True) | Q(state="passed"), name="a_case_comes_of_a_reviewed_record"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting") | (Q(reviewed_at__isnull=False) & ~Q(reviewer="")),
                name="a_person_reviewed_the_record",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["unit", "state"], name="offsite_of_unit")]

    def __str__(self) -> str:
        return self.code

    @property
    def device(self) -> Device:
        """What stands behind the device."""
        return Device(
            legal_verified_on=self.legal_verified_on,
            technical_verified_on=self.technical_verified_on,
            location_published_on=self.location_published_on,
        )


class OffsiteTelling(models.Model):
    """
    That the party was told of what a device recorded: when, by whom and how, what, and how it may look and answer.

    Source: 行政处罚法（2021）第四十一条第三款.
    """

    record = models.ForeignKey(
        OffsiteRecord, verbose_name="非现场记录", on_delete=models.PROTECT, related_name="tellings"
    )
    told_at = models.DateTimeField("告知时间")
    means = models.CharField("告知方式", max_length=16, choices=list(MEANS.items()))
    receiver = models.CharField("接收人", max_length=64, blank=True)
    content = models.TextField("告知的内容")
    ways = models.CharField("查询、陈述和申辩的途径", max_length=512)
    teller = models.CharField("告知人代码", max_length=64)
    teller_name = models.CharField("告知人", max_length=64)
    entered_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "非现场记录的告知"
        verbose_name_plural = "非现场记录的告知"
        ordering: ClassVar = ["told_at", "id"]


class Link(models.Model):
    """That two cases belong together, and why."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="links")
    other = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="linked_from")
    why = models.CharField(
        "关系",
        max_length=16,
        choices=[
            ("merged", "合并办理"),
            ("split", "分案"),
            ("measure", "本案的强制措施"),
            ("execution", "本案的强制执行"),
            ("same_act", "同一违法行为"),
            ("related", "关联"),
        ],
    )
    note = models.CharField("说明", max_length=256, blank=True)

    class Meta:
        verbose_name = "关联案件"
        verbose_name_plural = "关联案件"
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "other", "why"], name="linked_once"),
            models.CheckConstraint(condition=~Q(case=F("other")), name="not_linked_with_itself"),
        ]


class HelpKind(models.TextChoices):
    """What others are asked for."""

    REVIEW = "review", "协助审核"
    ADVICE = "advice", "征询意见"


class HelpState(models.TextChoices):
    """How far a request is."""

    ASKED = "asked", "待答复"
    ACCEPTED = "accepted", "已接受"
    ANSWERED = "answered", "已答复"
    DECLINED = "declined", "不接受"
    WITHDRAWN = "withdrawn", "已撤回"


class Help(models.Model):
    """
    A request to somebody outside: to review a case in the place of the agency's own reviewers, or for advice on it.

    A review is asked of all reviewers of the place; ``helper`` is who accepts. Advice is asked of ``helper``. He sees this
    case, and no other, from then on. ``considered`` is what the review says of the advice, in the step ``event``.
    """

    OPEN: ClassVar = (HelpState.ASKED, HelpState.ACCEPTED, HelpState.ANSWERED)
    """States in which the helper sees the case."""

    code = models.CharField("请求编码", max_length=40, unique=True)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="helps")
    kind = models.CharField("类别", max_length=16, choices=HelpKind)
    state = models.CharField("状态", max_length=16, choices=HelpState, default=HelpState.ASKED)
    question = models.TextField("请求事项")
    asked_by = models.CharField("请求人代码", max_length=64)
    asked_at = models.DateTimeField("请求时间")
    helper = models.ForeignKey(
        User, verbose_name="协助人", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    accepted_at = models.DateTimeField("接受时间", null=True, blank=True)
    opinion = models.TextField("意见", blank=True)
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    considered = models.TextField("采纳情况", blank=True)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, null=True, blank=True, related_name="helps")
    version = models.PositiveIntegerField("版本", default=1)

    scope_fields: ClassVar[Mapping[Reach, str]] = {**_OF_CASE, Reach.OWN: "helper_id"}

    class Meta:
        verbose_name = "协助审核和咨询"
        verbose_name_plural = "协助审核和咨询"
        ordering: ClassVar = ["-asked_at", "-id"]
        indexes: ClassVar = [models.Index(fields=["helper", "state"], name="help_by_helper")]


class Referral(models.Model):
    """A case handed over, with its clock in both directions (行刑衔接)."""

    code = models.CharField("移送编码", max_length=40, unique=True)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="referrals")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, null=True, blank=True, related_name="referrals")
    to = models.CharField("移送给", max_length=16, choices=of(REFERRAL_TARGETS))
    recipient = models.CharField("受移送机关", max_length=128)
    report_received_at = models.DateTimeField("接到书面报告", null=True, blank=True)
    decided_at = models.DateTimeField("决定时间", null=True, blank=True)
    approved_at = models.DateTimeField("批准时间", null=True, blank=True)
    transferred_at = models.DateTimeField("移送时间", null=True, blank=True)
    reply = models.CharField("答复", max_length=16, choices=of(REFERRAL_REPLIES), default="none")
    replied_at = models.DateTimeField("答复时间", null=True, blank=True)
    note = models.CharField("说明", max_length=512, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    scope_fields: ClassVar[Mapping[Reach, str]] = _OF_CASE

    class Meta:
        verbose_name = "移送"
        verbose_name_plural = "移送"
        ordering: ClassVar = ["id"]


class NoticeKind(models.TextChoices):
    """As what a case is told to a body of justice."""

    REFERRAL = "referral", "移送"
    COPY = "copy", "抄送移送书"
    FACTS = "facts", "案情通报"
    REVIEW = "review", "提请复议"
    SUPERVISION = "supervision", "建议立案监督"


class Notice(models.Model):
    """
    What of a case was handed or told to a body of justice (``unit``), with the referral that it is about, if one.

    The body sees this and its own results, and nothing else of the case. ``body`` says as what it answers.
    """

    code = models.CharField("通报编码", max_length=40, unique=True)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notices")
    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, null=True, blank=True, related_name="notices")
    kind = models.CharField("类别", max_length=16, choices=NoticeKind)
    body = models.CharField("接收机关类别", max_length=16, choices=of(BODIES))
    unit = models.ForeignKey(Unit, verbose_name="接收机关", on_delete=models.PROTECT, related_name="+")
    content = models.TextField("案情")
    sent_by = models.CharField("通报人代码", max_length=64)
    sent_at = models.DateTimeField("通报时间")
    version = models.PositiveIntegerField("版本", default=1)

    scope_fields: ClassVar[Mapping[Reach, str]] = {Reach.UNIT: "unit__path", Reach.PLACE: "unit__place"}

    class Meta:
        verbose_name = "移送和案情通报"
        verbose_name_plural = "移送和案情通报"
        ordering: ClassVar = ["-sent_at", "-id"]
        indexes: ClassVar = [models.Index(fields=["unit", "-sent_at"], name="notice_by_unit")]


class JusticeResult(models.Model):
    """What the body made of it; ``handled`` is what the agency did then, where something follows."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="results")
    kind = models.CharField("结果", max_length=16)
    on = models.DateField("作出日期")
    document = models.CharField("文书文号", max_length=128, blank=True)
    reason = models.TextField("理由和意见", blank=True)
    recorded_by = models.CharField("登记人代码", max_length=64)
    recorded_at = models.DateTimeField("登记时间")
    handled = models.TextField("处理情况", blank=True)
    handled_by = models.CharField("处理人代码", max_length=64, blank=True)
    handled_at = models.DateTimeField("处理时间", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    scope_fields: ClassVar[Mapping[Reach, str]] = {Reach.UNIT: "notice__unit__path", Reach.PLACE: "notice__unit__place"}

    class Meta:
        verbose_name = "司法机关的处理结果"
        verbose_name_plural = "司法机关的处理结果"
        ordering: ClassVar = ["on", "id"]

    @property
    def means(self) -> Result:
        """What the result means by law."""
        return next(one for one in RESULTS[self.notice.body] if one.code == self.kind)

    @property
    def due_on(self) -> date | None:
        """Until when the agency does what follows: days run from when it was told."""
        return self.means.due_on(localdate(self.recorded_at), self.notice.case.unit.place[:6])

    @property
    def waits(self) -> bool:
        """Whether the agency has still to act on it."""
        return bool(self.means.follow) and self.handled_at is None


class Dossier(models.Model):
    """
    The archived file of a case: one PDF with cover, catalogue, every document in order, and the note at its end.

    ``catalogue`` and ``recordings`` are what stands in it; originals of sound and video stay where they are, by digest.
    """

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="dossier")
    file = models.CharField("文件", max_length=256)
    pages = models.PositiveIntegerField("页数")
    size = models.PositiveBigIntegerField("字节数")
    sha256 = models.CharField("SHA-256", max_length=64)
    sm3 = models.CharField("SM3", max_length=64)
    retention = models.CharField("保管期限", max_length=16)
    kept_until = models.DateField("保管至", null=True, blank=True)
    catalogue = models.JSONField("卷内目录", default=list)
    recordings = models.JSONField("音像清单", default=list)
    lacking = models.JSONField("立卷时缺少的", default=list)
    reason = models.CharField("缺少的说明", max_length=512, blank=True)
    made_by = models.CharField("立卷人代码", max_length=64)
    made_at = models.DateTimeField("立卷时间")

    scope_fields: ClassVar[Mapping[Reach, str]] = _OF_CASE

    class Meta:
        verbose_name = "案卷"
        verbose_name_plural = "案卷"
        ordering: ClassVar = ["-made_at"]
