"""Enforcement subjects, their powers, and each step of their confirmation."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.accounts.permissions import Reach
from mingjing.contexts.registry.models import choices
from mingjing.domain.registry.agencies import AgencyKind, AgencyStatus
from mingjing.facts.schema import MATTER_KINDS


class Agency(models.Model):
    """
    What a unit may lawfully do: its title to enforce, the basis, and where its confirmation stands.

    ``principal`` is the subject in whose name it acts (entrusted organisation, squad), ``successor`` the one that took
    over at a reform.
    """

    unit = models.OneToOneField(Unit, verbose_name="单位", on_delete=models.PROTECT, related_name="agency")
    code = models.CharField("主体编码", max_length=32, unique=True, validators=[choices.CODE])
    name = models.CharField("主体名称", max_length=128)
    uscc = models.CharField("统一社会信用代码", max_length=18, blank=True)
    kind = models.CharField("主体性质", max_length=16, choices=choices.of(AgencyKind))
    level = models.CharField("层级", max_length=16, choices=choices.LEVELS, default="county")
    field = models.CharField("执法领域", max_length=32, choices=choices.FIELDS)
    principal = models.ForeignKey(
        "self",
        verbose_name="以其名义执法的机关",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="agents",
    )
    legal_basis = models.TextField("法定依据", blank=True)
    duties = models.TextField("主要职责", blank=True)
    head = models.CharField("主要负责人", max_length=64, blank=True)
    address = models.CharField("地址", max_length=256, blank=True)
    phone = models.CharField("公开电话", max_length=32, blank=True)
    review_section = models.CharField("法制审核机构", max_length=64, blank=True)
    law_section = models.CharField("依法行政工作机构", max_length=64, blank=True)
    law_contact = models.CharField("依法行政联系人", max_length=64, blank=True)
    status = models.CharField("状态", max_length=16, choices=choices.of(AgencyStatus), default=AgencyStatus.DRAFT)
    confirmed_on = models.DateField("确认日期", null=True, blank=True)
    announced_on = models.DateField("公告日期", null=True, blank=True)
    announcement = models.CharField("公告文号", max_length=128, blank=True)
    suspended_from = models.DateField("暂停起始日", null=True, blank=True)
    suspended_until = models.DateField("暂停截止日", null=True, blank=True)
    ended_on = models.DateField("终止日期", null=True, blank=True)
    successor = models.ForeignKey(
        "self", verbose_name="承接机关", on_delete=models.PROTECT, null=True, blank=True, related_name="predecessors"
    )
    is_published = models.BooleanField("对外公示", default=False)
    version = models.PositiveIntegerField("版本", default=1)

    scope_fields: ClassVar[Mapping[Reach, str]] = {Reach.UNIT: "unit__path", Reach.PLACE: "unit__place"}

    class Meta:
        verbose_name = "执法主体"
        verbose_name_plural = "执法主体"
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(status__in=["withdrawn", "merged"]) | Q(ended_on__isnull=False), name="agency_end_is_dated"
            ),
            models.CheckConstraint(
                condition=~Q(status="announced") | Q(announced_on__isnull=False), name="announced_agency_is_dated"
            ),
            models.CheckConstraint(
                condition=~Q(is_published=True) | Q(announced_on__isnull=False), name="published_agency_is_announced"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AgencyPower(models.Model):
    """A power of a subject over an item, from a day and until a day; items are known by their code."""

    agency = models.ForeignKey(Agency, verbose_name="执法主体", on_delete=models.PROTECT, related_name="powers")
    item = models.CharField("事项编码", max_length=64, db_index=True)
    item_name = models.CharField("事项名称", max_length=256)
    kind = models.CharField("事项类型", max_length=32, choices=choices.of(MATTER_KINDS), default="penalty")
    basis = models.TextField("依据")
    valid_from = models.DateField("起始日期")
    valid_to = models.DateField("终止日期（不含）", null=True, blank=True)
    status = models.CharField(
        "状态",
        max_length=16,
        choices=[("proposed", "待批准"), ("approved", "已批准"), ("refused", "未批准"), ("withdrawn", "已取消")],
        default="proposed",
    )
    version = models.PositiveIntegerField("版本", default=1)

    scope_fields: ClassVar[Mapping[Reach, str]] = {Reach.UNIT: "agency__unit__path", Reach.PLACE: "agency__unit__place"}

    class Meta:
        verbose_name = "执法权限"
        verbose_name_plural = "执法权限"
        ordering: ClassVar = ["agency_id", "item", "valid_from"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agency", "item", "valid_from"], name="one_power_per_item_and_day"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name="power_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return self.item_name


class AgencyStep(models.Model):
    """A step of the confirmation, or of the end, of a subject: what, when, by whom, by which document."""

    agency = models.ForeignKey(Agency, verbose_name="执法主体", on_delete=models.CASCADE, related_name="steps")
    step = models.CharField("步骤", max_length=32)
    on = models.DateField("日期")
    actor = models.CharField("办理人代码", max_length=64)
    actor_name = models.CharField("办理人", max_length=64)
    document = models.CharField("文号", max_length=128, blank=True)
    opinion = models.TextField("意见", blank=True)
    status = models.CharField("办理后状态", max_length=16, choices=choices.of(AgencyStatus))

    class Meta:
        verbose_name = "主体办理记录"
        verbose_name_plural = "主体办理记录"
        ordering: ClassVar = ["id"]
