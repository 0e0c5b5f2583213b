"""Supervision visits and self-checks: which units, what was found, what they answered, how it was closed."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.accounts.permissions import Reach
from mingjing.contexts.plans.models.plans import Plan, Task
from mingjing.contexts.registry.models import Officer


class VisitKind(models.TextChoices):
    """Who looks: the justice bureau, or each unit at itself."""

    VISIT = "visit", "督导"
    SELF_CHECK = "self_check", "自查"


class VisitState(models.TextChoices):
    """How far a visit is."""

    OPEN = "open", "进行中"
    CLOSED = "closed", "已办结"


class Visit(models.Model):
    """A supervision visit (督导), or a round in which each unit checks itself (自查)."""

    code = models.CharField("编号", max_length=32, unique=True)
    kind = models.CharField("方式", max_length=16, choices=VisitKind, default=VisitKind.VISIT)
    title = models.CharField("名称", max_length=200)
    plan = models.ForeignKey(
        Plan, verbose_name="方案", on_delete=models.PROTECT, null=True, blank=True, related_name="visits"
    )
    place = models.CharField("行政区划代码", max_length=12, db_index=True)
    first_on = models.DateField("开始日期")
    last_on = models.DateField("结束日期")
    team = models.CharField("督导组", max_length=300, blank=True)
    scope = models.TextField("内容和方式", blank=True)
    state = models.CharField("状态", max_length=16, choices=VisitState, default=VisitState.OPEN)
    summary = models.TextField("总体情况", blank=True)
    created_by = models.CharField("登记人", max_length=64)
    created_at = models.DateTimeField("登记时间")
    version = models.PositiveIntegerField("版本", default=1)

    scope_fields: ClassVar[Mapping[Reach, str]] = {Reach.UNIT: "units__unit__path", Reach.PLACE: "place"}

    class Meta:
        verbose_name = "督导"
        verbose_name_plural = "督导"
        ordering: ClassVar = ["-first_on", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(last_on__gte=F("first_on")), name="a_visit_ends_not_before_it_begins")
        ]

    def __str__(self) -> str:
        return self.title


class VisitUnit(models.Model):
    """A unit that is visited, or checks itself; ``done_on`` is the day on which it was."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="units")
    unit = models.ForeignKey(Unit, verbose_name="单位", on_delete=models.PROTECT, related_name="visits")
    done_on = models.DateField("督导或者自查日期", null=True, blank=True)
    words = models.TextField("情况", blank=True)

    class Meta:
        verbose_name = "受督导单位"
        verbose_name_plural = "受督导单位"
        ordering: ClassVar = ["unit__path"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["visit", "unit"], name="a_visit_names_a_unit_once")]


class CheckItem(models.TextChoices):
    """What is looked at in a person on duty (兖州方案二（一）3（2）: dress and badges are worn as prescribed)."""

    DRESS = "dress", "按规定着装"
    BADGE = "badge", "按规定佩戴标识"
    CREDENTIAL = "credential", "持证上岗、亮证执法"


class PersonCheck(models.Model):
    """That a person on duty was looked at; ``results`` says by item whether all was in order, and omits what was not looked at."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="checks")
    officer = models.ForeignKey(Officer, verbose_name="人员", on_delete=models.PROTECT, related_name="visit_checks")
    unit = models.ForeignKey(Unit, verbose_name="单位", on_delete=models.PROTECT, related_name="person_checks")
    on = models.DateField("日期")
    results = models.JSONField("结果", default=dict)
    words = models.TextField("情况", blank=True)
    by_name = models.CharField("检查人", max_length=64)

    scope_fields: ClassVar[Mapping[Reach, str]] = {Reach.UNIT: "unit__path", Reach.PLACE: "visit__place"}

    class Meta:
        verbose_name = "人员检查"
        verbose_name_plural = "人员检查"
        ordering: ClassVar = ["visit_id", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["visit", "officer", "on"], name="a_person_is_checked_once_a_day")
        ]


class FindingState(models.TextChoices):
    """What became of a problem that was found."""

    OPEN = "open", "待整改"
    ANSWERED = "answered", "待销号"
    CLOSED = "closed", "已销号"


class Finding(models.Model):
    """A problem found at a unit; it stays open until its correction was looked at and closed."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="findings")
    unit = models.ForeignKey(Unit, verbose_name="单位", on_delete=models.PROTECT, related_name="visit_findings")
    officer = models.ForeignKey(
        Officer, verbose_name="人员", on_delete=models.PROTECT, null=True, blank=True, related_name="visit_findings"
    )
    task = models.ForeignKey(
        Task, verbose_name="任务", on_delete=models.SET_NULL, null=True, blank=True, related_name="findings"
    )
    words = models.TextField("问题")
    due_on = models.DateField("整改时限")
    state = models.CharField("状态", max_length=16, choices=FindingState, default=FindingState.OPEN)
    answer = models.TextField("整改情况", blank=True)
    answered_name = models.CharField("答复人", max_length=64, blank=True)
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    answer_name = models.CharField("整改材料", max_length=200, blank=True)
    answer_file = models.CharField("整改材料文件", max_length=200, blank=True)
    judgement = models.CharField("复核意见", max_length=500, blank=True)
    closed_at = models.DateTimeField("销号时间", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    scope_fields: ClassVar[Mapping[Reach, str]] = {Reach.UNIT: "unit__path", Reach.PLACE: "visit__place"}

    class Meta:
        verbose_name = "督导问题"
        verbose_name_plural = "督导问题"
        ordering: ClassVar = ["visit_id", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_at__isnull=False), name="a_closed_problem_was_closed_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(state="open") | ~Q(answer=""), name="a_problem_is_answered_before_it_is_closed"
            ),
        ]
