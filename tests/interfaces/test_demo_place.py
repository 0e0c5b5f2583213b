"""The demonstration place: everyone named in the table signs in, lands on their work, and every menu entry opens."""

import html
import http.client
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
import yaml

import mingjing.contexts.accounts as access
from tests.platform import Platform, copy_home, mingjing, on_postgresql

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1200),
    pytest.mark.skipif(on_postgresql(), reason="the demonstration place is in SQLite"),
]

ROLES = yaml.safe_load((Path(access.__file__).parent / "data" / "roles.yaml").read_text("utf-8"))["roles"]
USERNAMES = [role["code"].replace("_", "-") for role in ROLES]


class Browser:
    """Somebody with a jar of cookies."""

    def __init__(self, port: int) -> None:
        self.port, self.jar = port, dict[str, str]()

    def ask(self, method: str, path: str, **form: str) -> tuple[int, str, str]:
        """Ask; give status, where to go on, and the page."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.jar.items())}
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body=urlencode(form) if form else None, headers=headers)
        answer = connection.getresponse()
        page = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.jar[name] = value
        connection.close()
        return answer.status, answer.headers.get("Location", ""), page

    def sign_in(self, username: str, password: str) -> str:
        """Sign in; give the address that one lands on."""
        page = self.ask("GET", "/sign-in/")[2]
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token
        form = {"csrfmiddlewaretoken": html.unescape(token[1]), "username": username, "password": password}
        status, target, page = self.ask("POST", "/sign-in/", **form)
        assert status == 302, re.sub(r"<[^>]+>|\s+", " ", page)[:600]
        return target


@pytest.fixture(scope="module")
def made(demo_place: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    home = copy_home(demo_place / "home", tmp_path_factory.mktemp("demo") / "home")
    return home, (demo_place / "told").read_text("utf-8")


@pytest.fixture(scope="module")
def served(made: tuple[Path, str]) -> Iterator[Platform]:
    with Platform(made[0], workers=2) as platform:
        yield platform


def password_in(told: str) -> str:
    return told.partition("口令：")[2].split()[0]


def usernames_in(told: str) -> list[str]:
    return re.findall(r"^  \S+ +([a-z][a-z-]+) ", told, re.MULTILINE)


def test_names_a_sign_in_for_every_role(made: tuple[Path, str]) -> None:
    assert len(usernames_in(made[1])) == len(ROLES)
    assert all(role["name"] in made[1] for role in ROLES)


def test_the_password_is_drawn_anew_and_kept_from_others(made: tuple[Path, str]) -> None:
    home, told = made
    assert json.loads((home / "demo.json").read_text())["password"] == password_in(told)
    assert (home / "demo.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("username", USERNAMES)
def test_everyone_lands_on_work_and_every_menu_entry_opens(
    served: Platform, made: tuple[Path, str], username: str
) -> None:
    browser = Browser(served.port)
    target = browser.sign_in(username, password_in(made[1]))
    status, _, page = browser.ask("GET", target)
    assert status == 200
    menu = sorted(set(re.findall(r'<a[^>]+href="(/[^"#?]*)"', "".join(re.findall(r"<nav.*?</nav>", page, re.DOTALL)))))
    assert menu, "an empty shell"
    for address in menu:
        status, further, page = browser.ask("GET", address)
        if status == 302:  # one's own card
            status, _, page = browser.ask("GET", further)
        assert status == 200, address
        assert "<h1" in page, address


def test_a_second_time_it_is_there_at_once(made: tuple[Path, str]) -> None:
    home, told = made
    again = mingjing(home, "demo", "place").stdout
    assert password_in(again) == password_in(told)
    assert "虚构" not in again


SMALL = """
from mingjing.contexts.demo.usecases import fill_accounts, make_place
make_place.CASES = 100
make_place.fillers = lambda: [fill_accounts]
make_place.make_place(tell=print)
print(len(list(make_place.sign_ins())), "accounts")
"""
"""Make the place with few cases, and no room filled but the accounts."""


def test_what_was_broken_off_is_made_anew(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    state = {"note": "", "password": "Demo-x", "filled": ["fill_accounts"], "filling": "fill_registry"}
    (home / "demo.json").write_text(json.dumps(state))
    (home / "mingjing.sqlite3").write_bytes(b"")
    told = mingjing(home, "manage", "shell", "--no-imports", "-c", SMALL).stdout
    assert "重新建立" in told
    assert f"{len(ROLES)} accounts" in told
    made = json.loads((home / "demo.json").read_text())
    assert (made["filled"], made["filling"]) == (["fill_accounts"], None)
    assert made["password"] != "Demo-x"


def test_is_not_made_among_real_data(new_home: Callable[[Path], Path], tmp_path: Path) -> None:
    home = new_home(tmp_path / "home")
    done = mingjing(home, "demo", "place", check=False)
    assert done.returncode == 2
    assert "正式数据" in done.stderr


def test_is_not_let_into_use(made: tuple[Path, str]) -> None:
    assert "演示数据" in mingjing(made[0], "check-deploy", check=False).stdout
