"""
A PostgreSQL of one's own, for tests and measurements: made in a temporary folder, reached by a socket in it, gone after.

    python -m tools.postgresql -- pytest tests/contexts

runs a command with ``MINGJING_DATABASE`` pointing to it. Needs the server's programs (Debian: ``postgresql``), no running
server and no rights in one. Run by root, it becomes the user ``postgres`` or ``nobody``: PostgreSQL refuses root.
"""

import argparse
import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

FAST = {"fsync": "off", "full_page_writes": "off"}
"""For tests that are not about crashes."""
SAFE = {"fsync": "on", "synchronous_commit": "on"}


def programs() -> Path | None:
    """Find the folder of ``initdb`` and ``postgres``: on PATH, or the newest that Debian keeps beside it."""
    found = shutil.which("initdb")
    if found and shutil.which("postgres", path=str(Path(found).resolve().parent)):
        return Path(found).resolve().parent
    kept = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if (path / "initdb").exists()]
    return max(kept, key=lambda path: int(re.sub(r"\D", "", path.parent.name) or 0), default=None)


def _user() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise SystemExit("PostgreSQL does not run as root, and there is no user postgres or nobody")


@contextmanager
def server(settings: dict[str, str] | None = None) -> Iterator[str]:
    """Make a server and stop it afterwards; give the address of its database ``mingjing``."""
    folder = programs()
    if folder is None:
        raise SystemExit("no PostgreSQL server programs here (Debian: apt-get install postgresql)")
    user = _user()
    home = Path(tempfile.mkdtemp(prefix="mingjing-pg-"))
    if user:
        os.chown(home, user["user"], user["group"])

    def run(*words: str | Path) -> None:
        # into a file, not a pipe: the server would inherit the pipe and keep it open
        with (home / "said").open("ab") as said:
            subprocess.run(words, check=True, stdin=subprocess.DEVNULL, stdout=said, stderr=said, cwd=home, **user)

    try:
        run(
            folder / "initdb",
            "-D",
            home / "data",
            "-U",
            "mingjing",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "-N",
        )
        chosen = {
            "listen_addresses": "", "unix_socket_directories": str(home), "max_connections": "80", "shared_buffers": "256MB",
            "timezone": "UTC", **(FAST if settings is None else settings),
        }  # fmt: skip
        with (home / "data" / "postgresql.conf").open("a") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in chosen.items())
        control = (folder / "pg_ctl", "-D", home / "data", "-w")
        run(*control, "-l", home / "log", "start")
        try:
            run(folder / "createdb", "-h", home, "-U", "mingjing", "mingjing")
            yield f"postgresql://mingjing@/mingjing?host={home}"
        finally:
            with suppress(subprocess.CalledProcessError):
                run(*control, "-m", "immediate", "stop")
    except subprocess.CalledProcessError:
        print((home / "said").read_text(errors="replace"), file=sys.stderr)
        raise
    finally:
        shutil.rmtree(home, ignore_errors=True)


def main() -> int:
    """Run a command with a server beside it."""
    parser = argparse.ArgumentParser(description="Run a command with a PostgreSQL of its own.")
    parser.add_argument("--safe", action="store_true", help="with fsync, for tests of crashes and for measurements")
    parser.add_argument("command", nargs="+")
    given = parser.parse_args()
    with server(SAFE if given.safe else None) as address:
        return subprocess.run(given.command, env=os.environ | {"MINGJING_DATABASE": address}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
