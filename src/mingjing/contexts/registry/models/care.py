"""Care for officers: insurance, confidential help, accountability with exemption and tolerance."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from mingjing.contexts.accounts.permissions import Reach
from mingjing.contexts.registry.models import choices
from mingjing.contexts.registry.models.officers import Officer
from mingjing.domain.registry.care import CareKind, SituationKind

_OF_OFFICER: Mapping[Reach, str] = {
    Reach.OWN: "officer__user_id",
    Reach.UNIT: "officer__unit__path",
    Reach.PLACE: "officer__unit__place",
}


class Insurance(models.Model):
    """An accident or liability insurance of one officer; both days included."""

    officer = models.ForeignKey(Officer, verbose_name="人员", on_delete=models.CASCADE, related_name="insurances")
    kind = models.CharField(
        "险种", max_length=16, choices=[("accident", "人身意外伤害保险"), ("liability", "职业责任保险")]
    )
    insurer = models.CharField("保险机构", max_length=128)
    policy_no = models.CharField("保单号", max_length=64)
    valid_from = models.DateField("保险期起")
    valid_until = models.DateField("保险期止")

    scope_fields: ClassVar[Mapping[Reach, str]] = _OF_OFFICER

    class Meta:
        verbose_name = "保险"
        verbose_name_plural = "保险"
        ordering: ClassVar = ["-valid_until", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["officer", "policy_no"], name="one_entry_per_policy"),
            models.CheckConstraint(
                condition=Q(valid_until__gte=F("valid_from")), name="insurance_ends_after_it_begins"
            ),
        ]


class CareCase(models.Model):
    """Counselling, crisis help or support. What was said is sealed: only the service role opens it."""

    officer = models.ForeignKey(Officer, verbose_name="人员", on_delete=models.CASCADE, related_name="care_cases")
    kind = models.CharField("类别", max_length=16, choices=choices.of(CareKind))
    opened_on = models.DateField("开始日期")
    closed_on = models.DateField("结束日期", null=True, blank=True)
    provider = models.CharField("服务机构", max_length=128)
    text_sealed = models.TextField("内容（密封）", blank=True)

    scope_fields: ClassVar[Mapping[Reach, str]] = _OF_OFFICER

    class Meta:
        verbose_name = "关怀服务"
        verbose_name_plural = "关怀服务"
        ordering: ClassVar = ["-opened_on", "-id"]


class Situation(models.Model):
    """A listed situation of liability, exemption or tolerance, with its procedure."""

    code = models.CharField("编号", max_length=32, unique=True)
    kind = models.CharField("类别", max_length=16, choices=choices.of(SituationKind))
    text = models.TextField("情形")
    procedure = models.TextField("认定程序")
    basis = models.CharField("依据", max_length=256)
    valid_from = models.DateField("施行日期")
    valid_to = models.DateField("停止日期（不含）", null=True, blank=True)

    class Meta:
        verbose_name = "追责免责容错情形"
        verbose_name_plural = "追责免责容错情形"
        ordering: ClassVar = ["kind", "code"]


class Accountability(models.Model):
    """Somebody is called to account: for what, which exemption they claim, how that and the whole was decided."""

    officer = models.ForeignKey(Officer, verbose_name="人员", on_delete=models.PROTECT, related_name="accountabilities")
    liability = models.ForeignKey(Situation, verbose_name="追责情形", on_delete=models.PROTECT, related_name="+")
    opened_on = models.DateField("启动日期")
    facts_text = models.TextField("事实")
    claim = models.ForeignKey(
        Situation, verbose_name="主张的免责容错情形", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    claim_granted = models.BooleanField("情形成立", null=True, blank=True)
    claim_reason = models.TextField("认定理由", blank=True)
    result = models.CharField(
        "处理结果",
        max_length=16,
        blank=True,
        choices=[
            ("none", "不予追责"),
            ("admonish", "告诫"),
            ("criticism", "通报批评"),
            ("training", "离岗培训"),
            ("removal", "调离执法岗位"),
        ],
    )
    result_reason = models.TextField("处理理由", blank=True)
    decided_on = models.DateField("处理日期", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    scope_fields: ClassVar[Mapping[Reach, str]] = _OF_OFFICER

    class Meta:
        verbose_name = "责任追究"
        verbose_name_plural = "责任追究"
        ordering: ClassVar = ["-opened_on", "-id"]


class DisciplineTransfer(models.Model):
    """
    That an accountability went to the discipline inspection, with which materials, and who received them (TS-46).

    Few may know of it: it has permissions of its own, and nothing of it stands on the accountability itself.
    """

    code = models.CharField("编号", max_length=32, unique=True)
    accountability = models.OneToOneField(
        Accountability, verbose_name="责任追究", on_delete=models.PROTECT, related_name="discipline_transfer"
    )
    recipient = models.CharField("受移送机关", max_length=128)
    transferred_on = models.DateField("移送日期")
    brief = models.TextField("移送理由")
    materials = models.JSONField("材料清单", default=list)
    document = models.CharField("移送函编码", max_length=32, blank=True)
    received_on = models.DateField("签收日期", null=True, blank=True)
    receiver = models.CharField("签收人", max_length=64, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    scope_fields: ClassVar[Mapping[Reach, str]] = {
        Reach.UNIT: "accountability__officer__unit__path",
        Reach.PLACE: "accountability__officer__unit__place",
    }

    class Meta:
        verbose_name = "移送纪检监察"
        verbose_name_plural = "移送纪检监察"
        ordering: ClassVar = ["-transferred_on", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(received_on__isnull=True) | Q(received_on__gte=F("transferred_on")),
                name="a_transfer_is_received_after_it_was_made",
            )
        ]
