"""The page of a case: where it stands, what comes next, and everything that belongs to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from mingjing.contexts.accounts.queries import names_of
from mingjing.contexts.cases import discretion, frozen, queries
from mingjing.contexts.cases.models import (
    SOURCES,
    Case,
    Concerned,
    DraftState,
    Event,
    Evidence,
    Help,
    Link,
    OffsiteRecord,
    Referral,
)
from mingjing.contexts.cases.promises import measured_of
from mingjing.contexts.cases.systems import three_systems
from mingjing.contexts.cases.usecases import offsite, opening, referrals, steps, typical
from mingjing.contexts.cases.usecases.base import reaches
from mingjing.contexts.cases.web import look, promises, records
from mingjing.contexts.cases.web.helplines import lines_of
from mingjing.contexts.cases.web.noticelines import lines_of as notice_lines
from mingjing.contexts.cases.web.offsitelines import device_facts, review_facts, telling_facts
from mingjing.contexts.cases.web.step import OfCase
from mingjing.contexts.cases.web.tables import status_badge
from mingjing.contexts.catalog.flowcharts import draw
from mingjing.contexts.operations.statements import Statement
from mingjing.contexts.records import queries as log
from mingjing.contexts.ui.components import Badge, Crumb, Fact, StepState, Tone
from mingjing.contexts.ui.components import Event as Point
from mingjing.contexts.ui.components import Step as Stop
from mingjing.contexts.ui.errors import StaleError
from mingjing.domain.procedures.model import Duty, Step
from mingjing.domain.procedures.offsite import SOURCE
from mingjing.domain.procedures.phases import agenda
from mingjing.domain.procedures.systems import Standing
from mingjing.domain.rules.judge import judge
from mingjing.domain.rules.library import rules
from mingjing.domain.rules.model import Status
from mingjing.kernel.errors import DomainError
from mingjing.kernel.money import in_yuan

LATEST: Final = 12
"""Entries of the log on the page, unless all are asked for."""


_CONCERNED: Final = Statement(lambda case: Concerned.objects.filter(case_id=case).select_related("party"), int)
_HELPS: Final = Statement(
    lambda case: Help.objects.filter(case_id=case).select_related("case__unit", "case__agency__unit", "helper"), int
)
_EVIDENCE: Final = Statement(lambda case: Evidence.objects.filter(case_id=case), int)
_OFFSITE: Final = Statement(
    lambda case: OffsiteRecord.objects.filter(case_id=case).select_related("unit", "party"), int
)
_LINKS: Final = Statement(lambda case: Link.objects.filter(case_id=case).select_related("other"), int)
_LINKED_FROM: Final = Statement(lambda case: Link.objects.filter(other_id=case).select_related("case"), int)


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """A step that may be taken now, as a button or a line: whose duty it is, and what lies there."""

    code: str
    label: str
    who: str
    mine: bool
    start: str
    lying: str = ""
    lying_href: str = ""
    decides: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NextGroup:
    """Steps of a phase; those of the ``present`` one stand open, of the others only their names are seen at first."""

    label: str
    steps: list[Next]
    present: bool


class CasePage(OfCase):
    """One case, on one page."""

    template_name = "cases/case.html"

    def crumbs(self) -> list[Crumb]:
        """Lead back to the list."""
        return [Crumb(label="案件", href=reverse("cases_list"))]

    def context(self) -> dict[str, Any]:
        """Return the parts of the page."""
        sight = self.open()
        row, actor = self.row, self.actor
        duties = steps.duties_of(actor, row)
        events = sight.told
        main = sight.main_step(duties)
        weighed = steps.weigh_ahead(row, main, sight.drafts, at=sight.at, base=sight.base) if main is not None else ()
        gates = sight.told_gates(weighed)
        shown = [*(clock.rule for clock in sight.clocks), *(gate.rule for gate in look.shown(gates))]
        links = queries.law_links(actor, {one for rule in shown for one in rule.citations})
        names = records.step_names(events, sight.drafts, {one.code: one.label for one in sight.procedure.steps})
        documents, evidence = queries.documents_of(actor, row), _EVIDENCE(row.pk)
        shared = queries.concerns_justice(sight.events, sight.referrals)
        waiting = [one for one in sight.drafts if one.state == DraftState.PROPOSED]
        return {
            "title": row.title,
            "row": row,
            "badge": status_badge(row),
            "procedure": sight.procedure.label,
            "lead": "　".join(filter(None, (row.case_no, row.party.name, row.item.name))),
            "stops": self._stops(),
            "main": self._next(main, duties) if main is not None else None,
            "main_step": main,
            "gates": look.gate_panel(main, gates, links) if main is not None else None,
            "agenda": self._agenda(duties, main),
            "waiting": [self._next(sight.procedure.step(one.step), duties) for one in waiting],
            "clocks": look.clock_lines(sight.clocks, links),
            "promise": promises.line_of(measured_of(row, sight.view.events, sight.at)),
            "nearest": sight.nearest,
            "facts": self._facts(),
            "offsite": self._offsite(evidence),
            "may_edit": Duty.HANDLE in duties and row.decided_on is None and row.status == "open",
            "may_assign": actor.may("cases.case.assign"),
            "people": queries.people_of(sight),
            "helps": lines_of(actor, _HELPS(row.pk)),
            "may_ask_help": row.status == "open" and reaches(actor, row, "cases.help.ask"),
            "concerned": _CONCERNED(row.pk),
            "evidence": evidence,
            "checklist": queries.evidence_lines(row, evidence, documents),
            "papers": records.papers(documents, names),
            "recordings": records.recordings(actor, row, names),
            "dossier_href": reverse("cases_dossier", args=[row.code]) if row.status != "open" else "",
            "typical_href": reverse("cases_typical", args=[row.code])
            if row.status == "closed" and actor.may("registry.example.edit")
            else "",
            "exchange_href": reverse("cases_exchange", args=[row.code]) if actor.may("cases.case.export") else "",
            "upload_href": records.upload_href(actor, row, handles=Duty.HANDLE in duties),
            "recordings_href": records.all_href(actor, row),
            "points": self._points(events),
            "late_badge": look.late_badge(events),
            "history": self._history(),
            "links": self._links(),
            "referrals": [(one, self._referral_clock(one)) for one in sight.referrals],
            "notices": notice_lines(queries.notices_about(row), handles=Duty.HANDLE in duties) if shared else [],
            "may_tell": Duty.HANDLE in duties and shared,
            "meetings_href": reverse("meetings") if actor.may("meetings.meeting.view") else "",
            "may_handle": Duty.HANDLE in duties,
            "may_gather": Duty.HANDLE in duties and not sight.procedure.stage(row.stage).final,
            "duties": duties,
        }

    # where it stands

    def _stops(self) -> list[Stop]:
        """The stages in a row; ends that lie off the way are left out."""
        procedure, row = self.sight.procedure, self.row
        order = [one.code for one in procedure.stages]
        here = order.index(row.stage)
        last = next((at for at, one in enumerate(procedure.stages) if one.final), len(order))
        found = []
        for at, stage in enumerate(procedure.stages):
            if at > last and stage.code != row.stage:
                continue
            state = StepState.DONE if at < here else StepState.CURRENT if at == here else StepState.WAITING
            if at == here and stage.final:
                state = StepState.DONE
            found.append(Stop(label=stage.label, state=state))
        return found

    # what comes next

    def _agenda(self, duties: frozenset[Duty], main: Step | None) -> list[NextGroup]:
        """The steps beside the next one, by phases: what the case waits for first, then those of the present stage."""
        sight = self.sight
        others = [
            one
            for one in sight.open_steps
            if one is not main and (not one.about or sight.taken.intersection(one.about))
        ]
        found = agenda(sight.procedure, self.row.stage, sight.view, others)
        groups = [("接下来", found.awaited, True), *((one.phase.label, one.steps, one.present) for one in found.groups)]
        return [
            NextGroup(label=label, steps=[self._next(one, duties) for one in steps], present=present)
            for label, steps, present in groups
            if steps
        ]

    def _next(self, step: Step, duties: frozenset[Duty]) -> Next:
        code = self.row.code
        draft = next((one for one in self.sight.drafts if one.step == step.code), None)
        who = (
            step.duty.label
            if step.endorsed is None
            else f"{step.duty.label}提出，{step.endorsed.label.removesuffix('决定')}"
        )
        proposed = draft is not None and draft.state == DraftState.PROPOSED
        return Next(
            code=step.code,
            label=step.label,
            who=who,
            mine=step.duty in duties,
            start=reverse("cases_start", args=[code, step.code]),
            lying=draft.get_state_display() if draft else "",
            lying_href=reverse("cases_step", args=[code, draft.code]) if draft else "",
            decides=proposed and step.endorsed in duties,
        )

    # what it is

    def _facts(self) -> list[Fact]:
        row = self.row
        found = [
            Fact(label="当事人", value=row.party.name, href=self._party_href(), note=row.party.uscc),
            Fact(
                label="执法事项",
                value=row.item.name,
                href=self._item_href(),
                note=row.item_pin.partition("#")[0] and "",
            ),
            Fact(
                label="办案单位",
                value=row.unit.name,
                note="" if row.unit_id == row.agency.unit_id else f"以{row.agency.name}名义",
            ),
            Fact(label="案件来源", value=SOURCES.get(row.source, row.source), note=row.source_ref),
            Fact(
                label="违法行为发生日", value=row.act_on, note=f"终了日 {row.act_ended_on}" if row.act_ended_on else ""
            ),
            Fact(label="发现日期", value=row.found_on),
            Fact(
                label="拟处理" if row.decided_on is None else "决定",
                value=look.fine_words(row),
                note=row.tier and f"裁量档次：{row.tier}",
            ),
            Fact(label="从轻减轻从重", value=row.get_tier_departure_display(), note=row.tier_departure_reason),
            Fact(
                label="裁量",
                value="情节、幅度和同类案件" if row.benchmark_pin else "",
                href=reverse("cases_discretion", args=[row.code]),
            ),
            Fact(label="符合的办理标准", value=self._marks()),
            Fact(label="重大执法决定", value=row.is_major),
            Fact(label="情节复杂", value=row.is_complex),
            Fact(label="符合宽严清单", value=row.leniency_matched, note=row.leniency_reason),
            Fact(label="应当先行柔性执法", value=row.non_coercive_first),
            Fact(label="直接关系他人重大利益", value=row.affects_others),
            Fact(label="依法应当听证", value=row.hearing_required),
            Fact(label="原许可有效期至", value=row.expires_on),
            Fact(label="决定日期", value=row.decided_on),
            Fact(label="缴纳", value=self._paid()),
            Fact(label="终结事由", value=row.ended_ground),
            Fact(label="基本情况", value=row.facts),
        ]
        return [one for one in found if one.value not in (None, "", [])]

    def _offsite(self, evidence: list[Evidence]) -> list[tuple[str, list[Fact]]]:
        """The records of monitoring in it: where each is to be seen, its device, its review, how the party was told."""
        if self.row.source != SOURCE and not any(one.kind == "electronic" for one in evidence):
            return []
        scope, found = self.actor.scope(offsite.SEE), _OFFSITE(self.row.pk)
        prefetch_related_objects(found, "tellings")
        return [
            (
                reverse("cases_offsite_record", args=[one.code])
                if scope.reaches(path=one.unit.path, place=one.unit.place)
                else "",
                [*device_facts(one), *review_facts(one), *telling_facts(one)],
            )
            for one in found
        ]

    def _party_href(self) -> str:
        party = self.row.party
        seen = self.actor.scope("registry.party.view").reaches(path="", place=party.place)
        return reverse("registry_party", args=[party.code]) if seen else ""

    def _item_href(self) -> str:
        return reverse("catalog_item", args=[self.row.item.code]) if self.actor.may("catalog.item.view") else ""

    def _marks(self) -> list[str]:
        """Which standards of its item the case meets, and where it goes."""
        values = {"fine_fen": self.row.fine_fen, "confiscated_fen": self.row.confiscated_fen}
        found = discretion.marks_of(self.row, values)
        return [f"{one.standard.label}：{one.standard.effect.route}" for one in found]

    def _paid(self) -> str:
        """What was paid of the fine and the confiscation."""
        row = self.row
        due = (row.fine_fen or 0) + (row.confiscated_fen or 0)
        if row.decided_on is None or not due:
            return ""
        amounts = (one.words.get("amount_fen") for one in self.sight.events if one.type == "payment")
        paid = sum(one for one in amounts if isinstance(one, int))
        return f"已缴 {in_yuan(paid)}，应缴 {in_yuan(due)}"

    # what happened

    def _points(self, events: list[Event]) -> list[Point]:
        steps_by_code = {one.code: one for one in self.sight.procedure.steps}
        found = []
        for event in reversed(events):
            step = steps_by_code.get(event.step)
            label = step.label if step else event.step
            outcome = look.outcome_label(step, event.outcome)
            said = outcome if outcome and event.outcome != "credential_shown" else ""
            people = "、".join(dict.fromkeys(part.officer.name for part in event.parts))
            words = "；".join(
                filter(
                    None,
                    (
                        look.late_words(event),
                        said,
                        f"说明理由 {len(event.reasons)} 项" if event.reasons else "",
                        event.words.get("opinion", "") if event.words else "",
                    ),
                )
            )
            undone = event.outcome in ("rejected", "returned", "refused")
            found.append(
                Point(
                    at=event.at,
                    title=label,
                    who=people,
                    text=words[:120],
                    href=reverse("cases_event", args=[self.row.code, event.code]),
                    tone=Tone.BAD
                    if undone
                    else Tone.GOOD
                    if event.type in ("decision", "no_penalty", "grant")
                    else Tone.ATTENTION
                    if event.late_days
                    else Tone.PLAIN,
                )
            )
        return found

    def _history(self) -> list[Point]:
        most = 500 if self.request.GET.get("history") == "all" else LATEST
        doings = log.doings(f"case:{self.row.code}", most=most)
        rows = [one for one in doings if self.sight.tells(str(one.fields.get("step", ""))) and self._told(one.fields)]
        names = names_of(one.actor for one in rows)
        labels = {one.code: one.label for one in self.sight.procedure.steps}
        found = []
        for one in rows:
            act = one.act.removeprefix("cases.")
            step = labels.get(str(one.fields.get("step", "")), "")
            found.append(
                Point(
                    at=one.at,
                    title=f"{look.ACTS.get(act, act)}{'：' + step if step else ''}",
                    who=names.get(one.actor, one.actor),
                    text=one.reason,
                )
            )
        return found

    def _told(self, fields: Mapping[str, object]) -> bool:
        """Say whether an entry of the log is about a referral that may be told."""
        referral = fields.get("referral")
        return not referral or any(one.code == referral for one in self.sight.referrals)

    def _links(self) -> list[dict[str, Any]]:
        row = self.row
        mine = [(one, one.other, one.get_why_display()) for one in _LINKS(row.pk)]
        theirs = [(one, one.case, one.get_why_display()) for one in _LINKED_FROM(row.pk)]
        others = [other for _, other, _ in (*mine, *theirs)]
        seen = set(queries.seen(self.actor, others))
        return [
            {
                "pk": link.pk,
                "mine": link.case_id == row.pk,
                "title": other.title,
                "why": why,
                "note": link.note,
                "href": reverse("case", args=[other.code]) if other.pk in seen else "",
                "badge": Badge(text=other.get_status_display()),
            }
            for link, other, why in (*mine, *theirs)
        ]

    def _referral_clock(self, row: Referral) -> dict[str, Any]:
        """Say by the rule how a referral stands."""
        rule = rules()["referral.in-time"]
        found = judge(rule, frozen.referral_facts(row, self.row.code), self.sight.base)
        known = {"may_record": referrals.may_record(self.actor, self.row, row)}
        if found.status is Status.BROKEN:
            words = rule.kind.describe(found, self.sight.on)
            return known | {
                "badge": Badge(text="逾期", tone=Tone.BAD),
                "words": f"{words.expected}；{words.observed}。",
            }
        if found.status is Status.HOLDS:
            return known | {"badge": Badge(text="按期", tone=Tone.GOOD), "words": ""}
        return known | {"badge": None, "words": ""}


_STANDINGS: Final = {
    Standing.COMPLETE: Tone.GOOD,
    Standing.RUNNING: Tone.INFO,
    Standing.MISSING: Tone.BAD,
    Standing.NOT_NEEDED: Tone.PLAIN,
    Standing.UNKNOWN: Tone.ATTENTION,
}


class SystemsPage(OfCase):
    """How the case stands by the three systems; on the page of the case it is fetched beside the rest."""

    template_name = "cases/systems.html"

    def context(self) -> dict[str, Any]:
        """Return the three."""
        sight = self.open()
        return {
            "title": "三项制度",
            "lead": self.row.title,
            "systems": [
                (one.label, Badge(text=one.standing.label, tone=_STANDINGS[one.standing]), one.words)
                for one in three_systems(sight)
            ],
            "back": self.home,
        }


class FlowPage(OfCase):
    """The drawn procedure with what the case has done of it; on the page of the case it is fetched when it is opened."""

    template_name = "cases/flow.html"

    def context(self) -> dict[str, Any]:
        """Return the drawing."""
        sight = self.open()
        return {
            "title": f"办案流程：{sight.procedure.label}",
            "lead": self.row.title,
            "bands": draw(sight.procedure, look.progress_of(sight, self._hrefs())),
            "back": self.home,
        }

    def _hrefs(self) -> dict[str, str]:
        """Where each step of the drawing leads: to what was done, what lies there, or what it would need."""
        found = {step.code: reverse("cases_start", args=[self.row.code, step.code]) for step in self.sight.open_steps}
        for draft in self.sight.drafts:
            found[draft.step] = reverse("cases_step", args=[self.row.code, draft.code])
        for event in self.sight.told:
            step = next((one for one in self.sight.procedure.steps if one.event == event.type), None)
            if step is not None:
                found.setdefault(step.code, reverse("cases_event", args=[self.row.code, event.code]))
        return found


class FactsForm(forms.Form):
    """What a case says of itself, before the decision."""

    title = forms.CharField(label="案由", max_length=256)
    act_on = forms.DateField(
        label="违法行为发生日", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    act_ended_on = forms.DateField(
        label="违法行为终了日",
        required=False,
        help_text="连续或者继续状态的，填行为终了之日。",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    found_on = forms.DateField(
        label="发现日期", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    source_ref = forms.CharField(label="来源编号", required=False, max_length=64)
    facts = forms.CharField(
        label="基本情况", required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 5})
    )


class InPlacePage(OfCase):
    """
    A small form over one use case, opened in its place on the case page and, without script, as a page of its own.

    Give ``part`` (the id of the panel), ``label``, :meth:`make` and :meth:`run`.
    """

    template_name = "cases/in_place.html"
    part = ""
    label = ""
    done = "已保存。"
    button = "保存"
    explain = ""

    def make(self, row: Case) -> forms.Form:
        """Return the form, with what is known."""
        raise NotImplementedError

    def run(self, values: dict[str, Any], version: int) -> None:
        """Call the use case."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Show the form."""
        self.open()
        return self._form(self.make(self.row))

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Do it, or say why not."""
        self.open()
        form = self.make(self.row)
        form.is_bound, form.data = True, request.POST
        if not form.is_valid():
            return self._form(form, status=422)
        try:
            self.run(
                form.cleaned_data,
                int(request.POST.get("version") or 0) if str(request.POST.get("version") or "0").isdecimal() else 0,
            )
        except DomainError as error:
            if error.code in ("accounts.forbidden", "accounts.missing"):
                raise
            return self._form(form, refused=error, status=409 if isinstance(error, StaleError) else 422)
        messages.success(request, self.done)
        return HttpResponseRedirect(f"{self.home}#{self.part}")

    def version(self) -> int:
        """Return the version that the form is for."""
        return self.row.version

    def _form(self, form: forms.Form, *, refused: DomainError | None = None, status: int = 200) -> HttpResponse:
        return self.show(
            status=status,
            title=self.label,
            form=form,
            part=self.part,
            refused=refused,
            version=self.version(),
            back=f"{self.home}#{self.part}",
            button=self.button,
            explain=self.explain,
        )


class EditPage(InPlacePage):
    """Correct what a case says of itself."""

    part, label, done = "facts", "修改基本情况", "已修改基本情况。"

    def make(self, row: Case) -> forms.Form:
        """Return the form."""
        return FactsForm(initial={name: getattr(row, name) for name in FactsForm.base_fields})

    def run(self, values: dict[str, Any], version: int) -> None:
        """Correct it."""
        opening.edit_case(actor=self.actor, at=self.now, case=self.row.code, version=version, values=values)


class TypicalPage(InPlacePage):
    """Choose a closed case as a typical one."""

    part, label, done, button = "facts", "选为典型案例", "已存为典型案例草稿，核对后送审。", "存为草稿"
    explain = "当事人和有关人员的姓名、名称以及身份号码、电话在发布时自动隐去；由司法局审核后发布。"

    def make(self, row: Case) -> forms.Form:
        """Return the form, with what the case says."""
        form = forms.Form(
            initial={
                "title": row.title[:128],
                "text": typical.words_of(row),
                "names": "\n".join(typical.names_of(row)),
            }
        )
        form.fields["title"] = forms.CharField(label="标题", max_length=128)
        form.fields["text"] = forms.CharField(label="内容", max_length=20_000, widget=forms.Textarea(attrs={"rows": 8}))
        form.fields["names"] = forms.CharField(
            label="发布时隐去的姓名和名称",
            required=False,
            help_text="每行一个；当事人和有关人员总会隐去。",
            widget=forms.Textarea(attrs={"rows": 3}),
        )
        return form

    def run(self, values: dict[str, Any], version: int) -> None:
        """Choose it."""
        typical.choose_typical(actor=self.actor, at=self.now, case=self.row.code, **values)


class HandlersPage(InPlacePage):
    """Say who handles the case from today on."""

    part, label, done, button = "people", "变更承办人", "已变更承办人。", "变更"
    explain = "以前的承办人留在记录里；变更要写明理由，如申请回避、调离。"

    def make(self, row: Case) -> forms.Form:
        """Return the form: who may handle it, who does now."""
        people = queries.candidates(row)
        current = list(row.handlers.filter(until__isnull=True).values_list("officer__code", flat=True))
        choices = [(one.code, f"{one.name}（{one.unit.short_name or one.unit.name}）") for one in people]
        form = forms.Form(initial={"handlers": current, "lead": current[0] if current else ""})
        form.fields["handlers"] = forms.MultipleChoiceField(
            label="承办人", choices=choices, widget=forms.CheckboxSelectMultiple, help_text="不少于两人。"
        )
        form.fields["lead"] = forms.ChoiceField(label="主办人", choices=choices)
        form.fields["reason"] = forms.CharField(label="理由", max_length=256)
        return form

    def run(self, values: dict[str, Any], version: int) -> None:
        """Change them."""
        lead = values["lead"]
        ordered = [lead, *(one for one in values["handlers"] if one != lead)]
        opening.assign_handlers(
            actor=self.actor,
            at=self.now,
            case=self.row.code,
            version=version,
            handlers=ordered,
            reason=values["reason"],
        )
