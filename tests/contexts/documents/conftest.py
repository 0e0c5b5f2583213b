"""A market bureau that issues documents: its letterhead, its seal, who works there."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from mingjing.contexts.accounts.access import Actor, visible
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.documents import subjects
from mingjing.contexts.documents.models import Document, Seal
from mingjing.contexts.documents.usecases import draft_document, issue_document
from mingjing.contexts.documents.usecases.seals import enter_seal, set_letterhead
from tests.contexts.conftest import ActorMaker
from tests.contexts.documents.samples import LETTERHEAD, data_for, seal_picture

MATTER = "matter:market"
"""A matter of the bureau: what documents of a case need to belong to."""
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def matters() -> Iterator[None]:
    """What documents may belong to: a matter is of a unit, and seen by whoever sees documents there."""
    subjects.register_subject(
        "matter",
        subjects.Subject(
            label="事项",
            seen=lambda actor: visible(Unit.objects.all(), actor, "documents.document.view"),
            title=str,
            href=lambda code: f"/units/{code}/",
        ),
    )
    yield
    subjects.forget_subject("matter")


@pytest.fixture
def officer(actor_with: ActorMaker) -> Actor:
    """An officer of the bureau."""
    return actor_with("officer", "market", username="officer", name="张伟")


@pytest.fixture
def second(actor_with: ActorMaker) -> Actor:
    """Another officer of the bureau."""
    return actor_with("officer", "market", username="second", name="李明喆")


@pytest.fixture
def clerk(actor_with: ActorMaker) -> Actor:
    """The clerk, who keeps the seal."""
    return actor_with("agency_clerk", "market", username="clerk", name="王芳")


@pytest.fixture
def head(actor_with: ActorMaker) -> Actor:
    """The head of the bureau."""
    return actor_with("agency_head", "market", username="head", name="赵刚")


@pytest.fixture
def letterhead(clerk: Actor, units: dict[str, Unit]) -> None:
    """What the bureau prints."""
    set_letterhead(actor=clerk, at=NOW, unit="market", **LETTERHEAD)


@pytest.fixture
def seal(clerk: Actor, letterhead: None) -> Seal:
    """The bureau's seal."""
    return enter_seal(
        actor=clerk,
        at=NOW,
        code="market-1",
        unit="market",
        name="行政处罚专用章",
        picture=seal_picture(),
        begun_on=date(2026, 1, 1),
    )


@pytest.fixture
def issued(officer: Actor, letterhead: None) -> Callable[..., Document]:
    """Issue a document of a kind: ``issued("penalty_decision")``."""

    def make(kind: str = "penalty_decision", **given: Any) -> Document:
        given = {"subject": MATTER} | given
        draft = draft_document(actor=officer, at=NOW, kind=kind, unit="market", data=data_for(kind), **given)
        return issue_document(actor=officer, at=NOW, code=draft.code, version=draft.version)

    return make
