"""Entries: one way to write each, nothing personal in the open, openings that open and nothing else."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjing.contexts.records.keys import hasher
from mingjing.domain.records.entries import (
    Act,
    EntryRefusedError,
    Opening,
    OpeningError,
    SealedEntry,
    chance_needed,
    read_entry,
    require_opening,
    seal,
    shown,
)
from mingjing.domain.records.hashing import HashName

SM3 = hasher(HashName.SM3)
AT = datetime(2026, 11, 20, 9, 30)

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


def act(**changed: object) -> Act:
    given = {"who": "zhang.wei", "at": AT, "act": "case.file", "object": "case:370831-2026-0017"} | changed
    return Act(**given)  # type: ignore[arg-type]


def sealed(act: Act) -> SealedEntry:
    return seal(act, hasher=SM3, chance=bytes(range(256)).ljust(chance_needed(act), b"\x07")[: chance_needed(act)])


class TestSeal:
    def test_writes_canonical_json(self):
        entry = sealed(act(fields={"fine_fen": 200_000}, why="当事人主动消除危害后果", public={"b": 1, "a": "甲"}))
        body = json.loads(entry.data)
        assert list(body) == sorted(body)
        assert entry.data == json.dumps(body, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
        assert body["at"] == "2026-11-20T09:30:00.000000+08:00"
        assert body["public"] == {"a": "甲", "b": 1}
        assert set(body["fields"]) == {"fine_fen", "_why"}

    def test_neither_values_nor_reason_stand_in_the_entry(self):
        entry = sealed(act(fields={"name": "张伟"}, why="身体不适"))
        assert "张伟" not in entry.data.decode()
        assert "身体不适" not in entry.data.decode()

    def test_moments_of_other_zones_are_written_in_china_standard_time(self):
        assert b"2026-11-20T17:30:00.000000+08:00" in sealed(act(at=AT.replace(tzinfo=UTC))).data

    @pytest.mark.parametrize(
        ("code", "stands_as"),
        [
            ("zhang.wei", "zhang.wei"),
            ("case:370831-2026-0017", "case:370831-2026-0017"),
            ("party:91370831MA3C1T2X4Q", "party:91370831MA3C1T2X4Q"),
            ("party:370831199001011234", "party:#"),
            ("party:37083119900101123X", "party:#"),
            ("party:13805371234", "party:#"),
            ("张伟", "#"),
            ("party:张伟", "party:#"),
            ("张:13805371234", "#"),
        ],
    )
    def test_codes_that_tell_who_somebody_is_are_hidden(self, code: str, stands_as: str):
        assert shown(code) == stands_as
        entry = sealed(act(object=code))
        assert json.loads(entry.data)["object"] == stands_as
        if stands_as != code:
            assert code not in entry.data.decode()
            read = read_entry(entry.data)
            require_opening(read, name="_object", opening=entry.openings["_object"], hasher=SM3)

    @pytest.mark.parametrize(
        "changed",
        [
            {"act": "立案"},
            {"act": "file"},
            {"object": ""},
            {"who": "x" * 161},
            {"fields": {"_why": 1}},
            {"fields": {"Name": 1}},
            {"fields": {"rate": 0.5}},
            {"fields": {"big": 2**53}},
            {"fields": {"text": "\ud800"}},
            {"public": {"text": "x" * 70_000}},
        ],
        ids=str,
    )
    def test_refuses_what_cannot_be_logged(self, changed: dict[str, object]):
        with pytest.raises(EntryRefusedError):
            sealed(act(**changed))

    def test_refuses_too_little_chance(self):
        with pytest.raises(ValueError, match="32 random bytes needed"):
            seal(act(fields={"a": 1}), hasher=SM3, chance=bytes(16))

    @given(fields=st.dictionaries(st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True), values, max_size=5))
    def test_every_field_opens_and_no_other_value_does(self, fields: dict[str, object]):
        entry = sealed(act(fields=fields))
        read = read_entry(entry.data)
        assert set(read.commitments) == set(fields)
        for name, opening in entry.openings.items():
            require_opening(read, name=name, opening=opening, hasher=SM3)
            with pytest.raises(OpeningError):
                require_opening(read, name=name, opening=Opening(salt=opening.salt, value=[opening.value]), hasher=SM3)
            with pytest.raises(OpeningError):
                require_opening(read, name=name, opening=Opening(salt=bytes(16), value=opening.value), hasher=SM3)


class TestReadEntry:
    def test_reads_what_was_sealed(self):
        read = read_entry(sealed(act(fields={"a": 1})).data)
        assert (read.who, read.act, read.object, read.hash) == (
            "zhang.wei",
            "case.file",
            "case:370831-2026-0017",
            HashName.SM3,
        )

    @pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b"\xff", b'{"v":2}', b'{"v":1}', b'{"v": 1}'])
    def test_refuses_other_bytes(self, data: bytes):
        with pytest.raises(EntryRefusedError):
            read_entry(data)

    def test_has_no_such_field(self):
        read = read_entry(sealed(act()).data)
        with pytest.raises(OpeningError, match="没有字段"):
            require_opening(read, name="a", opening=Opening(salt=b"", value=1), hasher=SM3)
