"""
The engine on a cluster: the same columns as SQL that Spark runs over the keyed store.

Every worker must see the store at the path where the driver sees it. What several rules share is kept in the cluster's
memory, laid out by case; the verdicts of several rules come back as one query, because a query on a cluster costs
seconds however small it is. The answer is that of :mod:`mingjing.engine.duck`, row for row.
"""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from importlib.util import find_spec
from itertools import batched
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from mingjing.domain.rules.model import Rule
from mingjing.engine.compile import Compiled, CompiledRule, case_base, compile_rules, missing_of, steps
from mingjing.engine.context import AgencyPlace, Context
from mingjing.engine.dialects import SPARK
from mingjing.engine.duck import STORE_TABLES, Evaluation, Progress, RuleTally, known
from mingjing.engine.store import Store
from mingjing.engine.tables import calendar_tables, officer_states
from mingjing.kernel.errors import DomainError
from mingjing.law.calendars import Calendar
from mingjing.law.calendars import calendar as stored_calendar

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

MASTER_VARIABLE: Final = "MINGJING_SPARK_MASTER"
DEFAULT_MASTER: Final = "local[*]"
JAVA: Final = 17
"""The oldest Java that Spark 4 takes."""
SETTINGS: Final[Mapping[str, str]] = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.driver.memory": "2g",
    "spark.driver.maxResultSize": "0",
    # Planning again after every stage costs more than it saves where one query judges dozens of rules.
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.join.preferSortMergeJoin": "false",
    # The frame has more columns than Spark compiles code for of its own accord.
    "spark.sql.codegen.maxFields": "1000",
}
"""What we ask of Spark where the site's ``spark-defaults.conf`` does not say otherwise."""
LOOPBACK: Final[Mapping[str, str]] = {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
"""And of a Spark without a cluster: that it listens to nobody else."""
RULES_PER_QUERY: Final = 8
"""A query costs seconds however small it is; but every task unpacks the plans of all rules of its query."""
PARTITION_BYTES: Final = 16 << 20
"""Bytes of the store (compressed) to a partition of what is kept in memory."""
TYPES: Final[Mapping[pa.DataType, str]] = {
    pa.bool_(): "BOOLEAN",
    pa.int8(): "TINYINT",
    pa.int16(): "SMALLINT",
    pa.int32(): "INT",
    pa.int64(): "BIGINT",
    pa.float64(): "DOUBLE",
    pa.string(): "STRING",
}
OUTCOME: Final = ("due", "v1", "v2", "v3", "v4", "x1", "x2", "x3", "x4")
FOUND: Final = pa.schema(
    [("rule", pa.int16()), ("k", pa.int32()), ("due", pa.int32()), *((name, pa.int64()) for name in OUTCOME[1:])]
)
VERDICTS: Final = pa.schema(
    [
        ("rule", pa.int16()),
        ("s", pa.int8()),
        ("k", pa.int32()),
        *((name, pa.int64()) for name in OUTCOME),
        ("n", pa.int64()),
    ]
)


class SparkUnavailableError(DomainError):
    """Spark cannot be started on this machine, or the cluster does not answer."""

    code = "engine.spark_unavailable"


def require_spark() -> None:
    """
    Make sure that pyspark and a Java that it takes are installed.

    :raises SparkUnavailableError: if one of them is not
    """
    if find_spec("pyspark") is None:
        raise SparkUnavailableError("没有安装 pyspark，不能使用 spark 引擎。请安装：pip install 'mingjing[spark]'。")
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=str(Path(home) / "bin")) if home else shutil.which("java")
    if java is None:
        where = f"JAVA_HOME（{home}）里没有 java" if home else "没有找到 java"
        raise SparkUnavailableError(f"{where}，不能使用 spark 引擎。请安装 Java {JAVA}，或者把 JAVA_HOME 指向它。")
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', told)
    if found is None or int(found[1]) < JAVA:
        version = found[1] if found else "未知"
        raise SparkUnavailableError(f"spark 引擎需要 Java {JAVA} 或更高版本，现有版本为 {version}。", java=java)


def site_settings() -> Mapping[str, str]:
    """What the site's ``spark-defaults.conf`` sets."""
    folder = os.environ.get("SPARK_CONF_DIR") or str(Path(os.environ.get("SPARK_HOME", "")) / "conf")
    file = Path(folder) / "spark-defaults.conf"
    if not file.is_file():
        return {}
    lines = (line.strip() for line in file.read_text(encoding="utf-8").splitlines())
    pairs = (re.split(r"[\s=]+", line, maxsplit=1) for line in lines if line and not line.startswith("#"))
    return {pair[0]: pair[1] for pair in pairs if len(pair) > 1}


@contextmanager
def opened_session(master: str, options: Mapping[str, str]) -> Iterator["SparkSession"]:
    """
    Open a session for one evaluation: beside the running one, or in a Spark of our own that is stopped at the end.

    :raises SparkUnavailableError: if Spark cannot be started or the cluster does not answer
    """
    require_spark()
    from pyspark.sql import SparkSession

    site = site_settings()
    wanted = {**SETTINGS, **(LOOPBACK if master.startswith("local") else {})}
    settings = {**{key: value for key, value in wanted.items() if key not in site}, **options}
    running = SparkSession.getActiveSession()
    if running is not None:
        beside = running.newSession()
        for key, value in settings.items():
            if key.startswith("spark.sql."):
                beside.conf.set(key, value)
        yield beside
        return
    builder = SparkSession.builder.master(master).appName("mingjing")
    for key, value in settings.items():
        builder = builder.config(key, value)
    try:
        session = builder.getOrCreate()
    except Exception as error:
        raise SparkUnavailableError(f"不能连接 Spark（{master}）：{_first_line(error)}", master=master) from error
    try:
        yield session
    finally:
        session.stop()


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1] if lines else type(error).__name__


class SparkEngine:
    """
    Evaluates rules over a keyed store on Spark.

    ``master`` is the address of the cluster, else that of ``MINGJING_SPARK_MASTER``, else this machine; ``options`` are
    settings of Spark that go before those of the site. An active session is used as it is.
    """

    def __init__(
        self,
        store: Store,
        *,
        as_of: date,
        place: str | None = None,
        calendar: Calendar | None = None,
        master: str | None = None,
        options: Mapping[str, str] | None = None,
        keep_statuses: bool = False,
    ) -> None:
        self.store = store
        self.calendar = calendar or stored_calendar()
        self.master = master or os.environ.get(MASTER_VARIABLE) or DEFAULT_MASTER
        self.options = dict(options or {})
        self.keep_statuses = keep_statuses
        agencies = pq.read_table(store.path / "agencies.parquet", columns=["k", "place", "domain"]).to_pylist()
        self.context = Context(
            dialect=SPARK,
            as_of=as_of,
            agencies=[AgencyPlace(key=row["k"], place=row["place"], domain=row["domain"]) for row in agencies],
            place=place,
            absent=store.absent,
            unread=store.unread,
        )

    def run(self, rules: Sequence[Rule], *, progress: Progress = lambda _label, _share: None) -> Evaluation:
        """
        Evaluate rules over all subjects; ``progress`` is told what is done and the share of the whole.

        :raises SparkUnavailableError: if there is no Spark to run on
        """
        began = time.perf_counter()
        tallies = [RuleTally(rule=rule, missing=missing_of(rule, self.store.absent)) for rule in rules]
        compiled = compile_rules([tally.rule for tally in tallies if tally.evaluated], self.context)
        evaluation = Evaluation(as_of=self.context.as_of, tallies=tallies, found=FOUND.empty_table())
        with opened_session(self.master, self.options) as session:
            progress("连接集群", 0.1)
            tables = _Tables(session, self.store, self.context)
            try:
                tables.open(self.calendar)
                self._evaluate(tables, compiled, evaluation, progress)
            finally:
                tables.release()
        evaluation.shared_seconds = time.perf_counter() - began
        return evaluation

    def _evaluate(self, tables: "_Tables", compiled: Compiled, evaluation: Evaluation, progress: Progress) -> None:
        verdicts = []
        if compiled.tables:
            tables.open_cases(compiled)
            progress("案件", 0.5)
            for number, some in enumerate(batches := list(batched(compiled.local, RULES_PER_QUERY)), start=1):
                verdicts.append(self._judge(tables, some, evaluation))
                progress("案件", 0.5 + 0.3 * number / len(batches))
            if compiled.decided:
                tables.keep("decided", compiled.decided)
                tables.make("decided")
            tables.close_cases(compiled)
        if compiled.across:
            tables.view("steps", steps(self.context, "events", "true"))
            verdicts += [self._judge(tables, some, evaluation) for some in batched(compiled.across, RULES_PER_QUERY)]
        progress("全部规则", 1.0)
        _fill(evaluation, verdicts, keep_statuses=self.keep_statuses)

    def _judge(self, tables: "_Tables", compiled: Sequence[CompiledRule], evaluation: Evaluation) -> pa.Table:
        """The verdicts of some rules: a row for each broken subject, and one with the number of each other answer."""
        places = {tally.rule.id: number for number, tally in enumerate(evaluation.tallies)}
        each = " UNION ALL ".join(
            f"SELECT CAST({places[one.rule.id]} AS SMALLINT) AS rule, s, k, {', '.join(OUTCOME)} "
            f"FROM ({one.query}) q WHERE s <> 0"
            for one in compiled
        )
        shown = "true" if self.keep_statuses else "s = 2"
        columns = ", ".join(f"CASE WHEN {shown} THEN {name} END AS {name}" for name in ("k", *OUTCOME))
        return tables.session.sql(
            f"SELECT rule, s, k, {', '.join(OUTCOME)}, count(*) AS n FROM (SELECT rule, s, {columns} FROM ({each})) "
            "GROUP BY ALL"
        ).toArrow()


class _Tables:
    """The tables of one evaluation as Spark knows them; what is read often is kept in the cluster's memory."""

    def __init__(self, session: "SparkSession", store: Store, context: Context) -> None:
        self.session = session
        self.store = store
        self.context = context
        self._kept: dict[str, DataFrame] = {}
        self._files: dict[Path, str] = {}
        size = sum(file.stat().st_size for file in store.path.glob("*.parquet"))
        self.partitions = max(2 * session.sparkContext.defaultParallelism, size // PARTITION_BYTES)
        session.conf.set("spark.sql.shuffle.partitions", str(self.partitions))

    def open(self, calendar: Calendar) -> None:
        """Name the tables of the store, and make the calendar and the officers' states."""
        for name in STORE_TABLES:
            self._name(name)
        days, ordinals = calendar_tables(calendar, self.context.as_of)
        for name, table in (
            ("calendar", days),
            ("working_days", ordinals),
            ("calendar_lists", calendar_lists(days, ordinals)),
        ):
            self.session.createDataFrame(table).createOrReplaceTempView(name)
        self.keep("officer_states", officer_states())

    def _name(self, table: str) -> None:
        source = re.sub(r"read_parquet\('((?:[^']|'')*)'\)", self._stored, self.store.rows(table))
        self.view(table, known(table, self.store, self.context, source=source))

    def _stored(self, read: re.Match[str]) -> str:
        """Name a file of the store; its columns are told, which spares Spark a look at each file."""
        path = Path(read[1].replace("''", "'")).resolve()
        if path not in self._files:
            self._files[path] = f"stored_{len(self._files)}"
            listed = ", ".join(f"`{field.name}` {TYPES[field.type]}" for field in pq.read_schema(path))
            self.session.read.schema(listed).parquet(path.as_uri()).createOrReplaceTempView(self._files[path])
        return self._files[path]

    def open_cases(self, compiled: Compiled) -> None:
        """Make the tables that the rules for one case share, down to the frame."""
        chosen = {
            "case_base": case_base("true"),
            "steps": steps(self.context, "events", "true", compiled.event_columns),
        }
        chosen |= {name: f"SELECT * FROM {name}" for name in compiled.chunk_tables}
        for name, query in chosen.items():
            self.keep(name, query, by="c")
        shared = [query for _, query in compiled.tables]
        texts = [*shared, *(one.query for one in compiled.local)]
        for name, query in compiled.tables:
            if name == "frame" or sum(_reads(text, name) for text in texts) > 1:
                self.keep(name, query)
            else:
                self.view(name, query)
        made = (*chosen, *(name for name, _ in compiled.tables))
        self.make(*(name for name in made if name in self._kept and not any(_reads(text, name) for text in shared)))

    def close_cases(self, compiled: Compiled) -> None:
        """Free what the rules for one case shared, and give the tables of the store their own names back."""
        self.release(*(name for name in self._kept if name not in ("officer_states", "decided")))
        for name in compiled.chunk_tables:
            self._name(name)

    def view(self, name: str, query: str) -> None:
        """Give a query a name."""
        self.session.sql(query).createOrReplaceTempView(name)

    def keep(self, name: str, query: str, *, by: str | None = None) -> None:
        """Have a table kept in the cluster's memory (or, where that is full, on its disks), laid out by a column."""
        frame = self.session.sql(query)
        if by is not None:
            frame = frame.repartition(self.partitions, by)
        self._kept[name] = frame.cache()
        _leaf(frame).createOrReplaceTempView(name)

    def make(self, *names: str) -> None:
        """Fill kept tables, and those they are made from, in one go; without it they are filled where first read."""
        self.session.sql(" UNION ALL ".join(f"SELECT count(*) FROM {name}" for name in names)).collect()

    def release(self, *names: str) -> None:
        """Free the memory of some tables, or of all."""
        for name in names or tuple(self._kept):
            if name in self._kept:
                self._kept.pop(name).unpersist()


def _leaf(kept: "DataFrame") -> "DataFrame":
    """
    What is kept, without how it was made.

    A view of a kept frame carries the whole plan behind it into every query that reads it, and each reading is analysed
    anew; with dozens of rules that takes minutes. Spark has no public call for this.
    """
    from pyspark.sql import DataFrame

    session: Any = kept.sparkSession
    reading: Any = kept.select("*")
    plan = reading._jdf.queryExecution().withCachedData()  # noqa: SLF001
    dataset = session._jvm.org.apache.spark.sql.classic.Dataset  # noqa: SLF001
    return DataFrame(dataset.ofRows(session._jsparkSession, plan), session)  # noqa: SLF001


def calendar_lists(days: pa.Table, ordinals: pa.Table) -> pa.Table:
    """The calendar in a single row: lists by the number of the day and of the working day, null where not known."""

    def where_known(table: pa.Table, column: str) -> list[int | None]:
        return pc.if_else(table["known"], table[column], None).to_pylist()  # type: ignore[no-any-return]

    lists = {
        "through": where_known(days, "through"),
        "rolled": days["rolled"].to_pylist(),
        "working_day": where_known(ordinals, "day"),
    }
    columns = {name: pa.array([values], pa.list_(pa.int32())) for name, values in lists.items()}
    starts = {"day_before": days["day"], "ordinal_before": ordinals["ordinal"]}
    return pa.table(columns | {name: pa.array([pc.min(one).as_py() - 1]) for name, one in starts.items()})


def _reads(query: str, table: str) -> int:
    """How often a query reads a table."""
    return len(re.findall(rf"\b(?:FROM|JOIN) {table}\b", query))


def _fill(evaluation: Evaluation, verdicts: Sequence[pa.Table], *, keep_statuses: bool) -> None:
    """Count the verdicts into the tallies, and keep those on broken subjects as findings."""
    if not verdicts:
        return
    table = pa.concat_tables([one.cast(VERDICTS) for one in verdicts])
    counts = table.group_by(["rule", "s"]).aggregate([("n", "sum")]).to_pylist()
    names = {1: "holds", 2: "broken", 3: "not_evaluated"}
    for row in counts:
        setattr(evaluation.tallies[row["rule"]], names[row["s"]], row["n_sum"])
    broken = table.filter(pc.equal(table["s"], 2)).sort_by([("rule", "ascending"), ("k", "ascending")])
    evaluation.found = broken.select(FOUND.names).cast(FOUND)
    if keep_statuses:
        for number, tally in enumerate(evaluation.tallies):
            own = table.filter(pc.equal(table["rule"], number)).sort_by("k")
            if own.num_rows:
                evaluation.statuses[tally.rule.id] = own.select(["k", "s", *OUTCOME])
