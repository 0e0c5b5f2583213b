"""The page of a step: filled in, kept as a draft, weighed, taken, proposed, agreed to; and the page of one that was taken."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from mingjing.contexts.accounts.access import Actor, MissingError
from mingjing.contexts.accounts.queries import names_of
from mingjing.contexts.cases import discretion, queries
from mingjing.contexts.cases.discretion import LeniencyError
from mingjing.contexts.cases.models import Case, Draft, DraftState, Event
from mingjing.contexts.cases.usecases import helping, referrals, steps
from mingjing.contexts.cases.usecases.base import NoOfficerError, access_case, officer_of, sight_of
from mingjing.contexts.cases.usecases.handing import awaited
from mingjing.contexts.cases.usecases.helping import AdviceError
from mingjing.contexts.cases.usecases.steps import Given
from mingjing.contexts.cases.web import forms, look, records, suggest
from mingjing.contexts.cases.web.beside import beside, spared
from mingjing.contexts.cases.web.tables import SEE, stage_label, status_badge
from mingjing.contexts.catalog.queries import resolve
from mingjing.contexts.ui.components import Crumb, Fact, StepState
from mingjing.contexts.ui.components import Step as Stop
from mingjing.contexts.ui.errors import StaleError
from mingjing.contexts.ui.web.pages import Page
from mingjing.domain.discretion.benchmarks import Tier
from mingjing.domain.procedures.answers import AnswersError
from mingjing.domain.procedures.gates import Gate, GatesUnmetError, ReasonsMissingError
from mingjing.domain.procedures.library import procedure_of
from mingjing.domain.procedures.model import Duty, Step
from mingjing.facts.schema import PARTICIPANT_ROLES
from mingjing.kernel.errors import DomainError

_REFUSED: Final = 422
HAND_OVER: Final = "hand-over"
"""What follows the steps on the spot: the decision is signed and handed over."""


def tiers_of(row: Case) -> tuple[Tier, ...]:
    """Return the tiers of the benchmark that a case keeps."""
    if not row.benchmark_pin:
        return ()
    edition: Any = resolve(row.benchmark_pin)
    return tuple(edition.benchmark.tiers)


class OfCase(Page[Actor]):
    """A page of a case: ``self.row`` and ``self.sight`` are there, and the way leads back to it."""

    permission = SEE

    def open(self) -> queries.Sight:
        """Fetch the case."""
        self.row = access_case(self.actor, str(self.kwargs["code"]))
        self.sight = sight_of(self.actor, self.row, self.now)
        return self.sight

    def crumbs(self) -> list[Crumb]:
        """Lead back to the case."""
        found = [Crumb(label="案件", href=reverse("cases_list"))]
        if hasattr(self, "row"):
            found.append(Crumb(label=self.row.title, href=self.home))
        return found

    def _records(self, step: str) -> dict[str, Any]:
        """The documents and recordings of one step, and where more are taken."""
        page = self.request.GET.get("recordings")
        leaf, found = records.recordings_of_step(self.actor, self.row, step, page)
        return {
            "papers": [
                one
                for one in records.papers(queries.documents_of(self.actor, self.row), {step: ""})
                if one.step_code == step
            ],
            "recordings": found,
            "recordings_leaf": leaf,
            "upload_href": records.upload_href(self.actor, self.row, step, handles=self.handles),
        }

    @cached_property
    def handles(self) -> bool:
        """Whether the viewer handles the case."""
        return steps.may_act_as(self.actor, self.row, Duty.HANDLE)

    @property
    def home(self) -> str:
        """The page of the case."""
        return reverse("case", args=[self.row.code])


class StartPage(OfCase):
    """A step before it is begun: what it is, what stands in its way; and beginning it."""

    template_name = "cases/start.html"

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Explain the step and weigh its gates."""
        sight = self.open()
        step = sight.procedure.step(str(self.kwargs["step"]))
        if not sight.tells(step.code):
            raise MissingError("没有找到这个环节，或者您无权查看。")
        if step.event == "archiving":
            return HttpResponseRedirect(reverse("cases_dossier", args=[self.row.code]))
        gates = sight.told_gates(steps.weigh_ahead(self.row, step, sight.drafts, at=sight.at, base=sight.base))
        links = queries.law_links(self.actor, step.citations)
        open_now = step in sight.open_steps
        mine = open_now and steps.may_act_as(self.actor, self.row, step.duty)
        where = "、".join(sight.procedure.stage(one).label for one in step.stages)
        return self.show(
            title=step.label,
            step=step,
            facts=[
                Fact(label="办理人", value=step.duty.label),
                Fact(label="审批", value="须经审批" if step.endorsed else "不需要审批"),
                Fact(label="办理阶段", value=where),
                Fact(
                    label="参加人员",
                    value=[f"{one.label}（至少 {one.least} 人）" if one.least else one.label for one in step.parts],
                ),
            ],
            basis=look.provisions(step.citations, links),
            gates=look.gate_panel(step, gates, look.links_of(self.actor, gates)),
            may_start=mine,
            open_now=open_now,
            back=self.home,
        )

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Begin it, or go on with what lies there; a case is archived from the page of its dossier."""
        if procedure_of(self.open().row.procedure_code).step(str(self.kwargs["step"])).event == "archiving":
            return HttpResponseRedirect(reverse("cases_dossier", args=[self.row.code]))
        draft = steps.start_draft(
            actor=self.actor, at=self.now, case=str(self.kwargs["code"]), step=str(self.kwargs["step"])
        )
        return HttpResponseRedirect(reverse("cases_step", args=[self.kwargs["code"], draft.code]))


def weigh(sight: queries.Sight, step: Step, given: Given, code: str, number: int) -> tuple[Gate, ...]:
    """Weigh what is given so far with a step."""
    found = steps.weigh_step(
        row=sight.row,
        step=step,
        given=given,
        code=code,
        number=number,
        at=sight.at,
        base=sight.base,
        partial=True,
    )
    return found.gates


class StepPage(OfCase):
    """A step in preparation, for who prepares it, who agrees to it, and who only looks."""

    template_name = "cases/step.html"

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Show it as it is."""
        draft = self._open()
        if draft.state == DraftState.DONE:
            return HttpResponseRedirect(reverse("cases_event", args=[self.row.code, draft.code]))
        if draft.state == DraftState.DROPPED:
            return HttpResponseRedirect(self.home)
        return self._page(draft)

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Do what the button says; a refusal stands above the form, with everything that was written."""
        draft = self._open()
        act = request.POST.get("act", "save")
        if draft.state == DraftState.DONE:
            return self._done(f"{self.step.label}已办理。")
        if draft.state == DraftState.PROPOSED:
            return self._decide(draft, act) if act.startswith("decide") else self._done("已提交审批。")
        given = forms.read_given(self.step, draft, request.POST)
        version = _number(request.POST.get("over") or request.POST.get("version"))
        try:
            return self._answered(act, draft, version, given)
        except StaleError:
            draft.refresh_from_db()
            if draft.version != version and self._is_own_echo(draft, given):
                # the page was saving by itself when the button was pressed: that is nobody else's text
                return self._answered(act, draft, draft.version, given)
            return self._stale(draft, given)

    def _is_own_echo(self, draft: Draft, given: Given) -> bool:
        """Whether what was saved meanwhile is the viewer's own, word for word."""
        mine = draft.saved_by == self.actor.code and draft.state in (DraftState.DRAFT, DraftState.RETURNED)
        return mine and not forms.differences(self.step, given, draft)

    def _answered(self, act: str, draft: Draft, version: int, given: Given) -> HttpResponse:
        """Do it; a refusal that can be mended on the page is shown there."""
        try:
            return self._act(act, draft, version, given)
        except (AnswersError, GatesUnmetError, ReasonsMissingError, LeniencyError, AdviceError) as error:
            kept = self._keep(draft, version, given)
            return self._page(kept, given=given, refused=error, status=_REFUSED)
        except DomainError as error:
            if error.code in ("accounts.forbidden", "accounts.missing") or isinstance(error, StaleError):
                raise
            return self._page(draft, given=given, refused=error, status=_REFUSED)

    def _open(self) -> Draft:
        sight = self.open()
        found = self.row.drafts.filter(code=str(self.kwargs["draft"])).first()
        if found is None or not sight.tells(found.step):
            raise MissingError("没有找到这个待办环节，或者您无权查看。")
        self.step = sight.procedure.step(found.step)
        return found

    def _act(self, act: str, draft: Draft, version: int, given: Given) -> HttpResponse:
        asked: dict[str, Any] = {"actor": self.actor, "at": self.now, "draft": draft.code, "version": version}
        match act:
            case "take":
                steps.take_step(**asked, given=given)
                return self._onward(f"已办理：{self.step.label}。")
            case "propose":
                steps.propose_step(**asked, given=given)
                return self._done(f"已提交审批：{self.step.label}。")
            case "drop":
                steps.drop_draft(**asked)
                return self._done(f"已放弃草稿：{self.step.label}。")
            case _:
                kept = steps.save_draft(**asked, given=given)
                if self.request.headers.get("HX-Request") == "true":
                    return self._live(kept, given)
                messages.success(self.request, "草稿已保存。")
                return HttpResponseRedirect(reverse("cases_step", args=[self.row.code, draft.code]))

    def _keep(self, draft: Draft, version: int, given: Given) -> Draft:
        """Keep what was written although the step was refused."""
        try:
            return steps.save_draft(actor=self.actor, at=self.now, draft=draft.code, version=version, given=given)
        except StaleError:
            draft.refresh_from_db()
            return draft

    def _done(self, words: str) -> HttpResponse:
        messages.success(self.request, words)
        return HttpResponseRedirect(self.home)

    def _onward(self, words: str) -> HttpResponse:
        """After a step that was taken: on the spot straight to the next one, else back to the case."""
        if not suggest.is_straight(self.row):
            return self._done(words)
        sight = self.open()
        duties = steps.duties_of(self.actor, self.row)
        if awaited(self.row) is not None:
            return HttpResponseRedirect(reverse("cases_hand_over", args=[self.row.code]))
        coming = sight.main_step(duties)
        if coming is None or coming.duty not in duties or self.row.stage not in self.step.stages:
            return self._done(words)
        draft = steps.start_draft(actor=self.actor, at=self.now, case=self.row.code, step=coming.code)
        return HttpResponseRedirect(reverse("cases_step", args=[self.row.code, draft.code]))

    def _decide(self, draft: Draft, act: str) -> HttpResponse:
        outcome = act.removeprefix("decide-")
        opinion = self.request.POST.get("opinion", "")
        try:
            steps.decide_proposal(
                actor=self.actor,
                at=self.now,
                draft=draft.code,
                version=_number(self.request.POST.get("version")),
                outcome=outcome,
                opinion=opinion,
            )
        except DomainError as error:
            if error.code in ("accounts.forbidden", "accounts.missing"):
                raise
            draft.refresh_from_db()
            if draft.state == DraftState.DONE:
                return self._done(f"{self.step.label}已办理。")
            status = 409 if isinstance(error, StaleError) else _REFUSED
            return self._page(draft, refused=error, status=status, opinion=opinion)
        said = {"returned": "已退回", "rejected": "已决定不同意"}.get(outcome, "已同意")
        return self._done(f"{said}：{self.step.label}。")

    # what is shown

    def _page(
        self,
        draft: Draft,
        *,
        given: Given | None = None,
        refused: DomainError | None = None,
        status: int = 200,
        opinion: str = "",
        stale: Sequence[forms.Difference | None] = (),
    ) -> HttpResponse:
        may_fill = draft.state != DraftState.PROPOSED and steps.may_act_as(self.actor, self.row, self.step.duty)
        endorsed = self.step.endorsed
        may_decide = (
            draft.state == DraftState.PROPOSED
            and endorsed is not None
            and steps.may_act_as(self.actor, self.row, endorsed)
        )
        shown = self._shown(draft, given)
        around: dict[str, Any] = {
            "title": self.step.label,
            "row": self.row,
            "step": self.step,
            "draft": draft,
            "lead": self.step.hint,
            "stage": stage_label(self.row),
            "badge": status_badge(self.row),
            "refused": refused,
            "reasons_missing": isinstance(refused, ReasonsMissingError | LeniencyError | AdviceError),
            "stale": stale,
            "back": self.home,
            "live": self._live_context(draft, shown, decides=may_decide),
            "basis": look.provisions(self.step.citations, queries.law_links(self.actor, self.step.citations)),
            "case_facts": self._case_facts(),
            **self._records(draft.code),
        }
        if not may_fill:
            return self.show(
                "cases/proposal.html",
                status=status,
                **around,
                may_decide=may_decide,
                answers=look.answer_facts(self.step, draft.answers),
                people=self._people(draft),
                proposer=names_of([draft.saved_by, draft.made_by]).get(draft.saved_by, draft.saved_by),
                outcomes=self.step.outcomes,
                reasons=self._reasons(draft),
                evidence=list(self.row.evidence.all()),
                opinion=opinion,
            )
        return self.show(status=status, **around, **self._fields(draft, shown, refused))

    def _stops(self) -> list[Stop]:
        """On the spot: the steps in a row, and which this is."""
        here = self.step.main and self.sight.procedure.start in self.step.stages
        if not suggest.is_straight(self.row) or not here:
            return []
        return on_the_spot(self.sight, self.step.code)

    def _shown(self, draft: Draft, given: Given | None) -> Given:
        answers = given.answers if given else forms.shown_answers(self.step, self.row, draft, self.now)
        base = given or forms.given_of(draft)
        return Given(answers=answers, people=base.people, outcome=base.outcome, about=base.about, reasons=base.reasons)

    def _fields(self, draft: Draft, shown: Given, refused: DomainError | None) -> dict[str, Any]:
        wrong: Mapping[str, Sequence[str]] = {}
        if isinstance(refused, AnswersError):
            wrong = refused.facts.get("fields", {})  # type: ignore[assignment]
        handlers = self.row.handlers.filter(until__isnull=True).values_list("officer__code", flat=True)
        parts = forms.asked_parts(self.step)
        people = queries.candidates(self.row) if parts else []
        labels = {one.code: one.label for one in self.sight.procedure.steps}
        form = forms.StepForm(step=self.step, answers=shown.answers, tiers=tiers_of(self.row), wrong=wrong)
        words = {ask.name: suggest.phrases(self.step, ask, self.row) for ask in self.step.asks}
        near, away = form.parted(suggest.folded(self.step, self.row, shown.answers, wrong), words)
        return {
            "form": form,
            "near": near,
            "away": away,
            "stops": self._stops(),
            "shoot": records.shooting(self.actor, self.row, draft.code, self.step, self.today, handles=self.handles)
            if self.step.recorded
            else None,
            "parts": forms.part_fields(
                self.step,
                shown.people,
                people,
                handlers,
                queries.assistants(self.row) if any(one.role == "assistant" for one in parts) else (),
            ),
            "about": forms.about_fields(steps.about_choices(self.row, self.step), labels, shown.about),
            "outcomes": () if self.step.endorsed else self.step.outcomes,
            "outcome": shown.outcome or (self.step.outcomes[0].code if self.step.outcomes else ""),
        }

    def _live_context(self, draft: Draft, given: Given, *, decides: bool = False) -> dict[str, Any]:
        people = list(given.people)
        if decides:
            people = [*((role, code) for role, code in people if role != "approver")]
            # who is in no register may still look; the decision itself tells what is missing
            with suppress(NoOfficerError):
                people.append(("approver", officer_of(self.actor).code))
        asked = Given(
            answers=given.answers, people=people, outcome=given.outcome, about=given.about, reasons=given.reasons
        )
        gates = self.sight.told_gates(weigh(self.sight, self.step, asked, draft.code, draft.number))
        proposed = steps.proposal_so_far(self.row, self.step, asked) if discretion.proposes(self.step) else None
        measure = discretion.orders_measure(self.step)
        return {
            "advice": _advice(self.row, self.step, given.reasons),
            "spared": spared(self.row, self.today, reasons=dict(given.reasons)) if measure else (),
            "beside": beside(self.row, self.today, values=proposed, reasons=dict(given.reasons)) if proposed else None,
            "unrecorded": steps.unrecorded(
                self.row, self.step, draft.code, on=self.today, method=str(given.answers.get("method") or "")
            ),
            "gates": look.gate_panel(self.step, gates, look.links_of(self.actor, gates), given.reasons),
            "discretion_href": reverse("cases_discretion", args=[self.row.code]),
            "draft": draft,
            "saved_by": names_of([draft.saved_by]).get(draft.saved_by, draft.saved_by),
            "fresh": draft.version == 1,
        }

    def _live(self, draft: Draft, given: Given, *, status: int = 200, stale: Sequence[Any] = ()) -> HttpResponse:
        """The part of the page that follows every save: what is kept, and what the rules say."""
        live = self._live_context(draft, given)
        return render(
            self.request, "cases/_live.html", {"live": live, "stale": stale, "step": self.step}, status=status
        )

    def _stale(self, draft: Draft, given: Given) -> HttpResponse:
        """Somebody else saved meanwhile: both texts side by side, and nothing is lost."""
        found: list[forms.Difference | None] = [*self._named(forms.differences(self.step, given, draft))]
        if self.request.headers.get("HX-Request") == "true":
            return self._live(draft, given, status=409, stale=found or [None])
        return self._page(
            draft,
            given=given,
            refused=StaleError("您填写期间，他人保存了不同的内容。"),
            status=409,
            stale=found or [None],
        )

    def _named(self, found: list[forms.Difference]) -> list[forms.Difference]:
        names = {one.code: one.name for one in queries.candidates(self.row)}
        return [
            forms.Difference(
                label=one.label,
                mine="、".join(names.get(each, each) for each in one.mine.split("、")),
                theirs="、".join(names.get(each, each) for each in one.theirs.split("、")),
            )
            for one in found
        ]

    def _people(self, draft: Draft) -> list[Fact]:
        names = {one.code: one.name for one in queries.candidates(self.row)}
        return [
            Fact(label=part.label, value=[names.get(code, code) for role, code in draft.people if role == part.role])
            for part in forms.asked_parts(self.step)
        ]

    def _reasons(self, draft: Draft) -> list[Fact]:
        return look.reason_facts(draft.reasons)

    def _case_facts(self) -> list[Fact]:
        row = self.row
        found = [
            Fact(label="当事人", value=row.party.name),
            Fact(label="执法事项", value=row.item.name),
            Fact(label="阶段", value=stage_label(row)),
            Fact(label="拟处理", value=look.fine_words(row)),
            Fact(label="最近期限", value=row.due_on, note=row.due_why),
        ]
        return [one for one in found if one.value not in (None, "")]


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceLine:
    """Advice of which a review has to say what it makes of it."""

    key: str
    helper: str
    question: str
    opinion: str
    reason: str

    @property
    def slug(self) -> str:
        """The key as part of an id, without points."""
        return self.key.replace(".", "-")


def _advice(row: Case, step: Step, reasons: Mapping[str, str]) -> list[AdviceLine]:
    return [
        AdviceLine(
            key=helping.key_of(one),
            helper=one.helper.name if one.helper else "",
            question=one.question,
            opinion=one.opinion,
            reason=reasons.get(helping.key_of(one), ""),
        )
        for one in helping.to_consider(row, step)
    ]


def on_the_spot(sight: queries.Sight, here: str) -> list[Stop]:
    """Return the steps on the spot as stops, ending with the hand-over of the decision; ``here`` is where one is."""
    way = [one for one in sight.procedure.steps if one.main and sight.procedure.start in one.stages]
    order = [*(one.code for one in way), HAND_OVER]
    labels = {one.code: one.label for one in way} | {HAND_OVER: "签名交付"}
    at = order.index(here)
    states = dict.fromkeys(range(at), StepState.DONE) | {at: StepState.CURRENT}
    return [Stop(label=labels[code], state=states.get(place, StepState.WAITING)) for place, code in enumerate(order)]


class EventPage(OfCase):
    """A step that was taken: what was written, who took part, what the rules said then."""

    template_name = "cases/event.html"

    def context(self) -> dict[str, Any]:
        """
        Return what was kept.

        :raises MissingError: if the case has no such step
        """
        sight = self.open()
        event = next((one for one in sight.told if one.code == str(self.kwargs["event"])), None)
        if event is None:
            raise MissingError("没有找到这个环节，或者您无权查看。")
        step = next((one for one in sight.procedure.steps if one.code == event.step), None)
        if step is not None and step.confidential:
            referrals.read_confidential(actor=self.actor, at=self.now, event=event)
        by: dict[str, list[str]] = {}
        for part in event.parts:
            by.setdefault(PARTICIPANT_ROLES.get(part.role, part.role), []).append(part.officer.name)
        return {
            "title": step.label if step else event.step,
            "row": self.row,
            "event": event,
            "facts": look.event_facts(step, event),
            "people": [Fact(label=role, value=names) for role, names in by.items()],
            "reasons": look.reason_facts(event.reasons),
            "gates": _gate_counts(sight, event),
            "taken_by": names_of([event.taken_by]).get(event.taken_by, event.taken_by),
            "back": self.home,
            **self._records(event.code),
        }


def _gate_counts(sight: queries.Sight, event: Event) -> list[Fact]:
    from mingjing.domain.procedures.gates import Effect
    from mingjing.domain.rules.library import rules

    found = []
    for effect in Effect:
        names = [one["rule"] for one in event.gates if one["effect"] == effect.value and sight.tells_of(one["rule"])]
        if names:
            titles = [rules()[one].title if one in rules() else one for one in names]
            found.append(Fact(label=f"{effect.label}（{len(names)}）", value=titles))
    return found


def _number(text: str | None) -> int:
    try:
        return int(text or 0)
    except ValueError:
        return 0
