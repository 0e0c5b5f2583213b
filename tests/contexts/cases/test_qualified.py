"""Who may act: only qualified people of a subject that has the power handle, serve and sign; the log keeps who was refused."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from django.utils.timezone import localdate

from mingjing.contexts.accounts.access import ForbiddenError, actor_of
from mingjing.contexts.accounts.models import Unit, User
from mingjing.contexts.cases.models import Case, Event
from mingjing.contexts.cases.usecases import opening
from mingjing.contexts.cases.usecases.base import NotQualifiedError
from mingjing.contexts.documents.models import Document
from mingjing.contexts.documents.usecases import issue_document, revise_document, sign_document
from mingjing.contexts.documents.usecases.base import DocumentError
from mingjing.contexts.documents.usecases.issuing import IncompleteError
from mingjing.contexts.records.models import Entry
from mingjing.contexts.registry.models import Agency, AuxiliaryTerms, Credential, Officer
from mingjing.contexts.registry.usecases import credentials, officers
from mingjing.contexts.registry.usecases.reminding import remind_of_verification
from mingjing.contexts.work.models import Notification
from mingjing.domain.catalog.delegations import NotActingError
from mingjing.domain.registry.obstacles import RegistryError
from tests.contexts.cases.conftest import ITEM, Office, item_in_force
from tests.contexts.cases.test_api import Caller
from tests.contexts.cases.test_pages import client_of, page_of
from tests.contexts.conftest import ActorMaker


def refused(act: str) -> list[tuple[str, str]]:
    """What the log keeps of the refusals of an act."""
    return list(Entry.objects.filter(act=f"cases.refuse_{act}").values_list("subject", "reason"))


def card(office: Office, who: str, **changes: Any) -> Officer:
    row = office.officers[who]
    Credential.objects.filter(officer=row).update(**changes)
    return row


@pytest.fixture
def clerk_page(actor_with: ActorMaker) -> Callable[[str], str]:
    """A page as the clerk of the office sees it."""
    return lambda path: page_of(client_of("clerk"), path)


@pytest.mark.requirement("TS-09", "LC-08")
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"valid_until": date(2026, 2, 28)}, "已于2026-02-28到期"),
        ({"verified_on": date(2025, 2, 1)}, "已过期未审"),
    ],
    ids=["expired", "not verified"],
)
def test_who_has_no_good_credential_is_not_assigned_and_stands_on_the_list(
    office: Office, clerk_page: Callable[[str], str], changes: dict[str, Any], words: str
) -> None:
    row = card(office, "two", **changes)
    with pytest.raises(NotQualifiedError, match=words):
        office.open()
    assert not Case.objects.exists()
    office.open(handlers=[office.officers["one"].code])
    with pytest.raises(NotQualifiedError, match=words):
        opening.assign_handlers(
            actor=office.people["head"],
            at=office.at,
            case=office.case.code,
            version=office.case.version,
            handlers=[office.officers["one"].code, row.code],
            reason="增加承办人",
        )
    for act in ("open_case", "assign_handlers"):
        ((subject, reason),) = refused(act)
        assert subject == f"officer:{row.code}"
        assert words in reason
    listed = clerk_page("/officers/?overdue=1")
    assert row.name in listed
    assert office.officers["one"].name not in listed
    card(office, "two", valid_until=date(2028, 12, 31), verified_on=localdate() - timedelta(days=10))
    assert row.name not in clerk_page("/officers/?overdue=1")


@pytest.mark.requirement("LC-08")
def test_a_refusal_stays_in_the_log_though_all_that_was_asked_with_it_is_undone(office: Office) -> None:
    """A request with a key is one transaction, which the refusal rolls back."""
    row = card(office, "two", valid_until=date(2026, 2, 28))
    caller = Caller(office, "one")
    caller.headers["Idempotency-Key"] = "one-and-only"
    body = {
        "procedure": "penalty_ordinary",
        "unit": office.unit.code,
        "item": office.item.code,
        "party": office.party.code,
        "title": "未明码标价案",
        "handlers": [office.officers["one"].code, row.code],
    }
    told = caller.ask("post", "/cases", body, status=422)
    assert "到期" in told["detail"]
    assert [subject for subject, _ in refused("open_case")] == [f"officer:{row.code}"]


@pytest.mark.requirement("LC-09")
def test_a_missed_verification_alerts_and_blocks_and_what_was_cancelled_never_lives_again(
    office: Office, actor_with: ActorMaker, django_capture_on_commit_callbacks: Any
) -> None:
    row = card(office, "two", verified_on=office.at.date() - timedelta(days=366))
    near = card(office, "three", verified_on=office.at.date() - timedelta(days=350))
    with django_capture_on_commit_callbacks(execute=True):
        assert remind_of_verification(at=office.at) == 2
    assert remind_of_verification(at=office.at + timedelta(hours=1)) == 0, "told once"
    told = dict(Notification.objects.values_list("user_id", "title"))
    assert row.user_id is not None and near.user_id is not None
    assert "过期未审" in told[row.user_id]
    assert "逾期不能执法" in told[near.user_id]
    blocked = actor_of(User.objects.get(pk=row.user_id), on=office.at.date())
    assert not blocked.may("cases.step.handle")
    with pytest.raises(NotQualifiedError, match="过期未审"):
        office.open()

    head = actor_with("overseer_head", "county", username="overseer_head")
    clerk = office.people["clerk"]
    on = office.at.date()

    def take(act: str, number: str = "") -> None:
        asked = credentials.ask_credential(
            actor=clerk,
            at=office.at,
            officer=row.code,
            act=act,
            reason="测试",
            effective_on=on,
            details={"category": "市场监管", "area": "泗水县"},
        )
        credentials.decide_credential(
            actor=head, at=office.at, request=asked.pk, version=1, approved=True, number=number
        )

    take("cancel")
    for act in ("restore", "verify", "change"):
        with pytest.raises(RegistryError):
            take(act)
    take("issue", "150877777777")
    office.open()


@pytest.mark.requirement("RZ-74")
def test_functions_are_closed_to_whose_qualification_was_withdrawn(office: Office, actor_with: ActorMaker) -> None:
    office.at = timezone.now()
    row = office.officers["one"]
    case = office.open()
    client = client_of("one")
    assert client.get("/cases/new/").status_code == 200
    assert "登记案件" in page_of(client, "/")
    officers.withdraw_qualification(
        actor=actor_with("overseer_head", "county", username="overseer_head"),
        at=office.at,
        code=row.code,
        version=row.version,
        on=localdate(office.at),
        reason="考核不合格",
    )
    client = client_of("one")
    assert "登记案件" not in page_of(client, "/")
    assert "执法资格已于" in page_of(client, "/cases/new/", 403)
    for path in (f"/cases/{case.code}/start/lead/", f"/cases/{case.code}/start/inspection/"):
        assert client.post(path).status_code == 403
    office.people = {**office.people, "one": actor_of(User.objects.get(username="one"), on=localdate(office.at))}
    with pytest.raises(ForbiddenError, match="执法资格已于"):
        office.start("lead")


@pytest.mark.requirement("RZ-83")
def test_an_auxiliary_never_handles_nor_signs_and_assists_only_under_who_commands(
    office: Office, actor_with: ActorMaker
) -> None:
    actor = actor_with("auxiliary", "market", username="helper", name="刘洋")
    helper = Officer.objects.create(
        unit=office.unit, code="P000090", name="刘洋", user_id=actor.user_id, category="auxiliary",
        employment="dispatched", joined_on=date(2024, 1, 1),
    )  # fmt: skip
    one, two, three = (office.officers[name].code for name in ("one", "two", "three"))
    with pytest.raises(NotQualifiedError, match="执法辅助人员"):
        office.open(handlers=[one, helper.code])
    office.open()
    office.go("filing")
    handlers = [("handler", one), ("handler", two)]
    office.later(days=1)
    with pytest.raises(NotQualifiedError, match="不能承办"):
        office.go("inspection", people=[*handlers, ("handler", helper.code)])
    for words, commander in (("没有登记由谁指挥", None), ("没有在场", three)):
        if commander:
            boss = Officer.objects.get(code=commander)
            AuxiliaryTerms.objects.create(
                officer=helper, post="巡查", duties="-", rights="-", conditions="-", procedure="-", commander=boss
            )
        with pytest.raises(NotQualifiedError, match=words):
            office.go("inspection", people=[*handlers, ("assistant", helper.code)])
    AuxiliaryTerms.objects.filter(officer=helper).update(commander=office.officers["two"])
    event = office.go("inspection", people=[*handlers, ("assistant", helper.code)])
    assert ("assistant", helper.code) in event.participants.values_list("role", "officer__code")
    assert [subject for subject, _ in refused("take_step")] == [f"officer:{helper.code}"] * 3

    paper = Document.objects.get(step=event.code)
    assert "刘洋" not in str(paper.data["officers"])
    told = {"present": "李建军", "ended": "2026-03-03T10:30"}
    revise_document(actor=office.people["one"], at=office.at, code=paper.code, data={**paper.data, **told})
    issue_document(actor=office.people["one"], at=office.at, code=paper.code)
    with pytest.raises(ForbiddenError):
        sign_document(actor=actor, at=office.at, code=paper.code, who="officer")


@pytest.mark.requirement("RZ-65")
def test_a_subject_opens_cases_only_within_its_powers(office: Office, units: dict[str, Unit]) -> None:
    item_in_force(units["health"], {**ITEM, "name": "对未取得卫生许可证的处罚", "act_code": ""}, "WJ-001")
    with pytest.raises(NotActingError, match="没有这个事项"):
        office.open(item="WJ-001")
    for changes, words in (
        ({"announced_on": None, "status": "confirmed", "is_published": False}, "尚未完成执法主体确认"),
        ({"suspended_from": date(2026, 3, 1)}, "暂停执法"),
        ({"status": "withdrawn", "ended_on": date(2026, 3, 1), "is_published": False}, "不再具有执法主体资格"),
    ):
        before = Agency.objects.values(*changes).get(unit=office.unit)
        Agency.objects.filter(unit=office.unit).update(**changes)
        with pytest.raises(RegistryError, match=words):
            office.open()
        Agency.objects.filter(unit=office.unit).update(**before)
    assert office.open().agency.unit == office.unit


@pytest.mark.requirement("RZ-30")
def test_a_record_that_does_not_say_that_credentials_were_shown_is_not_made(office: Office) -> None:
    office.open()
    office.go("filing")
    event = office.later(days=1).go("inspection", credential_shown=False)
    paper = Document.objects.get(step=event.code)
    with pytest.raises(IncompleteError, match="告知事项"):
        issue_document(actor=office.people["one"], at=office.at, code=paper.code)
    shown = office.later(hours=1).go("inspection")
    paper = Document.objects.get(step=shown.code)
    told = {"present": "李建军", "ended": "2026-03-03T10:30"}
    revise_document(actor=office.people["one"], at=office.at, code=paper.code, data={**paper.data, **told})
    issue_document(actor=office.people["one"], at=office.at, code=paper.code)
    # scanning the code that was shown tells whether it is good
    token = Credential.objects.get(officer=office.officers["one"]).token
    assert "王建国" in page_of(client_of("clerk"), f"/verify/{token}/")


@pytest.mark.requirement("SS-48")
def test_an_inquiry_without_the_statement_of_credentials_is_not_signed(office: Office) -> None:
    office.open()
    office.go("filing")
    event: Event = office.later(days=1).go("inquiry", credential_shown=False, reasons={"penalty.inquiry.contents": "-"})
    paper = Document.objects.get(step=event.code)
    assert "credential_shown" not in (paper.elements or ())
    with pytest.raises(IncompleteError, match="告知事项"):
        issue_document(actor=office.people["one"], at=office.at, code=paper.code)
    with pytest.raises(DocumentError, match="草稿"):
        sign_document(actor=office.people["one"], at=office.at, code=paper.code, who="officer")
