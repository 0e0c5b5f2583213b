"""Unified social credit codes with their check digits (GB 32100-2015, GB 11714-1997)."""

import numpy as np
import pyarrow as pa

from mingjing.contexts.demo.days import Ints

_ALPHABET = np.frombuffer(b"0123456789ABCDEFGHJKLMNPQRTUWXY", np.uint8)
_WEIGHTS = np.array([1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28])
_BODY_WEIGHTS = np.array([3, 7, 9, 10, 5, 8, 4, 2])


def credit_codes(kinds: Ints, place: str, serials: Ints, letters: str) -> pa.Array:
    """
    Make one code a row: ``kinds`` (two digits, such as 91), the six digits of the place, and a body of its own.

    ``letters`` begins the body; ``serials`` fills its other digits, eight letters in all, before the body's own check.
    """
    rows = len(serials)
    values = np.zeros((rows, 18), np.int64)
    values[:, 0], values[:, 1] = np.divmod(kinds, 10)
    values[:, 2:8] = [int(digit) for digit in place]
    head = [int(np.flatnonzero(ord(letter) == _ALPHABET)[0]) for letter in letters]
    values[:, 8 : 8 + len(head)] = head
    rest = serials.astype(np.int64)
    for column in range(15, 7 + len(head), -1):
        rest, values[:, column] = np.divmod(rest, 10)
    # the body's check counts letters from A = 10 without gaps; the code's alphabet leaves out I, O, S, V, Z
    plain = np.array([int(chr(letter), 36) for letter in _ALPHABET])[values[:, 8:16]]
    body = (11 - plain @ _BODY_WEIGHTS % 11) % 11
    values[:, 16] = np.where(body == 10, int(np.flatnonzero(ord("X") == _ALPHABET)[0]), body)
    values[:, 17] = (31 - values[:, :17] @ _WEIGHTS % 31) % 31
    text = np.ascontiguousarray(_ALPHABET[values])
    offsets = np.arange(rows + 1, dtype=np.int32) * 18
    return pa.StringArray.from_buffers(rows, pa.py_buffer(offsets), pa.py_buffer(text))
