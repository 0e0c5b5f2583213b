"""Items, benchmarks and lists live through their editions; nothing edits what is published."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from mingjing.contexts.accounts.access import ForbiddenError, MissingError
from mingjing.contexts.catalog import queries
from mingjing.contexts.catalog.models import Benchmark, Item, ItemEdition, ItemList
from mingjing.contexts.catalog.queries import NotOpenError, edition_on, pinned, require_open, resolve
from mingjing.contexts.catalog.usecases import compiling, editions
from mingjing.contexts.catalog.usecases.editions import TakenError
from mingjing.contexts.records.models import Entry
from mingjing.contexts.ui.errors import StaleError
from mingjing.domain.catalog.delegations import NotActingError
from mingjing.domain.catalog.editions import BackdatedError, NotNowError, SamePersonError, Status
from mingjing.domain.catalog.items import IncompleteError
from mingjing.domain.discretion.benchmarks import OutsideRangeError
from tests.contexts.catalog.conftest import BENCHMARK, PENALTY, RANDOM, Desk, Publisher, fine
from tests.contexts.conftest import ActorMaker


def test_an_item_is_published_only_after_the_head_approved_it(desk: Desk, law: object) -> None:
    editions.start_item(actor=desk.clerk, at=desk.at, code="MR-105", unit="market", content=PENALTY)
    desk.run("item", "MR-105", "submit")
    with pytest.raises(NotNowError, match="没有经负责人批准"):
        desk.run("item", "MR-105", "publish")
    desk.run("item", "MR-105", "approve")
    edition = desk.run("item", "MR-105", "publish", document="泗市监发〔2026〕9号")
    assert edition.state is Status.PUBLISHED
    assert edition_on("item", "MR-105", desk.today) == edition


def test_whoever_submitted_does_not_approve(desk: Desk, law: object, actor_with: ActorMaker) -> None:
    both = actor_with("agency_clerk", username="both", name="王芳")
    from mingjing.contexts.accounts.models import Grant, Unit, User

    Grant.objects.create(
        user=User.objects.get(code="both"), role="agency_head", unit=Unit.objects.get(code="market"),
        valid_from="2020-01-01", granted_by="test",
    )  # fmt: skip
    from mingjing.contexts.accounts.access import actor_of

    both = actor_of(User.objects.get(code="both"), on=desk.today)
    editions.start_item(actor=both, at=desk.at, code="X", unit="market", content=PENALTY)
    for act in (editions.submit, editions.approve):
        version = Item.objects.get(code="X").version
        if act is editions.approve:
            with pytest.raises(SamePersonError):
                act(actor=both, at=desk.at, family="item", code="X", version=version)
        else:
            act(actor=both, at=desk.at, family="item", code="X", version=version)


def test_a_published_edition_is_never_edited_a_next_one_is_drafted(desk: Desk, item: Item) -> None:
    first = item.editions.get()
    editions.save_draft(
        actor=desk.clerk, at=desk.at, family="item", code=item.code, version=item.version,
        content={**PENALTY, "section": "执法大队"}, reason="机构改革",
    )  # fmt: skip
    first.refresh_from_db()
    assert first.content["section"] == "价监竞争科"
    later = desk.later(3)
    second = later.publish("item", item.code)
    first.refresh_from_db()
    assert (first.status, first.effective_until, second.number) == (Status.REPLACED, later.today, 2)
    assert edition_on("item", item.code, desk.today) == first
    assert edition_on("item", item.code, later.today) == second


def test_the_database_refuses_to_change_what_was_submitted(desk: Desk, item: Item) -> None:
    edition = item.editions.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        ItemEdition.objects.filter(pk=edition.pk).update(content={**PENALTY, "name": "别的事项"})
    with pytest.raises(DatabaseError), transaction.atomic():
        ItemEdition.objects.filter(pk=edition.pk).update(status="draft")


def test_a_running_case_keeps_the_edition_that_it_began_with(desk: Desk, item: Item) -> None:
    pin = pinned("item", item.code, desk.today)
    editions.save_draft(
        actor=desk.clerk, at=desk.at, family="item", code=item.code, version=item.version,
        content={**PENALTY, "section": "执法大队"},
    )  # fmt: skip
    desk.later(1).publish("item", item.code)
    kept = resolve(str(pin))
    assert (kept.number, kept.content["section"]) == (1, "价监竞争科")
    assert pinned("item", item.code, desk.later(1).today) != pin


@pytest.mark.parametrize("verb", ["submit", "approve", "publish"])
def test_each_act_needs_its_permission(desk: Desk, law: object, verb: str) -> None:
    editions.start_item(actor=desk.clerk, at=desk.at, code="MR-105", unit="market", content=PENALTY)
    order = ["submit", "approve", "publish"]
    if order.index(verb):
        desk.run("item", "MR-105", *order[: order.index(verb)])
    version = Item.objects.get(code="MR-105").version
    act = getattr(editions, verb)
    with pytest.raises(ForbiddenError):
        act(actor=desk.officer, at=desk.at, family="item", code="MR-105", version=version)
    desk.run("item", "MR-105", verb)


def test_a_stale_page_changes_nothing(desk: Desk, item: Item) -> None:
    with pytest.raises(StaleError):
        editions.save_draft(
            actor=desk.clerk, at=desk.at, family="item", code=item.code, version=item.version - 1, content=PENALTY
        )


def test_another_agency_cannot_draft_here(desk: Desk, law: object, actor_with: ActorMaker) -> None:
    stranger = actor_with("agency_clerk", "health")
    with pytest.raises(MissingError):
        editions.start_item(actor=stranger, at=desk.at, code="Y", unit="market", content=PENALTY)
    editions.start_item(actor=desk.clerk, at=desk.at, code="Z", unit="market", content=PENALTY)
    with pytest.raises(TakenError):
        editions.start_item(actor=desk.clerk, at=desk.at, code="Z", unit="market", content=PENALTY)


def test_an_edition_sent_back_can_be_edited_again(desk: Desk, law: object) -> None:
    editions.start_item(actor=desk.clerk, at=desk.at, code="MR-105", unit="market", content=PENALTY)
    desk.run("item", "MR-105", "submit")
    desk.run("item", "MR-105", "send_back", reason="依据写到款项")
    row = Item.objects.get(code="MR-105")
    saved = editions.save_draft(
        actor=desk.clerk, at=desk.at, family="item", code=row.code, version=row.version, content=PENALTY
    )
    assert (saved.number, saved.state, saved.digest) == (1, Status.DRAFT, "")


def test_no_edition_takes_effect_in_the_past(desk: Desk, law: object) -> None:
    editions.start_item(actor=desk.clerk, at=desk.at, code="MR-105", unit="market", content=PENALTY)
    with pytest.raises(BackdatedError):
        desk.publish("item", "MR-105", effective_from=desk.today - timedelta(days=1))


def test_every_act_leaves_its_entry(desk: Desk, item: Item) -> None:
    acts = list(Entry.objects.filter(subject=f"item:{item.code}@1").values_list("act", flat=True))
    assert acts == ["catalog.start_item", "catalog.submit_item", "catalog.approve_item", "catalog.publish_item"]


class TestCasesOnItems:
    def test_a_unit_opens_cases_on_its_own_item_and_its_squad_does_too(self, desk: Desk, item: Item) -> None:
        assert str(require_open(item=item.code, unit="market", on=desk.today)).startswith("item:MR-105@1#")
        assert require_open(item=item.code, unit="squad", on=desk.today).number == 1

    def test_another_unit_does_not(self, desk: Desk, item: Item) -> None:
        with pytest.raises(NotActingError):
            require_open(item=item.code, unit="health", on=desk.today)

    def test_nobody_opens_a_case_on_a_withdrawn_item(self, desk: Desk, item: Item) -> None:
        """TS-60, RZ-28."""
        desk.run("item", item.code, "withdraw", reason="上位法修改", on=desk.today + timedelta(days=5))
        assert require_open(item=item.code, unit="market", on=desk.today + timedelta(days=4))
        with pytest.raises(NotOpenError, match="取消"):
            require_open(item=item.code, unit="market", on=desk.today + timedelta(days=5))

    def test_nor_on_a_suspended_one_until_it_is_resumed(self, desk: Desk, item: Item) -> None:
        desk.run("item", item.code, "suspend", reason="论证")
        with pytest.raises(NotOpenError, match="暂停实施"):
            require_open(item=item.code, unit="market", on=desk.today)
        desk.later(2).run("item", item.code, "resume", reason="论证结束")
        assert require_open(item=item.code, unit="market", on=desk.later(2).today)

    def test_nor_before_anything_was_published(self, desk: Desk, law: object) -> None:
        editions.start_item(actor=desk.clerk, at=desk.at, code="N", unit="market", content=PENALTY)
        with pytest.raises(NotOpenError, match="还没有公布"):
            require_open(item="N", unit="market", on=desk.today)


class TestSubmission:
    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"basis": []}, "没有写依据"),
            ({"basis": ["《某省餐饮服务管理条例》第九十九条"]}, "没有第九十九条"),
            ({"basis": ["《不存在的法》第一条"]}, "法律法规库中没有"),
            ({"flow": "license"}, "流程图不适用"),
        ],
    )
    def test_names_what_is_missing(self, desk: Desk, law: object, change: dict[str, object], words: str) -> None:
        editions.start_item(actor=desk.clerk, at=desk.at, code="B", unit="market", content={**PENALTY, **change})
        with pytest.raises(IncompleteError, match=words):
            desk.run("item", "B", "submit")

    def test_a_random_inspection_without_frequency_is_refused(self, desk: Desk, law: object) -> None:
        """YZ-07."""
        content = {**RANDOM, "random": {**RANDOM["random"], "frequency": ""}}
        editions.start_item(actor=desk.clerk, at=desk.at, code="R", unit="market", content=content)
        with pytest.raises(IncompleteError, match="没有写抽查频次"):
            desk.run("item", "R", "submit")
        row = Item.objects.get(code="R")
        editions.save_draft(actor=desk.clerk, at=desk.at, family="item", code="R", version=row.version, content=RANDOM)
        assert desk.run("item", "R", "submit").state is Status.SUBMITTED


class TestBenchmarks:
    def start(self, desk: Desk, item: Item, level: str = "county", unit: str = "market", **more: object) -> Benchmark:
        content = {**BENCHMARK, **more}
        return editions.start_benchmark(
            actor=desk.clerk, at=desk.at, item=item.code, unit=unit, level=level, content=content
        )

    def test_a_benchmark_is_published_and_binds_its_item(self, desk: Desk, item: Item) -> None:
        row = self.start(desk, item)
        desk.publish("benchmark", row.code)
        found = queries.benchmark_for(item.code, desk.today)
        assert found is not None
        assert [tier.name for tier in found.benchmark.tiers] == ["较轻", "一般", "较重"]

    def test_a_tier_beyond_the_law_is_refused_when_saved(self, desk: Desk, item: Item) -> None:
        tiers = [{**BENCHMARK["tiers"][0], "fine": fine(1_000, 60_000)}]
        with pytest.raises(OutsideRangeError, match="超出了法定幅度"):
            self.start(desk, item, tiers=tiers)
        assert not Benchmark.objects.exists()

    def test_a_county_tier_beyond_the_superior_range_is_refused_when_saved(self, desk: Desk, item: Item) -> None:
        """RZ-22: superior 10,000–30,000, county up to 40,000."""
        above = self.start(desk, item, level="city")
        desk.publish("benchmark", above.code)
        row = self.start(desk, item)
        row.refresh_from_db()
        wide = [
            BENCHMARK["tiers"][0],
            {**BENCHMARK["tiers"][1], "fine": fine(10_000, 40_000), "refines": "一般"},
            {**BENCHMARK["tiers"][2], "fine": fine(40_000, 50_000), "refines": "较重"},
        ]
        with pytest.raises(OutsideRangeError, match="超出了上级基准“一般”"):
            editions.save_draft(
                actor=desk.clerk, at=desk.at, family="benchmark", code=row.code, version=row.version,
                content={**BENCHMARK, "tiers": wide}, upper=above.code,
            )  # fmt: skip

    @pytest.mark.requirement("RZ-21")
    def test_a_split_with_a_gap_is_refused_when_submitted(self, desk: Desk, item: Item) -> None:
        """The municipal tiers cover exactly the superior range and link to the superior tier."""
        above = self.start(desk, item, level="province")
        desk.publish("benchmark", above.code)
        row = self.start(desk, item, level="city")

        def split(at: int) -> list[dict[str, object]]:
            middle = BENCHMARK["tiers"][1]
            return [
                {**BENCHMARK["tiers"][0], "refines": "较轻"},
                {**middle, "name": "一般（轻）", "fine": fine(10_000, at), "refines": "一般"},
                {**middle, "name": "一般（重）", "fine": fine(20_000, 30_000), "refines": "一般"},
                {**BENCHMARK["tiers"][2], "refines": "较重"},
            ]

        for at, sound in ((18_000, False), (20_000, True)):
            row.refresh_from_db()
            editions.save_draft(
                actor=desk.clerk, at=desk.at, family="benchmark", code=row.code, version=row.version,
                content={**BENCHMARK, "tiers": split(at)}, upper=above.code,
            )  # fmt: skip
            if sound:
                content = desk.run("benchmark", row.code, "submit").content
                assert content["upper"].startswith(f"benchmark:{above.code}@1#")
                assert [tier["refines"] for tier in content["tiers"]] == ["较轻", "一般", "一般", "较重"]
            else:
                with pytest.raises(IncompleteError, match="漏了"):
                    desk.run("benchmark", row.code, "submit")


class TestLists:
    def test_a_list_is_compiled_from_the_items_in_force(self, desk: Desk, published: Publisher) -> None:
        """YZ-06: each item shows its source list."""
        published(PENALTY, "MR-105")
        published(RANDOM, "MR-J1")
        row = compiling.compile_list(actor=desk.clerk, at=desk.at, unit="market", kind="powers", on=desk.today)
        entries = row.editions.get().entries
        assert [(one["item"], one["sources"]) for one in entries] == [
            ("MR-J1", "监管清单"),
            ("MR-105", "权责清单、罚没清单"),
        ]
        random = compiling.compile_list(
            actor=desk.clerk, at=desk.at, unit="market", kind="random_inspection", on=desk.today
        )
        assert [one["frequency"] for one in random.editions.get().entries] == ["每年两次"]
        with pytest.raises(NotNowError):
            desk.run("list", row.code, "publish")
        assert desk.publish("list", row.code).state is Status.PUBLISHED

    def test_the_leniency_lists_in_force_are_offered_for_matching(self, desk: Desk, item: Item) -> None:
        entry = {
            "number": "1",
            "item": item.code,
            "matter": "未明码标价",
            "conditions": "初次违法并及时改正",
            "criteria": [{"fact": "first_time"}, {"fact": "corrected"}],
            "basis": "《某省餐饮服务管理条例》第三条",
        }
        row = editions.start_list(
            actor=desk.clerk, at=desk.at, unit="market", kind="no_penalty", content={"entries": [entry]}
        )
        assert queries.leniency_entries(item.code, desk.today) == ()
        desk.publish("list", row.code)
        found = queries.leniency_entries(item.code, desk.today)
        assert [(one.matter, one.treatment) for one in found] == [("未明码标价", "不予处罚")]
        with pytest.raises(TakenError):
            editions.start_list(
                actor=desk.clerk, at=desk.at, unit="market", kind="no_penalty", content={"entries": [entry]}
            )
        assert ItemList.objects.count() == 1
