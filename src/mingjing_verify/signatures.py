"""Checking signatures of Ed25519 (RFC 8032) and SM2 (GB/T 32918.2-2016), written from the standards. Nothing here signs."""

import hashlib

from mingjing_verify.sm3 import sm3

# --- Ed25519 -------------------------------------------------------------------------------------------------------

_P = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_ROOT_OF_MINUS_ONE = pow(2, (_P - 1) // 4, _P)

type _Point = tuple[int, int, int, int]
"""Extended coordinates X, Y, Z, T with x = X/Z, y = Y/Z, xy = T/Z."""


def ed25519_verifies(key: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether the signature is of this key over this message."""
    if len(key) != 32 or len(signature) != 64:
        return False
    public, commitment = _point(key), _point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if public is None or commitment is None or s >= _ORDER:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % _ORDER
    return _same(_times(s, _BASE), _plus(commitment, _times(challenge, public)))


def _point(data: bytes) -> _Point | None:
    """Decompress a point; ``None`` if there is none."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT_OF_MINUS_ONE % _P
    if (x * x - square) % _P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = _P - x
    return x, y, 1, x * y % _P


def _plus(p: _Point, q: _Point) -> _Point:
    a = (p[1] - p[0]) * (q[1] - q[0]) % _P
    b = (p[1] + p[0]) * (q[1] + q[0]) % _P
    c = 2 * p[3] * q[3] * _D % _P
    d = 2 * p[2] * q[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(number: int, point: _Point) -> _Point:
    found: _Point = (0, 1, 1, 0)
    while number:
        if number & 1:
            found = _plus(found, point)
        point = _plus(point, point)
        number >>= 1
    return found


def _same(p: _Point, q: _Point) -> bool:
    return (p[0] * q[2] - q[0] * p[2]) % _P == 0 and (p[1] * q[2] - q[1] * p[2]) % _P == 0


_base = _point((4 * pow(5, -1, _P) % _P).to_bytes(32, "little"))
assert _base is not None
_BASE: _Point = _base

# --- SM2 -----------------------------------------------------------------------------------------------------------

_SM2_P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
_SM2_A = _SM2_P - 3
_SM2_B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
_SM2_ORDER = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
_SM2_BASE = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)
_SM2_SIGNER = b"1234567812345678"

type _Affine = tuple[int, int] | None
"""A point of the curve; ``None`` is the one at infinity."""


def sm2_verifies(key: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether the signature (r and s, 32 bytes each) is of this key (X and Y) over this message."""
    if len(key) != 64 or len(signature) != 64:
        return False
    point = int.from_bytes(key[:32]), int.from_bytes(key[32:])
    r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
    if not _on_curve(point) or not (0 < r < _SM2_ORDER and 0 < s < _SM2_ORDER):
        return False
    t = (r + s) % _SM2_ORDER
    if t == 0:
        return False
    found = _sm2_plus(_sm2_times(s, _SM2_BASE), _sm2_times(t, point))
    digest = int.from_bytes(sm3(_identity(key) + message))
    return found is not None and (digest + found[0]) % _SM2_ORDER == r


def _identity(key: bytes) -> bytes:
    """The hash over signer, curve and key that stands before every message."""
    curve = b"".join(each.to_bytes(32) for each in (_SM2_A, _SM2_B, *_SM2_BASE))
    return sm3((8 * len(_SM2_SIGNER)).to_bytes(2) + _SM2_SIGNER + curve + key)


def _on_curve(point: tuple[int, int]) -> bool:
    x, y = point
    return x < _SM2_P and y < _SM2_P and (y * y - (x * x * x + _SM2_A * x + _SM2_B)) % _SM2_P == 0


def _sm2_plus(p: _Affine, q: _Affine) -> _Affine:
    if p is None or q is None:
        return p or q
    if p[0] == q[0]:
        if (p[1] + q[1]) % _SM2_P == 0:
            return None
        slope = (3 * p[0] * p[0] + _SM2_A) * pow(2 * p[1], -1, _SM2_P)
    else:
        slope = (q[1] - p[1]) * pow(q[0] - p[0], -1, _SM2_P)
    x = (slope * slope - p[0] - q[0]) % _SM2_P
    return x, (slope * (p[0] - x) - p[1]) % _SM2_P


def _sm2_times(number: int, point: _Affine) -> _Affine:
    found: _Affine = None
    while number:
        if number & 1:
            found = _sm2_plus(found, point)
        point = _sm2_plus(point, point)
        number >>= 1
    return found
