"""Definitions: loaded in sets, drafted, approved by somebody else, taken out of use."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.indicators import queries, registers
from mingjing.contexts.indicators.models import Edition, Indicator, IndicatorState
from mingjing.contexts.indicators.usecases import define
from mingjing.contexts.indicators.usecases.base import IndicatorsError, place_of
from mingjing.contexts.indicators.web import forms, look
from mingjing.contexts.indicators.web.indicator import definition_facts
from mingjing.contexts.indicators.web.overview import tabs
from mingjing.contexts.ui.components import Badge, Crumb, Tone
from mingjing.contexts.ui.tables import ChoiceFilter, Column, Table, TableView
from mingjing.contexts.ui.web.pages import Page, version_of
from mingjing.domain.indicators.definitions import Definition, SourceKind, definition_data, definition_of
from mingjing.domain.indicators.periods import PeriodKind
from mingjing.domain.indicators.rewards import refusal_of
from mingjing.domain.rules.library import rules
from mingjing.kernel.errors import DomainError

STATE_TONES = {
    IndicatorState.DRAFT: Tone.ATTENTION,
    IndicatorState.ACTIVE: Tone.GOOD,
    IndicatorState.RETIRED: Tone.PLAIN,
}

DEFINITIONS = Table(
    name="indicators.definitions",
    columns=(
        Column(name="title", label="指标", value=lambda row: row.title, order="position,title", width="wide"),
        Column(name="code", label="编号", value=lambda row: row.code, order="code"),
        Column(name="category", label="类别", value=lambda row: row.category, order="category"),
        Column(name="target", label="目标", value=lambda row: row.definition.target_words),
        Column(name="period", label="周期", value=lambda row: PeriodKind(row.period).label, order="period"),
        Column(name="source", label="来源", value=lambda row: SourceKind(row.source).label, order="source"),
        Column(name="responsible", label="责任单位", value=lambda row: row.responsible.name if row.responsible else row.definition.responsible),
        Column(name="state", label="状态", value=lambda row: Badge(text=row.get_state_display(), tone=STATE_TONES[row.state])),
        Column(name="plan", label="出自", value=lambda row: row.definition.plan, shown=False),
    ),
    filters=(
        ChoiceFilter(name="state", label="状态", choices=IndicatorState.choices),
        ChoiceFilter(name="source", label="来源", choices=[(one.value, one.label) for one in SourceKind]),
    ),
    search=("title", "code", "category"),
    search_hint="名称、编号、类别",
    order="title",
    row_name=lambda row: row.title,
    row_href=lambda row: reverse("indicator", args=[row.place, row.code]),
    noun="项",
    empty="还没有指标。载入方案指标集，由负责人批准以后即可计算。",
)  # fmt: skip


class DefinitionsPage(TableView[Actor]):
    """All definitions as a list."""

    table, title, permission = DEFINITIONS, "指标定义", "indicators.indicator.view"

    def rows(self) -> Any:
        """Return the indicators that the actor may see."""
        return queries.indicators(self.actor)

    def acts(self) -> list[tuple[str, str, str]]:
        """Offer to draft one."""
        if not self.actor.may("indicators.indicator.edit"):
            return []
        return [
            ("新建指标", reverse("indicator_new"), "plus"),
            ("载入指标集、待批准", reverse("editions"), "file-import"),
        ]


class EditionsPage(Page[Actor]):
    """What waits for approval, and the sets that can be loaded."""

    permission, title, template_name = "indicators.indicator.view", "指标定义", "indicators/editions.html"

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        return [Crumb(label="指标", href=reverse("indicators"))]

    def context(self) -> dict[str, Any]:
        """Return the editions that wait with what changes, and the sets."""
        may_approve = self.actor.may("indicators.indicator.approve")
        waiting = [_waiting(one, self.actor, may_approve=may_approve) for one in queries.editions_waiting(self.actor)]
        there = set(queries.indicators(self.actor).values_list("code", flat=True))
        return {
            "waiting": waiting,
            "may_approve": may_approve and any(not one["own"] for one in waiting),
            "may_edit": self.actor.may("indicators.indicator.edit"),
            "sets": [
                (name, label, len(define.set_of(name)), sum(one.code not in there for one in define.set_of(name)))
                for name, label in define.SETS.items()
            ],
            "tabs": tabs(self.actor, "editions"),
            "count": len(there),
        }

    def post(self, request: HttpRequest) -> HttpResponse:
        """Load a set, or approve all that wait."""
        if name := request.POST.get("load", ""):
            place = place_of(self.actor, "indicators.indicator.edit")
            count = define.load_set(actor=self.actor, at=self.now, place=place, name=name)
            messages.success(request, f"载入 {count} 项，待负责人批准。" if count else "这个指标集已经全部载入。")
        elif request.POST.get("approve") == "all":
            place = place_of(self.actor, "indicators.indicator.approve")
            count = define.approve_all(actor=self.actor, at=self.now, place=place)
            messages.success(request, f"批准 {count} 项。")
        return redirect("editions")


def _waiting(one: Edition, actor: Actor, *, may_approve: bool) -> dict[str, Any]:
    definition = definition_of(one.content)
    before = one.indicator.content if one.indicator.number else {}
    changes = (
        [name for name in sorted({*before, *one.content}) if before.get(name) != one.content.get(name)]
        if before
        else []
    )
    refused = refusal_of(definition)
    return {
        "edition": one,
        "title": definition.title,
        "target": definition.target_words,
        "meaning": definition.meaning,
        "changes": "、".join(_FIELDS.get(name, name) for name in changes),
        "own": one.made_by == actor.code,
        "may": may_approve and one.made_by != actor.code,
        "refused": refused.reason if refused else "",
        "href": reverse("indicator", args=[one.indicator.place, one.indicator.code]),
    }


_FIELDS = {
    "title": "名称", "category": "类别", "meaning": "含义", "numerator": "分子", "denominator": "分母", "unit": "计量单位",
    "target": "目标", "direction": "方向", "period": "统计周期", "source": "数据来源", "responsible": "责任单位",
    "citation": "依据", "plan": "出自", "remarks": "备注", "evidence": "佐证材料", "words": "对应原文的词", "scope": "适用范围",
}  # fmt: skip


class DecideAct(Page[Actor]):
    """Approve an edition, or return it."""

    permission = "indicators.indicator.approve"
    http_method_names = ["post"]  # noqa: RUF012 - Django's own

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Do it."""
        approved = request.POST.get("decide") == "approve"
        try:
            define.decide_edition(
                actor=self.actor,
                at=self.now,
                edition=pk,
                version=version_of(request),
                approved=approved,
                opinion=request.POST.get("opinion", ""),
            )
        except IndicatorsError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, "已批准，下次计算时使用。" if approved else "已退回。")
        return redirect("editions")


class DefinePage(Page[Actor]):
    """Draft an indicator, or a new edition of one."""

    permission, template_name = "indicators.indicator.edit", "indicators/define.html"

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        return [Crumb(label="指标", href=reverse("indicators")), Crumb(label="指标定义", href=reverse("editions"))]

    def _row(self) -> Indicator | None:
        if "code" not in self.kwargs:
            return None
        return queries.indicator(self.actor, self.kwargs["place"], self.kwargs["code"])

    def context(self) -> dict[str, Any]:
        """Return the form with what stands now."""
        row = self._row()
        initial: dict[str, Any] = (
            {"version": row.version} if row else {"version": 0, "source": "rule: penalty.disclosure.in-time\n"}
        )
        if row is not None:
            initial |= forms.initial_of(row.definition)
        return self._given(forms.DefinitionForm(initial=initial), row)

    def _given(self, form: forms.DefinitionForm, row: Indicator | None) -> dict[str, Any]:
        if row is not None:
            form.fields["code"].widget.attrs["readonly"] = True
        return {
            "title": f"修改指标：{row.title}" if row else "新建指标",
            "form": form,
            "row": row,
            "back": reverse("indicator", args=[row.place, row.code]) if row else reverse("definitions"),
            "rules": [(one.id, one.title) for one in rules().values()],
            "registers": [(one.name, one.label) for one in registers.offered()],
        }

    def post(self, request: HttpRequest, **_kwargs: object) -> HttpResponse:
        """Draft it."""
        row = self._row()
        form = forms.DefinitionForm(request.POST)
        if form.is_valid():
            data = form.data_given()
            if row is not None:
                # what the form does not show stays as it is
                kept = definition_data(row.definition)
                data["code"] = row.code
                if kinds := kept.get("scope", {}).get("unit_kinds"):
                    data["scope"] = {**data.get("scope", {}), "unit_kinds": kinds}
            try:
                made = define.draft_indicator(
                    actor=self.actor,
                    at=self.now,
                    place=row.place if row else place_of(self.actor, "indicators.indicator.edit"),
                    data=data,
                    reason=form.cleaned_data["reason"],
                    version=form.cleaned_data["version"],
                )
            except DomainError as error:
                form.add_error(None, error.message)
            else:
                messages.success(request, "已提交，待负责人批准。")
                return redirect("indicator", place=made.place, code=made.code)
        return self.show(**self._given(form, row), status=422)


class RetirePage(Page[Actor]):
    """Ask for the reason and take an indicator out of use."""

    permission, template_name, title = "indicators.indicator.approve", "ui/confirm.html", "停用指标"

    def context(self) -> dict[str, Any]:
        """Return the indicator and the form."""
        row = queries.indicator(self.actor, self.kwargs["place"], self.kwargs["code"])
        return {
            "lead": "停用以后不再计算，已有的数值保留。",
            "facts": definition_facts(row, row.definition)[:4],
            "form": forms.ReasonForm(initial={"version": row.version}),
            "act": "停用",
            "back": reverse("indicator", args=[row.place, row.code]),
            "grave": True,
        }

    def post(self, request: HttpRequest, place: str, code: str) -> HttpResponse:
        """Do it."""
        form = forms.ReasonForm(request.POST)
        if not form.is_valid():
            return self.show(**self.context() | {"form": form}, status=422)
        define.retire_indicator(actor=self.actor, at=self.now, place=place, code=code, **form.cleaned_data)
        messages.success(request, "已停用。")
        return redirect("indicator", place=place, code=code)


def demonstration_lines(actor: Actor) -> list[dict[str, Any]]:
    """Return the demonstration set with who answers, by which standard, and whether there is evidence."""
    rows = [row for row in queries.indicators(actor) if "demonstration" in row.sets]
    latest: dict[int, Any] = {}
    if actor.may("indicators.value.view"):
        for value in (
            queries.values(actor)
            .filter(indicator__in=[row.pk for row in rows], unit__isnull=True)
            .order_by("starts_on")
        ):
            if value.value is not None:
                latest[value.indicator_id] = value
    return [_demonstration(row, row.definition, latest.get(row.pk)) for row in rows]


def _demonstration(row: Indicator, one: Definition, value: Any) -> dict[str, Any]:
    return {
        "code": row.code,
        "title": row.title,
        "href": reverse("indicator", args=[row.place, row.code]),
        "responsible": row.responsible.name if row.responsible else one.responsible,
        "standard": f"{one.numerator}／{one.denominator}，{one.target_words}" if one.denominator else one.target_words,
        "evidence": one.evidence,
        "source": one.source_kind.label,
        "value": look.value_text(value, one.unit),
        "badge": look.badge_of(value.colour if value else "none"),
        "lacks": value is None,
    }


class DemonstrationPage(Page[Actor]):
    """The responsibility list of the demonstration indicators."""

    permission, title, template_name = (
        "indicators.indicator.view",
        "示范创建指标责任清单",
        "indicators/demonstration.html",
    )

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        return [Crumb(label="指标", href=reverse("indicators"))]

    def context(self) -> dict[str, Any]:
        """Return the list; those without evidence are counted."""
        lines = demonstration_lines(self.actor)
        return {"lines": lines, "lacking": sum(one["lacks"] for one in lines)}
