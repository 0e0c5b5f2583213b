"""Targets tied to indicators: offered, confirmed by a person, refused for good, counted from facts."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest

from mingjing.contexts.accounts.access import Actor, ForbiddenError
from mingjing.contexts.plans import measuring
from mingjing.contexts.plans.models import Plan, Task
from mingjing.contexts.plans.usecases import tie_indicators
from mingjing.contexts.plans.usecases.base import LedgerError
from mingjing.domain.indicators.judging import Colour
from mingjing.domain.indicators.matching import Candidate
from tests.contexts.conftest import ActorMaker
from tests.contexts.plans.conftest import LATER

OFFER = Candidate(code="announced", title="执法主体公告率", points=7, why="原文有“公告率”")


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> None:
    """One indicator is in use, and fits targets that speak of 公告率; it came to ninety percent."""
    monkeypatch.setattr(measuring, "indicator_for", lambda words, **_: [OFFER] if "公告率" in words else [])
    came_to = SimpleNamespace(
        value=Decimal(90), is_evaluated=True, unit="%", colour=Colour.GREEN, title=OFFER.title, href="/x/",
        period_label="2026年", words="", as_of=date(2026, 5, 1),
    )  # fmt: skip
    monkeypatch.setattr(measuring, "progress_of", lambda *_args, **_given: came_to)


def first(plan: Plan) -> Task:
    return plan.tasks.prefetch_related("targets__indicator_links").get(position=1)


def tie(keeper: Actor, plan: Plan, code: str) -> Task:
    row = first(plan)
    return tie_indicators.tie(
        actor=keeper, at=LATER, task=row.pk, version=row.version, choices={row.targets.get().pk: code}
    )


@pytest.mark.usefixtures("offered")
class TestTying:
    def test_offered_is_not_tied(self, running: Plan) -> None:
        (one,) = measuring.measured(first(running), date(2026, 5, 20), offer=True)
        assert (one.link, one.progress, one.offers) == (None, None, (OFFER,))

    def test_confirmed_it_is_counted(self, keeper: Actor, running: Plan) -> None:
        tie(keeper, running, OFFER.code)
        (one,) = measuring.measured(first(running), date(2026, 5, 20))
        assert one.link is not None
        assert (one.link.by_name, one.link.why) == (keeper.name, OFFER.why)
        assert one.progress is not None
        assert one.progress.value == Decimal(90)
        with pytest.raises(LedgerError, match="已经挂接"):
            tie(keeper, running, OFFER.code)

    def test_refused_it_is_offered_no_more(self, keeper: Actor, running: Plan) -> None:
        tie(keeper, running, tie_indicators.REFUSE)
        (one,) = measuring.measured(first(running), date(2026, 5, 20), offer=True)
        assert (one.link, one.offers) == (None, ())

    def test_taken_away_with_a_reason(self, keeper: Actor, running: Plan) -> None:
        row = tie(keeper, running, OFFER.code)
        link = row.targets.get().indicator_links.get()
        given = {"actor": keeper, "at": LATER, "link": link.pk, "task": row.pk, "version": row.version}
        with pytest.raises(LedgerError, match="理由"):
            tie_indicators.untie(**given, reason="")
        tie_indicators.untie(**given, reason="口径不同")
        (one,) = measuring.measured(first(running), date(2026, 5, 20), offer=True)
        assert (one.link, one.offers) == (None, ())

    def test_only_who_keeps_the_ledger(self, running: Plan, actor_with: ActorMaker) -> None:
        with pytest.raises(ForbiddenError):
            tie(actor_with("agency_clerk", "market"), running, OFFER.code)

    def test_not_to_what_is_not_in_use(self, keeper: Actor, running: Plan) -> None:
        with pytest.raises(LedgerError, match="没有这个指标"):
            tie(keeper, running, "nonsense")
