"""Items, benchmarks and lists with their editions; delegations, clean-ups, imports; the law library."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from mingjing.contexts.accounts.access import Actor, Scope
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.accounts.permissions import Reach
from mingjing.domain.catalog import cleanups, delegations, editions
from mingjing.domain.catalog.items import KIND_LABELS, ItemContent, ItemKind, item_of_data
from mingjing.domain.catalog.lists import ListKind, list_kind
from mingjing.domain.discretion import benchmarks
from mingjing.law import instruments

OF_UNIT: Mapping[Reach, str] = {Reach.UNIT: "unit__path", Reach.PLACE: "unit__place"}


class Holder(models.Model):
    """What has editions: a stable code, the unit that answers for it, the name of its latest edition."""

    code = models.CharField("编码", max_length=64, unique=True)
    name = models.CharField("名称", max_length=256)
    unit = models.ForeignKey(Unit, verbose_name="单位", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField("建立时间")
    version = models.PositiveIntegerField("版本", default=1)

    objects: ClassVar[models.Manager[Any]] = models.Manager()
    scope_fields: ClassVar[Mapping[Reach, str]] = OF_UNIT
    family: ClassVar[str]

    class Meta:
        abstract = True
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.name


class Edition(models.Model):
    """
    One edition of something: what it says (``content``), where it stands, when it is in force, who answers for it.

    A trigger refuses to change ``content`` once it is submitted, and to delete what was ever published.
    """

    number = models.PositiveIntegerField("第几版")
    status = models.CharField(
        "状态",
        max_length=16,
        default=editions.Status.DRAFT,
        choices=[(one.value, one.label) for one in editions.Status],
    )
    content = models.JSONField("内容")
    digest = models.CharField("摘要", max_length=64, blank=True)
    reason = models.CharField("修订说明", max_length=512, blank=True)
    document = models.CharField("公布文件", max_length=128, blank=True)
    effective_from = models.DateField("施行日期", null=True, blank=True)
    effective_until = models.DateField("失效日期（不含）", null=True, blank=True)
    suspended_from = models.DateField("暂停日期", null=True, blank=True)
    suspended_until = models.DateField("恢复日期", null=True, blank=True)
    drafted_at = models.DateTimeField("起草时间")
    drafted_by = models.CharField("起草人", max_length=64)
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    submitted_by = models.CharField("提交人", max_length=64, blank=True)
    approved_at = models.DateTimeField("批准时间", null=True, blank=True)
    approved_by = models.CharField("批准人", max_length=64, blank=True)
    published_at = models.DateTimeField("公布时间", null=True, blank=True)
    published_by = models.CharField("公布人", max_length=64, blank=True)
    withdrawn_at = models.DateTimeField("废止时间", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    objects: ClassVar[models.Manager[Any]] = models.Manager()
    holder: models.ForeignKey[Any, Any]
    family: ClassVar[str]

    class Meta:
        abstract = True
        ordering: ClassVar = ["holder", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["holder", "number"], name="%(class)s_number"),
            models.UniqueConstraint(
                fields=["holder"], condition=Q(status__in=["draft", "submitted", "approved"]), name="%(class)s_one_open"
            ),
            models.CheckConstraint(
                condition=~Q(status="published") | Q(effective_from__isnull=False),
                name="%(class)s_published_from_a_day",
            ),
            models.CheckConstraint(
                condition=Q(effective_until__isnull=True) | Q(effective_until__gte=F("effective_from")),
                name="%(class)s_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.holder}（第{self.number}版）"

    @property
    def suspensions(self) -> Iterable[tuple[date, date | None]]:
        """When it was not carried out."""
        return () if self.suspended_from is None else ((self.suspended_from, self.suspended_until),)

    @property
    def state(self) -> editions.Status:
        """Where it stands."""
        return editions.Status(self.status)

    @property
    def pin(self) -> editions.Pin:
        """The reference that a running case keeps."""
        return editions.Pin(family=self.family, code=self.holder.code, number=self.number, digest=self.digest)


class Item(Holder):
    """An enforcement item 执法事项 of a unit."""

    kind = models.CharField("类别", max_length=32, choices=[(one.value, label) for one, label in KIND_LABELS.items()])
    domain = models.CharField("执法领域", max_length=64, blank=True)
    act_code = models.CharField("违法行为代码", max_length=64, blank=True, db_index=True)

    family: ClassVar[str] = "item"

    class Meta(Holder.Meta):
        verbose_name = verbose_name_plural = "执法事项"
        indexes: ClassVar = [models.Index(fields=["unit", "kind"], name="item_unit_kind")]

    @property
    def kind_label(self) -> str:
        """The kind in Chinese."""
        return ItemKind(self.kind).label


class ItemEdition(Edition):
    """An edition of an item."""

    holder = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="editions")
    family: ClassVar[str] = "item"

    class Meta(Edition.Meta):
        verbose_name = verbose_name_plural = "执法事项版本"

    @property
    def item(self) -> ItemContent:
        """What it says."""
        return item_of_data(self.content)


class Benchmark(Holder):
    """The discretion benchmark of an item, set by a unit at a level."""

    item = models.ForeignKey(Item, verbose_name="执法事项", on_delete=models.PROTECT, related_name="benchmarks")
    level = models.CharField("层级", max_length=16, choices=[(one.value, one.label) for one in benchmarks.Level])

    family: ClassVar[str] = "benchmark"

    class Meta(Holder.Meta):
        verbose_name = verbose_name_plural = "裁量基准"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item", "unit", "level"], name="one_benchmark_of_a_unit_for_an_item")
        ]


class BenchmarkEdition(Edition):
    """An edition of a benchmark."""

    holder = models.ForeignKey(Benchmark, on_delete=models.PROTECT, related_name="editions")
    family: ClassVar[str] = "benchmark"

    class Meta(Edition.Meta):
        verbose_name = verbose_name_plural = "裁量基准版本"

    @property
    def benchmark(self) -> benchmarks.Benchmark:
        """What it says."""
        return benchmarks.of_data(self.content)


class ItemList(Holder):
    """A list that a unit publishes."""

    kind = models.CharField("清单种类", max_length=32)

    family: ClassVar[str] = "list"

    class Meta(Holder.Meta):
        verbose_name = verbose_name_plural = "清单"
        constraints: ClassVar = [models.UniqueConstraint(fields=["unit", "kind"], name="one_list_of_a_kind_in_a_unit")]

    @property
    def list_kind(self) -> ListKind:
        """Its kind."""
        return list_kind(self.kind)


class ListEdition(Edition):
    """An edition of a list; ``content`` is ``{"entries": [...]}``."""

    holder = models.ForeignKey(ItemList, on_delete=models.PROTECT, related_name="editions")
    family: ClassVar[str] = "list"

    class Meta(Edition.Meta):
        verbose_name = verbose_name_plural = "清单版本"

    @property
    def entries(self) -> list[dict[str, Any]]:
        """Its entries."""
        return list(self.content.get("entries", ()))


class Cited(models.Model):
    """That an edition cites a provision: who cites it is asked of this table, and what a change of law affects."""

    family = models.CharField("种类", max_length=16)
    edition = models.PositiveBigIntegerField("版本")
    code = models.CharField("编码", max_length=64)
    title = models.CharField("文件名称", max_length=256, db_index=True)
    article = models.CharField("条", max_length=16, blank=True)
    written = models.CharField("写法", max_length=512)

    class Meta:
        verbose_name = verbose_name_plural = "引用"
        indexes: ClassVar = [models.Index(fields=["family", "edition"], name="cited_edition")]


class Delegation(models.Model):
    """An item in the hands of a town, with its evaluation."""

    item = models.ForeignKey(Item, verbose_name="执法事项", on_delete=models.PROTECT, related_name="delegations")
    giver = models.ForeignKey(Unit, verbose_name="原实施单位", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, verbose_name="承接单位", on_delete=models.PROTECT, related_name="+")
    form = models.CharField("方式", max_length=16, choices=[(one.value, one.label) for one in delegations.Form])
    document = models.CharField("文件依据", max_length=256)
    started_on = models.DateField("起始日期")
    ended_on = models.DateField("收回日期（不含）", null=True, blank=True)
    evaluation_due_on = models.DateField("应评估日期", null=True, blank=True)
    evaluated_on = models.DateField("评估日期", null=True, blank=True)
    outcome = models.CharField(
        "评估结论", max_length=16, blank=True, choices=[(one.value, one.label) for one in delegations.Outcome]
    )
    findings = models.TextField("评估情况", blank=True)
    proposal = models.TextField("调整建议", blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    scope_fields: ClassVar[Mapping[Reach, str]] = OF_UNIT

    class Meta:
        verbose_name = verbose_name_plural = "赋权委托事项"
        ordering: ClassVar = ["-started_on", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["item", "unit"], condition=Q(ended_on__isnull=True), name="an_item_is_handed_to_a_town_once"
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="delegation_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item}→{self.unit}"

    @property
    def facts(self) -> delegations.Delegation:
        """Return it as the domain knows it."""
        return delegations.Delegation(
            item=self.item.code,
            giver=self.giver.code,
            taker=self.unit.code,
            form=delegations.Form(self.form),
            started_on=self.started_on,
            ended_on=self.ended_on,
        )


class CleanupRound(models.Model):
    """A round in which items are evaluated."""

    code = models.CharField("编码", max_length=64, unique=True)
    name = models.CharField("名称", max_length=128)
    unit = models.ForeignKey(Unit, verbose_name="组织单位", on_delete=models.PROTECT, related_name="+")
    document = models.CharField("文件依据", max_length=256, blank=True)
    opened_on = models.DateField("开始日期")
    due_on = models.DateField("完成期限", null=True, blank=True)
    closed_on = models.DateField("结束日期", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    scope_fields: ClassVar[Mapping[Reach, str]] = {Reach.UNIT: "unit__path", Reach.PLACE: "unit__place"}

    @classmethod
    def within(cls, actor: Actor, scope: Scope, code: str) -> Q:  # noqa: ARG003 - the same for every permission
        """
        Say which rounds lie within a scope.

        Those that its units organise, those in which its items are, and those that the actor's county, city or province
        organises: in these the actor's items are to be evaluated.
        """
        above = {
            code
            for one in actor.held
            for code in (one.place[:6], f"{one.place[:4]}00", f"{one.place[:2]}0000")
            if one.place
        }
        mine = CleanupProposal.objects.filter(scope.condition(CleanupProposal.scope_fields)).values("round")
        return scope.condition(cls.scope_fields) | Q(pk__in=mine) | Q(unit__place__in=sorted(above))

    class Meta:
        verbose_name = verbose_name_plural = "事项清理"
        ordering: ClassVar = ["-opened_on", "code"]

    def __str__(self) -> str:
        return self.name


class CleanupProposal(models.Model):
    """What a round proposes for an item."""

    round = models.ForeignKey(CleanupRound, on_delete=models.PROTECT, related_name="proposals")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="cleanups")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField("意见", max_length=16, choices=[(one.value, one.label) for one in cleanups.Outcome])
    reason = models.TextField("理由", blank=True)
    argued = models.CharField("论证材料", max_length=256, blank=True)
    effective_on = models.DateField("执行日期", null=True, blank=True)
    proposed_by = models.CharField("提出人", max_length=64)
    approved_at = models.DateTimeField("批准时间", null=True, blank=True)
    approved_by = models.CharField("批准人", max_length=64, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    scope_fields: ClassVar[Mapping[Reach, str]] = OF_UNIT

    class Meta:
        verbose_name = verbose_name_plural = "清理意见"
        ordering: ClassVar = ["round", "item__code"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round", "item"], name="one_proposal_for_an_item_in_a_round")
        ]


class Import(models.Model):
    """A workbook that was read: its good rows wait to be taken over, its bad ones are named."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField("种类", max_length=32)
    file_name = models.CharField("文件名", max_length=256)
    form = models.CharField("格式", max_length=32)
    good = models.JSONField("可导入的行", default=list)
    bad = models.JSONField("有问题的行", default=list)
    notes = models.JSONField("提示", default=list)
    read_at = models.DateTimeField("读取时间")
    read_by = models.CharField("读取人", max_length=64)
    taken = models.PositiveIntegerField("已导入行数", default=0)
    taken_at = models.DateTimeField("导入时间", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    scope_fields: ClassVar[Mapping[Reach, str]] = OF_UNIT

    class Meta:
        verbose_name = verbose_name_plural = "导入"
        ordering: ClassVar = ["-read_at"]


class Instrument(models.Model):
    """An instrument of law in the library, in one version."""

    class Standing(models.TextChoices):
        """Whether it is in force."""

        IN_FORCE = "in_force", "现行有效"
        NOT_YET = "not_yet", "尚未施行"
        AMENDED = "amended", "已被修改"
        REPEALED = "repealed", "已经废止"

    code = models.CharField("编号", max_length=64, unique=True)
    title = models.CharField("名称", max_length=256)
    short = models.CharField("简称", max_length=128, blank=True)
    number = models.CharField("文号", max_length=128, blank=True)
    issuer = models.CharField("制定机关", max_length=128, blank=True)
    level = models.CharField("效力层级", max_length=32, choices=[(one.value, one.label) for one in instruments.Level])
    place = models.CharField("适用地方", max_length=12, blank=True)
    adopted_on = models.DateField("通过或者公布日期", null=True, blank=True)
    in_force_from = models.DateField("施行日期", null=True, blank=True)
    in_force_until = models.DateField("失效日期（不含）", null=True, blank=True)
    standing = models.CharField("时效", max_length=16, choices=Standing.choices, default=Standing.IN_FORCE)
    has_text = models.BooleanField("有全文", default=False)
    excerpt = models.BooleanField("节选", default=False)
    text_digest = models.CharField("全文摘要", max_length=64, blank=True)
    source = models.CharField("来源文件", max_length=256, blank=True)
    supersedes = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="later")
    notes = models.CharField("说明", max_length=512, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    scope_fields: ClassVar[Mapping[Reach, str]] = {Reach.PLACE: "place"}

    class Meta:
        verbose_name = verbose_name_plural = "法律文件"
        ordering: ClassVar = ["title", "-in_force_from"]
        indexes: ClassVar = [models.Index(fields=["title"], name="instrument_title")]

    def __str__(self) -> str:
        return f"《{self.title}》"

    def in_force_on(self, day: date) -> bool:
        """Say whether it is in force on a day."""
        if self.standing in (self.Standing.REPEALED, self.Standing.AMENDED) and self.in_force_until is None:
            return False
        begun = self.in_force_from is None or self.in_force_from <= day
        return begun and (self.in_force_until is None or day < self.in_force_until)


class Provision(models.Model):
    """An article of an instrument."""

    instrument = models.ForeignKey(Instrument, on_delete=models.CASCADE, related_name="provisions")
    position = models.PositiveIntegerField("顺序")
    key = models.CharField("条", max_length=16)
    label = models.CharField("条号", max_length=32)
    headings = models.CharField("编章节", max_length=256, blank=True)
    text = models.TextField("条文")

    class Meta:
        verbose_name = verbose_name_plural = "条文"
        ordering: ClassVar = ["instrument", "position"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["instrument", "position"], name="provision_position")]
        indexes: ClassVar = [models.Index(fields=["instrument", "key"], name="provision_key")]


class GuidingCase(models.Model):
    """A guiding or typical case, linked to an item and an entry of a list."""

    code = models.CharField("编号", max_length=64, unique=True)
    title = models.CharField("标题", max_length=256)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, null=True, blank=True, related_name="guiding_cases")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    gist = models.TextField("裁判（处理）要点")
    facts = models.TextField("基本案情", blank=True)
    basis = models.CharField("依据", max_length=512, blank=True)
    issued_on = models.DateField("发布日期", null=True, blank=True)
    list_entry = models.CharField("对应清单项", max_length=128, blank=True)
    source = models.CharField("来源", max_length=256, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    scope_fields: ClassVar[Mapping[Reach, str]] = OF_UNIT

    class Meta:
        verbose_name = verbose_name_plural = "指导案例"
        ordering: ClassVar = ["-issued_on", "code"]

    def __str__(self) -> str:
        return self.title


class Affected(models.Model):
    """Something published that a change of law may affect; it stays on the list until it is handled (YZ-05)."""

    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="affected")
    standing = models.CharField("变动", max_length=16, choices=Instrument.Standing.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    family = models.CharField("种类", max_length=16)
    code = models.CharField("编码", max_length=64)
    name = models.CharField("名称", max_length=256)
    edition = models.PositiveIntegerField("第几版")
    written = models.CharField("引用", max_length=512)
    found_at = models.DateTimeField("列入时间")
    handled_at = models.DateTimeField("处理时间", null=True, blank=True)
    handled_by = models.CharField("处理人", max_length=64, blank=True)
    handling = models.CharField("处理情况", max_length=512, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    scope_fields: ClassVar[Mapping[Reach, str]] = OF_UNIT

    class Meta:
        verbose_name = verbose_name_plural = "待调整内容"
        ordering: ClassVar = ["handled_at", "-found_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["instrument", "family", "code"],
                condition=Q(handled_at__isnull=True),
                name="affected_once_until_handled",
            )
        ]
