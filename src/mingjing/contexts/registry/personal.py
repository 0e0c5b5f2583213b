"""
Identity numbers at rest: a blind index to find by, a sealed text to read with a stated purpose, a mask to show.

The keys are drawn from the platform's secret: a copy of the database alone gives no number.
"""

import hashlib
import hmac

from cryptography.fernet import InvalidToken
from django.conf import settings

from mingjing.contexts.accounts import sealing
from mingjing.domain.registry.identity import PartyKey
from mingjing.kernel.errors import DomainError


class UnsealError(DomainError):
    """A sealed text cannot be opened with the key that is there."""

    code = "registry.unseal"


def seal(text: str) -> str:
    """Seal a text; nothing stays nothing."""
    return sealing.seal(text.encode(), purpose="registry personal").decode() if text else ""


def unseal(text: str) -> str:
    """
    Open a sealed text.

    :raises UnsealError: if it was sealed with another key
    """
    if not text:
        return ""
    try:
        return sealing.unseal(text.encode(), purpose="registry personal").decode()
    except InvalidToken as error:
        raise UnsealError("密封内容打不开：平台密钥与登记时不同，请联系系统管理员恢复密钥。") from error


def blind(text: str) -> str:
    """Return the blind index of a number: equal numbers are equal, and nobody reads the number from it."""
    if not text:
        return ""
    return hmac.new(settings.SECRET_KEY.encode(), f"registry index {text.upper()}".encode(), hashlib.sha256).hexdigest()


def index_of(key: PartyKey, place: str) -> str:
    """Return the blind index of a party's key; a mere name is a key only within its place."""
    where = place if key.kind.value == "name" else ""
    return blind(f"{key.kind.value}:{where}:{key.value}")
