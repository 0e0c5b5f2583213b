"""Examples: practices and people to follow, cases to be warned by; and to whom they were recommended."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models

from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.accounts.permissions import Reach
from mingjing.domain.registry.examples import KIND_LABELS, STATUS_LABELS


class Example(models.Model):
    """A practice, a person, a warning or a case: handed in by a unit, approved by another, published (TS-22, LC-47, RZ-93, YZ-46)."""

    code = models.CharField("编号", max_length=32, unique=True)
    kind = models.CharField("类别", max_length=16, choices=[(str(code), label) for code, label in KIND_LABELS.items()])
    title = models.CharField("标题", max_length=128)
    text = models.TextField("内容")
    names = models.TextField("发布时隐去的姓名和名称", blank=True)
    case_code = models.CharField("案件编码", max_length=32, blank=True)
    item_code = models.CharField("事项编码", max_length=64, blank=True, db_index=True)
    item_name = models.CharField("事项名称", max_length=256, blank=True)
    """Of a case: the item of the list under which it was handled, as it was called then."""
    unit = models.ForeignKey(Unit, verbose_name="报送单位", on_delete=models.PROTECT, related_name="+")
    status = models.CharField(
        "状态",
        max_length=16,
        choices=[(str(code), label) for code, label in STATUS_LABELS.items()],
        default="draft",
    )
    submitted_by = models.CharField("送审人代码", max_length=64, blank=True)
    submitted_by_name = models.CharField("送审人", max_length=64, blank=True)
    decided_by_name = models.CharField("审核人", max_length=64, blank=True)
    opinion = models.TextField("审核意见", blank=True)
    published_on = models.DateField("发布日期", null=True, blank=True)
    withdrawn_on = models.DateField("撤下日期", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    scope_fields: ClassVar[Mapping[Reach, str]] = {Reach.UNIT: "unit__path", Reach.PLACE: "unit__place"}

    class Meta:
        verbose_name = "典型"
        verbose_name_plural = "典型"
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return self.title


class Recommendation(models.Model):
    """That an example was recommended to a higher body: to whom, when, what came of it (TS-22)."""

    example = models.ForeignKey(Example, verbose_name="典型", on_delete=models.PROTECT, related_name="recommendations")
    addressee = models.CharField("推荐到", max_length=128)
    on = models.DateField("推荐日期")
    result = models.CharField("结果", max_length=256, blank=True)

    class Meta:
        verbose_name = "推荐"
        verbose_name_plural = "推荐"
        ordering: ClassVar = ["on", "id"]
