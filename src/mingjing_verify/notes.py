"""Signed notes, checkpoints and cosignatures (C2SP signed-note, tlog-checkpoint, tlog-cosignature)."""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from mingjing_verify.signatures import ed25519_verifies, sm2_verifies

# What stands before the public key in a verifier key; the two that begin with 0xff are of 明镜 (docs/log.md).
_ED25519 = b"\x01"
_ED25519_COSIGNATURE = b"\x04"
_SM2 = b"\xffmingjing/sm2-sm3/v1\x00"
_SM2_COSIGNATURE = b"\xffmingjing/sm2-sm3-cosignature/v1\x00"


class MalformedError(Exception):
    """A text that is not what it should be; the message is Chinese, for whoever runs the check."""


@dataclass(frozen=True)
class Key:
    """A public key under its name."""

    name: str
    type: bytes
    key: bytes

    @property
    def id(self) -> bytes:
        """Four bytes that tell this key from others of the same name."""
        return hashlib.sha256(self.name.encode() + b"\n" + self.type + self.key).digest()[:4]

    @property
    def cosigns(self) -> bool:
        """Whether it is the key of a witness."""
        return self.type in (_ED25519_COSIGNATURE, _SM2_COSIGNATURE)

    def verifies(self, message: bytes, signature: bytes) -> bool:
        """Say whether this key signed the message."""
        check = ed25519_verifies if self.type in (_ED25519, _ED25519_COSIGNATURE) else sm2_verifies
        return check(self.key, message, signature)


@dataclass(frozen=True)
class SignedCheckpoint:
    """A checkpoint with its signatures, none of them checked yet."""

    text: str
    origin: str
    size: int
    root: bytes
    hash: str
    signatures: tuple[tuple[str, bytes, bytes], ...]

    def signed_by(self, keys: Sequence[Key]) -> list[Key]:
        """
        Return which of these keys of the log signed it.

        :raises MalformedError: if a signature that claims to be of one of them is false
        """
        found = []
        for key in keys:
            for name, key_id, signature in self.signatures:
                if (name, key_id) == (key.name, key.id):
                    if not key.verifies(self.text.encode(), signature):
                        raise MalformedError(f"“{key.name}”的签名不对：检查点在签名之后被改过，或者不是它签的")
                    found.append(key)
        return found

    def cosigned_by(self, witness: Key) -> int | None:
        """
        Return the POSIX second as of which the witness cosigned it; ``None`` if it did not.

        :raises MalformedError: if its cosignature is false
        """
        for name, key_id, signature in self.signatures:
            if (name, key_id) == (witness.name, witness.id):
                seconds = int.from_bytes(signature[:8])
                message = f"cosignature/v1\ntime {seconds}\n{self.text}".encode()
                if not witness.verifies(message, signature[8:]):
                    raise MalformedError(f"见证人“{witness.name}”的签名不对")
                return seconds
        return None


def read_key(text: str) -> Key:
    """
    Read a verifier key.

    :raises MalformedError: if it is none
    """
    parts = text.strip().split("+", 2)
    if len(parts) != 3:
        raise MalformedError(f"公钥写得不对：{text[:80]}")
    name, key_id, data = parts[0], parts[1], _bytes(parts[2], "公钥")
    for kind, size in ((_ED25519, 32), (_ED25519_COSIGNATURE, 32), (_SM2, 64), (_SM2_COSIGNATURE, 64)):
        if data.startswith(kind) and len(data) == len(kind) + size:
            key = Key(name, kind, data[len(kind) :])
            if key.id.hex() == key_id:
                return key
    raise MalformedError(f"公钥“{name}”的类型、长度或编号不对")


def read_signed_checkpoint(data: bytes) -> SignedCheckpoint:
    """
    Take a signed checkpoint apart.

    :raises MalformedError: if it is none
    """
    try:
        whole = data.decode()
    except UnicodeDecodeError as error:
        raise MalformedError("检查点不是UTF-8文本") from error
    text, gap, tail = whole.rpartition("\n\n")
    if not gap or not tail.endswith("\n") or any(each < " " and each != "\n" for each in whole):
        raise MalformedError("检查点的格式不对：缺少签名或者有多余的字符")
    lines = text.split("\n")
    if len(lines) < 3 or "" in lines:
        raise MalformedError("检查点至少有三行：日志名称、条数、根")
    origin, size, root = lines[:3]
    if not size.isascii() or not size.isdigit() or str(int(size)) != size:
        raise MalformedError(f"检查点的条数写得不对：{size[:40]}")
    decoded = _bytes(root, "检查点的根")
    if len(decoded) != 32:
        raise MalformedError("检查点的根不是32个字节")
    name = lines[3].removeprefix("hash ") if len(lines) > 3 and lines[3].startswith("hash ") else "sha256"
    signatures = tuple(_signature(line) for line in tail[:-1].split("\n"))
    return SignedCheckpoint(text + "\n", origin, int(size), decoded, name, signatures)


def _signature(line: str) -> tuple[str, bytes, bytes]:
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != "—":
        raise MalformedError(f"签名行写得不对：{line[:60]}")
    data = _bytes(parts[2], "签名")
    return parts[1], data[:4], data[4:]


def _bytes(text: str, what: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedError(f"{what}不是base64") from error
    if base64.b64encode(data).decode() != text:
        raise MalformedError(f"{what}的base64写法不规范")
    return data
