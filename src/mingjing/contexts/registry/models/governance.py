"""Who leads and consults: task forces, leading groups, consultation mechanisms; services that towns offer."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models

from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.accounts.permissions import Reach
from mingjing.contexts.registry.models import choices


class Body(models.Model):
    """A task force, leading group or consultation mechanism with its office and members."""

    code = models.CharField("编号", max_length=32, unique=True, validators=[choices.CODE])
    name = models.CharField("名称", max_length=128)
    kind = models.CharField(
        "类别",
        max_length=16,
        choices=[
            ("task_force", "工作专班"),
            ("leading_group", "领导小组"),
            ("consultation", "会商机制"),
            ("joint", "联席会议"),
        ],
    )
    head = models.CharField("组长（召集人）", max_length=64)
    office = models.ForeignKey(Unit, verbose_name="办公室设在", on_delete=models.PROTECT, related_name="+")
    duties = models.TextField("职责", blank=True)
    formed_on = models.DateField("成立日期")
    ended_on = models.DateField("撤销日期", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    scope_fields: ClassVar[Mapping[Reach, str]] = {Reach.UNIT: "office__path", Reach.PLACE: "office__place"}

    class Meta:
        verbose_name = "议事协调机构"
        verbose_name_plural = "议事协调机构"
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.name


class BodyMember(models.Model):
    """A unit that belongs to a body, and who speaks for it."""

    body = models.ForeignKey(Body, verbose_name="机构", on_delete=models.CASCADE, related_name="members")
    unit = models.ForeignKey(Unit, verbose_name="成员单位", on_delete=models.PROTECT, related_name="+")
    part = models.CharField(
        "身份", max_length=16, choices=[("lead", "牵头单位"), ("deputy", "副组长单位"), ("member", "成员单位")]
    )
    person = models.CharField("成员", max_length=64, blank=True)

    class Meta:
        verbose_name = "成员"
        verbose_name_plural = "成员"
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["body", "unit"], name="unit_once_in_a_body")]


class Service(models.Model):
    """One of the legal services (TS-52) that a town offers: where, by whom, how often it was used."""

    unit = models.ForeignKey(Unit, verbose_name="镇街", on_delete=models.PROTECT, related_name="legal_services")
    kind = models.CharField(
        "服务",
        max_length=24,
        choices=[
            ("notary", "公证"),
            ("arbitration", "仲裁"),
            ("legal_aid", "法律援助"),
            ("reconsideration", "行政复议"),
            ("oversight", "执法监督"),
            ("mediation", "人民调解"),
        ],
    )
    where = models.CharField("地点", max_length=128)
    person = models.CharField("服务人员", max_length=64)
    handled = models.PositiveIntegerField("已办件数", default=0)

    scope_fields: ClassVar[Mapping[Reach, str]] = {Reach.UNIT: "unit__path", Reach.PLACE: "unit__place"}

    class Meta:
        verbose_name = "法律服务"
        verbose_name_plural = "法律服务"
        ordering: ClassVar = ["unit_id", "kind"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["unit", "kind"], name="one_service_per_town_and_kind")]
