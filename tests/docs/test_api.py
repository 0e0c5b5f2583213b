"""The examples of docs/api.md run in their order: each request gets the answer that stands below it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from mingjing.contexts.accounts.access import actor_of
from mingjing.contexts.accounts.usecases.tokens import make_token
from tests.contexts.conftest import TODAY, UserMaker, units, user_with

PAGE = Path(__file__).parents[2] / "docs" / "api.md"
BLOCK = re.compile(r"```http\n(.*?)\n```", re.DOTALL)
PERMISSIONS = ("accounts.unit.edit", "accounts.unit.view", "accounts.user.edit", "accounts.user.view")

__all__ = ["TODAY", "units", "user_with"]


def parsed(block: str) -> tuple[str, dict[str, str], str]:
    head, _, body = block.partition("\n\n")
    first, *lines = head.split("\n")
    return first, dict(line.split(": ", 1) for line in lines), body


def holds(shown: Any, real: Any) -> bool:
    """Say whether all that is shown is so; "…" stands for anything."""
    if shown == "…":
        return bool(real)
    if isinstance(shown, dict):
        return isinstance(real, dict) and all(name in real and holds(one, real[name]) for name, one in shown.items())
    if isinstance(shown, list):
        return isinstance(real, list) and len(shown) == len(real) and all(map(holds, shown, real))
    return bool(shown == real)


def test_the_examples_answer_as_shown(client: Client, user_with: UserMaker) -> None:
    user = user_with("system_admin", "county", name="李文博")
    actor = actor_of(user, on=timezone.localdate())
    _, secret = make_token(actor=actor, at=timezone.now(), name="docs", permissions=PERMISSIONS, days=1)
    blocks = [parsed(one) for one in BLOCK.findall(PAGE.read_text("utf-8"))]
    pairs = list(zip(blocks[::2], blocks[1::2], strict=True))
    assert len(pairs) >= 8
    for (asked, headers, body), (answer, answer_headers, answer_body) in pairs:
        method, address = asked.split(" ")
        sent = {name: value.replace("mj_…", secret) for name, value in headers.items()}
        kind = sent.pop("Content-Type", "")
        got = client.generic(method, address, body, content_type=kind or "text/plain", headers=sent)
        assert got.status_code == int(answer.split(" ")[1]), (asked, got.content.decode())
        for name, value in answer_headers.items():
            assert got[name] == value, asked
        assert holds(json.loads(answer_body), got.json()), (asked, got.content.decode())


@pytest.mark.parametrize("real", [{"a": 2}, {}, [1], None])
def test_an_example_that_is_not_so_is_found(real: object) -> None:
    assert not holds({"a": 1}, real)
