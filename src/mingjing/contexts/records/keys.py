"""
Hash functions and keys of the log: SM3 and SHA-256, SM2 and Ed25519.

Private keys are made at set-up, lie in files outside the repository that only their owner may read, and never enter the
database. The file of a key holds one line: ``PRIVATE+type+name+base64``.
"""

import base64
import hashlib
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import ClassVar, Final

import gmssl_pyx
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from mingjing.domain.records.hashing import Hasher, HashName
from mingjing.domain.records.notes import KeyType, NoteSigner, NoteVerifier, PublicKey, require_key_name
from mingjing.kernel.errors import DomainError

SM2_SIGNER: Final = b"1234567812345678"
"""The default identity of a signer, as GM/T 0009 sets it."""
SM2_NUMBER_SIZE: Final = 32
OWNER_ONLY: Final = 0o600
FILE_MARK: Final = "PRIVATE"
_ED25519: Final = (KeyType.ED25519, KeyType.ED25519_COSIGNATURE)


class KeyFileError(DomainError):
    """A file that should hold a private key, and does not, or that others can read."""

    code: ClassVar[str] = "records.key_file"


@cache
def hasher(name: HashName) -> Hasher:
    """Return the hash function of this name."""
    return Hasher(name=name, digest=_sm3() if name is HashName.SM3 else _sha256)


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def _sm3() -> Callable[[bytes], bytes]:
    # A copy of a fresh state is twice as fast as a new one.
    fresh = hashes.Hash(hashes.SM3())

    def digest(data: bytes) -> bytes:
        state = fresh.copy()
        state.update(data)
        return state.finalize()

    return digest


@dataclass(frozen=True, slots=True)
class Ed25519Signer:
    """Signs with Ed25519."""

    public: PublicKey
    private: bytes

    def sign(self, message: bytes) -> bytes:
        return Ed25519PrivateKey.from_private_bytes(self.private).sign(message)


@dataclass(frozen=True, slots=True)
class Ed25519Verifier:
    """Checks signatures of Ed25519."""

    public: PublicKey

    def verifies(self, message: bytes, signature: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.public.key).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class Sm2Signer:
    """Signs with SM2 over SM3. A signature is the numbers r and s, 32 bytes each."""

    public: PublicKey
    private: bytes

    def sign(self, message: bytes) -> bytes:
        encoded = gmssl_pyx.sm2_sign(self.private, self.public.key, message, SM2_SIGNER)
        r, s = decode_dss_signature(encoded)
        return r.to_bytes(SM2_NUMBER_SIZE) + s.to_bytes(SM2_NUMBER_SIZE)


@dataclass(frozen=True, slots=True)
class Sm2Verifier:
    """Checks signatures of SM2 over SM3."""

    public: PublicKey

    def verifies(self, message: bytes, signature: bytes) -> bool:
        if len(signature) != 2 * SM2_NUMBER_SIZE:
            return False
        r, s = int.from_bytes(signature[:SM2_NUMBER_SIZE]), int.from_bytes(signature[SM2_NUMBER_SIZE:])
        try:
            encoded = encode_dss_signature(r, s)
            return bool(gmssl_pyx.sm2_verify(self.public.key, message, encoded, SM2_SIGNER))
        except (ValueError, gmssl_pyx.GmsslInnerError):
            return False


def verifier(key: PublicKey) -> NoteVerifier:
    """Return what checks signatures of this key."""
    return Ed25519Verifier(key) if key.type in _ED25519 else Sm2Verifier(key)


def make_key(name: str, kind: KeyType) -> NoteSigner:
    """Make a new key."""
    require_key_name(name)
    if kind in _ED25519:
        return _signer(name, kind, secrets.token_bytes(32))
    public, private = gmssl_pyx.sm2_key_generate()
    return Sm2Signer(PublicKey(name=name, type=kind, key=public), private)


def write_key(path: Path, signer: NoteSigner) -> None:
    """
    Write a private key where only the owner may read it.

    :raises FileExistsError: if there is such a file; a key is never overwritten
    """
    assert isinstance(signer, Ed25519Signer | Sm2Signer)
    # An SM2 public key cannot be had from the private one with the library, so both are kept.
    secret = signer.private + (signer.public.key if isinstance(signer, Sm2Signer) else b"")
    line = "+".join([FILE_MARK, signer.public.type.name.lower(), signer.public.name, base64.b64encode(secret).decode()])
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(line + "\n")


def read_key(path: Path) -> NoteSigner:
    """
    Read a private key.

    :raises KeyFileError: if the file is not a key, or if others than its owner may read it
    """
    try:
        if path.stat().st_mode & 0o077:
            raise KeyFileError(f"密钥文件 {path.name} 可以被其他用户读取。请执行 chmod 600 后再试。")
        mark, kind, name, encoded = path.read_text("ascii").strip().split("+", 3)
        if mark != FILE_MARK:
            raise KeyFileError(f"{path.name} 不是密钥文件。")
        return _signer(name, KeyType[kind.upper()], base64.b64decode(encoded, validate=True))
    except FileNotFoundError as error:
        raise KeyFileError(f"没有密钥文件 {path.name}。请先执行 mingjing log init。") from error
    except (ValueError, KeyError) as error:
        raise KeyFileError(f"看不懂密钥文件 {path.name}。") from error


def _signer(name: str, kind: KeyType, secret: bytes) -> NoteSigner:
    if kind in _ED25519:
        public = Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()
        return Ed25519Signer(PublicKey(name=name, type=kind, key=public), secret)
    private, public = secret[:SM2_NUMBER_SIZE], secret[SM2_NUMBER_SIZE:]
    return Sm2Signer(PublicKey(name=name, type=kind, key=public), private)
