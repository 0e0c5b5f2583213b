"""Recordings, uploads under way, holds, marks, disposals, and who looked at what."""

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from mingjing.contexts.accounts.access import Actor, Scope
from mingjing.contexts.accounts.models import Unit, User
from mingjing.contexts.accounts.permissions import Reach
from mingjing.contexts.media import subjects
from mingjing.contexts.registry.models import Officer, Party
from mingjing.domain.media.recordings import FOR_EVER, HOLD_LABELS, KIND_LABELS, PURPOSE_LABELS, Kind
from mingjing.domain.media.uploads import UploadState


class Recording(models.Model):
    """
    A recording. What it is never changes (a trigger refuses it); it may be assigned once, kept longer, and disposed of.

    ``sha256`` is the digest of the original; ``hashed_on_device`` says that the device computed it before the upload.
    """

    code = models.CharField("记录编号", max_length=32, unique=True)
    kind = models.CharField("类别", max_length=8, choices=[(one.value, label) for one, label in KIND_LABELS.items()])
    unit = models.ForeignKey(Unit, verbose_name="单位", on_delete=models.PROTECT, related_name="+")
    subject_kind = models.CharField("归属类别", max_length=24, blank=True)
    subject_code = models.CharField("归属编码", max_length=64, blank=True)
    step_kind = models.CharField("环节", max_length=48, blank=True)
    step_code = models.CharField("环节编码", max_length=64, blank=True)
    item = models.CharField("执法事项", max_length=64, blank=True)
    parties = models.ManyToManyField(Party, verbose_name="当事人", related_name="recordings", blank=True)
    officer = models.ForeignKey(
        Officer, verbose_name="录制人员", on_delete=models.PROTECT, null=True, blank=True, related_name="recordings"
    )
    uploaded_by = models.ForeignKey(User, verbose_name="上传人", on_delete=models.PROTECT, related_name="+")
    device_no = models.CharField("设备编号", max_length=64, blank=True)
    started_at = models.DateTimeField("开始时间")
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    place = models.CharField("地点", max_length=256, blank=True)
    shows = models.CharField("证明内容", max_length=512)
    text = models.TextField("文字内容", blank=True)
    stored = models.CharField("存储名", max_length=256, blank=True)
    filename = models.CharField("文件名", max_length=200, blank=True)
    content_type = models.CharField("内容类型", max_length=64, blank=True)
    size = models.PositiveBigIntegerField("字节数")
    sha256 = models.CharField("SHA-256", max_length=64, db_index=True)
    sm3 = models.CharField("SM3", max_length=64)
    hashed_on_device = models.BooleanField("设备端已计算摘要", default=False)
    embedded = models.JSONField("文件自带信息", default=dict)
    uploaded_at = models.DateTimeField("上传时间")
    retained_until = models.DateField("保存至", db_index=True)
    retained_why = models.CharField("保存依据", max_length=256, blank=True)
    verified_at = models.DateTimeField("最近核验", null=True, blank=True)
    damaged_at = models.DateTimeField("发现不符", null=True, blank=True)
    disposed_at = models.DateTimeField("处置时间", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    scope_fields: ClassVar[Mapping[Reach, str]] = {
        Reach.OWN: "uploaded_by_id",
        Reach.UNIT: "unit__path",
        Reach.PLACE: "unit__place",
    }

    class Meta:
        verbose_name = verbose_name_plural = "音像记录"
        ordering: ClassVar = ["-started_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
                name="recording_ends_after_it_begins",
            ),
            models.CheckConstraint(condition=~Q(kind="note") | Q(stored=""), name="a_note_has_no_file"),
            models.CheckConstraint(
                condition=Q(kind="note") | Q(disposed_at__isnull=False) | ~Q(stored=""), name="a_recording_has_a_file"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["subject_kind", "subject_code", "started_at"], name="recording_subject"),
            models.Index(fields=["unit", "started_at"], name="recording_unit"),
            models.Index(fields=["started_at"], name="recording_started"),
            models.Index(fields=["uploaded_by", "started_at"], name="recording_uploader"),
        ]

    def __str__(self) -> str:
        return self.code

    @classmethod
    def within(cls, actor: Actor, scope: Scope, code: str) -> Q:  # noqa: ARG003 - the same for every permission
        """Say which rows lie within a scope: those of a registered subject follow it, all others their unit."""
        return within(actor, scope, cls.scope_fields)

    @property
    def subject(self) -> str:
        """To what it belongs (``case:ABC``); empty while it is not assigned."""
        return f"{self.subject_kind}:{self.subject_code}" if self.subject_kind else ""

    @property
    def what(self) -> Kind:
        """Its kind."""
        return Kind(self.kind)

    @property
    def for_ever(self) -> bool:
        """Whether it is never disposed of."""
        return self.retained_until == FOR_EVER


def within(actor: Actor, scope: Scope, fields: Mapping[Reach, str], prefix: str = "") -> Q:
    """Say the same of rows that lead to recordings by ``prefix``."""
    known = subjects.registered()
    found = scope.condition(fields)
    if not known:
        return found
    found &= ~Q(**{f"{prefix}subject_kind__in": [one.code for one in known]})
    for one in known:
        codes = one.visible(actor)
        if codes is not None:
            found |= Q(**{f"{prefix}subject_kind": one.code, f"{prefix}subject_code__in": codes})
    return found


class Upload(models.Model):
    """A file under way. Its parts lie in a file of their own until all are there and the whole is what it should be."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(User, verbose_name="上传人", on_delete=models.CASCADE, related_name="+")
    state = models.CharField(
        "状态", max_length=16, default=UploadState.RECEIVING, choices=[(one.value, one.label) for one in UploadState]
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    filename = models.CharField("文件名", max_length=200)
    size = models.PositiveBigIntegerField("字节数")
    received = models.PositiveBigIntegerField("已收到", default=0)
    device_sha256 = models.CharField("设备摘要", max_length=64, blank=True)
    draft = models.JSONField("登记内容")
    ended_on = models.DateField("录制日期")
    due_on = models.DateField("应上传日期", db_index=True)
    created_at = models.DateTimeField("开始时间")
    touched_at = models.DateTimeField("最近收到", db_index=True)
    breaks = models.PositiveIntegerField("中断次数", default=0)
    stored = models.CharField("存储名", max_length=256, blank=True)
    error = models.CharField("原因", max_length=512, blank=True)
    recording = models.ForeignKey(Recording, on_delete=models.PROTECT, null=True, blank=True, related_name="uploads")

    scope_fields: ClassVar[Mapping[Reach, str]] = {
        Reach.OWN: "user_id",
        Reach.UNIT: "unit__path",
        Reach.PLACE: "unit__place",
    }

    class Meta:
        verbose_name = verbose_name_plural = "上传"
        ordering: ClassVar = ["-created_at"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(received__lte=F("size")), name="upload_not_beyond_its_size")
        ]


class Derived(models.Model):
    """Something made of an original: a thumbnail, a preview with its strip. Can be made again at any time."""

    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, related_name="derived")
    kind = models.CharField("种类", max_length=16)
    stored = models.CharField("存储名", max_length=256)
    content_type = models.CharField("内容类型", max_length=64)
    size = models.PositiveBigIntegerField("字节数")
    made_at = models.DateTimeField("生成时间")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["recording", "kind"], name="one_derived_of_a_kind")]


class Mark(models.Model):
    """A point of a recording: at which second which step begins, or what is to be seen."""

    recording = models.ForeignKey(Recording, on_delete=models.PROTECT, related_name="marks")
    second = models.PositiveIntegerField("秒")
    step_kind = models.CharField("环节", max_length=48, blank=True)
    text = models.CharField("内容", max_length=200)
    made_by = models.CharField("标记人", max_length=64)
    made_at = models.DateTimeField("标记时间")
    withdrawn_at = models.DateTimeField("撤销时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "标记"
        ordering: ClassVar = ["second", "pk"]


class Hold(models.Model):
    """Why the recordings of a subject, or one recording, must be kept beyond their day."""

    subject_kind = models.CharField("归属类别", max_length=24, blank=True)
    subject_code = models.CharField("归属编码", max_length=64, blank=True)
    recording = models.ForeignKey(Recording, on_delete=models.PROTECT, null=True, blank=True, related_name="holds")
    reason = models.CharField(
        "留存原因", max_length=24, choices=[(one.value, label) for one, label in HOLD_LABELS.items()]
    )
    words = models.CharField("说明", max_length=256, blank=True)
    placed_by = models.CharField("设置人", max_length=64)
    placed_at = models.DateTimeField("设置时间")
    lifted_by = models.CharField("解除人", max_length=64, blank=True)
    lifted_at = models.DateTimeField("解除时间", null=True, blank=True)
    lifted_why = models.CharField("解除理由", max_length=256, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "留存"
        ordering: ClassVar = ["-placed_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(recording__isnull=False) | ~Q(subject_code=""), name="a_hold_is_on_something"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["subject_kind", "subject_code"], name="hold_subject")]

    @property
    def sentence(self) -> str:
        """Say why in words."""
        label = self.get_reason_display()
        return f"{label}：{self.words}" if self.words else str(label)


class Disposal(models.Model):
    """That a recording whose day is over is to go: proposed by one person, decided by another."""

    recording = models.ForeignKey(Recording, on_delete=models.PROTECT, related_name="disposals")
    reason = models.CharField("处置理由", max_length=256)
    proposed_by = models.CharField("提出人", max_length=64)
    proposed_at = models.DateTimeField("提出时间")
    decided_by = models.CharField("审核人", max_length=64, blank=True)
    decided_at = models.DateTimeField("审核时间", null=True, blank=True)
    approved = models.BooleanField("同意", null=True)
    opinion = models.CharField("审核意见", max_length=256, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "到期处置"
        ordering: ClassVar = ["-proposed_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["recording"], condition=Q(decided_at__isnull=True), name="one_open_disposal_of_a_recording"
            )
        ]


class Access(models.Model):
    """That somebody looked at a recording: only ever added to (a trigger refuses the rest)."""

    class Act(models.TextChoices):
        """What was done."""

        OPEN = "open", "打开"
        PLAY = "play", "播放或者查看原件"
        DOWNLOAD = "download", "下载原件"
        PREVIEW = "preview", "下载预览件"
        API = "api", "接口调取"
        EXPORT = "export", "导出清单"

    recording = models.ForeignKey(Recording, on_delete=models.PROTECT, related_name="accesses")
    at = models.DateTimeField("时间", db_index=True)
    actor = models.CharField("人员代码", max_length=64, db_index=True)
    actor_name = models.CharField("姓名", max_length=64)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name="记录所属单位")
    act = models.CharField("方式", max_length=16, choices=Act.choices)
    purpose = models.CharField(
        "用途", max_length=24, blank=True, choices=[(one.value, label) for one, label in PURPOSE_LABELS.items()]
    )
    address = models.CharField("来源地址", max_length=64, blank=True)

    scope_fields: ClassVar[Mapping[Reach, str]] = {Reach.UNIT: "unit__path", Reach.PLACE: "unit__place"}

    class Meta:
        verbose_name = verbose_name_plural = "调阅日志"
        ordering: ClassVar = ["-at", "-pk"]
        indexes: ClassVar = [models.Index(fields=["recording", "actor", "at"], name="access_recording_actor")]


def subject_fields(subject: str) -> dict[str, Any]:
    """Return a subject as the fields that hold it."""
    kind, code = subjects.split(subject)
    return {"subject_kind": kind, "subject_code": code}
