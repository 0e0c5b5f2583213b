"""``mingjing serve`` from the outside: it starts by itself, keeps its children alive, stops when told, at any moment."""

import os
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.platform import Platform, mingjing

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    with Platform(tmp_path_factory.mktemp("serve") / "home") as platform:
        yield platform


def test_answers_alive_and_ready(served: Platform) -> None:
    assert served.get("/healthz") == (200, "ok\n")
    status, body = served.get("/readyz")
    assert (status, "false" in body) == (200, False)


def test_is_asked_by_address_not_by_name(served: Platform) -> None:
    assert served.get("/healthz", Host="10.0.0.7")[0] == 200
    assert served.get("/sign-in/", Host="evil.example")[0] == 400


def test_tells_measures_to_this_machine_only(served: Platform) -> None:
    served.get("/sign-in/")
    status, text = served.get("/metrics")
    assert status == 200
    assert re.search(r'^mingjing_http_request_seconds_count\{status="2xx"\} [1-9]', text, re.MULTILINE)
    assert 'mingjing_ready{check="worker"} 1' in text
    assert re.search(r"^mingjing_worker_heartbeat_age_seconds [\d.e-]+$", text, re.MULTILINE)
    assert served.get("/metrics", X_Forwarded_For="203.0.113.9")[0] == 404


def test_logs_a_line_for_a_request_without_what_was_asked(served: Platform) -> None:
    served.get("/sign-in/?q=%E5%BC%A0%E4%BC%9F")
    time.sleep(0.2)
    lines = [line for line in served.events() if line["event"] == "request_finished"]
    assert lines[-1]["request"] == "GET /sign-in/"
    assert lines[-1]["code"] == 200
    assert len(lines[-1]["request_id"]) == 36
    assert "%E5%BC%A0" not in served.log.read_text()
    assert "127.0.0.1" not in str(lines[-1])


def test_refuses_a_second_one_in_the_same_home(served: Platform) -> None:
    done = mingjing(served.home, "serve", "--port", "8", check=False)
    assert done.returncode == 2
    assert "已经有一个平台在运行" in done.stderr


def test_refuses_a_port_that_is_taken(served: Platform, tmp_path: Path) -> None:
    done = mingjing(tmp_path / "other", "serve", "--port", str(served.port), check=False)
    assert done.returncode == 2
    assert "端口已被占用" in done.stderr


@pytest.mark.parametrize("word", ["operations.worker", "granian wsgi"])
def test_starts_a_child_again_that_died(served: Platform, word: str) -> None:
    before = set(served.children(word))
    assert before
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    end = time.monotonic() + 60
    while time.monotonic() < end and not set(served.children(word)) - before:
        time.sleep(0.1)
    served.wait_for("/readyz")
    after = set(served.children(word))
    assert after, served.log.read_text()
    assert not after & before
    assert "child_died" in [line["event"] for line in served.events()]


def test_the_home_is_for_its_owner_only(served: Platform) -> None:
    assert served.home.stat().st_mode & 0o077 == 0
    assert (served.home / "secret.key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("number", "delay"),
    [
        (signal.SIGTERM, 0.0),
        (signal.SIGTERM, 2.0),
        (signal.SIGTERM, 4.0),
        (signal.SIGTERM, None),
        (signal.SIGINT, None),
    ],
)
def test_stops_when_told_at_any_moment(tmp_path: Path, number: int, delay: float | None) -> None:
    platform = Platform(tmp_path / "home")
    platform.start(wait=delay is None)
    try:
        # the process exists as soon as its log does
        while not platform.log.exists():
            time.sleep(0.02)
        time.sleep(delay or 0)
        assert platform.stop(number) == 0
        assert platform.processes() == []
    finally:
        platform.kill()


def test_leaves_nobody_behind_when_the_watching_process_is_killed(tmp_path: Path) -> None:
    platform = Platform(tmp_path / "home")
    platform.start()
    try:
        assert platform.process is not None
        platform.process.kill()
        end = time.monotonic() + 40
        while time.monotonic() < end and platform.processes():
            time.sleep(0.2)
        assert platform.processes() == []
    finally:
        platform.kill()


def test_says_why_the_tables_could_not_be_brought_up_to_date(tmp_path: Path) -> None:
    done = mingjing(tmp_path / "home", "serve", check=False, MINGJING_DATABASE="/nowhere/at/all.sqlite3")
    assert done.returncode == 2
    assert "没有启动" in done.stderr
    assert "unable to open database file" in done.stderr


def test_the_watching_process_is_small(served: Platform) -> None:
    assert served.process is not None
    status = Path(f"/proc/{served.process.pid}/status").read_text()
    kilobytes = int(status.partition("VmRSS:")[2].split()[0])
    assert kilobytes < 40_000
