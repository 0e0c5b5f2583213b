"""Optimistic locking: the row's ``version`` is its ETag; who changes it says with ``If-Match`` which one was read."""

import re
from typing import Final

from django.http import HttpRequest, HttpResponse

from mingjing.kernel.errors import DomainError

_TAG: Final = re.compile(r'"(\d{1,9})"', re.ASCII)


class VersionMissingError(DomainError):
    """A change that does not say which version of the row it is meant for."""

    code = "accounts.version_missing"


class UnreadVersionError(DomainError):
    """What stands in ``If-Match`` is no version."""

    code = "ui.stale"


def if_match(request: HttpRequest) -> int:
    """
    Return the version for which a change is meant; the use case compares it with the row's.

    :raises VersionMissingError: if the request does not say (428)
    :raises UnreadVersionError: if it says what no row can have (412)
    """
    given = request.headers.get("If-Match")
    if not given:
        raise VersionMissingError("请先读取这条记录，再把答复里的 ETag 原样写进 If-Match，以免覆盖他人的修改。")
    found = _TAG.fullmatch(given.strip())
    if found is None:
        raise UnreadVersionError(f"If-Match 里的“{given[:32]}”不是读取时答复的 ETag，请重新读取。")
    return int(found[1])


def set_version[T](response: HttpResponse, body: T, version: int) -> T:
    """Say with the answer which version of the row it is."""
    response["ETag"] = f'"{version}"'
    return body
