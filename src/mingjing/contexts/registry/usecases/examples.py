"""Acts on examples: handed in, approved by another, published, recommended, withdrawn."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import transaction

from mingjing.contexts.accounts.access import Actor, access
from mingjing.contexts.registry.models import Example, Recommendation
from mingjing.contexts.registry.usecases.base import day_of, log, require_unit, save
from mingjing.contexts.ui.errors import require_fresh
from mingjing.domain.registry import examples as rules
from mingjing.domain.registry.examples import ExampleKind, ExampleStatus

SEE: Final = "registry.example.view"
EDIT: Final = "registry.example.edit"
DECIDE: Final = "registry.example.decide"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfCase:
    """The case that an example shows, and the item of the list under which it was handled."""

    case: str
    item: str
    item_name: str


@transaction.atomic
def draft_example(
    *,
    actor: Actor,
    at: datetime,
    unit: str,
    kind: str,
    title: str,
    text: str,
    names: str = "",
    of: OfCase | None = None,
) -> Example:
    """
    Write an example down; ``names`` are those that a published warning or case hides, one a line.

    :raises RegistryError: if it is to show a case, and none was chosen
    """
    rules.require_case(ExampleKind(kind), given=of is not None)
    made = Example(
        code=f"DX{day_of(at):%Y%m%d}{secrets.token_hex(3)}",
        kind=kind,
        title=title,
        text=text,
        names=names,
        unit=require_unit(actor, EDIT, unit),
        **({"case_code": of.case, "item_code": of.item, "item_name": of.item_name} if of else {}),
    )
    save(made)
    log(actor, at, "draft_example", f"example:{made.code}", {"kind": kind, "unit": unit, "case": made.case_code})
    return made


@transaction.atomic
def edit_example(
    *, actor: Actor, at: datetime, code: str, version: int, title: str, text: str, names: str = ""
) -> Example:
    """
    Change what is not handed in yet, or came back.

    :raises RegistryError: if it is being judged or was approved
    """
    row = _fetch(actor, EDIT, code, version, "edit")
    row.title, row.text, row.names = title, text, names
    save(row)
    log(actor, at, "edit_example", f"example:{code}")
    return row


@transaction.atomic
def submit_example(*, actor: Actor, at: datetime, code: str, version: int) -> Example:
    """
    Hand an example in.

    :raises RegistryError: if it is handed in already
    """
    row = _fetch(actor, EDIT, code, version, "submit")
    row.status = ExampleStatus.SUBMITTED
    row.submitted_by, row.submitted_by_name, row.opinion, row.decided_by_name = actor.code, actor.name, "", ""
    save(row)
    log(actor, at, "submit_example", f"example:{code}")
    return row


@transaction.atomic
def decide_example(*, actor: Actor, at: datetime, code: str, version: int, approve: bool, opinion: str) -> Example:
    """
    Approve an example, or send it back with the reason.

    :raises RegistryError: if it is not handed in, or by the actor
    """
    row = _fetch(actor, DECIDE, code, version, "decide")
    rules.require_another(row.submitted_by, actor.code)
    row.status = ExampleStatus.APPROVED if approve else ExampleStatus.REFUSED
    row.decided_by_name, row.opinion = actor.name, opinion
    save(row)
    log(actor, at, "decide_example", f"example:{code}", {"approve": approve}, opinion)
    return row


@transaction.atomic
def publish_example(*, actor: Actor, at: datetime, code: str, version: int) -> Example:
    """
    Put an approved example on the public page, with numbers and, of a warning, names masked.

    :raises RegistryError: if it is not approved
    """
    row = _fetch(actor, DECIDE, code, version, "publish")
    row.status, row.published_on = ExampleStatus.PUBLISHED, day_of(at)
    save(row)
    log(actor, at, "publish_example", f"example:{code}", {"on": row.published_on})
    return row


@transaction.atomic
def withdraw_example(*, actor: Actor, at: datetime, code: str, version: int, reason: str) -> Example:
    """Take an example from the public page."""
    row = _fetch(actor, DECIDE, code, version, "withdraw")
    row.status, row.withdrawn_on = ExampleStatus.WITHDRAWN, day_of(at)
    save(row)
    log(actor, at, "withdraw_example", f"example:{code}", {"on": row.withdrawn_on}, reason)
    return row


@transaction.atomic
def recommend_example(
    *, actor: Actor, at: datetime, code: str, version: int, addressee: str, on: date, result: str = ""
) -> Recommendation:
    """
    Record that an example was recommended to a higher body (TS-22).

    :raises RegistryError: if it is not approved
    """
    row = _fetch(actor, DECIDE, code, version, "recommend")
    made = Recommendation(example=row, addressee=addressee, on=on, result=result)
    save(made)
    save(row)
    log(actor, at, "recommend_example", f"example:{code}", {"addressee": addressee, "on": on})
    return made


def _fetch(actor: Actor, permission: str, code: str, version: int, act: str) -> Example:
    row = access(Example.objects.select_related("unit"), actor, permission, see=SEE, lock=True, code=code)
    require_fresh(row, version)
    rules.require_next(act, ExampleStatus(row.status))
    return row
