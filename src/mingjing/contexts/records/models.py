"""The log's table."""

from django.db import models


class Entry(models.Model):
    """One act, as it is logged: who did what to which object, when and why."""

    recorded_at = models.DateTimeField("记录时间")
    actor = models.CharField("行为人", max_length=64)
    act = models.CharField("行为", max_length=64)
    subject = models.CharField("对象", max_length=128)
    reason = models.TextField("理由", blank=True)
    fields = models.JSONField("内容", default=dict)

    class Meta:
        verbose_name = "日志条目"
        verbose_name_plural = "日志条目"
