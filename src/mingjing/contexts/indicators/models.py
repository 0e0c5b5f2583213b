"""Indicators with their editions, facts delivered, snapshots, values, reported figures, appraisals."""

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.accounts.permissions import Reach
from mingjing.domain.indicators.definitions import Definition, definition_of
from mingjing.domain.indicators.judging import Colour


def number(label: str, *, default: int | None = None) -> "models.DecimalField[Any, Any]":
    """Return a field for a number: six places, empty where nothing is known (or a default)."""
    if default is not None:
        return models.DecimalField(label, max_digits=24, decimal_places=6, default=default)
    return models.DecimalField(label, max_digits=24, decimal_places=6, null=True, blank=True)


class IndicatorState(models.TextChoices):
    """Whether an indicator counts."""

    DRAFT = "draft", "待批准"
    ACTIVE = "active", "使用中"
    RETIRED = "retired", "已停用"


class Indicator(models.Model):
    """
    An indicator of a place. ``content`` is the edition in force; ``sets`` names the sets that it belongs to.

    ``responsible`` is the unit that answers for it, where the register holds the one that the definition names.
    """

    code = models.CharField("编号", max_length=40)
    place = models.CharField("行政区划代码", max_length=12)
    title = models.CharField("名称", max_length=100)
    category = models.CharField("类别", max_length=32, blank=True)
    source = models.CharField("来源", max_length=16)
    period = models.CharField("统计周期", max_length=16)
    sets = models.JSONField("所属指标集", default=list)
    position = models.PositiveIntegerField("次序", default=0)
    responsible = models.ForeignKey(
        Unit, verbose_name="责任单位", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = models.CharField("状态", max_length=16, choices=IndicatorState, default=IndicatorState.DRAFT)
    number = models.PositiveIntegerField("施行的版次", default=0)
    content = models.JSONField("定义", default=dict)
    version = models.PositiveIntegerField("版本", default=1)

    scope_fields: ClassVar[Mapping[Reach, str]] = {Reach.PLACE: "place"}

    class Meta:
        verbose_name = "指标"
        verbose_name_plural = "指标"
        ordering: ClassVar = ["position", "code"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["place", "code"], name="an_indicator_has_its_code_alone_in_a_place"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def definition(self) -> Definition:
        """The definition in force (of a draft, the drafted one)."""
        return definition_of(self.content)


class EditionState(models.TextChoices):
    """How far an edition is."""

    SUBMITTED = "submitted", "待批准"
    APPROVED = "approved", "已批准"
    RETURNED = "returned", "已退回"


class Edition(models.Model):
    """One edition of a definition: who drafted it, why, and who decided."""

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="editions")
    number = models.PositiveIntegerField("版次")
    content = models.JSONField("定义")
    state = models.CharField("状态", max_length=16, choices=EditionState, default=EditionState.SUBMITTED)
    reason = models.CharField("理由", max_length=500, blank=True)
    made_by = models.CharField("起草人", max_length=64)
    made_by_name = models.CharField("起草人姓名", max_length=64, blank=True)
    made_at = models.DateTimeField("起草时间")
    decided_by = models.CharField("批准人", max_length=64, blank=True)
    decided_by_name = models.CharField("批准人姓名", max_length=64, blank=True)
    decided_at = models.DateTimeField("批准时间", null=True, blank=True)
    opinion = models.CharField("意见", max_length=500, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    scope_fields: ClassVar[Mapping[Reach, str]] = {Reach.PLACE: "indicator__place"}

    class Meta:
        verbose_name = "指标版次"
        verbose_name_plural = "指标版次"
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["indicator", "number"], name="one_edition_of_each_number"),
            models.CheckConstraint(
                condition=~Q(state="approved") | ~Q(decided_by=F("made_by")),
                name="nobody_approves_an_indicator_of_ones_own",
            ),
        ]


class DeliveryState(models.TextChoices):
    """What became of a delivery."""

    READING = "reading", "读取中"
    TAKEN = "taken", "已入库"
    FAILED = "failed", "读取失败"
    WITHDRAWN = "withdrawn", "已撤回"


class Delivery(models.Model):
    """Facts that somebody handed in: the original, what was read of it, and the rows handed back."""

    place = models.CharField("行政区划代码", max_length=12, db_index=True)
    unit = models.ForeignKey(Unit, verbose_name="交送单位", on_delete=models.PROTECT, related_name="+")
    name = models.CharField("文件名", max_length=200)
    file = models.CharField("原件", max_length=200, blank=True)
    size = models.PositiveBigIntegerField("字节", default=0)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    mapping = models.CharField("字段对照", max_length=64, blank=True)
    data_from = models.DateField("数据起始日", null=True, blank=True)
    data_until = models.DateField("数据截至日")
    received_at = models.DateTimeField("交送时间")
    received_by = models.CharField("交送人", max_length=64)
    received_by_name = models.CharField("交送人姓名", max_length=64, blank=True)
    state = models.CharField("状态", max_length=16, choices=DeliveryState, default=DeliveryState.READING)
    words = models.TextField("说明", blank=True)
    folder = models.CharField("标准数据", max_length=200, blank=True)
    tables = models.JSONField("各表行数", default=dict)
    problems = models.PositiveIntegerField("问题数", default=0)
    bad_rows = models.CharField("退回修改的行", max_length=200, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    scope_fields: ClassVar[Mapping[Reach, str]] = {Reach.UNIT: "unit__path", Reach.PLACE: "place"}

    class Meta:
        verbose_name = "数据包"
        verbose_name_plural = "数据包"
        ordering: ClassVar = ["-received_at"]

    def __str__(self) -> str:
        return self.name


class Snapshot(models.Model):
    """
    The facts in force at a moment, and what was computed over them: kept, so that each figure opens its rows.

    ``folder`` is empty once no figure needs it.
    """

    place = models.CharField("行政区划代码", max_length=12)
    taken_at = models.DateTimeField("时间")
    taken_by = models.CharField("计算人", max_length=64)
    as_of = models.DateField("数据截至日")
    folder = models.CharField("位置", max_length=200)
    sources = models.JSONField("来源", default=list)
    tables = models.JSONField("各表行数", default=dict)
    missing = models.JSONField("缺少", default=list)
    values = models.PositiveIntegerField("指标值个数", default=0)
    seconds = models.JSONField("用时", default=dict)

    scope_fields: ClassVar[Mapping[Reach, str]] = {Reach.PLACE: "place"}

    class Meta:
        verbose_name = "数据快照"
        verbose_name_plural = "数据快照"
        ordering: ClassVar = ["-taken_at"]


class FigureState(models.TextChoices):
    """What became of a reported figure."""

    SUBMITTED = "submitted", "待审核"
    ACCEPTED = "accepted", "已采用"
    RETURNED = "returned", "已退回"


class Reported(models.Model):
    """
    A figure that a unit entered for a period, or the justice bureau for all (``unit`` empty: the whole place).

    ``lines`` is a list of ``{name, done, note}`` where the figure counts a list. Corrections come as a new row.
    """

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="figures")
    unit = models.ForeignKey(
        Unit, verbose_name="单位", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    period = models.CharField("统计期", max_length=16)
    numerator = number("分子")
    denominator = number("分母")
    lines = models.JSONField("清单", default=list)
    sample = models.PositiveIntegerField("样本量", null=True, blank=True)
    surveyor = models.CharField("测评机构", max_length=100, blank=True)
    words = models.TextField("说明", blank=True)
    state = models.CharField("状态", max_length=16, choices=FigureState, default=FigureState.SUBMITTED)
    submitted_by = models.CharField("填报人", max_length=64)
    submitted_by_name = models.CharField("填报人姓名", max_length=64, blank=True)
    submitted_at = models.DateTimeField("填报时间")
    judged_by = models.CharField("审核人", max_length=64, blank=True)
    judged_at = models.DateTimeField("审核时间", null=True, blank=True)
    opinion = models.CharField("审核意见", max_length=500, blank=True)
    replaced = models.BooleanField("已被更正", default=False)
    version = models.PositiveIntegerField("版本", default=1)

    scope_fields: ClassVar[Mapping[Reach, str]] = {Reach.UNIT: "unit__path", Reach.PLACE: "indicator__place"}

    class Meta:
        verbose_name = "填报数据"
        verbose_name_plural = "填报数据"
        ordering: ClassVar = ["-submitted_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["indicator", "unit", "period"],
                condition=Q(replaced=False),
                name="one_standing_figure_of_a_unit_for_each_period",
            ),
            models.UniqueConstraint(
                fields=["indicator", "period"],
                condition=Q(replaced=False, unit__isnull=True),
                name="one_standing_figure_of_the_place_for_each_period",
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted") | ~Q(judged_by=F("submitted_by")),
                name="nobody_accepts_a_figure_of_ones_own",
            ),
        ]


class Proof(models.Model):
    """A file that shows what a figure says; its digest is taken when it comes."""

    figure = models.ForeignKey(Reported, on_delete=models.CASCADE, related_name="proofs")
    name = models.CharField("文件名", max_length=200)
    file = models.CharField("文件", max_length=200)
    size = models.PositiveBigIntegerField("字节")
    sha256 = models.CharField("SHA-256", max_length=64)
    added_at = models.DateTimeField("上传时间")


class Value(models.Model):
    """
    What an indicator comes to for a unit (empty: the whole place) in a period.

    Without ``value`` it is not evaluated, and ``missing`` says what lacks. Earlier computings stay (``is_latest``).
    """

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="values")
    edition = models.PositiveIntegerField("定义的版次")
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    figure = models.ForeignKey(Reported, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    unit = models.ForeignKey(
        Unit, verbose_name="单位", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    place = models.CharField("行政区划代码", max_length=12)
    period = models.CharField("统计期", max_length=16)
    starts_on = models.DateField("起")
    ends_on = models.DateField("止（含）")
    numerator = number("分子")
    denominator = number("分母")
    value = number("数值")
    lowest = number("下界")
    highest = number("上界")
    unknown = models.PositiveIntegerField("内容不全的记录", default=0)
    last_year = number("上年同期")
    average = number("全地区")
    colour = models.CharField("评价", max_length=8, choices=[(one.value, one.label) for one in Colour])
    words = models.CharField("评价说明", max_length=500, blank=True)
    missing = models.JSONField("缺少", default=list)
    provisional = models.CharField("暂定的原因", max_length=200, blank=True)
    as_of = models.DateField("数据截至日")
    computed_at = models.DateTimeField("计算时间")
    is_latest = models.BooleanField("最新", default=True)

    scope_fields: ClassVar[Mapping[Reach, str]] = {Reach.UNIT: "unit__path", Reach.PLACE: "place"}

    class Meta:
        verbose_name = "指标值"
        verbose_name_plural = "指标值"
        ordering: ClassVar = ["indicator_id", "-starts_on", "unit_id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["indicator", "unit", "period"],
                condition=Q(is_latest=True),
                name="one_latest_value_of_a_unit_for_each_period",
            ),
            models.UniqueConstraint(
                fields=["indicator", "period"],
                condition=Q(is_latest=True, unit__isnull=True),
                name="one_latest_value_of_the_place_for_each_period",
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=False) | Q(colour="none"), name="what_is_not_evaluated_has_no_colour"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["indicator", "is_latest", "starts_on"], name="values_of_an_indicator"),
            models.Index(fields=["unit", "is_latest", "colour"], name="values_of_a_unit"),
        ]


class SchemeState(models.TextChoices):
    """How far an appraisal is."""

    DRAFT = "draft", "起草"
    PUBLISHED = "published", "方案已公布"
    SCORED = "scored", "结果公示"
    FINAL = "final", "结果已公布"


class Scheme(models.Model):
    """
    An appraisal of units over a period: items with weights, vetoes, bonus points, and its published method.

    ``items``: ``[{key, title, weight, indicator, full, zero}]``; without ``indicator`` the points are given by hand.
    """

    code = models.CharField("编号", max_length=32, unique=True)
    place = models.CharField("行政区划代码", max_length=12, db_index=True)
    title = models.CharField("名称", max_length=200)
    period = models.CharField("考评期", max_length=16)
    method = models.TextField("办法", blank=True)
    unit_kinds = models.JSONField("参加考评的单位类别", default=list)
    items = models.JSONField("考评项目", default=list)
    bonus_cap = number("加分上限", default=0)
    vetoes = models.JSONField("一票否决情形", default=list)
    objections_until = models.DateField("异议截止日", null=True, blank=True)
    state = models.CharField("状态", max_length=16, choices=SchemeState, default=SchemeState.DRAFT)
    made_by = models.CharField("制定人", max_length=64)
    made_at = models.DateTimeField("制定时间")
    published_at = models.DateTimeField("方案公布时间", null=True, blank=True)
    scored_at = models.DateTimeField("评分时间", null=True, blank=True)
    final_at = models.DateTimeField("结果公布时间", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    scope_fields: ClassVar[Mapping[Reach, str]] = {Reach.PLACE: "place"}

    class Meta:
        verbose_name = "考评"
        verbose_name_plural = "考评"
        ordering: ClassVar = ["-made_at"]

    def __str__(self) -> str:
        return self.title


class Score(models.Model):
    """
    What a unit came to: ``parts`` by item ``{points, weight, words, value}``, total and rank.

    ``parts`` without points were not evaluated and leave the total; ``covered`` is the weight that was judged.
    """

    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="scores")
    unit = models.ForeignKey(Unit, verbose_name="单位", on_delete=models.PROTECT, related_name="+")
    parts = models.JSONField("各项得分", default=dict)
    covered = number("参评权重", default=0)
    bonus = number("加分", default=0)
    veto = models.CharField("否决情形", max_length=300, blank=True)
    total = number("总分")
    rank = models.PositiveIntegerField("名次", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    scope_fields: ClassVar[Mapping[Reach, str]] = {Reach.UNIT: "unit__path", Reach.PLACE: "scheme__place"}

    class Meta:
        verbose_name = "考评得分"
        verbose_name_plural = "考评得分"
        ordering: ClassVar = ["rank", "unit__path"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scheme", "unit"], name="one_score_of_a_unit_in_an_appraisal")
        ]


class Adjustment(models.Model):
    """Points by hand, bonus points, or a veto for a unit, with the reason and on which paper."""

    class Kind(models.TextChoices):
        MANUAL = "manual", "评分"
        BONUS = "bonus", "加分"
        VETO = "veto", "一票否决"
        LIABILITY = "liability", "追责情形"

    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="adjustments")
    unit = models.ForeignKey(Unit, verbose_name="单位", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField("类别", max_length=16, choices=Kind)
    item = models.CharField("项目", max_length=64, blank=True)
    points = number("分数", default=0)
    reason = models.CharField("事由", max_length=300)
    document = models.CharField("依据材料", max_length=200, blank=True)
    by = models.CharField("经办人", max_length=64)
    at = models.DateTimeField("时间")
    withdrawn = models.BooleanField("已撤销", default=False)

    scope_fields: ClassVar[Mapping[Reach, str]] = {Reach.UNIT: "unit__path", Reach.PLACE: "scheme__place"}

    class Meta:
        verbose_name = "评分和加减"
        verbose_name_plural = "评分和加减"
        ordering: ClassVar = ["at", "pk"]


class Objection(models.Model):
    """What a unit holds against its score, and the answer."""

    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="objections")
    unit = models.ForeignKey(Unit, verbose_name="单位", on_delete=models.PROTECT, related_name="+")
    item = models.CharField("项目", max_length=64, blank=True)
    words = models.TextField("异议")
    submitted_by = models.CharField("提出人", max_length=64)
    submitted_at = models.DateTimeField("提出时间")
    upheld = models.BooleanField("成立", null=True, blank=True)
    answer = models.TextField("答复", blank=True)
    answered_by = models.CharField("答复人", max_length=64, blank=True)
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    scope_fields: ClassVar[Mapping[Reach, str]] = {Reach.UNIT: "unit__path", Reach.PLACE: "scheme__place"}

    class Meta:
        verbose_name = "考评异议"
        verbose_name_plural = "考评异议"
        ordering: ClassVar = ["submitted_at"]


class SurveyState(models.TextChoices):
    """Whether a questionnaire takes answers."""

    OPEN = "open", "进行中"
    CLOSED = "closed", "已结束"


class Survey(models.Model):
    """
    A questionnaire on satisfaction with a unit's enforcement (empty: the whole place), answered by invitation.

    ``figure`` is what it came to, once it is closed. Answers are kept apart from the invitations: nobody can tell whose
    they are.
    """

    place = models.CharField("行政区划代码", max_length=12, db_index=True)
    unit = models.ForeignKey(
        Unit, verbose_name="被测评单位", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    period = models.CharField("统计期", max_length=16)
    title = models.CharField("名称", max_length=100)
    surveyor = models.CharField("测评机构", max_length=100)
    questions = models.JSONField("题目", default=list)
    invited = models.PositiveIntegerField("发出的链接")
    closes_on = models.DateField("截止日")
    state = models.CharField("状态", max_length=16, choices=SurveyState, default=SurveyState.OPEN)
    figure = models.ForeignKey(Reported, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    made_by = models.CharField("制定人", max_length=64)
    made_at = models.DateTimeField("制定时间")
    version = models.PositiveIntegerField("版本", default=1)

    scope_fields: ClassVar[Mapping[Reach, str]] = {Reach.PLACE: "place"}

    class Meta:
        verbose_name = "满意度问卷"
        verbose_name_plural = "满意度问卷"
        ordering: ClassVar = ["-made_at"]

    def __str__(self) -> str:
        return self.title


class Invitation(models.Model):
    """A link that answers once; that it was used is all that is kept."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="invitations")
    token = models.CharField("链接编码", max_length=32, unique=True)
    is_used = models.BooleanField("已使用", default=False)


class Answer(models.Model):
    """Marks from 1 to 5, one for each question, and free words; no time and no name."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="answers")
    key = models.UUIDField("编号", primary_key=True, default=uuid4)
    marks = models.JSONField("评分", default=list)
    words = models.CharField("意见", max_length=500, blank=True)
