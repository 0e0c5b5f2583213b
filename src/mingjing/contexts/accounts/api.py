"""The API of this room: who I am, units, users, roles and grants."""

from datetime import date
from typing import Self

from django.http import HttpResponse
from django.utils import timezone
from ninja import Field, FilterSchema, Query, Schema, Status

from mingjing.contexts.accounts import permissions
from mingjing.contexts.accounts.access import access, visible
from mingjing.contexts.accounts.models import Grant, Unit, User
from mingjing.contexts.accounts.permissions import SIGNED_IN, Reach
from mingjing.contexts.accounts.rest import Asked, Page, PageIn, RoomRouter, if_match, page_of, set_version
from mingjing.contexts.accounts.usecases import grants, units, users

router = RoomRouter(tags=["账号与权限"])


class HeldOut(Schema):
    """A role that is held today."""

    role: str = Field(description="角色代码")
    role_name: str
    unit_path: str = Field(description="单位路径")


class MeOut(Schema):
    """Whoever asks."""

    code: str
    name: str
    unit_path: str
    roles: list[HeldOut]
    permissions: list[str] = Field(description="今天有的权限；用令牌时，只有令牌带的")


class UnitOut(Schema):
    """A unit."""

    code: str
    name: str
    short_name: str
    kind: str
    place: str
    parent: str | None = Field(description="上级单位代码")
    path: str
    valid_from: date | None
    valid_to: date | None
    version: int

    @classmethod
    def of(cls, row: Unit) -> Self:
        """Tell of a unit; its parent stands in its path."""
        above = row.path.rstrip("/").split("/")[:-1]
        return cls(
            code=row.code,
            name=row.name,
            short_name=row.short_name,
            kind=row.kind,
            place=row.place,
            parent=above[-1] if above else None,
            path=row.path,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            version=row.version,
        )


class UnitFilters(FilterSchema):
    """Which units."""

    kind: str | None = Field(None, max_length=32, description="类别")
    place: str | None = Field(None, max_length=12, pattern=r"^\d*$", description="行政区划代码")


class UnitIn(Schema):
    """What a unit is called and what it is."""

    name: str = Field(max_length=128)
    short_name: str = Field("", max_length=64)
    kind: str = Field(max_length=32)
    place: str = Field(max_length=12)
    document: str = Field("", max_length=128, description="文件依据")
    reason: str = Field("", max_length=256)


class NewUnitIn(UnitIn):
    """A unit that is entered."""

    code: str = Field(max_length=32)
    parent: str = Field("", max_length=32, description="上级单位代码；最上一级不写")
    valid_from: date | None = None


class UserOut(Schema):
    """An account, without what is personal."""

    code: str
    username: str
    name: str
    unit: str | None = Field(description="单位代码")
    is_active: bool
    version: int

    @classmethod
    def of(cls, row: User) -> Self:
        """Tell of an account."""
        return cls(
            code=row.code,
            username=row.username,
            name=row.name,
            unit=row.unit.code if row.unit else None,
            is_active=row.is_active,
            version=row.version,
        )


class UserFilters(FilterSchema):
    """Which accounts."""

    unit__code: str | None = Field(None, alias="unit", max_length=32, description="单位代码")
    is_active: bool | None = Field(None, description="是否启用")


class UserIn(Schema):
    """What is known of somebody."""

    name: str = Field(max_length=64)
    unit: str = Field(max_length=32, description="单位代码")
    mobile: str = Field("", max_length=20)
    email: str = Field("", max_length=254)


class NewUserIn(UserIn):
    """An account that is made."""

    username: str = Field(max_length=64)
    code: str = Field("", max_length=64, description="稳定代码，不写则与登录名相同")


class NewUserOut(UserOut):
    """An account with its initial password, which is told this once."""

    initial_password: str


class GrantOut(Schema):
    """A role that somebody holds, or held."""

    id: int
    user: str
    role: str
    role_name: str
    unit: str
    valid_from: date
    valid_to: date | None
    delegated_by: str | None = Field(description="委托人代码")
    granted_by: str
    reason: str

    @classmethod
    def of(cls, row: Grant) -> Self:
        """Tell of a grant."""
        role = permissions.roles().get(row.role)
        return cls(
            id=row.pk,
            user=row.user.code,
            role=row.role,
            role_name=role.name if role else row.role,
            unit=row.unit.code,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            delegated_by=row.delegated_by.code if row.delegated_by else None,
            granted_by=row.granted_by,
            reason=row.reason,
        )


class GrantFilters(FilterSchema):
    """Which grants."""

    user__code: str | None = Field(None, alias="user", max_length=64, description="用户代码")
    role: str | None = Field(None, max_length=64)
    unit__code: str | None = Field(None, alias="unit", max_length=32, description="单位代码")


class NewGrantIn(Schema):
    """A role that is granted."""

    user: str = Field(max_length=64)
    role: str = Field(max_length=64)
    unit: str = Field(max_length=32)
    valid_from: date
    valid_to: date | None = None
    reason: str = Field(max_length=256)


class EndGrantIn(Schema):
    """A role that is withdrawn."""

    on: date | None = Field(None, description="从哪天起不再担任；不写为今天")
    reason: str = Field(max_length=256)


class RoleOut(Schema):
    """A role, and what it may do how far."""

    code: str
    name: str
    group: str
    purpose: str
    may: dict[str, Reach]


@router.get("/me", permission=SIGNED_IN, response=MeOut, summary="我是谁，今天有哪些权限")
def me(request: Asked) -> MeOut:
    """Tell a program on whose behalf it acts."""
    actor = request.actor
    return MeOut(
        code=actor.code,
        name=actor.name,
        unit_path=actor.unit_path,
        roles=[
            HeldOut(role=one.role, role_name=permissions.roles()[one.role].name, unit_path=one.unit_path)
            for one in actor.held
        ],
        permissions=[one.code for one in permissions.permissions() if actor.may(one.code)],
    )


@router.get("/units", permission="accounts.unit.view", response=Page[UnitOut], summary="单位列表")
def list_units(request: Asked, filters: Query[UnitFilters], page: Query[PageIn]) -> Page[UnitOut]:
    rows = filters.filter(visible(Unit.objects.all(), request.actor, "accounts.unit.view"))
    return page_of(rows, page, UnitOut.of, order="path")


@router.post("/units", permission="accounts.unit.edit", response={201: UnitOut}, summary="设立单位")
def found_unit(request: Asked, response: HttpResponse, body: NewUnitIn) -> Status[UnitOut]:
    unit = units.found_unit(actor=request.actor, at=timezone.now(), **body.dict())
    return Status(201, set_version(response, UnitOut.of(unit), unit.version))


@router.get("/units/{code}", permission="accounts.unit.view", response=UnitOut, summary="一个单位")
def get_unit(request: Asked, response: HttpResponse, code: str) -> UnitOut:
    unit = access(Unit.objects.all(), request.actor, "accounts.unit.view", code=code)
    return set_version(response, UnitOut.of(unit), unit.version)


@router.patch(
    "/units/{code}",
    permission="accounts.unit.edit",
    response=UnitOut,
    versioned=True,
    summary="变更单位名称、类别、区划",
)
def change_unit(request: Asked, response: HttpResponse, code: str, body: UnitIn) -> UnitOut:
    unit = units.change_unit(
        actor=request.actor, at=timezone.now(), code=code, version=if_match(request), **body.dict()
    )
    return set_version(response, UnitOut.of(unit), unit.version)


@router.get("/users", permission="accounts.user.view", response=Page[UserOut], summary="账号列表")
def list_users(request: Asked, filters: Query[UserFilters], page: Query[PageIn]) -> Page[UserOut]:
    rows = visible(User.objects.select_related("unit"), request.actor, "accounts.user.view")
    return page_of(filters.filter(rows), page, UserOut.of, order="code")


@router.post("/users", permission="accounts.user.edit", response={201: NewUserOut}, summary="建立账号")
def make_user(request: Asked, response: HttpResponse, body: NewUserIn) -> Status[NewUserOut]:
    user, password = users.make_user(actor=request.actor, at=timezone.now(), **body.dict())
    out = NewUserOut(**UserOut.of(user).dict(), initial_password=password)
    return Status(201, set_version(response, out, user.version))


@router.get("/users/{code}", permission="accounts.user.view", response=UserOut, summary="一个账号")
def get_user(request: Asked, response: HttpResponse, code: str) -> UserOut:
    user = access(User.objects.select_related("unit"), request.actor, "accounts.user.view", code=code)
    return set_version(response, UserOut.of(user), user.version)


@router.patch(
    "/users/{code}", permission="accounts.user.edit", response=UserOut, versioned=True, summary="修改账号资料"
)
def change_user(request: Asked, response: HttpResponse, code: str, body: UserIn) -> UserOut:
    user = users.change_user(
        actor=request.actor, at=timezone.now(), code=code, version=if_match(request), **body.dict()
    )
    return set_version(response, UserOut.of(user), user.version)


@router.get("/grants", permission="accounts.grant.view", response=Page[GrantOut], summary="授权列表")
def list_grants(request: Asked, filters: Query[GrantFilters], page: Query[PageIn]) -> Page[GrantOut]:
    rows = Grant.objects.select_related("user", "unit", "delegated_by")
    return page_of(filters.filter(visible(rows, request.actor, "accounts.grant.view")), page, GrantOut.of)


@router.post("/grants", permission="accounts.grant.edit", response={201: GrantOut}, summary="授予角色")
def grant_role(request: Asked, body: NewGrantIn) -> Status[GrantOut]:
    grant = grants.grant_role(actor=request.actor, at=timezone.now(), **body.dict())
    return Status(201, GrantOut.of(grant))


@router.post("/grants/{int:grant}/end", permission="accounts.grant.edit", response=GrantOut, summary="收回角色")
def end_grant(request: Asked, grant: int, body: EndGrantIn) -> GrantOut:
    row = grants.end_grant(actor=request.actor, at=timezone.now(), grant=grant, on=body.on, reason=body.reason)
    return GrantOut.of(row)


@router.get("/roles", permission="accounts.role.view", response=list[RoleOut], summary="角色与权限")
def list_roles(request: Asked) -> list[RoleOut]:  # noqa: ARG001
    return [
        RoleOut(code=one.code, name=one.name, group=one.group, purpose=one.purpose, may=dict(one.may))
        for one in permissions.roles().values()
    ]
