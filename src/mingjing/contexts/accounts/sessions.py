"""Sessions as Django keeps them in the database; only the statement that every request asks is built once."""

from typing import Any, Final

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from mingjing.contexts.operations.statements import Statement

_SESSION: Final = Statement(lambda key: Session.objects.filter(session_key=key), str)


class SessionStore(DatabaseStore):
    """Sessions in the database (``SESSION_ENGINE``)."""

    def _get_session_from_db(self) -> Any:
        found = next(iter(_SESSION(self.session_key)), None)
        if found is None or found.expire_date <= timezone.now():
            self._session_key = None
            return None
        return found
