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
