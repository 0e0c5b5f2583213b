"""The complete settings, safe as they are; ``test`` and ``development`` change what they must."""

import logging
from pathlib import Path

from mingjing.config import env
from mingjing.contexts.operations import logs

ROOT = Path(__file__).resolve().parents[2]
HOME = env.home()

ROOMS = [
    "records",
    "operations",
    "ui",
    "accounts",
    "work",
    "registry",
    "catalog",
    "media",
    "documents",
    "cases",
    "indicators",
    "plans",
    "reporting",
    "meetings",
]
"""Our rooms, lowest first: a room may import those named before it, never those after (docs/rooms.md)."""

SECRET_KEY = env.secret_key()
DEBUG = env.debug()
ALLOWED_HOSTS = env.allowed_hosts()
PLACE = env.place()
PUBLIC_ADDRESS = env.public_address()
DEMO_PLACE = "370831"
LOG_NAME = env.log_name()
LOG_SUITE = env.log_suite()

INSTALLED_APPS = [
    *(f"mingjing.contexts.{room}" for room in ROOMS),
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_structlog",
    "django_tasks_db",
    "ninja",
]

MIDDLEWARE = [
    "mingjing.contexts.operations.middleware.WatchMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "mingjing.contexts.operations.middleware.LogMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "mingjing.contexts.accounts.rest.problems.ProblemsMiddleware",
    "mingjing.contexts.accounts.middleware.SessionLimitsMiddleware",
    "mingjing.contexts.accounts.middleware.ActorMiddleware",
    "mingjing.contexts.ui.middleware.DomainErrorMiddleware",
]

ROOT_URLCONF = "mingjing.config.urls"
WSGI_APPLICATION = "mingjing.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "contexts" / room / "web" / "templates" for room in ROOMS],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "mingjing.contexts.ui.shell.shell",
            ],
        },
    },
]

DATABASES = {"default": env.database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
STATICFILES_DIRS = [folder for room in ROOMS if (folder := ROOT / "contexts" / room / "web" / "static").is_dir()]
STORAGES = {
    "default": env.media(),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# One JSON object a line; no personal data (contexts/operations/logs.py)
LOGGING = logs.configuration(env.log_level())
logs.configure()
DJANGO_STRUCTLOG_USER_ID_FIELD = "code"
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL = logging.INFO
METRICS_TOKEN = env.metrics_token()
DISK_MINIMUM_BYTES = env.disk_minimum_megabytes() * 2**20

# Nothing from elsewhere, nothing inline: every script and style is a file of ours.
SECURE_CSP = {
    "default-src": ["'self'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:", "blob:"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "object-src": ["'none'"],
    "base-uri": ["'none'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_ENGINE = "mingjing.contexts.accounts.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 86_400  # at the very most; accounts/data/security.yaml ends sessions long before
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = env.secure()
SECURE_HSTS_SECONDS = 31_536_000 if env.secure() else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.secure() else None

CSRF_FAILURE_VIEW = "mingjing.contexts.ui.web.errors.csrf_failure"
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
IDENTITY_PROVIDER = env.identity_provider()
TRUSTED_PROXIES = env.proxies()
