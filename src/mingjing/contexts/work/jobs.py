"""
Work in the background: progress to be seen, cancel that works, a result to fetch.

A room registers a function when the platform starts and starts jobs from its pages:

    jobs.register("registry.import_officers", "导入执法人员", import_officers)
    job = jobs.start(actor=…, at=…, kind="registry.import_officers", title="名册.xlsx", arguments={"file": …})

    def import_officers(run: Running) -> str:
        for done, row in enumerate(rows, start=1):
            run.progress(done, len(rows), "正在核对")      # raises CancelledError where the user cancelled
        run.save_result("差错.xlsx", content)
        return "导入 9963 行，37 行有错。"

Progress is seen only outside a transaction; a function that writes much does it in parts, or at the end.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import structlog
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import transaction
from django.tasks import TaskResultStatus, task
from django.tasks.signals import task_finished
from django.utils import timezone

from mingjing.contexts.accounts.access import Actor, MissingError, actor_of
from mingjing.contexts.records.usecases.append import append
from mingjing.contexts.work.models import Job, JobState
from mingjing.contexts.work.notifications import notify
from mingjing.kernel.errors import DomainError

_LOOK_SECONDS: Final = 0.4
"""So often progress is written, and looked whether the user cancelled."""


class UnknownJobError(DomainError):
    """No room registers this kind of job: a mistake in the program, or a room that is gone."""

    code = "work.unknown_job"


class CancelledError(Exception):
    """The user cancelled; the function ends, and what it has not committed is not done."""


class JobRefusedError(DomainError):
    """The job cannot be cancelled: it is over."""

    code = "work.job_over"


@dataclass(slots=True, kw_only=True)
class Running:
    """A job under way, as its function sees it."""

    job: Job
    actor: Actor
    at: datetime
    _looked: float = field(default=0.0, init=False)

    @property
    def arguments(self) -> dict[str, Any]:
        """What the job was started with."""
        arguments: dict[str, Any] = self.job.arguments
        return arguments

    def progress(self, done: int, of: int, words: str = "") -> None:
        """
        Tell how far the work is.

        :raises CancelledError: if the user cancelled
        """
        now = time.monotonic()
        if now - self._looked < _LOOK_SECONDS and done not in (0, of):
            return
        self._looked = now
        Job.objects.filter(pk=self.job.pk).update(done=done, of=of, words=words)
        if Job.objects.filter(pk=self.job.pk, cancel_asked=True).exists():
            raise CancelledError

    def save_result(self, name: str, content: bytes | File) -> None:
        """Keep a file for the user to fetch."""
        file = ContentFile(content) if isinstance(content, bytes) else content
        self.job.result = default_storage.save(f"jobs/{self.job.pk}/{self.job.pk.hex[:8]}", file)
        self.job.result_name = name[:128]
        self.job.save(update_fields=["result", "result_name"])

    def lead_to(self, href: str) -> None:
        """Say on which page the result is to be seen."""
        self.job.href = href
        self.job.save(update_fields=["href"])


type Work = Callable[[Running], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of job."""

    name: str
    label: str
    work: Work


_kinds: dict[str, Kind] = {}


def register(name: str, label: str, work: Work) -> None:
    """Let a kind of job be started; a room calls it in ``AppConfig.ready``."""
    _kinds[name] = Kind(name=name, label=label, work=work)


def kind_of(name: str) -> Kind:
    """
    Return a registered kind.

    :raises UnknownJobError: if no room registers it
    """
    if name not in _kinds:
        raise UnknownJobError(f"没有“{name}”这种后台任务。")
    return _kinds[name]


def label_of(name: str) -> str:
    """Return the label of a kind, also of one that is gone."""
    return _kinds[name].label if name in _kinds else name


@transaction.atomic
def start(*, actor: Actor, at: datetime, kind: str, title: str, arguments: dict[str, Any] | None = None) -> Job:
    """
    Start work in the background, on behalf of the actor; it begins when the transaction is over.

    :raises UnknownJobError: if no room registers the kind
    """
    kind_of(kind)
    job = Job.objects.create(
        kind=kind, title=title[:128], user_id=actor.user_id, arguments=arguments or {}, created_at=at
    )
    append(
        actor=actor.code, at=at, act="work.start_job", subject=f"job:{job.pk}", fields={"kind": kind, "title": title}
    )
    transaction.on_commit(lambda: _enqueue(job))
    return job


@transaction.atomic
def cancel(*, actor: Actor, at: datetime, pk: str) -> Job:
    """
    Cancel one's own job: at once if it waits, else as soon as its function tells how far it is.

    :raises MissingError: if it is not the actor's
    :raises JobRefusedError: if it is over
    """
    job = Job.objects.select_for_update().filter(pk=pk, user_id=actor.user_id).first()
    if job is None:
        raise MissingError("没有找到这项后台任务。")
    if job.is_over:
        raise JobRefusedError("这项任务已经结束，不能再取消。")
    job.cancel_asked = True
    if job.state == JobState.WAITING:
        job.state, job.ended_at, job.words = JobState.CANCELLED, at, "尚未开始就已取消，没有写入任何内容。"
    job.save(update_fields=["cancel_asked", "state", "ended_at", "words"])
    append(actor=actor.code, at=at, act="work.cancel_job", subject=f"job:{job.pk}", fields={"state": job.state})
    return job


def own_job(actor: Actor, pk: str) -> Job:
    """
    Return one's own job.

    :raises MissingError: if it is not the actor's
    """
    job = Job.objects.filter(pk=pk, user_id=actor.user_id).first()
    if job is None:
        raise MissingError("没有找到这项后台任务。")
    return job


def latest(actor: Actor, most: int = 50) -> list[Job]:
    """Return the actor's latest jobs."""
    return list(Job.objects.filter(user_id=actor.user_id).order_by("-created_at")[:most])


@task()
def run(pk: str) -> None:
    """Do a job: what the worker calls."""
    job = Job.objects.select_related("user").get(pk=pk)
    now = timezone.now()
    begun = Job.objects.filter(pk=pk, state=JobState.WAITING).update(state=JobState.RUNNING, started_at=now)
    if not begun:
        return
    log = structlog.get_logger("mingjing.jobs").bind(job=pk, kind=job.kind)
    running = Running(job=job, actor=actor_of(job.user, on=timezone.localdate(now)), at=now)
    try:
        words = kind_of(job.kind).work(running) or "已完成。"
    except CancelledError:
        _end(job, JobState.CANCELLED, "已按您的要求取消。")
    except DomainError as error:
        _end(job, JobState.FAILED, error.message)
    except Exception:
        log.exception("job_failed")
        _end(job, JobState.FAILED, "出现意外错误，没有完成。错误已记入运行日志，请告诉系统管理员。")
    else:
        _end(job, JobState.DONE, words)


def connect() -> None:
    """Listen to what the worker tells: a job whose worker was killed is over as well."""
    task_finished.connect(_note_lost, dispatch_uid="work.jobs.lost")


def _enqueue(job: Job) -> None:
    result = run.enqueue(str(job.pk))
    Job.objects.filter(pk=job.pk).update(task=result.id)


def _end(job: Job, state: JobState, words: str) -> None:
    now = timezone.now()
    Job.objects.filter(pk=job.pk).update(state=state, words=words[:512], ended_at=now)
    verb = {JobState.DONE: "已完成", JobState.FAILED: "没有完成", JobState.CANCELLED: "已取消"}[state]
    notify([job.user_id], f"{label_of(job.kind)}“{job.title}”{verb}：{words}", f"/jobs/{job.pk}/", now)


def _note_lost(task_result: Any, **_: object) -> None:
    if task_result.status != TaskResultStatus.FAILED:
        return
    for job in Job.objects.filter(task=task_result.id, state__in=(JobState.WAITING, JobState.RUNNING)):
        _end(job, JobState.FAILED, "执行任务的后台进程中断，没有做完。已写入的内容仍在；请核对后重新提交。")
