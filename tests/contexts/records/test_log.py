"""The log in the database: append, places, checkpoints, public files, erasure. On whatever database the tests run."""

import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mingjing.contexts.records import queries
from mingjing.contexts.records.keys import hasher
from mingjing.contexts.records.models import (
    Checkpoint,
    Entry,
    Leaf,
    Pending,
    Sequenced,
    Shard,
    SigningKey,
    Tile,
)
from mingjing.contexts.records.suite import LogKeyMissingError, key_path, public_folder
from mingjing.contexts.records.usecases import append
from mingjing.contexts.records.usecases.append import NoTransactionError
from mingjing.contexts.records.usecases.erase import NothingToEraseError, erase
from mingjing.contexts.records.usecases.publish import LogBehindError, publish, write_files
from mingjing.contexts.records.usecases.sequence import sequence
from mingjing.contexts.records.usecases.sign import NothingToSignError, sign_latest
from mingjing.domain.records.entries import EntryRefusedError, read_entry, require_opening
from mingjing.domain.records.proofs import ProofError, require_inclusion
from mingjing_verify.check import check_log
from tests.contexts.records.conftest import AT, Writer

pytestmark = pytest.mark.django_db


class TestAppend:
    @pytest.mark.django_db(transaction=True)
    def test_refuses_outside_a_transaction(self):
        with pytest.raises(NoTransactionError):
            append(actor="a", at=AT, act="case.file", subject="case:1")

    @pytest.mark.django_db(transaction=True)
    def test_is_undone_with_the_act(self):
        @transaction.atomic
        def fail() -> None:
            append(actor="a", at=AT, act="case.file", subject="case:1")
            raise RuntimeError

        with pytest.raises(RuntimeError):
            fail()
        assert not Entry.objects.exists()
        assert not Leaf.objects.exists()
        assert not Pending.objects.exists()

    def test_keeps_values_apart_from_what_is_signed(self, write: Writer):
        (number,) = write(1)
        entry = Entry.objects.get(pk=number)
        data = bytes(entry.leaf.data).decode()
        assert "张伟" not in data
        assert "群众举报" not in data
        assert entry.fields == {"fine_fen": 0, "party": "张伟"}
        assert entry.reason == "群众举报"
        assert set(entry.salts) == {"fine_fen", "party", "_why"}
        assert Pending.objects.get().entry_id == number

    def test_refuses_names_that_are_not_of_the_form(self):
        with pytest.raises(EntryRefusedError):
            append(actor="a", at=AT, act="立案", subject="case:1")

    def test_takes_three_statements_at_most(self, django_assert_max_num_queries):
        with django_assert_max_num_queries(2):
            append(actor="a", at=AT, act="case.file", subject="case:1", fields={"a": 1})


@pytest.mark.django_db(transaction=True)
class TestAppendOnly:
    """The database itself refuses; even where a programmer goes around the models."""

    @pytest.mark.parametrize("table", ["entry", "leaf", "sequenced", "checkpoint"])
    def test_refuses_to_change_or_delete(self, table: str, write: Writer):
        write(2)
        publish(at=AT)
        column = {"entry": "act", "leaf": "data", "sequenced": "place", "checkpoint": "note"}[table]
        for statement in (
            f"UPDATE records_{table} SET {column} = {column}",
            f"DELETE FROM records_{table}",
        ):
            with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
                cursor.execute(statement)
        assert Entry.objects.count() == Sequenced.objects.count() == 2

    def test_refuses_to_replace_or_truncate(self, write: Writer):
        write(2)
        publish(at=AT)
        statements = (
            ["TRUNCATE records_leaf CASCADE", "TRUNCATE records_checkpoint CASCADE"]
            if connection.vendor == "postgresql"
            else [
                "INSERT OR REPLACE INTO records_leaf (entry_id, data, hash) SELECT entry_id, 'x', hash FROM records_leaf",
                "INSERT OR REPLACE INTO records_sequenced (number, shard_id, place, entry_id) "
                "SELECT number + 10, shard_id, place + 10, entry_id FROM records_sequenced",
            ]
        )
        for statement in statements:
            with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
                cursor.execute(statement)
        assert sorted(Sequenced.objects.values_list("number", flat=True)) == [0, 1]

    def test_refuses_through_the_models_too(self, write: Writer):
        write(1)
        leaf = Leaf.objects.get()
        with pytest.raises(DatabaseError, match="append-only"):
            leaf.save()
        with pytest.raises(DatabaseError):
            leaf.delete()

    def test_refuses_a_second_place_for_an_entry(self, write: Writer):
        write(1)
        sequence(at=AT)
        with pytest.raises(DatabaseError):
            Sequenced.objects.create(number=1, shard=Shard.objects.get(), place=1, entry=Entry.objects.get())


class TestSequence:
    def test_places_are_unbroken_and_in_order(self, write: Writer):
        ids = write(7)
        assert sequence(at=AT) == 7
        ids += write(3, first=7)
        assert sequence(at=AT) == 3
        assert sequence(at=AT) == 0
        rows = list(Sequenced.objects.order_by("number").values_list("number", "place", "entry_id"))
        assert rows == [(number, number, entry) for number, entry in enumerate(ids)]
        assert Shard.objects.get().size == 10
        assert not Pending.objects.exists()

    def test_batches_join(self, write: Writer, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr("mingjing.contexts.records.usecases.sequence.BATCH", 3)
        write(8)
        assert sequence(at=AT) == 8
        assert sorted(Sequenced.objects.values_list("number", flat=True)) == list(range(8))

    @pytest.mark.django_db(transaction=True)
    def test_an_entry_that_no_longer_matches_its_hash_is_set_aside_and_never_signed(self, write: Writer):
        ids = write(3)
        _without_triggers(f"UPDATE records_leaf SET hash = data WHERE entry_id = {ids[1]}")
        assert sequence(at=AT) == 2
        assert list(Sequenced.objects.order_by("number").values_list("entry_id", flat=True)) == [ids[0], ids[2]]
        assert queries.status().damaged == 1
        assert sequence(at=AT) == 0

    def test_a_new_year_opens_with_the_last_checkpoint_of_the_year_before(self, write: Writer, tmp_path: Path):
        write(5)
        publish(at=AT)
        write(2, first=5)
        new_year = datetime(2026, 12, 31, 16, 0, 1, tzinfo=UTC)
        assert sequence(at=new_year) == 3
        old, new = Shard.objects.all()
        assert (old.name, old.size, new.name, new.size, new.first_number) == ("2026", 5, "2027", 3, 5)
        opening = queries.public_entry("2027", 0)
        assert opening.act == "log.open_shard"
        last = old.checkpoints.get(size=5)
        assert opening.public["checkpoint"] == last.note.partition("\n\n")[0] + "\n"
        publish(at=new_year, folder=tmp_path)
        report = check_log(tmp_path)
        assert report.sound, report.problems
        assert report.entries == 8

    def test_a_clock_that_goes_back_does_not_reopen_a_year(self, write: Writer):
        write(1)
        sequence(at=datetime(2027, 1, 2, tzinfo=UTC))
        write(1, first=1)
        sequence(at=AT)
        assert Shard.objects.get().size == 2


class TestCheckpoints:
    def test_an_empty_log_is_not_signed(self):
        with pytest.raises(NothingToSignError):
            sign_latest(at=AT)
        assert publish(at=AT).checkpoint is None

    def test_an_unchanged_log_is_signed_once(self, write: Writer):
        write(2)
        first = publish(at=AT).checkpoint
        assert publish(at=AT + timedelta(hours=1)).checkpoint == first
        assert Checkpoint.objects.count() == 1

    def test_key_is_made_once_for_its_owner_only(self, write: Writer):
        write(1)
        publish(at=AT)
        assert key_path().stat().st_mode & 0o777 == 0o600
        assert SigningKey.objects.get().key.startswith("mingjing-")
        write(1, first=1)
        publish(at=AT)
        assert SigningKey.objects.count() == 1

    def test_a_lost_key_is_not_replaced_in_silence(self, write: Writer):
        write(1)
        publish(at=AT)
        key_path().unlink()
        write(1, first=1)
        with pytest.raises(LogKeyMissingError):
            publish(at=AT)

    @pytest.mark.django_db(transaction=True)
    def test_nothing_is_signed_that_contradicts_what_was_signed(self, write: Writer):
        write(300)
        publish(at=AT)
        tile = Tile.objects.get(level=1, place=0)
        tile.hashes = bytes(32) + bytes(tile.hashes)[32:]
        tile.save()
        write(1, first=300)
        with pytest.raises(ProofError):
            publish(at=AT)
        assert Checkpoint.objects.count() == 1

    @pytest.mark.parametrize("suite", ["sm", "c2sp"])
    def test_proofs_of_every_entry_hold(self, suite: str, write: Writer, settings):
        settings.LOG_SUITE = suite
        write(20)
        publish(at=AT)
        for place in range(20):
            proof = queries.prove("2026", place)
            require_inclusion(
                hasher(proof.hash),
                leaf_hash=proof.leaf_hash,
                index=place,
                size=proof.size,
                proof=proof.hashes,
                root=proof.root,
            )

    def test_says_where_there_is_no_proof_yet(self, write: Writer):
        write(1)
        sequence(at=AT)
        with pytest.raises(queries.NotInLogError, match="还没有签入检查点"):
            queries.prove("2026", 0)
        with pytest.raises(queries.NotInLogError, match="没有2026年第1号"):
            queries.prove("2026", 1)


class TestPublicFiles:
    @pytest.mark.parametrize("suite", ["sm", "c2sp"])
    def test_the_verifier_finds_them_sound_as_they_grow(self, suite: str, write: Writer, settings):
        settings.LOG_SUITE = suite
        written = 0
        for count in (1, 254, 1, 1, 300):
            write(count, first=written)
            written += count
            publish(at=AT)
            report = check_log(public_folder())
            assert report.sound, report.problems
            assert report.entries == written

    def test_a_database_that_knows_less_than_was_published_does_not_go_on(self, write: Writer, tmp_path: Path):
        write(3)
        publish(at=AT)
        ahead = (public_folder() / "2026" / "checkpoint").read_text().replace("\n3\n", "\n9\n")
        (public_folder() / "2026" / "checkpoint").write_text(ahead)
        write(1, first=3)
        with pytest.raises(LogBehindError, match="已经公布过2026年9条的检查点，数据库只知道3条"):
            publish(at=AT)
        assert Sequenced.objects.count() == 3

    def test_hold_no_value_and_no_reason(self, write: Writer):
        write(3)
        publish(at=AT)
        for path in public_folder().rglob("*"):
            if path.is_file():
                data = path.read_bytes()
                assert "张伟".encode() not in data
                assert "群众举报".encode() not in data
                assert b"PRIVATE" not in data

    def test_can_be_written_again_elsewhere(self, write: Writer, tmp_path: Path):
        write(260)
        publish(at=AT)
        write(5, first=260)
        publish(at=AT)
        write_files(tmp_path / "again")
        again = {path.relative_to(tmp_path / "again") for path in (tmp_path / "again").rglob("*") if path.is_file()}
        first = {path.relative_to(public_folder()) for path in public_folder().rglob("*") if path.is_file()}
        assert first == again
        assert check_log(tmp_path / "again").sound

    @pytest.mark.django_db(transaction=True)
    @pytest.mark.parametrize(
        ("statement", "kind"),
        [
            ("UPDATE records_leaf SET data = CAST('{bytes}' AS {blob}) WHERE entry_id = {third}", "altered"),
            ("DELETE FROM records_sequenced WHERE entry_id = {third}", "deleted"),
        ],
    )
    def test_what_was_done_to_the_database_is_found_in_what_is_published(
        self, statement: str, kind: str, write: Writer, tmp_path: Path
    ):
        third = write(5)[2]
        publish(at=AT)
        blob = "bytea" if connection.vendor == "postgresql" else "blob"
        _without_triggers(statement.format(third=third, blob=blob, bytes="{}"))
        write_files(tmp_path / "again")
        assert {(each.kind, each.first) for each in check_log(tmp_path / "again").problems} >= {(kind, 2)}


class TestErasure:
    def test_value_is_gone_and_every_proof_holds(self, write: Writer):
        ids = write(3)
        publish(at=AT)
        before = queries.prove("2026", 1)
        erase(actor="clerk", at=AT, entry=ids[1], fields=["party"], reason="信用修复完成，依申请删除")
        row = Entry.objects.get(pk=ids[1])
        assert (row.fields, set(row.salts)) == ({"fine_fen": 1}, {"fine_fen", "_why"})
        after = queries.prove("2026", 1)
        assert (after.data, after.hashes) == (before.data, before.hashes)
        publish(at=AT)
        assert check_log(public_folder()).sound
        (acted,) = queries.history("case:2026-0001")
        assert (acted.fields["fine_fen"], acted.erased) == (1, ("party",))
        (erasure,) = queries.history(f"entry:{ids[1]}")
        assert (erasure.act, erasure.reason) == ("log.erase", "信用修复完成，依申请删除")

    def test_code_of_a_person_can_be_erased(self):
        number = append(actor="张伟", at=AT, act="party.register", subject="party:370831199001011234")
        assert len(queries.history("party:370831199001011234")) == 1
        erase(actor="clerk", at=AT, entry=number, fields=["_object", "_who"], reason="依法删除")
        assert queries.history("party:370831199001011234") == []
        row = Entry.objects.get(pk=number)
        assert (row.subject, row.actor, row.salts) == ("party:#", "#", {})

    def test_refuses_what_is_not_there(self, write: Writer):
        (number,) = write(1)
        with pytest.raises(NothingToEraseError):
            erase(actor="clerk", at=AT, entry=number, fields=["other"], reason="误")
        with pytest.raises(NothingToEraseError):
            erase(actor="clerk", at=AT, entry=number + 1, fields=["party"], reason="误")

    def test_no_dictionary_finds_an_identity_number_again(self, write: Writer):
        """The commitment without its salt: hashing all candidates finds nothing, with the salt it finds it at once."""
        number = append(actor="a", at=AT, act="party.register", subject="party:1", fields={"id": "370831199001011234"})
        row = Entry.objects.get(pk=number)
        entry, salt = read_entry(bytes(row.leaf.data)), row.salts["id"]
        used = hasher(entry.hash)
        candidates = [f"37083119900101{tail:04}" for tail in range(10_000)]
        values = [json.dumps(each).encode() for each in candidates]
        guesses = {used.field(known, "id", value) for value in values[1000:1300] for known in (b"", bytes(16))}
        assert entry.commitments["id"] not in guesses
        assert entry.commitments["id"] in {
            used.field(base64.b64decode(salt), "id", value) for value in values[1000:1300]
        }


class TestHistory:
    def test_tells_what_was_done_to_an_object_the_latest_first(self):
        for number, act in enumerate(["case.file", "case.decide"]):
            append(
                actor="zhang",
                at=AT + timedelta(days=number),
                act=act,
                subject="case:1",
                fields={"n": number},
                reason="由",
            )
        acts = queries.history("case:1")
        assert [each.act for each in acts] == ["case.decide", "case.file"]
        assert (acts[1].fields, acts[1].reason) == ({"n": 0}, "由")
        assert acts[1].number == "待编号"
        sequence(at=AT)
        assert queries.history("case:1")[1].number == "2026-0"

    def test_the_public_sees_no_values_and_cannot_ask_for_persons(self):
        append(actor="zhang", at=AT, act="case.file", subject="case:1", fields={"n": 1}, public={"list": "甲"})
        append(actor="zhang", at=AT, act="party.register", subject="party:370831199001011234")
        (acted,) = queries.public_history("case:1")
        assert (acted.fields, acted.public, acted.erased) == ({}, {"list": "甲"}, ("n",))
        assert queries.public_history("party:370831199001011234") == []

    @settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        values=st.dictionaries(
            st.from_regex(r"[a-z][a-z_]{0,6}", fullmatch=True),
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")) | st.integers(-(2**40), 2**40),
        )
    )
    def test_every_value_opens_its_commitment_as_stored(self, values: dict[str, str | int]):
        with transaction.atomic():
            append(actor="a", at=AT, act="case.file", subject="case:1", fields=values)
            sequence(at=AT)
            row = Sequenced.objects.order_by("number").last()
            assert row is not None
            entry = read_entry(bytes(row.entry.leaf.data))
            openings = queries.openings_of("2026", row.place)
            assert {name: each.value for name, each in openings.items()} == values
            for name, opening in openings.items():
                require_opening(entry, name=name, opening=opening, hasher=hasher(entry.hash))


def _without_triggers(statement: str) -> None:
    """What somebody does who owns the database."""
    from mingjing.contexts.records import triggers

    with transaction.atomic(), connection.cursor() as cursor:
        for each in [*triggers.drop(connection.vendor), statement, *triggers.create(connection.vendor)]:
            cursor.execute(each)
