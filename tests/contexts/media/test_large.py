"""A film of two gigabytes through three broken connections, to the server as it is really run: its hash holds, memory does not grow."""

import base64
import hashlib
import http.client
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.platform import Platform, surroundings

pytestmark = pytest.mark.slow

SIZE = 2 * 2**30
PART = 8 * 2**20
BREAKS = (300 * 2**20, 1100 * 2**20, 1900 * 2**20)
MOST_MEMORY = 200 * 2**20
"""So much more than at rest may all processes of the platform need together; the film is ten times as large."""

FILL = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "mingjing.config.settings.base"
django.setup()
from datetime import date
from django.utils import timezone
from mingjing.contexts.accounts.access import actor_of
from mingjing.contexts.accounts.models import Grant, Unit, User
from mingjing.contexts.accounts.usecases.tokens import make_token
from mingjing.contexts.registry.models import Device
unit = Unit.objects.create(code="market", name="市场监管局", kind="agency", place="370831", path="market/")
user = User.objects.create(code="U1", username="film", name="张伟", unit=unit)
Grant.objects.create(user=user, role="officer", unit=unit, valid_from=date(2020, 1, 1), granted_by="t", reason="t")
Device.objects.create(number="REC-1", kind="recorder", model="M", serial="S", unit=unit, acquired_on=date(2020, 1, 1))
actor = actor_of(user, on=timezone.localdate())
print(make_token(actor=actor, at=timezone.now(), name="t", permissions=["media.recording.add"], days=1)[1])
"""

# the head of an MP4, so that it is taken for what it is said to be
HEAD = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom".ljust(1024, b"\0")


def film(begin: int, end: int) -> bytes:
    """Bytes of the film: a counter in every kilobyte, so that no part is like another."""
    first, last = begin // 1024, -(-end // 1024)
    whole = b"".join(HEAD if number == 0 else number.to_bytes(8, "big") * 128 for number in range(first, last))
    return whole[begin - first * 1024 : end - first * 1024]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    with Platform(tmp_path_factory.mktemp("large") / "home") as platform:
        yield platform


def memory(platform: Platform) -> int:
    """What the processes of the platform hold that is theirs alone, in bytes."""
    total = 0
    for pid in {*platform.children("granian"), *platform.children("operations.worker")}:
        with suppress(FileNotFoundError, ProcessLookupError, PermissionError):
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith(("Private_Dirty:", "Private_Clean:")):
                    total += int(line.split()[1]) * 1024
    return total


def test_two_gigabytes_through_three_broken_connections(served: Platform) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FILL], env=surroundings(served.home), capture_output=True, text=True, check=True
    )
    headers = {"Authorization": f"Bearer {done.stdout.split()[-1]}", "Tus-Resumable": "1.0.0"}
    digest = hashlib.sha256()
    for begin in range(0, SIZE, PART):
        digest.update(film(begin, begin + PART))
    wanted = digest.hexdigest()
    words = {
        "kind": "video", "shows": "全程录像", "started_at": "2026-01-05T09:00:00+08:00", "device_no": "REC-1",
        "filename": "a.mp4", "sha256": wanted,
    }  # fmt: skip
    given = ",".join(f"{name} {base64.b64encode(word.encode()).decode()}" for name, word in words.items())

    peak = [memory(served)]
    rest, over = peak[0], threading.Event()

    def watch() -> None:
        while not over.wait(0.5):
            peak[0] = max(peak[0], memory(served))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    began = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=300)
    connection.request("POST", "/media/tus/", headers=headers | {"Upload-Length": str(SIZE), "Upload-Metadata": given})
    answer = connection.getresponse()
    assert answer.status == 201, answer.read()
    address = answer.headers["Location"]
    answer.read()
    part_headers = headers | {"Content-Type": "application/offset+octet-stream"}
    offset, left, broken, refused = 0, list(BREAKS), 0, 0
    while offset < SIZE:
        body = film(offset, min(offset + PART, SIZE))
        sent = part_headers | {"Upload-Offset": str(offset)}
        if left and offset >= left[0]:
            left.pop(0)
            broken += 1
            connection.putrequest("PATCH", address)
            for name, value in {**sent, "Content-Length": str(len(body))}.items():
                connection.putheader(name, value)
            connection.endheaders()
            connection.send(body[: len(body) // 2])
            connection.close()
            offset = _standing(connection, address, headers)
            continue
        try:
            connection.request("PATCH", address, body=body, headers=sent)
            answer = connection.getresponse()
            text = answer.read()
        except (ConnectionError, http.client.HTTPException):
            # refused before it was read (the part before is still being written): asked again, as any such client does
            refused += 1
            connection.close()
            offset = _standing(connection, address, headers)
            continue
        if answer.status in (408, 409, 423):
            time.sleep(0.5)
            offset = _standing(connection, address, headers)
            continue
        assert answer.status == 204, text
        offset = int(answer.headers["Upload-Offset"])
    sent_after = time.monotonic() - began
    state: dict[str, object] = {}
    end = time.monotonic() + 600
    while state.get("state") not in ("done", "failed"):
        assert time.monotonic() < end, state
        time.sleep(1)
        connection.request("GET", address, headers=headers)
        state = json.loads(connection.getresponse().read())
    over.set()
    watcher.join()
    print(
        f"sent in {sent_after:.0f} s, checked and stored after {time.monotonic() - began:.0f} s, {broken} breaks, {refused} refused"
    )
    print(f"private memory of all processes: {rest / 2**20:.0f} MiB at rest, {peak[0] / 2**20:.0f} MiB at most")
    assert state["state"] == "done", state
    assert broken == 3
    assert refused <= 3 * broken
    (stored,) = (served.home / "media").rglob("*.mp4")
    found = hashlib.sha256()
    with stored.open("rb") as file:
        while piece := file.read(PART):
            found.update(piece)
    assert found.hexdigest() == wanted
    assert peak[0] - rest < MOST_MEMORY


def _standing(connection: http.client.HTTPConnection, address: str, headers: dict[str, str]) -> int:
    for _ in range(60):
        connection.request("HEAD", address, headers=headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status == 200:
            return int(answer.headers["Upload-Offset"])
        time.sleep(0.5)
    raise AssertionError(answer.status)
