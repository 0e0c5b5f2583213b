"""
One-time passwords of an authenticator app: RFC 6238 over RFC 4226, HMAC-SHA-1, six digits, thirty seconds.

What apps everywhere take; SHA-1 is not weak in this use (RFC 6238, section 1.2 and RFC 4226, appendix B.1).
"""

import base64
import hmac
from typing import Final
from urllib.parse import quote

STEP_SECONDS: Final = 30
DIGITS: Final = 6
SLACK_STEPS: Final = 1
"""How many steps the two clocks may differ."""


def step_of(second: int) -> int:
    """Return the number of the step in which this second of the epoch lies."""
    return second // STEP_SECONDS


def password_at(secret: bytes, step: int) -> str:
    """Return the password of a step."""
    digest = hmac.digest(secret, step.to_bytes(8, "big"), "sha1")
    start = digest[-1] & 0xF
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFF_FFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def matching_step(secret: bytes, password: str, *, second: int, after: int) -> int | None:
    """
    Return the step whose password this is, or ``None``.

    Only steps later than ``after`` count: a password that was used, or an earlier one, never comes again.
    """
    now, found = step_of(second), None
    for step in range(now - SLACK_STEPS, now + SLACK_STEPS + 1):
        # every step is compared, and each in constant time
        same = hmac.compare_digest(password_at(secret, step).encode(), password.encode())
        if same and step > after:
            found = step
    return found


def address_of(secret: bytes, *, account: str, issuer: str) -> str:
    """Return what an app reads from the QR code."""
    text = base32(secret)
    return f"otpauth://totp/{quote(issuer)}:{quote(account)}?secret={text}&issuer={quote(issuer)}"


def base32(secret: bytes) -> str:
    """Write the secret as people type it into an app."""
    return base64.b32encode(secret).decode().rstrip("=")
