"""
One way to write a value as bytes, so that the same value always has the same hash.

A subset of RFC 8785 (JSON Canonicalization Scheme): keys sorted by code point, no white space, UTF-8 without escapes that
are not needed, integers only. What it cannot write without doubt (floats, lone surrogates, keys that are not text) it
refuses.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Final

type Json = bool | int | str | Sequence["Json"] | Mapping[str, "Json"] | None

LARGEST_INTEGER: Final = 2**53 - 1
"""Beyond it, readers that hold numbers as doubles would read another number."""


class NotCanonicalError(ValueError):
    """A value that has no single way to be written, or bytes that are not written in that way."""


def canonical(value: Json) -> bytes:
    """
    Write the value as canonical JSON.

    :raises NotCanonicalError: if the value holds a float, a large integer, a lone surrogate or a key that is not text
    """
    try:
        text = json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
        return text.encode()
    except (UnicodeEncodeError, RecursionError) as error:
        raise NotCanonicalError(f"cannot be written as canonical JSON: {error}") from error


def read_canonical(data: bytes) -> Json:
    """
    Read canonical JSON.

    :raises NotCanonicalError: if the bytes are not JSON, or would be written otherwise
    """
    try:
        value: Json = json.loads(data.decode())
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise NotCanonicalError(f"not JSON: {error}") from error
    if canonical(value) != data:
        raise NotCanonicalError("the bytes are JSON, but not canonical")
    return value


def _plain(value: object) -> object:
    """The same value in plain lists and dictionaries, checked on the way."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        if abs(value) > LARGEST_INTEGER:
            raise NotCanonicalError(f"integer too large for JSON: {value}")
        return value
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise NotCanonicalError("a key is not text")
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray | memoryview):
        return [_plain(each) for each in value]
    raise NotCanonicalError(f"no canonical form for {type(value).__name__}")
