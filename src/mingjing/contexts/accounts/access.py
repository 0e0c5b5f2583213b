"""
The one scope check. Every page, list, search, export, API operation and file goes through it.

An :class:`Actor` is a user with the grants of a day. ``actor.scope(permission)`` says over which rows the permission
reaches; :func:`visible` limits a query to them, :func:`access` fetches one row or refuses.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar, Final, Protocol

from django.db.models import Model, Q, QuerySet

from mingjing.contexts.accounts.models import Grant, User
from mingjing.contexts.accounts.permissions import Reach, permission, roles
from mingjing.contexts.operations.statements import Statement
from mingjing.kernel.errors import DomainError

_GB_2260: Final = 6
"""Digits of a GB/T 2260 code; the codes of towns and villages go on from there."""


class ForbiddenError(DomainError):
    """The actor may not do this."""

    code = "accounts.forbidden"


class MissingError(DomainError):
    """There is no such row, or none that the actor may see: the two are not told apart."""

    code = "accounts.missing"


class ScopedModel(Protocol):
    """A model that says by which fields its rows are scoped."""

    scope_fields: ClassVar[Mapping[Reach, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A role held in a unit, as the check sees it."""

    role: str
    unit_path: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Over which rows a permission reaches: the union of the reaches of all grants that give it."""

    everything: bool = False
    user_id: int | None = None
    units: frozenset[str] = frozenset()
    branches: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return self.everything or self.user_id is not None or bool(self.units or self.branches or self.places)

    def condition(self, fields: Mapping[Reach, str]) -> Q:
        """
        Say as a condition which rows lie within, by the model's fields.

        ``fields`` names for ``OWN`` the field that holds the user's id, for ``UNIT`` the one that leads to the unit's
        path, for ``PLACE`` the one that leads to its place code. A reach the model has no field for gives no row.
        """
        if self.everything:
            return Q()
        found = Q(pk__in=[])
        if self.user_id is not None and Reach.OWN in fields:
            found |= Q(**{fields[Reach.OWN]: self.user_id})
        if Reach.UNIT in fields:
            path = fields[Reach.UNIT]
            if self.units:
                found |= Q(**{f"{path}__in": sorted(self.units)})
            for branch in sorted(self.branches):
                found |= Q(**{f"{path}__startswith": branch})
        if Reach.PLACE in fields:
            for place in sorted(self.places):
                found |= Q(**{f"{fields[Reach.PLACE]}__startswith": place})
        return found

    @property
    def around(self) -> frozenset[str]:
        """The places in which those that it reaches lie (GB/T 2260)."""
        return frozenset(place[:digits] for place in self.places for digits in _LEVELS if digits < len(place))

    def reaches(self, *, path: str, place: str) -> bool:
        """Say of something not yet in a table, with the path of its unit and its place, whether it would lie within."""
        return (
            self.everything
            or path in self.units
            or any(path.startswith(branch) for branch in self.branches)
            or any(place.startswith(prefix) for prefix in self.places)
        )


_LEVELS: Final = (2, 4, 6, 9)
"""Digits of the codes of provinces, cities, counties and towns."""

type Obstacle = Callable[[int, date], str]
"""Says of a user (by id) on a day why a permission is closed to them, in words; nothing where it is open."""

_CLOSING: Final[dict[str, Obstacle]] = {}


def close(codes: Iterable[str], obstacle: Obstacle) -> None:
    """
    Let a room close permissions to whom something stands in the way, whatever roles they hold.

    For what the law ties to the person and not to the post: who lost the qualification to enforce handles no case.
    """
    _CLOSING.update(dict.fromkeys(codes, obstacle))


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """
    A user, with the roles held on the day of the act. ``code`` stands in the log.

    ``only`` narrows the actor to some permissions: those of the token by which a program acts for the user. ``on`` is the
    day; without one nothing is closed (see :func:`close`).
    """

    user_id: int
    code: str
    name: str
    unit_path: str
    held: tuple[Held, ...] = field(default=())
    only: frozenset[str] | None = None
    on: date | None = None
    _told: dict[Obstacle, str] = field(default_factory=dict, init=False, repr=False, compare=False)

    def may(self, code: str) -> bool:
        """
        Say whether the actor has a permission over anything at all (for menus and buttons).

        :raises UnknownPermissionError: if no room declares it
        """
        permission(code)
        if self.only is not None and code not in self.only:
            return False
        known = roles()
        return any(code in known[one.role].may for one in self.held) and not self.closed(code)

    def closed(self, code: str) -> str:
        """Say why a permission is closed to the actor whatever the roles; nothing where it is not."""
        obstacle = _CLOSING.get(code)
        if obstacle is None or self.on is None:
            return ""
        if obstacle not in self._told:
            self._told[obstacle] = obstacle(self.user_id, self.on)
        return self._told[obstacle]

    def scope(self, code: str) -> Scope:
        """
        Say over which rows the permission reaches.

        :raises UnknownPermissionError: if no room declares it
        """
        permission(code)
        if self.only is not None and code not in self.only:
            return Scope()
        reaches = [(reach, one) for one in self.held if (reach := roles()[one.role].may.get(code)) is not None]
        if reaches and self.closed(code):
            return Scope()
        return Scope(
            everything=any(reach is Reach.ALL for reach, _ in reaches),
            user_id=self.user_id if any(reach is Reach.OWN for reach, _ in reaches) else None,
            units=frozenset(one.unit_path for reach, one in reaches if reach is Reach.UNIT),
            branches=frozenset(one.unit_path for reach, one in reaches if reach is Reach.BRANCH),
            places=frozenset(place_prefix(one.place) for reach, one in reaches if reach is Reach.PLACE),
        )


_GRANTS: Final = Statement(
    lambda user, since, until: (
        Grant.objects.filter(user_id=user, valid_from__lte=since)
        .exclude(valid_to__lte=until)
        .order_by("id")
        .values_list("role", "unit_id", "unit__path", "unit__place")
    ),
    int,
    date,
    date,
)


def actor_of(user: User, *, on: date, only: Iterable[str] | None = None) -> Actor:
    """
    Return the user as an actor of that day: with the grants that hold on it, delegated ones among them.

    ``only`` are the permissions to which a token narrows it.
    """
    known = roles()
    paths: dict[int | None, str] = {}
    held: list[Held] = []
    for role, unit, path, place in _GRANTS(user.pk, on, on):
        paths[unit] = path
        if role in known:
            held.append(Held(role=role, unit_path=path, place=place))
    # most hold a role in their own unit, which then need not be fetched
    own = paths.get(user.unit_id) or (user.unit.path if user.unit else "")
    return Actor(
        user_id=user.pk,
        code=user.code,
        name=user.name,
        unit_path=own,
        held=tuple(held),
        only=None if only is None else frozenset(only),
        on=on,
    )


def require(actor: Actor, code: str) -> Scope:
    """
    Return the scope of a permission that the actor must have over something.

    :raises ForbiddenError: if the actor has it over nothing
    """
    scope = actor.scope(code)
    if not scope:
        raise _forbidden(actor, code, f"您没有“{permission(code).label}”的权限。如工作需要，请向本单位安全管理员申请。")
    return scope


def _forbidden(actor: Actor, code: str, otherwise: str) -> ForbiddenError:
    """Say that a permission is closed to the actor, and why; else the other words."""
    why = actor.closed(code)
    return ForbiddenError(f"“{permission(code).label}”已对您关闭：{why}" if why else otherwise)


def require_place(actor: Actor, code: str, place: str) -> None:
    """
    Require that a permission reaches a place, by its GB/T 2260 code.

    :raises ForbiddenError: if it does not
    """
    scope = require(actor, code)
    if not (scope.everything or any(place.startswith(prefix) for prefix in scope.places)):
        raise ForbiddenError(f"您的权限不及行政区划{place}。请由当地单位办理。")


def readable[M: Model](rows: QuerySet[M], actor: Actor, code: str, *, published: Q) -> QuerySet[M]:
    """
    Limit a query to the rows over which the actor has the permission, and those ``published`` by the places around.

    What a county put into force speaks to its towns, too.

    :raises ForbiddenError: if the actor has the permission over nothing
    """
    scope = require(actor, code)
    fields: Mapping[Reach, str] = rows.model.scope_fields  # type: ignore[attr-defined]
    return rows.filter(scope.condition(fields) | published & Q(**{f"{fields[Reach.PLACE]}__in": scope.around}))


def visible[M: Model](rows: QuerySet[M], actor: Actor, code: str) -> QuerySet[M]:
    """
    Limit a query to the rows over which the actor has the permission.

    A model whose rows belong to something of an upper room (a recording to its case) says in a class method
    ``within(actor, scope, code)`` which rows lie within.

    :raises ForbiddenError: if the actor has it over nothing
    """
    scope = require(actor, code)
    within: Callable[[Actor, Scope, str], Q] | None = getattr(rows.model, "within", None)
    if within is not None:
        return rows.filter(within(actor, scope, code))
    fields: Mapping[Reach, str] = rows.model.scope_fields  # type: ignore[attr-defined]
    return rows.filter(scope.condition(fields))


def access[M: Model](
    rows: QuerySet[M], actor: Actor, code: str, /, *, see: str = "", lock: bool = False, **key: object
) -> M:
    """
    Fetch the one row with this key over which the actor has the permission; ``lock`` it until the transaction ends.

    ``see`` is the permission to see the row (``registry.officer.view``): who has it is told that the act is refused,
    who has not is told that there is no such row.

    :raises MissingError: if there is no such row, or none that the actor may see
    :raises ForbiddenError: if the actor may see the row but not do this with it
    """
    if lock:
        rows = rows.select_for_update(of=("self",))
    found = rows.filter(**key)
    if actor.scope(code):
        row = _only(visible(found, actor, code))
        if row is not None:
            return row
    if see and actor.scope(see) and visible(found, actor, see).exists():
        raise _forbidden(actor, code, f"您没有对这条记录“{permission(code).label}”的权限。")
    raise MissingError("没有找到这条记录，或者您无权查看。")


def _only[M: Model](rows: QuerySet[M]) -> M | None:
    """Return the row of a key: there is one or none, so that no order need be asked for."""
    return next(iter(rows.order_by()[:1]), None)


def place_prefix(code: str) -> str:
    """370000 reaches every code that begins with 37, 370800 those with 3708; a county or a town reaches its own."""
    if len(code) != _GB_2260:
        return code
    return code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code
