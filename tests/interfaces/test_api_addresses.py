"""Every operation of the API is reached at its own address: none is hidden by another that matches the same words."""

import re

import pytest
from django.test import Client

from mingjing.interfaces.api.root import api


@pytest.mark.django_db
def test_every_operation_asks_who_is_there() -> None:
    client, wrong = Client(raise_request_exception=False), []
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method in methods:
            answer = client.generic(
                method.upper(), re.sub(r"\{\w+\}", "999999999", path), content_type="application/json"
            )
            if answer.status_code != 401:
                wrong.append(f"{method} {path}: {answer.status_code}")
    assert not wrong
