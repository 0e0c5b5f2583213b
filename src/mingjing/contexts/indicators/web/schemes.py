"""Appraisals on pages: the scheme and its method, scores with where they come from, objections and answers."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from mingjing.contexts.accounts.access import Actor, MissingError
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.indicators import queries
from mingjing.contexts.indicators.models import Adjustment, Indicator, IndicatorState, Scheme, SchemeState, Score
from mingjing.contexts.indicators.usecases import appraise
from mingjing.contexts.indicators.usecases.base import place_of
from mingjing.contexts.ui.components import Badge, Chart, ChartKind, Crumb, Fact, Series, Step, StepState, Tone
from mingjing.contexts.ui.tables import ChoiceFilter, Column, Table, TableView
from mingjing.contexts.ui.tables.exports import as_csv, as_xlsx
from mingjing.contexts.ui.web.pages import Page
from mingjing.domain.indicators.appraisal import RECORDED, TRIGGERS
from mingjing.domain.indicators.judging import shown
from mingjing.domain.indicators.periods import PeriodKind, period_of, periods_up_to
from mingjing.domain.indicators.rewards import refusal_of
from mingjing.kernel.errors import DomainError

SCHEME_TONES = {
    SchemeState.DRAFT: Tone.PLAIN,
    SchemeState.PUBLISHED: Tone.INFO,
    SchemeState.SCORED: Tone.ATTENTION,
    SchemeState.FINAL: Tone.GOOD,
}
_ROWS = 4
"""Empty lines for items that are added."""

SCHEMES = Table(
    name="indicators.schemes",
    columns=(
        Column(name="title", label="考评", value=lambda row: row.title, order="title", width="wide"),
        Column(name="period", label="考评期", value=lambda row: period_of(row.period).label, order="period"),
        Column(name="items", label="项目", value=lambda row: len(row.items), number=True),
        Column(name="state", label="状态", value=lambda row: Badge(text=row.get_state_display(), tone=SCHEME_TONES[row.state])),
        Column(name="until", label="异议截止", value=lambda row: row.objections_until, order="objections_until"),
        Column(name="made", label="制定时间", value=lambda row: row.made_at, order="made_at", shown=False),
    ),
    filters=(ChoiceFilter(name="state", label="状态", choices=SchemeState.choices),),
    search=("title", "code"),
    search_hint="名称、编号",
    order="-period",
    key="code",
    row_name=lambda row: row.title,
    row_href=lambda row: reverse("scheme", args=[row.code]),
    noun="项",
    empty="还没有考评。拟一个方案：项目、权重、算法公布给各单位，再评分、听取异议、公布结果。",
)  # fmt: skip


class SchemesPage(TableView[Actor]):
    """All appraisals."""

    table, title, permission = SCHEMES, "考评", "indicators.scheme.view"
    lead = "方案先公布再评分，得分都能点到数据；单位可以提异议，答复完才公布结果。"

    def rows(self) -> QuerySet[Scheme]:
        """Return the appraisals that the actor may see."""
        return queries.schemes(self.actor)

    def acts(self) -> list[tuple[str, str, str]]:
        """Offer to draft one."""
        return [("拟考评方案", reverse("scheme_new"), "plus")] if self.actor.may("indicators.scheme.edit") else []


class SchemeForm(forms.Form):
    """A scheme's own words."""

    title = forms.CharField(label="名称", max_length=200)
    period = forms.ChoiceField(label="考评期")
    method = forms.CharField(
        label="考评办法",
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="公布给各单位：评什么、怎么算分、谁来评、怎么提异议。",
    )
    bonus_cap = forms.DecimalField(label="加分上限", min_value=0, max_value=20, initial=0)
    vetoes = forms.CharField(
        label="一票否决情形", required=False, widget=forms.Textarea(attrs={"rows": 3}), help_text="一行一种。"
    )
    version = forms.IntegerField(widget=forms.HiddenInput, initial=0)


class ItemForm(forms.Form):
    """One item: an indicator with the values of all points and none, or points by hand."""

    indicator = forms.ChoiceField(label="指标", required=False)
    title = forms.CharField(label="名称（人工评分的填写）", max_length=100, required=False)
    weight = forms.DecimalField(label="权重", required=False, min_value=0, max_value=100)
    full = forms.DecimalField(label="满分值", required=False)
    zero = forms.DecimalField(label="零分值", required=False)

    def __init__(self, *args: Any, indicators: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["indicator"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "（人工评分）"), *indicators]


Items = forms.formset_factory(ItemForm, extra=_ROWS)


def indicators_to_choose(actor: Actor) -> list[tuple[str, str]]:
    """Return the indicators by which units may be appraised; those that reward fines or inspections are left out."""
    rows = queries.indicators(actor).filter(state=IndicatorState.ACTIVE)
    found = [(row, row.definition) for row in rows]
    return [
        (row.code, f"{row.title}（{one.target_words}）")
        for row, one in found
        if not one.place_only and refusal_of(one) is None
    ]


class SchemeEditPage(Page[Actor]):
    """Draft a scheme, or change a draft."""

    permission, template_name = "indicators.scheme.edit", "indicators/scheme_edit.html"

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        return [Crumb(label="考评", href=reverse("schemes"))]

    def _row(self) -> Scheme | None:
        return queries.scheme(self.actor, self.kwargs["code"]) if "code" in self.kwargs else None

    def _form(self, data: Any = None, row: Scheme | None = None) -> SchemeForm:
        initial: dict[str, Any] = {"version": row.version if row else 0}
        if row is not None:
            initial |= {
                "title": row.title,
                "period": row.period,
                "method": row.method,
                "bonus_cap": row.bonus_cap,
                "vetoes": "\n".join(row.vetoes),
            }
        form = SchemeForm(data, initial=initial)
        field = form.fields["period"]
        assert isinstance(field, forms.ChoiceField)
        kinds = (PeriodKind.YEAR, PeriodKind.HALF, PeriodKind.QUARTER)
        field.choices = [(one.key, one.label) for kind in kinds for one in reversed(periods_up_to(kind, self.today, 3))]
        return form

    def context(self) -> dict[str, Any]:
        """Return the form with what stands now."""
        row = self._row()
        initial = [
            {
                "indicator": one["indicator"],
                "title": "" if one["indicator"] else one["title"],
                "weight": one["weight"],
                "full": one["full"],
                "zero": one["zero"],
            }
            for one in (row.items if row else [])
        ]
        items = Items(prefix="items", initial=initial, form_kwargs={"indicators": indicators_to_choose(self.actor)})
        return self._given(row, self._form(row=row), items)

    def _given(self, row: Scheme | None, form: SchemeForm, items: Any) -> dict[str, Any]:
        return {
            "title": f"修改考评方案：{row.title}" if row else "拟考评方案",
            "form": form,
            "items": items,
            "back": reverse("scheme", args=[row.code]) if row else reverse("schemes"),
        }

    def post(self, request: HttpRequest, code: str = "") -> HttpResponse:
        """Draft it."""
        row = self._row()
        form = self._form(request.POST, row)
        offered = indicators_to_choose(self.actor)
        items = Items(request.POST, prefix="items", form_kwargs={"indicators": offered})
        if form.is_valid() and items.is_valid():
            names = {key: label.partition("（")[0] for key, label in offered}
            given = form.cleaned_data
            try:
                made = appraise.draft_scheme(
                    actor=self.actor,
                    at=self.now,
                    place=row.place if row else place_of(self.actor, "indicators.scheme.edit"),
                    code=code,
                    version=given["version"],
                    given=appraise.SchemeGiven(
                        title=given["title"],
                        period=given["period"],
                        method=given["method"],
                        bonus_cap=given["bonus_cap"],
                        vetoes=given["vetoes"].splitlines(),
                        items=[_item_given(one, names) for one in items.cleaned_data if one.get("weight")],
                    ),
                )
            except DomainError as error:
                form.add_error(None, error.message)
            else:
                messages.success(request, "已保存。由他人批准公布以后开始评分。")
                return redirect("scheme", code=made.code)
        return self.show(**self._given(row, form, items), status=422)


def _item_given(one: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    code = one.get("indicator", "")
    return {
        "key": code or one.get("title", ""),
        "title": names.get(code, "") or one.get("title", ""),
        "weight": one["weight"],
        "indicator": code,
        "full": one.get("full") if code else None,
        "zero": one.get("zero") if code else None,
    }


class SchemePage(Page[Actor]):
    """One appraisal: the method, the items, the scores, the objections."""

    permission, template_name = "indicators.scheme.view", "indicators/scheme.html"

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        return [Crumb(label="考评", href=reverse("schemes"))]

    def context(self) -> dict[str, Any]:
        """Return everything that the actor may see."""
        row = queries.scheme(self.actor, self.kwargs["code"])
        items = appraise.items_of(row)
        scores = list(queries.scores(self.actor, row))
        edits = self.actor.may("indicators.scheme.edit")
        objections = list(queries.objections(self.actor, row))
        open_ = row.state in (SchemeState.PUBLISHED, SchemeState.SCORED)
        names = {
            one.code: one
            for one in queries.indicators(self.actor).filter(place=row.place, code__in=[i.indicator for i in items])
        }
        told = [one for one in scores if one.total is not None]
        own = {unit.code for unit in self._own_units(row, scores)}
        return {
            "title": row.title,
            "row": row,
            "badge": Badge(text=row.get_state_display(), tone=SCHEME_TONES[SchemeState(row.state)]),
            "steps": steps_of(row),
            "facts": [
                Fact(label="考评期", value=period_of(row.period).label),
                Fact(label="加分上限", value=shown(row.bonus_cap)),
                Fact(label="一票否决情形", value="；".join(row.vetoes) or "没有"),
                Fact(label="异议截止", value=row.objections_until or "评分时确定"),
            ],
            "items": [
                {
                    "title": one.title,
                    "weight": shown(one.weight),
                    "rule": f"{shown(one.zero)}得零分，{shown(one.full)}得满分" if one.indicator else "人工评分",
                    "href": reverse("indicator", args=[row.place, one.indicator]) if one.indicator in names else "",
                }
                for one in items
            ],
            "scores": [
                {
                    "score": one,
                    "unit": one.unit.name,
                    "total": shown(one.total),
                    "covered": shown(one.covered),
                    "bonus": shown(one.bonus),
                    "href": reverse("score", args=[row.code, one.unit.code]),
                    "own": one.unit.code in own,
                }
                for one in scores
            ],
            "chart": _chart(told) if len(told) > 1 else None,
            "adjustments": list(row.adjustments.select_related("unit")) if edits else [],
            "objections": objections,
            "may_edit": edits and row.state == SchemeState.DRAFT,
            "may_publish": self.actor.may("indicators.scheme.publish")
            and row.state == SchemeState.DRAFT
            and row.made_by != self.actor.code,
            "may_score": edits and open_,
            "may_finish": self.actor.may("indicators.scheme.publish") and row.state == SchemeState.SCORED,
            "may_answer": edits,
            "until": row.objections_until or self.today + timedelta(days=appraise.OBJECTION_DAYS + 2),
            "units": [(unit.code, unit.name) for unit in appraise.units_of(row)] if edits and open_ else [],
            "by_hand": [one for one in items if not one.indicator],
            "kinds": Adjustment.Kind.choices,
            "recorded": list(RECORDED.items()),
            "proposals": [_proposal(one, self.actor) for one in appraise.proposals(row)] if edits else [],
        }

    def _own_units(self, row: Scheme, scores: Sequence[Score]) -> list[Unit]:
        if not self.actor.may("indicators.objection.submit") or row.state != SchemeState.SCORED:
            return []
        scope = self.actor.scope("indicators.objection.submit")
        mine = Unit.objects.filter(scope.condition(Unit.scope_fields), pk__in=[one.unit_id for one in scores])
        return list(mine)

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        """Publish, score, adjust, answer, finish: each its own use case."""
        queries.scheme(self.actor, code)
        given = request.POST
        who: dict[str, Any] = {"actor": self.actor, "at": self.now}
        version = _number(given.get("version", ""))
        try:
            match given.get("act", ""):
                case "publish":
                    appraise.publish_scheme(**who, code=code, version=version)
                case "score":
                    until = forms.DateField().clean(given.get("until", ""))
                    appraise.score(**who, code=code, version=version, objections_until=until)
                case "adjust":
                    appraise.adjust(
                        **who,
                        code=code,
                        unit=given.get("unit", ""),
                        kind=given.get("kind", ""),
                        item=given.get("item", ""),
                        reason=given.get("reason", ""),
                        document=given.get("document", ""),
                        points=given.get("points", "") or "0",
                    )
                case "withdraw":
                    appraise.withdraw_adjustment(
                        **who, adjustment=_number(given.get("adjustment", "")), reason=given.get("reason", "")
                    )
                case "answer":
                    appraise.answer(
                        **who,
                        objection=_number(given.get("objection", "")),
                        version=version,
                        upheld=given.get("upheld") == "yes",
                        words=given.get("words", ""),
                    )
                case "finish":
                    appraise.publish_results(**who, code=code, version=version)
                case _:
                    raise MissingError("没有这种办理。")
        except forms.ValidationError:
            messages.error(request, "请填写异议截止日。")
        except DomainError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, "已办理。")
        return redirect("scheme", code=code)


def _proposal(one: appraise.Proposal, actor: Actor) -> dict[str, Any]:
    return {
        "unit": one.unit.name,
        "trigger": TRIGGERS[one.trigger],
        "words": one.words,
        "values": [reverse("indicator_value", args=[pk]) for pk in one.values],
        "persons": reverse("registry_accountability_new") if actor.may("registry.accountability.edit") else "",
    }


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else -1


def steps_of(row: Scheme) -> list[Step]:
    """Return how far an appraisal is."""
    order = list(SchemeState)
    here = order.index(SchemeState(row.state))
    labels = ("起草", "公布方案", "评分和异议", "公布结果")
    moments = (row.made_at, row.published_at, row.scored_at, row.final_at)
    return [
        Step(
            label=label,
            state=StepState.DONE if at <= here else StepState.CURRENT if at == here + 1 else StepState.WAITING,
            note=f"{moment:%Y-%m-%d}" if moment else "",
        )
        for at, (label, moment) in enumerate(zip(labels, moments, strict=True))
    ]


def _chart(scores: Sequence[Score]) -> Chart:
    return Chart(
        name="scores",
        title="各单位总分",
        labels=[one.unit.short_name or one.unit.name for one in scores],
        label_head="单位",
        series=[Series(name="总分", values=[float(one.total or 0) for one in scores])],
        kind=ChartKind.BAR_ACROSS,
        summary="按名次从上到下。",
    )


class ScorePage(Page[Actor]):
    """One unit's score: each item with its points, how they come about, and the data behind."""

    permission, template_name = "indicators.scheme.view", "indicators/score.html"

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        row = queries.scheme(self.actor, self.kwargs["code"])
        return [
            Crumb(label="考评", href=reverse("schemes")),
            Crumb(label=row.title, href=reverse("scheme", args=[row.code])),
        ]

    def _score(self) -> Score:
        row = queries.scheme(self.actor, self.kwargs["code"])
        found = queries.scores(self.actor, row).filter(unit__code=self.kwargs["unit"]).first()
        if found is None:
            raise MissingError("没有找到这个单位的得分，或者您无权查看。")
        return found

    def context(self) -> dict[str, Any]:
        """Return the parts with links to the values that they rest on."""
        held = self._score()
        row = held.scheme
        scope = (
            self.actor.scope("indicators.objection.submit") if self.actor.may("indicators.objection.submit") else None
        )
        own = scope is not None and Unit.objects.filter(scope.condition(Unit.scope_fields), pk=held.unit_id).exists()
        in_time = (
            row.state == SchemeState.SCORED and row.objections_until is not None and self.today <= row.objections_until
        )
        return {
            "title": f"{held.unit.name}：{row.title}",
            "held": held,
            "facts": [
                Fact(label="总分", value=shown(held.total)),
                Fact(label="名次", value=held.rank or "—"),
                Fact(label="参评权重", value=f"{shown(held.covered)}（没有评价的项目不计入，按比例折算）"),
                Fact(label="加分", value=shown(held.bonus)),
                *([Fact(label="一票否决", value=held.veto)] if held.veto else []),
            ],
            "parts": [self._part(held, item) for item in appraise.items_of(row)],
            "adjustments": list(row.adjustments.filter(unit=held.unit, withdrawn=False)),
            "objections": list(queries.objections(self.actor, row).filter(unit=held.unit)),
            "may_object": own and in_time,
            "items": [(one.key, one.title) for one in appraise.items_of(row)],
        }

    def _part(self, held: Score, item: Any) -> dict[str, Any]:
        told = held.parts.get(item.key, {})
        links = []
        if item.indicator and self.actor.may("indicators.value.view"):
            row = Indicator.objects.get(place=held.scheme.place, code=item.indicator)
            for pk in appraise.standing_of(row, held.unit, period_of(held.scheme.period)).values:
                value = queries.values(self.actor).filter(pk=pk).first()
                if value is not None:
                    links.append((period_of(value.period).label, reverse("indicator_value", args=[pk])))
        points = told.get("points")
        return {
            "title": item.title,
            "weight": shown(item.weight),
            "points": "未评价" if points is None else shown(Decimal(points)),
            "words": told.get("words", ""),
            "links": links,
        }

    def post(self, request: HttpRequest, code: str, unit: str) -> HttpResponse:
        """Object."""
        self._score()
        try:
            appraise.object_to(
                actor=self.actor,
                at=self.now,
                code=code,
                unit=unit,
                words=request.POST.get("words", ""),
                item=request.POST.get("item", ""),
            )
        except DomainError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, "异议已提交，答复以后会通知您。")
        return redirect("score", code=code, unit=unit)


class ScoresFile(Page[Actor]):
    """The scores with their parts, for the county's own assessment."""

    permission = "indicators.scheme.view"

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:  # type: ignore[override]
        """Send them."""
        row = queries.scheme(self.actor, self.kwargs["code"])
        items = appraise.items_of(row)
        head = ["名次", "单位", "单位代码", "总分", "参评权重", "加分", "一票否决"]
        for item in items:
            head += [f"{item.title}（{shown(item.weight)}）", f"{item.title}：依据"]
        lines = [_line(one, items) for one in queries.scores(self.actor, row)]
        if request.GET.get("as") == "csv":
            return as_csv(row.title, [head, *lines])
        return as_xlsx(row.title, head, lines)


def _line(one: Score, items: Sequence[Any]) -> list[object]:
    cells: list[object] = [one.rank, one.unit.name, one.unit.code, one.total, one.covered, one.bonus, one.veto]
    for item in items:
        told = one.parts.get(item.key, {})
        points = told.get("points")
        cells += ["未评价" if points is None else Decimal(points), told.get("words", "")]
    return cells
