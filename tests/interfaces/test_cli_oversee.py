"""``mingjing oversee`` as its users meet it: files of every kind, nonsense of every kind, and being told to stop."""

import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from mingjing.contexts.demo.usecases import generate_demo
from mingjing.contexts.oversight.usecases import oversee_files as usecase
from mingjing.facts.cast import arrow_schema
from mingjing.facts.schema import TABLES
from mingjing.interfaces.cli import main

AS_OF = "2026-11-20"
SOURCE = Path(__file__).resolve().parents[2] / "src"
RESULT = {"findings.parquet", "rules.json", "read_report.json", "report.html", "report.xlsx", "notices"}


@dataclass(frozen=True, kw_only=True)
class Done:
    """What a run came to."""

    status: int
    stdout: str
    stderr: str
    out: Path

    @property
    def rules(self) -> dict[str, dict[str, Any]]:
        told = json.loads((self.out / "rules.json").read_text("utf-8"))
        return {rule["rule_id"]: rule for rule in told["rules"]}

    @property
    def findings(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for row in pq.read_table(self.out / "findings.parquet").to_pylist():
            found.setdefault(row["rule_id"], []).append(row["subject_id"])
        return found

    @property
    def reading(self) -> dict[str, Any]:
        return json.loads((self.out / "read_report.json").read_text("utf-8"))

    @property
    def problems(self) -> dict[str, int]:
        counts: dict[str, int] = {}
        for one in self.reading["problem_counts"]:
            counts[one["kind"]] = counts.get(one["kind"], 0) + one["count"]
        return counts


Oversee = Callable[..., Done]


@pytest.fixture
def oversee(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Oversee:
    """Run the command in this process; papers are left out unless a test asks for them."""

    def run(path: Path, *options: str, as_of: str = AS_OF, out: Path = tmp_path / "结果", papers: bool = False) -> Done:
        arguments = ["oversee", str(path), "--as-of", as_of, "--out", str(out), *options]
        monkeypatch.setattr("sys.argv", ["mingjing", *arguments, *([] if papers else ["--no-reports"])])
        status: int | str | None = 0
        try:
            main()
        except SystemExit as ended:
            status = ended.code
        told = capfd.readouterr()
        assert "Traceback" not in told.err + told.out
        assert isinstance(status, int)
        left = (
            [entry.name for entry in out.parent.iterdir() if entry.name.startswith(".")] if out.parent.exists() else []
        )
        assert left == []
        return Done(status=status, stdout=told.out, stderr=told.err, out=out)

    return run


def command(path: Path, out: Path, *options: str) -> list[str]:
    code = "from mingjing.interfaces.cli import main; main()"
    return [sys.executable, "-c", code, "oversee", str(path), "--as-of", AS_OF, "--out", str(out), *options]


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(SOURCE), "OMP_NUM_THREADS": "1", **more}


def workbook(path: Path, rows: list[list[Any]], sheet: str = "Sheet1") -> Path:
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    page = book.add_worksheet(sheet)
    for number, row in enumerate(rows):
        page.write_row(number, 0, row)
    book.close()
    return path


def csv(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_text(text, encoding)
    return path


@pytest.fixture(scope="session")
def district(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "泗水县"
    generate_demo(out_dir=folder, cases=120, seed=5, as_of=date(2026, 11, 20), violations=0.05)
    (folder / "truth.parquet").unlink()
    return folder


class TestRealLists:
    """Lists that offices really publish: everything is read, and nothing is held against anybody that they cannot show."""

    @pytest.mark.parametrize(
        ("name", "rows"), [("shanghai_police_2024_first800.csv", 800), ("csrc_first300.jsonl", 300)]
    )
    def test_no_row_is_lost_and_nobody_is_blamed(self, shared, oversee, name, rows):
        path = shared / "data/penalties" / name
        if not path.exists():
            pytest.skip(f"{name} is not in the reference folder")
        done = oversee(path)
        assert done.status == 0
        assert [(one["rows_read"], one["rows_left_out"]) for one in done.reading["sources"]] == [(rows, 0)]
        assert done.findings == {}
        assert not any(rule["evaluated"] for rule in done.rules.values())
        assert all(rule["missing"] for rule in done.rules.values())

    def test_a_folder_of_all_of_them(self, shared, oversee):
        """One list shows when notices were published, another does not: its 800 decisions are not "unpublished"."""
        path = shared / "data/penalties"
        if not path.exists():
            pytest.skip("the lists are not in the reference folder")
        done = oversee(path)
        assert done.status == 0
        assert done.findings == {}
        assert sum(one["rows_kept"] for one in done.reading["sources"] if one["table"] == "cases") >= 1100
        assert "没有读入" in done.stdout

    def test_the_report_says_that_nothing_could_be_judged(self, oversee, tmp_path):
        rows = "处罚决定书文号,被处罚人姓名,处罚事由,处罚依据,处罚结果,行政执法单位名称,处罚日期\n"
        rows += "沪公〔2024〕1号,孙*,殴打他人,治安管理处罚法,罚款四百元,某公安局,2024-06-08\n" * 2
        done = oversee(csv(tmp_path / "清单.csv", rows), papers=True)
        assert "没有一条规则能够检查" in (done.out / "report.html").read_text("utf-8")
        assert done.problems["duplicate_key"] == 2, "case and decision"


CREDIT = [
    "行政处罚决定书文号 行政相对人名称 行政相对人类别 违法行为类型 处罚依据 处罚类别 处罚内容 罚款金额（万元） 处罚决定日期 处罚机关"
][0].split()


def credit(number: int, **changed: Any) -> list[Any]:
    row = {
        "行政处罚决定书文号": f"泗市监处罚〔2026〕{number}号",
        "行政相对人名称": "泗水县味美食品店",
        "行政相对人类别": "个体工商户",
        "违法行为类型": "食品标签不合格",
        "处罚依据": "《食品安全法》第一百二十五条",
        "处罚类别": "罚款",
        "处罚内容": "罚款人民币5000元",
        "罚款金额（万元）": 0.5,
        "处罚决定日期": "2026-03-12",
        "处罚机关": "泗水县市场监督管理局",
    }
    return [{**row, **changed}[name] for name in CREDIT]


class TestForeignFiles:
    def test_a_disclosure_workbook_in_ten_thousand_yuan(self, oversee, tmp_path):
        rows = [CREDIT, *(credit(number) for number in range(1, 40))]
        rows.append(credit(1))
        rows.append(credit(41, **{"罚款金额（万元）": "一万二三"}))
        rows.append(credit(42, **{"罚款金额（万元）": 5000}))
        rows.append(credit(43, **{"罚款金额（万元）": -3}))
        rows.append(credit(44, 处罚决定日期="2026-13-40"))
        done = oversee(workbook(tmp_path / "双公示.xlsx", rows))
        assert done.status == 0
        assert [(one["mapping"], one["rows_read"]) for one in done.reading["sources"]] == [("credit-penalty", 44)]
        assert done.findings == {}
        assert done.problems["unreadable"] >= 2
        assert done.problems["conflict"] == 1
        assert done.problems["duplicate_key"] + done.problems.get("duplicate_number", 0) >= 1
        assert (done.out / "bad_rows.xlsx").exists()

    def test_an_event_log(self, oversee, tmp_path):
        def trace(name: str, *steps: tuple[str, str]) -> str:
            events = "".join(
                f'<event><string key="concept:name" value="{step}"/><date key="time:timestamp" value="{day}T10:00:00+08:00"/>'
                '<string key="org:resource" value="王某"/></event>'
                for step, day in steps
            )
            return f'<trace><string key="concept:name" value="{name}"/>{events}</trace>'

        late = trace("C1", ("立案", "2026-01-05"), ("处罚决定", "2026-08-05"), ("送达", "2026-08-06"))
        good = trace(
            "C2", ("立案", "2026-01-05"), ("集体讨论", "2026-02-04"), ("处罚决定", "2026-02-05"), ("送达", "2026-02-06")
        )
        (tmp_path / "流程.xes").write_text(f'<?xml version="1.0"?><log xes.version="1.0">{late}{good}</log>', "utf-8")
        done = oversee(tmp_path / "流程.xes")
        assert done.status == 0
        assert done.findings["penalty.decision.in-time"] == ["C1"]
        # who typed in the decision or the vote need not be who decided or voted
        assert not {"penalty.approver.not-handler", "penalty.handler-not-voter"} & set(done.findings)

    def test_a_zip_of_files_in_the_national_encoding(self, oversee, tmp_path):
        with zipfile.ZipFile(tmp_path / "导出.zip", "w") as package:
            cases = "案件编码,案件类型,程序,文号,主体编码\nC1,行政处罚,普通,泗市监罚〔2026〕1号,A1\n"
            steps = "案件编码,环节,时间\nC1,立案,2026-01-05\nC1,处罚决定,2026-02-01\n"
            for name, text in (
                ("案件.csv", cases),
                ("办案环节.csv", steps),
                ("执法主体.csv", "主体编码,名称\nA1,某局\n"),
            ):
                package.writestr(name, text.encode("gb18030"))
        done = oversee(tmp_path / "导出.zip")
        assert done.status == 0
        assert done.reading["problem_total"] == 0
        assert done.rules["penalty.decision.in-time"]["subjects"] == 1
        assert done.findings == {
            "penalty.prior-notice.before-decision": ["C1"],
            "penalty.decision.after-report": ["C1"],
        }

    def test_one_file_in_two_encodings_is_refused_and_the_rest_goes_on(self, oversee, tmp_path):
        folder = tmp_path / "混"
        folder.mkdir()
        (folder / "公示.csv").write_bytes("公示对象,对象编码\n案件,轻\n".encode() + "案件,重重\n".encode("gb18030"))
        csv(folder / "案件.csv", "案件编码,案件类型\nC1,行政处罚\n")
        done = oversee(folder)
        assert done.status == 0
        assert "没有读入 公示.csv" in done.stdout
        assert "混用了两种编码" in done.stdout

    def test_the_template_filled_by_hand(self, oversee, tmp_path, monkeypatch):
        monkeypatch.setattr("sys.argv", ["mingjing", "facts", "template", str(tmp_path / "填报.xlsx")])
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code in (0, None)
        book = openpyxl.load_workbook(tmp_path / "填报.xlsx")

        def add(sheet: str, **cells: Any) -> None:
            page = book[sheet]
            headers = [str(cell.value).rstrip("*").partition("（")[0] for cell in page[1]]
            assert set(cells) <= set(headers), headers
            page.append([cells.get(header) for header in headers])

        add("执法主体", 主体编码="A1", 名称="泗水县市场监督管理局", 行政区划代码="370831")
        for number in range(60):
            case, day = f"案{number}", date(2026, 3, 2) + timedelta(days=number)
            add(
                "案件",
                案件编码=case,
                案件类型="行政处罚",
                程序="普通程序" if number % 2 else "ordinary",
                主体编码="A1",
                罚款金额=5000,
            )
            for offset, step in ((0, "立案"), (30, "事先告知"), (60, "决定"), (62, "送达")):
                at = datetime(day.year, day.month, day.day, 9) + timedelta(
                    days=offset + (60 if number == 7 and offset else 0)
                )
                add("办案环节", 环节编码=f"{case}-{step}", 案件编码=case, 环节类型=step, 时间=at)
        add("案件", 案件编码="坏1", 案件类型="不知道")
        add("案件", 案件编码="坏2", 案件类型="行政处罚", 违法行为发生日="去年某日", 罚款金额="很多")
        add("办案环节", 环节编码="E坏", 案件编码="案1", 环节类型="笔录", 时间="明天")
        book.save(tmp_path / "填报.xlsx")
        done = oversee(tmp_path / "填报.xlsx")
        assert done.status == 0
        assert done.findings["penalty.decision.in-time"] == ["案7"]
        assert done.problems["unreadable"] == 2
        assert done.problems["required"] == 2
        assert done.reading["sources"][0]["rows_read"] == 1, "the examples of the template are no facts"

    def test_a_licence_disclosure_workbook(self, oversee, tmp_path):
        head = "行政许可决定文书号 行政相对人名称 行政相对人类别 许可类别 许可编号 许可内容 许可决定日期 有效期自 有效期至 许可机关".split()
        rows = [
            [
                f"泗食许〔2026〕{n}号",
                "甲店",
                "个体工商户",
                "普通",
                f"JY{n}",
                "经营食品",
                "2026-05-06",
                "2026-05-06",
                "2031-05-05",
                "审批局",
            ]
            for n in range(20)
        ]
        done = oversee(workbook(tmp_path / "许可.xlsx", [head, *rows]))
        assert done.status == 0
        assert [(one["mapping"], one["rows_kept"]) for one in done.reading["sources"]] == [("credit-license", 20)]
        assert done.findings == {}


class TestWhatCannotBeRead:
    """Ends with 2 and a sentence, and leaves nothing behind."""

    def refused(self, done: Done, words: str) -> None:
        assert (done.status, done.stdout) == (2, "")
        assert words in done.stderr
        assert not done.out.exists()

    @pytest.mark.parametrize("name", ["cases.csv", "cases.xlsx", "cases.parquet", "数据"])
    def test_garbage(self, oversee, tmp_path, name):
        (tmp_path / name).write_bytes(random.Random(3).randbytes(5 * 1024 * 1024))
        self.refused(oversee(tmp_path / name), "没有一张能读的表")

    def test_a_truncated_workbook(self, oversee, tmp_path):
        data = workbook(
            tmp_path / "全.xlsx", [["案件编码", "案件类型"], *([f"C{n}", "行政处罚"] for n in range(500))]
        ).read_bytes()
        (tmp_path / "案件.xlsx").write_bytes(data[: len(data) // 2])
        self.refused(oversee(tmp_path / "案件.xlsx"), "已损坏或者不完整")

    def test_a_bomb(self, oversee, tmp_path):
        with zipfile.ZipFile(tmp_path / "弹.zip", "w", zipfile.ZIP_DEFLATED) as package:
            package.writestr("cases.csv", b"case_id,kind\n" + b"\0" * 32 * 1024 * 1024)
        self.refused(oversee(tmp_path / "弹.zip"), "压缩炸弹")

    def test_an_empty_folder_an_empty_file_and_a_path_that_is_not_there(self, oversee, tmp_path):
        (tmp_path / "空").mkdir()
        (tmp_path / "cases.csv").touch()
        self.refused(oversee(tmp_path / "空"), "没有数据表")
        self.refused(oversee(tmp_path / "cases.csv"), "空文件")
        self.refused(oversee(tmp_path / "没有"), "找不到")

    def test_a_file_without_permission(self, oversee, tmp_path, monkeypatch):
        def closed(path: Path) -> bytes:
            raise PermissionError(13, "Permission denied", str(path))

        # the super-user of a container may read everything
        monkeypatch.setattr("mingjing.facts.packages.magic_of", closed)
        self.refused(oversee(csv(tmp_path / "cases.csv", "case_id,kind\nC1,penalty\n")), "权限")

    @pytest.mark.skipif(sys.platform != "linux", reason="address space limits are tried on Linux")
    def test_a_line_of_two_hundred_megabytes_under_a_limit(self, tmp_path):
        with (tmp_path / "cases.csv").open("wb") as stream:
            stream.write(b"case_id,kind\nC1,penalty\n")
            for _ in range(200):
                stream.write(b"x" * 1024 * 1024)
        most = 1024**3
        done = subprocess.run(
            command(tmp_path / "cases.csv", tmp_path / "out"),
            capture_output=True,
            encoding="utf-8",
            env=environment(PYTHONIOENCODING="utf-8"),
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (most, most)),
            check=False,
        )
        assert done.returncode == 2, done.stderr
        assert "第 3 行超过 8 MB" in done.stderr
        assert [entry.name for entry in tmp_path.iterdir()] == ["cases.csv"]


class TestOptions:
    @pytest.mark.parametrize(
        ("options", "words"),
        [
            (["--as-of", "明天"], "不是日期"),
            (["--as-of", "2026-02-30"], "不是日期"),
            (["--as-of", "0001-01-01"], "不合常理"),
            (["--as-of", "9999-12-31"], "不合常理"),
            (["--place", "nonsense"], "行政区划代码"),
            (["--place", "37083"], "不合规范"),
            (["--rules", "unknown"], "没有编号为“unknown”的规则"),
            (["--engine", "abacus"], "计算引擎"),
            (["--memory", "lots"], "内存上限"),
            (["--memory", "1MB"], "内存上限"),
            (["--mapping", "nix"], "没有“nix”这个映射"),
            (["--since", "没有"], "--since"),
        ],
    )
    def test_nonsense_is_refused_in_words(self, oversee, tmp_path, options, words):
        done = oversee(csv(tmp_path / "cases.csv", "案件编码,案件类型,文号\nC1,行政处罚,1\n"), *options)
        assert done.status == 2
        assert words in done.stderr
        assert not done.out.exists()

    def test_a_place_may_be_named(self, oversee, tmp_path):
        path = csv(tmp_path / "案件.csv", "案件编码,案件类型\nC1,行政处罚\n")
        done = oversee(path, "--place", "泗水县", "--rules", "seizure.")
        assert done.status == 0
        assert json.loads((done.out / "rules.json").read_text("utf-8"))["place"] == "370831"
        assert all(rule.startswith("seizure.") for rule in done.rules)


class TestWhereTheResultGoes:
    def test_what_others_wrote_is_never_replaced(self, oversee, tmp_path):
        path = csv(tmp_path / "案件.csv", "案件编码,案件类型\nC1,行政处罚\n")
        out = tmp_path / "结果"
        out.mkdir()
        csv(out / "我的.txt", "重要")
        done = oversee(path)
        assert (done.status, "已有其他文件" in done.stderr) == (2, True)
        (out / "我的.txt").unlink()
        assert oversee(path).status == 0
        assert oversee(path).status == 0, "an earlier result is replaced"
        csv(out / "我的.txt", "重要")
        assert oversee(path).status == 2
        assert (out / "我的.txt").read_text("utf-8") == "重要"

    def test_not_a_file_not_under_a_file_and_not_where_nobody_may_write(self, oversee, tmp_path):
        path = csv(tmp_path / "案件.csv", "案件编码,案件类型\nC1,行政处罚\n")
        assert oversee(path, out=path).status == 2
        done = subprocess.run(
            command(path, path / "a/b"), capture_output=True, encoding="utf-8", env=environment(), check=False
        )
        assert (done.returncode, "Traceback" in done.stderr) == (2, False)
        done = subprocess.run(
            command(path, Path("/proc/mingjing")), capture_output=True, encoding="utf-8", env=environment(), check=False
        )
        assert (done.returncode, "Traceback" in done.stderr) == (2, False)

    def test_data_and_result_do_not_lie_in_one_another(self, oversee, tmp_path):
        folder = tmp_path / "数据"
        folder.mkdir()
        csv(folder / "案件.csv", "案件编码,案件类型\nC1,行政处罚\n")
        assert oversee(folder, out=folder / "结果").status == 2
        assert oversee(folder, out=folder).status == 2
        assert [entry.name for entry in folder.iterdir()] == ["案件.csv"]

    def test_folders_made_for_nothing_are_taken_away(self, oversee, tmp_path):
        done = oversee(csv(tmp_path / "cases.csv", ""), out=tmp_path / "甲/乙/结果")
        assert done.status == 2
        assert not (tmp_path / "甲").exists()


AWKWARD = [
    date(1, 1, 1),
    date(1899, 12, 31),
    date(1900, 1, 1),
    date(1969, 12, 31),
    date(2100, 2, 28),
    date(2199, 12, 31),
    date(9999, 12, 31),
]


def spoilt(source: Path, target: Path, days: list[date], share: float) -> Path:
    """The tables of ``source`` with some of all dates, moments and amounts replaced."""
    chance = random.Random(11)
    target.mkdir()
    for table in TABLES:
        if not (source / f"{table}.parquet").exists():
            continue
        rows = pq.read_table(source / f"{table}.parquet")
        for place, field in enumerate(rows.schema):
            values = rows.column(place).to_pylist()
            if pa.types.is_date(field.type) or pa.types.is_timestamp(field.type):
                pick: list[Any] = list(days)
                if pa.types.is_timestamp(field.type):
                    pick = [datetime(day.year, day.month, day.day, 23, 59) for day in days]
            elif field.name.endswith("_fen"):
                pick = [-1, 0, 10**14, 2**63 - 1, -(2**63)]
            else:
                continue
            values = [chance.choice(pick) if chance.random() < share else value for value in values]
            rows = rows.set_column(place, field, pa.array(values, field.type))
        pq.write_table(rows, target / f"{table}.parquet")
    return target


class TestHostileFacts:
    @pytest.mark.parametrize(("days", "share"), [(AWKWARD, 0.2), (AWKWARD[2:6], 0.9), ([date(9999, 12, 31)], 0.5)])
    def test_dates_far_out_and_huge_amounts_do_not_stop_the_engine(self, district, oversee, tmp_path, days, share):
        done = oversee(spoilt(district, tmp_path / "坏", days, share), papers=share == 0.2)
        assert done.status == 0, done.stderr
        assert sum(rule["evaluated"] for rule in done.rules.values()) == len(done.rules)

    @pytest.mark.parametrize("as_of", ["1990-01-01", "2199-12-31"])
    def test_any_day_may_be_asked_for(self, district, oversee, as_of):
        assert oversee(district, as_of=as_of).status == 0

    def test_names_and_ids_of_every_kind(self, oversee, tmp_path):
        folder = tmp_path / "坏"
        folder.mkdir()
        evil = [
            "=1+1",
            "@SUM(A1)",
            "<script>alert(1)</script>",
            "😀🐟",
            "'; DROP TABLE cases; --",
            "长" * 20_000,
            "a/../../b",
            "%s{0}",
            "x\u202ey",
        ]
        agencies = [["主体编码", "名称", "上级主体", "行政区划代码"]]
        agencies += [
            [f"A{n}{name}", name, f"A{(n + 1) % len(evil)}{evil[(n + 1) % len(evil)]}", name[:20]]
            for n, name in enumerate(evil)
        ]
        cases = [["案件编码", "案件类型", "文号", "主体编码", "事项编码", "程序"]]
        cases += [[f"C{n}{name}", "行政处罚", name, f"A{n}{name}", name, "普通程序"] for n, name in enumerate(evil)]
        cases += [cases[1], cases[1]]
        steps = [["环节编码", "案件编码", "环节类型", "时间", "针对环节", "地点"]]
        for n, name in enumerate(evil):
            for kind, day in (
                ("立案", "2026-01-05"),
                ("延期", "2026-02-05"),
                ("决定", "2026-08-05"),
                ("送达", "2026-10-05"),
            ):
                key = f"{name}-{kind}"
                steps.append([key, f"C{n}{name}", kind, day, key, name])
        for name, rows in (("执法主体", agencies), ("案件", cases), ("办案环节", steps)):
            rows = [[cell if len(cell) < 30_000 else cell[:30_000] for cell in row] for row in rows]
            workbook(folder / f"{name}.xlsx", rows, name)
        csv(folder / "当事人.csv", "当事人编码,名称\nP1,甲\0乙\nP2,丙\n")
        done = oversee(folder, papers=True)
        assert done.status == 0, done.stderr
        assert len(done.findings["penalty.decision.in-time"]) == len(evil)
        assert done.problems["duplicate_key"] == 2
        page = (done.out / "report.html").read_text("utf-8")
        assert "<script>alert(1)" not in page
        book = openpyxl.load_workbook(done.out / "report.xlsx")
        formulas = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
        assert [one for one in formulas if not str(one).startswith("=HYPERLINK")] == []

    def test_tables_with_a_header_only(self, oversee, tmp_path):
        folder = tmp_path / "空表"
        folder.mkdir()
        for table in TABLES.values():
            pq.write_table(arrow_schema(table).empty_table(), folder / f"{table.name}.parquet")
        done = oversee(folder, papers=True)
        assert done.status == 0
        assert done.findings == {}


class TestOutput:
    def test_progress_goes_to_one_stream_and_results_to_the_other(self, district, oversee):
        done = oversee(district, papers=True)
        assert done.status == 0
        assert "检查基准日 2026-11-20" in done.stdout
        assert "报告：" in done.stdout
        assert "读取数据" in done.stderr
        assert "读取数据" not in done.stdout
        assert {entry.name for entry in done.out.iterdir()} == RESULT

    @pytest.mark.parametrize(
        "more", [{"LC_ALL": "C", "LANG": "C"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}]
    )
    def test_any_locale(self, tmp_path, more):
        path = csv(tmp_path / "cases.csv", "案件编码,案件类型\nC1,行政处罚\n")
        kept = {name: value for name, value in environment(**more).items() if name != "PYTHONIOENCODING"}
        done = subprocess.run(
            command(path, tmp_path / "out", "--rules", "seizure.", "--no-reports"),
            capture_output=True,
            env=kept,
            check=False,
        )
        assert done.returncode == 0, done.stderr

    def test_a_fault_of_the_program_is_kept_for_its_maintainers(self, oversee, tmp_path, monkeypatch):
        def broken(*_: Any, **__: Any) -> None:
            raise ZeroDivisionError("a fault")

        monkeypatch.setenv("TMPDIR", str(tmp_path))
        monkeypatch.setattr("tempfile.tempdir", None)
        monkeypatch.setattr("mingjing.contexts.oversight.usecases.oversee_files.build_store", broken)
        done = oversee(csv(tmp_path / "案件.csv", "案件编码,案件类型\nC1,行政处罚\n"))
        assert done.status == 1
        assert "程序出错" in done.stderr
        (kept,) = tmp_path.glob("mingjing-*.log")
        assert "ZeroDivisionError: a fault" in kept.read_text("utf-8")


@pytest.mark.slow
class TestStopping:
    """Whenever it comes, the signal leaves the former result as it was, and nothing else."""

    @pytest.mark.parametrize(
        ("number", "after"),
        [
            *((signal.SIGINT, after) for after in ("start", "读取数据", "整理数据", "检查", "起草", "写网页报告")),
            (signal.SIGTERM, "检查"),
        ],
    )
    def test_nothing_half_written_is_left(self, district, tmp_path, number, after):
        out = tmp_path / "结果"
        out.mkdir()
        csv(out / "rules.json", "former")
        with subprocess.Popen(
            command(district, out),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            env=environment(PYTHONIOENCODING="utf-8"),
        ) as process:
            assert process.stderr is not None
            if after == "start":
                time.sleep(0.3)
            else:
                for line in process.stderr:
                    if after in line:
                        break
            process.send_signal(number)
            time.sleep(0.02)
            process.send_signal(number)
            told = process.stderr.read()
        assert process.returncode == 128 + number, told
        assert "Traceback" not in told
        assert "没有留下未完成的文件" in told
        assert [entry.name for entry in tmp_path.iterdir()] == ["结果"]
        assert [(entry.name, entry.read_text("utf-8")) for entry in out.iterdir()] == [("rules.json", "former")]

    def test_a_signal_that_python_dropped_still_stops(self, district, oversee, tmp_path, monkeypatch):
        """What a handler raises within a finalizer goes nowhere; the last call before the results stand hears of it."""
        heard = []

        class Dropping:
            def __del__(self) -> None:
                signal.raise_signal(signal.SIGINT)

        write = usecase.write_findings

        def dropping(*args: object) -> None:
            write(*args)
            Dropping()

        monkeypatch.setattr(usecase, "write_findings", dropping)
        monkeypatch.setattr(sys, "unraisablehook", lambda _dropped: heard.append("dropped"))
        former = signal.getsignal(signal.SIGINT)
        try:
            done = oversee(district, "--rules", "seizure.")
        finally:
            signal.signal(signal.SIGINT, former)
        assert heard == ["dropped"]
        assert (done.status, "没有留下未完成的文件" in done.stderr) == (128 + signal.SIGINT, True)
        assert list(tmp_path.iterdir()) == []

    def test_a_signal_after_the_results_stand_is_too_late(self, district, oversee, tmp_path, monkeypatch):
        move = Path.rename

        def signalled(self: Path, target: Path) -> Path:
            moved = move(self, target)
            if self.name == "result":
                signal.raise_signal(signal.SIGINT)
            return moved

        monkeypatch.setattr(Path, "rename", signalled)
        done = oversee(district, "--rules", "seizure.")
        assert (done.status, "已停止" in done.stderr) == (0, False)
        assert (tmp_path / "结果/rules.json").exists()

    def test_a_result_that_cannot_take_its_place_leaves_the_former_one(self, district, oversee, tmp_path, monkeypatch):
        assert oversee(district, "--rules", "seizure.").status == 0
        former = (tmp_path / "结果/rules.json").read_bytes()
        move = Path.rename

        def failing(self: Path, target: Path) -> Path:
            if self.name == "result":
                raise OSError(28, "No space left on device")
            return move(self, target)

        monkeypatch.setattr(Path, "rename", failing)
        done = oversee(district, "--rules", "seizure.")
        assert (done.status, "磁盘已满" in done.stderr) == (2, True)
        assert (tmp_path / "结果/rules.json").read_bytes() == former
