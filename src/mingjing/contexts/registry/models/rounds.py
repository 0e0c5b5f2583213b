"""Review rounds and their rows."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models

from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.accounts.permissions import Reach
from mingjing.contexts.registry.models import choices
from mingjing.domain.registry.rounds import Outcome, RoundKind


class ReviewRound(models.Model):
    """A clean-up of a place: who is gone through, until when, on which ground."""

    code = models.CharField("编号", max_length=32, unique=True, validators=[choices.CODE])
    title = models.CharField("名称", max_length=128)
    kind = models.CharField("类别", max_length=16, choices=choices.of(RoundKind))
    unit = models.ForeignKey(Unit, verbose_name="组织单位", on_delete=models.PROTECT, related_name="review_rounds")
    place = models.CharField("行政区划代码", max_length=12)
    ground = models.CharField("事由", max_length=256)
    opened_on = models.DateField("开始日期")
    due_on = models.DateField("完成期限")
    closed_on = models.DateField("结束日期", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    scope_fields: ClassVar[Mapping[Reach, str]] = {Reach.UNIT: "unit__path", Reach.PLACE: "place"}

    class Meta:
        verbose_name = "清理轮次"
        verbose_name_plural = "清理轮次"
        ordering: ClassVar = ["-opened_on", "-id"]

    def __str__(self) -> str:
        return self.title


class ReviewRow(models.Model):
    """One subject or person under review: what stood in the register then, what was found, what was decided."""

    round = models.ForeignKey(ReviewRound, verbose_name="轮次", on_delete=models.CASCADE, related_name="rows")
    code = models.CharField("编码", max_length=32)
    name = models.CharField("名称", max_length=128)
    unit_name = models.CharField("所属单位", max_length=128)
    unit_path = models.CharField("单位路径", max_length=512, db_index=True)
    findings = models.TextField("发现的问题", blank=True)
    outcome = models.CharField("结论", max_length=16, choices=choices.of(Outcome), default=Outcome.OPEN)
    reason = models.CharField("理由", max_length=256, blank=True)
    decided_by_name = models.CharField("办理人", max_length=64, blank=True)
    decided_on = models.DateField("办理日期", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    scope_fields: ClassVar[Mapping[Reach, str]] = {Reach.UNIT: "unit_path", Reach.PLACE: "round__place"}

    class Meta:
        verbose_name = "清理明细"
        verbose_name_plural = "清理明细"
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["round", "code"], name="one_row_per_round_and_code")]
