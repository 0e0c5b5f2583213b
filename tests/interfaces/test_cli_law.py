import json
import sys
from collections.abc import Callable

import pytest

from mingjing.interfaces.cli import main

type Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run ``mingjing law …`` as the shell does; give exit status, what it printed, and what it complained of."""

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["mingjing", "law", *words])
        with pytest.raises(SystemExit) as exit_:
            main()
        printed = capsys.readouterr()
        return int(exit_.value.code or 0), printed.out, printed.err

    return run


class TestCount:
    def test_gives_the_day_as_json(self, run: Run) -> None:
        status, out, _ = run("count", "--from", "2026-09-25", "--amount", "7", "--unit", "working_day", "--json")
        found = json.loads(out)
        assert status == 0
        assert (found["due"], found["provisional"], found["missing_years"]) == ("2026-10-12", False, [])
        assert found["explanation"][-1] == "届满日：2026-10-12（星期一）。"

    def test_tells_the_steps(self, run: Run) -> None:
        status, out, _ = run("count", "--from", "2026-09-25", "--amount", "7", "--cite", "行政处罚法第六十一条")
        assert status == 0
        assert "依据《行政处罚法》第六十一条" in out
        assert "国庆节放假，不计" in out
        assert "调休上班" in out

    def test_takes_the_period_of_a_parameter(self, run: Run) -> None:
        _, out, _ = run("count", "--from", "2026-07-05", "--parameter", "penalty.decision.days", "--rolls", "--json")
        found = json.loads(out)
        assert (found["due"], found["citation"]["ref"]) == ("2026-10-08", "CF 60")

    def test_deducts_and_extends(self, run: Run) -> None:
        _, out, _ = run(
            "count", "--from", "2026-03-01", "--amount", "30", "--unit", "calendar_day",
            "--suspend", "2026-03-10..2026-03-15:检测", "--suspend", "2026-03-13..2026-03-18：鉴定",
            "--extend-by", "60", "--at-most", "30", "--json",
        )  # fmt: skip
        found = json.loads(out)
        assert found["due"] == "2026-05-08"
        assert [step["kind"] for step in found["steps"]] == ["base", "extended", "suspended"]
        assert found["steps"][2]["ground"] == "检测、鉴定"

    def test_extends_to_a_day(self, run: Run) -> None:
        _, out, _ = run(
            "count", "--from", "2026-03-01", "--amount", "30", "--unit", "calendar_day", "--extend-to", "2026-04-20", "--json"
        )  # fmt: skip
        assert json.loads(out)["due"] == "2026-04-20"

    def test_counts_hours(self, run: Run) -> None:
        _, out, _ = run("count", "--from", "2026-09-30T18:30", "--amount", "24", "--unit", "hour", "--json")
        assert json.loads(out)["due_at"] == "2026-10-01 18:30"

    def test_says_that_a_day_is_provisional(self, run: Run) -> None:
        _, out, _ = run("count", "--from", "2026-12-30", "--amount", "5", "--json")
        found = json.loads(out)
        assert (found["provisional"], found["missing_years"]) == (True, [2027])

    @pytest.mark.parametrize(
        ("words", "message"),
        [
            (("--from", "2026-13-01", "--amount", "3"), "看不懂时间“2026-13-01”"),
            (("--from", "2026-01-01"), "请写明期限"),
            (("--from", "2026-01-01", "--amount", "-3"), "期限不能是负数"),
            (("--from", "2026-01-01", "--amount", "3", "--suspend", "2026-01-02"), "看不懂扣除的时间"),
            (("--from", "2026-01-01", "--amount", "3", "--extend-to", "soon"), "看不懂日期“soon”"),
            (("--from", "2026-01-01", "--amount", "3", "--unit", "hour"), "没有记录时刻"),
            (("--from", "2020-01-01", "--parameter", "penalty.decision.days"), "没有规定值"),
            (("--from", "2026-01-01", "--parameter", "summary.cap.citizen"), "不是期限"),
        ],
    )
    def test_refuses_in_chinese_and_exits_with_two(self, run: Run, words: tuple[str, ...], message: str) -> None:
        status, out, err = run("count", *words)
        assert (status, out) == (2, "")
        assert message in err


class TestArticle:
    @pytest.mark.parametrize(
        "words",
        [("行政处罚法", "60"), ("行政处罚法", "第六十条"), ("处罚法", "六十"), ("CF", "60"), ("行政处罚法第六十条",), ("CF 60",)],
    )  # fmt: skip
    def test_is_found_however_it_is_written(self, run: Run, words: tuple[str, ...]) -> None:
        status, out, _ = run("article", *words)
        assert status == 0
        assert out.startswith("《行政处罚法》第六十条\n")
        assert "要点：从立案之日起九十日内" in out
        assert "penalty.decision.days" in out
        assert "INT-0001" in out
        assert "不是条文原文" in out

    def test_gives_json(self, run: Run) -> None:
        _, out, _ = run("article", "行政处罚法", "第六十四条第（一）项", "--json")
        found = json.loads(out)
        assert (found["ref"], found["instrument"]["id"]) == ("CF 64(1)", "CF")
        assert "hearing.request.days" in found["parameters"]

    def test_of_a_plan_names_its_document(self, run: Run) -> None:
        _, out, _ = run("article", "RZ-31")
        assert "日政办字〔2024〕15号" in out
        assert "七个工作日" in out

    def test_of_a_whole_instrument_lists_what_is_paraphrased(self, run: Run) -> None:
        _, out, _ = run("article", "行政强制法")
        assert "已写要点的条款：5、16、17、18、19、23、24、25" in out

    def test_without_paraphrase_says_so(self, run: Run) -> None:
        _, out, _ = run("article", "行政处罚法", "2")
        assert "尚未写要点，请查阅原文" in out

    @pytest.mark.parametrize(
        ("name", "warned"), [("CR", True), ("118", True), ("CF 60", False), ("practice B3", False)]
    )
    def test_warns_where_the_whole_text_was_not_at_hand(self, run: Run, name: str, warned: bool) -> None:
        _, out, _ = run("article", name)
        assert ("全文没有收录" in out) is warned

    @pytest.mark.parametrize(
        ("words", "message"),
        [
            (("行政处罚办法", "60"), "相近的有：《行政处罚法》（CF）"),
            (("行政处罚法", "87"), "共86条"),
            (("行政处罚法", "六零"), "不是条号"),
            (("阿里巴巴",), "已收录的有"),
        ],
    )
    def test_unknown_is_refused_with_near_names(self, run: Run, words: tuple[str, ...], message: str) -> None:
        status, out, err = run("article", *words)
        assert (status, out) == (2, "")
        assert message in err


class TestParameter:
    def test_tells_value_source_and_steps(self, run: Run) -> None:
        status, out, _ = run("parameter", "hearing.threshold.citizen", "--place", "370831", "--on", "2026-11-01")
        assert status == 0
        assert "2026-11-01，泗水县：500元" in out
        assert "（SS-51）" in out
        assert "2021-07-15至2022-04-15前：500元，《行政处罚法》第六十三条" in out

    def test_gives_json(self, run: Run) -> None:
        _, out, _ = run(
            "parameter", "penalty.disclosure.days", "--domain", "market_regulation", "--on", "2026-11-01", "--json"
        )
        found = json.loads(out)
        assert (found["value"], found["unit"], found["citation"]["ref"]) == (20, "working_day", "SJ 9")
        assert found["steps"][0]["value"] is None

    def test_takes_the_name_of_a_place(self, run: Run) -> None:
        _, out, _ = run("parameter", "seizure.media_required", "--place", "日照市", "--on", "2026-11-01", "--json")
        assert json.loads(out)["value"] is True

    def test_says_that_none_is_set(self, run: Run) -> None:
        status, out, _ = run("parameter", "inspection.cap.year", "--on", "2026-11-01")
        assert (status, "全国：没有规定值" in out) == (0, True)

    def test_asks_for_today_by_default(self, run: Run) -> None:
        _, out, _ = run("parameter", "penalty.decision.days", "--json")
        assert json.loads(out)["value"] == 90

    @pytest.mark.parametrize(
        ("words", "message"),
        [
            (("hearing.threshold",), "hearing.threshold.citizen"),
            (("training.hours", "--place", "杭州市"), "请写代码"),
            (("training.hours", "--place", "37083"), "不合规范"),
            (("training.hours", "--on", "yesterday"), "看不懂日期"),
        ],
    )
    def test_unknown_is_refused(self, run: Run, words: tuple[str, ...], message: str) -> None:
        status, out, err = run("parameter", *words)
        assert (status, out) == (2, "")
        assert message in err
