"""Parties: one key each, merges that can be undone, personal data that can be erased."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from mingjing.contexts.accounts.permissions import Reach
from mingjing.contexts.registry.models import choices


class Party(models.Model):
    """
    A party. ``key_index`` is the blind index of its one key (credit code, identity number, or name and place).

    A merged party keeps its row: ``merged_into`` leads to the one that stands for both.
    """

    code = models.CharField("当事人编码", max_length=32, unique=True, validators=[choices.CODE])
    kind = models.CharField("类别", max_length=24, choices=choices.PARTIES)
    name = models.CharField("名称", max_length=200, db_index=True)
    uscc = models.CharField("统一社会信用代码", max_length=18, blank=True, db_index=True)
    key_index = models.CharField("主键索引", max_length=64)
    identity_sealed = models.CharField("身份号码（密封）", max_length=256, blank=True)
    identity_masked = models.CharField("身份号码", max_length=24, blank=True)
    place = models.CharField("行政区划代码", max_length=12, db_index=True)
    industry = models.CharField("行业代码", max_length=16, blank=True)
    registered_on = models.DateField("成立日期", null=True, blank=True)
    legal_person = models.CharField("法定代表人（负责人）", max_length=64, blank=True)
    address = models.CharField("住所", max_length=256, blank=True)
    mobile = models.CharField("联系电话", max_length=20, blank=True)
    risk = models.CharField("风险等级", max_length=2, choices=choices.RISKS, blank=True)
    risk_reason = models.CharField("定级理由", max_length=256, blank=True)
    contact_point = models.CharField("企业联系点", max_length=64, blank=True)
    merged_into = models.ForeignKey(
        "self", verbose_name="并入", on_delete=models.PROTECT, null=True, blank=True, related_name="merged"
    )
    erased_at = models.DateTimeField("个人信息删除时间", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    scope_fields: ClassVar[Mapping[Reach, str]] = {Reach.PLACE: "place"}

    class Meta:
        verbose_name = "当事人"
        verbose_name_plural = "当事人"
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["key_index"],
                condition=Q(merged_into__isnull=True) & Q(erased_at__isnull=True),
                name="one_live_party_per_key",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")), name="party_not_merged_into_itself"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["kind", "code"], name="party_by_kind"),
            models.Index(fields=["risk", "code"], name="party_by_risk"),
        ]

    def __str__(self) -> str:
        return self.name


class PartyMerge(models.Model):
    """Two parties found to be one, and perhaps found later to be two after all."""

    survivor = models.ForeignKey(Party, verbose_name="保留", on_delete=models.PROTECT, related_name="merges")
    merged = models.ForeignKey(Party, verbose_name="并入", on_delete=models.PROTECT, related_name="merged_by")
    at = models.DateTimeField("合并时间")
    actor = models.CharField("办理人代码", max_length=64)
    actor_name = models.CharField("办理人", max_length=64)
    reason = models.CharField("理由", max_length=256)
    undone_at = models.DateTimeField("撤销合并时间", null=True, blank=True)
    undone_by_name = models.CharField("撤销人", max_length=64, blank=True)
    undone_reason = models.CharField("撤销理由", max_length=256, blank=True)

    class Meta:
        verbose_name = "当事人合并"
        verbose_name_plural = "当事人合并"
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["merged"], condition=Q(undone_at__isnull=True), name="merged_into_one_at_a_time"
            )
        ]
