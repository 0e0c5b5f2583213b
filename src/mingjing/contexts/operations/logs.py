"""
How the platform tells what it does: one JSON object a line, on standard error.

No personal data: the user's stable code, never a name; the pattern of an address, never its query; numbers of identity
cards and telephones are masked wherever they turn up; a traceback shows lines of code, never the values in them.
"""

import re
from typing import Any, Final

import structlog
from structlog.typing import EventDict, WrappedLogger

_IDENTITY_NUMBER: Final = re.compile(r"(?<!\d)(\d{6})(?:18|19|20)\d{2}[01]\d[0-3]\d\d{3}[\dXx](?!\d)")
_MOBILE: Final = re.compile(r"(?<!\d)(1[3-9]\d)\d{8}(?!\d)")
_DETAIL: Final = re.compile(r"(?m)^DETAIL:.*$")
"""PostgreSQL's line that quotes the row which broke a constraint."""


def mask(text: str) -> str:
    """Return the text without numbers of identity cards and telephones, and without a row that a database quotes."""
    text = _DETAIL.sub("DETAIL: …", text)
    return _MOBILE.sub(r"\1********", _IDENTITY_NUMBER.sub(r"\1************", text))


def _masked(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = mask(value)
    return event


def _without_objects(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    # Django's own loggers attach the request, which holds everything that was sent
    if not isinstance(event.get("request"), str):
        event.pop("request", None)
    return event


_SHARED: Final[list[Any]] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def formatter() -> structlog.stdlib.ProcessorFormatter:
    """Return the formatter of every handler; logging's configuration calls it by name."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_SHARED,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _without_objects,
            # text, not dictionaries of frames: those would carry the values of local variables
            structlog.processors.format_exc_info,
            _masked,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )


def configuration(level: str = "INFO") -> dict[str, Any]:
    """Return logging's configuration for every process of the platform."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "mingjing.contexts.operations.logs.formatter"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json", "stream": "ext://sys.stderr"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # what django_structlog tells of a request is enough
            "django.request": {"level": "CRITICAL"},
            "django.server": {"level": "CRITICAL"},
            "_granian": {"handlers": ["stderr"], "level": level, "propagate": False},
            "granian.access": {"handlers": [], "propagate": False},
        },
    }


def configure() -> None:
    """Set structlog up; settings do it once for each process."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
