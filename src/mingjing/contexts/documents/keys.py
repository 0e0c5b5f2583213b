"""
The keys by which documents are signed: one for each person who signs, one for each seal.

They lie in files of the platform that only their owner, the platform, may read; the database holds the public halves. So
a signature says: this account did it, and the platform vouches for who was signed in. Whoever needs a certified signature
of a person keeps paper or an outside signer beside it (docs/documents.md).
"""

import contextlib
import re
from base64 import b64decode, b64encode
from datetime import datetime
from pathlib import Path

from django.conf import settings

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.documents.models import Seal, SignerKey
from mingjing.contexts.records.keys import make_key, read_key, verifier, write_key
from mingjing.contexts.records.suite import SUITES
from mingjing.domain.records.notes import KeyType, NoteSigner, read_public_key


def folder() -> Path:
    """Where the private keys lie."""
    return Path(settings.HOME) / "keys" / "documents"


def signer_of(actor: Actor, at: datetime) -> NoteSigner:
    """Return the key of a person; made when they sign for the first time."""
    signer = _key(f"user-{actor.code}", f"{settings.LOG_NAME}/{_plain(actor.code)}")
    SignerKey.objects.get_or_create(user_id=actor.user_id, key=str(signer.public), defaults={"since": at})
    return signer


def seal_signer(code: str) -> NoteSigner:
    """Return the key of a seal; made when the seal is entered."""
    return _key(f"seal-{code}", f"{settings.LOG_NAME}/seal-{_plain(code)}")


def sign(signer: NoteSigner, message: bytes) -> str:
    """Sign; return the signature in base64."""
    return b64encode(signer.sign(message)).decode()


def holds(key: str, message: bytes, value: str) -> bool:
    """Say whether a signature is one of this key over this message."""
    try:
        return verifier(read_public_key(key)).verifies(message, b64decode(value, validate=True))
    except ValueError:
        return False


def algorithm(key: str) -> str:
    """Name the algorithm of a key."""
    return "SM2" if read_public_key(key).type is KeyType.SM2 else "Ed25519"


def known(key: str, *, user_id: int, seal: Seal | None = None) -> bool:
    """Say whether a key is that of the person or seal for whom it signed."""
    if seal is not None:
        return seal.key == key
    return SignerKey.objects.filter(user_id=user_id, key=key).exists()


def _key(file: str, name: str) -> NoteSigner:
    path = folder() / f"{_plain(file)}-{settings.LOG_SUITE}.key"
    if not path.exists():
        with contextlib.suppress(FileExistsError):
            write_key(path, make_key(name, SUITES[settings.LOG_SUITE][1]))
    return read_key(path)


def _plain(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.-]", "_", text)
