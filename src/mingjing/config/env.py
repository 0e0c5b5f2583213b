"""
What the environment sets, read here only: one typed function for each, with its default and a sentence.

The defaults make a fresh clone serve on this machine. Law is never read from the environment.
"""

import os
import secrets
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from mingjing.kernel.errors import DomainError

_OWNER_ONLY: Final = 0o600


class SettingError(DomainError):
    """A variable of the environment says something that cannot be meant."""

    code = "config.setting"


def home() -> Path:
    """``MINGJING_HOME``: the folder of the database, keys and files; ``var/platform`` under the current folder."""
    return Path(os.environ.get("MINGJING_HOME", "var/platform")).resolve()


def secret_key() -> str:
    """``MINGJING_SECRET_KEY``, else the content of ``secret.key`` in :func:`home`, which is made on first use."""
    given = os.environ.get("MINGJING_SECRET_KEY")
    if given:
        return given
    file = home() / "secret.key"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        # only one of two processes that start at once makes it
        try:
            descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _OWNER_ONLY)
        except FileExistsError:
            return file.read_text()
        with os.fdopen(descriptor, "w") as out:
            out.write(secrets.token_urlsafe(64))
    return file.read_text()


def debug() -> bool:
    """``MINGJING_DEBUG=1``: pages for developers. Never where people work."""
    return os.environ.get("MINGJING_DEBUG") == "1"


def allowed_hosts() -> list[str]:
    """``MINGJING_HOSTS``: the names under which the platform is reached, separated by commas; this machine only."""
    return os.environ.get("MINGJING_HOSTS", "127.0.0.1,localhost,[::1]").split(",")


def secure() -> bool:
    """``MINGJING_HTTPS=1``: the platform is reached by HTTPS alone; cookies and headers follow."""
    return os.environ.get("MINGJING_HTTPS") == "1"


def log_level() -> str:
    """``MINGJING_LOG_LEVEL``: ``INFO``, or ``DEBUG``, ``WARNING``, ``ERROR``."""
    return os.environ.get("MINGJING_LOG_LEVEL", "INFO").upper()


def metrics_token() -> str:
    """``MINGJING_METRICS_TOKEN``: who shows it may read ``/metrics``; without one, only this machine itself may."""
    return os.environ.get("MINGJING_METRICS_TOKEN", "")


def disk_minimum_megabytes() -> int:
    """
    ``MINGJING_DISK_MINIMUM_MB``: with less free than this, ``/readyz`` says no; 512.

    :raises SettingError: if it is no number
    """
    text = os.environ.get("MINGJING_DISK_MINIMUM_MB", "512")
    if not text.isdigit():
        raise SettingError(f"MINGJING_DISK_MINIMUM_MB 写的是“{text}”，应为整数（MB）。")
    return int(text)


def place() -> str:
    """``MINGJING_PLACE``: the GB/T 2260 code of the place whose parameters hold; the demo place's by default."""
    return os.environ.get("MINGJING_PLACE", "370831")


def public_address() -> str:
    """``MINGJING_ADDRESS``: the address at which the public reaches the platform, for codes on paper; none by default."""
    return os.environ.get("MINGJING_ADDRESS", "").rstrip("/")


def log_name() -> str:
    """``MINGJING_LOG_NAME``: the name under which the log signs, once and for all; by default made of the place code."""
    return os.environ.get("MINGJING_LOG_NAME", f"mingjing-{place()}")


def log_suite() -> str:
    """
    ``MINGJING_LOG_SUITE``: ``sm`` (SM3 and SM2, the default) or ``c2sp`` (SHA-256 and Ed25519).

    :raises SettingError: if it is neither
    """
    suite = os.environ.get("MINGJING_LOG_SUITE", "sm")
    if suite not in ("sm", "c2sp"):
        raise SettingError(f"MINGJING_LOG_SUITE 写的是“{suite}”，请写 sm（国密）或者 c2sp。")
    return suite


def database() -> dict[str, object]:
    """
    ``MINGJING_DATABASE``: ``postgresql://user:password@host:port/name``, or the path of an SQLite file.

    :raises SettingError: if the address names another kind of database
    """
    text = os.environ.get("MINGJING_DATABASE", str(home() / "mingjing.sqlite3"))
    address = urlsplit(text)
    if address.scheme in ("postgresql", "postgres"):
        return _postgresql(text)
    if address.scheme:
        raise SettingError(f"MINGJING_DATABASE 写的是“{address.scheme}”，请写 postgresql://… 或者 SQLite 文件的路径。")
    return _sqlite(Path(text))


def media() -> dict[str, object]:
    """
    ``MINGJING_MEDIA``: ``s3://bucket/folder?endpoint=https://…&region=…``, or a folder; ``media`` in :func:`home`.

    Who may enter the bucket is said the usual way: ``AWS_ACCESS_KEY_ID`` and ``AWS_SECRET_ACCESS_KEY``.

    :raises SettingError: if the address names another kind of store, or no bucket
    """
    text = os.environ.get("MINGJING_MEDIA", str(home() / "media"))
    address = urlsplit(text)
    if not address.scheme:
        options = {
            "location": Path(text).resolve(),
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        }
        return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": options}
    if address.scheme != "s3" or not address.netloc:
        raise SettingError(f"MINGJING_MEDIA 写的是“{text}”，请写 s3://桶/文件夹?endpoint=… 或者文件夹的路径。")
    query = dict(parse_qsl(address.query))
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": address.netloc,
            "location": address.path.strip("/"),
            "endpoint_url": query.get("endpoint"),
            "region_name": query.get("region", "us-east-1"),
            # what stores of one's own speak; a bucket as a host name would need names that resolve
            "addressing_style": "path",
            "signature_version": "s3v4",
            "default_acl": None,
            "file_overwrite": False,
        },
    }


def _sqlite(file: Path) -> dict[str, object]:
    # immediate transactions: a deferred one that reads and then writes fails under concurrent writers
    synchronous = "FULL" if os.environ.get("MINGJING_DURABLE") == "1" else "NORMAL"
    pragmas = {
        "journal_mode": "WAL",
        "synchronous": synchronous,
        "foreign_keys": "ON",
        "temp_store": "MEMORY",
        # as much as SQLite maps at most: what is mapped needs no copy and no call of the system
        "mmap_size": 2147418112,
        "journal_size_limit": 67108864,
        "cache_size": -64000,
    }
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": file,
        # to open it anew for each request would cost more than most queries
        "CONN_MAX_AGE": 600,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": ";".join(f"PRAGMA {name}={value}" for name, value in pragmas.items()),
        },
    }


def _postgresql(text: str) -> dict[str, object]:
    address = urlsplit(text)
    query = dict(one.split("=", 1) for one in address.query.split("&") if "=" in one)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": address.path.lstrip("/"),
        "USER": unquote(address.username or ""),
        "PASSWORD": unquote(address.password or ""),
        "HOST": unquote(query.get("host", address.hostname or "")),
        "PORT": str(address.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def proxies() -> int:
    """``MINGJING_PROXIES``: how many proxies of ours stand in front; their ``X-Forwarded-For`` tells the address."""
    text = os.environ.get("MINGJING_PROXIES", "0")
    if not text.isdigit():
        raise SettingError(f"MINGJING_PROXIES 写的是“{text}”，请写前面有几层自己的代理，例如 1。")
    return int(text)


def identity_provider() -> dict[str, str] | None:
    """
    ``MINGJING_OIDC_ISSUER``, ``_CLIENT``, ``_SECRET``, ``_NAME``, ``_CLAIM``: the OpenID Connect provider of the place.

    ``_CLAIM`` is the claim of the identity token that names the account: ``sub`` is compared with the account's
    identifier at the provider, any other with the sign-in name. Without an issuer there is none.

    :raises SettingError: if client or secret are missing, or the issuer is not reached by HTTPS
    """
    issuer = os.environ.get("MINGJING_OIDC_ISSUER", "").rstrip("/")
    if not issuer:
        return None
    client, secret = os.environ.get("MINGJING_OIDC_CLIENT", ""), os.environ.get("MINGJING_OIDC_SECRET", "")
    if not client or not secret:
        raise SettingError("写了 MINGJING_OIDC_ISSUER，还要写 MINGJING_OIDC_CLIENT 和 MINGJING_OIDC_SECRET。")
    address = urlsplit(issuer)
    if address.scheme != "https" and address.hostname not in ("127.0.0.1", "localhost", "::1"):
        raise SettingError("MINGJING_OIDC_ISSUER 应当以 https:// 开头。")
    return {
        "issuer": issuer,
        "client": client,
        "secret": secret,
        "name": os.environ.get("MINGJING_OIDC_NAME", "统一身份认证"),
        "claim": os.environ.get("MINGJING_OIDC_CLAIM", "sub"),
    }
