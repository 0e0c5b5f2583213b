"""
Signed notes (C2SP signed-note): a text, an empty line, and lines ``— name base64(key id, signature)``.

Keys are passed in as :class:`NoteSigner` and :class:`NoteVerifier`; this module knows only the form.
"""

import base64
import binascii
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar, Final, Protocol

from mingjing.kernel.errors import DomainError

KEY_ID_SIZE: Final = 4
MOST_SIGNATURES: Final = 64


class NoteError(DomainError):
    """A text that is not a signed note, or not signed by whom it should be."""

    code: ClassVar[str] = "records.note"


class KeyType(Enum):
    """
    Which signature a key makes; the value is written before the public key in key ids and verifier keys.

    The first and third are C2SP's own. C2SP leaves 0xff, followed by a longer name, to everybody else; ours are SM2 with
    SM3 (GB/T 32918, GB/T 32905) over the same messages. See ``docs/log.md``.
    """

    ED25519 = b"\x01"
    SM2 = b"\xffmingjing/sm2-sm3/v1\x00"
    ED25519_COSIGNATURE = b"\x04"
    SM2_COSIGNATURE = b"\xffmingjing/sm2-sm3-cosignature/v1\x00"

    @property
    def public_key_size(self) -> int:
        """Bytes: a point of Ed25519 as in RFC 8032, or the coordinates X and Y of a point of SM2."""
        return 32 if self in {KeyType.ED25519, KeyType.ED25519_COSIGNATURE} else 64

    @property
    def cosigns(self) -> bool:
        """Whether signatures of this type carry the moment at which a witness saw the checkpoint."""
        return self in {KeyType.ED25519_COSIGNATURE, KeyType.SM2_COSIGNATURE}


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicKey:
    """A named public key, written as a *verifier key*: ``name+hex key id+base64(type, key)``."""

    name: str
    type: KeyType
    key: bytes

    @property
    def key_id(self) -> bytes:
        """The first four bytes of SHA-256 over name, type and key; an identifier, not a protection."""
        return hashlib.sha256(self.name.encode() + b"\n" + self.type.value + self.key).digest()[:KEY_ID_SIZE]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(self.type.value + self.key).decode()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One signature line."""

    name: str
    key_id: bytes
    signature: bytes

    def __str__(self) -> str:
        return f"— {self.name} {base64.b64encode(self.key_id + self.signature).decode()}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A text with its signatures, none of them checked yet."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return self.text + "\n" + "".join(map(str, self.signatures))


class NoteVerifier(Protocol):
    """Checks signatures of one public key."""

    @property
    def public(self) -> PublicKey: ...

    def verifies(self, message: bytes, signature: bytes) -> bool:
        """Say whether the signature is of this key over this message."""


class NoteSigner(Protocol):
    """Signs with one private key."""

    @property
    def public(self) -> PublicKey: ...

    def sign(self, message: bytes) -> bytes:
        """Sign the message."""


def read_public_key(text: str) -> PublicKey:
    """
    Read a verifier key.

    :raises NoteError: if it is malformed, or its id is not that of its key
    """
    name, _, rest = text.strip().partition("+")
    key_id, _, encoded = rest.partition("+")
    data = _decoded(encoded, "公钥")
    require_key_name(name)
    for each in KeyType:
        if data.startswith(each.value) and len(data) == len(each.value) + each.public_key_size:
            found = PublicKey(name=name, type=each, key=data[len(each.value) :])
            if found.key_id.hex() != key_id:
                raise NoteError(f"公钥“{name}”的编号与它的内容不符，可能抄错了。", key=text)
            return found
    raise NoteError(f"公钥“{name}”的签名类型或者长度不认识。", key=text)


def require_key_name(name: str) -> None:
    """
    Require a name that a signature line can carry.

    :raises NoteError: if it is empty or holds a space or a plus sign
    """
    if not name or any(each.isspace() or each == "+" for each in name):
        raise NoteError(f"密钥名称“{name}”不能是空的，也不能有空格和加号。", name=name)


def read_note(text: str) -> Note:
    """
    Take a signed note apart. No signature is checked.

    :raises NoteError: if the text is not a signed note
    """
    if any(each < " " and each != "\n" for each in text):
        raise NoteError("签名文本里有控制字符。")
    body, gap, lines = text.rpartition("\n\n")
    if not gap or not lines.endswith("\n"):
        raise NoteError("不是签名文本：缺少空行，或者最后一行没有结束。")
    found = tuple(read_signature(line) for line in lines[:-1].split("\n"))
    if len(found) > MOST_SIGNATURES:
        raise NoteError(f"签名多于{MOST_SIGNATURES}个。")
    return Note(text=body + "\n", signatures=found)


def read_signature(line: str) -> Signature:
    """
    Read one signature line, without its end of line.

    :raises NoteError: if it is malformed
    """
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != "—":
        raise NoteError(f"签名行写得不对：{line[:80]}")
    require_key_name(parts[1])
    data = _decoded(parts[2], "签名")
    if len(data) <= KEY_ID_SIZE:
        raise NoteError(f"签名太短：{line[:80]}")
    return Signature(name=parts[1], key_id=data[:KEY_ID_SIZE], signature=data[KEY_ID_SIZE:])


def sign_note(text: str, signers: Iterable[NoteSigner]) -> Note:
    """
    Sign a text with each of these keys.

    :raises NoteError: if the text does not end its last line
    """
    if not text.endswith("\n"):
        raise NoteError("要签名的文本必须以换行结束。")
    message = text.encode()
    return Note(
        text=text,
        signatures=tuple(
            Signature(name=each.public.name, key_id=each.public.key_id, signature=each.sign(message))
            for each in signers
        ),
    )


def signature_of(note: Note, key: PublicKey) -> Signature | None:
    """Return the signature that claims to be of this key."""
    return next((each for each in note.signatures if (each.name, each.key_id) == (key.name, key.key_id)), None)


def require_signed(note: Note, verifiers: Sequence[NoteVerifier]) -> list[PublicKey]:
    """
    Require that at least one of these keys signed the note, and that no signature of any of them is false.

    Signatures of unknown keys are passed over, as the form asks for.

    :raises NoteError: if none signed, or a signature of a known key is false
    """
    signed = []
    for each in verifiers:
        found = signature_of(note, each.public)
        if found is None:
            continue
        if not each.verifies(note.text.encode(), found.signature):
            raise NoteError(f"“{each.public.name}”的签名不对：内容在签名之后被改过，或者不是用它的密钥签的。")
        signed.append(each.public)
    if not signed:
        raise NoteError("没有一个认识的密钥签过这份文本。")
    return signed


def _decoded(text: str, what: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoteError(f"{what}不是合格的base64。") from error
    if base64.b64encode(data).decode() != text:
        raise NoteError(f"{what}的base64写法不唯一。")
    return data
