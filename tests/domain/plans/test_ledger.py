"""What the ledger reckons: breakdowns, circles, files of a year, two editions compared."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjing.domain.plans.ledger import (
    ChangeKind,
    LedgerTask,
    Measure,
    YearElementKind,
    blockers,
    compare,
    lacking,
    missing_elements,
    share,
    would_close_a_circle,
)


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({}, ()),
        ({"goal": None}, ("量化目标",)),
        ({"goal": Decimal(0)}, ("量化目标",)),
        ({"due_on": None, "section": " ", "person": ""}, ("时间进度", "责任科室", "责任人")),
    ],
)
def test_a_sub_task_says_how_much_by_when_and_who(changes: dict[str, object], missing: tuple[str, ...]) -> None:
    whole: dict[str, object] = {
        "goal": Decimal(3),
        "due_on": date(2026, 6, 1),
        "section": "法制科",
        "person": "王敏",
    }
    assert lacking(Measure(**(whole | changes))) == missing  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("goal", "reached", "percent"),
    [(None, "5", 0), ("0", "5", 0), ("20", "5", 25), ("3", "1", 33), ("20", "30", 100)],
)
def test_how_much_of_a_goal_is_reached(goal: str | None, reached: str, percent: int) -> None:
    assert share(Decimal(goal) if goal else None, Decimal(reached)) == percent


class TestNeeds:
    def test_a_circle_is_seen_at_any_distance(self) -> None:
        needs = {1: [2], 2: [3], 4: [1]}
        assert would_close_a_circle(needs, 3, 1)
        assert would_close_a_circle(needs, 3, 4)
        assert not would_close_a_circle(needs, 4, 3)
        assert would_close_a_circle({}, 1, 1)

    def test_only_open_tasks_block(self) -> None:
        assert blockers({1: [2, 3]}, {3, 9}, 1) == (3,)

    @given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=60))
    def test_what_is_let_through_never_makes_a_circle(self, wanted: list[tuple[int, int]]) -> None:
        needs: dict[int, list[int]] = {}
        for task, other in wanted:
            if not would_close_a_circle(needs, task, other):
                needs.setdefault(task, []).append(other)
        # an order in which every task comes after those that it needs
        left, placed = set(range(13)), set[int]()
        while left:
            free = {one for one in left if set(needs.get(one, [])) <= placed}
            assert free, needs
            placed |= free
            left -= free


def test_a_file_of_the_year_names_what_it_lacks() -> None:
    assert missing_elements(["scheme", "measures", "assessment"]) == (YearElementKind.PROGRESS,)
    assert missing_elements([one.value for one in YearElementKind]) == ()


def task(key: int, no: str, title: str, text: str = "", units: tuple[str, ...] = (), due: str = "") -> LedgerTask:
    return LedgerTask(
        key=key, no=no, title=title, text=text, units=frozenset((one, "lead") for one in units),
        deadlines=(due,) if due else (), targets=(),
    )  # fmt: skip


class TestEditions:
    OLD = (
        task(1, "1", "清理执法主体", "全面核对执法主体。", ("县司法局",), "2026年6月底前"),
        task(2, "2", "规范入企检查", "涉企检查先备案后实施，检查次数下降20%。", ("县市场监管局",), "2026年9月底前"),
        task(3, "3", "建设指挥平台", "建设统一的指挥平台。"),
    )

    def test_the_same_is_the_same_whatever_its_number(self) -> None:
        new = (
            task(11, "1", "清理执法主体", "全面核对执法主体。", ("县司法局",), "2026年6月底前"),
            task(12, "2", "抓好培训"),
            task(
                13, "3", "规范入企检查", "涉企检查先备案后实施，检查次数下降30%。", ("县市场监管局",), "2026年9月底前"
            ),
        )
        found = {(one.old, one.new): one for one in compare(self.OLD, new)}
        assert found[1, 11].kind is ChangeKind.SAME
        assert (found[2, 13].kind, found[2, 13].differs) == (ChangeKind.CHANGED, ("序号", "内容"))
        assert found[None, 12].kind is ChangeKind.ADDED
        assert found[3, None].kind is ChangeKind.REMOVED

    def test_a_new_title_is_known_by_its_words(self) -> None:
        new = (
            task(
                12,
                "2",
                "严格规范涉企检查",
                "涉企检查先备案后实施，检查次数下降20%。",
                ("县市场监管局",),
                "2026年12月底前",
            ),
        )
        (first, *rest) = compare(self.OLD, new)
        assert (first.old, first.differs) == (2, ("任务", "完成时限"))
        assert {one.kind for one in rest} == {ChangeKind.REMOVED}

    @given(st.permutations(range(3)), st.sets(st.integers(0, 2)))
    def test_every_task_stands_in_the_answer_once(self, order: list[int], left_out: set[int]) -> None:
        new = tuple(
            task(100 + at, str(at), self.OLD[at].title, self.OLD[at].text) for at in order if at not in left_out
        )
        changes = compare(self.OLD, new)
        assert sorted(one.old for one in changes if one.old is not None) == [1, 2, 3]
        assert [one.new for one in changes if one.new is not None] == [one.key for one in new]
