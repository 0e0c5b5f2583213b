"""Social roles and what was done in them."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from mingjing.contexts.accounts.models import Unit, User
from mingjing.contexts.accounts.permissions import Reach
from mingjing.contexts.registry.models import choices
from mingjing.domain.registry.supervisors import ActivityKind, SocialKind


class Supervisor(models.Model):
    """Somebody from outside who takes part in supervision, for a term (both days included)."""

    code = models.CharField("编号", max_length=32, unique=True, validators=[choices.CODE])
    name = models.CharField("姓名", max_length=64, db_index=True)
    kind = models.CharField("角色", max_length=24, choices=choices.of(SocialKind))
    unit = models.ForeignKey(Unit, verbose_name="聘任单位", on_delete=models.PROTECT, related_name="supervisors")
    user = models.OneToOneField(
        User, verbose_name="平台账号", on_delete=models.SET_NULL, null=True, blank=True, related_name="supervisor"
    )
    employer = models.CharField("工作单位", max_length=128, blank=True)
    fields = models.CharField("监督领域", max_length=256, blank=True)
    mobile = models.CharField("手机", max_length=20, blank=True)
    certificate_no = models.CharField("证件编号", max_length=32, blank=True)
    letter_no = models.CharField("聘书编号", max_length=32, blank=True)
    term_from = models.DateField("任期起")
    term_until = models.DateField("任期止", db_index=True)
    dismissed_on = models.DateField("解聘日期", null=True, blank=True)
    evaluation = models.CharField("最近年度评价", max_length=256, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    scope_fields: ClassVar[Mapping[Reach, str]] = {
        Reach.OWN: "user_id",
        Reach.UNIT: "unit__path",
        Reach.PLACE: "unit__place",
    }

    class Meta:
        verbose_name = "社会监督人员"
        verbose_name_plural = "社会监督人员"
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(term_until__gte=F("term_from")), name="term_ends_after_it_begins")
        ]

    def __str__(self) -> str:
        return self.name


class Activity(models.Model):
    """What a supervisor did: by which channel, where, what was seen."""

    supervisor = models.ForeignKey(
        Supervisor, verbose_name="监督人员", on_delete=models.PROTECT, related_name="activities"
    )
    on = models.DateField("日期")
    kind = models.CharField("方式", max_length=16, choices=choices.of(ActivityKind))
    agency = models.ForeignKey(
        "registry.Agency", verbose_name="被监督单位", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    inspection = models.CharField("检查编号", max_length=64, blank=True)
    text = models.TextField("情况")
    opinion = models.TextField("意见建议", blank=True)

    scope_fields: ClassVar[Mapping[Reach, str]] = {
        Reach.OWN: "supervisor__user_id",
        Reach.UNIT: "supervisor__unit__path",
        Reach.PLACE: "supervisor__unit__place",
    }

    class Meta:
        verbose_name = "监督活动"
        verbose_name_plural = "监督活动"
        ordering: ClassVar = ["-on", "-id"]
