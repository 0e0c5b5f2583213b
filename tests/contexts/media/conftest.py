"""A small place with a recorder, an officer, and cases that a room above would register."""

import io
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.media import subjects
from mingjing.contexts.media.models import Recording
from mingjing.contexts.media.subjects import Facts, Step, SubjectKind
from mingjing.contexts.media.usecases.taking import Draft, record_file
from mingjing.contexts.registry.models import Device, Officer, Party
from mingjing.domain.media.recordings import Kind
from tests.conftest import absent
from tests.contexts.conftest import PLACE, ActorMaker

type Take = Callable[..., Recording]


@pytest.fixture
def at() -> datetime:
    return timezone.now().replace(microsecond=0)


@pytest.fixture
def officer(actor_with: ActorMaker, units: dict[str, Unit]) -> Actor:
    made = actor_with("officer", "market", username="zhang", name="张警官")
    Officer.objects.create(
        unit=units["market"], code="P000001", name="张警官", employment="established", user_id=made.user_id,
        joined_on=date(2020, 1, 1),
    )  # fmt: skip
    return made


@pytest.fixture
def clerk(actor_with: ActorMaker) -> Actor:
    return actor_with("agency_clerk", "market", username="clerk", name="王内勤")


@pytest.fixture
def head(actor_with: ActorMaker) -> Actor:
    return actor_with("agency_head", "market", username="head", name="李局长")


@pytest.fixture
def stranger(actor_with: ActorMaker) -> Actor:
    return actor_with("officer", "health", username="other", name="外单位")


@pytest.fixture
def overseer(actor_with: ActorMaker) -> Actor:
    return actor_with("overseer", "county", username="overseer", name="监督员")


@pytest.fixture
def recorder(units: dict[str, Unit]) -> Device:
    return Device.objects.create(
        number="REC-001", kind="recorder", model="DSJ-A7", serial="SN001", unit=units["market"],
        acquired_on=date(2020, 1, 1),
    )  # fmt: skip


@pytest.fixture
def party(db: None) -> Party:
    return Party.objects.create(
        code="B0001", kind="legal_person", name="泗水县某餐饮有限公司", key_index="k1", place=PLACE
    )


@dataclass
class Cases:
    """What a room of cases would say: who may see which, and what each is."""

    seen_by: dict[str, set[str]] = field(default_factory=dict)
    facts: dict[str, Facts] = field(default_factory=dict)


@pytest.fixture
def cases(units: dict[str, Unit], party: Party) -> Iterator[Cases]:
    """Units stand in for cases: there is a row for each code, and the tests say who sees it."""
    made = Cases()

    def seen(actor: Actor) -> Any:
        codes = [code for code, people in made.seen_by.items() if actor.code in people]
        return Unit.objects.filter(code__in=codes).values("code")

    for code in ("squad", "town"):
        made.facts[code] = Facts(
            title=f"泗市监案〔2026〕{code}号",
            unit="market",
            place=PLACE,
            parties=["B0001"],
            steps=(Step(code="E1", kind="seizure", label="查封扣押"), Step(code="E2", kind="hearing", label="听证")),
        )
    real = subjects.kind_of("case")
    subjects.register(
        SubjectKind(
            code="case",
            label="案件",
            visible=seen,
            recordable=seen,
            facts=made.facts.get,
            href=lambda code: f"/c/{code}/",
        )
    )
    yield made
    subjects.unregister("case")
    if real is not None:
        subjects.register(real)


def picture(color: str = "navy", size: tuple[int, int] = (640, 480), **exif: Any) -> bytes:
    """A photo; ``taken`` (2026:11:20 09:00:00) and ``gps`` go into its EXIF."""
    image, out = Image.new("RGB", size, color), io.BytesIO()
    data = Image.Exif()
    if "taken" in exif:
        data[306] = exif["taken"]
        data.get_ifd(34665)[36867] = exif["taken"]
    if exif.get("gps"):
        data.get_ifd(34853).update({1: "N", 2: (35.0, 39.0, 0.0), 3: "E", 4: (117.0, 15.0, 0.0)})
    image.save(out, "JPEG", exif=data)
    return out.getvalue()


@pytest.fixture(scope="session")
def video(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Two seconds of moving picture with sound."""
    program = shutil.which("ffmpeg")
    if program is None:
        absent("ffmpeg")
    file = tmp_path_factory.mktemp("video") / "a.mp4"
    source = ["-f", "lavfi", "-i", "testsrc=size=320x240:rate=10", "-f", "lavfi", "-i", "sine=frequency=440"]
    command = [program, "-v", "error", *source, "-t", "2", "-pix_fmt", "yuv420p", "-movflags", "+faststart", str(file)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    return Path(file).read_bytes()


@pytest.fixture
def take(officer: Actor, recorder: Device, at: datetime, django_capture_on_commit_callbacks: Any) -> Take:
    """Take a photo in; the draft's fields by name."""

    def run(content: bytes | None = None, *, by: Actor | None = None, **named: Any) -> Recording:
        draft: dict[str, Any] = {
            "kind": Kind.PHOTO, "shows": "后厨地面", "started_at": at - timedelta(hours=1), "device_no": "REC-001",
            "place": "后厨",
        }  # fmt: skip
        more = {name: named.pop(name) for name in ("device_sha256", "filename") if name in named}
        with django_capture_on_commit_callbacks(execute=True):
            return record_file(
                actor=by or officer, at=at, draft=Draft(**(draft | named)), filename=more.get("filename", "IMG_1.jpg"),
                content=io.BytesIO(content or picture()), device_sha256=more.get("device_sha256", ""),
            )  # fmt: skip

    return run
