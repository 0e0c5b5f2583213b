"""``mingjing log``: a log from its key to its check, as an operator, a witness and a reader run it."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from mingjing.interfaces.cli import app
from tests.platform import mingjing
from tests.verify.sample import SampleLog, entries


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[SampleLog, Path]:
    log, folder = SampleLog(), tmp_path_factory.mktemp("public")
    log.shard("2026").add(entries(20))
    log.publish(folder)
    return log, folder


class TestVerify:
    def test_says_that_a_log_is_sound(self, published: tuple[SampleLog, Path]):
        log, folder = published
        done = CliRunner().invoke(app, ["log", "verify", str(folder), "--key", str(log.signer.public)])
        assert done.exit_code == 0, done.output
        assert "核验通过：20条" in done.output

    def test_fails_and_tells_where(self, published: tuple[SampleLog, Path], tmp_path: Path):
        log, folder = published
        held = tmp_path / "held"
        ahead = SampleLog()
        ahead.signer, ahead.witness = log.signer, log.witness
        ahead.shard("2026").add(entries(30))
        held.write_text(ahead.cosigned(ahead.shards[0], 30))
        done = CliRunner().invoke(app, ["log", "verify", str(folder), "--witness-checkpoint", str(held), "--json"])
        assert done.exit_code == 1
        assert '"kind": "rolled_back"' in done.output
        assert '"first": 20' in done.output

    def test_ends_with_2_where_there_is_no_log(self, tmp_path: Path):
        assert CliRunner().invoke(app, ["log", "verify", str(tmp_path)]).exit_code == 2


@pytest.mark.slow
class TestOperator:
    def test_runs_a_log_from_its_key_to_its_check(self, tmp_path: Path):
        home = tmp_path / "home"

        def told(*words: str) -> str:
            return mingjing(home, *words).stdout

        mingjing(home, "manage", "migrate", "records", "--verbosity=0")
        assert "公钥：mingjing-370831+" in told("log", "init")
        assert told("log", "publish") == "日志里还没有条目。\n"
        assert "存证 0 条（尚无年份），待编号 0 条。" in told("log", "status")
        assert (home / "keys" / "log-sm.key").stat().st_mode & 0o777 == 0o600
