"""Settings of the test run: as in use, but for speed, and with nothing kept."""

import tempfile
from pathlib import Path

from mingjing.config.settings.base import *  # noqa: F403
from mingjing.config.settings.base import STORAGES

SECRET_KEY = "only for tests"  # noqa: S105
DEBUG = False
ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
HOME = Path(tempfile.mkdtemp(prefix="mingjing-test-"))
(STATIC_ROOT := HOME / "static").mkdir()
STORAGES = STORAGES | {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": HOME / "media"}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}
