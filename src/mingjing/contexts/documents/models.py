"""Documents, the numbers, templates and seals they are made with, what was signed, and how they were served."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from mingjing.contexts.accounts.models import Unit, User
from mingjing.contexts.accounts.permissions import Reach
from mingjing.domain.documents.kinds import Kind, kind_of
from mingjing.domain.documents.service import Method
from mingjing.law.places import name_of


class Letterhead(models.Model):
    """What an agency prints on its documents. ``mark`` is the agency's word in numbers (泗市监)."""

    unit = models.OneToOneField(Unit, verbose_name="单位", on_delete=models.PROTECT, related_name="letterhead")
    name = models.CharField("机关全称", max_length=128)
    mark = models.CharField("发文机关代字", max_length=16)
    address = models.CharField("地址", max_length=200, blank=True)
    phone = models.CharField("电话", max_length=40, blank=True)
    reconsideration = models.CharField("复议机关", max_length=128, blank=True)
    court = models.CharField("管辖法院", max_length=128, blank=True)
    account = models.CharField("罚款缴款账户", max_length=200, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    scope_fields: ClassVar[Mapping[Reach, str]] = {Reach.UNIT: "unit__path", Reach.PLACE: "unit__place"}

    class Meta:
        verbose_name = "印制信息"
        verbose_name_plural = "印制信息"


class TemplateState(models.TextChoices):
    """How far a template is."""

    DRAFT = "draft", "起草中"
    SUBMITTED = "submitted", "待批准"
    IN_FORCE = "in_force", "使用中"
    REPLACED = "replaced", "已替换"


class Template(models.Model):
    """
    A version of a template, of a unit, of a place, or the platform's own (neither); ``owner`` says the same in one word.

    The platform's own become rows when a document is first issued with them, so that every document keeps its words.
    """

    kind = models.CharField("文书种类", max_length=64, db_index=True)
    unit = models.ForeignKey(Unit, verbose_name="单位", on_delete=models.PROTECT, null=True, blank=True)
    place = models.CharField("行政区划代码", max_length=12, blank=True)
    owner = models.CharField("归属", max_length=48, blank=True)
    number = models.PositiveIntegerField("版本号")
    text = models.TextField("模板")
    digest = models.CharField("摘要", max_length=64)
    state = models.CharField("状态", max_length=16, choices=TemplateState, default=TemplateState.DRAFT)
    note = models.CharField("修改说明", max_length=300, blank=True)
    drafted_by = models.CharField("起草人", max_length=64)
    drafted_at = models.DateTimeField("起草时间")
    approved_by = models.CharField("批准人", max_length=64, blank=True)
    approved_at = models.DateTimeField("批准时间", null=True, blank=True)
    ended_at = models.DateTimeField("停用时间", null=True, blank=True)
    version = models.PositiveIntegerField("行版本", default=1)

    scope_fields: ClassVar[Mapping[Reach, str]] = {Reach.UNIT: "unit__path", Reach.PLACE: "place"}

    class Meta:
        verbose_name = "文书模板"
        verbose_name_plural = "文书模板"
        ordering: ClassVar = ["kind", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "owner", "number"], name="one_template_of_each_number"),
            models.UniqueConstraint(
                fields=["kind", "owner"], condition=Q(state="in_force"), name="one_template_in_force"
            ),
            models.CheckConstraint(
                condition=Q(approved_by="") | ~Q(approved_by=F("drafted_by")),
                name="who_drafts_a_template_does_not_approve_it",
            ),
        ]

    @property
    def kind_data(self) -> Kind:
        """The kind of document it is for."""
        return kind_of(self.kind)

    @property
    def owner_name(self) -> str:
        """Say whose template it is."""
        if self.unit:
            return self.unit.name
        return f"{name_of(self.place)}统一模板" if self.place else "平台通用模板"

    @property
    def used_in(self) -> str | None:
        """The place in which documents are made with it; nothing where that is everywhere."""
        return (self.unit.place if self.unit else self.place)[:6] or None

    @property
    def label(self) -> str:
        """Name the version, as the documents made with it do."""
        return f"{self.owner_name}第 {self.number} 版"


class NumberRow(models.Model):
    """One row of numbers: of an agency, a year and a word. ``latest`` is the last number that was given."""

    unit = models.ForeignKey(Unit, verbose_name="单位", on_delete=models.PROTECT, related_name="number_rows")
    year = models.PositiveIntegerField("年份")
    word = models.CharField("文书代字", max_length=16)
    latest = models.PositiveIntegerField("最近编到", default=0)

    scope_fields: ClassVar[Mapping[Reach, str]] = {Reach.UNIT: "unit__path", Reach.PLACE: "unit__place"}

    class Meta:
        verbose_name = "文号序列"
        verbose_name_plural = "文号序列"
        ordering: ClassVar = ["-year", "unit", "word"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "year", "word"], name="one_row_of_numbers_for_agency_year_and_word")
        ]


class DocumentState(models.TextChoices):
    """How far a document is."""

    DRAFT = "draft", "草稿"
    ISSUED = "issued", "已制发"
    VOID = "void", "已作废"


class Document(models.Model):
    """
    A document. ``subject_kind`` and ``subject_code`` say to what it belongs (``case`` and its code); both may be empty.

    Once issued, data, template, number and day do not change any more; the database refuses it. ``elements`` are what
    stands in it of what rules ask for; null where its kind does not say.
    """

    code = models.CharField("编码", max_length=32, unique=True)
    check_code = models.CharField("核验码", max_length=24, unique=True)
    kind = models.CharField("文书种类", max_length=64)
    unit = models.ForeignKey(Unit, verbose_name="制作单位", on_delete=models.PROTECT, related_name="documents")
    subject_kind = models.CharField("所属类别", max_length=32, blank=True)
    subject_code = models.CharField("所属编码", max_length=64, blank=True)
    step = models.CharField("办案环节", max_length=32, blank=True)
    title = models.CharField("摘要", max_length=200, blank=True)
    data = models.JSONField("内容", default=dict)
    elements = models.JSONField("写明的要素", null=True, blank=True, default=None)
    state = models.CharField("状态", max_length=16, choices=DocumentState, default=DocumentState.DRAFT)
    template = models.ForeignKey(Template, verbose_name="模板", on_delete=models.PROTECT, null=True, blank=True)
    number = models.CharField("文号", max_length=64, blank=True)
    dated_on = models.DateField("落款日期", null=True, blank=True)
    letterhead = models.JSONField("印制信息", default=dict)
    content = models.CharField("内容摘要", max_length=64, blank=True)
    pages = models.PositiveIntegerField("页数", default=0)
    author = models.ForeignKey(User, verbose_name="起草人", on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField("起草时间")
    issued_by = models.CharField("制发人", max_length=64, blank=True)
    issued_at = models.DateTimeField("制发时间", null=True, blank=True)
    sealed_at = models.DateTimeField("用印时间", null=True, blank=True)
    served_on = models.DateField("送达日期", null=True, blank=True)
    void_reason = models.CharField("作废理由", max_length=300, blank=True)
    voided_by = models.CharField("作废人", max_length=64, blank=True)
    voided_at = models.DateTimeField("作废时间", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    scope_fields: ClassVar[Mapping[Reach, str]] = {
        Reach.OWN: "author_id",
        Reach.UNIT: "unit__path",
        Reach.PLACE: "unit__place",
    }

    class Meta:
        verbose_name = "文书"
        verbose_name_plural = "文书"
        ordering: ClassVar = ["-drafted_at", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["subject_kind", "subject_code"], name="documents_by_subject"),
            models.Index(fields=["unit", "kind"], name="documents_by_unit_and_kind"),
            models.Index(fields=["drafted_at", "id"], name="documents_by_day"),
            models.Index(fields=["number"], name="documents_by_number"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "number"], condition=~Q(number=""), name="a_number_stands_once"),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(issued_at__isnull=False, dated_on__isnull=False, template__isnull=False),
                name="an_issued_document_has_day_and_template",
            ),
            models.CheckConstraint(condition=~Q(state="void") | ~Q(void_reason=""), name="a_void_document_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.kind_data.name} {self.number}".strip()

    @property
    def kind_data(self) -> Kind:
        """The kind of document."""
        return kind_of(self.kind)

    @property
    def subject(self) -> str:
        """What it belongs to, as in the log: ``case:<code>``."""
        return f"{self.subject_kind}:{self.subject_code}" if self.subject_kind else ""


class Number(models.Model):
    """A number that was given out. It stays with its document, void or not, and is never given again."""

    row = models.ForeignKey(NumberRow, on_delete=models.PROTECT, related_name="numbers")
    value = models.PositiveIntegerField("序号")
    text = models.CharField("文号", max_length=64)
    document = models.OneToOneField(
        Document, verbose_name="文书", on_delete=models.PROTECT, null=True, blank=True, related_name="given_number"
    )
    given_at = models.DateTimeField("编号时间")
    given_by = models.CharField("编号人", max_length=64)
    void_reason = models.CharField("作废理由", max_length=300, blank=True)

    scope_fields: ClassVar[Mapping[Reach, str]] = {Reach.UNIT: "row__unit__path", Reach.PLACE: "row__unit__place"}

    class Meta:
        verbose_name = "文号"
        verbose_name_plural = "文号"
        ordering: ClassVar = ["-row__year", "row", "-value"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["row", "value"], name="a_number_is_given_once"),
            models.CheckConstraint(condition=Q(value__gte=1), name="numbers_begin_with_one"),
        ]


class Rendition(models.Model):
    """A PDF of a document as it was at a stage; its digests are what people compare."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="renditions")
    stage = models.CharField("环节", max_length=16)
    file = models.CharField("文件", max_length=200)
    size = models.PositiveBigIntegerField("字节")
    pages = models.PositiveIntegerField("页数")
    sha256 = models.CharField("SHA-256", max_length=64, db_index=True)
    sm3 = models.CharField("SM3", max_length=64)
    made_at = models.DateTimeField("生成时间")

    class Meta:
        verbose_name = "文书文件"
        verbose_name_plural = "文书文件"
        ordering: ClassVar = ["pk"]


class Seal(models.Model):
    """A seal of a unit: its picture, and the key that signs when it is used."""

    code = models.CharField("编码", max_length=32, unique=True)
    unit = models.ForeignKey(Unit, verbose_name="单位", on_delete=models.PROTECT, related_name="seals")
    name = models.CharField("印章名称", max_length=128)
    file = models.CharField("印模", max_length=200)
    sha256 = models.CharField("印模摘要", max_length=64)
    key = models.CharField("公钥", max_length=300)
    document = models.CharField("刻制、启用文件", max_length=128, blank=True)
    begun_on = models.DateField("启用日期")
    ended_on = models.DateField("停用日期", null=True, blank=True)
    ended_reason = models.CharField("停用理由", max_length=300, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    scope_fields: ClassVar[Mapping[Reach, str]] = {Reach.UNIT: "unit__path", Reach.PLACE: "unit__place"}

    class Meta:
        verbose_name = "印章"
        verbose_name_plural = "印章"
        ordering: ClassVar = ["unit", "code"]

    def __str__(self) -> str:
        return self.name


class SignerKey(models.Model):
    """The public key of somebody who signs. The private one lies in a file of the platform, not in the database."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="signer_keys")
    key = models.CharField("公钥", max_length=300)
    since = models.DateTimeField("启用时间")

    class Meta:
        verbose_name = "签名公钥"
        verbose_name_plural = "签名公钥"
        ordering: ClassVar = ["since"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "key"], name="a_key_of_a_signer_stands_once")]


class Signature(models.Model):
    """
    A signature: in which capacity, by whom, over which statement.

    Who has an account signs with a key. Who has none (a party, a witness) draws, or refuses; then the officer who was
    there signs with a key what was drawn or refused.
    """

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="signatures")
    who = models.CharField("身份", max_length=16)
    name = models.CharField("姓名", max_length=64)
    user = models.ForeignKey(User, verbose_name="签名用户", on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField("签名时间")
    opinion = models.TextField("意见", blank=True)
    refused = models.CharField("拒绝签名的情况", max_length=300, blank=True)
    drawing = models.CharField("手写签名", max_length=200, blank=True)
    drawing_sha256 = models.CharField("手写签名摘要", max_length=64, blank=True)
    statement = models.TextField("被签名的内容")
    key = models.CharField("公钥", max_length=300)
    value = models.CharField("签名值", max_length=200)
    seal = models.ForeignKey(Seal, on_delete=models.PROTECT, null=True, blank=True, related_name="uses")

    class Meta:
        verbose_name = "签名"
        verbose_name_plural = "签名"
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["document", "who", "name"], name="nobody_signs_twice_in_one_capacity")
        ]


class Service(models.Model):
    """
    That a document was served 送达, or that it was tried.

    ``effective_on`` is the day from which periods run; empty while it is not known (post under way, announcement).
    """

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="services")
    method = models.CharField("送达方式", max_length=16)
    receiver = models.CharField("受送达人", max_length=128)
    taker = models.CharField("收件人", max_length=128, blank=True)
    relation = models.CharField("与受送达人的关系", max_length=64, blank=True)
    address = models.CharField("送达地点", max_length=200, blank=True)
    sent_at = models.DateTimeField("送出时间")
    received_on = models.DateField("收到日期", null=True, blank=True)
    effective_on = models.DateField("送达日期", null=True, blank=True)
    refusal = models.CharField("拒收情况", max_length=300, blank=True)
    witnesses = models.JSONField("见证人", default=list)
    servers = models.JSONField("送达人", default=list)
    tracking = models.CharField("邮件号码", max_length=64, blank=True)
    consent = models.CharField("电子送达确认书", max_length=128, blank=True)
    reasons = models.CharField("公告送达的原因", max_length=300, blank=True)
    remark = models.CharField("备注", max_length=300, blank=True)
    receipt = models.ForeignKey(
        Document, verbose_name="送达回证", on_delete=models.PROTECT, null=True, blank=True, related_name="receipt_of"
    )
    recorded_by = models.CharField("登记人", max_length=64)
    recorded_at = models.DateTimeField("登记时间")
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = "送达"
        verbose_name_plural = "送达"
        ordering: ClassVar = ["pk"]

    @property
    def method_label(self) -> str:
        """Name the way in which it was served."""
        return Method(self.method).label


class ServiceProof(models.Model):
    """A file that proves a service: a photo of the place, a postal receipt, a page of the announcement."""

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="proofs")
    name = models.CharField("文件名", max_length=200)
    file = models.CharField("文件", max_length=200)
    size = models.PositiveBigIntegerField("字节")
    sha256 = models.CharField("SHA-256", max_length=64)
    added_at = models.DateTimeField("上传时间")

    class Meta:
        verbose_name = "送达证明"
        verbose_name_plural = "送达证明"
        ordering: ClassVar = ["pk"]
