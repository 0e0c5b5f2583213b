"""Plans, their tasks, who takes part, by when, with which figures, and what was reported."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import Q

from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.accounts.permissions import Reach


class PlanState(models.TextChoices):
    """How far a plan is."""

    DRAFT = "draft", "待核对"
    RUNNING = "running", "执行中"
    CLOSED = "closed", "已结束"


class Plan(models.Model):
    """A plan as it was read from a document, and then corrected by a person."""

    code = models.CharField("编号", max_length=32, unique=True)
    title = models.CharField("标题", max_length=300)
    number = models.CharField("文号", max_length=100, blank=True)
    issuer = models.CharField("印发机关", max_length=200, blank=True)
    issued_on = models.DateField("印发日期", null=True, blank=True)
    place = models.CharField("行政区划代码", max_length=12, db_index=True)
    state = models.CharField("状态", max_length=16, choices=PlanState, default=PlanState.DRAFT)
    source_name = models.CharField("原文件名", max_length=200, blank=True)
    source_file = models.CharField("原文件", max_length=200, blank=True)
    notes = models.JSONField("读取说明", default=list)
    milestones = models.JSONField("节点", default=list)
    replaces = models.ForeignKey(
        "self", verbose_name="取代的版本", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    created_by = models.CharField("导入人", max_length=64)
    created_at = models.DateTimeField("导入时间")
    begun_on = models.DateField("启用日期", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    scope_fields: ClassVar[Mapping[Reach, str]] = {Reach.PLACE: "place"}

    class Meta:
        verbose_name = "方案"
        verbose_name_plural = "方案"
        ordering: ClassVar = ["-created_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="draft") | Q(begun_on__isnull=False), name="a_plan_that_runs_has_begun_on_a_day"
            )
        ]

    def __str__(self) -> str:
        return self.title


class Task(models.Model):
    """
    One task of a plan. ``due_on`` is the last day by which the whole task is due, of those that ``deadlines`` say.

    ``source`` says where a task comes from that no plan's document names (a meeting's decision); ``continues`` is the
    task of the former edition of the plan whose work this one carries on.

    ``uncertain`` holds what the machine was unsure of: ``{field, reason}``, and once a person looked, ``by`` and ``at``.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="tasks")
    position = models.PositiveIntegerField("次序")
    no = models.CharField("序号", max_length=64, blank=True)
    section = models.CharField("所属部分", max_length=500, blank=True)
    title = models.CharField("任务", max_length=500)
    text = models.TextField("内容", blank=True)
    raw = models.TextField("原文分工", blank=True)
    remark = models.TextField("备注", blank=True)
    persons = models.JSONField("责任人", default=list)
    state = models.CharField("状态", max_length=16, default="open")
    state_reason = models.CharField("办结或者取消的说明", max_length=500, blank=True)
    percent = models.PositiveSmallIntegerField("进度（%）", default=0)
    due_on = models.DateField("最后时限", null=True, blank=True, db_index=True)
    long_term = models.BooleanField("长期坚持", default=False)
    uncertain = models.JSONField("存疑", default=list)
    unsettled = models.PositiveSmallIntegerField("未核对的存疑", default=0)
    source = models.CharField("来源", max_length=300, blank=True)
    source_href = models.CharField("来源页面", max_length=200, blank=True)
    continues = models.OneToOneField(
        "self", verbose_name="承接的任务", on_delete=models.PROTECT, null=True, blank=True, related_name="continued_by"
    )
    version = models.PositiveIntegerField("版本", default=1)

    scope_fields: ClassVar[Mapping[Reach, str]] = {Reach.UNIT: "parts__unit__path", Reach.PLACE: "plan__place"}

    class Meta:
        verbose_name = "任务"
        verbose_name_plural = "任务"
        ordering: ClassVar = ["plan_id", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "position"], name="one_task_at_each_position_of_a_plan"),
            models.CheckConstraint(condition=Q(percent__lte=100), name="a_task_is_done_at_a_hundred_percent"),
        ]

    def __str__(self) -> str:
        return f"{self.no} {self.title}".strip()


class Part(models.Model):
    """That a unit takes part in a task: the words of the plan, and the unit for which they stand, where it is known."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="parts")
    position = models.PositiveSmallIntegerField("次序")
    words = models.CharField("原文", max_length=200)
    mode = models.CharField("参与方式", max_length=32)
    unit = models.ForeignKey(
        Unit, verbose_name="单位", on_delete=models.PROTECT, null=True, blank=True, related_name="task_parts"
    )

    class Meta:
        verbose_name = "责任单位"
        verbose_name_plural = "责任单位"
        ordering: ClassVar = ["task_id", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["task", "words", "mode", "unit"], name="a_unit_takes_part_once_in_each_mode"
            )
        ]


class Deadline(models.Model):
    """A deadline of a task: its words, and the day they say, where they say one."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="deadlines")
    position = models.PositiveSmallIntegerField("次序")
    words = models.CharField("原文", max_length=300)
    on = models.DateField("日期", null=True, blank=True)
    long_term = models.BooleanField("长期坚持", default=False)
    recurring = models.BooleanField("周期性", default=False)
    every = models.CharField("周期", max_length=32, blank=True)
    in_text = models.BooleanField("写在正文里", default=False)

    class Meta:
        verbose_name = "时限"
        verbose_name_plural = "时限"
        ordering: ClassVar = ["task_id", "position"]


class Target(models.Model):
    """A figure that a task must reach: its words, number, unit and direction."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="targets")
    position = models.PositiveSmallIntegerField("次序")
    words = models.CharField("原文", max_length=300)
    value = models.CharField("数值", max_length=32)
    unit = models.CharField("计量单位", max_length=32, blank=True)
    direction = models.CharField("方向", max_length=4, blank=True)

    class Meta:
        verbose_name = "量化目标"
        verbose_name_plural = "量化目标"
        ordering: ClassVar = ["task_id", "position"]


class ReportState(models.TextChoices):
    """What became of a report."""

    SUBMITTED = "submitted", "待审核"
    ACCEPTED = "accepted", "已审核"
    RETURNED = "returned", "已退回"


class Report(models.Model):
    """What a unit reports of a task for a period. ``figures`` holds, by target, the number that was reached."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="reports")
    unit = models.ForeignKey(Unit, verbose_name="报送单位", on_delete=models.PROTECT, related_name="task_reports")
    period = models.CharField("报送期", max_length=16)
    words = models.TextField("进展")
    percent = models.PositiveSmallIntegerField("进度（%）")
    figures = models.JSONField("完成数", default=dict)
    state = models.CharField("状态", max_length=16, choices=ReportState, default=ReportState.SUBMITTED)
    submitted_by = models.CharField("报送人", max_length=64)
    submitted_at = models.DateTimeField("报送时间")
    judged_by = models.CharField("审核人", max_length=64, blank=True)
    judged_at = models.DateTimeField("审核时间", null=True, blank=True)
    judgement = models.CharField("审核意见", max_length=500, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    scope_fields: ClassVar[Mapping[Reach, str]] = {Reach.UNIT: "unit__path", Reach.PLACE: "task__plan__place"}

    class Meta:
        verbose_name = "进展报告"
        verbose_name_plural = "进展报告"
        ordering: ClassVar = ["-submitted_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["task", "unit", "period"], name="one_report_of_a_unit_for_each_period"),
            models.CheckConstraint(condition=Q(percent__lte=100), name="a_report_ends_at_a_hundred_percent"),
        ]


class Evidence(models.Model):
    """A file that shows what a report says; its digest is taken when it comes."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="evidence")
    name = models.CharField("文件名", max_length=200)
    file = models.CharField("文件", max_length=200)
    size = models.PositiveBigIntegerField("字节")
    sha256 = models.CharField("SHA-256", max_length=64)
    added_at = models.DateTimeField("上传时间")

    class Meta:
        verbose_name = "佐证材料"
        verbose_name_plural = "佐证材料"
        ordering: ClassVar = ["id"]
