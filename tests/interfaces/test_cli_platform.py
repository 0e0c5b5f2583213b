"""The platform's commands that end by themselves."""

import re
from pathlib import Path

from tests.platform import mingjing


def test_manages(tmp_path: Path) -> None:
    assert "No changes" in mingjing(tmp_path / "home", "manage", "makemigrations", "--check", "--dry-run").stdout


class TestCheckDeploy:
    def test_names_what_must_be_done(self, tmp_path: Path) -> None:
        done = mingjing(tmp_path / "home", "check-deploy", check=False)
        assert done.returncode == 1
        assert "没有启用 HTTPS" in done.stdout
        assert "没有写明用户访问的域名" in done.stdout
        assert not re.search(r"[a-z]{4,} [a-z]{3,} [a-z]{2,}", done.stdout), "an English sentence"

    def test_is_content_with_a_proper_installation(self, tmp_path: Path) -> None:
        home = tmp_path / "home"
        home.mkdir(mode=0o700)
        done = mingjing(
            home, "check-deploy", check=False,
            MINGJING_HTTPS="1", MINGJING_HOSTS="zf.example.gov.cn", MINGJING_PLACE="370802", MINGJING_DURABLE="1",
        )  # fmt: skip
        assert done.returncode == 0, done.stdout
        assert "可以正式使用" in done.stdout
