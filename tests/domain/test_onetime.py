"""One-time passwords: the vectors of the standards, and what an authenticator must not let through."""

import pytest

from mingjing.domain.onetime import address_of, base32, matching_step, password_at, step_of

SECRET = b"12345678901234567890"

RFC_4226 = ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"]
RFC_6238 = [
    (59, "94287082"),
    (1111111109, "07081804"),
    (1111111111, "14050471"),
    (1234567890, "89005924"),
    (2000000000, "69279037"),
    (20000000000, "65353130"),
]


@pytest.mark.parametrize(("counter", "password"), list(enumerate(RFC_4226)))
def test_agrees_with_appendix_d_of_rfc_4226(counter: int, password: str) -> None:
    assert password_at(SECRET, counter) == password


@pytest.mark.parametrize(("second", "password"), RFC_6238)
def test_agrees_with_appendix_b_of_rfc_6238(second: int, password: str) -> None:
    """The standard prints eight digits; six are the last of them."""
    assert password_at(SECRET, step_of(second)) == password[2:]


def test_takes_clocks_that_differ_by_a_step_and_no_more() -> None:
    now = 1_700_000_000
    for steps, taken in ((-2, False), (-1, True), (0, True), (1, True), (2, False)):
        password = password_at(SECRET, step_of(now) + steps)
        assert (matching_step(SECRET, password, second=now, after=0) is not None) is taken


def test_takes_no_password_twice() -> None:
    now = 1_700_000_000
    password = password_at(SECRET, step_of(now))
    step = matching_step(SECRET, password, second=now, after=0)
    assert step is not None
    assert matching_step(SECRET, password, second=now, after=step) is None


@pytest.mark.parametrize("password", ["", "12345", "abcdef", "一二三四五六"])
def test_takes_nothing_else(password: str) -> None:
    assert matching_step(SECRET, password, second=59, after=-1) is None


def test_gives_apps_an_address_that_they_read() -> None:
    address = address_of(SECRET, account="zhang.wei", issuer="明镜")
    assert address.startswith("otpauth://totp/%E6%98%8E%E9%95%9C:zhang.wei?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&")
    assert base32(SECRET) in address
