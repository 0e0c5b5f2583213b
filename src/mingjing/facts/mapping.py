"""
Declared mappings: how the columns of another system become tables of the facts standard.

A mapping is a YAML file. It names the headers it understands, and for each target table how each column comes about.
One row of the source may make rows in several tables. A mapping is chosen by the headers of a file, or by hand.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import yaml

from mingjing.facts.cast import Flaw, clean, read_distinct
from mingjing.facts.numbers import is_identity_like
from mingjing.facts.rows import Batch, header_key, unit_in_header
from mingjing.facts.schema import TABLES, Table
from mingjing.facts.text import (
    FEN_PER_UNIT,
    UnreadableValueError,
    is_masked,
    narrow,
    normalise_name,
    parse_amount,
    parse_confiscation,
    parse_date,
    parse_document_number,
    parse_fine,
    parse_penalties,
    uscc_problem,
)
from mingjing.kernel.errors import DomainError


class MappingError(DomainError):
    """A mapping file that says something the facts standard does not know."""

    code = "facts.bad_mapping"


# ----------------------------------------------------------------------------------------------- readers of one cell


def _document_number(text: str) -> str:
    """Write a document number canonically; a local pattern that is none stays as it is."""
    try:
        return parse_document_number(text).canonical
    except UnreadableValueError:
        return text


_NUMBER_IN_TITLE: Final = re.compile(r"[\u4e00-\u9fff()（）]*[〔\[(（【]\s*(?:19|20)\d{2}\s*[〕\])）】]\s*\d+\s*号")


def _document_number_in(text: str) -> str | None:
    """Find a document number within a title; none where there is none."""
    match = _NUMBER_IN_TITLE.search(text)
    return _document_number(match.group()) if match else None


_ORGANISATION: Final = re.compile(r"公司|集团|合作社|事务所|银行|医院|学校|协会|基金会|委员会")
_TRADE: Final = re.compile(r"[店厂部行馆摊吧坊场所站室中心超市]$|经营部|商行|餐厅|饭店|酒店|门市")


def _party_kind(text: str) -> str | None:
    """Tell a company or a citizen by the name alone; a shop may be of several kinds and stays unknown."""
    name = normalise_name(text)
    if _ORGANISATION.search(name):
        return "legal_person"
    if _TRADE.search(name):
        return None
    if "·" in name or len(name) <= 4 or is_masked(name):
        return "citizen"
    return None


_AGENCY_AND_DATE: Final = re.compile(r"(.*?)[，,、;；\s]*(\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?)\s*$")


def _date_at_end(text: str) -> str:
    match = _AGENCY_AND_DATE.fullmatch(narrow(text))
    if match is None:
        raise UnreadableValueError(f"“{text}”的末尾没有日期。", "请写成“机关名称,2023年7月28日”的样式。")
    return parse_date(match[2]).isoformat()


def _text_before_date(text: str) -> str:
    match = _AGENCY_AND_DATE.fullmatch(narrow(text))
    return match[1] if match else text


def _area_of_code(text: str) -> str | None:
    """Take the division code out of a unified social credit code (GB 32100-2015, characters 3 to 8)."""
    plain = narrow(text)
    return plain[2:8] if len(plain) == 18 and plain[2:8].isdigit() else None


def _public_code(text: str) -> str | None:
    """Keep a code that may be shown and compared; a citizen's identity number, whole or masked, is none."""
    return None if _is_masked_code(text) or is_identity_like(text) else text


def _is_masked_code(text: str) -> bool:
    """Say whether places of a code are hidden; a right credit code may end in XX and is whole."""
    return is_masked(text) and uscc_problem(text) is not None


READERS: Final[Mapping[str, Callable[[str], str | None]]] = {
    "fine": lambda text: str(parse_fine(text)),
    "confiscation": lambda text: str(parse_confiscation(text)),
    "penalties": lambda text: "|".join(parse_penalties(text)) or None,
    "name": normalise_name,
    "document_number": _document_number,
    "document_number_in": _document_number_in,
    "party_kind": _party_kind,
    "date_at_end": _date_at_end,
    "text_before_date": _text_before_date,
    "area_of_code": _area_of_code,
    "public_code": _public_code,
}
CHECKS: Final = frozenset({"uscc", "identity", "identity_if_like"})
BETWEEN: Final = re.compile(r"[;；、,，|\n]")
"""What stands between several values in one cell."""
WHOLE: Final = "//"
"""What stands between the parts of an identifier that is made of two."""


# ------------------------------------------------------------------------------------------------------- declaration


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """
    How one column comes about: a constant, an identifier, or the first filled of some fields, read and mapped.

    ``secret`` is a field that holds identity numbers, ``hidden`` one that may hold one among other codes: an identifier
    takes up its digest only. ``also`` are the fields that make an identifier whole. Where ``many`` is set, a cell holds
    several values and the column becomes a list.
    """

    column: str
    fields: tuple[str, ...] = ()
    constant: str | None = None
    prefix: str | None = None
    also: tuple[str, ...] = ()
    person: str | None = None
    secret: str | None = None
    hidden: str | None = None
    or_row: bool = False
    many: bool = False
    read: str | None = None
    unit: str | None = None
    words: tuple[tuple[str, str], ...] = ()
    within: tuple[tuple[str, str], ...] = ()
    otherwise: str | None = None
    keep_others: bool = True
    agrees: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """
    The rows that one row of the source makes in one table.

    One row, or where ``split`` names fields with several values in a cell, a row for each value of the first of them;
    those of the others go with it in their order.
    """

    table: Table
    rules: tuple[Rule, ...]
    when: tuple[str, ...] = ()
    among: tuple[tuple[str, frozenset[str]], ...] = ()
    unique: bool = False
    split: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Skip:
    """Rows that are not meant to be read, and why."""

    field: str
    values: frozenset[str]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """
    What reading a mapping backwards does not tell of the form it is written in.

    ``omit`` are fields that are read but are no columns of the form; ``own`` those in which an identifier of this platform may stand; ``require``
    those without which a row is not written; ``unless`` the columns of the main table that keep a filled row back, with the reason; ``days`` the fields that
    take a day only. ``personal`` says of a field that it is the ``name`` of the party, or a ``code`` that may be an identity
    number, or ``no_identity``: a code that must not be one. ``compose`` names fields written in words out of the main table
    (``sentence``, ``kinds``, ``fine``); ``absent`` says why a field cannot be filled out of the standard.
    """

    sheet: str
    omit: tuple[str, ...]
    own: tuple[str, ...]
    require: tuple[str, ...]
    unless: Mapping[str, str]
    days: tuple[str, ...]
    personal: Mapping[str, str]
    compose: Mapping[str, str]
    absent: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldMapping:
    """One declared mapping."""

    id: str
    label: str
    description: str
    fields: Mapping[str, tuple[str, ...]]
    match: tuple[tuple[str, ...], ...]
    targets: tuple[Target, ...]
    checks: Mapping[str, str]
    keep: tuple[str, ...]
    skips: tuple[Skip, ...]
    priority: int = 0
    export: Export | None = None

    @property
    def main(self) -> Table:
        """The table of which every row of the source makes one row."""
        return self.targets[0].table

    def resolve(self, headers: Sequence[str]) -> dict[str, str]:
        """Say which header each field of the mapping is found under."""
        by_key: dict[str, str] = {}
        for header in headers:
            by_key.setdefault(header_key(header), header)
        found = {}
        for name, accepted in self.fields.items():
            for candidate in accepted:
                if (key := header_key(candidate)) in by_key:
                    found[name] = by_key[key]
                    break
        return found

    def matches(self, headers: Sequence[str]) -> bool:
        """Say whether a file with these headers is of this kind."""
        found = self.resolve(headers)
        return any(all(name in found for name in names) for names in self.match)


@dataclass(slots=True, kw_only=True)
class Derived:
    """Rows made for one table out of one batch, before casting."""

    table: Table
    columns: dict[str, pa.Array]
    units: dict[str, str]
    origin: dict[str, str]
    flaws: dict[str, list[Flaw]]
    index: npt.NDArray[np.int64]
    unique: bool
    conflicts: dict[str, list[Flaw]] = field(default_factory=dict)
    originals: dict[str, pa.Array] = field(default_factory=dict)


# ----------------------------------------------------------------------------------------------------------- loading

_RULE_KEYS: Final = frozenset(
    "from const id also person secret hidden or_row many read unit map within otherwise keep_others agrees_with "
    "agrees_read".split()
)
_EXPORT_KEYS: Final = frozenset("sheet omit own require unless days personal compose absent".split())
PERSONAL: Final = frozenset({"name", "code", "no_identity"})
COMPOSED: Final = frozenset({"sentence", "kinds", "fine"})


class _PlainLoader(yaml.SafeLoader):
    """Reads ``no`` and ``on`` as the words they are: field names may be so called."""


_PlainLoader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if letter in "tTfF" or tag != "tag:yaml.org,2002:bool"]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def load_mapping(text: str, name: str) -> FieldMapping:
    """
    Read a mapping and check it against the facts standard.

    :raises MappingError: when it is no YAML, or names a table, column, field or reader that does not exist.
    """
    try:
        data = yaml.load(text, Loader=_PlainLoader)  # noqa: S506 - a safe loader
    except yaml.YAMLError as error:
        raise MappingError(f"映射“{name}”不是合法的 YAML：{str(error).splitlines()[0]}。") from error
    if not isinstance(data, dict) or not isinstance(data.get("fields"), dict) or not data.get("tables"):
        raise MappingError(f"映射“{name}”缺少 fields 或者 tables。")
    try:
        fields = {str(key): _strings(value) for key, value in data["fields"].items()}
        match = data.get("match") or list(fields)
        groups = [_strings(group) for group in match] if match and isinstance(match[0], list) else [_strings(match)]
        for group in groups:
            _known(group, fields, name)
        _known(data.get("keep") or (), fields, name)
        targets = tuple(_target(entry, fields, name) for entry in data["tables"])
        if targets[0].when or targets[0].among or targets[0].split:
            raise MappingError(f"映射“{name}”的第一张表是主表，每一行都要生成，不能写 when、among 或者 split。")
        return FieldMapping(
            id=str(data.get("id") or name),
            label=str(data.get("label") or name),
            description=str(data.get("description") or ""),
            fields=fields,
            match=tuple(groups),
            targets=targets,
            checks=_checks(data.get("checks") or {}, fields, name),
            keep=_strings(data.get("keep") or ()),
            skips=tuple(
                Skip(
                    field=entry["field"],
                    values=frozenset(value.casefold() for value in _strings(entry["values"])),
                    reason=entry["reason"],
                )
                for entry in data.get("skip") or ()
            ),
            priority=int(data.get("priority") or 0),
            export=_export(data["export"], fields, targets[0].table, name) if "export" in data else None,
        )
    except (AttributeError, KeyError, TypeError, ValueError, IndexError) as error:
        raise MappingError(f"映射“{name}”的写法不对：{error}。") from error


def _strings(value: Any) -> tuple[str, ...]:
    return (str(value),) if isinstance(value, str | int | float) else tuple(str(part) for part in value)


def _known(names: Iterable[str], fields: Mapping[str, object], mapping: str) -> None:
    for name in names:
        if name not in fields:
            raise MappingError(f"映射“{mapping}”用到了没有声明的字段“{name}”。", field=name)


def _checks(data: Mapping[str, str], fields: Mapping[str, object], mapping: str) -> dict[str, str]:
    _known(data, fields, mapping)
    for kind in data.values():
        if kind not in CHECKS:
            raise MappingError(f"映射“{mapping}”里没有“{kind}”这种校验。")
    return dict(data)


def _target(data: Mapping[str, Any], fields: Mapping[str, object], mapping: str) -> Target:
    name = data["table"]
    if name not in TABLES:
        raise MappingError(f"映射“{mapping}”里的表“{name}”不在数据标准里。", table=name)
    table = TABLES[name]
    rules = []
    for column, spec in data["columns"].items():
        if column not in table.names:
            raise MappingError(f"映射“{mapping}”里的列“{column}”不在“{table.label}”表里。", column=column)
        rules.append(_rule(column, spec, fields, mapping))
    missing = set(table.required) - {rule.column for rule in rules} - ({"event_id"} if name == "events" else set())
    if missing:
        raise MappingError(f"映射“{mapping}”没有给出“{table.label}”表的必填列：{'、'.join(sorted(missing))}。")
    among = tuple((str(key), frozenset(_strings(value))) for key, value in (data.get("among") or {}).items())
    when, split = _strings(data.get("when") or ()), _strings(data.get("split") or ())
    _known((*when, *split, *(key for key, _ in among)), fields, mapping)
    return Target(
        table=table,
        rules=tuple(rules),
        when=when,
        among=among,
        unique=bool(data.get("unique", False)),
        split=split,
    )


def _export(data: Mapping[str, Any], fields: Mapping[str, object], main: Table, mapping: str) -> Export:
    if unknown := set(data) - _EXPORT_KEYS:
        raise MappingError(f"映射“{mapping}”的 export 里“{'、'.join(sorted(unknown))}”不认识。")
    lists = {key: _strings(data.get(key) or ()) for key in ("omit", "own", "require", "days")}
    personal = {str(key): str(value) for key, value in (data.get("personal") or {}).items()}
    compose = {str(key): str(value) for key, value in (data.get("compose") or {}).items()}
    absent = {name: str(reason) for reason, names in (data.get("absent") or {}).items() for name in _strings(names)}
    unless = {str(key): str(value) for key, value in (data.get("unless") or {}).items()}
    for names in (*lists.values(), personal, compose, absent):
        _known(names, fields, mapping)
    for key, known, given in (("personal", PERSONAL, personal), ("compose", COMPOSED, compose)):
        if wrong := set(given.values()) - known:
            raise MappingError(f"映射“{mapping}”的 export 里没有“{'、'.join(sorted(wrong))}”这种 {key}。")
    for column in unless:
        if column not in main.names:
            raise MappingError(f"映射“{mapping}”里的列“{column}”不在“{main.label}”表里。", column=column)
    return Export(
        sheet=str(data.get("sheet") or ""), unless=unless, personal=personal, compose=compose, absent=absent, **lists
    )


def _rule(column: str, spec: Any, fields: Mapping[str, object], mapping: str) -> Rule:
    if isinstance(spec, str):
        spec = {"from": spec}
    if unknown := set(spec) - _RULE_KEYS:
        raise MappingError(f"映射“{mapping}”里“{column}”的写法“{'、'.join(sorted(unknown))}”不认识。")
    used = _strings(spec.get("from") or ())
    _known(used, fields, mapping)
    if (read := spec.get("read")) is not None and read not in READERS:
        raise MappingError(f"映射“{mapping}”里没有“{read}”这种读法。", reader=read)
    if (unit := spec.get("unit")) is not None and unit not in FEN_PER_UNIT:
        raise MappingError(f"映射“{mapping}”里没有“{unit}”这个金额单位。", unit=unit)
    agrees = None
    if "agrees_with" in spec:
        _known((spec["agrees_with"],), fields, mapping)
        agrees = (str(spec["agrees_with"]), str(spec["agrees_read"]))
        if agrees[1] not in READERS:
            raise MappingError(f"映射“{mapping}”里没有“{agrees[1]}”这种读法。")
    also = _strings(spec.get("also") or ())
    _known([*also, *(spec[key] for key in ("person", "secret", "hidden") if key in spec)], fields, mapping)
    return Rule(
        column=column,
        fields=used,
        constant=None if spec.get("const") is None else str(spec["const"]),
        prefix=None if spec.get("id") is None else str(spec["id"]),
        also=also,
        person=spec.get("person"),
        secret=spec.get("secret"),
        hidden=spec.get("hidden"),
        or_row=bool(spec.get("or_row", False)),
        many=bool(spec.get("many", False)),
        read=read,
        unit=unit,
        words=tuple((narrow(str(key)).casefold(), str(value)) for key, value in (spec.get("map") or {}).items()),
        within=tuple((str(key), str(value)) for key, value in (spec.get("within") or {}).items()),
        otherwise=spec.get("otherwise"),
        keep_others=bool(spec.get("keep_others", True)),
        agrees=agrees,
    )


@cache
def built_in() -> tuple[FieldMapping, ...]:
    """Return the mappings that come with the platform, the most particular first."""
    folder = resources.files("mingjing.facts") / "mappings"
    found = [
        load_mapping(entry.read_text("utf-8"), entry.name) for entry in folder.iterdir() if entry.name.endswith(".yaml")
    ]
    return tuple(sorted(found, key=lambda mapping: (-mapping.priority, mapping.id)))


def mapping_of(name: str | Path) -> FieldMapping:
    """
    Return a mapping by the id of a built-in one, or from a file.

    :raises MappingError: when there is neither.
    """
    for mapping in built_in():
        if mapping.id == str(name):
            return mapping
    path = Path(name)
    if not path.is_file():
        known = "、".join(mapping.id for mapping in built_in())
        raise MappingError(f"没有“{name}”这个映射，也没有这个文件。现有映射：{known}。")
    try:
        return load_mapping(path.read_text("utf-8-sig"), path.name)
    except (OSError, UnicodeError) as error:
        raise MappingError(f"映射文件“{path.name}”读不了，请存为 UTF-8。") from error


# ---------------------------------------------------------------------------------------------------------- applying


class Applied:
    """A mapping bound to the headers of one source."""

    def __init__(self, mapping: FieldMapping, headers: Sequence[str], file: str) -> None:
        self.mapping = mapping
        self.file = file
        self.headers = mapping.resolve(headers)
        used = set(self.headers.values())
        kept = {self.headers[name] for name in mapping.keep if name in self.headers}
        self.aside = tuple(header for header in headers if header not in used or header in kept)
        self.unknown = tuple(header for header in headers if header not in used)

    def given(self, target: Target) -> tuple[str, ...]:
        """Say which columns of a target table this source can fill."""
        return tuple(rule.column for rule in target.rules if self._is_possible(rule))

    def can_fill(self, target: Target) -> bool:
        """Say whether this source has what the rows of a target table cannot be made without."""
        if target.split and not any(name in self.headers for name in target.split):
            return False
        return all(name in self.headers for name in (*target.when, *(name for name, _ in target.among)))

    def _is_possible(self, rule: Rule) -> bool:
        return (
            rule.constant is not None
            or rule.or_row
            or not rule.fields
            or any(name in self.headers for name in rule.fields)
        )

    def texts(self, batch: Batch) -> dict[str, pa.Array]:
        """Return the cleaned text of every field of the mapping that the source has."""
        return {name: clean(batch.columns[header]) for name, header in self.headers.items()}

    def apply(self, batch: Batch, texts: Mapping[str, pa.Array], wanted: npt.NDArray[np.int64]) -> list[Derived]:
        """Make the rows of all target tables that this source can fill out of the wanted rows of a batch."""
        return [self._derive(target, batch, texts, wanted) for target in self.mapping.targets if self.can_fill(target)]

    def _derive(
        self, target: Target, batch: Batch, texts: Mapping[str, pa.Array], wanted: npt.NDArray[np.int64]
    ) -> Derived:
        index = self._rows_for(target, texts, wanted)
        places = pa.array(index)
        local = {name: values.take(places) for name, values in texts.items()}
        derived = Derived(
            table=target.table, columns={}, units={}, origin={}, flaws={}, index=index, unique=target.unique
        )
        parts = None
        if target.split:
            local, parts = self._split(target, derived, local)
        rows = pc.cast(pa.array(batch.rows[derived.index]), pa.string())
        for rule in target.rules:
            # a required column that the source lacks is blank: the row is then named, and does not stand
            if self._is_possible(rule) or rule.column in target.table.required:
                is_part = parts is not None and not set(target.split).isdisjoint(rule.fields)
                self._fill(rule, derived, local, pc.binary_join_element_wise(rows, parts, ".") if is_part else rows)
        return derived

    def _split(
        self, target: Target, derived: Derived, texts: Mapping[str, pa.Array]
    ) -> tuple[dict[str, pa.Array], pa.Array]:
        """Make a row of each value in the cells that hold several, and number the values of a row."""
        names = [name for name in target.split if name in texts]
        needed = [name for name in names if name in target.when]
        slots: list[int] = []
        numbers: list[str] = []
        parts: dict[str, list[str | None]] = {name: [] for name in names}
        unpaired: dict[str, list[Flaw]] = {}
        for row, cells in enumerate(zip(*(texts[name].to_pylist() for name in names), strict=True)):
            values = [_slots(cell) for cell in cells]
            count = next((len(found) for found in values if found), 0)
            paired = [_pair(found, count) for found in values]
            for name, found in zip(names, paired, strict=True):
                if found is None:
                    unpaired.setdefault(name, []).append(self._unpaired(names[0], count, len(slots)))
            for number, together in enumerate(
                zip(*(found or [None] * count for found in paired), strict=True), start=1
            ):
                if any(together) and all(together[names.index(name)] for name in needed):
                    slots.append(row)
                    numbers.append(str(number))
                    for name, value in zip(names, together, strict=True):
                        parts[name].append(value)
        places = pa.array(slots, pa.int64())
        if target is next(one for one in self.mapping.targets if one.split == target.split):
            for name, flaws in unpaired.items():
                column = next((rule.column for rule in target.rules if name in rule.fields), target.rules[0].column)
                derived.conflicts[column] = flaws
                derived.originals[column] = texts[name].take(places)
        local = {name: values.take(places) for name, values in texts.items()}
        local |= {name: pa.array(values, pa.string()) for name, values in parts.items()}
        derived.index = derived.index[np.asarray(slots, dtype=np.int64)]
        return local, pa.array(numbers, pa.string())

    def _unpaired(self, leader: str, count: int, index: int) -> Flaw:
        return Flaw(
            index=index,
            reason=f"同一行的“{self.headers[leader]}”有 {count} 个，这里的个数不同，不能一一对应。",
            remedy="请逐个写全，次序一致；没有的写成空位，如“甲、、丙”。",
        )

    def _rows_for(
        self, target: Target, texts: Mapping[str, pa.Array], wanted: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.int64]:
        index = wanted
        for name in target.when:
            if name not in texts:
                return index[:0]
            index = index[pc.is_valid(texts[name]).to_numpy(zero_copy_only=False)[index]]
        for name, values in target.among:
            if name not in texts:
                return index[:0]
            index = index[
                pc.is_in(texts[name], value_set=pa.array(sorted(values))).to_numpy(zero_copy_only=False)[index]
            ]
        return index

    def _fill(self, rule: Rule, derived: Derived, texts: Mapping[str, pa.Array], marks: pa.Array) -> None:
        count = len(marks)
        present = [name for name in rule.fields if name in texts]
        derived.origin[rule.column] = "、".join(self.headers[name] for name in present)
        if present and (unit := unit_in_header(self.headers[present[0]]) or rule.unit):
            derived.units[rule.column] = unit
        if rule.prefix is not None:
            derived.columns[rule.column] = self._identify(rule, present, texts, marks)
            return
        if rule.constant is not None:
            derived.columns[rule.column] = pa.repeat(pa.scalar(rule.constant), count)
            return
        values = pc.coalesce(*(texts[name] for name in present)) if present else pa.nulls(count, pa.string())
        derived.originals[rule.column] = values
        if rule.read is not None:
            values, flaws = read_distinct(values, pc.is_valid(values), READERS[rule.read], pa.string())
            derived.flaws[rule.column] = flaws
        if rule.words or rule.within:
            values, _ = read_distinct(values, pc.is_valid(values), lambda text: _translate(rule, text), pa.string())
        if rule.otherwise is not None:
            values = pc.fill_null(values, rule.otherwise)
        if rule.agrees is not None and rule.agrees[0] in texts:
            values = _agree(rule, derived, values, texts[rule.agrees[0]])
        derived.columns[rule.column] = values

    def _identify(self, rule: Rule, present: Sequence[str], texts: Mapping[str, pa.Array], marks: pa.Array) -> pa.Array:
        """
        Make identifiers: the prefix and the first filled field; or the file and row, where nothing is filled.

        Two equal names of persons are two people until something else shows that they are one.
        """
        prefix = rule.prefix or ""
        by_row = pc.binary_join_element_wise(pa.repeat(f"{prefix}{self.file}#", len(marks)), marks, "")
        if not present:
            return by_row
        if rule.many:
            made, _ = read_distinct(
                texts[present[0]], pc.is_valid(texts[present[0]]), lambda text: _identify_each(rule, text), pa.string()
            )
            return made
        parts = [self._veiled(rule, name, texts[name]) for name in present]
        key = self._read_key(rule, pc.coalesce(*parts))
        if whole := [self._veiled(rule, name, texts[name]) for name in rule.also if name in texts]:
            key = pc.binary_join_element_wise(key, self._read_key(rule, pc.coalesce(*whole)), WHOLE)
        made = pc.binary_join_element_wise(pa.repeat(prefix, len(marks)), key, "")
        if rule.person is not None and rule.person in texts:
            names = texts[rule.person]
            others = [part for name, part in zip(present, parts, strict=True) if name != rule.person]
            only_name = pc.is_null(pc.coalesce(*others)) if others else pc.is_valid(names)
            person, _ = read_distinct(names, pc.and_(pc.is_valid(names), only_name), _may_be_several, pa.bool_())
            made = pc.if_else(pc.fill_null(person, False), by_row, made)
        return pc.coalesce(made, by_row) if rule.or_row else made

    @staticmethod
    def _read_key(rule: Rule, key: pa.Array) -> pa.Array:
        if rule.read is None:
            return key
        return read_distinct(key, pc.is_valid(key), READERS[rule.read], pa.string())[0]

    def _veiled(self, rule: Rule, name: str, values: pa.Array) -> pa.Array:
        if name == rule.secret:
            return self._secret(values)
        if name == rule.hidden:
            return read_distinct(values, pc.is_valid(values), _veil, pa.string())[0]
        return values

    @staticmethod
    def _secret(values: pa.Array) -> pa.Array:
        """Put a digest in the place of a number that must not become an identifier."""
        digests, _ = read_distinct(values, pc.is_valid(values), _digest, pa.string())
        return digests


def _digest(text: str) -> str:
    return "#" + hashlib.sha256(narrow(text).upper().encode()).hexdigest()[:20]


def _veil(code: str) -> str | None:
    """Put a digest in the place of an identity number among other codes; a masked one tells nobody apart."""
    if _is_masked_code(code):
        return None
    return _digest(code) if is_identity_like(code) else code


def _identify_each(rule: Rule, text: str) -> str | None:
    read = READERS[rule.read] if rule.read is not None else str
    made = [f"{rule.prefix}{value}" for part in _slots(text) if part and (value := read(part))]
    return "|".join(dict.fromkeys(made)) or None


def _slots(cell: str | None) -> list[str | None]:
    """Take apart what stands in one cell; a place that was left blank stays one."""
    if cell is None:
        return []
    parts = [part.strip() or None for part in BETWEEN.split(cell)]
    return parts if any(parts) else []


def _pair(values: list[str | None], count: int) -> list[str | None] | None:
    """Bring values to as many places as there are of the leading ones; ``None`` where they do not fit."""
    if len(values) == count or not values or not count:
        return values if count else []
    filled: list[str | None] = [value for value in values if value]
    return filled if len(filled) == count else None


def _may_be_several(name: str) -> bool:
    """Say whether two rows with this name need not mean one party: a person's name, or a masked one."""
    return is_masked(name) or _party_kind(name) == "citizen"


def _translate(rule: Rule, text: str) -> str | None:
    plain = narrow(text).casefold()
    for key, value in rule.words:
        if plain == key:
            return value
    for part, value in rule.within:
        if part in text:
            return value
    return text if rule.keep_others else None


def _agree(rule: Rule, derived: Derived, values: pa.Array, other: pa.Array) -> pa.Array:
    """Empty an amount that contradicts the words of the same row: nobody can say which of the two is right."""
    assert rule.agrees is not None
    reader, unit = READERS[rule.agrees[1]], derived.units.get(rule.column)
    conflicts: list[Flaw] = []
    checked = values.to_pylist()
    for index, (amount, words) in enumerate(zip(checked, other.to_pylist(), strict=True)):
        if amount is None or words is None:
            continue
        try:
            stated, counted = reader(words), parse_amount(amount, unit=unit)
        except UnreadableValueError:
            continue
        if stated is not None and int(stated) != counted and int(stated) > 0:
            conflicts.append(
                Flaw(
                    index=index,
                    reason=f"折合 {_yuan(counted)} 元，而处罚内容写的是 {_yuan(int(stated))} 元。",
                    remedy=f"请核对金额和单位（本列以{unit or '分'}计）。",
                )
            )
            checked[index] = None
    if not conflicts:
        return values
    derived.conflicts[rule.column] = conflicts
    return pa.array(checked, pa.string())


def _yuan(fen: int) -> str:
    return f"{fen // 100:,}" if fen % 100 == 0 else f"{fen / 100:,.2f}"
