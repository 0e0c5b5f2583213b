"""Schemathesis sends the API what its description allows, and what it does not: nothing breaks it."""

from collections.abc import Iterator

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode

from mingjing.config.wsgi import application
from mingjing.contexts.accounts import policy as policies
from mingjing.contexts.accounts.access import actor_of
from mingjing.contexts.accounts.permissions import roles
from mingjing.contexts.accounts.rest import signin
from mingjing.contexts.accounts.usecases.tokens import make_token
from tests.contexts.conftest import TODAY, UserMaker, units, user_with

__all__ = ["TODAY", "units", "user_with"]

EXAMPLES = 12
"""Of each kind, for an operation that the role may use; one that it may not is refused before anything is read."""
ADMINS = ("system_admin", "security_admin", "audit_admin")


@pytest.fixture
def _one_connection() -> Iterator[None]:
    """Keep the test's connection open from request to request, as Django's own test client does."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.usefixtures("_one_connection")
@pytest.mark.parametrize(
    "role", ["system_admin", "security_admin", "audit_admin", "overseer", "agency_head", "officer"]
)
def test_no_request_breaks_the_api(user_with: UserMaker, role: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    generous = replace(policies.policy(), token_requests_a_minute=10**9)
    monkeypatch.setattr(signin, "policy", lambda: generous)
    actor = actor_of(user_with(role, "county"), on=timezone.localdate())
    held = [code for code in roles()[role].may if actor.may(code)]
    _, secret = make_token(actor=actor, at=timezone.now(), name="fuzz", permissions=held, days=1)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    broken = []
    for found in schema.get_all_operations():
        operation = found.ok()
        asks = operation.definition.raw["x-permission"]
        examples = EXAMPLES if asks == "signed-in" or actor.may(asks) else 1
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):

            @settings(
                max_examples=examples,
                deadline=None,
                database=None,
                phases=[Phase.explicit, Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(case=operation.as_strategy(generation_mode=mode))
            def sent(case: schemathesis.Case) -> None:
                answer = case.call(headers={"Authorization": f"Bearer {secret}"})
                if answer.status_code >= 500:
                    broken.append(f"{case.method} {case.formatted_path} {case.body!r} → {answer.status_code}")
                elif answer.status_code >= 400 and "/api/v1/" in answer.request.path_url:
                    assert answer.headers["content-type"][0].startswith("application/problem+json"), answer.headers

            sent()
    assert not broken, broken[:20]
