"""Checks columns of codes with a check digit: fast for the right ones, and python-stdnum's word for the wrong ones."""

import re
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mingjing.facts.text import identity_problem, narrow, uscc_problem

_ALPHABET: Final = b"0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUES: Final = np.full(256, -1, dtype=np.int64)
_VALUES[np.frombuffer(_ALPHABET, dtype=np.uint8)] = np.arange(31)
_WEIGHTS: Final = np.array([pow(3, place, 31) for place in range(17)], dtype=np.int64)


def right_credit_codes(texts: pa.Array) -> pa.Array:
    """
    Say for each text whether it is a well-formed unified social credit code; false for null.

    Source: GB 32100-2015.
    """
    shaped = pc.fill_null(pc.match_substring_regex(texts, "^[0-9A-HJ-NPQRTUWXY]{18}$"), False)
    whole = texts.filter(shaped)
    result = np.zeros(len(texts), dtype=bool)
    if len(whole):
        data = np.frombuffer(bytes("".join(whole.to_pylist()), "ascii"), dtype=np.uint8).reshape(-1, 18)
        values = _VALUES[data]
        expected = (31 - (values[:, :17] * _WEIGHTS).sum(axis=1) % 31) % 31
        result[np.flatnonzero(shaped.to_numpy(zero_copy_only=False))] = expected == values[:, 17]
    return pa.array(result)


def wrong_credit_codes(texts: pa.Array, citizens: pa.Array | None = None) -> list[tuple[int, str]]:
    """
    Return (index, what is wrong) for the codes that fail; where the party is a citizen, an identity number may stand.

    ``citizens`` is true where the row is of a citizen.
    """
    doubtful = pc.and_(pc.is_valid(texts), pc.invert(right_credit_codes(texts)))
    places = np.flatnonzero(doubtful.to_numpy(zero_copy_only=False))
    wrong = []
    for place in places.tolist():
        text = narrow(texts[place].as_py())
        citizen = citizens is not None and citizens[place].as_py() is True
        if citizen and len(text) == 18:
            problem = identity_problem(text)
        else:
            problem = uscc_problem(text)
        if problem is not None:
            wrong.append((place, problem))
    return wrong


def wrong_identity_numbers(texts: pa.Array) -> list[tuple[int, str]]:
    """Return (index, what is wrong) for the identity numbers that fail; each distinct one is checked once."""
    encoded = texts.dictionary_encode()
    problems = [identity_problem(text) for text in encoded.dictionary.to_pylist()]
    wrong = []
    for place, code in enumerate(encoded.indices.to_pylist()):
        if code is not None and (problem := problems[code]) is not None:
            wrong.append((place, problem))
    return wrong


_IDENTITY: Final = re.compile(
    r"[1-9]\d{5}(?:(?:18|19|20)\d{2}|\d{2})(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]?"
)


def is_identity_like(text: str) -> bool:
    """
    Say whether a code has the shape of a citizen's identity number (18 places, or 15 as before 1999), right or mistyped.

    A right unified social credit code is none, whatever day its digits could be read as.

    Source: GB 11643-1999, GB 32100-2015.
    """
    plain = narrow(text).upper()
    if len(plain) not in (15, 18) or _IDENTITY.fullmatch(plain) is None:
        return False
    return len(plain) == 15 or identity_problem(plain) is None or uscc_problem(plain) is not None


def wrong_divisions(texts: pa.Array) -> list[tuple[int, str]]:
    """Return (index, what is wrong) for codes that cannot be a division of GB/T 2260 (6, 9 or 12 digits)."""
    shaped = pc.match_substring_regex(texts, r"^[1-9]\d{5}(?:\d{3}|\d{6})?$")
    places = np.flatnonzero(pc.invert(pc.fill_null(shaped, True)).to_numpy(zero_copy_only=False))
    return [(place, "行政区划代码应为 6 位、9 位或者 12 位数字。") for place in places.tolist()]
