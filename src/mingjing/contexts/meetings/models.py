"""Meetings: who was asked and came, what was put before them, what was decided and what became of it."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import Q

from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.accounts.permissions import Reach
from mingjing.contexts.plans.models import Task
from mingjing.contexts.registry.models import Body


class SessionState(models.TextChoices):
    """How far a meeting is."""

    CALLED = "called", "已通知"
    HELD = "held", "已召开"
    CLOSED = "closed", "纪要已签发"
    CANCELLED = "cancelled", "已取消"


class Session(models.Model):
    """One meeting of a body of the register. ``plan`` is the code of the plan in which its decisions become tasks."""

    code = models.CharField("编号", max_length=32, unique=True)
    body = models.ForeignKey(Body, verbose_name="机构", on_delete=models.PROTECT, related_name="sessions")
    place = models.CharField("行政区划代码", max_length=12, db_index=True)
    title = models.CharField("会议名称", max_length=200)
    held_at = models.DateTimeField("时间", db_index=True)
    venue = models.CharField("地点", max_length=128)
    chair = models.CharField("主持人", max_length=64)
    agenda = models.JSONField("议程", default=list)
    plan = models.CharField("议定事项列入的方案", max_length=32, blank=True)
    discussion = models.TextField("会议情况", blank=True)
    number = models.CharField("纪要期号", max_length=64, blank=True)
    state = models.CharField("状态", max_length=16, choices=SessionState, default=SessionState.CALLED)
    reason = models.CharField("取消的理由", max_length=300, blank=True)
    called_by = models.CharField("召集人", max_length=64)
    called_at = models.DateTimeField("通知时间")
    signed_by = models.CharField("签发人", max_length=64, blank=True)
    signed_at = models.DateTimeField("签发时间", null=True, blank=True)
    docx_file = models.CharField("纪要 DOCX", max_length=200, blank=True)
    pdf_file = models.CharField("纪要 PDF", max_length=200, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    scope_fields: ClassVar[Mapping[Reach, str]] = {Reach.UNIT: "attendees__unit__path", Reach.PLACE: "place"}

    class Meta:
        verbose_name = "会议"
        verbose_name_plural = "会议"
        ordering: ClassVar = ["-held_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state="closed") | (Q(signed_at__isnull=False) & ~Q(pdf_file="")),
                name="minutes_are_signed_and_kept",
            )
        ]

    def __str__(self) -> str:
        return self.title


class Coming(models.TextChoices):
    """Whether a unit comes, and then whether it came."""

    ASKED = "asked", "未答复"
    COMING = "coming", "参加"
    AWAY = "away", "请假"
    CAME = "came", "到会"
    MISSED = "missed", "缺席"


class Attendee(models.Model):
    """A unit that was asked to a meeting, and who comes for it."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="attendees")
    unit = models.ForeignKey(Unit, verbose_name="单位", on_delete=models.PROTECT, related_name="attendances")
    person = models.CharField("参会人", max_length=64, blank=True)
    state = models.CharField("状态", max_length=16, choices=Coming, default=Coming.ASKED)
    words = models.CharField("说明", max_length=300, blank=True)

    scope_fields: ClassVar[Mapping[Reach, str]] = {Reach.UNIT: "unit__path", Reach.PLACE: "session__place"}

    class Meta:
        verbose_name = "参会单位"
        verbose_name_plural = "参会单位"
        ordering: ClassVar = ["unit__path"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["session", "unit"], name="a_unit_is_asked_once")]


class Paper(models.Model):
    """A paper of a meeting; ``item`` is the place of the point of the agenda to which it belongs, from 1 (0: to none)."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="papers")
    item = models.PositiveSmallIntegerField("议题", default=0)
    unit = models.ForeignKey(Unit, verbose_name="提交单位", on_delete=models.PROTECT, related_name="+")
    name = models.CharField("文件名", max_length=200)
    file = models.CharField("文件", max_length=200)
    size = models.PositiveBigIntegerField("字节")
    sha256 = models.CharField("SHA-256", max_length=64)
    added_name = models.CharField("提交人", max_length=64)
    added_at = models.DateTimeField("提交时间")

    # who is asked to a meeting sees all of its papers
    scope_fields: ClassVar[Mapping[Reach, str]] = {
        Reach.UNIT: "session__attendees__unit__path",
        Reach.PLACE: "session__place",
    }

    class Meta:
        verbose_name = "会议材料"
        verbose_name_plural = "会议材料"
        ordering: ClassVar = ["item", "id"]


class Decision(models.Model):
    """Something decided. With units it becomes a task of the ledger once the minutes are signed."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="decisions")
    position = models.PositiveSmallIntegerField("次序")
    words = models.TextField("议定事项")
    lead = models.CharField("牵头单位", max_length=32, blank=True)
    others = models.JSONField("责任单位", default=list)
    due_words = models.CharField("时限", max_length=100, blank=True)
    due_on = models.DateField("最后一日", null=True, blank=True)
    task = models.OneToOneField(
        Task, verbose_name="任务", on_delete=models.PROTECT, null=True, blank=True, related_name="decision"
    )

    class Meta:
        verbose_name = "议定事项"
        verbose_name_plural = "议定事项"
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["session", "position"], name="one_decision_at_each_position")
        ]
