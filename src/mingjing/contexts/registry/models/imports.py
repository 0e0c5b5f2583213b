"""Imports with their bad rows, and comparisons with another system's export."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models

from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.accounts.permissions import Reach


class ImportRun(models.Model):
    """A workbook that was handed in: read, judged row by row, and written only when somebody says so."""

    register = models.CharField("台账", max_length=32)
    file_name = models.CharField("文件名", max_length=255)
    file = models.FileField("文件", upload_to="registry/imports/%Y/%m/")
    bad_file = models.FileField("退回修改的行", upload_to="registry/imports/%Y/%m/", blank=True)
    unit = models.ForeignKey(Unit, verbose_name="单位", on_delete=models.PROTECT, null=True, related_name="+")
    actor = models.CharField("导入人代码", max_length=64)
    actor_name = models.CharField("导入人", max_length=64)
    user_id = models.IntegerField("导入账号")
    started_at = models.DateTimeField("上传时间")
    status = models.CharField(
        "状态",
        max_length=16,
        choices=[
            ("reading", "读取中"),
            ("read", "已核对，待确认"),
            ("writing", "写入中"),
            ("written", "已写入"),
            ("cancelled", "已取消"),
            ("failed", "失败"),
        ],
        default="reading",
    )
    rows = models.PositiveIntegerField("总行数", default=0)
    good = models.PositiveIntegerField("可写入行数", default=0)
    bad = models.PositiveIntegerField("有问题行数", default=0)
    written = models.PositiveIntegerField("已写入行数", default=0)
    problems = models.JSONField("问题", default=list, blank=True)
    message = models.TextField("说明", blank=True)
    job = models.CharField("后台任务", max_length=64, blank=True)
    slips = models.BinaryField("初始密码（密封）", null=True, editable=False)
    slips_until = models.DateTimeField("初始密码保留到", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    scope_fields: ClassVar[Mapping[Reach, str]] = {
        Reach.OWN: "user_id",
        Reach.UNIT: "unit__path",
        Reach.PLACE: "unit__place",
    }

    class Meta:
        verbose_name = "导入"
        verbose_name_plural = "导入"
        ordering: ClassVar = ["-id"]


class DifferenceReport(models.Model):
    """A register compared with an export of another system (the provincial platform)."""

    register = models.CharField("台账", max_length=32)
    source = models.CharField("比对来源", max_length=128)
    unit = models.ForeignKey(Unit, verbose_name="单位", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField("比对时间")
    actor_name = models.CharField("比对人", max_length=64)
    rows_here = models.PositiveIntegerField("本平台行数", default=0)
    rows_there = models.PositiveIntegerField("对方行数", default=0)
    equal = models.PositiveIntegerField("一致行数", default=0)

    scope_fields: ClassVar[Mapping[Reach, str]] = {Reach.UNIT: "unit__path", Reach.PLACE: "unit__place"}

    class Meta:
        verbose_name = "差异比对"
        verbose_name_plural = "差异比对"
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return self.source


class Difference(models.Model):
    """One difference, and how it was resolved."""

    report = models.ForeignKey(
        DifferenceReport, verbose_name="比对", on_delete=models.CASCADE, related_name="differences"
    )
    kind = models.CharField(
        "差异", max_length=16, choices=[("there", "仅对方有"), ("here", "仅本平台有"), ("field", "内容不同")]
    )
    code = models.CharField("编码", max_length=64)
    name = models.CharField("名称", max_length=200, blank=True)
    field = models.CharField("字段", max_length=64, blank=True)
    label = models.CharField("项目", max_length=64, blank=True)
    here = models.TextField("本平台", blank=True)
    there = models.TextField("对方", blank=True)
    status = models.CharField(
        "处理",
        max_length=16,
        choices=[("open", "待处理"), ("taken", "采用对方"), ("kept", "保留本平台"), ("noted", "已通知对方更正")],
        default="open",
    )
    reason = models.CharField("理由", max_length=256, blank=True)
    decided_by_name = models.CharField("处理人", max_length=64, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    scope_fields: ClassVar[Mapping[Reach, str]] = {Reach.UNIT: "report__unit__path", Reach.PLACE: "report__unit__place"}

    class Meta:
        verbose_name = "差异"
        verbose_name_plural = "差异"
        ordering: ClassVar = ["id"]
