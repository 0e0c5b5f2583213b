"""
Signatures drawn on a screen, as forms take them: the picture, the strokes with their times, the digest of the device.

    class ServeForm(forms.Form):
        signature = SignatureField(label="当事人签名")

    {% signature_pad form.signature %}      and ui/upload.js, ui/capture.js in {% block scripts %}

``form.cleaned_data["signature"]`` is a :class:`Signature`. Without script the field takes a photo of the signed paper.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import FileExtensionValidator
from django.utils.datastructures import MultiValueDict

LARGEST_BYTES: Final = 8 * 2**20
MOST_POINTS: Final = 50_000
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_JPEG: Final = b"\xff\xd8\xff"

type Point = tuple[float, float, int]
"""Where the pen was, in pixels of the pad, and how many milliseconds after the beginning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """
    A signature: its picture (PNG as drawn, or a photo of paper) and the SHA-256 of the picture.

    ``strokes`` is what was drawn, empty for a photo; ``signed_at`` the moment of the device's own clock (ISO 8601),
    ``hashed_on_device`` whether the device computed the digest before it was sent.
    """

    picture: bytes
    content_type: str
    sha256: str
    strokes: tuple[tuple[Point, ...], ...] = ()
    width: int = 0
    height: int = 0
    signed_at: str = ""
    hashed_on_device: bool = False

    @property
    def was_drawn(self) -> bool:
        """Whether it was drawn on the screen."""
        return bool(self.strokes)

    @property
    def strokes_json(self) -> str:
        """The strokes as they are kept beside the picture."""
        data = {"width": self.width, "height": self.height, "signed_at": self.signed_at, "strokes": self.strokes}
        return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


class SignatureInput(forms.FileInput):
    """The file, and beside it what the pad says of it."""

    def value_from_datadict(self, data: Mapping[str, Any], files: MultiValueDict[str, Any], name: str) -> Any:
        """Return the file with what stands beside it."""
        file = files.get(name)
        if file is None:
            return None
        file.pad = {key: str(data.get(f"{name}_{key}", "")) for key in ("strokes", "sha256")}
        return file


class SignatureField(forms.FileField):
    """A signature: what was drawn is compared with its digest; nothing but PNG and JPEG is taken."""

    widget = SignatureInput
    default_error_messages = {  # noqa: RUF012 - Django's
        "required": "还没有签名。",
        "large": "签名图片太大，请重新签名。",
        "picture": "签名应当是PNG或者JPEG图片。",
        "digest": "签名图片与设备上计算的摘要不一致，请重新签名。",
        "strokes": "笔迹读不懂，请重新签名。",
    }
    default_validators = [FileExtensionValidator(["png", "jpg", "jpeg"])]  # noqa: RUF012 - Django's

    def clean(self, data: Any, initial: Any = None) -> Signature | None:
        """Return the signature."""
        file: UploadedFile | None = super().clean(data, initial)
        if not file:
            return None
        if (file.size or 0) > LARGEST_BYTES:
            raise forms.ValidationError(self.error_messages["large"], "large")
        picture = file.read()
        if not picture.startswith((_PNG, _JPEG)):
            raise forms.ValidationError(self.error_messages["picture"], "picture")
        pad: dict[str, str] = getattr(file, "pad", {})
        found = sha256(picture).hexdigest()
        said = pad.get("sha256", "").lower()
        if said and said != found:
            raise forms.ValidationError(self.error_messages["digest"], "digest")
        drawn = self._drawn(pad.get("strokes", ""))
        return Signature(
            picture=picture,
            content_type="image/png" if picture.startswith(_PNG) else "image/jpeg",
            sha256=found,
            hashed_on_device=bool(said),
            **drawn,
        )

    def _drawn(self, text: str) -> dict[str, Any]:
        if not text:
            return {}
        try:
            data = json.loads(text)
            strokes = tuple(tuple(_point(one) for one in stroke) for stroke in data["strokes"])
            if sum(map(len, strokes)) > MOST_POINTS:
                raise ValueError(text[:20])
            return {
                "strokes": strokes,
                "width": int(data["width"]),
                "height": int(data["height"]),
                "signed_at": str(data["signed_at"])[:40],
            }
        except (ValueError, TypeError, KeyError, OverflowError) as error:
            raise forms.ValidationError(self.error_messages["strokes"], "strokes") from error


def _point(given: Sequence[Any]) -> Point:
    x, y, after = given
    return round(float(x), 1), round(float(y), 1), int(after)
