"""Reports, their frozen figures, to whom they go; what units are asked to send in, and what they sent."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.accounts.permissions import Reach


class ReportKind(models.TextChoices):
    """What sort of report it is."""

    DISPATCH = "dispatch", "月调度通报"
    CIRCULAR = "circular", "季度通报"
    ASSESSMENT = "assessment", "年度考评情况"
    YEARLY = "yearly", "法治政府建设年度报告"
    MIDTERM = "midterm", "中期评估"
    FINAL = "final", "终期评估"
    THEMATIC = "thematic", "专题报告"
    SPECIAL = "special", "要事专报"


class ReportState(models.TextChoices):
    """How far a report is."""

    DRAFT = "draft", "草稿"
    SIGNED = "signed", "已签发"


class Report(models.Model):
    """
    A report: its blocks as data (``domain.reports``), the day as of which its figures stand, and its files once signed.

    ``plan`` is the code of the plan of which it tells, empty for all plans in force.
    """

    code = models.CharField("编号", max_length=32, unique=True)
    kind = models.CharField("种类", max_length=16, choices=ReportKind)
    place = models.CharField("行政区划代码", max_length=12, db_index=True)
    title = models.CharField("标题", max_length=200)
    number = models.CharField("文号或者期号", max_length=64, blank=True)
    issuer = models.CharField("发文机关", max_length=128)
    addressees = models.CharField("主送", max_length=500, blank=True)
    plan = models.CharField("方案编号", max_length=32, blank=True)
    period = models.CharField("期间", max_length=16)
    first_on = models.DateField("期间首日")
    last_on = models.DateField("期间末日")
    as_of = models.DateField("数据截止日")
    blocks = models.JSONField("内容", default=list)
    facts_file = models.CharField("事实文件", max_length=200, blank=True)
    facts_sha256 = models.CharField("事实文件摘要", max_length=64, blank=True)
    state = models.CharField("状态", max_length=16, choices=ReportState, default=ReportState.DRAFT)
    drafted_by = models.CharField("起草人", max_length=64)
    drafted_at = models.DateTimeField("起草时间")
    signed_by = models.CharField("签发人", max_length=64, blank=True)
    signed_at = models.DateTimeField("签发时间", null=True, blank=True)
    docx_file = models.CharField("DOCX", max_length=200, blank=True)
    pdf_file = models.CharField("PDF", max_length=200, blank=True)
    pdf_sha256 = models.CharField("PDF 摘要", max_length=64, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    scope_fields: ClassVar[Mapping[Reach, str]] = {Reach.PLACE: "place"}

    class Meta:
        verbose_name = "报告"
        verbose_name_plural = "报告"
        ordering: ClassVar = ["-last_on", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(last_on__gte=F("first_on")), name="a_report_tells_of_a_period"),
            models.CheckConstraint(
                condition=Q(state="draft") | (Q(signed_at__isnull=False) & ~Q(signed_by="") & ~Q(pdf_file="")),
                name="a_signed_report_has_its_signer_and_files",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Figure(models.Model):
    """A number of a report as it was frozen: the query with its parameters, the day, the value and the rows behind it."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="figures")
    key = models.CharField("代号", max_length=128)
    label = models.CharField("名称", max_length=200)
    value = models.CharField("数值", max_length=64)
    unit = models.CharField("计量单位", max_length=16, blank=True)
    query = models.CharField("查询", max_length=64)
    params = models.JSONField("参数", default=dict)
    as_of = models.DateField("截止日")
    columns = models.JSONField("栏目", default=list)
    rows = models.JSONField("明细", default=list)
    sha256 = models.CharField("明细摘要", max_length=64)

    scope_fields: ClassVar[Mapping[Reach, str]] = {Reach.PLACE: "report__place"}

    class Meta:
        verbose_name = "报告数据"
        verbose_name_plural = "报告数据"
        ordering: ClassVar = ["report_id", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "key"], name="a_figure_has_one_key_in_its_report")
        ]


class Delivery(models.Model):
    """To whom a report goes, by when, and when it went."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="deliveries")
    addressee = models.CharField("报送对象", max_length=128)
    due_on = models.DateField("报送时限", null=True, blank=True)
    why = models.CharField("时限依据", max_length=128, blank=True)
    delivered_on = models.DateField("报送日期", null=True, blank=True)
    delivered_by = models.CharField("报送人", max_length=64, blank=True)
    words = models.CharField("说明", max_length=300, blank=True)
    name = models.CharField("回执文件名", max_length=200, blank=True)
    file = models.CharField("回执", max_length=200, blank=True)

    scope_fields: ClassVar[Mapping[Reach, str]] = {Reach.PLACE: "report__place"}

    class Meta:
        verbose_name = "报送"
        verbose_name_plural = "报送"
        ordering: ClassVar = ["report_id", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "addressee"], name="a_report_goes_to_an_addressee_once")
        ]


class Collection(models.Model):
    """
    What units are asked to send in by a day: figures by ``fields`` and files by ``attachments``.

    ``fields`` holds ``{code, label, unit, prefill, stock, text}`` (``stock``: as of the last day; ``text``: words, not a
    figure), ``attachments`` ``{code, label}``; each attachment is required.
    """

    code = models.CharField("编号", max_length=32, unique=True)
    kind = models.CharField("种类", max_length=32)
    place = models.CharField("行政区划代码", max_length=12, db_index=True)
    title = models.CharField("名称", max_length=200)
    period = models.CharField("期间", max_length=16)
    first_on = models.DateField("期间首日")
    last_on = models.DateField("期间末日")
    due_on = models.DateField("报送时限", db_index=True)
    why = models.CharField("时限依据", max_length=128, blank=True)
    words = models.TextField("要求", blank=True)
    fields = models.JSONField("填报项", default=list)
    attachments = models.JSONField("附件", default=list)
    created_by = models.CharField("布置人", max_length=64)
    created_at = models.DateTimeField("布置时间")
    version = models.PositiveIntegerField("版本", default=1)

    scope_fields: ClassVar[Mapping[Reach, str]] = {Reach.UNIT: "units__path", Reach.PLACE: "place"}

    units = models.ManyToManyField(Unit, verbose_name="报送单位", related_name="collections")

    class Meta:
        verbose_name = "报送要求"
        verbose_name_plural = "报送要求"
        ordering: ClassVar = ["-due_on", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["place", "kind", "period", "title"], name="one_collection_of_a_kind_for_a_period"
            )
        ]

    def __str__(self) -> str:
        return self.title


class SubmissionState(models.TextChoices):
    """What became of what a unit sent."""

    SUBMITTED = "submitted", "待审核"
    ACCEPTED = "accepted", "已审核"
    RETURNED = "returned", "已退回"


class Submission(models.Model):
    """What a unit sent: figures by the fields of the collection; ``prefilled`` are those that the platform offered."""

    collection = models.ForeignKey(Collection, on_delete=models.PROTECT, related_name="submissions")
    unit = models.ForeignKey(Unit, verbose_name="报送单位", on_delete=models.PROTECT, related_name="submissions")
    figures = models.JSONField("数据", default=dict)
    prefilled = models.JSONField("平台预填", default=dict)
    words = models.TextField("文字说明", blank=True)
    state = models.CharField("状态", max_length=16, choices=SubmissionState, default=SubmissionState.SUBMITTED)
    submitted_by = models.CharField("报送人", max_length=64)
    submitted_at = models.DateTimeField("报送时间")
    judged_by = models.CharField("审核人", max_length=64, blank=True)
    judged_at = models.DateTimeField("审核时间", null=True, blank=True)
    judgement = models.CharField("审核意见", max_length=500, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    scope_fields: ClassVar[Mapping[Reach, str]] = {Reach.UNIT: "unit__path", Reach.PLACE: "collection__place"}

    class Meta:
        verbose_name = "报送件"
        verbose_name_plural = "报送件"
        ordering: ClassVar = ["unit__path"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["collection", "unit"], name="a_unit_sends_in_once_for_a_collection")
        ]


class SubmissionFile(models.Model):
    """A file that a unit sent."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="files")
    kind = models.CharField("附件", max_length=32)
    name = models.CharField("文件名", max_length=200)
    file = models.CharField("文件", max_length=200)
    size = models.PositiveBigIntegerField("字节")
    sha256 = models.CharField("SHA-256", max_length=64)
    added_at = models.DateTimeField("上传时间")

    scope_fields: ClassVar[Mapping[Reach, str]] = {
        Reach.UNIT: "submission__unit__path",
        Reach.PLACE: "submission__collection__place",
    }

    class Meta:
        verbose_name = "报送附件"
        verbose_name_plural = "报送附件"
        ordering: ClassVar = ["id"]


class Sent(models.Model):
    """That the worker made or reminded something: once only."""

    key = models.CharField("事由", max_length=128, unique=True)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "自动办理"
        verbose_name_plural = "自动办理"
