"""Officers, auxiliaries and reviewers; exams, credentials and what was done with them; transfers and appraisals."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from mingjing.contexts.accounts.models import Unit, User
from mingjing.contexts.accounts.permissions import Reach
from mingjing.contexts.registry.models import choices
from mingjing.domain.registry.credentials import Category, CredentialAct, CredentialStatus, Employment

_OF_OFFICER: Mapping[Reach, str] = {
    Reach.OWN: "officer__user_id",
    Reach.UNIT: "officer__unit__path",
    Reach.PLACE: "officer__unit__place",
}


class Officer(models.Model):
    """
    A person who enforces, assists or reviews.

    The identity number is kept sealed and as a blind index, for pages only masked (``registry.personal``).
    """

    code = models.CharField("人员编码", max_length=32, unique=True, validators=[choices.CODE])
    name = models.CharField("姓名", max_length=64, db_index=True)
    gender = models.CharField("性别", max_length=8, blank=True, choices=[("male", "男"), ("female", "女")])
    birth_year = models.PositiveSmallIntegerField("出生年份", null=True, blank=True)
    unit = models.ForeignKey(Unit, verbose_name="所属单位", on_delete=models.PROTECT, related_name="officers")
    user = models.OneToOneField(
        User, verbose_name="平台账号", on_delete=models.SET_NULL, null=True, blank=True, related_name="officer"
    )
    category = models.CharField("人员类别", max_length=16, choices=choices.of(Category), default=Category.OFFICER)
    employment = models.CharField("用工性质", max_length=16, choices=choices.of(Employment))
    position = models.CharField("职务", max_length=64, blank=True)
    rank = models.CharField("职级", max_length=64, blank=True)
    mobile = models.CharField("手机", max_length=20, blank=True)
    identity_index = models.CharField("身份号码索引", max_length=64, blank=True, db_index=True)
    identity_sealed = models.CharField("身份号码（密封）", max_length=256, blank=True)
    identity_masked = models.CharField("身份号码", max_length=24, blank=True)
    is_front_line = models.BooleanField("一线执法", default=False)
    joined_on = models.DateField("到岗日期", null=True, blank=True)
    left_on = models.DateField("离岗日期", null=True, blank=True)
    exam_passed_on = models.DateField("资格考试合格日期", null=True, blank=True)
    qualification_withdrawn_on = models.DateField("资格取消日期", null=True, blank=True)
    legal_qualification_no = models.CharField("法律职业资格证号", max_length=32, blank=True)
    legal_qualification_on = models.DateField("法律职业资格取得日期", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    scope_fields: ClassVar[Mapping[Reach, str]] = {
        Reach.OWN: "user_id",
        Reach.UNIT: "unit__path",
        Reach.PLACE: "unit__place",
    }

    class Meta:
        verbose_name = "执法人员"
        verbose_name_plural = "执法人员"
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["identity_index"],
                condition=~Q(identity_index="") & Q(left_on__isnull=True),
                name="one_active_officer_per_person",
            ),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(joined_on__isnull=True) | Q(left_on__gte=F("joined_on")),
                name="officer_leaves_after_joining",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["category", "code"], name="officer_by_category")]

    def __str__(self) -> str:
        return self.name


class Role(models.Model):
    """What a person is charged with, from a day until a day (included), as the facts standard has it."""

    officer = models.ForeignKey(Officer, verbose_name="人员", on_delete=models.CASCADE, related_name="roles")
    role = models.CharField(
        "任职",
        max_length=16,
        choices=[
            ("officer", "执法人员"),
            ("auxiliary", "辅助人员"),
            ("legal_reviewer", "法制审核人员"),
            ("supervisor", "监督人员"),
            ("hearing_chair", "听证主持人"),
        ],
    )
    valid_from = models.DateField("任职开始")
    valid_until = models.DateField("任职结束（含）", null=True, blank=True)
    certificate_no = models.CharField("资格证件编号", max_length=32, blank=True)

    scope_fields: ClassVar[Mapping[Reach, str]] = _OF_OFFICER

    class Meta:
        verbose_name = "任职"
        verbose_name_plural = "任职"
        ordering: ClassVar = ["valid_from", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["officer", "role", "valid_from"], name="one_role_per_day"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="role_ends_after_it_begins",
            ),
        ]


class AuxiliaryTerms(models.Model):
    """The five points that must be clear of an auxiliary (RZ-83), and who commands."""

    officer = models.OneToOneField(Officer, verbose_name="人员", on_delete=models.CASCADE, related_name="terms")
    post = models.CharField("适用岗位", max_length=128)
    duties = models.TextField("职责权限")
    rights = models.TextField("权利义务")
    conditions = models.TextField("聘用条件")
    procedure = models.TextField("聘用程序")
    commander = models.ForeignKey(
        Officer, verbose_name="指挥人员", on_delete=models.PROTECT, null=True, blank=True, related_name="commands"
    )

    scope_fields: ClassVar[Mapping[Reach, str]] = _OF_OFFICER

    class Meta:
        verbose_name = "辅助人员管理事项"
        verbose_name_plural = "辅助人员管理事项"


class Exam(models.Model):
    """A qualification exam of one person and how it went."""

    officer = models.ForeignKey(Officer, verbose_name="人员", on_delete=models.CASCADE, related_name="exams")
    held_on = models.DateField("考试日期")
    kind = models.CharField(
        "考试类别",
        max_length=32,
        choices=[("public", "公共法律知识"), ("professional", "专业法律知识"), ("both", "综合")],
        default="both",
    )
    score = models.DecimalField("成绩", max_digits=5, decimal_places=1, null=True, blank=True)
    passed = models.BooleanField("合格")
    paper = models.CharField("成绩单编号", max_length=64, blank=True)

    scope_fields: ClassVar[Mapping[Reach, str]] = _OF_OFFICER

    class Meta:
        verbose_name = "资格考试"
        verbose_name_plural = "资格考试"
        ordering: ClassVar = ["held_on", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["officer", "held_on", "kind"], name="one_exam_per_day_and_kind")
        ]


class Credential(models.Model):
    """
    A credential (执法证件). Both days of its term are included.

    ``token`` is the unguessable part of the public address that the code on the card leads to.
    """

    number = models.CharField("证件编号", max_length=32, unique=True, validators=[choices.CODE])
    officer = models.ForeignKey(Officer, verbose_name="持证人", on_delete=models.PROTECT, related_name="credentials")
    kind = models.CharField("证件种类", max_length=32, default="行政执法证")
    issuer = models.CharField("发证机关", max_length=64, default="省人民政府")
    category = models.CharField("执法类别", max_length=128)
    area = models.CharField("执法区域", max_length=128)
    issued_on = models.DateField("发证日期")
    valid_from = models.DateField("有效期起")
    valid_until = models.DateField("有效期止")
    verified_on = models.DateField("最近审验日期", db_index=True)
    status = models.CharField("状态", max_length=16, choices=choices.of(CredentialStatus), default="valid")
    suspended_from = models.DateField("暂扣起始日", null=True, blank=True)
    suspended_until = models.DateField("暂扣截止日", null=True, blank=True)
    ended_on = models.DateField("失效日期", null=True, blank=True)
    token = models.CharField("核验码", max_length=43, unique=True)
    version = models.PositiveIntegerField("版本", default=1)

    scope_fields: ClassVar[Mapping[Reach, str]] = _OF_OFFICER

    class Meta:
        verbose_name = "执法证件"
        verbose_name_plural = "执法证件"
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(valid_until__gte=F("valid_from")), name="credential_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["valid", "suspended"]) | Q(ended_on__isnull=False),
                name="credential_end_is_dated",
            ),
            models.CheckConstraint(
                condition=~Q(status="suspended") | Q(suspended_from__isnull=False),
                name="credential_suspension_is_dated",
            ),
            models.UniqueConstraint(
                fields=["officer"],
                condition=Q(status__in=["valid", "suspended"]),
                name="one_live_credential_per_officer",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["status", "valid_until"], name="credential_by_end")]

    def __str__(self) -> str:
        return self.number


class CredentialRequest(models.Model):
    """An act on a credential on its way: asked for, then approved or refused. Decided ones are its history."""

    officer = models.ForeignKey(Officer, verbose_name="人员", on_delete=models.PROTECT, related_name="requests")
    credential = models.ForeignKey(
        Credential, verbose_name="证件", on_delete=models.PROTECT, null=True, blank=True, related_name="requests"
    )
    act = models.CharField("事项", max_length=16, choices=choices.of(CredentialAct))
    status = models.CharField(
        "状态",
        max_length=16,
        choices=[("pending", "待审批"), ("approved", "已批准"), ("refused", "未批准"), ("withdrawn", "已撤回")],
        default="pending",
        db_index=True,
    )
    reason = models.TextField("理由")
    document = models.CharField("决定文号", max_length=128, blank=True)
    details = models.JSONField("内容", default=dict, blank=True)
    effective_on = models.DateField("生效日期")
    asked_by = models.CharField("申请人代码", max_length=64)
    asked_by_name = models.CharField("申请人", max_length=64)
    asked_at = models.DateTimeField("申请时间")
    decided_by = models.CharField("审批人代码", max_length=64, blank=True)
    decided_by_name = models.CharField("审批人", max_length=64, blank=True)
    decided_at = models.DateTimeField("审批时间", null=True, blank=True)
    opinion = models.TextField("审批意见", blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    scope_fields: ClassVar[Mapping[Reach, str]] = _OF_OFFICER

    class Meta:
        verbose_name = "证件办理"
        verbose_name_plural = "证件办理"
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["officer", "act"], condition=Q(status="pending"), name="one_pending_request_per_act"
            )
        ]


class Transfer(models.Model):
    """A person moved from one unit to another."""

    officer = models.ForeignKey(Officer, verbose_name="人员", on_delete=models.CASCADE, related_name="transfers")
    from_unit = models.ForeignKey(Unit, verbose_name="调出单位", on_delete=models.PROTECT, related_name="+")
    to_unit = models.ForeignKey(Unit, verbose_name="调入单位", on_delete=models.PROTECT, related_name="+")
    on = models.DateField("调动日期")
    reason = models.CharField("事由", max_length=256)

    scope_fields: ClassVar[Mapping[Reach, str]] = _OF_OFFICER

    class Meta:
        verbose_name = "调动"
        verbose_name_plural = "调动"
        ordering: ClassVar = ["on", "id"]


class OfficerEvent(models.Model):
    """An event of daily management: praise, reminder, leave, discipline."""

    officer = models.ForeignKey(Officer, verbose_name="人员", on_delete=models.CASCADE, related_name="events")
    on = models.DateField("日期")
    until = models.DateField("至（含）", null=True, blank=True)
    kind = models.CharField(
        "类别",
        max_length=16,
        choices=[
            ("praise", "表扬奖励"),
            ("training", "培训学时"),
            ("reminder", "提醒谈话"),
            ("criticism", "通报批评"),
            ("leave", "休假离岗"),
            ("dress", "着装标识"),
            ("discipline", "处分处理"),
        ],
    )
    text = models.TextField("内容")
    amount = models.DecimalField("数量（学时、天数）", max_digits=6, decimal_places=1, null=True, blank=True)

    scope_fields: ClassVar[Mapping[Reach, str]] = _OF_OFFICER

    class Meta:
        verbose_name = "日常管理记录"
        verbose_name_plural = "日常管理记录"
        ordering: ClassVar = ["on", "id"]


class Appraisal(models.Model):
    """The yearly appraisal of one person: what the platform knew when it was opened, and what people decided."""

    officer = models.ForeignKey(Officer, verbose_name="人员", on_delete=models.CASCADE, related_name="appraisals")
    year = models.PositiveSmallIntegerField("年度")
    figures = models.JSONField("预填数据", default=dict, blank=True)
    result = models.CharField(
        "考核结果",
        max_length=16,
        choices=[("excellent", "优秀"), ("competent", "称职"), ("basic", "基本称职"), ("failed", "不称职")],
    )
    opinion = models.TextField("评语")
    decided_by = models.CharField("评定人代码", max_length=64)
    decided_by_name = models.CharField("评定人", max_length=64)
    decided_at = models.DateTimeField("评定时间")
    version = models.PositiveIntegerField("版本", default=1)

    scope_fields: ClassVar[Mapping[Reach, str]] = _OF_OFFICER

    class Meta:
        verbose_name = "年度考核"
        verbose_name_plural = "年度考核"
        ordering: ClassVar = ["-year", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["officer", "year"], name="one_appraisal_per_officer_and_year")
        ]
