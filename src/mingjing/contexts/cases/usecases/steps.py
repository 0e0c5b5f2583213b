"""
A step is prepared, proposed, agreed to, taken. Nothing else moves a case.

Page, API, importer and command line all come through here, and here alone the gates are weighed: on the case as it is
while it is locked, with the step added.
"""

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils.timezone import get_current_timezone, is_naive, localdate

from mingjing.contexts.accounts.access import Actor, MissingError
from mingjing.contexts.accounts.queries import holders
from mingjing.contexts.cases import discretion, frozen, papers, promises
from mingjing.contexts.cases.models import Case, Draft, DraftState, Event, Participant, Referral
from mingjing.contexts.cases.usecases import helping
from mingjing.contexts.cases.usecases.base import (
    PERMISSIONS,
    CaseError,
    UnrecordedError,
    access_case,
    access_for_duty,
    index,
    is_handler,
    log,
    not_qualified,
    officer_of,
    officers_by_code,
    procedure_for,
    reaches,
    refusals_noted,
    require_fresh,
    save,
    take_number,
)
from mingjing.contexts.catalog.queries import resolve
from mingjing.contexts.documents.models import Document
from mingjing.contexts.documents.usecases.issuing import give_number
from mingjing.contexts.media.queries import missing_recordings
from mingjing.contexts.registry.queries import may_assist, none_may_act
from mingjing.contexts.work.notifications import notify
from mingjing.domain.catalog.criteria import Effect as MarkEffect
from mingjing.domain.media.requirements import Missing
from mingjing.domain.procedures import acts
from mingjing.domain.procedures import answers as given_answers
from mingjing.domain.procedures.answers import Answers, AnswersError
from mingjing.domain.procedures.clocks import clocks, nearest
from mingjing.domain.procedures.entry import KNOWN_LATER, entry_of
from mingjing.domain.procedures.gates import Effect, Gate, case_rules, require_met, weigh
from mingjing.domain.procedures.model import Duty, Outcome, Step, require_open
from mingjing.domain.rules import facts
from mingjing.domain.rules.kinds.case.contents import Contents
from mingjing.domain.rules.terms import CaseFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """
    What is given with a step. ``people`` are pairs of role and officer's code; ``about`` is the code of an earlier step.

    ``answers`` hold amounts as whole fen (``int``) or in words of yuan (``str``); ``reasons`` are words by rule id.
    """

    answers: Mapping[str, object] = field(default_factory=dict)
    people: Sequence[tuple[str, str]] = ()
    outcome: str = ""
    about: str = ""
    reasons: Mapping[str, str] = field(default_factory=dict)


_PART_OF: Final = {Duty.REVIEW: "reviewer", Duty.APPROVE: "approver", Duty.PRESIDE: "chair"}


# -- drafts ------------------------------------------------------------------------------------------------------------
@transaction.atomic
def start_draft(*, actor: Actor, at: datetime, case: str, step: str) -> Draft:
    """
    Begin to prepare a step; return the one that lies there already, if one does.

    :raises StepNotOpenError: if the step cannot be taken now
    """
    row = access_case(actor, case, lock=True)
    wanted = procedure_for(row).step(step)
    row = access_for_duty(actor, case, wanted.duty)
    lying = row.drafts.filter(step=step, state__in=[DraftState.DRAFT, DraftState.RETURNED, DraftState.PROPOSED]).first()
    if lying is not None:
        return lying
    require_open(procedure_for(row), step, row.stage, _view(row, localdate(at)))
    number = take_number(row)
    draft = Draft.objects.create(
        code=f"{row.code}-{number:03d}",
        case=row,
        number=number,
        step=step,
        people=[list(one) for one in default_people(actor, row, wanted)],
        made_by=actor.code,
        made_at=at,
        saved_by=actor.code,
        saved_at=at,
    )
    row.save(update_fields=["next_number"])
    return draft


@transaction.atomic
def save_draft(*, actor: Actor, at: datetime, draft: str, version: int, given: Given) -> Draft:
    """
    Keep what was filled in so far, complete or not.

    :raises StaleError: if somebody else saved it since
    :raises CaseError: if it was proposed or taken
    """
    row = _draft_to_edit(actor, draft)
    require_fresh(row, version)
    _fill(row, given, actor, at)
    save(row)
    return row


@transaction.atomic
def drop_draft(*, actor: Actor, at: datetime, draft: str, version: int) -> Draft:
    """
    Give up a draft; what was filled in is kept out of sight, and documents that it numbered stay on record.

    :raises CaseError: if it was proposed or taken
    """
    row = _draft_to_edit(actor, draft)
    require_fresh(row, version)
    row.state, row.saved_by, row.saved_at = DraftState.DROPPED, actor.code, at
    save(row)
    return row


def _draft_to_edit(actor: Actor, code: str) -> Draft:
    row = _locked(actor, code)
    _require_open(row)
    return row


def _require_open(row: Draft) -> None:
    if row.state not in (DraftState.DRAFT, DraftState.RETURNED):
        raise CaseError(f"这个环节{row.get_state_display()}，不能再修改。")


def _locked(actor: Actor, code: str) -> Draft:
    """A draft and its case, locked, for who may prepare it."""
    found = Draft.objects.filter(code=code).select_related("case").first()
    if found is None:
        raise MissingError("没有找到这个待办环节，或者您无权查看。")
    step = procedure_for(found.case).step(found.step)
    case = access_for_duty(actor, found.case.code, step.duty)
    row = Draft.objects.select_for_update(of=("self",)).get(pk=found.pk)
    row.case = case
    return row


def _fill(row: Draft, given: Given, actor: Actor, at: datetime) -> None:
    row.answers = {name: list(value) if isinstance(value, tuple) else value for name, value in given.answers.items()}
    row.people = [list(one) for one in given.people]
    row.outcome, row.about, row.reasons = given.outcome, given.about, dict(given.reasons)
    row.saved_by, row.saved_at = actor.code, at


def default_people(actor: Actor, row: Case, step: Step) -> list[tuple[str, str]]:
    """Return who would take part: the handlers where the step wants them, and whoever acts in his capacity."""
    roles = {part.role for part in step.parts}
    people: list[tuple[str, str]] = []
    handlers = [one.officer.code for one in frozen.handlers_of(row)]
    for role in ("handler", "server"):
        if role in roles:
            people += [(role, code) for code in handlers]
    mine = _PART_OF.get(step.duty)
    if mine in roles:
        people.append((mine, officer_of(actor).code))
    return people


# -- weighing ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """A step before it is taken: what was read, what the rules say of it, and the facts as they would be ``after`` it."""

    step: Step
    answers: Answers
    event: facts.Event
    gates: tuple[Gate, ...]
    changes: Mapping[str, Any]
    after: facts.FactBase


def weigh_step(
    *,
    row: Case,
    step: Step,
    given: Given,
    code: str,
    number: int,
    at: datetime,
    base: facts.FactBase | None = None,
    partial: bool = False,
) -> Weighed:
    """
    Read what is given with a step and weigh its gates; nothing is written.

    ``base`` are the facts of the case where they are read already. With ``partial``, for who is still filling in: what
    is missing or unreadable is left out, and the gates are those of what is there.

    :raises AnswersError: if something is missing or unreadable
    :raises CaseError: if the step is dated after now, or is about nothing it could be about
    """
    read = given_answers.read(step, given.answers, options=options_of(row), partial=partial)
    happened = _moment(read.step.get("at"), at)
    if happened > at:
        if not partial:
            raise CaseError("办理时间不能晚于现在。")
        happened = at
    if not partial:
        _require_in_order(row, read)
    about = _about(row, step, given.about, partial=partial)
    outcome = _outcome(step, given.outcome, read, partial=partial)
    named = [code for _, code in given.people]
    before = frozen.fact_base(row, on=localdate(at), more_officers=named) if base is None else base
    if base is not None:
        before = frozen.with_people(base, named)
    if step.event == "decision":
        tier = str(read.case.get("tier") or row.tier)
        before = frozen.with_peers(before, row, tier=tier, on=localdate(at))
    act = acts.Act(
        step=step,
        answers=read,
        code=code,
        at=_as_moment(happened),
        order=number,
        ended_at=_as_moment(_moment(read.step["ended_at"], at)) if read.step.get("ended_at") else None,
        about=about.code if about else None,
        outcome=outcome,
        people=tuple(given.people),
        changes={
            **_lenient(row, step, read, given, localdate(at)),
            **_marked(row, step, read),
        },
    )
    after = acts.taken(before, row.code, act)
    if step.papers:
        view = CaseFacts(case=after.case[row.code], base=after)
        made = papers.paper_facts(step, view, _ahead(row, act, happened, at))
        after = replace(after, documents=[*after.documents, *made])
    return Weighed(
        step=step,
        answers=read,
        event=acts.event_of(act, row.code),
        changes=act.changes,
        after=after,
        gates=weigh(before=before, after=after, case=row.code, step=code),
    )


def _require_in_order(row: Case, read: Answers) -> None:
    """An act ends not before it begins."""
    days = acts.stored({name: value for name, value in read.case.items() if name in ("act_on", "act_ended_on")})
    began, ended = days.get("act_on", row.act_on), days.get("act_ended_on", row.act_ended_on)
    if began is not None and ended is not None and ended < began:
        words = "违法行为终了日不能早于发生日。"
        raise AnswersError(words, fields={"act_ended_on": [words]})


def _ahead(row: Case, act: acts.Act, happened: datetime, at: datetime) -> papers.Context:
    """A case as it would be with an act, for the documents that it would make. Nothing of it is stored."""
    seen = copy(row)
    for name, value in {**acts.stored(act.answers.case), **act.changes}.items():
        setattr(seen, name, value)
    if act.step.event in acts.NUMBERED and not seen.case_no:
        seen.case_no = acts.TO_COME
    event = Event(
        code=str(act.code),
        case=row,
        number=act.order,
        type=act.step.event,
        at=happened,
        ended_at=_moment(act.answers.step["ended_at"], at) if act.answers.step.get("ended_at") else None,
        outcome=act.outcome,
        place=_text(act.answers.step.get("place")),
        extends_to=acts.day_of(act.answers.step.get("extends_to")),
        words={**act.answers.words, **act.answers.case},
    )
    named = {one.code: one for one in frozen.officers_named(str(code) for _, code in act.people)}
    parts = [(role, named[str(code)]) for role, code in act.people if str(code) in named]
    return papers.Context(row=seen, event=event, at=at, parts=parts)


def _marked(row: Case, step: Step, read: Answers) -> dict[str, Any]:
    """
    What makes a case major or complex whatever was ticked: the standards of the item, its catalogue, or a hearing.

    Source: RZ-26; RZ-35; 国办发〔2018〕118号.
    """
    marked = {"is_major": True} if discretion.is_listed_or_heard(row, step, procedure_for(row)) else {}
    if not discretion.proposes(step):
        return marked
    effects = {one.standard.effect for one in discretion.marks_of(row, proposal_of(row, read))}
    columns = {MarkEffect.MAJOR: "is_major", MarkEffect.COMPLEX: "is_complex"}
    return {**marked, **{column: True for effect, column in columns.items() if effect in effects}}


def _lenient(row: Case, step: Step, read: Answers, given: Given, on: date) -> dict[str, Any]:
    """What the lists of leniency say of a proposal: that one fits, and the reason given for not following it."""
    if not discretion.proposes(step):
        return {}
    fitting = [one for one in discretion.fitting(row, on) if one.entry.list_kind != "heavier"]
    if not fitting:
        return {}
    said = "；".join(filter(None, (given.reasons.get(one.key, "").strip() for one in fitting)))
    own = read.case.get("leniency_reason", row.leniency_reason)
    return {"leniency_matched": True, "leniency_reason": str(own or said)}


def weigh_ahead(
    row: Case, step: Step, drafts: Iterable[Draft], *, at: datetime, base: facts.FactBase | None = None
) -> tuple[Gate, ...]:
    """Weigh a step as it lies in a draft; where none does, with nothing but the handlers."""
    lying = next((one for one in drafts if one.step == step.code), None)
    if lying is not None:
        given = Given(
            answers=lying.answers,
            people=[(role, code) for role, code in lying.people],
            outcome=lying.outcome,
            about=lying.about,
            reasons=lying.reasons,
        )
        code, number = lying.code, lying.number
    else:
        roles = {part.role for part in step.parts}
        handlers = [one.officer.code for one in frozen.handlers_of(row)]
        given = Given(people=[(role, one) for role in ("handler", "server") if role in roles for one in handlers])
        code, number = f"{row.code}-new", row.next_number
    return weigh_step(row=row, step=step, given=given, code=code, number=number, at=at, base=base, partial=True).gates


def options_of(row: Case) -> dict[str, tuple[str, ...]]:
    """Return the codes of the lists that depend on the case."""
    if not row.benchmark_pin:
        return {"tiers": ()}
    edition: Any = resolve(row.benchmark_pin)
    return {"tiers": tuple(tier.name for tier in edition.benchmark.tiers)}


def _view(row: Case, on: date) -> CaseFacts:
    base = frozen.fact_base(row, on=on)
    return CaseFacts(case=base.case[row.code], base=base)


def _outcome(step: Step, outcome: str, read: Answers, *, partial: bool = False) -> str:
    if step.outcomes:
        known = [one.code for one in step.outcomes]
        if not outcome and step.endorsed is None and not partial:
            raise CaseError(f"请选择结果：{'、'.join(one.label for one in step.outcomes)}。")
        if outcome and outcome not in known:
            raise CaseError(f"“{step.label}”没有“{outcome}”这种结果。")
        chosen = next(one for one in step.outcomes if one.code == (outcome or known[0]))
        if not partial:
            _require_unbarred(step, chosen, read)
        return chosen.code
    return "credential_shown" if read.words.get("credential_shown") else ""


def _require_unbarred(step: Step, outcome: Outcome, read: Answers) -> None:
    """A step ends not in a way that one of its own answers rules out."""
    barred = [ask for ask in step.asks if read.words.get(ask.name) in outcome.bars]
    if barred:
        named = "、".join(f"“{ask.label}”" for ask in barred)
        found = dict(barred[0].choices)[str(read.words[barred[0].name])]
        others = "、".join(f"“{one.label}”" for one in step.outcomes if not one.bars)
        raise AnswersError(
            f"{named}为“{found}”，不能选“{outcome.label}”。改正后再选，或者选{others}。",
            fields={ask.name: [f"{found}的，不能“{outcome.label}”。"] for ask in barred},
        )


def about_choices(row: Case, step: Step) -> list[Event]:
    """Return the steps of a case that a step can be about, the latest first."""
    if not step.about:
        return []
    found = row.events.filter(type__in=step.about).exclude(outcome__in=facts.Event.UNDONE)
    return list(found.order_by("-at", "-number"))


def _about(row: Case, step: Step, code: str, *, partial: bool = False) -> Event | None:
    if not step.about:
        return None
    found = about_choices(row, step)
    chosen = next((one for one in found if not code or one.code == code), None)
    if chosen is None and not partial:
        raise CaseError(
            f"没有可以“{step.label}”的环节，请先办理{'、'.join(step.about) if not code else '所选的环节'}。"
        )
    return chosen


# -- taking ------------------------------------------------------------------------------------------------------------
def take_step(*, actor: Actor, at: datetime, draft: str, version: int, given: Given) -> Event:
    """
    Take a step that needs nobody else's consent.

    Done twice (a double click, a second tab), it happens once: the second call returns the step that was taken.

    :raises AnswersError: if something is missing or unreadable
    :raises GatesUnmetError: if the law forbids it as things are; all gates are told
    :raises ReasonsMissingError: if something conspicuous lacks its reason
    :raises CaseError: if the step needs consent, or cannot be taken
    :raises NotQualifiedError: if one who handles or assists may not; the log keeps it
    :raises UnrecordedError: if it must be filmed and was not
    """
    with refusals_noted(actor, at, "take_step", draft=draft), transaction.atomic():
        return _take_drafted(actor, at, draft, version, given)


def _take_drafted(actor: Actor, at: datetime, draft: str, version: int, given: Given) -> Event:
    done = _done(actor, draft)
    if done is not None:
        return done
    row = _locked(actor, draft)
    if row.state == DraftState.DONE:  # the first click was still at work when the second came
        return Event.objects.get(code=draft)
    _require_open(row)
    require_fresh(row, version)
    step = procedure_for(row.case).step(row.step)
    if step.endorsed is not None:
        raise CaseError(f"“{step.label}”须经{step.endorsed.label}人同意，请提交审批。")
    _fill(row, given, actor, at)
    return _take(actor, at, row, step, given)


def propose_step(*, actor: Actor, at: datetime, draft: str, version: int, given: Given) -> Draft:
    """
    Put a step before whoever must agree. The gates are weighed now as well, so that nothing unlawful is even proposed.

    :raises AnswersError: if something is missing or unreadable
    :raises GatesUnmetError: if the law forbids it as things are
    :raises ReasonsMissingError: if something conspicuous lacks its reason
    :raises NotQualifiedError: if one who handles or assists may not; the log keeps it
    :raises UnrecordedError: if it must be filmed and was not
    """
    with refusals_noted(actor, at, "propose_step", draft=draft), transaction.atomic():
        return _propose(actor, at, draft, version, given)


def _propose(actor: Actor, at: datetime, draft: str, version: int, given: Given) -> Draft:
    row = _draft_to_edit(actor, draft)
    require_fresh(row, version)
    step = procedure_for(row.case).step(row.step)
    if step.endorsed is None:
        raise CaseError(f"“{step.label}”不需要审批，可以直接办理。")
    base = _open_again(row, step, at)
    weighed = weigh_step(row=row.case, step=step, given=given, code=row.code, number=row.number, at=at, base=base)
    require_met(weighed.gates, _said(given.reasons))
    _require_explained(row.case, weighed, given, at)
    _require_qualified(weighed, given)
    _require_recorded(row.case, weighed, row.code)
    _fill(row, given, actor, at)
    row.state, row.proposed_at, row.opinion = DraftState.PROPOSED, at, ""
    save(row)
    log(actor, at, "propose_step", row.case, "；".join(given.reasons.values()), step=row.step, event=row.code)
    told = holders(PERMISSIONS[step.endorsed], row.case.unit, on=localdate(at))
    notify(told, f"请审批：{row.case.title}（{step.label}）", f"/cases/{row.case.code}/steps/{row.code}/", at)
    return row


@transaction.atomic
def decide_proposal(
    *,
    actor: Actor,
    at: datetime,
    draft: str,
    version: int,
    outcome: str,
    opinion: str = "",
    people: Sequence[tuple[str, str]] = (),
) -> Event | Draft:
    """
    Agree to a proposed step, refuse it, or (``outcome`` ``returned``) send it back to be mended.

    What is agreed to or refused is a step of the case, with the approver among its people; the gates are weighed again.

    :raises GatesUnmetError: if the law forbids it as things are now
    :raises CaseError: if it was decided already, or is sent back without words
    """
    found = Draft.objects.filter(code=draft).select_related("case").first()
    if found is None:
        raise MissingError("没有找到这个待办环节，或者您无权查看。")
    step = procedure_for(found.case).step(found.step)
    if step.endorsed is None:
        raise CaseError(f"“{step.label}”不需要审批。")
    case = access_for_duty(actor, found.case.code, step.endorsed)
    row = Draft.objects.select_for_update(of=("self",)).get(pk=found.pk)
    row.case = case
    require_fresh(row, version)
    if row.state != DraftState.PROPOSED:
        raise CaseError(f"这个环节{row.get_state_display()}，不在待审批状态。")
    row.opinion = opinion.strip()[:512]
    if outcome == "returned":
        if not row.opinion:
            raise CaseError("退回要写明需要补正什么。")
        row.state = DraftState.RETURNED
        save(row)
        notify(_users_of(case), f"“{step.label}”被退回：{row.opinion}", f"/cases/{case.code}/", at)
        log(actor, at, "return_step", case, row.opinion, step=row.step, event=row.code)
        return row
    mine = [] if step.endorsed is Duty.SUPERVISE else [("approver", officer_of(actor).code)]
    proposed = [(role, code) for role, code in row.people if role != "approver"]
    given = Given(
        answers=row.answers,
        people=mine if acts.is_refused(step, outcome) else [*proposed, *mine, *people],
        outcome=outcome,
        about=row.about,
        reasons=row.reasons,
    )
    return _take(actor, at, row, step, given)


def _take(actor: Actor, at: datetime, row: Draft, step: Step, given: Given) -> Event:
    case = row.case
    base = _open_again(row, step, at)
    weighed = weigh_step(row=case, step=step, given=given, code=row.code, number=row.number, at=at, base=base)
    undone = weighed.event.outcome in facts.Event.UNDONE
    if not acts.is_refused(step, weighed.event.outcome or ""):
        require_met(weighed.gates, _said(given.reasons))
    if not undone:
        _require_explained(case, weighed, given, at)
        _require_qualified(weighed, given)
        _require_recorded(case, weighed, row.code)
    helping.require_considered(case, step, given.reasons)
    officers = officers_by_code([code for _, code in given.people])
    event = _write(actor, at, row, weighed, given)
    if step.fulfils and not undone:
        asked = case.events.filter(type__in=step.fulfils, about__isnull=True).exclude(outcome__in=facts.Event.UNDONE)
        asked.update(about=event)
    Participant.objects.bulk_create(
        Participant(event=event, officer=officers[code], role=role) for role, code in dict.fromkeys(given.people)
    )
    if not undone:
        _number(actor, at, case, step)
        _move(case, weighed)
    else:
        case.stage = step.stage_of(weighed.event.outcome) or case.stage
    if procedure_for(case).stage(case.stage).final and case.status == "open":
        case.status = "withdrawn"
    if not undone:
        _follow(actor, at, case, event, weighed)
    helping.note_reviewed(actor, at, case, event, step, given.reasons)
    row.state = DraftState.DONE
    save(row)
    if not undone:
        _tell_marks(case, step, weighed, at)
    note_due(case, localdate(at), weighed.after)
    view = CaseFacts(case=weighed.after.case[case.code], base=weighed.after)
    promises.note_promise(case, view.events, at)
    save(case)
    index(case)
    papers.draft_papers(actor=actor, at=at, row=case, event=event, step=step, view=view)
    log(
        actor,
        at,
        "take_step",
        case,
        "；".join(given.reasons.values()),
        step=step.code,
        event=event.code,
        outcome=event.outcome,
        stage=case.stage,
        status=case.status,
        people="、".join(f"{role}:{code}" for role, code in given.people),
    )
    return event


def _tell_marks(case: Case, step: Step, weighed: Weighed, at: datetime) -> None:
    """Tell the heads where a case goes that meets a standard of its item, once its investigation has ended."""
    if step.event != "investigation_report":
        return
    for one in discretion.marks_of(case, proposal_of(case, weighed.answers)):
        effect = one.standard.effect
        told = holders(PERMISSIONS[Duty.APPROVE], case.unit, on=localdate(at))
        notify(told, f"{effect.label}：{case.title}（{effect.route}）", f"/cases/{case.code}/", at)


def proposal_of(row: Case, answers: Answers) -> dict[str, Any]:
    """Return what a case would impose with the answers to a step."""
    names = ("tier", "fine_fen", "confiscated_fen", "other_penalties", "tier_departure")
    given = acts.stored(answers.case)
    return {name: given.get(name, getattr(row, name)) for name in names}


def proposal_so_far(row: Case, step: Step, given: Given) -> dict[str, Any]:
    """Return what a case would impose with what is filled in so far."""
    return proposal_of(row, given_answers.read(step, given.answers, options=options_of(row), partial=True))


def _require_explained(row: Case, weighed: Weighed, given: Given, at: datetime) -> None:
    values = proposal_of(row, weighed.answers)
    discretion.require_explained(row, weighed.step, values, given.reasons, localdate(at))
    discretion.require_measure_explained(row, weighed.step, given.reasons, localdate(at))
    if weighed.event.type == "decision" and discretion.proposes(weighed.step):
        view = CaseFacts(case=weighed.after.case[row.code], base=weighed.after)
        taken = {event.type for event in view.events if event.is_effective}
        discretion.require_routed(row, values, taken, localdate(at))


def unrecorded(row: Case, step: Step, code: str, *, on: date, method: str = "") -> tuple[Missing, ...]:
    """
    Say which recordings a step cannot be completed without and does not have: as list, item and plan of the place ask for.

    Source: SS-30; YZ-20; YZ-22; YZ-23; RZ-32.
    """
    if not step.recorded:
        return ()
    kind = f"{step.event}:{method}" if method else step.event
    found = missing_recordings(f"case:{row.code}", kind, on=on, step_code=code, written=True)
    return tuple(one for one in found if one.blocks)


def _require_recorded(row: Case, weighed: Weighed, code: str) -> None:
    method = _text(weighed.answers.step.get("method"))
    lacks = unrecorded(row, weighed.step, code, on=weighed.event.at.day, method=method)
    if lacks:
        raise UnrecordedError(" ".join(one.sentence for one in lacks), citation=lacks[0].citation)


_ENFORCES: Final = frozenset({"handler", "server"})


def _require_qualified(weighed: Weighed, given: Given) -> None:
    """
    Each who handles or serves may enforce on the day of the step, each who assists is commanded by one of them.

    The rules ask whether enough people with a credential were there; nobody beside them handles without one either.
    """
    on = weighed.event.at.day
    present = {code for role, code in given.people if role in _ENFORCES}
    for code, answer in none_may_act(present, on).items():
        raise not_qualified(f"不能参加“{weighed.step.label}”", answer, code)
    for code in dict.fromkeys(code for role, code in given.people if role == "assistant"):
        answer = may_assist(code, present, on)
        if not answer:
            raise not_qualified(f"不能协助“{weighed.step.label}”", answer, code)


def note_served(*, actor: Actor, at: datetime, about: Event, method: str, on: date, number: str) -> Event | None:
    """
    Record as a step that a document of a step was served, where the procedure has service; once for each document.

    Who may serve is a matter of the documents room; the gates are weighed here as for every step.

    :raises GatesUnmetError: if the law forbids it as things are
    """
    case = Case.objects.select_for_update(of=("self",)).get(pk=about.case_id)
    step = next((one for one in procedure_for(case).steps if one.event == "service" and case.stage in one.stages), None)
    if step is None or case.events.filter(type="service", about=about, document_no=number).exists():
        return None
    servers = [("server", one.officer.code) for one in frozen.handlers_of(case)]
    midday = datetime.combine(on, at.time(), tzinfo=at.tzinfo)
    draft = _noted(actor, at, case, step)
    given = Given(answers={"at": min(midday, at).isoformat(), "method": method}, people=servers, about=about.code)
    event = _take(actor, at, draft, step, given)
    event.document_no = number
    event.save(update_fields=["document_no"])
    return event


def note_answer(*, actor: Actor, at: datetime, referral: Referral, kind: str, answered_at: datetime, note: str) -> bool:
    """
    Record as a step what the police answered to a referral; say whether the case stands where it has such a step.

    The step writes the answer onto the referral.
    """
    case = Case.objects.select_for_update(of=("self",)).get(pk=referral.case_id)
    step = next((one for one in procedure_for(case).steps if one.event == kind and case.stage in one.stages), None)
    if step is None or referral.event is None:
        return False
    said = note or "见受移送机关的答复。"
    given = Given(answers={"at": answered_at.isoformat(), "document": said, "content": said}, about=referral.event.code)
    _take(actor, at, _noted(actor, at, case, step), step, given)
    return True


def _noted(actor: Actor, at: datetime, case: Case, step: Step) -> Draft:
    """A draft for a step that is taken at once, because it happened elsewhere."""
    number = take_number(case)
    return Draft.objects.create(
        code=f"{case.code}-{number:03d}",
        case=case,
        number=number,
        step=step.code,
        made_by=actor.code,
        made_at=at,
        saved_by=actor.code,
        saved_at=at,
    )


def weigh_contents(document: Document, *, at: datetime, gone: bool = False, void: bool = False) -> None:
    """
    Weigh what the documents of a step would contain with one of them as it is given.

    ``gone``: without it. ``void``: with it standing for nothing, as what was issued is replaced before it is declared void.

    :raises GatesUnmetError: if an element would be missing that was there before
    """
    row = Case.objects.select_related("unit", "agency__unit", "agency__principal__unit", "item", "party")
    case = row.filter(code=document.subject_code, events__code=document.step).first()
    if case is None:
        return
    before = frozen.fact_base(case, on=localdate(at))
    elements = None if document.elements is None else frozenset(() if void else document.elements)
    others = [one for one in before.documents if one.id != document.code]
    mine = [replace(one, elements=elements) for one in before.documents if one.id == document.code and not gone]
    after = replace(before, documents=[*others, *mine])
    asked = [one for one in case_rules(before.as_of) if isinstance(one.kind, Contents)]
    gates = weigh(before=before, after=after, case=case.code, only=asked)
    require_met([one for one in gates if one.effect is Effect.BLOCK], ())


def note_due(case: Case, on: date, base: facts.FactBase | None = None) -> bool:
    """
    Write onto a case which of its periods runs out first, and why; say whether that changed.

    ``base`` are the facts of the case, where they are read already.
    """
    final = procedure_for(case).stage(case.stage).final
    running = None if final else nearest(clocks(base or frozen.fact_base(case, on=on), case.code))
    due = running.due if running else None
    why = f"{running.rule.title}（{running.rule.citations[0].label}）"[:128] if running else ""
    changed = (case.due_on, case.due_why) != (due, why)
    case.due_on, case.due_why = due, why
    return changed


def _open_again(row: Draft, step: Step, at: datetime) -> facts.FactBase:
    """Require that the step may still be taken; return the facts of the case, which are read here and nowhere again."""
    base = frozen.fact_base(row.case, on=localdate(at), more_officers=[code for _, code in row.people])
    view = CaseFacts(case=base.case[row.case.code], base=base)
    require_open(procedure_for(row.case), step.code, row.case.stage, view)
    return base


def _write(actor: Actor, at: datetime, row: Draft, weighed: Weighed, given: Given) -> Event:
    about = row.case.events.filter(code=weighed.event.about_id).first() if weighed.event.about_id else None
    read = weighed.answers
    # what waited for consent was entered when it was proposed
    entry = entry_of(
        happened_on=(weighed.event.ended_at or weighed.event.at).day,
        entered_on=localdate(row.proposed_at or at),
        place=row.case.unit.place[:6],
    )
    return Event.objects.create(
        code=row.code,
        case=row.case,
        number=row.number,
        step=row.step,
        type=weighed.event.type,
        at=_moment(read.step.get("at"), at),
        ended_at=_moment(read.step["ended_at"], at) if read.step.get("ended_at") else None,
        about=about,
        outcome=weighed.event.outcome or "",
        method=_text(read.step.get("method")),
        urgent=weighed.event.urgent,
        place=weighed.event.place or "",
        extends_to=weighed.event.extends_to,
        words={**read.words, **read.case} | ({"opinion": row.opinion} if row.opinion else {}),
        reasons={rule: words for rule, words in given.reasons.items() if words.strip()},
        gates=[{"rule": gate.rule.id, "effect": gate.effect.value} for gate in weighed.gates],
        taken_by=actor.code,
        taken_at=at,
        late_days=0 if _text(read.step.get("method")) in KNOWN_LATER else entry.late_days,
    )


def _number(actor: Actor, at: datetime, case: Case, step: Step) -> None:
    if step.event in acts.NUMBERED and not case.case_no:
        case.case_no = give_number(actor=actor, at=at, unit=case.unit, word=acts.NUMBERED[step.event])


def _move(case: Case, weighed: Weighed) -> None:
    step = weighed.step
    for name, value in {**acts.stored(weighed.answers.case), **weighed.changes}.items():
        setattr(case, name, value)
    case.stage = step.leads_to(case.stage, weighed.event.outcome)
    if step.status:
        case.status = step.status
    if step.event in ("decision", "no_penalty", "grant", "refusal"):
        case.decided_on = weighed.event.at.day


_REFERS: Final = frozenset({"referral", "jurisdiction_transfer", "discipline_referral"})
_REPLIES: Final = {"police_filed": "accepted", "police_declined": "refused"}


def _follow(actor: Actor, at: datetime, case: Case, event: Event, weighed: Weighed) -> None:
    """What a step does beyond the case itself: a referral begins or is answered, who must withdraw handles no more."""
    if event.type in _REFERS:
        _refer(case, event, weighed, at)
    elif event.type in _REPLIES:
        referrals = Referral.objects.filter(case=case, event=event.about)
        if not referrals.filter(transferred_at__isnull=False).exists():
            raise CaseError("还没有登记移送时间，不能登记公安机关的答复。请先在“移送”中登记移送时间。")
        for one in referrals:
            one.reply, one.replied_at = _REPLIES[event.type], event.at
            save(one)
    elif event.type == "recusal" and event.outcome == "approved":
        recused = event.participants.filter(role="recused").values("officer")
        case.handlers.filter(until__isnull=True, officer__in=recused).update(until=localdate(at), is_lead=False)
        left = case.handlers.filter(until__isnull=True)
        if not left.filter(is_lead=True).exists():
            left.filter(pk__in=left.values("pk")[:1]).update(is_lead=True)
        log(actor, at, "withdraw_handlers", case, event=event.code)


def _refer(case: Case, event: Event, weighed: Weighed, at: datetime) -> None:
    words = {**weighed.step.fixed, **weighed.answers.words}
    Referral.objects.create(
        code=f"{event.code}-R",
        case=case,
        event=event,
        to=_text(words.get("to")),
        recipient=_text(words.get("recipient")),
        report_received_at=event.at,
        decided_at=at,
        approved_at=at,
        note=_text(words.get("reason"))[:512],
    )


def _done(actor: Actor, code: str) -> Event | None:
    """The step that a draft became, if it did, for whoever may see it."""
    found = Event.objects.filter(code=code).select_related("case").first()
    if found is not None:
        access_case(actor, found.case.code)
    return found


def _users_of(case: Case) -> list[int]:
    mine = case.handlers.filter(until__isnull=True, officer__user_id__isnull=False)
    return list(mine.values_list("officer__user_id", flat=True))


def _said(reasons: Mapping[str, str]) -> list[str]:
    return [rule for rule, words in reasons.items() if words.strip()]


# -- values ------------------------------------------------------------------------------------------------------------
def _moment(value: object, default: datetime) -> datetime:
    if not value:
        return default
    found = datetime.fromisoformat(str(value))
    return found.replace(tzinfo=get_current_timezone()) if is_naive(found) else found


def _as_moment(value: datetime) -> Any:
    found = frozen.moment(value)
    assert found is not None
    return found


def _text(value: object) -> str:
    return str(value) if value else ""


def may_act_as(actor: Actor, row: Case, duty: Duty) -> bool:
    """Say whether the actor may act on a case in this capacity (for buttons)."""
    if not reaches(actor, row, PERMISSIONS[duty]):
        return False
    return duty is not Duty.HANDLE or is_handler(actor, row)


def duties_of(actor: Actor, row: Case) -> frozenset[Duty]:
    """Return in which capacities the actor may act on a case, for buttons; the acts decide themselves."""
    return frozenset(one for one in Duty if may_act_as(actor, row, one))
