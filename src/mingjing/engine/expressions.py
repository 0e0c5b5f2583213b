"""
The SQL expressions of rules over one row, evaluated over arrays.

Rules for one case are compiled to expressions over a row of the frame: whole numbers, flags and nulls, comparisons, CASE
(:mod:`mingjing.engine.columns`). A cluster runs them as they stand. In the process the same texts are read into nodes, of
which those that several rules share are worked out once, for some rows at a time. Rows are taken matter by matter (by the
kinds of the cases), so that most of what a rule asks of other matters is answered once for all and not looked at further.

What is not such an expression raises :class:`NotAnExpressionError`; the database then answers.
"""

import re
from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, ClassVar, Final, NamedTuple

import numpy as np
import numpy.typing as npt

type Flags = npt.NDArray[np.bool_]
type Nulls = Flags | bool


class NotAnExpressionError(ValueError):
    """The text is more than an expression over one row."""


class Value(NamedTuple):
    """Numbers or flags (or one for all rows), and where they are null. A flag that is null is down."""

    v: Any
    n: Nulls = False


NULL: Final = Value(0, True)
TRUE: Final = Value(True)
FALSE: Final = Value(False)

type Node = int
type Columns = Callable[["Rows", str], Value]
"""Gives some rows' column by its name with alias, e.g. ``f.kind``."""


# -- nulls and flags -------------------------------------------------------------------------------------------------------
def _either(one: Nulls, other: Nulls) -> Nulls:
    if one is False:
        return other
    if other is False:
        return one
    return True if one is True or other is True else one | other


def _both(one: Nulls, other: Nulls) -> Nulls:
    if one is True:
        return other
    if other is True:
        return one
    return False if one is False or other is False else one & other


def _not(flags: Any) -> Any:
    return not flags if isinstance(flags, bool) else ~flags


def _flags(values: Any, nulls: Nulls) -> Value:
    """Flags that are down where they are null."""
    if isinstance(values, np.bool_):
        values = bool(values)
    if nulls is False:
        return Value(values)
    if nulls is True:
        return Value(False, True)
    return Value(values & ~nulls, nulls)


def _choose(condition: Flags, one: Value, other: Value) -> Value:
    """The one where the condition is met, else the other."""
    if one.n is True and other.n is True:
        return other
    if one.n is True:
        # No number stands for a null; a flag is down.
        return Value(other.v & ~condition if _is_flag(other.v) else other.v, _either(condition, other.n))
    if other.n is True:
        return Value(one.v & condition if _is_flag(one.v) else one.v, _either(~condition, one.n))
    nulls = one.n if one.n is other.n and isinstance(one.n, bool) else np.where(condition, one.n, other.n)
    if one.v is other.v and isinstance(one.v, bool):
        return Value(one.v, nulls)
    return Value(np.where(condition, one.v, other.v), nulls)


def _is_flag(values: Any) -> bool:
    return isinstance(values, bool) or getattr(values, "dtype", None) == np.bool_


# -- reading ---------------------------------------------------------------------------------------------------------------
_TOKEN: Final = re.compile(
    r"\s*(?:(?P<list>\[(?:true|false)(?:, (?:true|false))*\])|(?P<date>DATE '1970-01-01')|(?P<number>\d+)(?![\d.])"
    r"|(?P<name>[A-Za-z_][\w]*(?:\.\w+)?)|(?P<sign><>|<=|>=|//|[-+*%&=<>()\[\],]))"
)
_COMPARISONS: Final = frozenset(("=", "<>", "<", "<=", ">", ">="))
_TYPES: Final = frozenset(("TINYINT", "INTEGER", "BIGINT", "INT", "DATE"))
_LEAVES: Final = frozenset(("column", "constant", "flag", "list"))
_CALLS: Final = frozenset(("coalesce", "greatest", "least", "nullif"))


class _Pool:
    """Nodes, each different one once: what it does, and the nodes or constants that it does it with."""

    def __init__(self) -> None:
        self.nodes: list[tuple[Any, ...]] = []
        self._numbers: dict[tuple[Any, ...], int] = {}

    def add(self, *node: Any) -> int:
        number = self._numbers.get(node)
        if number is None:
            number = self._numbers[node] = len(self.nodes)
            self.nodes.append(node)
        return number


POOL: Final = _Pool()


class _Reader:
    """Reads one text."""

    def __init__(self, text: str) -> None:
        self._tokens: list[tuple[str, str]] = []
        at, end = 0, len(text.rstrip())
        while at < end:
            found = _TOKEN.match(text, at)
            if found is None or found.lastgroup is None:
                raise NotAnExpressionError(text[at : at + 40])
            self._tokens.append((found.lastgroup, found[found.lastgroup]))
            at = found.end()
        self._at = 0

    def whole(self) -> Node:
        node = self._or()
        if self._at != len(self._tokens):
            raise NotAnExpressionError(str(self._tokens[self._at]))
        return node

    def _peek(self, *words: str) -> bool:
        tokens = self._tokens[self._at : self._at + len(words)]
        return len(tokens) == len(words) and all(one[1] == word for one, word in zip(tokens, words, strict=True))

    def _take(self, *words: str) -> bool:
        if self._peek(*words):
            self._at += len(words)
            return True
        return False

    def _must(self, *words: str) -> None:
        if not self._take(*words):
            raise NotAnExpressionError(f"{words} at {self._tokens[self._at : self._at + 3]}")

    def _next(self) -> tuple[str, str]:
        if self._at >= len(self._tokens):
            raise NotAnExpressionError("the text ends early")
        self._at += 1
        return self._tokens[self._at - 1]

    def _or(self) -> Node:
        node = self._and()
        while self._take("OR"):
            node = POOL.add("or", node, self._and())
        return node

    def _and(self) -> Node:
        node = self._negated()
        while self._take("AND"):
            node = POOL.add("and", node, self._negated())
        return node

    def _negated(self) -> Node:
        return POOL.add("not", self._negated()) if self._take("NOT") else self._compared()

    def _compared(self) -> Node:
        node = self._bits()
        while True:
            if self._take("IS", "NOT", "NULL"):
                node = POOL.add("not", POOL.add("null", node))
            elif self._take("IS", "NULL"):
                node = POOL.add("null", node)
            elif self._take("IS", "FALSE"):
                node = POOL.add("false", node)
            elif self._take("NOT", "IN"):
                node = POOL.add("not", self._among(node))
            elif self._take("IN"):
                node = self._among(node)
            elif self._at < len(self._tokens) and self._tokens[self._at][1] in _COMPARISONS:
                sign = self._next()[1]
                node = POOL.add(sign, node, self._bits())
            else:
                return node

    def _among(self, node: Node) -> Node:
        self._must("(")
        numbers = []
        while not self._take(")"):
            kind, word = self._next()
            if kind != "number":
                raise NotAnExpressionError(word)
            numbers.append(int(word))
            self._take(",")
        return POOL.add("in", node, tuple(numbers))

    def _bits(self) -> Node:
        node = self._sum()
        while self._take("&"):
            node = POOL.add("&", node, self._sum())
        return node

    def _sum(self) -> Node:
        node = self._product()
        while True:
            if self._take("+"):
                node = self._moved(node) if self._take("to_months") else POOL.add("+", node, self._product())
            elif self._take("-"):
                node = POOL.add("-", node, self._product())
            else:
                return node

    def _moved(self, node: Node) -> Node:
        self._must("(")
        months = self._or()
        self._must(")")
        return POOL.add("months", node, months)

    def _product(self) -> Node:
        node = self._signed()
        while self._at < len(self._tokens) and self._tokens[self._at][1] in ("*", "//", "%"):
            sign = self._next()[1]
            node = POOL.add(sign, node, self._signed())
        return node

    def _signed(self) -> Node:
        if self._take("-"):
            return POOL.add("-", POOL.add("constant", 0), self._signed())
        node = self._one()
        while self._take("["):
            node = POOL.add("[]", node, self._or())
            self._must("]")
        return node

    def _one(self) -> Node:
        kind, word = self._next()
        match kind, word:
            case "list", _:
                return POOL.add("list", tuple(one == "true" for one in word[1:-1].split(", ")))
            case "date", _:
                return POOL.add("constant", 0)
            case "number", _:
                return POOL.add("constant", int(word))
            case "sign", "(":
                node = self._or()
                self._must(")")
                return node
            case "name", "CASE":
                return self._case()
            case "name", "CAST":
                return self._cast()
            case "name", "NULL":
                return POOL.add("constant", None)
            case "name", "true" | "false":
                return POOL.add("flag", word == "true")
            case "name", _ if word in _CALLS and self._take("("):
                given = [self._or()]
                while self._take(","):
                    given.append(self._or())
                self._must(")")
                return POOL.add(word, *given)
            case "name", _ if "." in word:
                return POOL.add("column", word)
        raise NotAnExpressionError(word)

    def _cast(self) -> Node:
        self._must("(")
        node = self._or()
        self._must("AS")
        kind = self._next()[1]
        if kind not in _TYPES:
            raise NotAnExpressionError(kind)
        self._must(")")
        return POOL.add("small" if kind == "TINYINT" else "cast", node)

    def _case(self) -> Node:
        subject = None if self._peek("WHEN") else self._or()
        given: list[Node] = []
        while self._take("WHEN"):
            when = self._or()
            given.append(when if subject is None else POOL.add("=", subject, when))
            self._must("THEN")
            given.append(self._or())
        given.append(self._or() if self._take("ELSE") else POOL.add("constant", None))
        self._must("END")
        return POOL.add("case", *given)


@lru_cache(maxsize=4_096)
def read(text: str) -> Node:
    """
    The node of an expression.

    :raises NotAnExpressionError: if the text is something else
    """
    return _Reader(text).whole()


# -- evaluating ------------------------------------------------------------------------------------------------------------
def _no(a: Value) -> Any:
    """Where a flag is surely down."""
    return False if a.n is True else ~(a.v | a.n)


def _compare(compare: Callable[[Any, Any], Any]) -> Callable[["Rows", Node, Node], Value]:
    def do(rows: "Rows", one: Node, other: Node) -> Value:
        a, b = rows.value(one), rows.value(other)
        nulls = _either(a.n, b.n)
        return Value(False, True) if nulls is True else _flags(compare(a.v, b.v), nulls)

    return do


def _reckon(reckon: Callable[[Any, Any], Any]) -> Callable[["Rows", Node, Node], Value]:
    def do(rows: "Rows", one: Node, other: Node) -> Value:
        a, b = rows.value(one), rows.value(other)
        nulls = _either(a.n, b.n)
        return NULL if nulls is True else Value(reckon(a.v, b.v), nulls)

    return do


def add_months(day: Any, months: Any) -> Any:
    """Move day numbers by whole months; where the month is shorter, to its last day."""
    days = np.asarray(day, dtype=np.int64)
    month = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    within = days - _first_day(month)
    moved = month + np.asarray(months, dtype=np.int64)
    begins = _first_day(moved)
    return begins + np.minimum(within, _first_day(moved + 1) - begins - 1)


def _first_day(month: Any) -> Any:
    return month.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


class Rows:
    """Some rows, for which nodes are worked out, each once."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._known: dict[Node, Value] = {}

    def value(self, node: Node) -> Value:
        """What a node comes to."""
        known = self._known.get(node)
        if known is None:
            does, *given = POOL.nodes[node]
            known = self._known[node] = self.DOES[does](self, *given)
        return known

    def forget(self, kept: Container[Node]) -> None:
        """Let go of what was worked out, but these nodes."""
        self._known = {node: value for node, value in self._known.items() if node in kept}

    def status(self, node: Node) -> Value:
        """The same for a status, of which the numbers are small."""
        does, *given = POOL.nodes[node]
        if does in ("small", "cast"):
            return self.status(given[0])
        if does == "case":
            return self._case(*given, part=self.status)
        found = self.value(node)
        return Value(np.int8(found.v), found.n) if isinstance(found.v, int) else Value(found.v.astype(np.int8), found.n)

    def _column(self, name: str) -> Value:
        return self._columns(self, name)

    def _constant(self, value: int | bool | None) -> Value:
        return NULL if value is None else Value(value)

    def _and(self, one: Node, other: Node) -> Value:
        a = self._flag(one)
        if a.v is False and a.n is False:
            return FALSE
        b = self._flag(other)
        if a.n is False and b.n is False:
            return Value(a.v & b.v) if not (a.v is True or b.v is True) else (b if a.v is True else a)
        if b.v is False and b.n is False:
            return FALSE
        down = _either(_not(a.v) if a.n is False else _no(a), _not(b.v) if b.n is False else _no(b))
        return _flags(a.v & b.v, _both(_either(a.n, b.n), _not(down)))

    def _or(self, one: Node, other: Node) -> Value:
        a = self._flag(one)
        if a.v is True:
            return TRUE
        b = self._flag(other)
        if b.v is True:
            return TRUE
        up = a.v | b.v
        nulls = _either(a.n, b.n)
        return Value(up, nulls if nulls is False else _both(nulls, _not(up)))

    def _flag(self, node: Node) -> Value:
        """A flag, where a bare null is one too."""
        found = self.value(node)
        return Value(False, True) if found.n is True else found

    def _negated(self, one: Node) -> Value:
        a = self._flag(one)
        return Value(_not(a.v)) if a.n is False else Value(_no(a), a.n)

    def _null(self, one: Node) -> Value:
        return Value(self.value(one).n)

    def _is_false(self, one: Node) -> Value:
        a = self._flag(one)
        return Value(_not(a.v) if a.n is False else _no(a))

    def _in(self, one: Node, numbers: tuple[int, ...]) -> Value:
        a = self.value(one)
        if isinstance(a.v, int):
            return _flags(a.v in numbers, a.n)
        if len(numbers) > 4:
            return _flags(np.isin(a.v, numbers), a.n)
        found = a.v == numbers[0]
        for number in numbers[1:]:
            found |= a.v == number
        return _flags(found, a.n)

    def _index(self, one: Node, place: Node) -> Value:
        items, at = self.value(one), self.value(place)
        values, lacking = items.v, np.zeros(len(items.v), dtype=np.bool_) if isinstance(items.n, bool) else items.n
        if isinstance(at.v, int):
            inside = 1 <= at.v <= len(values) and at.n is False
            if not inside or lacking[at.v - 1]:
                return NULL
            return Value(values[at.v - 1].item())
        outside = (at.v < 1) | (at.v > len(values))
        where = np.where(outside, 0, at.v - 1)
        nulls = _either(outside | lacking[where], at.n)
        found = values[where]
        if not np.any(nulls):
            nulls = False
        return _flags(found, nulls) if found.dtype == np.bool_ else Value(found, nulls)

    def _list(self, items: tuple[bool, ...]) -> Value:
        return Value(np.array(items, dtype=np.bool_))

    def _coalesce(self, first: Node, *others: Node) -> Value:
        found = self.value(first)
        for other in others:
            if found.n is False:
                return found
            more = self.value(other)
            if found.n is True:
                found = more
            else:
                found = _choose(found.n, more, found)
        return found

    def _greatest(self, *given: Node) -> Value:
        return self._extreme(np.maximum, given)

    def _least(self, *given: Node) -> Value:
        return self._extreme(np.minimum, given)

    def _extreme(self, choose: Callable[[Any, Any], Any], given: Sequence[Node]) -> Value:
        found = self.value(given[0])
        for node in given[1:]:
            more = self.value(node)
            chosen = choose(found.v, more.v)
            for lacks, other in ((found.n, more.v), (more.n, found.v)):
                if lacks is True:
                    chosen = other
                elif lacks is not False:
                    chosen = np.where(lacks, other, chosen)
            found = Value(chosen, _both(found.n, more.n))
        return found

    def _nullif(self, one: Node, other: Node) -> Value:
        a, b = self.value(one), self.value(other)
        return Value(a.v, _either(a.n, _flags(a.v == b.v, _either(a.n, b.n)).v))

    def _months(self, one: Node, months: Node) -> Value:
        day, more = self.value(one), self.value(months)
        return Value(add_months(day.v, more.v), _either(day.n, more.n))

    def _same(self, one: Node) -> Value:
        a = self.value(one)
        if isinstance(a.v, bool):
            return Value(int(a.v), a.n)
        return Value(a.v.astype(np.int64), a.n) if getattr(a.v, "dtype", None) == np.bool_ else a

    def _case_of(self, *given: Node) -> Value:
        return self._case(*given, part=self.value)

    def _case(self, *given: Node, part: Callable[[Node], Value]) -> Value:
        *pairs, last = given
        arms: list[tuple[Flags, Value]] = []
        decided = False
        for when, then in zip(pairs[::2], pairs[1::2], strict=True):
            condition = self._flag(when).v
            if condition is False:
                continue
            found = part(then)
            if condition is True:
                last_value, decided = found, True
                break
            arms.append((condition, found))
        if not decided:
            last_value = part(last)
        for condition, found in reversed(arms):
            last_value = _choose(condition, found, last_value)
        return last_value

    DOES: ClassVar[Mapping[str, Callable[..., Value]]] = {
        "column": _column,
        "constant": _constant,
        "flag": _constant,
        "list": _list,
        "and": _and,
        "or": _or,
        "not": _negated,
        "null": _null,
        "false": _is_false,
        "in": _in,
        "[]": _index,
        "coalesce": _coalesce,
        "greatest": _greatest,
        "least": _least,
        "nullif": _nullif,
        "months": _months,
        "cast": _same,
        "small": _same,
        "case": _case_of,
        "=": _compare(lambda a, b: a == b),
        "<>": _compare(lambda a, b: a != b),
        "<": _compare(lambda a, b: a < b),
        "<=": _compare(lambda a, b: a <= b),
        ">": _compare(lambda a, b: a > b),
        ">=": _compare(lambda a, b: a >= b),
        "+": _reckon(lambda a, b: a + b),
        "-": _reckon(lambda a, b: a - b),
        "*": _reckon(lambda a, b: a * b),
        "&": _reckon(lambda a, b: a & b),
        "//": _reckon(lambda a, b: a // b),
        "%": _reckon(lambda a, b: a % b),
    }


def shared(roots: Iterable[Node]) -> frozenset[Node]:
    """The nodes on which more than one of these rest."""
    times: Counter[Node] = Counter()
    for root in roots:
        seen: set[Node] = set()
        waiting = [root]
        while waiting:
            node = waiting.pop()
            if node not in seen:
                seen.add(node)
                does, *given = POOL.nodes[node]
                waiting += given[:1] if does == "in" else () if does in _LEAVES else given
        times.update(seen)
    return frozenset(node for node, count in times.items() if count > 1)
