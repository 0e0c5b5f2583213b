"""Notifications, saved views, preferences, jobs, and what search finds."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class Notification(models.Model):
    """Something that a user should know: words, and where they lead."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="用户", on_delete=models.CASCADE, related_name="notifications"
    )
    title = models.CharField("内容", max_length=256)
    href = models.CharField("链接", max_length=512, blank=True)
    at = models.DateTimeField("时间")
    read_at = models.DateTimeField("阅读时间", null=True, blank=True)

    class Meta:
        verbose_name = "消息"
        verbose_name_plural = "消息"
        indexes: ClassVar = [
            models.Index(fields=["user", "-at"], name="notification_by_time"),
            models.Index(fields=["user"], condition=Q(read_at=None), name="notification_unread"),
        ]


class SavedView(models.Model):
    """A view of a table that a user saved; ``shared`` ones are for everybody of the unit."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="用户", on_delete=models.CASCADE, related_name="saved_views"
    )
    unit_path = models.CharField("单位路径", max_length=512, blank=True)
    table = models.CharField("表", max_length=64)
    path = models.CharField("页面", max_length=256)
    name = models.CharField("名称", max_length=32)
    query = models.TextField("条件", blank=True)
    shared = models.BooleanField("本单位共用", default=False)

    class Meta:
        verbose_name = "常用视图"
        verbose_name_plural = "常用视图"
        constraints: ClassVar = [
            models.UniqueConstraint("user", "table", "name", name="one_view_of_a_name"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["table", "unit_path"], condition=Q(shared=True), name="view_shared_in_unit"),
        ]


class Preference(models.Model):
    """How a user wants pages shown, on whatever device."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="用户", on_delete=models.CASCADE, related_name="preferences"
    )
    name = models.CharField("名称", max_length=32)
    value = models.BooleanField("值")

    class Meta:
        verbose_name = "偏好"
        verbose_name_plural = "偏好"
        constraints: ClassVar = [models.UniqueConstraint("user", "name", name="one_preference_of_a_name")]


class JobState(models.TextChoices):
    """How far a job is."""

    WAITING = "waiting", "排队中"
    RUNNING = "running", "进行中"
    DONE = "done", "已完成"
    FAILED = "failed", "未完成"
    CANCELLED = "cancelled", "已取消"


class Job(models.Model):
    """Work in the background for a user: how far it is, and what came of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField("种类", max_length=64)
    title = models.CharField("名称", max_length=128)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="用户", on_delete=models.PROTECT, related_name="jobs"
    )
    arguments = models.JSONField("参数", default=dict)
    state = models.CharField("状态", max_length=16, choices=JobState, default=JobState.WAITING)
    done = models.PositiveBigIntegerField("已办", default=0)
    of = models.PositiveBigIntegerField("总数", default=0)
    words = models.CharField("说明", max_length=512, blank=True)
    cancel_asked = models.BooleanField("要求取消", default=False)
    result = models.FileField("结果文件", max_length=512, blank=True)
    result_name = models.CharField("结果文件名", max_length=128, blank=True)
    href = models.CharField("结果页面", max_length=512, blank=True)
    task = models.CharField("任务号", max_length=64, blank=True, db_index=True)
    created_at = models.DateTimeField("提交时间")
    started_at = models.DateTimeField("开始时间", null=True, blank=True)
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)

    class Meta:
        verbose_name = "后台任务"
        verbose_name_plural = "后台任务"
        indexes: ClassVar = [models.Index(fields=["user", "-created_at"], name="job_by_time")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=JobState.values), name="job_state_is_known"),
        ]

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


class SearchDocument(models.Model):
    """What search may find, and who may find it: by unit path, place, or owner, as the kind's permission reaches."""

    kind = models.CharField("种类", max_length=64)
    key = models.CharField("标识", max_length=128)
    title = models.CharField("标题", max_length=512)
    text = models.TextField("内容", blank=True)
    href = models.CharField("链接", max_length=512)
    unit_path = models.CharField("单位路径", max_length=512, blank=True)
    place = models.CharField("行政区划代码", max_length=12, blank=True)
    owner_id = models.BigIntegerField("所属用户", null=True, blank=True)

    class Meta:
        verbose_name = "检索条目"
        verbose_name_plural = "检索条目"
        constraints: ClassVar = [models.UniqueConstraint("kind", "key", name="one_document_of_a_key")]


class SearchIndex(models.Model):
    """
    The tokens of a document: an FTS5 table on SQLite, a table of ``tsvector`` on PostgreSQL; a migration makes it.

    ``everything`` has the name by which FTS5 means all columns.
    """

    document = models.OneToOneField(
        SearchDocument, on_delete=models.DO_NOTHING, primary_key=True, db_column="rowid", related_name="index"
    )
    title = models.TextField()
    everything = models.TextField(db_column="work_searchindex")

    class Meta:
        managed = False
        db_table = "work_searchindex"
