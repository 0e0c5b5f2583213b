"""Everything is killed in the midst of writes, ten times: what was acknowledged is there, and nothing is there by half."""

import http.client
import json
import random
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.platform import Platform, mingjing

KILLS = 10
WRITERS = 6

SET_UP = """
from datetime import date
from django.utils import timezone
from mingjing.contexts.accounts.access import actor_of
from mingjing.contexts.accounts.models import Grant, Unit, User
from mingjing.contexts.accounts.usecases.tokens import make_token
unit = Unit.objects.create(code="county", name="泗水县", kind="government", place="370831", path="county/")
user = User.objects.create_user(username="writer", name="写入者", unit=unit)
Grant.objects.create(user=user, role="system_admin", unit=unit, valid_from=date(2020, 1, 1), granted_by="test", reason="测试")
actor = actor_of(user, on=timezone.localdate())
print("TOKEN" + make_token(actor=actor, at=timezone.now(), name="测试", permissions=["accounts.unit.edit", "accounts.unit.view"], days=1)[1])
"""

LOOK = """
import json
from django.db import connection
from mingjing.contexts.accounts.models import Unit, UnitChange
from mingjing.contexts.records.models import Entry
if connection.vendor == "sqlite":
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
print("FOUND" + json.dumps({
    "units": sorted(Unit.objects.filter(code__startswith="w").values_list("code", flat=True)),
    "changes": sorted(UnitChange.objects.filter(unit__code__startswith="w").values_list("unit__code", flat=True)),
    "entries": sorted(one.removeprefix("unit:") for one in Entry.objects.filter(act="accounts.found_unit").values_list("subject", flat=True)),
}))
"""


class Writer(threading.Thread):
    """Founds one unit after another over HTTP; what got no answer is asked again under the same key, as a good client does."""

    def __init__(self, number: int, port: int, token: str) -> None:
        super().__init__(daemon=True)
        self.number, self.port, self.token = number, port, token
        self.acknowledged: list[str] = []
        self.asked_again = 0
        self.refusals: list[tuple[int, bytes]] = []
        self.ended = threading.Event()

    def run(self) -> None:
        count = 0
        while not self.ended.is_set():
            code, count = f"w{self.number}-{count}", count + 1
            while not self.ended.is_set():
                try:
                    status, body = self.found(code)
                except (OSError, http.client.HTTPException):
                    self.asked_again += 1
                    time.sleep(0.05)
                    continue
                if status == 201:
                    self.acknowledged.append(code)
                    break
                self.refusals.append((status, body))
                time.sleep(0.05)

    def found(self, code: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        body = json.dumps({"code": code, "name": f"第{code}科", "kind": "other", "place": "370831", "parent": "county"})
        try:
            connection.request(
                "POST", "/api/v1/units", body=body,
                headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json", "Idempotency-Key": code},
            )  # fmt: skip
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_no_acknowledged_write_is_lost_and_no_act_is_half_done(
    new_home: Callable[[Path], Path], tmp_path: Path
) -> None:
    home = new_home(tmp_path / "home")
    (home / "security.yaml").write_text("token_requests_a_minute: 1000000\n")
    token = mingjing(home, "manage", "shell", "--no-imports", "-c", SET_UP).stdout.partition("TOKEN")[2].strip()
    platform = Platform(home, workers=2)
    chance = random.Random(7)
    writers = [Writer(number, platform.port, token) for number in range(WRITERS)]
    kills_amid_writes = 0
    try:
        platform.start()
        for writer in writers:
            writer.start()
        for _ in range(KILLS):
            before = sum(len(writer.acknowledged) for writer in writers)
            end = time.monotonic() + 60
            while time.monotonic() < end and sum(len(writer.acknowledged) for writer in writers) < before + 10:
                time.sleep(0.02)
            time.sleep(chance.uniform(0, 0.7))
            again = sum(writer.asked_again for writer in writers)
            platform.kill()
            time.sleep(0.2)
            kills_amid_writes += sum(writer.asked_again for writer in writers) > again
            platform.start()
        for writer in writers:
            writer.ended.set()
            writer.join(30)
    finally:
        for writer in writers:
            writer.ended.set()
        platform.kill()
    found = json.loads(mingjing(home, "manage", "shell", "--no-imports", "-c", LOOK).stdout.partition("FOUND")[2])
    acknowledged = {code for writer in writers for code in writer.acknowledged}
    assert len(acknowledged) >= 10 * KILLS
    assert kills_amid_writes >= KILLS // 2
    assert acknowledged <= set(found["units"]), "an acknowledged write is lost"
    assert found["changes"] == found["units"], "an act is half done"
    assert found["entries"] == found["units"], "the log and the tables differ"
    # at most the one that each writer was waiting for at the end
    assert len(set(found["units"]) - acknowledged) <= WRITERS
    assert [status for writer in writers for status, _ in writer.refusals if status not in {409, 503}] == []
