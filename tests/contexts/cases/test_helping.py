"""Reviewers of other agencies and advisers help with a case: they see it and no other, and what they say counts."""

from datetime import date

import pytest

from mingjing.contexts.accounts.access import Actor, ForbiddenError, MissingError
from mingjing.contexts.cases.models import Help
from mingjing.contexts.cases.usecases import helping, steps
from mingjing.contexts.cases.usecases.base import CaseError, access_case
from mingjing.contexts.cases.usecases.helping import AdviceError
from mingjing.contexts.documents.models import Document
from mingjing.contexts.documents.usecases import issue_document, sign_document
from mingjing.contexts.records.queries import history
from mingjing.contexts.registry.models import Officer, Role
from mingjing.domain.procedures.gates import GatesUnmetError
from tests.contexts.cases.conftest import Office
from tests.contexts.cases.test_facts import decided
from tests.contexts.cases.test_pages import client_of, page_of
from tests.contexts.conftest import ActorMaker


def reviewer_of(actor_with: ActorMaker, unit: str, name: str, code: str) -> Actor:
    """A registered reviewer of a unit."""
    actor = actor_with("legal_reviewer", unit, username=code.lower(), name=name)
    from mingjing.contexts.accounts.models import Unit

    row = Officer.objects.create(
        unit=Unit.objects.get(code=unit), code=code, name=name, user_id=actor.user_id, employment="established",
        joined_on=date(2020, 1, 1), legal_qualification_on=date(2019, 1, 1),
    )  # fmt: skip
    Role.objects.create(officer=row, role="legal_reviewer", valid_from=date(2021, 1, 1))
    return actor


def major(office: Office) -> None:
    """A major case whose investigation has ended, and a second case of the same agency."""
    office.open(title="另一件案件")
    office.open()
    for step in ("lead", "filing", "inspection", "inquiry"):
        office.go(step)
    office.later(days=1).go("investigation_report", is_major=True)


def ask(office: Office, kind: str = "review", by: str = "head", helper: str = "") -> Help:
    return helping.ask_help(
        actor=office.people[by], at=office.at, case=office.case.code, kind=kind, question="请协助审核。", helper=helper
    )


def review(office: Office, actor: Actor, **more: object) -> None:
    office.later(hours=1)
    draft = steps.start_draft(actor=actor, at=office.at, case=office.case.code, step="legal_review")
    steps.take_step(
        actor=actor, at=office.at, draft=draft.code, version=draft.version,
        given=office.given(draft, outcome="approved", **more),
    )  # fmt: skip


@pytest.mark.requirement("LC-29", "RZ-81")
def test_a_reviewer_of_another_agency_sees_this_case_only_and_reviews_it(
    office: Office, actor_with: ActorMaker
) -> None:
    outside = reviewer_of(actor_with, "health", "马骏", "H000001")
    other = office.open(title="另一件案件").code
    major(office)
    with pytest.raises(MissingError):
        access_case(outside, office.case.code)
    asked = ask(office)
    assert "接受" in page_of(client_of("h000001"), "/cases/helps/")
    with pytest.raises(MissingError):
        access_case(outside, office.case.code)
    helping.accept_review(actor=outside, at=office.at, code=asked.code, version=asked.version)
    assert access_case(outside, office.case.code)
    with pytest.raises(MissingError):
        access_case(outside, other)
    client = client_of("h000001")
    assert [one["code"] for one in client.get("/api/v1/cases").json()["items"]] == [office.case.code]
    assert page_of(client, f"/cases/{office.case.code}/")
    for step in ("prior_notice", "deliberation"):
        with pytest.raises(ForbiddenError):
            steps.start_draft(actor=outside, at=office.at, case=office.case.code, step=step)
    review(office, outside)
    event = office.case.events.get(type="legal_review")
    assert event.participants.get(role="reviewer").officer.code == "H000001"
    asked.refresh_from_db()
    assert (asked.state, asked.event) == ("answered", event)
    opinion = Document.objects.get(kind="legal_review_opinion")
    issue_document(actor=office.people["one"], at=office.at, code=opinion.code)
    sign_document(actor=outside, at=office.at, code=opinion.code, who="reviewer")
    assert opinion.signatures.get().user_id == outside.user_id
    acts = [one.act for one in history(f"case:{office.case.code}")]
    assert {"cases.ask_help", "cases.accept_help"} <= set(acts)


@pytest.mark.requirement("LC-29", "RZ-81")
def test_the_outside_review_counts_for_the_decision(office: Office, actor_with: ActorMaker) -> None:
    outside = reviewer_of(actor_with, "health", "马骏", "H000001")
    major(office)

    def gates() -> set[str]:
        try:
            decided_by(office)
        except GatesUnmetError as error:
            return {one.rule.id for one in error.gates}
        return set()

    assert "penalty.legal-review.before-decision" in gates()
    asked = ask(office)
    helping.accept_review(actor=outside, at=office.at, code=asked.code, version=asked.version)
    review(office, outside)
    office.later(hours=1)
    assert "penalty.legal-review.before-decision" not in gates()


def decided_by(office: Office) -> None:
    """Try the deliberation and the decision that would follow, for what stands in its way."""
    office.case.refresh_from_db()
    procedure = steps.procedure_for(office.case)
    step = procedure.step("decision")
    given = steps.Given(answers={"at": office.at.isoformat()}, people=[("approver", office.officers["head"].code)])
    weighed = steps.weigh_step(
        row=office.case, step=step, given=given, code="X", number=900, at=office.at, partial=True
    )
    from mingjing.domain.procedures.gates import Effect

    blocked = [one for one in weighed.gates if one.effect is Effect.BLOCK]
    if blocked:
        raise GatesUnmetError(blocked)


@pytest.mark.requirement("RZ-81")
def test_who_asked_or_took_part_is_not_the_reviewer(office: Office, actor_with: ActorMaker) -> None:
    major(office)
    asked = ask(office, by="reviewer")
    given = {"at": office.at, "code": asked.code, "version": asked.version}
    for one in ("reviewer", "chair"):
        with pytest.raises(CaseError, match="其他单位"):
            helping.accept_review(actor=office.people[one], **given)  # type: ignore[arg-type]
    with pytest.raises((MissingError, ForbiddenError)):
        helping.accept_review(actor=office.people["two"], **given)  # type: ignore[arg-type]
    outside = reviewer_of(actor_with, "health", "马骏", "H000001")
    second = reviewer_of(actor_with, "health", "秦岚", "H000002")
    helping.accept_review(actor=outside, **given)  # type: ignore[arg-type]
    with pytest.raises(CaseError, match="已经有人接受"):
        helping.accept_review(actor=second, at=office.at, code=asked.code, version=asked.version + 1)
    with pytest.raises(CaseError, match="还没有完成"):
        ask(office)
    helping.withdraw_help(
        actor=office.people["head"], at=office.at, code=asked.code, version=asked.version + 1, reason="已有人审核"
    )
    with pytest.raises(MissingError):
        access_case(outside, office.case.code)


@pytest.mark.requirement("YZ-32")
def test_the_advice_of_a_counsel_is_attached_and_the_review_says_what_it_makes_of_it(
    office: Office, actor_with: ActorMaker
) -> None:
    counsel = actor_with("counsel", "justice", username="counsel", name="高律师")
    major(office)
    with pytest.raises(CaseError, match="名单"):
        ask(office, "advice", by="reviewer", helper=office.people["one"].code)
    asked = ask(office, "advice", by="reviewer", helper=counsel.code)
    client = client_of("counsel")
    assert page_of(client, f"/cases/{office.case.code}/")
    assert "答复咨询" in page_of(client, "/")
    with pytest.raises((ForbiddenError, MissingError)):
        review(office, counsel)
    # what is not answered yet holds up no review; what is answered is spoken of
    answer = client.post(
        f"/cases/helps/{asked.code}/answer/",
        {"version": asked.version, "words": "主要事实清楚，建议补充违法所得的认定。"},
    )
    assert answer.status_code == 302
    assert "建议补充违法所得的认定" in page_of(client_of("one"), f"/cases/{office.case.code}/")
    reviewer = office.people["reviewer"]
    with pytest.raises(AdviceError):
        review(office, reviewer)
    draft = office.start("legal_review")
    form = page_of(client_of("reviewer"), f"/cases/{office.case.code}/steps/{draft.code}/")
    assert f'name="r-advice.{asked.code}"' in form
    review(office, reviewer, reasons={f"advice.{asked.code}": "采纳，已退回补充认定后重新提交。"})
    asked.refresh_from_db()
    assert asked.considered.startswith("采纳")
    event = office.case.events.get(type="legal_review")
    shown = page_of(client_of("one"), f"/cases/{office.case.code}/taken/{event.code}/")
    assert "法律顾问意见的采纳情况" in shown
    told = client_of("one").get(f"/api/v1/cases/{office.case.code}/helps").json()
    assert (told[0]["considered"], told[0]["step"]) == (asked.considered, event.code)


def test_who_cannot_give_advice_says_so_and_sees_the_case_no_more(office: Office, actor_with: ActorMaker) -> None:
    counsel = actor_with("counsel", "justice", username="counsel", name="高律师")
    major(office)
    asked = ask(office, "advice", by="reviewer", helper=counsel.code)
    given = {"actor": counsel, "at": office.at, "code": asked.code, "version": asked.version}
    with pytest.raises(CaseError, match="原因"):
        helping.decline_advice(**given, reason=" ")  # type: ignore[arg-type]
    helping.decline_advice(**given, reason="与当事人有业务往来。")  # type: ignore[arg-type]
    with pytest.raises(MissingError):
        access_case(counsel, office.case.code)
    review(office, office.people["reviewer"])


def test_asked_by_the_page_and_by_the_api(office: Office, actor_with: ActorMaker) -> None:
    counsel = actor_with("counsel", "justice", username="counsel", name="高律师")
    outside = reviewer_of(actor_with, "health", "马骏", "H000001")
    major(office)
    here = f"/cases/{office.case.code}/helps/new/"
    assert "高律师" in page_of(client_of("reviewer"), here)
    made = client_of("reviewer").post(here, {"kind": "advice", "helper": counsel.code, "question": "能否认定？"})
    assert made.status_code == 302
    client = client_of("head")
    answer = client.post(
        f"/api/v1/cases/{office.case.code}/helps",
        {"kind": "review", "question": "请审核"},
        content_type="application/json",
    )
    assert answer.status_code == 201, answer.content
    code = answer.json()["code"]
    listed = client_of("h000001").get("/api/v1/case-helps").json()["items"]
    assert [one["code"] for one in listed] == [code]
    taken = client_of("h000001").post(
        f"/api/v1/case-helps/{code}", {"act": "accept"}, content_type="application/json", headers={"If-Match": '"1"'}
    )
    assert taken.json()["helper"] == outside.code
    assert client_of("one").post(here, {"kind": "review", "question": "x"}).status_code in (403, 422)


def test_nobody_is_asked_for_help_with_a_closed_case(office: Office) -> None:
    decided(office)
    office.case.status = "closed"
    office.case.save()
    with pytest.raises(CaseError, match="办结"):
        ask(office)


@pytest.mark.requirement("YZ-30")
def test_reviewers_are_listed_with_their_background_and_their_cases(office: Office) -> None:
    Officer.objects.filter(code=office.officers["chair"].code).update(legal_qualification_on=None)
    major(office)
    review(office, office.people["reviewer"])
    office.later(days=1).go("legal_review", outcome="approved")
    client = client_of("head")
    shown = page_of(client, "/cases/reviewers/")
    assert shown.count('mj-attention">没有登记法律专业背景</span>') == 1
    assert "2019-01-01取得" in shown
    lacking = page_of(client, "/cases/reviewers/?lacking=1")
    assert office.people["chair"].name in lacking
    assert office.people["reviewer"].name not in lacking
    told = {one["name"]: one for one in client.get("/api/v1/case-reviewers").json()["items"]}
    assert told[office.people["reviewer"].name]["reviewed"] == 1, "a case reviewed twice is one case"
    assert (
        told[office.people["chair"].name] | {"reviewed": 0, "legal_qualification_on": None}
        == told[office.people["chair"].name]
    )
    assert office.people["one"].name not in told
