"""Pages of examples, and what of them everybody reads."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate

from mingjing.contexts.accounts.access import Actor, access, visible
from mingjing.contexts.registry import queries
from mingjing.contexts.registry.models import Example
from mingjing.contexts.registry.usecases import examples as acts
from mingjing.contexts.registry.web.framework import (
    Act,
    ActPage,
    NewPage,
    Section,
    Thing,
    ThingPage,
    asks,
    choice,
    day,
    form_of,
    no_fields,
    text,
    units_of,
    words,
)
from mingjing.contexts.registry.web.public import PublicPage
from mingjing.contexts.ui.components import Badge, Fact, Tone
from mingjing.contexts.ui.tables import ChoiceFilter, Column, DateFilter, Table, TableView
from mingjing.domain.registry.examples import KIND_LABELS, NEXT, STATUS_LABELS, ExampleKind, ExampleStatus

KINDS = [(str(code), label) for code, label in KIND_LABELS.items()]
_TONES = {
    ExampleStatus.SUBMITTED: Tone.INFO,
    ExampleStatus.APPROVED: Tone.GOOD,
    ExampleStatus.PUBLISHED: Tone.GOOD,
    ExampleStatus.REFUSED: Tone.ATTENTION,
}
_NAMES = "每行一个。反面典型和典型案例发布时，人名只留姓，单位名称写作“某单位”；身份号码和手机号在任何典型里都会隐去。"

_OF_CASES = "典型案例从办结的案件里选：打开案件，点“选为典型案例”。"


def _state(row: Example) -> Badge:
    status = ExampleStatus(row.status)
    return Badge(text=STATUS_LABELS[status], tone=_TONES.get(status, Tone.PLAIN))


TABLE = Table(
    name="registry.examples",
    columns=(
        Column(name="title", label="标题", value=lambda row: row.title, order="title", width="wide"),
        Column(name="kind", label="类别", value=lambda row: row.get_kind_display(), order="kind"),
        Column(name="unit", label="报送单位", value=lambda row: row.unit.name, order="unit__path"),
        Column(name="status", label="状态", value=_state, order="status"),
        Column(name="published", label="发布日期", value=lambda row: row.published_on, order="published_on"),
    ),
    filters=(
        ChoiceFilter(name="kind", label="类别", choices=KINDS),
        ChoiceFilter(name="status", label="状态", choices=[(str(one), label) for one, label in STATUS_LABELS.items()]),
        DateFilter(name="published", label="发布日期", field="published_on"),
    ),
    search=("title", "text"),
    search_hint="标题、内容",
    order="-published",
    row_href=lambda row: reverse("registry_example", args=[row.code]),
    noun="条",
    empty="还没有典型。执法机关可以报送好经验好做法、先进人物和事迹，司法局审核后发布。",
)


class ExamplesPage(TableView[Actor]):
    """The list of examples."""

    table = TABLE
    title = "先进和典型"
    permission = acts.SEE
    lead = "收集、审核、发布好经验好做法和先进人物，曝光反面典型；先进可以向上级推荐。"

    def rows(self) -> QuerySet[Example]:
        """Return what the viewer may see."""
        return visible(Example.objects.select_related("unit"), self.actor, self.permission)

    def acts(self) -> list[tuple[str, str, str]]:
        """Return the buttons."""
        found = [("公开页面", reverse("registry_public_examples"), "world")]
        if self.actor.may(acts.EDIT):
            found.insert(0, ("报送典型", reverse("registry_example_new"), "plus"))
        return found


def _sections(row: Example, _actor: Actor, _today: date) -> Iterable[Section]:
    yield Section(
        title="基本信息",
        icon="award",
        facts=[
            Fact(label="类别", value=row.get_kind_display()),
            Fact(label="报送单位", value=row.unit.name),
            Fact(label="内容", value=row.text),
            *(
                [
                    Fact(label="案件", value=row.case_code, href=reverse("case", args=[row.case_code])),
                    Fact(
                        label="对应事项",
                        value=f"{row.item_name}（{row.item_code}）",
                        href=reverse("catalog_item", args=[row.item_code]),
                    ),
                ]
                if row.case_code
                else []
            ),
            *([Fact(label="发布时隐去", value=row.names.splitlines())] if row.names else []),
            Fact(label="送审人", value=row.submitted_by_name),
            Fact(label="审核人", value=row.decided_by_name),
            Fact(label="审核意见", value=row.opinion),
            Fact(label="发布日期", value=row.published_on),
            *([Fact(label="撤下日期", value=row.withdrawn_on)] if row.withdrawn_on else []),
        ],
    )
    if row.status in (ExampleStatus.SUBMITTED, ExampleStatus.APPROVED, ExampleStatus.PUBLISHED):
        yield Section(
            title="公众看到的内容",
            icon="world",
            facts=[
                Fact(label="标题", value=queries.public_title(row)),
                Fact(label="内容", value=queries.public_text(row)),
            ],
        )
    yield Section(
        title="向上推荐",
        icon="send",
        heads=("推荐到", "推荐日期", "结果"),
        lines=[(each.addressee, each.on, each.result) for each in row.recommendations.all()],
        empty="还没有向上级推荐过。",
    )


def fetch(actor: Actor, code: str) -> Example:
    """Return an example that the viewer may see."""
    return access(Example.objects.select_related("unit"), actor, acts.SEE, code=code)


def _run(act: Callable[..., object]) -> Callable[[Actor, datetime, Any, dict[str, Any]], object]:
    def run(actor: Actor, at: datetime, row: Example, data: dict[str, Any]) -> None:
        act(actor=actor, at=at, code=row.code, version=row.version, **data)

    return run


def _decide(*, approve: str, **given: Any) -> object:
    return acts.decide_example(approve=approve == "yes", **given)


def _when(act: str) -> Callable[[Any], bool]:
    return lambda row: row.status in NEXT[act]


THING = Thing(
    name="example",
    label="典型",
    list_label="先进和典型",
    permission=acts.SEE,
    fetch=fetch,
    title=lambda row: row.title,
    badge=lambda row, _day: _state(row),
    sections=_sections,
    subjects=lambda row: [f"example:{row.code}"],
    acts=(
        Act(
            name="submit",
            label="送审",
            permission=acts.EDIT,
            form=no_fields,
            run=_run(acts.submit_example),
            icon="send",
            when=_when("submit"),
        ),
        Act(
            name="decide",
            label="审核",
            permission=acts.DECIDE,
            form=asks(
                approve=lambda _: choice("结论", [("yes", "通过"), ("no", "不通过，退回")]),
                opinion=lambda _: text("审核意见"),
            ),
            run=_run(_decide),
            icon="rubber-stamp",
            explain="核对事实和授权；“公众看到的内容”就是发布后的样子。",
            when=_when("decide"),
        ),
        Act(
            name="publish",
            label="发布",
            permission=acts.DECIDE,
            form=no_fields,
            run=_run(acts.publish_example),
            icon="world",
            explain="发布后任何人都能在公开页面看到。",
            when=_when("publish"),
        ),
        Act(
            name="recommend",
            label="向上推荐",
            permission=acts.DECIDE,
            form=asks(
                addressee=lambda _: words("推荐到", "如“济宁市司法局”。", longest=128),
                on=lambda _: day("推荐日期", initial=localdate),
                result=lambda _: words("结果", required=False),
            ),
            run=_run(acts.recommend_example),
            icon="award",
            when=lambda row: _when("recommend")(row) and row.kind != ExampleKind.WARNING,
        ),
        Act(
            name="edit",
            label="修改",
            permission=acts.EDIT,
            form=asks(
                title=lambda row: words("标题", longest=128, initial=row.title),
                text=lambda row: text("内容", initial=row.text),
                names=lambda row: text("发布时隐去的姓名和名称", _NAMES, required=False, initial=row.names),
            ),
            run=_run(acts.edit_example),
            when=_when("edit"),
        ),
        Act(
            name="withdraw",
            label="撤下",
            permission=acts.DECIDE,
            form=asks(reason=lambda _: text("事由")),
            run=_run(acts.withdraw_example),
            icon="eye-off",
            when=_when("withdraw"),
            grave=True,
        ),
    ),
)


class ExamplePage(ThingPage):
    """One example."""

    thing = THING
    permission = acts.SEE


class ExampleActPage(ActPage):
    """An act on an example."""

    thing = THING
    permission = acts.SEE


class ExampleNewPage(NewPage):
    """Write an example down."""

    thing = THING
    label = "报送典型"
    explain = "先存为草稿，核对后送审。"
    permission = acts.EDIT

    def make(self) -> forms.Form:
        """Return the empty form."""
        return form_of(
            {
                "unit": choice("报送单位", units_of(self.actor, acts.EDIT)),
                "kind": choice("类别", [one for one in KINDS if one[0] != ExampleKind.CASE], _OF_CASES),
                "title": words("标题", longest=128),
                "text": text("内容"),
                "names": text("发布时隐去的姓名和名称", _NAMES, required=False),
            }
        )

    def run(self, values: dict[str, Any]) -> Example:
        """Write it down."""
        return acts.draft_example(actor=self.actor, at=self.now, **values)


class PublicExamplesPage(PublicPage):
    """What everybody reads: published examples, the latest first."""

    purpose = "examples"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show them."""
        return self.show("registry/public_examples.html", title="先进和典型", found=queries.public_examples())
