"""Uploading and playing in the system's Chromium: hashed in the browser, carried on after breaks, marks that seek."""

import hashlib
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route

from mingjing.contexts.accounts.models import User
from mingjing.contexts.media.models import Recording, Upload
from mingjing.contexts.media.usecases import keeping
from mingjing.contexts.media.usecases.taking import Draft, record_file
from mingjing.contexts.registry.models import Device
from mingjing.domain.media.recordings import Kind
from tests.contexts.browsing import NARROW, WIDE, OpenPage, overflow, violations
from tests.contexts.media.conftest import picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CONTENT = picture(size=(1200, 900)) + os.urandom(20 * 2**20)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    file = tmp_path / "门头照片.jpg"
    file.write_bytes(CONTENT)
    return file


def filled(page: Page, file: Path) -> None:
    page.set_input_files("input[type=file]", file)
    page.fill("input[name=shows]", "门头和招牌")


@pytest.mark.refused
@pytest.mark.offline
class TestUploading:
    def test_survives_three_breaks_and_is_what_the_browser_hashed(
        self, open_page: OpenPage, officer: Any, recorder: Device, photo: Path
    ) -> None:
        page = open_page("/media/new/", user=User.objects.get(pk=officer.user_id), size=NARROW)
        broken = []

        def break_some(route: Route) -> None:
            if len(broken) < 3 and route.request.method == "PATCH" and route.request.headers["upload-offset"] != "0":
                broken.append(route.request.headers["upload-offset"])
                route.abort("connectionreset")
            else:
                route.continue_()

        page.route("**/media/tus/**", break_some)
        filled(page, photo)
        page.click("[data-upload-button]")
        page.wait_for_url("**/media/2*/", timeout=90_000)
        row = Recording.objects.get()
        assert len(broken) == 3
        assert row.hashed_on_device
        assert row.sha256 == hashlib.sha256(CONTENT).hexdigest()
        assert "核对一致" in page.inner_text("main")

    def test_goes_on_when_the_page_was_closed(
        self, open_page: OpenPage, officer: Any, recorder: Device, photo: Path
    ) -> None:
        page = open_page("/media/new/", user=User.objects.get(pk=officer.user_id))
        page.route("**/media/tus/**", lambda route: route.abort() if _later(route) else route.continue_())
        filled(page, photo)
        page.click("[data-upload-button]")
        page.wait_for_selector("[data-phase=wait]", timeout=60_000)
        received = Upload.objects.get().received
        assert 0 < received < len(CONTENT)
        page.unroute("**/media/tus/**")
        page.once("dialog", lambda dialog: dialog.accept())
        page.goto(page.url)
        filled(page, photo)
        page.click("[data-upload-button]")
        page.wait_for_url("**/media/2*/", timeout=60_000)
        assert Upload.objects.count() == 1
        assert Recording.objects.get().sha256 == hashlib.sha256(CONTENT).hexdigest()

    def test_a_refusal_is_told_before_anything_is_sent(
        self, open_page: OpenPage, officer: Any, recorder: Device, photo: Path
    ) -> None:
        page = open_page("/media/new/", user=User.objects.get(pk=officer.user_id))
        filled(page, photo)
        page.fill("input[name=started_at]", "2099-01-01T09:00")
        page.click("[data-upload-button]")
        page.wait_for_selector("[data-phase=failed]", timeout=60_000)
        assert "晚于现在" in page.inner_text("[data-upload-list]")
        assert not Upload.objects.exists()

    def test_without_script_it_is_a_form(
        self, open_page: OpenPage, officer: Any, recorder: Device, photo: Path
    ) -> None:
        page = open_page("/media/new/", user=User.objects.get(pk=officer.user_id), script=False)
        filled(page, photo)
        page.click("[data-upload-button]")
        page.wait_for_url("**/media/2*/", timeout=60_000)
        assert Recording.objects.get().sha256 == hashlib.sha256(CONTENT).hexdigest()


def _later(route: Route) -> bool:
    return route.request.method == "PATCH" and route.request.headers["upload-offset"] != "0"


@pytest.fixture
def film(officer: Any, recorder: Device, video: bytes) -> Recording:
    import io

    at = timezone.now()
    draft = Draft(kind=Kind.VIDEO, shows="现场检查", started_at=at - timedelta(hours=1), device_no="REC-001")
    row = record_file(actor=officer, at=at, draft=draft, filename="a.mp4", content=io.BytesIO(video))
    keeping.mark(actor=officer, at=at, code=row.code, second=1, text="出示证件", step_kind="inspection")
    return row


class TestPlayer:
    def test_marks_seek_and_keys_reach_everything(self, open_page: OpenPage, film: Recording, officer: Any) -> None:
        page = open_page(f"/media/{film.code}/", user=User.objects.get(pk=officer.user_id))
        page.wait_for_function("document.getElementById('med-player').readyState >= 1", timeout=30_000)
        page.focus("[data-second]")
        page.keyboard.press("Enter")
        page.wait_for_function("document.getElementById('med-player').currentTime >= 1", timeout=10_000)
        assert page.evaluate("document.activeElement.id") == "med-player"
        page.click("[data-jump='-30']")
        page.wait_for_function("document.getElementById('med-player').currentTime < 1", timeout=10_000)
        assert page.evaluate("document.getElementById('med-player').textTracks.length") == 1

    @pytest.mark.parametrize("size", [WIDE, NARROW])
    def test_pages_fit_and_can_be_read(
        self, open_page: OpenPage, film: Recording, officer: Any, size: tuple[int, int]
    ) -> None:
        user = User.objects.get(pk=officer.user_id)
        for path in (f"/media/{film.code}/", "/media/new/", "/media/", "/media/uploads/"):
            page = open_page(path, user=user, size=size)
            assert overflow(page) <= 0, path
            # what a recording of an inspection says nobody has written down: marks are its captions
            assert [one for one in violations(page) if "video-caption" not in one] == [], path


@pytest.mark.refused
@pytest.mark.offline
class TestCapture:
    @pytest.mark.requirement("YZ-27")
    def test_what_is_taken_without_a_network_waits_and_is_sent_with_its_time(
        self, open_page: OpenPage, officer: Any, recorder: Device, tmp_path: Path
    ) -> None:
        page = open_page("/media/capture/", user=User.objects.get(pk=officer.user_id), size=NARROW)
        taken = []
        page.context.set_offline(True)
        for number, color in enumerate(("red", "navy")):
            file = tmp_path / f"IMG_{number}.jpg"
            file.write_bytes(picture(color))
            moment = timezone.now() - timedelta(hours=2 - number)
            os.utime(file, (moment.timestamp(), moment.timestamp()))
            taken.append((hashlib.sha256(file.read_bytes()).hexdigest(), int(moment.timestamp())))
            page.fill("input[name=shows]", f"现场照片{number}")
            page.set_input_files("[data-capture] input[type=file]", file)
            page.locator("[data-queue-list] [data-phase=wait]").nth(number).wait_for(timeout=30_000)
        assert not Recording.objects.exists()
        page.context.set_offline(False)
        page.locator("[data-queue-list] [data-phase=done]").nth(1).wait_for(timeout=60_000)
        rows = Recording.objects.order_by("started_at")
        assert [(row.sha256, int(row.started_at.timestamp())) for row in rows] == taken
        assert all(row.hashed_on_device for row in rows)

    def test_what_waits_survives_the_page_and_belongs_to_its_user(
        self, open_page: OpenPage, officer: Any, clerk: Any, recorder: Device, tmp_path: Path, live_server: Any
    ) -> None:
        page = open_page("/media/capture/", user=User.objects.get(pk=officer.user_id), size=NARROW)
        page.context.set_offline(True)
        file = tmp_path / "a.jpg"
        file.write_bytes(picture("green"))
        page.set_input_files("[data-capture] input[type=file]", file)
        page.wait_for_selector("[data-queue-list] [data-phase=wait]")
        page.goto("about:blank")
        page.context.set_offline(False)
        _sign_in(page, clerk, live_server)
        page.goto(live_server.url + "/media/capture/")
        page.wait_for_timeout(800)
        assert page.locator("[data-queue-list] li").count() == 0
        assert not Recording.objects.exists()
        _sign_in(page, officer, live_server)
        page.goto(live_server.url + "/media/capture/")
        page.wait_for_selector("[data-queue-list] [data-phase=done]", timeout=60_000)
        assert Recording.objects.get().uploaded_by_id == officer.user_id
        assert Recording.objects.get().shows == "现场情况"

    def test_what_is_refused_says_why_and_can_be_dropped(
        self, open_page: OpenPage, officer: Any, recorder: Device, tmp_path: Path
    ) -> None:
        page = open_page("/media/capture/", user=User.objects.get(pk=officer.user_id), size=NARROW)
        file = tmp_path / "a.jpg"
        file.write_bytes(b"MZ this is no photo")
        page.set_input_files("[data-capture] input[type=file]", file)
        page.wait_for_selector("[data-queue-list] [data-phase=failed]", timeout=60_000)
        assert "内容不是照片" in page.inner_text("[data-queue-list]")
        page.click("[data-queue-list] button")
        page.wait_for_selector("[data-queue-list] li", state="detached")

    def test_without_script_it_is_a_form(
        self, open_page: OpenPage, officer: Any, recorder: Device, tmp_path: Path
    ) -> None:
        page = open_page("/media/capture/", user=User.objects.get(pk=officer.user_id), size=NARROW, script=False)
        file = tmp_path / "a.jpg"
        file.write_bytes(picture("green"))
        page.set_input_files("[data-capture] input[type=file]", file)
        page.fill("input[name=shows]", "门头")
        page.click("[data-without-script] button")
        page.wait_for_url("**/media/2*/", timeout=60_000)
        assert Recording.objects.get().shows == "门头"

    @pytest.mark.parametrize("size", [WIDE, NARROW])
    def test_fits_and_has_no_barrier(
        self, open_page: OpenPage, officer: Any, recorder: Device, size: tuple[int, int]
    ) -> None:
        page = open_page("/media/capture/", user=User.objects.get(pk=officer.user_id), size=size)
        assert overflow(page) <= 0
        assert violations(page) == []


def _sign_in(page: Page, actor: Any, live_server: Any) -> None:
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id))
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])
