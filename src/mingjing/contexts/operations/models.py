"""Who works in the background, and what was done on schedule last."""

from django.db import models


class Heartbeat(models.Model):
    """A background worker's sign of life. The row goes when the worker stops; one that is killed leaves it behind."""

    worker = models.CharField("进程", max_length=64, unique=True)
    started_at = models.DateTimeField("启动时间")
    beat_at = models.DateTimeField("最近一次报告")

    class Meta:
        verbose_name = "后台进程"
        verbose_name_plural = "后台进程"


class Scheduled(models.Model):
    """When a task of the schedule was put into the queue last, so that it is put there once, whoever asks."""

    task = models.CharField("任务", max_length=128, unique=True)
    latest_at = models.DateTimeField("最近一次排入")

    class Meta:
        verbose_name = "定时任务"
        verbose_name_plural = "定时任务"
