"""What a signature on a document says: canonical JSON, the same whoever signs, so that anyone can check it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from mingjing.kernel.canonical import Json, canonical

FORM: Final = "mingjing/document/1"
_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """
    What is signed. ``content`` is the SHA-256 of the canonical data with the template, ``pdf`` that of the file as issued.

    It names nobody: a public page may show it whole.
    """

    code: str
    kind: str
    agency: str
    number: str
    dated_on: date
    content: str
    pdf: str

    def bytes_for(self, who: str, *, opinion: str = "", drawing: str = "", refused: str = "") -> bytes:
        """
        Return what is signed in one capacity (officer, party, seal …).

        ``drawing`` is the SHA-256 of a signature drawn by hand, ``refused`` how the signature was refused.
        """
        body: dict[str, Json] = {
            "form": FORM,
            "code": self.code,
            "kind": self.kind,
            "agency": self.agency,
            "number": self.number,
            "dated_on": self.dated_on.isoformat(),
            "content": self.content,
            "pdf": self.pdf,
            "capacity": who,
        }
        body |= {
            name: text for name, text in (("opinion", opinion), ("drawing", drawing), ("refused", refused)) if text
        }
        return canonical(body)


def content_digest(data: Json, template: str) -> str:
    """Return the SHA-256 of the data and the template, so that neither can change unseen."""
    return hashlib.sha256(canonical({"data": data, "template": template})).hexdigest()


def check_code(chance: bytes) -> str:
    """Write ten bytes of chance as a code that people can read out: 4F2K-9M0P-XR3T-7V1C."""
    number = int.from_bytes(chance[:10])
    letters = "".join(_LETTERS[number >> 5 * place & 31] for place in range(16))
    return "-".join(letters[start : start + 4] for start in range(0, 16, 4))


def same_code(text: str) -> str:
    """Read a code as people write it: small letters, spaces, O for 0 and I or L for 1."""
    plain = "".join(
        one for one in text.upper().replace("O", "0").replace("I", "1").replace("L", "1") if one in _LETTERS
    )
    return "-".join(plain[start : start + 4] for start in range(0, len(plain), 4))


def any_equal(digest: str, known: Sequence[str]) -> bool:
    """Say whether a digest is one of those that are known."""
    return digest.lower() in {one.lower() for one in known}
