"""Pages of what has editions: items, benchmarks, lists. One page for each, with its versions, differences and acts."""

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from mingjing.contexts.accounts.access import Actor, MissingError, access, visible
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.catalog import queries
from mingjing.contexts.catalog.flowcharts import draw
from mingjing.contexts.catalog.models import (
    Benchmark,
    BenchmarkEdition,
    Edition,
    Holder,
    Item,
    ItemEdition,
    ItemList,
    ListEdition,
)
from mingjing.contexts.catalog.queries import Family, family_of
from mingjing.contexts.catalog.usecases import compiling, editions
from mingjing.contexts.catalog.web import forms, look, tables
from mingjing.contexts.catalog.web.look import address_of
from mingjing.contexts.registry.queries import typical_cases_of
from mingjing.contexts.ui.components import Crumb, Fact
from mingjing.contexts.ui.tables import TableView
from mingjing.contexts.ui.web.pages import Page
from mingjing.domain.catalog.editions import Act, Status, as_of, changes
from mingjing.domain.catalog.items import flows
from mingjing.domain.catalog.lists import kinds_at, list_kind
from mingjing.domain.discretion.benchmarks import PENALTY_KINDS
from mingjing.domain.procedures.library import procedures
from mingjing.kernel.errors import DomainError

_LIST_NAMES = {
    "item": ("执法事项", "catalog_items"),
    "benchmark": ("裁量基准", "catalog_benchmarks"),
    "list": ("清单", "catalog_lists"),
}


class ItemsPage(TableView[Actor]):
    """All items."""

    table, title, permission = tables.ITEMS, "执法事项", "catalog.item.view"
    lead = "有依据、经批准、已公布的才能据以执法；在办案件沿用立案时的版本。"

    def rows(self) -> QuerySet[Any]:
        """Return the items that the viewer may see."""
        rows = queries.shown(Item.objects.select_related("unit"), self.actor, "item")
        return tables.with_benchmarks(queries.with_current(rows, "item", self.today))

    def acts(self) -> Sequence[tuple[str, str, str]]:
        """Return the buttons."""
        found = []
        if self.actor.may("catalog.item.edit"):
            found += [
                ("起草事项", reverse("catalog_item_new"), "plus"),
                ("导入", reverse("catalog_import"), "table-import"),
            ]
        found.append(("完整性检查", reverse("catalog_completeness"), "checklist"))
        return found


class BenchmarksPage(TableView[Actor]):
    """All benchmarks."""

    table, title, permission = tables.BENCHMARKS, "裁量基准", "catalog.benchmark.view"
    lead = "下级可以细化，不能超出上级和法律规定的幅度。"

    def rows(self) -> QuerySet[Any]:
        """Return the benchmarks that the viewer may see."""
        rows = queries.shown(Benchmark.objects.select_related("unit", "item"), self.actor, "benchmark")
        return queries.with_current(rows, "benchmark", self.today)


class ListsPage(TableView[Actor]):
    """All lists."""

    table, title, permission = tables.LISTS, "清单", "catalog.list.view"
    lead = "权责、抽查、音像记录、法制审核、告知承诺、收费罚没和宽严清单，逐版批准、公布。"

    def rows(self) -> QuerySet[Any]:
        """Return the lists that the viewer may see."""
        rows = queries.shown(ItemList.objects.select_related("unit"), self.actor, "list")
        return queries.with_current(rows, "list", self.today)

    def acts(self) -> Sequence[tuple[str, str, str]]:
        """Return the buttons."""
        return [("编制清单", reverse("catalog_list_new"), "plus")] if self.actor.may("catalog.list.edit") else []


class HolderPage[M: Model](Page[Actor]):
    """The page of one thing with editions; ``?edition=2`` shows an earlier one, ``?on=2026-05-01`` the one of a day."""

    family: ClassVar[str]

    def crumbs(self) -> list[Crumb]:
        """Return the way."""
        label, name = _LIST_NAMES[self.family]
        return [Crumb(label=label, href=reverse(name))]

    def holder(self) -> Any:
        """Return the holder that the viewer may see."""
        rows = family_of(self.family).holder.objects.select_related("unit")
        return access(rows, self.actor, f"catalog.{self.family}.view", code=self.kwargs["code"])

    def context(self) -> dict[str, Any]:
        """Return what every such page shows."""
        holder = self.holder()
        found = queries.readable_editions(self.actor, holder)
        for one in found:
            one.holder = holder
        shown = self.chosen(found)
        opened = next((one for one in found if one.state in (Status.DRAFT, Status.SUBMITTED, Status.APPROVED)), None)
        gaps = queries.gaps_of(opened, self.today) if opened is not None and opened.state is Status.DRAFT else ()
        return {
            "title": holder.name,
            "holder": holder,
            "edition": shown,
            "badge": look.status_badge(shown, self.today),
            "opened": opened if opened is not shown else None,
            "gaps": gaps,
            "buttons": look.buttons(holder, found, self.today, queries.works_on(self.actor, holder)),
            "versions": [(one, look.status_badge(one, self.today), one is shown) for one in found],
            "events": look.history(found),
            "here": address_of(self.family, holder.code),
            "diff": reverse("catalog_diff", args=[self.family, holder.code]),
            **self.more(holder, shown),
        }

    def chosen(self, found: list[Edition]) -> Edition:
        """
        Return the edition that the address asks for, else the one in force, else the latest.

        :raises MissingError: if there is none of this number, or none was in force on the day
        """
        number, on = self.request.GET.get("edition", ""), self.request.GET.get("on", "")
        if number:
            row = next((one for one in found if str(one.number) == number), None)
        elif on:
            try:
                row = as_of(found, date.fromisoformat(on))
            except ValueError:
                row = None
        else:
            row = as_of(found, self.today) or (found[0] if found else None)
        if row is None:
            raise MissingError("没有这个版本，或者那一天没有施行的版本。")
        return row

    def more(self, holder: Any, edition: Any) -> dict[str, Any]:
        """Return what only this kind of page shows."""
        raise NotImplementedError


class ItemPage(HolderPage[Item]):
    """One item."""

    family, permission, template_name = "item", "catalog.item.view", "catalog/item.html"

    def more(self, holder: Any, edition: Any) -> dict[str, Any]:
        """Return the item's content, flow, benchmark, lists, delegations, guiding cases."""
        books = queries.Books(on=self.today)
        flow = flows().get(edition.item.flow)
        benchmark = queries.benchmark_for(holder.code, self.today)
        sees = False
        if benchmark is not None and self.actor.may("catalog.benchmark.view"):
            rows = Benchmark.objects.filter(pk=benchmark.holder.pk)
            sees = visible(rows, self.actor, "catalog.benchmark.view").exists()
        may_see = self.actor.may("catalog.delegation.view")
        handed = (
            visible(holder.delegations.select_related("unit"), self.actor, "catalog.delegation.view") if may_see else ()
        )
        return {
            "facts": look.item_facts(edition, self.today),
            "basis": look.basis_lines(edition.item.basis, books),
            "random": look.random_facts(edition),
            "flow": flow,
            "flow_steps": look.flow_steps(edition.item.flow),
            "bands": draw(procedures()[edition.item.flow]) if edition.item.flow in procedures() else (),
            "records": look.record_rows(edition),
            "standards": look.standard_rows(edition),
            "benchmark": benchmark,
            "tiers": look.tier_lines(benchmark) if benchmark else (),
            "may_see_benchmark": sees,
            "lenient": queries.leniency_entries(holder.code, self.today),
            "delegations": [(row, tables.delegation_badge(row, self.today)) for row in handed],
            "guiding": list(queries.guiding_cases(holder.code)),
            "typical": typical_cases_of(holder.code),
            "is_penalty": holder.kind == "penalty",
            "may_draft_benchmark": self.actor.may("catalog.benchmark.edit"),
            "may_calculate": self.actor.may("catalog.calculator.use"),
        }


class BenchmarkPage(HolderPage[Benchmark]):
    """One benchmark."""

    family, permission, template_name = "benchmark", "catalog.benchmark.view", "catalog/benchmark.html"

    def more(self, holder: Any, edition: Any) -> dict[str, Any]:
        """Return the tiers and factors."""
        upper = queries.upper_of(edition)
        read = edition.benchmark
        return {
            "facts": [
                Fact(label="执法事项", value=holder.item.name, href=address_of("item", holder.item.code)),
                Fact(label="制定机关", value=holder.unit.name),
                Fact(label="层级", value=read.level.label),
                Fact(label="法定罚款幅度", value=read.law_fine.label if read.law_fine else "不罚款"),
                Fact(label="法定处罚种类", value=[PENALTY_KINDS.get(one, one) for one in read.law_kinds]),
                Fact(
                    label="上级基准",
                    value=f"{upper.holder.unit.name}第{upper.number}版" if upper else "没有",
                    href=f"{address_of('benchmark', upper.holder.code)}?edition={upper.number}" if upper else "",
                ),
            ],
            "basis": look.basis_lines(read.basis, queries.Books(on=self.today)),
            "tiers": look.tier_lines(edition),
            "factors": look.factor_rows(edition),
            "may_calculate": self.actor.may("catalog.calculator.use"),
        }


class ListPage(HolderPage[ItemList]):
    """One list."""

    family, permission, template_name = "list", "catalog.list.view", "catalog/list.html"

    def more(self, holder: Any, edition: Any) -> dict[str, Any]:
        """Return the entries."""
        kind = holder.list_kind
        columns = [one for one in kind.columns if one.required or any(row.get(one.code) for row in edition.entries)]
        return {
            "kind_name": kind.name_at(holder.unit.place),
            "columns": columns,
            "entries": [
                (
                    str(row.get("number", "")),
                    str(row.get("item", "")),
                    [(one.label, row.get(one.code, "")) for one in columns],
                )
                for row in edition.entries
            ],
            "facts": [
                Fact(label="单位", value=holder.unit.name),
                Fact(label="种类", value=kind.label),
                Fact(label="依据", value=look.basis_label(kind.citation)),
                Fact(label="项数", value=len(edition.entries)),
                Fact(label="公布文件", value=edition.document),
            ],
            "compiled": kind.compiled,
        }


class DiffPage(Page[Actor]):
    """What differs between two editions."""

    template_name = "catalog/diff.html"
    permission = "catalog.item.view"

    def context(self) -> dict[str, Any]:
        """Compare the editions that the address names; without, the latest two."""
        family = family_of(self.kwargs["family"])
        holder: Holder = access(
            family.holder.objects.select_related("unit"),
            self.actor,
            f"catalog.{family.code}.view",
            code=self.kwargs["code"],
        )
        found = {one.number: one for one in queries.readable_editions(self.actor, holder)}
        numbers = sorted(found)
        first = _number(self.request.GET.get("from", ""), numbers, numbers[-2] if len(numbers) > 1 else numbers[0])
        second = _number(self.request.GET.get("to", ""), numbers, numbers[-1])
        return {
            "title": f"第{first}版与第{second}版的差异",
            "crumbs": [
                Crumb(label=_LIST_NAMES[family.code][0], href=reverse(_LIST_NAMES[family.code][1])),
                Crumb(label=holder.name, href=address_of(family.code, holder.code)),
            ],
            "changes": readable(family, found[first], found[second]),
            "numbers": numbers,
            "first": first,
            "second": second,
            "reason": found[second].reason,
        }


def readable(family: Family, first: Edition, second: Edition) -> tuple[Any, ...]:
    """List the differences in words: ranges as they are written, codes by their labels."""
    return changes(_in_words(first), _in_words(second), family.fields)


def _in_words(edition: Edition) -> dict[str, Any]:
    content = dict(edition.content)
    if isinstance(edition, ItemEdition):
        content["kind"] = edition.item.kind.label
        flow = flows().get(edition.item.flow)
        content["flow"] = flow.label if flow else ""
        content["records"] = ["，".join(row) for row in look.record_rows(edition)]
        content["promised_time"] = look.promised_in_words(edition)
        content["random"] = [f"{fact.label}：{fact.value}" for fact in look.random_facts(edition)]
        content["major_criteria"] = ["，".join(row[:2]) for row in look.standard_rows(edition)]
    elif isinstance(edition, BenchmarkEdition):
        read = edition.benchmark
        content["level"] = read.level.label
        content["law_fine"] = read.law_fine.label if read.law_fine else ""
        content["law_kinds"] = [PENALTY_KINDS.get(one, one) for one in read.law_kinds]
        content["tiers"] = [
            {"name": row.name, "condition": row.condition, "fine": row.fine, "kinds": row.kinds, "manner": row.manner}
            for row in look.tier_lines(edition)
        ]
        content["factors"] = [
            {"label": row[1], "direction": row[0], "percent": row[2], "basis": row[3]}
            for row in look.factor_rows(edition)
        ]
    elif isinstance(edition, ListEdition):
        kind = edition.holder.list_kind
        content["entries"] = [
            {"key": row.get("item") or row.get("number"), **{one.label: row.get(one.code, "") for one in kind.columns}}
            for row in edition.entries
        ]
    return content


def _number(text: str, numbers: list[int], otherwise: int) -> int:
    return int(text) if text.isdigit() and int(text) in numbers else otherwise


class NewItemPage(Page[Actor]):
    """Draft a new item."""

    permission, template_name, title = "catalog.item.edit", "catalog/item_form.html", "起草执法事项"

    def form(self, data: Any = None) -> forms.NewItemForm:
        """Make the form."""
        return forms.NewItemForm(
            data,
            units=forms.unit_choices(self.actor, self.permission),
            initial={"flow": "penalty_ordinary", "kind": "penalty", "sources": ["powers"], "level": "县级"},
        )

    def context(self) -> dict[str, Any]:
        """Show the form."""
        return {"form": self.form(), "back": reverse("catalog_items")}

    def crumbs(self) -> list[Crumb]:
        """Return the way."""
        return [Crumb(label="执法事项", href=reverse("catalog_items"))]

    def post(self, request: HttpRequest) -> HttpResponse:
        """Draft it."""
        form = self.form(request.POST)
        if form.is_valid():
            given = form.cleaned_data
            try:
                row = editions.start_item(
                    actor=self.actor,
                    at=self.now,
                    code=given["code"],
                    unit=given["unit"],
                    content=form.content(),
                    reason=given["reason"],
                )
            except DomainError as error:
                form.add_error(None, error.message)
            else:
                return redirect(address_of("item", row.code))
        return self.show(form=form, back=reverse("catalog_items"), status=422)


class EditItemPage(Page[Actor]):
    """Change the draft of an item, or draft its next edition."""

    permission, template_name = "catalog.item.edit", "catalog/item_form.html"

    def item(self) -> Item:
        """Return the item."""
        rows = Item.objects.select_related("unit")
        return access(rows, self.actor, self.permission, see="catalog.item.view", code=self.kwargs["code"])

    def context(self) -> dict[str, Any]:
        """Show the form with the latest content."""
        row = self.item()
        latest = queries.editions_of(row)[0]
        form = forms.ItemForm(
            initial=forms.ItemForm.initial_of(latest.content)
            | {"reason": latest.reason if latest.state is Status.DRAFT else ""}
        )
        return self._around(row, form)

    def _around(self, row: Item, form: forms.ItemForm) -> dict[str, Any]:
        return {
            "title": f"修订：{row.name}",
            "crumbs": [
                Crumb(label="执法事项", href=reverse("catalog_items")),
                Crumb(label=row.name, href=address_of("item", row.code)),
            ],
            "form": form,
            "version": row.version,
            "back": address_of("item", row.code),
        }

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        """Save the draft."""
        row = self.item()
        form = forms.ItemForm(request.POST)
        if form.is_valid():
            try:
                editions.save_draft(
                    actor=self.actor,
                    at=self.now,
                    family="item",
                    code=code,
                    version=_version(request),
                    content=form.content(),
                    reason=form.cleaned_data["reason"],
                )
            except DomainError as error:
                form.add_error(None, error.message)
            else:
                return redirect(f"{address_of('item', code)}?edition={queries.editions_of(row)[0].number}")
        return self.show(**self._around(row, form), status=422)


class BenchmarkFormPage(Page[Actor]):
    """Draft a benchmark for an item, or change one."""

    permission, template_name = "catalog.benchmark.edit", "catalog/benchmark_form.html"

    def subject(self) -> tuple[Item, Benchmark | None]:
        """Return the item, and the benchmark that is changed."""
        if "item" in self.kwargs:
            rows = Item.objects.select_related("unit")
            return access(rows, self.actor, "catalog.item.view", code=self.kwargs["item"]), None
        rows_of = Benchmark.objects.select_related("item__unit", "unit")
        row = access(rows_of, self.actor, self.permission, see="catalog.benchmark.view", code=self.kwargs["code"])
        return row.item, row

    def parts(self, item: Item, row: Benchmark | None, data: Any = None) -> tuple[Any, Any, Any]:
        """Make the three forms."""
        uppers = queries.benchmarks_above(item, row.level if row else "county", self.today)
        content: dict[str, Any] = (
            queries.editions_of(row)[0].content if row else {"basis": _item_basis(item), "law_kinds": ["fine"]}
        )
        upper = str(content.get("upper") or "").partition(":")[2].rpartition("@")[0]
        initial = {**content, "upper": upper}
        units = forms.unit_choices(self.actor, self.permission)
        form: forms.BenchmarkForm
        if row is None:
            form = forms.NewBenchmarkForm(data, uppers=uppers, units=units, initial=initial | {"unit": item.unit.code})
        else:
            form = forms.BenchmarkForm(data, uppers=uppers, initial=initial)
        tiers = forms.TierForms(data, prefix="tiers", initial=content.get("tiers") or _three_tiers())
        factors = forms.FactorForms(data, prefix="factors", initial=content.get("factors") or [])
        return form, tiers, factors

    def context(self) -> dict[str, Any]:
        """Show the forms."""
        item, row = self.subject()
        return self._around(item, row, self.parts(item, row))

    def _around(self, item: Item, row: Benchmark | None, parts: tuple[Any, Any, Any]) -> dict[str, Any]:
        form, tiers, factors = parts
        back = address_of("benchmark", row.code) if row else address_of("item", item.code)
        return {
            "title": f"{'修订' if row else '起草'}裁量基准：{item.name}",
            "crumbs": [Crumb(label="裁量基准", href=reverse("catalog_benchmarks")), Crumb(label=item.name, href=back)],
            "form": form,
            "tiers": tiers,
            "factors": factors,
            "version": row.version if row else 0,
            "back": back,
        }

    def post(self, request: HttpRequest, **kwargs: str) -> HttpResponse:
        """Save."""
        item, row = self.subject()
        form, tiers, factors = parts = self.parts(item, row, request.POST)
        if form.is_valid() and tiers.is_valid() and factors.is_valid():
            given = form.cleaned_data
            content = {
                **{name: given[name] for name in ("basis", "law_fine", "law_kinds", "notes")},
                "tiers": _kept(tiers),
                "factors": _kept(factors),
            }
            try:
                if row is None:
                    row = editions.start_benchmark(
                        actor=self.actor,
                        at=self.now,
                        item=item.code,
                        unit=given["unit"],
                        level=given["level"],
                        content=content,
                        upper=given["upper"],
                        reason=given["reason"],
                    )
                else:
                    editions.save_draft(
                        actor=self.actor,
                        at=self.now,
                        family="benchmark",
                        code=row.code,
                        version=_version(request),
                        content=content,
                        upper=given["upper"],
                        reason=given["reason"],
                    )
            except DomainError as error:
                form.add_error(None, error.message)
                row = self.subject()[1]
            else:
                return redirect(f"{address_of('benchmark', row.code)}?edition={queries.editions_of(row)[0].number}")
        return self.show(**self._around(item, row, parts), status=422)


class NewListPage(Page[Actor]):
    """Draft a list: compiled from items, or begun empty."""

    permission, template_name, title = "catalog.list.edit", "catalog/form.html", "编制清单"

    def form(self, data: Any = None) -> forms.CompileForm:
        """Make the form."""
        units = forms.unit_choices(self.actor, self.permission)
        first = visible(Unit.objects.all(), self.actor, self.permission).first()
        kinds = [
            (one.code, one.name_at(first.place if first else None))
            for one in kinds_at(first.place if first else None, self.today)
        ]
        return forms.CompileForm(data, units=units, kinds=kinds)

    def context(self) -> dict[str, Any]:
        """Show the form."""
        lead = "权责、监管和随机抽查清单由施行中的事项自动汇编；其他清单建立后逐项填写。"
        return {"form": self.form(), "act": "编制", "lead": lead, "back": reverse("catalog_lists")}

    def crumbs(self) -> list[Crumb]:
        """Return the way."""
        return [Crumb(label="清单", href=reverse("catalog_lists"))]

    def post(self, request: HttpRequest) -> HttpResponse:
        """Compile it, or begin it."""
        form = self.form(request.POST)
        if form.is_valid():
            given = form.cleaned_data
            try:
                if list_kind(given["kind"]).compiled:
                    row = compiling.compile_list(
                        actor=self.actor, at=self.now, unit=given["unit"], kind=given["kind"], on=self.today
                    )
                else:
                    row = editions.start_list(
                        actor=self.actor, at=self.now, unit=given["unit"], kind=given["kind"], content={"entries": []}
                    )
            except DomainError as error:
                form.add_error(None, error.message)
            else:
                target = (
                    address_of("list", row.code)
                    if row.list_kind.compiled
                    else reverse("catalog_list_edit", args=[row.code])
                )
                return redirect(target)
        return self.show(form=form, act="编制", back=reverse("catalog_lists"), status=422)


class EditListPage(Page[Actor]):
    """Write the entries of a list, one form for each; a compiled list is compiled anew."""

    permission, template_name = "catalog.list.edit", "catalog/list_form.html"

    def row(self) -> ItemList:
        """Return the list."""
        rows = ItemList.objects.select_related("unit")
        return access(rows, self.actor, self.permission, see="catalog.list.view", code=self.kwargs["code"])

    def entries(self, row: ItemList, data: Any = None) -> Any:
        """Make the forms of the entries."""
        rows = forms.entry_forms(row.list_kind)
        return rows(data, prefix="entries", initial=queries.editions_of(row)[0].content.get("entries") or [])

    def context(self) -> dict[str, Any]:
        """Show the forms."""
        row = self.row()
        return self._around(row, self.entries(row))

    def _around(self, row: ItemList, entries: Any, error: str = "") -> dict[str, Any]:
        return {
            "title": f"编写：{row.name}",
            "crumbs": [
                Crumb(label="清单", href=reverse("catalog_lists")),
                Crumb(label=row.name, href=address_of("list", row.code)),
            ],
            "entries": entries,
            "compiled": row.list_kind.compiled,
            "version": row.version,
            "error": error,
            "back": address_of("list", row.code),
        }

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        """Save the entries."""
        row = self.row()
        error = ""
        if row.list_kind.compiled:
            compiling.compile_list(
                actor=self.actor,
                at=self.now,
                unit=row.unit.code,
                kind=row.kind,
                on=self.today,
                reason="按施行中的事项重新汇编",
            )
            return redirect(f"{address_of('list', code)}?edition={queries.editions_of(row)[0].number}")
        entries = self.entries(row, request.POST)
        if entries.is_valid():
            try:
                editions.save_draft(
                    actor=self.actor,
                    at=self.now,
                    family="list",
                    code=code,
                    version=_version(request),
                    content={"entries": _kept(entries)},
                    reason=request.POST.get("reason", "")[:512],
                )
            except DomainError as refused:
                error = refused.message
            else:
                return redirect(f"{address_of('list', code)}?edition={queries.editions_of(row)[0].number}")
        return self.show(**self._around(row, entries, error), status=422)


class ActPage(Page[Actor]):
    """Ask before an act on an edition, and do it."""

    template_name = "catalog/act.html"
    permission = "catalog.item.view"

    _FORMS: ClassVar[dict[Act, Any]] = {
        Act.SUBMIT: None,
        Act.APPROVE: None,
        Act.RETURN: forms.ReasonForm,
        Act.PUBLISH: forms.PublishForm,
        Act.WITHDRAW: forms.DatedReasonForm,
        Act.SUSPEND: forms.DatedReasonForm,
        Act.RESUME: forms.ReasonForm,
    }
    _WORDS: ClassVar[dict[Act, tuple[str, str]]] = {
        Act.SUBMIT: ("提交批准", "提交以后内容固定，不能修改；批准人是另一位负责人。"),
        Act.APPROVE: ("批准", "批准以后由综合岗公布。"),
        Act.RETURN: ("退回", "退回起草人修改，理由留在日志里。"),
        Act.PUBLISH: ("公布", "从施行日期起代替上一版；在办案件沿用立案时的版本。公布以后不能再改。"),
        Act.WITHDRAW: ("废止", "从这一天起不能据以办理新的案件。"),
        Act.SUSPEND: ("暂停实施", "从这一天起不能据以办理新的案件，直到恢复。"),
        Act.RESUME: ("恢复实施", "从今天起恢复实施。"),
    }

    def parts(self) -> tuple[Family, Holder, Act]:
        """Return what the address names."""
        family = family_of(self.kwargs["family"])
        rows = family.holder.objects.select_related("unit")
        if self.kwargs["act"] not in {one.value for one in self._FORMS}:
            raise MissingError("没有这种办理。")
        act = Act(self.kwargs["act"])
        code = f"catalog.{family.code}.{look.VERBS[act]}"
        holder = access(rows, self.actor, code, see=f"catalog.{family.code}.view", code=self.kwargs["code"])
        return family, holder, act

    def around(self, family: Family, holder: Holder, act: Act, form: Any, error: str = "") -> dict[str, Any]:
        """Return what the page shows."""
        found = queries.editions_of(holder)
        label, lead = self._WORDS[act]
        opened = next((one for one in found if one.state in (Status.DRAFT, Status.SUBMITTED, Status.APPROVED)), None)
        gaps: tuple[Any, ...] = ()
        if act is Act.SUBMIT and opened is not None:
            opened.holder = holder
            gaps = queries.gaps_of(opened, self.today)
        current = as_of(found, self.today)
        differences = (
            readable(family, current, opened)
            if opened and current and act in (Act.SUBMIT, Act.APPROVE, Act.PUBLISH)
            else ()
        )
        return {
            "title": f"{label}：{holder.name}",
            "lead": lead,
            "crumbs": [
                Crumb(label=_LIST_NAMES[family.code][0], href=reverse(_LIST_NAMES[family.code][1])),
                Crumb(label=holder.name, href=address_of(family.code, holder.code)),
            ],
            "facts": [
                Fact(label=family.label, value=holder.name),
                Fact(label="单位", value=holder.unit.name),
                Fact(label="版本", value=f"第{(opened or current or found[0]).number}版"),
                Fact(label="修订说明", value=opened.reason if opened else ""),
            ],
            "form": form,
            "act": label,
            "grave": act is Act.WITHDRAW,
            "gaps": gaps,
            "differences": differences,
            "error": error,
            "version": holder.version,
            "back": address_of(family.code, holder.code),
        }

    def context(self) -> dict[str, Any]:
        """Ask."""
        family, holder, act = self.parts()
        form = self._FORMS[act]
        return self.around(family, holder, act, form() if form else None)

    def post(self, request: HttpRequest, family: str, code: str, act: str) -> HttpResponse:
        """Do it."""
        kind, holder, wanted = self.parts()
        make = self._FORMS[wanted]
        form = make(request.POST) if make else None
        if form is None or form.is_valid():
            does = {Act.RETURN: editions.send_back}.get(wanted) or getattr(editions, wanted.value)
            given = form.cleaned_data if form else {}
            try:
                does(actor=self.actor, at=self.now, family=family, code=code, version=_version(request), **given)
            except DomainError as error:
                if error.code.startswith(("accounts.", "ui.")):
                    raise
                return self.show(**self.around(kind, holder, wanted, form, error.message), status=422)
            return redirect(address_of(family, code))
        return self.show(**self.around(kind, holder, wanted, form), status=422)


def _version(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _item_basis(item: Item) -> list[str]:
    found = queries.editions_of(item)
    return list(found[0].content.get("basis", ())) if found else []


def _three_tiers() -> list[dict[str, Any]]:
    return [{"name": name, "kinds": ["fine"]} for name in ("较轻", "一般", "较重")]


def _kept(formset: Any) -> list[dict[str, Any]]:
    """The rows that were filled in and not struck out."""
    found = []
    for form in formset.forms:
        given = dict(form.cleaned_data)
        if not given or given.pop("DELETE", False) or (not form.has_changed() and not form.initial):
            continue
        found.append(given)
    return found
