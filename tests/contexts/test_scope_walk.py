"""
The scope walk: every page, export, API operation and link × every role, against the table of roles.

The addresses come from the resolver and the API's own description, the rows from the demonstration place, so that a new
room is walked without a line here. A page that does not say what it asks for (``permission``, ``SIGNED_IN`` or
``public = True``) fails. What is walked:

- every address without a row: open to exactly the roles that have its permission, with every table's exports;
- every table: shows a role no row beyond its scope;
- every link that a page shows: opens for whoever sees it;
- every address of a row: closed to whom the list does not show the row;
- every address with a row that is not there: refused or missing, never an error;
- every API operation: the same, by token and by session.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from html import unescape
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from django.utils import timezone

from mingjing.contexts.accounts.access import Actor, actor_of
from mingjing.contexts.accounts.models import Grant, Unit, User
from mingjing.contexts.accounts.permissions import SIGNED_IN, permission, roles
from mingjing.contexts.accounts.usecases.tokens import make_token
from mingjing.contexts.accounts.web import stepup
from mingjing.contexts.demo.place import DemoPlace
from mingjing.contexts.demo.usecases import generate_demo
from mingjing.contexts.demo.usecases.make_place import fillers
from mingjing.contexts.ui.tables import TableView
from mingjing.contexts.ui.web.pages import Page
from mingjing.interfaces.api.root import api
from tests.contexts.wording import faults_in

pytestmark = [pytest.mark.slow, pytest.mark.django_db, pytest.mark.timeout(1200)]

REFUSED = {403, 404, 405}
SIGN_IN = "/sign-in/"
ROWS_OF_A_TABLE = 4
NONE_SUCH = {"int": "999999999", "str": "none-such", "slug": "none-such", "path": "none-such"}
NO_UUID = "00000000-0000-4000-8000-000000000000"
COUNTY, OTHER = "370831", "370826"
WHERE = {"系统": "county", "三员": "county", "监督": "justice", "政府": "county", "执法": "agency", "协助": "justice"}
HREF = re.compile(r'\s(?:href|src|action|hx-get)="([^"]*)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A page: its route, name, what it asks for."""

    route: str
    name: str
    view: Any
    asks: str | None
    public: bool

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods that it answers, as far as a walk knows."""
        named = tuple(method for method in ("get", "post") if hasattr(self.view, method))
        return named or ("get", "post")

    @property
    def path(self) -> str:
        """The address of the page; where it wants a row, of one that is not there."""

        def none_such(found: re.Match[str]) -> str:
            kind = found[1] or "str"
            return NO_UUID if kind == "uuid" else NONE_SUCH[kind]

        return "/" + re.sub(r"<(?:(\w+):)?\w+>", none_such, self.route)


@dataclass(slots=True)
class Walker:
    """Somebody with one role, signed in."""

    role: str
    place: str
    user: User
    actor: Actor
    client: Client
    headers: dict[str, str]

    def __str__(self) -> str:
        return f"{self.role}@{self.place}"


@cache
def addresses() -> tuple[Address, ...]:
    """Return every page that the resolver knows, without the API's operations."""
    found: list[Address] = []

    def visit(patterns: list[Any], prefix: str) -> None:
        for one in patterns:
            route = prefix + str(one.pattern)
            if isinstance(one, URLResolver):
                if one.namespace != "api":
                    visit(one.url_patterns, route)
            else:
                assert isinstance(one, URLPattern)
                view = getattr(one.callback, "view_class", one.callback)
                found.append(
                    Address(
                        route=route,
                        name=one.name or "",
                        view=view,
                        asks=declared(view),
                        public=getattr(view, "public", False) is True,
                    )
                )

    visit(get_resolver().url_patterns, "")
    return tuple(found)


def declared(view: Any) -> str | None:
    """Return what a view says that it asks for; ``None`` where it says nothing and only inherits silence."""
    bases = getattr(view, "__mro__", ())
    for base in bases:
        if base in (Page, TableView):
            return None
        if "permission" in vars(base):
            return str(base.permission)
    return None


@pytest.fixture(scope="module")
def world(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Walker]]:
    """The demonstration place, and somebody of every role in it and in a county beside it."""
    home = tmp_path_factory.mktemp("walk")
    generate_demo(out_dir=home / "facts", cases=400, seed=7, as_of=date(2026, 11, 20))
    place = DemoPlace(home=home, password="Walk-7unq-ok3x")
    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        # all have just shown who they are, however long the walk takes: or that is asked before whether there is a row
        patch.setattr(stepup, "is_confirmed", lambda _request: True)
        for filler in fillers():
            filler.fill(place)
        yield {str(one): one for one in _walkers()}
        transaction.set_rollback(True)


def _walkers() -> Iterator[Walker]:
    now = timezone.now()
    other = Unit.objects.create(code="other", name="汶上县人民政府", kind="government", place=OTHER, path="other/")
    beside = Unit.objects.create(
        code="other-agency",
        name="汶上县市场监督管理局",
        kind="agency",
        place=OTHER,
        path="other/other-agency/",
        parent=other,
    )
    here = {
        "county": Unit.objects.get(code=COUNTY),
        "justice": Unit.objects.get(code="SF"),
        "agency": Unit.objects.get(code="A000000"),
    }
    for role in roles().values():
        for place, unit in (("here", here[WHERE[role.group]]), ("beside", beside)):
            code = f"walk.{role.code}.{place}"
            user = User.objects.create(code=code, username=code, name=role.name, unit=unit)
            Grant.objects.create(
                user=user, role=role.code, unit=unit, valid_from=date(2020, 1, 1), granted_by="walk", reason="walk"
            )
            actor = actor_of(user, on=timezone.localdate(now))
            client = Client(raise_request_exception=False)
            client.force_login(user)
            held = [one for one in role.may if actor.may(one)]
            _, secret = make_token(actor=actor, at=now, name="walk", permissions=held, days=1)
            headers = {"Authorization": f"Bearer {secret}"}
            yield Walker(role=role.code, place=place, user=user, actor=actor, client=client, headers=headers)


def here(world: dict[str, Walker]) -> list[Walker]:
    """Those of the demonstration place: where no row is asked for, a place beside it makes no difference."""
    return [one for one in world.values() if one.place == "here"]


def may(walker: Walker, asks: str) -> bool:
    """Say what the table of roles says, read apart from the check under test."""
    return asks == SIGNED_IN or asks in roles()[walker.role].may


def status_of(client: Client, method: str, path: str) -> int:
    """Ask, and close the answer: it may hold a file."""
    answer = getattr(client, method)(path)
    answer.close()
    return int(answer.status_code)


def told(wrong: list[str]) -> str:
    return f"{len(wrong)} 处与角色表不符：\n" + "\n".join(wrong[:60])


# every address


def test_every_page_says_what_it_asks_for() -> None:
    silent = [f"{one.route} ({one.view})" for one in addresses() if one.asks is None and not one.public]
    assert not silent, silent
    for one in addresses():
        if one.asks:
            permission(one.asks)


def test_no_address_serves_files_past_the_check() -> None:
    from django.views.static import serve

    assert not [one.route for one in addresses() if one.view is serve]


def test_nobody_gets_in_without_signing_in(world: dict[str, Walker]) -> None:
    client, wrong = Client(raise_request_exception=False), []
    for one in addresses():
        for method in ("get", "post"):
            answer = getattr(client, method)(one.path)
            sent_away = answer.status_code == 302 and answer["Location"].startswith(SIGN_IN)
            if one.public:
                if answer.status_code >= 500:
                    wrong.append(f"{method} {one.path}: {answer.status_code}")
            elif not sent_away and answer.status_code not in {401, *REFUSED}:
                wrong.append(f"{method} {one.path}: {answer.status_code}")
    assert not wrong, told(wrong)


def test_every_page_is_open_to_exactly_its_roles(world: dict[str, Walker]) -> None:
    wrong = []
    for one in addresses():
        if one.public or "<" in one.route or one.name == "sign_out":
            continue
        table = isinstance(one.view, type) and issubclass(one.view, TableView)
        for query in ("", *(("?export=csv", "?export=xlsx") if table else ())):
            for walker in here(world):
                status = status_of(walker.client, "get", one.path + query)
                allowed = may(walker, one.asks or "")
                fits = status in {200, 302, 405} if allowed else status in REFUSED
                if not fits:
                    wrong.append(f"{walker} {one.path}{query} ({one.asks}): {status}")
    assert not wrong, told(wrong)


def test_a_row_that_is_not_there_is_missing_or_refused(world: dict[str, Walker]) -> None:
    wrong = []
    for one in addresses():
        if one.public or "<" not in one.route:
            continue
        for walker in here(world):
            for method in one.methods:
                status = status_of(walker.client, method, one.path)
                if status not in REFUSED:
                    wrong.append(f"{walker} {method} {one.path}: {status}")
    assert not wrong, told(wrong)


def test_an_act_without_its_fields_does_nothing_and_breaks_nothing(world: dict[str, Walker]) -> None:
    wrong = []
    for one in addresses():
        if one.public or "<" in one.route or one.name == "sign_out":
            continue
        for walker in here(world):
            with transaction.atomic():
                status = walker.client.post(one.path, {}).status_code
                transaction.set_rollback(True)
            if status >= 500 or (not may(walker, one.asks or "") and status not in REFUSED):
                wrong.append(f"{walker} post {one.path} ({one.asks}): {status}")
    assert not wrong, told(wrong)


# rows


def _tables() -> list[Address]:
    return [
        one
        for one in addresses()
        if isinstance(one.view, type) and issubclass(one.view, TableView) and "<" not in one.route
    ]


def _view(address: Address, walker: Walker) -> TableView[Any]:
    request: HttpRequest = RequestFactory().get(address.path)
    request.actor = walker.actor  # type: ignore[attr-defined]
    view = address.view()
    view.setup(request)
    view.actor, view.now = walker.actor, timezone.now()
    return view  # type: ignore[no-any-return]


def test_a_table_shows_no_row_beyond_the_scope(world: dict[str, Walker]) -> None:
    wrong = []
    for one in _tables():
        for walker in world.values():
            if not may(walker, one.asks or "") or not one.asks:
                continue
            rows = _view(one, walker).rows()
            scope, within = walker.actor.scope(one.asks), getattr(rows.model, "within", None)
            # what belongs to something of an upper room says itself who sees it
            condition = within(walker.actor, scope, one.asks) if within else scope.condition(rows.model.scope_fields)
            allowed = rows.model.objects.filter(condition).values("pk")
            beyond = rows.model.objects.filter(pk__in=rows.order_by().values("pk")).exclude(pk__in=allowed).count()
            if beyond:
                wrong.append(f"{walker} {one.path}: {beyond} 行")
    assert not wrong, told(wrong)


def _links(body: str) -> set[str]:
    found = {unescape(one).partition("#")[0] for one in HREF.findall(body)}
    return {one for one in found if one.startswith("/") and not one.startswith(("/static/", "//"))}


def _says_wrong(body: str) -> list[str]:
    """What is wrong with what a page says: words of programs, words nobody translated, an empty shell."""
    main = re.search(r"<main.*?</main>", body, re.DOTALL)
    text = unescape(re.sub(r"<(script|style|code).*?</\1>|<[^>]+>", " ", main[0] if main else "", flags=re.DOTALL))
    empty = len(re.sub(r"\s+", "", text)) < 20 and "<input" not in body
    return [*faults_in(text), *(["空页面"] if empty else [])]


def test_every_link_opens_for_whoever_sees_it(world: dict[str, Walker]) -> None:
    """
    A page that shows a link which is then refused tells people of doors they may not use.

    Every page that opens says something, and says it in Chinese.
    """
    by_name = {one.name: one for one in addresses()}
    wrong: set[str] = set()
    for walker in world.values():
        seen, todo = {"/sign-out/"}, ["/"]
        opened: dict[str, int] = defaultdict(int)
        while todo:
            path = todo.pop()
            bare = path.partition("?")[0]
            name = resolve(bare).url_name or ""
            # some of each kind: all rows of a table look alike
            if path in seen or opened[name] >= ROWS_OF_A_TABLE or "export=" in path:
                continue
            seen.add(path)
            opened[name] += 1
            posts = name in by_name and "get" not in getattr(by_name[name].view, "http_method_names", ("get",))
            if posts or (name in by_name and not hasattr(by_name[name].view, "get")):
                continue
            answer = walker.client.get(path)
            if answer.status_code >= 400:
                wrong.add(f"{walker} {path}: {answer.status_code}")
            if answer.streaming or "attachment" in answer.get("Content-Disposition", ""):
                answer.close()
            elif answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
                body = answer.content.decode()
                wrong |= {f"{walker} {path}: {each}" for each in _says_wrong(body)}
                for link in sorted(_links(body)):
                    try:
                        resolve(link.partition("?")[0])
                    except Exception:  # noqa: BLE001
                        wrong.add(f"{walker} {path} → {link}: 没有这个地址")
                        continue
                    todo.append(link)
    assert not wrong, told(sorted(wrong))


def test_the_address_of_a_row_is_closed_to_whom_the_list_hides_it(world: dict[str, Walker]) -> None:
    wrong = []
    for one in _tables():
        if not one.asks:
            continue
        shown: dict[str, set[str]] = {}
        for walker in world.values():
            if may(walker, one.asks):
                view = _view(one, walker)
                rows = view.rows()
                hrefs: set[str] = set()
                for row in rows.order_by("pk")[:ROWS_OF_A_TABLE] if rows.count() > 2000 else rows:
                    made = [column.href(row) for column in view.table.columns if column.href]
                    made += [view.table.row_href(row)] if view.table.row_href else []
                    hrefs |= {href.partition("?")[0] for href in made if href.startswith("/")}
                shown[str(walker)] = hrefs
        every = sorted(set().union(*shown.values())) if shown else []
        # some from each end and the middle
        step = max(1, len(every) // 12)
        for href in every[::step]:
            asks = next(iter(found.asks for found in addresses() if found.name == resolve(href).url_name), None)
            for walker in world.values():
                status = status_of(walker.client, "get", href)
                known = shown.get(str(walker))
                if asks and not may(walker, asks):
                    fits = status in REFUSED
                elif asks == one.asks and known is not None:
                    fits = (status == 200) if href in known else status in REFUSED
                else:
                    fits = status < 500
                if not fits:
                    wrong.append(f"{walker} {href} ({asks}): {status}")
    assert not wrong, told(wrong)


# the API


@cache
def _described() -> dict[str, Any]:
    return dict(api.get_openapi_schema()["paths"])


def _operations() -> Iterator[tuple[str, str, str]]:
    for path, methods in _described().items():
        for method, operation in methods.items():
            yield path, method, "" if operation["x-permission"] == "signed-in" else operation["x-permission"]


def _sent(method: str, path: str, client: Client, headers: dict[str, str]) -> int:
    """Ask with rows that are not there, no body, and each parameter that must be given."""
    operation = _described()[path][method]
    must = [one["name"] for one in operation.get("parameters", ()) if one["in"] == "query" and one.get("required")]
    path = re.sub(r"\{\w+\}", "999999999", path) + ("?" + "&".join(f"{name}=1" for name in must) if must else "")
    with transaction.atomic():
        answer = client.generic(method.upper(), path, "{}", content_type="application/json", headers=headers)
        transaction.set_rollback(True)
    return answer.status_code


def test_every_operation_is_open_to_exactly_its_roles(world: dict[str, Walker]) -> None:
    wrong, anonymous = [], Client(raise_request_exception=False)
    for path, method, asks in _operations():
        if _sent(method, path, anonymous, {}) != 401:
            wrong.append(f"{method} {path}: open to everybody")
        for walker in here(world):
            for way, client, headers in (
                ("session", walker.client, {}),
                ("token", Client(raise_request_exception=False), walker.headers),
            ):
                status = _sent(method, path, client, headers)
                if may(walker, asks):
                    fits = status in ({200} if method == "get" and "{" not in path else {200, 201, 202, 404, 422, 428})
                else:
                    fits = status == 403
                if not fits:
                    wrong.append(f"{walker} by {way} {method} {path} ({asks}): {status}")
    assert not wrong, told(wrong)


def test_an_item_of_the_api_is_closed_to_whom_the_list_hides_it(world: dict[str, Walker]) -> None:
    wrong = []
    asked = {(path, method): asks for path, method, asks in _operations()}
    for (path, method), asks in asked.items():
        single = re.fullmatch(r"(.*)/\{(\w+)\}", path)
        if method != "get" or not single or asked.get((single[1], "get")) != asks:
            continue
        lists, key = single[1], single[2]
        shown: dict[str, set[str]] = {}
        for walker in world.values():
            if may(walker, asks):
                shown[str(walker)] = set(_all(walker.client, lists, key))
        every = sorted(set().union(*shown.values())) if shown else []
        for name in every[:: max(1, len(every) // 8)]:
            for walker in world.values():
                status = walker.client.get(f"{lists}/{name}").status_code
                known = shown.get(str(walker))
                wanted = 403 if known is None else 200 if name in known else 404
                if status != wanted:
                    wrong.append(f"{walker} {lists}/{name}: {status}")
    assert not wrong, told(wrong)


def _all(client: Client, path: str, key: str) -> Iterator[str]:
    after = ""
    for _ in range(20):
        page = client.get(path, {"limit": 500, "after": after}).json()
        if not isinstance(page, dict) or "items" not in page:
            return
        yield from (str(one[key]) for one in page["items"] if key in one)
        after = page["next"]
        if not after:
            return


def test_the_walk_finds_what_is_planted(world: dict[str, Walker]) -> None:
    """A walk that finds nothing must be able to find something: a page that says nothing, and one that says too little."""

    class Silent(Page[Actor]):
        pass

    class Open(Page[Actor]):
        permission = "accounts.grant.edit"

    class Inherits(Open):
        pass

    assert declared(Silent) is None and declared(Inherits) == "accounts.grant.edit"
    officer = world["officer@here"]
    assert not may(officer, "accounts.grant.edit") and may(officer, SIGNED_IN)
