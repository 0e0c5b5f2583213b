"""
What a case is like, in a small fixed vocabulary, and conditions on it that answer yes, no or *not known*.

Conditions of tiers, of leniency lists and of major cases are all written with it, so that the calculator, the matching of
lists and the marking of a case cannot differ.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from mingjing.kernel.errors import DomainError
from mingjing.kernel.money import fen_of, in_yuan
from mingjing.kernel.truth import all_of

type Answer = bool | int | str
type Circumstances = Mapping[str, Answer | None]


class FactKind(StrEnum):
    """What sort of answer a question has."""

    FLAG = "flag"
    CHOICE = "choice"
    FEN = "fen"
    COUNT = "count"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A question about the case; ``choices`` are stable codes with their labels."""

    code: str
    label: str
    kind: FactKind
    choices: tuple[tuple[str, str], ...] = ()
    help: str = ""


_HARM: Final = (("none", "没有危害后果"), ("minor", "后果轻微"), ("moderate", "造成一定后果"), ("serious", "后果严重"))
_PARTIES: Final = (("citizen", "公民"), ("individual_business", "个体工商户"), ("organization", "法人或者其他组织"))

FACTS: Final[Mapping[str, Fact]] = {
    fact.code: fact
    for fact in (
        Fact(code="first_time", label="初次违法", kind=FactKind.FLAG, help="此前没有因同类行为受过处理。"),
        Fact(code="trivial", label="违法行为轻微", kind=FactKind.FLAG),
        Fact(
            code="corrected",
            label="已及时改正",
            kind=FactKind.FLAG,
            help="在责令改正的期限以内，或者查处以前主动改正。",
        ),
        Fact(code="harm", label="危害后果", kind=FactKind.CHOICE, choices=_HARM),
        Fact(code="party", label="当事人", kind=FactKind.CHOICE, choices=_PARTIES),
        Fact(code="age", label="当事人年龄", kind=FactKind.COUNT, help="当事人是公民的填写，周岁。"),
        Fact(code="no_fault", label="证明没有主观过错", kind=FactKind.FLAG),
        Fact(code="relieved", label="主动消除或者减轻危害后果", kind=FactKind.FLAG),
        Fact(code="coerced", label="受他人胁迫或者诱骗", kind=FactKind.FLAG),
        Fact(code="confessed", label="主动供述行政机关尚未掌握的违法行为", kind=FactKind.FLAG),
        Fact(code="merit", label="配合查处有立功表现", kind=FactKind.FLAG),
        Fact(code="refused_correction", label="责令改正后拒不改正", kind=FactKind.FLAG),
        Fact(code="obstructed", label="妨碍、抗拒执法或者毁灭证据", kind=FactKind.FLAG),
        Fact(code="emergency", label="发生在突发事件应对期间", kind=FactKind.FLAG),
        Fact(code="repeated_times", label="两年内同类违法次数", kind=FactKind.COUNT, help="含本次。"),
        Fact(code="duration_days", label="持续天数", kind=FactKind.COUNT),
        Fact(code="gains_fen", label="违法所得", kind=FactKind.FEN),
        Fact(code="value_fen", label="货值金额", kind=FactKind.FEN),
        Fact(code="quantity", label="数量", kind=FactKind.COUNT, help="按计量单位处罚的，填涉案的单位数。"),
        Fact(code="fine_fen", label="拟处罚款", kind=FactKind.FEN),
        Fact(code="confiscated_fen", label="拟没收金额", kind=FactKind.FEN),
        Fact(code="regions", label="涉及的县（市、区）数", kind=FactKind.COUNT),
        Fact(code="parties_count", label="当事人数", kind=FactKind.COUNT),
        Fact(code="public_interest", label="涉及重大公共利益", kind=FactKind.FLAG),
        Fact(code="social_impact", label="有重大社会影响", kind=FactKind.FLAG),
        Fact(code="complex_relations", label="疑难复杂，涉及多个法律关系", kind=FactKind.FLAG),
        Fact(code="heavy_penalty", label="拟吊销证照、停产停业、关闭或者限制从业", kind=FactKind.FLAG),
    )
}


class Operator(StrEnum):
    """How an answer is compared."""

    IS = "is"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    ABOVE = "above"
    BELOW = "below"
    IN = "in"

    @property
    def label(self) -> str:
        """Write it before a value."""
        return {"is": "为", "at_least": "达到", "at_most": "不超过", "above": "超过", "below": "不满", "in": "为"}[
            self.value
        ]


class UnknownFactError(DomainError):
    """A condition asks for something that no case tells, or compares it with something that it cannot be."""

    code = "discretion.unknown_fact"


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One condition on one fact, such as *harm is one of none, minor*."""

    fact: str
    operator: Operator = Operator.IS
    value: Answer | tuple[str, ...] = True

    def __post_init__(self) -> None:
        fact = FACTS.get(self.fact)
        if fact is None:
            raise UnknownFactError(f"没有“{self.fact}”这样的情节。可用的有：{'、'.join(FACTS)}。")
        ordered = self.operator in (Operator.AT_LEAST, Operator.AT_MOST, Operator.ABOVE, Operator.BELOW)
        if ordered != (fact.kind in (FactKind.FEN, FactKind.COUNT)) and not (
            self.operator is Operator.IS and fact.kind is FactKind.COUNT
        ):
            raise UnknownFactError(f"“{fact.label}”不能这样比较（{self.operator.value}）。")
        if fact.kind is FactKind.FLAG and not isinstance(self.value, bool):
            raise UnknownFactError(f"“{fact.label}”只能是或否。")
        if fact.kind in (FactKind.FEN, FactKind.COUNT) and (
            isinstance(self.value, bool) or not isinstance(self.value, int)
        ):
            raise UnknownFactError(f"“{fact.label}”要和整数比较。")
        known = {code for code, _ in fact.choices}
        named = self.value if isinstance(self.value, tuple) else (self.value,)
        if fact.kind is FactKind.CHOICE and not set(named) <= known:
            raise UnknownFactError(f"“{fact.label}”只能是：{'、'.join(label for _, label in fact.choices)}。")

    def holds(self, circumstances: Circumstances) -> bool | None:
        """Say whether the case meets it; ``None`` where the case does not tell."""
        answer = circumstances.get(self.fact)
        if answer is None:
            return None
        if isinstance(self.value, tuple):
            return answer in self.value
        if self.operator in (Operator.IS, Operator.IN):
            return answer == self.value
        assert isinstance(answer, int) and isinstance(self.value, int)
        return {
            Operator.AT_LEAST: answer >= self.value,
            Operator.AT_MOST: answer <= self.value,
            Operator.ABOVE: answer > self.value,
            Operator.BELOW: answer < self.value,
        }[self.operator]

    @property
    def label(self) -> str:
        """Write it for a reader: 货值金额不满1万元."""
        fact = FACTS[self.fact]
        if fact.kind is FactKind.FLAG:
            return fact.label if self.value else f"不属于“{fact.label}”"
        if fact.kind is FactKind.CHOICE:
            named = self.value if isinstance(self.value, tuple) else (self.value,)
            return f"{fact.label}：{'或者'.join(dict(fact.choices)[str(one)] for one in named)}"
        assert isinstance(self.value, int)
        return f"{fact.label}{self.operator.label}{in_yuan(self.value) if fact.kind is FactKind.FEN else self.value}"


def all_hold(criteria: tuple[Criterion, ...], circumstances: Circumstances) -> bool | None:
    """Say whether all conditions hold; ``None`` where none fails but some are not known."""
    return all_of(one.holds(circumstances) for one in criteria)


def unanswered(criteria: tuple[Criterion, ...], circumstances: Circumstances) -> tuple[Fact, ...]:
    """List the facts that the conditions need and the case does not tell."""
    return tuple(FACTS[one.fact] for one in criteria if circumstances.get(one.fact) is None)


def criteria_as_data(criteria: tuple[Criterion, ...]) -> list[dict[str, object]]:
    """Write conditions as plain data."""
    return [
        {
            "fact": one.fact,
            "operator": one.operator.value,
            "value": list(one.value) if isinstance(one.value, tuple) else one.value,
        }
        for one in criteria
    ]


def criteria_of_data(rows: object) -> tuple[Criterion, ...]:
    """
    Read conditions from :func:`criteria_as_data`.

    :raises UnknownFactError: if a condition is malformed
    """
    if not isinstance(rows, list):
        raise UnknownFactError("条件应当是一个列表。")
    found = []
    for row in rows:
        value = row.get("value", True)
        if row.get("operator", "is") not in {one.value for one in Operator}:
            raise UnknownFactError(f"不认识比较方式“{row.get('operator')}”。")
        found.append(
            Criterion(
                fact=str(row.get("fact", "")),
                operator=Operator(row.get("operator", "is")),
                value=tuple(str(one) for one in value) if isinstance(value, list) else value,
            )
        )
    return tuple(found)


_CHOICE_WORDS: Final = {label: code for fact in FACTS.values() for code, label in fact.choices}
_HALF_WIDTH: Final = {0xFF1D: "=", 0xFF1C: "<", 0xFF1E: ">"}
_OPERATOR_WORDS: Final = {
    "≥": Operator.AT_LEAST,
    "≤": Operator.AT_MOST,
    ">": Operator.ABOVE,
    "<": Operator.BELOW,
    "=": Operator.IS,
}


def read_criteria(text: str) -> tuple[Criterion, ...]:
    """
    Read conditions as an editor types them, one a line or between ；: ``初次违法``, ``危害后果=后果轻微|没有危害后果``, ``货值金额<10000元``.

    :raises UnknownFactError: if a line names no known fact
    """
    labels = {fact.label: fact for fact in FACTS.values()}
    found = []
    for line in text.replace("；", "\n").replace(";", "\n").splitlines():
        words = line.strip().translate(_HALF_WIDTH).replace(">=", "≥").replace("<=", "≤")
        if not words:
            continue
        sign = next((one for one in _OPERATOR_WORDS if one in words), "")
        name, _, value = (part.strip() for part in words.partition(sign)) if sign else (words, "", "")
        wanted = not name.startswith(("非", "不是"))
        fact = labels.get(name) or labels.get(name.removeprefix("不是").removeprefix("非"))
        if fact is None:
            raise UnknownFactError(f"看不懂条件“{line.strip()}”。可用的情节：{'、'.join(labels)}。")
        found.append(_criterion(fact, _OPERATOR_WORDS.get(sign, Operator.IS), value, wanted=wanted))
    return tuple(found)


def write_criteria(criteria: tuple[Criterion, ...]) -> str:
    """Write conditions as :func:`read_criteria` reads them, one a line."""
    signs = {operator: sign for sign, operator in _OPERATOR_WORDS.items()}
    lines = []
    for one in criteria:
        fact = FACTS[one.fact]
        if fact.kind is FactKind.FLAG:
            lines.append(fact.label if one.value else f"非{fact.label}")
        elif fact.kind is FactKind.CHOICE:
            named = one.value if isinstance(one.value, tuple) else (one.value,)
            lines.append(f"{fact.label}={'|'.join(dict(fact.choices)[str(code)] for code in named)}")
        else:
            assert isinstance(one.value, int)
            shown = in_yuan(one.value).replace(",", "") if fact.kind is FactKind.FEN else str(one.value)
            lines.append(f"{fact.label}{signs[one.operator]}{shown}")
    return "\n".join(lines)


def _criterion(fact: Fact, operator: Operator, value: str, *, wanted: bool) -> Criterion:
    if fact.kind is FactKind.FLAG:
        return Criterion(fact=fact.code, value=wanted and value not in ("否", "不"))
    if fact.kind is FactKind.CHOICE:
        named = [_CHOICE_WORDS.get(one.strip(), one.strip()) for one in value.split("|")]
        if len(named) > 1:
            return Criterion(fact=fact.code, operator=Operator.IN, value=tuple(named))
        return Criterion(fact=fact.code, value=named[0])
    if fact.kind is FactKind.FEN:
        return Criterion(fact=fact.code, operator=operator, value=fen_of(value))
    if not value.isdigit():
        raise UnknownFactError(f"“{fact.label}”要和整数比较，“{value}”不是。")
    return Criterion(fact=fact.code, operator=operator, value=int(value))
