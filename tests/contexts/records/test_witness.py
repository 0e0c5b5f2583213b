"""A log and its witness over HTTP: cosignatures, and what a witness will not sign."""

import http.client
import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest

from mingjing.contexts.records.keys import hasher
from mingjing.contexts.records.models import Cosignature, Witness
from mingjing.contexts.records.suite import log_signer, public_folder
from mingjing.contexts.records.usecases.cosign import WitnessAddressError, add_witness, ask_witnesses
from mingjing.contexts.records.usecases.publish import publish
from mingjing.contexts.records.usecases.sign import sign_latest
from mingjing.contexts.records.witness_server import WitnessState, server, set_up_witness
from mingjing.domain.records.checkpoints import read_checkpoint
from mingjing.domain.records.hashing import HashName
from mingjing.domain.records.merkle import MemoryTiles, Tree
from mingjing.domain.records.notes import KeyType, NoteError, read_note
from mingjing.domain.records.witnessing import MalformedRequestError, Request, Verdict, read_request
from mingjing_verify.check import check_log
from tests.contexts.records.conftest import AT, Writer
from tests.verify.sample import SampleLog, entries

SECONDS = 1_795_000_000


class TestWitness:
    """The protocol, without a network."""

    @pytest.fixture(params=[KeyType.SM2, KeyType.ED25519], ids=["sm", "c2sp"])
    def log(self, request: pytest.FixtureRequest) -> SampleLog:
        log = SampleLog(request.param, HashName.SM3 if request.param is KeyType.SM2 else HashName.SHA256)
        log.shard("2026").add(entries(600, hash_name=log.hash))
        return log

    @pytest.fixture
    def witness(self, log: SampleLog, tmp_path: Path) -> WitnessState:
        set_up_witness(tmp_path / "witness", name="witness.example", log_key=str(log.signer.public))
        return WitnessState(tmp_path / "witness", now=lambda: float(SECONDS))

    def ask(self, log: SampleLog, old: int, new: int) -> str:
        shard = log.shards[0]
        note = shard.checkpoint(new)
        proof = tuple(shard.tree.consistency_proof(old, new)) if old <= new else ()
        return Request(old=old, proof=proof, note=note, checkpoint=read_checkpoint(note.text)).text

    def test_cosigns_what_continues_what_it_saw(self, log: SampleLog, witness: WitnessState):
        for old, new in ((0, 1), (1, 256), (256, 256), (256, 600)):
            answer = witness.answer(self.ask(log, old, new))
            assert answer.verdict is Verdict.COSIGNED, answer.body
        seen = witness.seen("log.example/2026")
        assert seen is not None
        assert seen.size == 600

    def test_remembers_over_a_restart(self, log: SampleLog, witness: WitnessState, tmp_path: Path):
        witness.answer(self.ask(log, 0, 300))
        again = WitnessState(tmp_path / "witness")
        assert again.answer(self.ask(log, 0, 300)).verdict is Verdict.OTHER_SIZE
        assert again.answer(self.ask(log, 0, 300)).body == "300\n"
        assert again.answer(self.ask(log, 300, 301)).verdict is Verdict.COSIGNED

    def test_does_not_go_back_to_an_old_backup(self, log: SampleLog, witness: WitnessState):
        witness.answer(self.ask(log, 0, 300))
        assert witness.answer(self.ask(log, 200, 250)).verdict is Verdict.OTHER_SIZE
        assert witness.answer(self.ask(log, 300, 250)).verdict is Verdict.MALFORMED

    def test_does_not_sign_a_fork(self, log: SampleLog, witness: WitnessState):
        witness.answer(self.ask(log, 0, 300))
        fork = Tree(hasher(log.hash), MemoryTiles())
        fork.append([log.shards[0].tree.hasher.leaf(each) for each in [b"x", *log.shards[0].entries[1:]]])
        log.shards[0].tree = fork
        assert witness.answer(self.ask(log, 300, 400)).verdict is Verdict.NOT_CONSISTENT
        assert witness.answer(self.ask(log, 300, 300)).verdict is Verdict.OTHER_SIZE

    def test_knows_only_the_logs_it_was_told_of(self, log: SampleLog, witness: WitnessState, tmp_path: Path):
        (tmp_path / "witness" / "logs.txt").write_text("")
        assert witness.answer(self.ask(log, 0, 1)).verdict is Verdict.UNKNOWN_LOG
        other = SampleLog(log.kind, log.hash)
        (tmp_path / "witness" / "logs.txt").write_text(f"log.example/2026 {other.signer.public}\n")
        assert witness.answer(self.ask(log, 0, 1)).verdict is Verdict.NOT_SIGNED

    @pytest.mark.parametrize(
        "body", ["", "old 1\n", "old 01\n\ntext\n\n— a AAAAAAA=\n", "old 1\n!\n\ntext\n\n— a AAAAAAA=\n"]
    )
    def test_refuses_malformed_requests(self, body: str, witness: WitnessState):
        assert witness.answer(body).verdict is Verdict.MALFORMED
        with pytest.raises(MalformedRequestError):
            read_request(body)

    def test_reads_back_what_it_asks(self, log: SampleLog):
        text = self.ask(log, 100, 600)
        assert read_request(text).text == text


@pytest.mark.django_db
class TestOverHttp:
    @pytest.fixture
    def running(self, tmp_path: Path, home: Path) -> Iterator[tuple[WitnessState, ThreadingHTTPServer]]:
        signer = log_signer(at=AT)
        set_up_witness(tmp_path / "witness", name="jiancha.example", log_key=str(signer.public))
        state = WitnessState(tmp_path / "witness")
        with server(state, host="127.0.0.1", port=0) as made:
            thread = threading.Thread(target=made.serve_forever)
            thread.start()
            yield state, made
            made.shutdown()
            thread.join()

    def test_a_checkpoint_is_cosigned_and_published_with_it(
        self, running: tuple[WitnessState, ThreadingHTTPServer], write: Writer
    ):
        state, made = running
        add_witness(name="检察院", address=f"http://127.0.0.1:{made.server_address[1]}/", key=str(state.public))
        write(3)
        assert publish(at=AT).refusals == ()
        write(300, first=3)
        done = publish(at=AT)
        assert done.refusals == ()
        assert Cosignature.objects.count() == 2
        note = read_note((public_folder() / "2026" / "checkpoint").read_text())
        assert [each.name for each in note.signatures] == [log_signer(at=AT).public.name, "jiancha.example"]
        report = check_log(public_folder())
        assert report.sound
        assert any("见证人 jiancha.example 于" in each for each in report.remarks)

    def test_what_the_witness_keeps_shows_an_old_backup(
        self, running: tuple[WitnessState, ThreadingHTTPServer], write: Writer, tmp_path: Path
    ):
        state, made = running
        add_witness(name="检察院", address=f"http://127.0.0.1:{made.server_address[1]}", key=str(state.public))
        write(3)
        publish(at=AT, folder=tmp_path / "old")
        write(3, first=3)
        publish(at=AT, folder=tmp_path / "new")
        (held,) = (tmp_path / "witness" / "state").iterdir()
        assert check_log(tmp_path / "new", witness_checkpoints=[held]).sound
        (problem,) = check_log(tmp_path / "old", witness_checkpoints=[held]).problems
        assert (problem.kind, problem.first, problem.last) == ("rolled_back", 3, 5)

    def test_a_restored_backup_finds_no_cosignature(
        self, running: tuple[WitnessState, ThreadingHTTPServer], write: Writer
    ):
        state, made = running
        witness = add_witness(
            name="检察院", address=f"http://127.0.0.1:{made.server_address[1]}", key=str(state.public)
        )
        ahead = SampleLog()
        ahead.signer = log_signer(at=AT)
        shard = ahead.shard("2026")
        shard.add(entries(10))
        shard.signer = ahead.signer
        # The witness saw ten entries of this log; the database, restored from a backup, holds two.
        (Path(state._folder) / "state").mkdir()
        origin = f"{ahead.signer.public.name}/2026"
        state._path(origin).write_text(str(shard.checkpoint()).replace("log.example/2026", origin))
        write(2)
        (refusal,) = publish(at=AT).refusals
        assert refusal.witness == witness.name
        assert "可能恢复了旧备份" in refusal.message

    def test_a_lost_record_of_cosignatures_is_made_up_for(
        self, running: tuple[WitnessState, ThreadingHTTPServer], write: Writer
    ):
        state, made = running
        write(3)
        publish(at=AT)
        checkpoint = sign_latest(at=AT)
        witness = add_witness(
            name="检察院", address=f"http://127.0.0.1:{made.server_address[1]}", key=str(state.public)
        )
        note = read_note(checkpoint.note)
        asked = Request(old=0, proof=(), note=note, checkpoint=read_checkpoint(note.text))
        assert state.answer(asked.text).verdict is Verdict.COSIGNED
        write(2, first=3)
        assert publish(at=AT).refusals == ()
        assert Cosignature.objects.get().witness == witness

    def test_an_absent_witness_does_not_stop_the_log(self, write: Writer, tmp_path: Path):
        public = set_up_witness(tmp_path / "w", name="away.example", log_key=str(log_signer(at=AT).public))
        add_witness(name="不在", address="http://127.0.0.1:9", key=str(public))
        write(1)
        done = publish(at=AT)
        assert done.checkpoint is not None
        assert [each.witness for each in done.refusals] == ["不在"]
        assert ask_witnesses(done.checkpoint)
        assert check_log(public_folder()).sound

    def test_refuses_keys_and_addresses_that_cannot_be_of_a_witness(self, home: Path, tmp_path: Path):
        with pytest.raises(NoteError, match="不是见证人的公钥"):
            add_witness(name="x", address="http://127.0.0.1", key=str(log_signer(at=AT).public))
        public = set_up_witness(tmp_path / "w", name="w.example", log_key=str(log_signer(at=AT).public))
        with pytest.raises(WitnessAddressError):
            add_witness(name="x", address="file:///etc/passwd", key=str(public))
        assert not Witness.objects.exists()

    def test_other_requests_are_answered_in_the_protocols_words(
        self, running: tuple[WitnessState, ThreadingHTTPServer]
    ):
        _, made = running
        port = made.server_address[1]
        for method, path, body, status in (
            ("GET", "/", None, 200),
            ("POST", "/other", "x", 404),
            ("POST", "/add-checkpoint", "x", 400),
            ("POST", "/add-checkpoint", b"\xff", 400),
            ("POST", "/add-checkpoint", "x" * 70_000, 413),
        ):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            try:
                connection.request(method, path, body)
                answer = connection.getresponse()
                assert answer.status == status, (method, path)
                answer.read()
            finally:
                connection.close()
