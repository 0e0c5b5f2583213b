"""Canonical JSON: one way to write each value."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjing.kernel.canonical import NotCanonicalError, canonical, read_canonical

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


class TestCanonical:
    @given(value=values)
    def test_reads_back_what_it_wrote(self, value):
        assert read_canonical(canonical(value)) == value

    @given(value=st.dictionaries(st.text(), st.integers(0, 9)))
    def test_order_of_keys_does_not_matter(self, value):
        assert canonical(dict(reversed(value.items()))) == canonical(value)

    def test_writes_neither_blanks_nor_escapes_without_need(self):
        assert canonical({"b": [1, None, True], "a": '甲\n"'}) == '{"a":"甲\\n\\"","b":[1,null,true]}'.encode()

    @pytest.mark.parametrize(
        "value",
        [0.5, 2**53, -(2**53), {1: 2}, b"x", {"a": object()}, ["\ud800"], float("nan")],
        ids=lambda one: type(one).__name__,
    )
    def test_refuses_what_has_no_single_form(self, value):
        with pytest.raises(NotCanonicalError):
            canonical(value)

    @pytest.mark.parametrize(
        "data", [b"", b"{", b'{"a": 1}', b'{"b":1,"a":1}', b'"\\u0041"', b"\xff", b"1.0", b'{"a":1,"a":1}']
    )
    def test_refuses_to_read_what_is_written_otherwise(self, data):
        with pytest.raises(NotCanonicalError):
            read_canonical(data)

    def test_says_so_where_a_value_is_too_deep(self):
        value: list = []
        for _ in range(100_000):
            value = [value]
        with pytest.raises(NotCanonicalError):
            canonical(value)

    def test_agrees_with_json(self):
        assert json.loads(canonical({"甲": [1, 2]})) == {"甲": [1, 2]}
