"""The work on a task: how units break it down, what shows that it was done, what it waits for; and the files of a year."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from mingjing.contexts.accounts.models import Unit, User
from mingjing.contexts.accounts.permissions import Reach
from mingjing.contexts.plans.models.plans import Target, Task
from mingjing.domain.plans.ledger import LinkKind


class SubTaskState(models.TextChoices):
    """How far a sub-task is."""

    DRAFT = "draft", "待提交"
    RUNNING = "running", "执行中"
    DONE = "done", "已完成"
    DROPPED = "dropped", "已取消"


class SubTask(models.Model):
    """
    A measure into which a unit breaks its part of a task: how much of what, by when, which section, which person.

    ``goal`` counts in ``goal_unit`` (a product such as 一份制度 is one 份). ``owner`` is the person's account, if any.
    """

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="sub_tasks")
    unit = models.ForeignKey(Unit, verbose_name="单位", on_delete=models.PROTECT, related_name="sub_tasks")
    title = models.CharField("措施", max_length=300)
    goal = models.DecimalField("目标数", max_digits=14, decimal_places=2, null=True, blank=True)
    goal_unit = models.CharField("计量单位", max_length=32, blank=True)
    reached = models.DecimalField("完成数", max_digits=14, decimal_places=2, default=0)
    due_on = models.DateField("完成时间", null=True, blank=True, db_index=True)
    section = models.CharField("责任科室", max_length=100, blank=True)
    person = models.CharField("责任人", max_length=64, blank=True)
    owner = models.ForeignKey(
        User, verbose_name="责任人账号", on_delete=models.PROTECT, null=True, blank=True, related_name="sub_tasks"
    )
    state = models.CharField("状态", max_length=16, choices=SubTaskState, default=SubTaskState.DRAFT)
    done_on = models.DateField("完成日期", null=True, blank=True)
    words = models.CharField("进展", max_length=500, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    scope_fields: ClassVar[Mapping[Reach, str]] = {
        Reach.OWN: "owner_id",
        Reach.UNIT: "unit__path",
        Reach.PLACE: "task__plan__place",
    }

    class Meta:
        verbose_name = "分解任务"
        verbose_name_plural = "分解任务"
        ordering: ClassVar = ["task_id", "unit_id", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="draft")
                | Q(state="dropped")
                | (Q(goal__isnull=False, due_on__isnull=False) & ~Q(section="") & ~Q(person="")),
                name="a_sub_task_in_force_says_how_much_when_and_who",
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(done_on__isnull=False), name="a_sub_task_was_done_on_a_day"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class MaterialState(models.TextChoices):
    """What became of a file that shows that a task was done."""

    SUBMITTED = "submitted", "待确认"
    ACCEPTED = "accepted", "已确认"
    RETURNED = "returned", "已退回"


class Material(models.Model):
    """A file that shows what a unit did for a task (of a year, where the task lasts): 佐证材料 outside a report."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="materials")
    sub_task = models.ForeignKey(SubTask, on_delete=models.SET_NULL, null=True, blank=True, related_name="materials")
    unit = models.ForeignKey(Unit, verbose_name="单位", on_delete=models.PROTECT, related_name="task_materials")
    year = models.PositiveSmallIntegerField("所属年度")
    words = models.CharField("说明", max_length=300, blank=True)
    name = models.CharField("文件名", max_length=200)
    file = models.CharField("文件", max_length=200)
    size = models.PositiveBigIntegerField("字节")
    sha256 = models.CharField("SHA-256", max_length=64)
    added_by = models.CharField("上传人", max_length=64)
    added_name = models.CharField("上传人姓名", max_length=64)
    added_at = models.DateTimeField("上传时间")
    state = models.CharField("状态", max_length=16, choices=MaterialState, default=MaterialState.SUBMITTED)
    judged_name = models.CharField("确认人", max_length=64, blank=True)
    judged_at = models.DateTimeField("确认时间", null=True, blank=True)
    judgement = models.CharField("确认意见", max_length=300, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    scope_fields: ClassVar[Mapping[Reach, str]] = {Reach.UNIT: "unit__path", Reach.PLACE: "task__plan__place"}

    class Meta:
        verbose_name = "佐证材料"
        verbose_name_plural = "佐证材料"
        ordering: ClassVar = ["-added_at", "-id"]


class TaskLink(models.Model):
    """That a task cannot begin before another is done (needs), or that two belong together and share materials."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="links")
    other = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="linked_from")
    kind = models.CharField("关系", max_length=16, choices=[(one.value, one.label) for one in LinkKind])
    words = models.CharField("说明", max_length=300, blank=True)
    added_by = models.CharField("登记人", max_length=64)
    added_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "任务关系"
        verbose_name_plural = "任务关系"
        ordering: ClassVar = ["task_id", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["task", "other", "kind"], name="two_tasks_are_linked_once_in_each_way"),
            models.CheckConstraint(condition=~Q(task=F("other")), name="a_task_is_not_linked_to_itself"),
        ]


class IndicatorLink(models.Model):
    """That a person tied a target to an indicator (``confirmed``), or said that it does not fit (``refused``)."""

    target = models.ForeignKey(Target, on_delete=models.CASCADE, related_name="indicator_links")
    code = models.CharField("指标编号", max_length=40)
    confirmed = models.BooleanField("已挂接")
    why = models.CharField("依据", max_length=300, blank=True)
    by_name = models.CharField("确认人", max_length=64)
    at = models.DateTimeField("确认时间")

    class Meta:
        verbose_name = "指标挂接"
        verbose_name_plural = "指标挂接"
        ordering: ClassVar = ["target_id", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["target", "code"], name="a_target_meets_an_indicator_once"),
            models.UniqueConstraint(
                fields=["target"], condition=Q(confirmed=True), name="a_target_is_tied_to_one_indicator"
            ),
        ]


class Reminder(models.Model):
    """That somebody was reminded: each reminder is sent once, whatever the worker does."""

    key = models.CharField("事由", max_length=128, unique=True)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "提醒"
        verbose_name_plural = "提醒"


class YearFile(models.Model):
    """
    A unit's file on the rule of law of a year, under the name of its head as the first who answers for it.

    Source: 泗水县行政执法规范化建设方案 part 1 (SS-01): 有方案、有进度、有举措、有考核.
    """

    unit = models.ForeignKey(Unit, verbose_name="单位", on_delete=models.PROTECT, related_name="year_files")
    year = models.PositiveSmallIntegerField("年度")
    head = models.CharField("第一责任人", max_length=64)
    version = models.PositiveIntegerField("版本", default=1)

    scope_fields: ClassVar[Mapping[Reach, str]] = {Reach.UNIT: "unit__path", Reach.PLACE: "unit__place"}

    class Meta:
        verbose_name = "年度工作档案"
        verbose_name_plural = "年度工作档案"
        ordering: ClassVar = ["-year", "unit__path"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "year"], name="a_unit_has_one_file_for_each_year")
        ]


class YearElement(models.Model):
    """A document in a unit's file of the year."""

    year_file = models.ForeignKey(YearFile, on_delete=models.CASCADE, related_name="elements")
    kind = models.CharField("要素", max_length=16)
    words = models.CharField("说明", max_length=300, blank=True)
    name = models.CharField("文件名", max_length=200)
    file = models.CharField("文件", max_length=200)
    size = models.PositiveBigIntegerField("字节")
    sha256 = models.CharField("SHA-256", max_length=64)
    added_name = models.CharField("上传人姓名", max_length=64)
    added_at = models.DateTimeField("上传时间")

    scope_fields: ClassVar[Mapping[Reach, str]] = {
        Reach.UNIT: "year_file__unit__path",
        Reach.PLACE: "year_file__unit__place",
    }

    class Meta:
        verbose_name = "档案材料"
        verbose_name_plural = "档案材料"
        ordering: ClassVar = ["kind", "-added_at"]
