"""
Measure the platform's pages with a province's rows (``make bench-platform``): 1,000,000 parties, 100,000 officers.

    python -m tools.bench_platform                                  as the plan asks; SQLite, two server processes
    python -m tools.bench_platform --parties 50000 --officers 5000  quicker
    MINGJING_DATABASE=postgresql://… python -m tools.bench_platform

Each page is asked for in a closed loop by one user and by sixteen, all in one process on this machine; between, the same rows as a page
of Django's own (``tools.bench_bare``). Told are medians, the ratio, and how much of the processors the asking itself took.
"""

import argparse
import contextlib
import html
import http.client
import json
import os
import random
import re
import resource
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PASSWORD = "bench Only 4711 pages"
COUNTIES = 11
AGENCIES = 20
FRONT = "鑫源 恒通 泰和 瑞丰 华信 永昌 德润 金鼎 盛达 宏远 天成 嘉禾 广源 正大 福临 顺发 兴隆 中天 海纳 云帆".split()
MIDDLE = "餐饮 建材 食品 物流 商贸 机械 纺织 化工 医药 汽修 装饰 农资 教育 旅游 环保 水务 酒店 超市 矿业 印务".split()
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂"
GENERATOR_USERS = (1, 16)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What asking for a page gave."""

    page: str
    users: int
    milliseconds: float
    high: float
    per_second: float
    generator: float
    """Share of all processors' time that the asking took."""


def main() -> None:
    """Build if needed, measure, print, keep."""
    parser = argparse.ArgumentParser(prog="make bench-platform")
    parser.add_argument("--parties", type=int, default=1_000_000)
    parser.add_argument("--officers", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=6, help="of each measurement")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--keep", type=Path, default=ROOT / "var" / "bench" / "platform.json")
    given = parser.parse_args()
    home = ROOT / "var" / f"bench-platform-{given.parties}-{given.officers}"
    os.environ |= {"MINGJING_HOME": str(home), "DJANGO_SETTINGS_MODULE": "mingjing.config.settings.base"}
    build(home, given.parties, given.officers)
    results: list[tuple[Measured, Measured | None]] = []
    with platform(home, given.workers) as (port, cookies), bare(given.workers) as bare_port:
        for name, path, bare_path in pages(given.parties, given.officers):
            for users in GENERATOR_USERS:
                ours = ask(name, port, path, users=users, seconds=given.seconds, cookie=cookies["city"])
                theirs = (
                    ask(name, bare_port, bare_path, users=users, seconds=given.seconds, cookie=cookies["city"])
                    if bare_path
                    else None
                )
                results.append((ours, theirs))
                print(line(ours, theirs), flush=True)
    keep(given, results)


def line(ours: Measured, theirs: Measured | None) -> str:
    """Tell one measurement."""
    bare_words = (
        f"bare {theirs.milliseconds:7.1f} ms  ratio {ours.milliseconds / theirs.milliseconds:4.1f}" if theirs else ""
    )
    return (
        f"{ours.page:<22} {ours.users:>2} users  median {ours.milliseconds:7.1f} ms  p95 {ours.high:7.1f} ms  "
        f"{ours.per_second:6.1f}/s  generator {ours.generator:4.0%}  {bare_words}"
    )


def keep(given: argparse.Namespace, results: list[tuple[Measured, Measured | None]]) -> None:
    """Write everything down."""
    from dataclasses import asdict

    from tools.bench.measure import machine

    given.keep.parent.mkdir(parents=True, exist_ok=True)
    rows = [{"platform": asdict(ours), "bare": asdict(theirs) if theirs else None} for ours, theirs in results]
    told = {
        "machine": machine(),
        "parties": given.parties,
        "officers": given.officers,
        "workers": given.workers,
        "rows": rows,
    }
    given.keep.write_text(json.dumps(told, ensure_ascii=False, indent=1), "utf-8")
    print(f"kept in {given.keep}")


# --- asking


def pages(
    parties: int, officers: int
) -> list[tuple[str, Callable[[random.Random], str], Callable[[random.Random], str] | None]]:
    """The pages: a name, our address, the bare one's. Words and rows change from one request to the next."""

    def party(chance: random.Random) -> str:
        return party_code(chance.randrange(parties))

    def officer(chance: random.Random) -> str:
        return officer_code(chance.randrange(officers))

    def word(chance: random.Random) -> str:
        return quote(chance.choice(FRONT) + chance.choice(MIDDLE))

    def person(chance: random.Random) -> str:
        return quote(chance.choice(SURNAMES) + chance.choice(GIVEN) + chance.choice(GIVEN))

    return [
        ("parties list", lambda _: "/parties/", lambda _: "/parties/"),
        ("parties search", lambda c: f"/parties/?q={word(c)}", lambda c: f"/parties/?q={word(c)}"),
        ("party detail", lambda c: f"/parties/{party(c)}/", lambda c: f"/parties/{party(c)}/"),
        ("officers list", lambda _: "/officers/", lambda _: "/officers/"),
        ("officers search", lambda c: f"/officers/?q={person(c)}", lambda c: f"/officers/?q={person(c)}"),
        ("officer detail", lambda c: f"/officers/{officer(c)}/", lambda c: f"/officers/{officer(c)}/"),
        ("search everywhere", lambda c: f"/search/?q={word(c)}", None),
    ]


def ask(
    name: str, port: int, path: Callable[[random.Random], str], *, users: int, seconds: float, cookie: str = ""
) -> Measured:
    """Ask for a page in a closed loop with so many users, after a short warming up."""
    _loop(port, path, users, min(1.5, seconds), cookie)
    before, begun = _cpu(), time.perf_counter()
    times = sorted(_loop(port, path, users, seconds, cookie))
    wall = time.perf_counter() - begun
    share = (_cpu() - before) / (wall * (os.cpu_count() or 1))
    return Measured(
        page=name,
        users=users,
        milliseconds=statistics.median(times) * 1000,
        high=times[int(len(times) * 0.95)] * 1000,
        per_second=len(times) / wall,
        generator=share,
    )


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _loop(port: int, path: Callable[[random.Random], str], users: int, seconds: float, cookie: str) -> list[float]:
    times: list[float] = []
    wrong: list[str] = []
    end = time.perf_counter() + seconds

    def one(number: int) -> None:
        chance = random.Random(number)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while time.perf_counter() < end and not wrong:
            target = path(chance)
            begun = time.perf_counter()
            connection.request("GET", target, headers={"Cookie": cookie} if cookie else {})
            answer = connection.getresponse()
            answer.read()
            times.append(time.perf_counter() - begun)
            if answer.status != http.HTTPStatus.OK:
                wrong.append(f"{target}: {answer.status}")
        connection.close()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(users)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise SystemExit(f"not measured: {wrong[0]}")
    return times


# --- serving


@contextlib.contextmanager
def platform(
    home: Path, workers: int, users: Sequence[str] = ("city", "county")
) -> Iterator[tuple[int, dict[str, str]]]:
    """Serve the platform; give its port and the cookie of a signed-in user."""
    port = _free_port()
    command = [
        BIN / "mingjing",
        "serve",
        "--port",
        str(port),
        "--workers",
        str(workers),
        "--log",
        home / "run" / "bench.log",
    ]
    with _running(command, port, "/healthz"):
        yield port, {name: _sign_in(port, name) for name in users}


@contextlib.contextmanager
def bare(workers: int) -> Iterator[int]:
    """Serve the bare pages."""
    port = _free_port()
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", str(workers),
        "--blocking-threads", "4", "--blocking-threads-idle-timeout", "600", "--no-ws", "tools.bench_bare:application",
    ]  # fmt: skip
    surroundings = os.environ | {"DJANGO_SETTINGS_MODULE": "tools.bench_bare_settings", "MINGJING_LOG_LEVEL": "WARNING"}
    with _running(command, port, "/nothing", surroundings):
        yield port


@contextlib.contextmanager
def _running(command: list[Any], port: int, path: str, surroundings: dict[str, str] | None = None) -> Iterator[None]:
    process = subprocess.Popen(
        command, env=surroundings, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        end = time.monotonic() + 300
        while time.monotonic() < end and process.poll() is None:
            with contextlib.suppress(OSError, http.client.HTTPException):
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
                connection.request("GET", path)
                if connection.getresponse().status in {http.HTTPStatus.OK, http.HTTPStatus.NOT_FOUND}:
                    break
            time.sleep(0.2)
        else:
            raise SystemExit(f"does not serve: {command}")
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def _sign_in(port: int, username: str) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/sign-in/")
    answer = connection.getresponse()
    page = answer.read().decode()
    jar = dict(one.split(";")[0].split("=", 1) for one in answer.headers.get_all("Set-Cookie") or [])
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found, "no form to sign in"
    body = urlencode({"csrfmiddlewaretoken": html.unescape(found[1]), "username": username, "password": PASSWORD})
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": "; ".join(f"{name}={value}" for name, value in jar.items()),
        "Origin": f"http://127.0.0.1:{port}",
    }
    connection.request("POST", "/sign-in/", body=body, headers=headers)
    answer = connection.getresponse()
    answer.read()
    jar |= dict(one.split(";")[0].split("=", 1) for one in answer.headers.get_all("Set-Cookie") or [])
    assert "sessionid" in jar, f"{username} is not signed in: {answer.status}"
    return f"sessionid={jar['sessionid']}"


# --- building


def party_code(number: int) -> str:
    """The code of a party by its number."""
    return f"P{number:08d}"


def officer_code(number: int) -> str:
    """The code of an officer by its number."""
    return f"O{number:07d}"


def build(home: Path, parties: int, officers: int) -> None:
    """Make the place, once; the rows go in past the use cases, which is not what is measured."""
    done = home / "built"
    if done.exists():
        return
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    (home / "security.yaml").write_text("second_factor_roles: []\n")
    subprocess.run([BIN / "mingjing", "manage", "migrate", "--verbosity", "0"], check=True)
    import django

    django.setup()
    from django.db import connection

    begun = time.monotonic()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=OFF")
    agencies = build_units()
    build_users()
    _build_officers(agencies, officers)
    print(f"officers in after {time.monotonic() - begun:.0f} s", flush=True)
    build_parties(parties)
    print(f"parties in after {time.monotonic() - begun:.0f} s", flush=True)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    done.touch()
    print(f"built in {time.monotonic() - begun:.0f} s", flush=True)


def build_units() -> list[Any]:
    from mingjing.contexts.accounts.models import Unit

    city = Unit.objects.create(code="city", name="济宁市人民政府", kind="government", place="370800", path="city/")
    agencies = []
    for number in range(COUNTIES):
        place = f"3708{number + 20}"
        county = Unit.objects.create(
            code=f"c{number}",
            name=f"第{number}县人民政府",
            kind="government",
            place=place,
            parent=city,
            path=f"city/c{number}/",
        )
        agencies += [
            Unit(code=f"c{number}a{one}", name=f"第{number}县第{one}局", kind="agency", place=place, parent=county, path=f"{county.path}c{number}a{one}/")
            for one in range(AGENCIES)
        ]  # fmt: skip
    return Unit.objects.bulk_create(agencies)


def build_users() -> None:
    from mingjing.contexts.accounts.models import Grant, Unit, User

    for name, unit_code in (("city", "city"), ("county", "c0")):
        unit = Unit.objects.get(code=unit_code)
        user = User.objects.create_user(username=name, name="乔雅楠", password=PASSWORD, unit=unit)
        User.objects.filter(pk=user.pk).update(must_change_password=False)
        Grant.objects.create(
            user=user, role="overseer", unit=unit, valid_from=date(2020, 1, 1), granted_by="bench", reason="测量"
        )


def _build_officers(agencies: list[Any], count: int) -> None:
    from mingjing.contexts.registry import searching
    from mingjing.contexts.registry.models import Officer
    from mingjing.contexts.work.search import index_many

    chance = random.Random(1)
    for first in range(0, count, 5000):
        rows = Officer.objects.bulk_create(
            Officer(
                code=officer_code(number),
                name=chance.choice(SURNAMES) + chance.choice(GIVEN) + chance.choice(GIVEN),
                unit=agencies[number % len(agencies)], category="officer", employment="established", position="一级行政执法员",
                is_front_line=number % 10 != 0, joined_on=date(2018, 1, 1), exam_passed_on=date(2018, 6, 1),
            )
            for number in range(first, min(first + 5000, count))
        )  # fmt: skip
        index_many("officer", [searching.officer(row) for row in rows])


def build_parties(count: int) -> None:
    from mingjing.contexts.registry import searching
    from mingjing.contexts.registry.models import Party
    from mingjing.contexts.work.search import index_many

    chance = random.Random(2)
    for first in range(0, count, 5000):
        rows = Party.objects.bulk_create(
            Party(
                code=party_code(number), kind="legal_person",
                name=f"{chance.choice(FRONT)}{chance.choice(MIDDLE)}（{number}）有限公司",
                uscc=f"91370800{number:09d}X", key_index=f"uscc:{number}", place=f"3708{20 + number % COUNTIES}",
                industry="H6210", registered_on=date(2015, 1, 1), risk="ABCD"[number % 4],
                legal_person=chance.choice(SURNAMES) + chance.choice(GIVEN),
            )
            for number in range(first, min(first + 5000, count))
        )  # fmt: skip
        index_many("party", [searching.party(row) for row in rows])


if __name__ == "__main__":
    main()
