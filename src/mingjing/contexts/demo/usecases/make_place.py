"""
Make the demonstration place: facts from the generator, then every room filled through its own use cases.

A room is filled by ``fill_<room>.py`` beside this module, with ``ORDER: int`` and ``fill(place: DemoPlace) -> str``, which
returns in a sentence what was entered. A place made earlier is filled with what is new only.
"""

import importlib
import json
import pkgutil
import secrets
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from django.conf import settings
from django.db import connection

from mingjing.contexts.demo import usecases
from mingjing.contexts.demo.place import AT, DemoPlace, DemoPlaceError, SignIn, state_of
from mingjing.contexts.demo.usecases.generate import generate_demo
from mingjing.contexts.operations.usecases.prepare import prepare

CASES: Final = 10_000
SEED: Final = 7
_READABLE: Final = "abcdefghjkmnpqrstuvwxyz23456789"

type Tell = Callable[[str], None]


def make_place(*, tell: Tell) -> DemoPlace:
    """
    Make the place in ``MINGJING_HOME``, or go on where an earlier version left off.

    :raises DemoPlaceError: if the home holds something else than a demonstration, or the place is not in an SQLite file
    """
    home = Path(settings.HOME)
    state = state_of(home)
    if connection.vendor != "sqlite":
        raise DemoPlaceError("演示地方只建在 SQLite 里，请不要设 MINGJING_DATABASE。")
    if not state and Path(connection.settings_dict["NAME"]).exists():
        raise DemoPlaceError(f"“{home}”里已经有正式数据，不能在这里建演示地方。请另设 MINGJING_HOME。")
    if state.get("filling"):
        tell("上次没有建完，重新建立。")
        _clear(home)
        state = {}
    if not state:
        state = {"note": "虚构的演示数据，不得用于正式工作。", "password": _password(), "filled": [], "filling": None}
        home.mkdir(parents=True, exist_ok=True)
        home.chmod(0o700)
        _write(home, state | {"filling": "facts"})
        tell("正在虚构一个县的执法事实。")
        generate_demo(out_dir=home / "facts", cases=CASES, seed=SEED, as_of=AT.date())
    place = DemoPlace(home=home, password=state["password"])
    prepare(tell=tell)
    for module in fillers():
        name = module.__name__.rpartition(".")[2]
        if name not in state["filled"]:
            _write(home, state | {"filling": name})
            tell(module.fill(place))
            state["filled"].append(name)
    _write(home, state)
    return place


def fillers() -> list[ModuleType]:
    """Return the modules that fill the rooms, in their order."""
    names = [one.name for one in pkgutil.iter_modules(usecases.__path__) if one.name.startswith("fill_")]
    modules = [importlib.import_module(f"{usecases.__name__}.{name}") for name in names]
    return sorted(modules, key=lambda module: (module.ORDER, module.__name__))


def sign_ins() -> Iterator[SignIn]:
    """Return an account for each role, in the order in which roles are declared."""
    from mingjing.contexts.accounts.models import Grant
    from mingjing.contexts.accounts.permissions import roles

    for role in roles().values():
        grant = Grant.objects.filter(role=role.code).select_related("user", "unit").order_by("pk").first()
        if grant is not None:
            yield SignIn(
                role=role.code,
                role_name=role.name,
                name=grant.user.name,
                unit=grant.unit.name,
                username=grant.user.username,
            )


def _password() -> str:
    """Draw the password of a place: it meets the rules for administrators, and every place has its own."""
    return "Demo-" + "-".join("".join(secrets.choice(_READABLE) for _ in range(4)) for _ in range(3)) + "-7"


def _write(home: Path, state: dict[str, Any]) -> None:
    file = home / "demo.json"
    beside = file.with_suffix(".new")
    beside.write_text(json.dumps(state, ensure_ascii=False, indent=1), "utf-8")
    beside.chmod(0o600)
    beside.replace(file)


def _clear(home: Path) -> None:
    connection.close()
    database = Path(connection.settings_dict["NAME"])
    for path in (database, database.with_name(f"{database.name}-wal"), database.with_name(f"{database.name}-shm")):
        path.unlink(missing_ok=True)
    for folder in ("facts", "media"):
        shutil.rmtree(home / folder, ignore_errors=True)
    (home / "demo.json").unlink()
