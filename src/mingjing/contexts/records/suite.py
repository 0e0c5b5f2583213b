"""Which cryptography this log uses, where its keys and its public files lie: what the settings say."""

from datetime import datetime
from pathlib import Path
from typing import ClassVar, Final

from django.conf import settings

from mingjing.contexts.records.keys import hasher, make_key, read_key, write_key
from mingjing.contexts.records.models import Checkpoint, SigningKey
from mingjing.domain.records.hashing import Hasher, HashName
from mingjing.domain.records.notes import KeyType, NoteSigner
from mingjing.kernel.errors import DomainError

SUITES: Final = {"sm": (HashName.SM3, KeyType.SM2), "c2sp": (HashName.SHA256, KeyType.ED25519)}
"""SM3 with SM2 (GB/T 32905, GB/T 32918), or SHA-256 with Ed25519 as in C2SP."""


class LogKeyMissingError(DomainError):
    """There are checkpoints, but the key that signed them is not where it should be."""

    code: ClassVar[str] = "records.key_missing"


def hasher_in_use() -> Hasher:
    """Return the hash function for new entries and new years."""
    return hasher(SUITES[settings.LOG_SUITE][0])


def key_path() -> Path:
    """Where the private key of the log lies."""
    return Path(settings.HOME) / "keys" / f"log-{settings.LOG_SUITE}.key"


def public_folder() -> Path:
    """Where the public files are written; any web server or disk may carry them on."""
    return Path(settings.HOME) / "log"


def log_signer(*, at: datetime) -> NoteSigner:
    """
    Return the key of the log; made when the log has never been signed.

    A lost key is not replaced in silence: whoever checks the log knows the old one.

    :raises LogKeyMissingError: if the log was signed before, and there is no key
    """
    path = key_path()
    if not path.exists():
        if Checkpoint.objects.exists():
            raise LogKeyMissingError(
                f"日志已经签过名，却找不到密钥 {path.name}。请从备份恢复，或执行 mingjing log new-key。"
            )
        make_log_key()
    signer = read_key(path)
    if not SigningKey.objects.filter(key=str(signer.public)).exists():
        SigningKey.objects.bulk_create([SigningKey(key=str(signer.public), used_since=at)], ignore_conflicts=True)
    return signer


def make_log_key() -> None:
    """Make the key of the log, unless there is one."""
    try:
        write_key(key_path(), make_key(settings.LOG_NAME, SUITES[settings.LOG_SUITE][1]))
    except FileExistsError:
        return
