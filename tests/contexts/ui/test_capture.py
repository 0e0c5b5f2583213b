"""Signatures: drawn on a screen or photographed, compared with their digest; what cannot be is refused."""

import json
from hashlib import sha256
from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from mingjing.contexts.ui.capture import LARGEST_BYTES, SignatureField
from tests.contexts.browsing import NARROW, WIDE, OpenPage, overflow

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 100
STROKES = {
    "width": 340,
    "height": 176,
    "signed_at": "2026-11-20T09:00:00+08:00",
    "strokes": [[[1, 2, 0], [3.25, 4, 16]]],
}


class Form(forms.Form):
    signature = SignatureField(label="签名")


def bound(content: bytes = PNG, name: str = "signature.png", **beside: str) -> Form:
    file = SimpleUploadedFile(name, content)
    return Form({f"signature_{key}": value for key, value in beside.items()}, {"signature": file})


class TestField:
    def test_takes_what_was_drawn(self) -> None:
        form = bound(strokes=json.dumps(STROKES), sha256=sha256(PNG).hexdigest())
        assert form.is_valid(), form.errors
        signed = form.cleaned_data["signature"]
        assert signed.was_drawn and signed.hashed_on_device
        assert signed.strokes == (((1.0, 2.0, 0), (3.2, 4.0, 16)),)
        assert json.loads(signed.strokes_json)["signed_at"] == "2026-11-20T09:00:00+08:00"

    def test_takes_a_photo_of_paper(self) -> None:
        form = bound(b"\xff\xd8\xff rest", "a.jpg")
        assert form.is_valid()
        signed = form.cleaned_data["signature"]
        assert (signed.was_drawn, signed.hashed_on_device, signed.content_type) == (False, False, "image/jpeg")

    @pytest.mark.parametrize(
        ("content", "name", "beside", "code"),
        [
            (b"<svg/>", "a.png", {}, "picture"),
            (PNG, "a.svg", {}, "invalid_extension"),
            (PNG, "a.png", {"sha256": "0" * 64}, "digest"),
            (PNG, "a.png", {"strokes": "{"}, "strokes"),
            (PNG, "a.png", {"strokes": '{"strokes": [[1]]}'}, "strokes"),
            (PNG + b"0" * LARGEST_BYTES, "a.png", {}, "large"),
        ],
    )
    def test_refuses(self, content: bytes, name: str, beside: dict[str, str], code: str) -> None:
        form = bound(content, name, **beside)
        assert [one.code for one in form.errors.as_data()["signature"]] == [code]

    def test_says_that_nobody_signed(self) -> None:
        assert Form({}, {}).errors["signature"] == ["还没有签名。"]

    @given(st.text(max_size=200))
    def test_any_strokes_are_read_or_refused(self, text: str) -> None:
        bound(strokes=text).is_valid()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
class TestPad:
    @pytest.mark.parametrize("size", [NARROW, WIDE])
    def test_is_signed_with_a_finger(self, open_page: OpenPage, size: tuple[int, int]) -> None:
        page = open_page("/styleguide/", size=size)
        pad: Any = page.locator("[data-sign-canvas]")
        pad.scroll_into_view_if_needed()
        box = pad.bounding_box()
        for stroke in ([(40, 40), (120, 90), (200, 50)], [(60, 120), (220, 130)]):
            page.mouse.move(box["x"] + stroke[0][0], box["y"] + stroke[0][1])
            page.mouse.down()
            for x, y in stroke[1:]:
                page.mouse.move(box["x"] + x, box["y"] + y, steps=6)
            page.mouse.up()
        page.wait_for_selector("[data-signed='2']")
        kept = json.loads(page.input_value("[data-sign-strokes]"))
        assert len(kept["strokes"]) == 2 and len(kept["strokes"][0]) > 6
        content = bytes(
            page.evaluate(
                "async () => [...new Uint8Array(await document.querySelector('[data-sign] input[type=file]').files[0].arrayBuffer())]"
            )
        )
        assert content.startswith(b"\x89PNG")
        assert sha256(content).hexdigest() == page.input_value("[data-sign-sha256]")
        assert bound(content, strokes=json.dumps(kept), sha256=sha256(content).hexdigest()).is_valid()
        page.click("[data-sign-clear]")
        assert page.input_value("[data-sign-sha256]") == ""
        assert page.evaluate("document.querySelector('[data-sign] input[type=file]').files.length") == 0
        assert overflow(page) <= 0

    def test_without_script_a_photo_of_paper_is_taken(self, open_page: OpenPage) -> None:
        page = open_page("/styleguide/", size=NARROW, script=False)
        assert page.is_visible("[data-sign] input[type=file]")
        assert not page.is_visible("[data-sign-canvas]")
        assert page.get_attribute("[data-sign] input[type=file]", "capture") == "environment"
