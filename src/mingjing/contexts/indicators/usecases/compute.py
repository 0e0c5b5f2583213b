"""The facts in force are taken, and the indicators of a place computed over them."""

import shutil
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.timezone import localdate

from mingjing.contexts.accounts.access import Actor, require_place
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.indicators import registers
from mingjing.contexts.indicators.counting import Computed, Counting, judged
from mingjing.contexts.indicators.models import (
    Delivery,
    DeliveryState,
    FigureState,
    Indicator,
    IndicatorState,
    Reported,
    Snapshot,
    Value,
)
from mingjing.contexts.indicators.usecases.base import IndicatorsError, log
from mingjing.contexts.indicators.usecases.deliver import cached, fetch
from mingjing.contexts.work.fact_exporters import exporters
from mingjing.domain.indicators.definitions import Definition, RegisterSource, ReportedSource, Reporter, Shape
from mingjing.domain.indicators.judging import Figure, Form, made, not_evaluated, share
from mingjing.domain.indicators.periods import Period, period_of, period_on
from mingjing.engine.store import connect
from mingjing.engine.union import FactsInForce, SourceFolder, unite

REPORTING_KINDS: Final = ("agency", "town")
"""The units that report where a definition names no kinds."""
_PLACES: Final = Decimal("0.000001")
_MEMORY: Final = "1200MB"

type Tell = Callable[[int, int, str], None]
type Key = tuple[int, int | None, str]


def compute(
    *,
    actor: Actor,
    at: datetime,
    place: str,
    codes: Sequence[str] = (),
    tell: Tell = lambda *_: None,
) -> Snapshot:
    """
    Compute the indicators of a place (all that are in use, or those named) over the facts in force.

    Outside a transaction: it may take minutes; nothing is written before the end, and then all at once. Facts are the
    deliveries that count, then what the rooms themselves hold, which goes before.

    :raises ForbiddenError: if the actor may not compute for the place
    :raises IndicatorsError: if there is nothing to compute
    """
    require_place(actor, "indicators.value.compute", place)
    indicators = {one.code: one for one in _in_use(place, codes)}
    if not indicators:
        raise IndicatorsError("没有使用中的指标。请先载入指标集，由负责人批准。")
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="mingjing-indicators-") as folder:
        work = Path(folder)
        with connect(memory_limit=_MEMORY, spill=work / "spill") as connection:
            tell(0, 100, "汇集执法数据")
            sources = _sources(place, localdate(at), work / "sources")
            facts = unite(connection, [source for source, _ in sources], work / "facts")
            seconds = {"facts": round(time.monotonic() - began, 2)}
            as_of = min(localdate(at), max((one.until for one in facts.coverage.values()), default=localdate(at)))
            units = _units(place)
            definitions = {code: one.definition for code, one in indicators.items()}
            scopes = {code: _agencies_of(one, units) for code, one in definitions.items()}
            counting = Counting(connection, facts, as_of=as_of, agencies=frozenset(units), work=work, place=place[:6])
            computed = counting.count(list(definitions.values()), scopes, _scaled(tell))
            seconds["count"] = round(time.monotonic() - began, 2)
            counting.write_rows(work / "facts" / "rows.parquet")
            counting.write_findings(work / "facts" / "findings.parquet")
        more, lines = _registers(definitions, units, place, as_of)
        computed += more
        _write_lines(lines, work / "facts" / "lines.parquet")
        tell(99, 100, "保存结果")
        kept = _keep_folder(work / "facts", at)
        seconds["all"] = round(time.monotonic() - began, 2)
        return _store(actor, at, place, as_of, indicators, units, computed, facts, sources, kept, seconds)


def in_force(place: str) -> list[Delivery]:
    """Return the deliveries that count in a place, the one that holds over others last."""
    rows = Delivery.objects.filter(place__startswith=place, state=DeliveryState.TAKEN)
    return list(rows.order_by("data_until", "received_at", "pk"))


def settle_reported(indicator: Indicator, at: datetime) -> int:
    """Bring the values of a reported indicator in line with its accepted figures; return how many changed."""
    one = indicator.definition
    assert isinstance(one.source, ReportedSource)
    on = localdate(at)
    figures = {
        (row.unit_id, row.period): row
        for row in Reported.objects.filter(indicator=indicator, state=FigureState.ACCEPTED, replaced=False)
    }
    units = {str(unit.pk): unit for unit in reporting_units(indicator, one)}
    running = period_on(one.period, on)
    periods = {running.key: running, running.earlier().key: running.earlier()}
    periods |= {key: period_of(key) for _, key in figures}
    whose: list[str | None] = [None] if one.place_only else [*units]
    found: dict[tuple[str | None, str], Figure] = {}
    for key, period in periods.items():
        for unit in whose:
            row = figures.get((int(unit) if unit else None, key))
            found[(unit, key)] = figure_reported(one, row) if row else not_evaluated(_not_reported(one, period, on))
        if not one.place_only and None not in whose:
            whole = figures.get((None, key))
            found[(None, key)] = figure_reported(one, whole) if whole else _together(one, found, units, key)
    computed = judged(one, list(periods.values()), found, {}, on)
    by_unit: Mapping[str, Unit] = units
    rows = {
        (each.agency, each.period.key): figures.get((int(each.agency) if each.agency else None, each.period.key))
        for each in computed
    }
    return _write_values(at, {indicator.code: indicator}, by_unit, computed, on, None, rows)


def figure_reported(one: Definition, row: Reported) -> Figure:
    """Make a figure of what was entered."""
    assert isinstance(one.source, ReportedSource)
    none_there = f"没有“{one.denominator or '应计的对象'}”"
    if one.source.shape is Shape.LIST:
        done = sum(bool(line.get("done")) for line in row.lines)
        return share(done, len(row.lines), 0, none_there)
    if row.numerator is None:
        return not_evaluated("没有填写数值")
    return made(one.form, row.numerator, row.denominator, none_there)


def reporting_units(indicator: Indicator, one: Definition) -> list[Unit]:
    """Return the units of which a reported indicator speaks."""
    kinds = one.unit_kinds or REPORTING_KINDS
    rows = Unit.objects.filter(place__startswith=indicator.place, kind__in=kinds, valid_to__isnull=True)
    return list(rows.order_by("path"))


def due_on(one: Definition, period: Period) -> date:
    """Return the last day on which a reported figure is due."""
    assert isinstance(one.source, ReportedSource)
    return date.fromordinal(period.end.toordinal() - 1 + one.source.due_days)


def _together(
    one: Definition, found: Mapping[tuple[str | None, str], Figure], units: Iterable[str], key: str
) -> Figure:
    """The whole place of what its units reported: only once all did."""
    assert isinstance(one.source, ReportedSource)
    mine = [found[(unit, key)] for unit in units]
    lacking = sum(not each.is_evaluated for each in mine)
    if lacking or not mine or one.form is Form.DIFFERENCE or one.source.reporter is Reporter.KEEPER:
        return not_evaluated(f"{lacking}个单位还没有数据" if lacking else "没有全地区的数据")
    numerator = sum((each.numerator or Decimal(0) for each in mine), Decimal(0))
    denominator = sum((each.denominator or Decimal(0) for each in mine), Decimal(0))
    return made(one.form, numerator, None if one.form is Form.NUMBER else denominator, "没有应计的对象")


def _not_reported(one: Definition, period: Period, on: date) -> str:
    if not period.is_over(on):
        return "本期尚未结束，还没有填报"
    due = due_on(one, period)
    return f"没有填报，{'应在' if due >= on else '已过'}{due.isoformat()}{'前报' if due >= on else '的期限'}"


def _in_use(place: str, codes: Sequence[str]) -> list[Indicator]:
    rows = Indicator.objects.filter(place=place, state=IndicatorState.ACTIVE)
    if codes:
        rows = rows.filter(code__in=codes)
        if unknown := sorted(set(codes) - set(rows.values_list("code", flat=True))):
            raise IndicatorsError(f"没有使用中的指标：{'、'.join(unknown)}。")
    return list(rows)


def _sources(place: str, today: date, work: Path) -> list[tuple[SourceFolder, dict[str, Any]]]:
    found: list[tuple[SourceFolder, dict[str, Any]]] = []
    for row in in_force(place):
        folder = fetch(row.folder, work / f"delivery{row.pk}")
        source = SourceFolder(label=row.name, folder=folder, until=row.data_until, since=row.data_from)
        found.append((source, {"delivery": row.pk, "label": f"{row.name}（{row.unit}）", "until": str(row.data_until)}))
    for exporter in exporters():
        folder = work / f"room-{exporter.name}"
        counts = exporter.write(folder)
        for table, count in counts.items():
            if not count:
                # a room that holds nothing of a kind says nothing: the data may lie in another system
                (folder / f"{table}.parquet").unlink(missing_ok=True)
        if sum(counts.values()):
            source = SourceFolder(label=exporter.label, folder=folder, until=today)
            found.append((source, {"label": exporter.label, "until": str(today)}))
    return found


def _units(place: str) -> dict[str, Unit]:
    return {unit.code: unit for unit in Unit.objects.filter(place__startswith=place, valid_to__isnull=True)}


def _agencies_of(one: Definition, units: Mapping[str, Unit]) -> frozenset[str]:
    kinds = one.unit_kinds or ("agency", "town", "squad")
    return frozenset(code for code, unit in units.items() if unit.kind in kinds)


def _scaled(tell: Tell) -> Tell:
    return lambda done, of, words: tell(5 + 90 * done // max(of, 1), 100, f"计算：{words}")


def _registers(
    definitions: Mapping[str, Definition], units: Mapping[str, Unit], place: str, on: date
) -> tuple[list[Computed], list[dict[str, Any]]]:
    """Count what rooms offer. A register says how things are now: only the running period is counted."""
    computed: list[Computed] = []
    kept: list[dict[str, Any]] = []
    for code, one in definitions.items():
        if not isinstance(one.source, RegisterSource):
            continue
        register = registers.register_of(one.source.name)
        period = period_on(one.period, on)
        lines = [line for line in register.count(on, place) if line.unit in units]
        groups: dict[str | None, list[registers.Line]] = defaultdict(list)
        for line in lines:
            groups[None].append(line)
            groups[line.unit].append(line)
        whose: list[str | None] = [None] if one.place_only else [*sorted(groups, key=lambda unit: unit or "")]
        figures = {(unit, period.key): _of_lines(register, groups.get(unit, [])) for unit in whose}
        computed += judged(one, [period], figures, {}, on)
        kept += [
            {"indicator": code, "period": period.key, "unit": line.unit, "k": line.key, "name": line.name,
             "counts": line.counts, "href": line.href}
            for line in lines
        ]  # fmt: skip
    return computed, kept


def _of_lines(register: registers.Register, lines: Sequence[registers.Line]) -> Figure:
    if not register.is_share:
        count = Decimal(sum(line.counts is True for line in lines))
        return Figure(numerator=count, value=count, lowest=count, highest=count)
    known = [line for line in lines if line.counts is not None]
    return share(sum(bool(line.counts) for line in known), len(known), len(lines) - len(known), "台账上没有应计的对象")


def _write_lines(lines: Sequence[dict[str, Any]], file: Path) -> None:
    text = pa.string()
    schema = pa.schema(
        [
            ("indicator", text),
            ("period", text),
            ("unit", text),
            ("k", text),
            ("name", text),
            ("counts", pa.bool_()),
            ("href", text),
        ]
    )
    pq.write_table(pa.Table.from_pylist(list(lines), schema), file, compression="zstd")


def _keep_folder(folder: Path, at: datetime) -> str:
    prefix = f"facts/snapshots/{at:%Y%m%d-%H%M%S-%f}"
    for file in sorted(folder.iterdir()):
        if file.is_file():
            with file.open("rb") as content:
                default_storage.save(f"{prefix}/{file.name}", File(content))
    return prefix


@transaction.atomic
def _store(
    actor: Actor,
    at: datetime,
    place: str,
    as_of: date,
    indicators: Mapping[str, Indicator],
    units: Mapping[str, Unit],
    computed: Sequence[Computed],
    facts: FactsInForce,
    sources: Sequence[tuple[SourceFolder, dict[str, Any]]],
    folder: str,
    seconds: Mapping[str, float],
) -> Snapshot:
    snapshot = Snapshot.objects.create(
        place=place,
        taken_at=at,
        taken_by=actor.code,
        as_of=as_of,
        folder=folder,
        sources=[told for _, told in sources],
        tables=facts.rows,
        missing=sorted(facts.missing),
        seconds=dict(seconds),
    )
    changed = _write_values(at, indicators, units, computed, as_of, snapshot, {})
    for one in indicators.values():
        if one.source == "reported":
            changed += settle_reported(one, at)
    snapshot.values = len(computed)
    snapshot.save()
    _prune(place)
    log(
        actor,
        at,
        "compute",
        f"snapshot:{snapshot.pk}",
        place=place,
        indicators=len(indicators),
        values=len(computed),
        changed=changed,
        as_of=as_of.isoformat(),
    )
    return snapshot


def _prune(place: str) -> None:
    """
    Let go of the files of snapshots that no value opens any more; the record of the computing stays.

    What a new computing finds unchanged moves to the new snapshot, so most snapshots are soon not needed.
    """
    needed = Value.objects.filter(snapshot__isnull=False).values("snapshot")
    for one in Snapshot.objects.filter(place=place).exclude(pk__in=needed).exclude(folder=""):
        folder, one.folder = one.folder, ""
        one.save(update_fields=["folder"])
        transaction.on_commit(partial(_remove_folder, folder))


def _remove_folder(folder: str) -> None:
    for name in default_storage.listdir(folder)[1]:
        default_storage.delete(f"{folder}/{name}")
    shutil.rmtree(cached(folder), ignore_errors=True)


def _write_values(
    at: datetime,
    indicators: Mapping[str, Indicator],
    units: Mapping[str, Unit],
    computed: Sequence[Computed],
    as_of: date,
    snapshot: Snapshot | None,
    figures: Mapping[tuple[str | None, str], Reported | None],
) -> int:
    """Write what changed as new rows, and let what did not stand as of now; return how many are new."""
    ids = {indicator.pk for indicator in indicators.values()}
    standing: dict[Key, Value] = {
        (row.indicator_id, row.unit_id, row.period): row
        for row in Value.objects.filter(indicator__in=ids, is_latest=True)
    }
    new: list[Value] = []
    same: list[Value] = []
    over: list[int] = []
    for each in computed:
        unit = units[each.agency] if each.agency is not None else None
        row = _value(
            at, indicators[each.code], unit, each, as_of, snapshot, figures.get((each.agency, each.period.key))
        )
        before = standing.get((row.indicator_id, row.unit_id, row.period))
        if before is not None and _says(before) == _says(row):
            before.snapshot, before.as_of, before.computed_at = row.snapshot, row.as_of, row.computed_at
            same.append(before)
            continue
        if before is not None:
            over.append(before.pk)
        new.append(row)
    for start in range(0, len(over), 500):
        Value.objects.filter(pk__in=over[start : start + 500]).update(is_latest=False)
    Value.objects.bulk_update(same, ["snapshot", "as_of", "computed_at"], batch_size=200)
    Value.objects.bulk_create(new, batch_size=500)
    return len(new)


def _value(
    at: datetime,
    indicator: Indicator,
    unit: Unit | None,
    each: Computed,
    as_of: date,
    snapshot: Snapshot | None,
    figure: Reported | None,
) -> Value:
    return Value(
        indicator=indicator,
        edition=indicator.number,
        snapshot=snapshot,
        figure=figure,
        unit=unit,
        place=unit.place if unit else indicator.place,
        period=each.period.key,
        starts_on=each.period.first,
        ends_on=each.period.last,
        numerator=_rounded(each.figure.numerator),
        denominator=_rounded(each.figure.denominator),
        value=_rounded(each.figure.value),
        lowest=_rounded(each.figure.lowest),
        highest=_rounded(each.figure.highest),
        unknown=each.figure.unknown,
        last_year=_rounded(each.last_year),
        average=_rounded(each.average),
        colour=str(each.judgement.colour),
        words=each.judgement.words[:500],
        missing=list(each.figure.missing),
        provisional=each.provisional[:200],
        as_of=as_of,
        computed_at=at,
    )


def _says(row: Value) -> tuple[object, ...]:
    numbers = (row.numerator, row.denominator, row.value, row.lowest, row.highest, row.last_year, row.average)
    return (
        *(None if one is None else one.normalize() for one in numbers),
        row.edition,
        row.unknown,
        row.colour,
        row.words,
        tuple(row.missing),
        row.provisional,
        row.figure_id,
    )


def _rounded(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.quantize(_PLACES, ROUND_HALF_UP)
