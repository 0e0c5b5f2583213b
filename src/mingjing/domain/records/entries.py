"""
What one entry of the log says, and how it says it without saying too much.

An entry is public for ever, so it holds no personal data: who and object are codes, while the reason and the values of
fields are salted commitments, as is a code that may tell who somebody is. Value and salt (the *opening*) are kept beside
the log. Whoever is shown an opening can check it; once it is erased, nobody can find the value again, and every proof
still holds.
"""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import ClassVar, Final

from mingjing.domain.records.hashing import Hasher, HashName
from mingjing.kernel.canonical import Json, NotCanonicalError, canonical, read_canonical
from mingjing.kernel.errors import DomainError

VERSION: Final = 1
SALT_SIZE: Final = 16
ID_SIZE: Final = 16
LARGEST_ENTRY: Final = 65_535
"""Bytes; an entry's length is written in two bytes where entries are published (C2SP tlog-tiles)."""
CHINA_STANDARD_TIME: Final = timezone(timedelta(hours=8))

ACT: Final = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
FIELD_NAME: Final = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*")
PLAIN_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@/-]*")
PERSONAL_NUMBER: Final = re.compile(r"(?<!\d)(\d{17}[\dXx]|1[3-9]\d{9})(?!\d)")
"""An identity number or a mobile phone number. Other numbers of that form are only hidden without need."""
LONGEST_CODE: Final = 160

# Fields of our own, beside those of the act; their names cannot be taken by an act.
WHO_FIELD: Final = "_who"
OBJECT_FIELD: Final = "_object"
WHY_FIELD: Final = "_why"
HIDDEN: Final = "#"
"""Stands in place of a code that is committed to instead of being shown."""


class EntryRefusedError(DomainError):
    """An act that cannot be written into the log as it stands."""

    code: ClassVar[str] = "records.entry_refused"


class OpeningError(DomainError):
    """A value that is not the one an entry commits to."""

    code: ClassVar[str] = "records.opening"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """
    Somebody did something to something at some moment, for some reason.

    ``who`` is the stable code of a user or of a part of the system, ``object`` a kind and a code such as
    ``case:3705-2026-0017``; ``why`` is in free words. ``why`` and ``fields`` are committed to, ``public`` is readable by
    everybody.
    """

    who: str
    at: datetime
    act: str
    object: str
    why: str = ""
    fields: Mapping[str, Json] = field(default_factory=dict)
    public: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What opens the commitment to one field."""

    salt: bytes
    value: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedEntry:
    """An entry as it goes into the log, and what is kept beside it."""

    id: str
    data: bytes
    leaf_hash: bytes
    openings: Mapping[str, Opening]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry read back from its bytes."""

    id: str
    hash: HashName
    who: str
    at: datetime
    act: str
    object: str
    commitments: Mapping[str, bytes]
    public: Mapping[str, Json]


def seal(act: Act, *, hasher: Hasher, chance: bytes) -> SealedEntry:
    """
    Make the entry of an act.

    ``chance`` is random, used once, and as long as :func:`chance_needed` says. A moment without a zone is China Standard
    Time.

    :raises EntryRefusedError: if a name is malformed, a value has no canonical form or the entry grows too large
    """
    _require_names(act)
    if len(chance) != chance_needed(act):
        raise ValueError(f"{chance_needed(act)} random bytes needed, {len(chance)} given")
    try:
        openings, commitments = _commit(_committed(act), hasher, chance[ID_SIZE:])
        data = canonical(_body(act, chance[:ID_SIZE].hex(), hasher.name, commitments))
    except NotCanonicalError as error:
        raise EntryRefusedError(f"这一行为的内容不能写成规范格式，无法存证：{error}", act=act.act) from error
    if len(data) > LARGEST_ENTRY:
        raise EntryRefusedError(
            f"一条存证最多{LARGEST_ENTRY}字节，这一条有{len(data)}字节。请把大的内容存为文件，只记它的摘要。",
            act=act.act,
        )
    return SealedEntry(id=chance[:ID_SIZE].hex(), data=data, leaf_hash=hasher.leaf(data), openings=openings)


def chance_needed(act: Act) -> int:
    """How many random bytes :func:`seal` needs for this act."""
    return ID_SIZE + SALT_SIZE * len(_committed(act))


def shown(code: str) -> str:
    """
    Return how a code stands in a public entry: as it is, or only its kind where it may tell who somebody is.

    Hidden are codes that are not plain ASCII (they may be names) and those that hold an identity or phone number.
    """
    if PLAIN_CODE.fullmatch(code) and not PERSONAL_NUMBER.search(code):
        return code
    kind, colon, _ = code.partition(":")
    return f"{kind}:{HIDDEN}" if colon and PLAIN_CODE.fullmatch(kind) and shown(kind) == kind else HIDDEN


def read_entry(data: bytes) -> Entry:
    """
    Read an entry from its bytes.

    :raises EntryRefusedError: if these are not the canonical bytes of an entry
    """
    try:
        body = read_canonical(data)
        if not isinstance(body, dict) or body["v"] != VERSION:
            raise EntryRefusedError("看不懂这一条存证：版本不是1。")
        return Entry(
            id=str(body["id"]),
            hash=HashName(body["hash"]),
            who=str(body["who"]),
            at=datetime.fromisoformat(body["at"]),
            act=str(body["act"]),
            object=str(body["object"]),
            commitments={name: base64.b64decode(each, validate=True) for name, each in body["fields"].items()},
            public=body["public"],
        )
    except (NotCanonicalError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise EntryRefusedError(f"看不懂这一条存证：{error}") from error


def require_opening(entry: Entry, *, name: str, opening: Opening, hasher: Hasher) -> None:
    """
    Require that the entry commits to this value of the field.

    :raises OpeningError: if it has no such field, or commits to another value
    """
    if name not in entry.commitments:
        raise OpeningError(f"这一条存证里没有字段“{name}”。", field=name)
    if hasher.name is not entry.hash:
        raise ValueError(f"the entry uses {entry.hash}, not {hasher.name}")
    if hasher.field(opening.salt, name, canonical(opening.value)) != entry.commitments[name]:
        raise OpeningError(f"字段“{name}”的内容与存证时不一致。", field=name)


def written_moment(at: datetime) -> str:
    """Write a moment as entries do: China Standard Time, to the microsecond."""
    at = at.replace(tzinfo=CHINA_STANDARD_TIME) if at.tzinfo is None else at.astimezone(CHINA_STANDARD_TIME)
    return at.isoformat(timespec="microseconds")


def _committed(act: Act) -> dict[str, Json]:
    """All that is committed to: the fields, the reason, and codes that are not shown."""
    values = dict(act.fields)
    if act.why:
        values[WHY_FIELD] = act.why
    if shown(act.who) != act.who:
        values[WHO_FIELD] = act.who
    if shown(act.object) != act.object:
        values[OBJECT_FIELD] = act.object
    return values


def _body(act: Act, name: str, hash_name: HashName, commitments: Mapping[str, str]) -> Json:
    return {
        "v": VERSION,
        "id": name,
        "hash": hash_name.value,
        "who": shown(act.who),
        "at": written_moment(act.at),
        "act": act.act,
        "object": shown(act.object),
        "fields": commitments,
        "public": act.public,
    }


def _commit(values: Mapping[str, Json], hasher: Hasher, salts: bytes) -> tuple[dict[str, Opening], dict[str, str]]:
    openings, commitments = {}, {}
    for number, (name, value) in enumerate(values.items()):
        salt = salts[number * SALT_SIZE : (number + 1) * SALT_SIZE]
        openings[name] = Opening(salt=salt, value=value)
        commitments[name] = base64.b64encode(hasher.field(salt, name, canonical(value))).decode()
    return openings, commitments


def _require_names(act: Act) -> None:
    for label, name, pattern in (
        ("行为", act.act, ACT),
        *(("字段", each, FIELD_NAME) for each in act.fields),
    ):
        if len(name) > LONGEST_CODE or not pattern.fullmatch(name):
            raise EntryRefusedError(f"{label}“{name}”不是合格的名称，不能写入公开的日志。", act=act.act)
    for label, code in (("行为人", act.who), ("对象", act.object)):
        if not 0 < len(code) <= LONGEST_CODE:
            raise EntryRefusedError(f"{label}“{code}”应当有1至{LONGEST_CODE}个字。", act=act.act)
