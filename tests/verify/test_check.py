"""The verifier finds what was done to a log, and says where."""

import json
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mingjing.contexts.records.keys import make_key
from mingjing.contexts.records.publication import write_shard
from mingjing.domain.records.hashing import HashName
from mingjing.domain.records.layout import entry_bundle
from mingjing.domain.records.notes import KeyType
from mingjing_verify.__main__ import main
from mingjing_verify.check import check_log
from mingjing_verify.notes import MalformedError, read_key
from mingjing_verify.report import Report
from tests.verify.sample import SampleLog, SampleShard, entries, entry

SIZE = 700
SIZES = (1, 255, 256, 300, 513)


@pytest.fixture(
    scope="module", params=[(KeyType.SM2, HashName.SM3), (KeyType.ED25519, HashName.SHA256)], ids=["gm", "c2sp"]
)
def published(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[SampleLog, Path]:
    """A sound log of two years, published step by step."""
    log = SampleLog(*request.param)
    shard = log.shard("2025")
    shard.add(entries(40, first=5000, hash_name=log.hash))
    log.shard("2026").add(entries(SIZE - 1, hash_name=log.hash))
    folder = tmp_path_factory.mktemp("log")
    log.publish(folder, SIZES)
    return log, folder


@pytest.fixture
def folder(published: tuple[SampleLog, Path], tmp_path: Path) -> Path:
    """A copy to spoil."""
    return shutil.copytree(published[1], tmp_path / "public")


@pytest.fixture
def log(published: tuple[SampleLog, Path]) -> SampleLog:
    return published[0]


def found(report: Report) -> set[tuple[str, int | None, int | None]]:
    return {(each.kind, each.first, each.last) for each in report.problems}


def rewrite_entries(folder: Path, changed: list[bytes]) -> None:
    """Write the entries of 2026 anew, as somebody would who has the files."""
    place = folder / "2026" / "tile" / "entries"
    for index in range(0, SIZE, 256):
        part = changed[index : index + 256] if index + 256 < SIZE else changed[index:]
        name = f"{index // 256:03}"
        path = place / name if index + 256 <= SIZE else place / f"{name}.p" / str(SIZE - index)
        path.write_bytes(entry_bundle(part))


def rewrite_all(folder: Path, log: SampleLog, changed: list[bytes], sizes: tuple[int, ...] = ()) -> SampleShard:
    """Write entries and tiles of 2026 anew, so that they fit together."""
    shard = SampleShard("2026", log.hash, log.signer)
    shard.add(changed)
    write_shard(folder / "2026", store=shard.tiles, entries=lambda a, b: changed[a:b], size=len(changed))
    return shard


class TestSoundLog:
    def test_is_found_sound(self, log: SampleLog, folder: Path):
        report = check_log(folder, keys=[read_key(str(log.signer.public))])
        assert report.sound, report.problems
        assert report.entries == 40 + SIZE
        assert any("核对检查点7个" in each for each in report.remarks)

    def test_fits_what_a_witness_holds(self, log: SampleLog, folder: Path, tmp_path: Path):
        (tmp_path / "held").write_text(log.cosigned(log.shards[1], 300))
        assert check_log(folder, witness_checkpoints=[tmp_path / "held"]).sound

    def test_names_the_witness_who_cosigned(self, log: SampleLog, folder: Path):
        (folder / "2026" / "checkpoint").write_text(log.cosigned(log.shards[1], SIZE))
        report = check_log(folder)
        assert report.sound
        assert any("见证人 witness.example 于 2026-11-18 19:06:40 共同签名" in each for each in report.remarks)

    def test_a_growing_file_may_replace_the_partial_one(self, log: SampleLog, folder: Path):
        """A reader who has an older checkpoint finds the full tiles of later."""
        (folder / "2026" / "checkpoint").write_text(str(log.shards[1].checkpoint(513)))
        for each in (folder / "2026" / "checkpoints").glob("*700"):
            each.unlink()
        for each in (folder / "2026" / "tile").rglob("*.p"):
            if each.name == "001.p":
                shutil.rmtree(each)
        assert check_log(folder).sound

    @pytest.mark.parametrize("size", [0, 1, 256, 257])
    def test_of_any_size(self, size: int, tmp_path: Path):
        log = SampleLog()
        log.shard("2026").add(entries(size))
        log.publish(tmp_path)
        report = check_log(tmp_path)
        assert report.sound, report.problems
        assert report.entries == size


class TestTampering:
    def test_any_flipped_bit_of_an_entry_is_found_and_located(self, log: SampleLog, folder: Path):
        shard = log.shards[1]
        chance = random.Random(20261122)
        for _ in range(12):
            number = chance.randrange(SIZE)
            data = bytearray(shard.entries[number])
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
            rewrite_entries(folder, [*shard.entries[:number], bytes(data), *shard.entries[number + 1 :]])
            report = check_log(folder)
            assert ("altered", number, number) in found(report)
            assert f"第{number}号的内容被改过" in "".join(map(str, report.problems))

    @settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(data=st.data())
    def test_any_flipped_bit_of_any_file_is_found(self, published: tuple[SampleLog, Path], data: st.DataObject):
        folder = published[1]
        # What is not covered: the names of witnesses and the like in log.json, for which the keys are had from elsewhere.
        files = sorted(path for path in (folder / "2026").rglob("*") if path.is_file() and _in_use(path))
        path = data.draw(st.sampled_from(files))
        before = path.read_bytes()
        bit = data.draw(st.integers(0, len(before) * 8 - 1))
        changed = bytearray(before)
        changed[bit // 8] ^= 1 << bit % 8
        try:
            path.write_bytes(changed)
            assert not check_log(folder).sound, (path, bit)
        finally:
            path.write_bytes(before)

    @pytest.mark.parametrize("number", [0, 1, 254, 255, 256, 600, SIZE - 1])
    def test_a_deleted_row_is_located(self, number: int, log: SampleLog, folder: Path):
        kept = log.shards[1].entries
        rewrite_entries(folder, kept[:number] + kept[number + 1 :])
        assert ("deleted", number, number) in found(check_log(folder))

    def test_a_deleted_stretch_is_located(self, log: SampleLog, folder: Path):
        kept = log.shards[1].entries
        rewrite_entries(folder, kept[:250] + kept[260:])
        report = check_log(folder)
        assert ("deleted", 250, 259) in found(report)
        assert "2026年日志：第250号至第259号被删除" in map(str, report.problems)

    @pytest.mark.parametrize("number", [0, 255, 256, 699])
    def test_an_inserted_row_is_located(self, number: int, log: SampleLog, folder: Path):
        kept = log.shards[1].entries
        rewrite_entries(folder, [*kept[:number], entry(99_999, hash_name=log.hash), *kept[number:]])
        assert ("inserted", number, number) in found(check_log(folder))

    @pytest.mark.parametrize(("one", "other"), [(3, 4), (10, 500), (255, 256)])
    def test_reordered_rows_are_located(self, one: int, other: int, log: SampleLog, folder: Path):
        changed = list(log.shards[1].entries)
        changed[one], changed[other] = changed[other], changed[one]
        rewrite_entries(folder, changed)
        problems = found(check_log(folder))
        assert any(kind == "reordered" and first in {one, other} for kind, first, _ in problems)
        assert not any(kind in {"altered", "deleted", "inserted"} for kind, _, _ in problems)

    def test_an_altered_tile_is_told_from_an_altered_entry(self, folder: Path):
        path = folder / "2026" / "tile" / "0" / "001"
        data = bytearray(path.read_bytes())
        data[32 * 5] ^= 1
        path.write_bytes(data)
        report = check_log(folder)
        assert ("tile", 261, 261) in found(report)
        assert "第261号的摘要被改过（内容本身没有问题）" in "".join(map(str, report.problems))

    def test_a_missing_file_is_named(self, folder: Path):
        (folder / "2026" / "tile" / "entries" / "001").unlink()
        assert ("missing", 256, 511) in found(check_log(folder))

    def test_a_cut_file_is_located(self, folder: Path):
        path = folder / "2026" / "tile" / "entries" / "000"
        path.write_bytes(path.read_bytes()[:-3])
        assert ("unreadable", 255, 255) in found(check_log(folder))

    def test_rewriting_entries_and_tiles_is_found_against_the_checkpoints_and_bounded_by_them(
        self, log: SampleLog, folder: Path
    ):
        changed = list(log.shards[1].entries)
        changed[400] = entry(99_999, hash_name=log.hash)
        rewrite_all(folder, log, changed)
        problems = found(check_log(folder))
        assert ("root", 300, 512) in problems, problems

    def test_a_shorter_log_with_the_newest_checkpoint_is_found(self, log: SampleLog, folder: Path):
        rewrite_entries(folder, log.shards[1].entries[: SIZE - 3])
        assert ("deleted", SIZE - 3, SIZE - 1) in found(check_log(folder))


class TestLyingOperator:
    """Whoever holds the log's key can sign anything; what a witness holds shows it."""

    def test_an_old_backup_is_found(self, log: SampleLog, tmp_path: Path):
        held = tmp_path / "held"
        held.write_text(log.cosigned(log.shards[1], 513))
        old = SampleLog(log.kind, log.hash)
        old.signer, old.witness = log.signer, log.witness
        old.shard("2026").add(log.shards[1].entries[:300])
        old.publish(tmp_path / "public")
        assert check_log(tmp_path / "public").sound
        report = check_log(tmp_path / "public", witness_checkpoints=[held])
        assert ("rolled_back", 300, 512) in found(report)
        assert "可能是恢复了旧备份" in str(report.problems[0])

    def test_a_backup_of_before_this_year_is_found(self, log: SampleLog, tmp_path: Path):
        held = tmp_path / "held"
        held.write_text(log.cosigned(log.shards[1], 1))
        old = SampleLog(log.kind, log.hash)
        old.signer = log.signer
        old.shard("2025").add(log.shards[0].entries)
        old.publish(tmp_path / "public")
        report = check_log(tmp_path / "public", witness_checkpoints=[held])
        assert [each.kind for each in report.problems] == ["rolled_back"]

    def test_a_fork_is_found_and_bounded(self, log: SampleLog, tmp_path: Path):
        for size in (256, 513):
            (tmp_path / str(size)).write_text(log.cosigned(log.shards[1], size))
        fork = SampleLog(log.kind, log.hash)
        fork.signer, fork.witness = log.signer, log.witness
        changed = list(log.shards[1].entries)
        changed[400] = entry(99_999, hash_name=log.hash)
        fork.shard("2026").add(changed)
        fork.publish(tmp_path / "public", SIZES)
        assert check_log(tmp_path / "public").sound
        report = check_log(tmp_path / "public", witness_checkpoints=[tmp_path / "256", tmp_path / "513"])
        assert found(report) == {("forked", 256, 512)}
        assert "日志出现了分叉" in str(report.problems[0])

    def test_a_year_that_does_not_continue_the_one_before_is_found(self, log: SampleLog, tmp_path: Path):
        other = SampleLog(log.kind, log.hash)
        other.signer = log.signer
        other.shard("2025").add(log.shards[0].entries[:39])
        other.shards.append(log.shards[1])
        other.publish(tmp_path / "public")
        assert [each.kind for each in check_log(tmp_path / "public").problems] == ["chain"]

    def test_a_year_that_names_no_year_before_is_found(self, log: SampleLog, tmp_path: Path):
        other = SampleLog(log.kind, log.hash)
        other.shard("2025").add(entries(3))
        late = other.shard("2026")
        other.shards[1] = SampleShard("2026", late.hash, late.signer)
        other.shards[1].add(entries(3))
        other.publish(tmp_path / "public")
        assert [each.kind for each in check_log(tmp_path / "public").problems] == ["chain"]

    def test_a_checkpoint_signed_by_another_key_is_found(self, log: SampleLog, folder: Path):
        trusted = read_key(str(make_key("log.example", log.kind).public))
        assert {each.kind for each in check_log(folder, keys=[trusted]).problems} == {"signature", "checkpoint"}

    def test_a_forged_size_does_not_keep_the_verifier_busy(self, log: SampleLog, folder: Path):
        path = folder / "2026" / "checkpoint"
        path.write_text(path.read_text().replace(f"\n{SIZE}\n", f"\n{10**18}\n"))
        report = check_log(folder)
        assert [each.kind for each in report.problems] == ["checkpoint"]
        assert report.entries == 40 + SIZE

    def test_a_witness_checkpoint_that_the_log_did_not_sign_counts_for_nothing(
        self, log: SampleLog, folder: Path, tmp_path: Path
    ):
        other = SampleLog(log.kind, log.hash)
        other.shard("2026").add(entries(900, hash_name=log.hash))
        (tmp_path / "held").write_text(str(other.shards[0].checkpoint()))
        report = check_log(folder, witness_checkpoints=[tmp_path / "held"])
        assert [each.kind for each in report.problems] == ["witness"]


class TestCommandLine:
    def test_ends_with_0_when_sound_and_1_when_not(
        self, log: SampleLog, folder: Path, capsys: pytest.CaptureFixture[str]
    ):
        assert main([str(folder), "--key", str(log.signer.public)]) == 0
        assert f"核验通过：{40 + SIZE}条" in capsys.readouterr().out
        rewrite_entries(folder, log.shards[1].entries[1:])
        assert main([str(folder)]) == 1
        assert "2026年日志：第0号被删除" in capsys.readouterr().out

    def test_ends_with_2_where_there_is_nothing_to_check(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
        assert main([str(tmp_path)]) == 2
        assert main([]) == 2
        assert "这里不是日志的公开目录" in capsys.readouterr().out

    def test_prints_json(self, folder: Path, capsys: pytest.CaptureFixture[str]):
        assert main([str(folder), "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["sound"] is True

    def test_needs_only_python(self, folder: Path):
        """Without site-packages: what the verifier imports beyond the standard library would be missing."""
        source = Path(__file__).parents[2] / "src"
        program = "import sys; sys.path.insert(0, sys.argv.pop(1)); from mingjing_verify.__main__ import main; sys.exit(main())"
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", program, str(source), str(folder)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert "核验通过" in done.stdout

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "{}",
            '{"name": "a", "keys": [], "witnesses": [], "shards": [{"name": "../x", "origin": "a", "hash": "sm3"}]}',
        ],
    )
    def test_refuses_a_description_that_leads_elsewhere_or_nowhere(self, text: str, tmp_path: Path):
        (tmp_path / "log.json").write_text(text)
        with pytest.raises(MalformedError):
            check_log(tmp_path)

    def test_finds_nothing_sound_in_a_log_without_years(self, tmp_path: Path):
        (tmp_path / "log.json").write_text('{"name": "a", "keys": [], "witnesses": [], "shards": []}')
        assert not check_log(tmp_path).sound


def _in_use(path: Path) -> bool:
    """Partial tiles of earlier checkpoints are no longer read."""
    return ".p/" not in path.as_posix() or path.name in {str(SIZE % 256), str(SIZE // 256)}
