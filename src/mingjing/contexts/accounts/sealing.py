"""Sealing what must be read again (the secret of an authenticator, a kept answer) with a key drawn from the platform's."""

import base64

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def seal(content: bytes, *, purpose: str) -> bytes:
    """Return ``content`` so that only this platform reads it, and only for the same purpose."""
    return _box(purpose).encrypt(content)


def unseal(sealed: bytes, *, purpose: str) -> bytes:
    """Return what was sealed for this purpose."""
    return _box(purpose).decrypt(sealed)


def _box(purpose: str) -> Fernet:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"mingjing {purpose}".encode())
    return Fernet(base64.urlsafe_b64encode(key.derive(settings.SECRET_KEY.encode())))
