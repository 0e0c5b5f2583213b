"""Delegations and clean-up rounds."""

from datetime import date, timedelta

import pytest

from mingjing.contexts.accounts.access import MissingError
from mingjing.contexts.catalog.models import Delegation, Item
from mingjing.contexts.catalog.queries import NotOpenError, edition_on, require_open
from mingjing.contexts.catalog.usecases import cleaning, delegating
from mingjing.contexts.catalog.usecases.cleaning import ClosedError
from mingjing.contexts.catalog.usecases.editions import NoReasonError, TakenError
from mingjing.domain.catalog.cleanups import IncompleteProposalError
from mingjing.domain.catalog.delegations import NotActingError
from mingjing.domain.catalog.editions import SamePersonError, Status
from tests.contexts.catalog.conftest import Desk

DOCUMENT = "鲁政字〔2024〕1号"


def hand_over(desk: Desk, item: Item, **more: object) -> Delegation:
    given = {"item": item.code, "unit": "town", "form": "empowered", "document": DOCUMENT, "started_on": desk.today}
    return delegating.hand_over(actor=desk.overseer, at=desk.at, **{**given, **more})  # type: ignore[arg-type]


class TestDelegation:
    def test_the_town_opens_cases_from_the_day_until_the_item_is_taken_back(self, desk: Desk, item: Item) -> None:
        """RZ-58."""
        with pytest.raises(NotActingError):
            require_open(item=item.code, unit="town", on=desk.today)
        row = hand_over(desk, item)
        assert require_open(item=item.code, unit="town", on=desk.today)
        back = desk.today + timedelta(days=30)
        delegating.take_back(
            actor=desk.overseer,
            at=desk.at,
            pk=row.pk,
            version=row.version,
            on=back,
            reason="承接不了，鲁政字〔2026〕2号",
        )
        assert require_open(item=item.code, unit="town", on=back - timedelta(days=1))
        with pytest.raises(NotActingError, match="收回"):
            require_open(item=item.code, unit="town", on=back)
        assert require_open(item=item.code, unit="market", on=back)

    def test_an_item_is_handed_to_a_town_once_and_on_a_document(self, desk: Desk, item: Item) -> None:
        with pytest.raises(NoReasonError):
            hand_over(desk, item, document=" ")
        hand_over(desk, item)
        with pytest.raises(TakenError):
            hand_over(desk, item)

    def test_what_the_town_cannot_take_on_needs_a_proposal(self, desk: Desk, item: Item) -> None:
        row = hand_over(desk, item)
        given = {"actor": desk.overseer, "at": desk.at, "pk": row.pk, "version": row.version}
        with pytest.raises(NoReasonError, match="调整建议"):
            delegating.evaluate(**given, outcome="cannot", findings="全年办案0件，无持证人员")  # type: ignore[arg-type]
        row = delegating.evaluate(**given, outcome="cannot", findings="全年办案0件", proposal="建议收回")  # type: ignore[arg-type]
        assert (row.evaluated_on, row.outcome) == (desk.today, "cannot")

    def test_a_place_without_a_term_of_its_own_has_no_due_day(self, desk: Desk, item: Item) -> None:
        assert hand_over(desk, item).evaluation_due_on is None

    def test_the_agency_does_not_hand_over_by_itself(self, desk: Desk, item: Item) -> None:
        with pytest.raises(MissingError):
            delegating.hand_over(
                actor=desk.clerk, at=desk.at, item=item.code, unit="town", form="empowered", document=DOCUMENT,
                started_on=desk.today,
            )  # fmt: skip


class TestCleanup:
    def proposal(self, desk: Desk, item: Item, outcome: str, **more: object) -> int:
        cleaning.open_round(actor=desk.overseer, at=desk.at, code="2026", name="2026年事项清理", unit="justice")
        given = {
            "round_code": "2026",
            "item": item.code,
            "outcome": outcome,
            "reason": "上位法已经取消",
            "argued": "2026年11月论证会纪要",
            "effective_on": desk.today + timedelta(days=10),
        }
        return cleaning.propose(actor=desk.overseer, at=desk.at, **{**given, **more}).pk  # type: ignore[arg-type]

    def approve(self, desk: Desk, pk: int) -> None:
        cleaning.approve_proposal(actor=desk.overseer_head, at=desk.at, pk=pk, version=1)

    def test_a_cancelled_item_takes_no_new_case_from_its_day(self, desk: Desk, item: Item) -> None:
        """RZ-28."""
        self.approve(desk, self.proposal(desk, item, "cancel"))
        assert require_open(item=item.code, unit="market", on=desk.today + timedelta(days=9))
        with pytest.raises(NotOpenError):
            require_open(item=item.code, unit="market", on=desk.today + timedelta(days=10))

    def test_a_suspended_item_pauses_and_an_adjusted_one_gets_a_draft(self, desk: Desk, item: Item) -> None:
        self.approve(desk, self.proposal(desk, item, "suspend"))
        with pytest.raises(NotOpenError, match="暂停"):
            require_open(item=item.code, unit="market", on=desk.today + timedelta(days=10))

    def test_an_adjusted_item_gets_a_draft_to_be_revised(self, desk: Desk, item: Item) -> None:
        self.approve(desk, self.proposal(desk, item, "adjust"))
        assert [one.status for one in item.editions.order_by("number")] == [Status.PUBLISHED, Status.DRAFT]
        assert edition_on("item", item.code, desk.today).number == 1  # type: ignore[union-attr]

    def test_nothing_is_cancelled_without_argument(self, desk: Desk, item: Item) -> None:
        with pytest.raises(IncompleteProposalError, match="论证"):
            self.approve(desk, self.proposal(desk, item, "cancel", argued=""))
        assert require_open(item=item.code, unit="market", on=date(2099, 1, 1))

    def test_two_persons_answer_for_it_and_the_round_ends_when_all_is_decided(self, desk: Desk, item: Item) -> None:
        pk = self.proposal(desk, item, "keep")
        row = Item.objects.get(pk=item.pk)
        with pytest.raises(ClosedError, match="1条"):
            cleaning.close_round(actor=desk.overseer, at=desk.at, code="2026", version=1)
        self.approve(desk, pk)
        assert cleaning.close_round(actor=desk.overseer, at=desk.at, code="2026", version=1).closed_on == desk.today
        with pytest.raises(ClosedError):
            cleaning.propose(
                actor=desk.overseer, at=desk.at, round_code="2026", item=row.code, outcome="keep", reason="再议"
            )

    def test_who_proposed_does_not_approve(self, desk: Desk, item: Item, actor_with: object) -> None:
        from mingjing.contexts.accounts.access import Held

        both = desk.overseer.__class__(
            user_id=desk.overseer.user_id,
            code=desk.overseer.code,
            name="",
            unit_path=desk.overseer.unit_path,
            held=(*desk.overseer.held, Held(role="overseer_head", unit_path=desk.overseer.unit_path, place="370831")),
        )
        pk = self.proposal(desk, item, "keep")
        with pytest.raises(SamePersonError):
            cleaning.approve_proposal(actor=both, at=desk.at, pk=pk, version=1)
