"""What was answered to what a step asks, read and judged before anything else is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from mingjing.domain.procedures.model import Answer, Ask, AskKind, Into, Step
from mingjing.kernel.errors import DomainError
from mingjing.kernel.money import fen_of

MOST: Final = 20_000
"""Characters that an answer may have."""


class AnswersError(DomainError):
    """Something asked for is missing, or is not what was asked for; ``facts["fields"]`` says what at which."""

    code = "procedures.answers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The answers to a step, each where it belongs. ``people`` are pairs of role and officer."""

    step: Mapping[str, Answer]
    case: Mapping[str, Answer]
    words: Mapping[str, Answer]


def read(
    step: Step,
    given: Mapping[str, object],
    *,
    options: Mapping[str, Iterable[str]] | None = None,
    partial: bool = False,
) -> Answers:
    """
    Read the answers to a step. Amounts are whole fen (``int``) or yuan in words (``"1,200.50"``); days are ISO.

    ``options`` are the codes allowed where an ask names a list that depends on the case. A name that the step does not ask
    for is refused, not dropped. With ``partial``, what is missing or unreadable is left out: the form is still being filled.

    :raises AnswersError: if something is missing, unreadable or not asked for, with all such fields
    """
    asks = {ask.name: ask for ask in step.asks}
    wrong: dict[str, list[str]] = {
        name: ["这个环节没有这一项。"] for name in given if name not in asks and given[name] not in (None, "", [], ())
    }
    found: dict[Into, dict[str, Answer]] = {into: {} for into in Into}
    for name, ask in asks.items():
        try:
            value = _read(ask, given.get(name), tuple((options or {}).get(ask.options, ())))
        except ValueError as error:
            wrong.setdefault(name, []).append(str(error))
            continue
        if value in (None, "", ()) and ask.required:
            wrong.setdefault(name, []).append("必填。")
            continue
        if (name in given and not (partial and value is None)) or ask.into is not Into.CASE:
            found[ask.into][name] = value
    if wrong and not partial:
        said = "；".join(f"{asks[name].label if name in asks else name}：{''.join(why)}" for name, why in wrong.items())
        raise AnswersError(f"填写的内容有问题：{said}", fields=wrong)
    return Answers(step=found[Into.STEP], case=found[Into.CASE], words=found[Into.WORDS])


def _read(ask: Ask, value: object, options: tuple[str, ...]) -> Answer:
    if value in (None, "", [], ()):
        return () if ask.kind is AskKind.CHOICES else None
    match ask.kind:
        case AskKind.TEXT | AskKind.LONG_TEXT:
            text = str(value).strip()
            if len(text) > MOST:
                raise ValueError(f"最多 {MOST} 个字，现有 {len(text)} 个。")
            return text
        case AskKind.DAY:
            return _day(value)
        case AskKind.MOMENT:
            return _moment(value)
        case AskKind.FEN:
            return _fen(value)
        case AskKind.WHOLE:
            return _whole(value)
        case AskKind.FLAG:
            return _flag(value)
        case AskKind.CHOICE:
            return _one_of(str(value), ask, options)
        case AskKind.CHOICES:
            chosen = value if isinstance(value, list | tuple) else str(value).split("|")
            return tuple(_one_of(str(one), ask, options) for one in chosen)


def _day(value: object) -> str:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise ValueError(f"“{value}”不是日期，请写成 2026-11-20 的形式。") from None


def _moment(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    try:
        return datetime.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise ValueError(f"“{value}”不是时间，请写成 2026-11-20 09:30 的形式。") from None


def _fen(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        amount = value
    else:
        try:
            amount = fen_of(str(value))
        except DomainError as error:
            raise ValueError(str(error)) from None
    if amount < 0:
        raise ValueError("金额不能是负数。")
    return amount


def _whole(value: object) -> int:
    try:
        return int(str(value))
    except ValueError:
        raise ValueError(f"“{value}”不是整数。") from None


def _flag(value: object) -> bool:
    if isinstance(value, bool):
        return value
    text = str(value).strip().lower()
    if text in ("true", "on", "1", "yes", "是"):
        return True
    if text in ("false", "off", "0", "no", "否"):
        return False
    raise ValueError("请选择是或者否。")


def _one_of(value: str, ask: Ask, options: tuple[str, ...]) -> str:
    known = tuple(code for code, _ in ask.choices) or options
    if value not in known:
        raise ValueError(f"没有“{value}”这个选项。" + (f"可选：{'、'.join(known)}。" if options else ""))
    return value
