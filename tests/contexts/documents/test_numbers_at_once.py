"""Many ask for numbers at once: none is left out, none is given twice."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.accounts.models import Unit, User
from mingjing.contexts.documents.models import Document, Number, NumberRow
from mingjing.contexts.documents.usecases.issuing import take_number
from mingjing.domain.documents.numbering import check

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
CONNECTIONS, REQUESTS = 8, 200


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_numbers_asked_for_at_once_have_no_gap_and_no_repeat():
    if connection.vendor == "sqlite" and connection.is_in_memory_db():  # type: ignore[attr-defined]
        pytest.skip("a database in memory is one connection")
    unit = Unit.objects.create(
        code="market", name="泗水县市场监督管理局", kind="agency", place="370831", path="market/"
    )
    user = User.objects.create_user(username="officer", name="张伟", unit=unit)
    actor = Actor(user_id=user.pk, code=user.code, name=user.name, unit_path=unit.path)
    rows = Document.objects.bulk_create(
        Document(
            code=f"D{number}", check_code=f"C{number}", kind="penalty_decision", unit=unit, author=user, drafted_at=NOW,
            letterhead={"mark": "泗市监"},
        )
        for number in range(REQUESTS)
    )  # fmt: skip
    refused = threading.Event()

    def ask(part: int) -> None:
        for row in rows[part::CONNECTIONS]:
            with transaction.atomic():
                take_number(row, actor, NOW)
            if row.pk % 10 == 0:
                # an act that fails after it took a number gives the number back
                try:
                    with transaction.atomic():
                        take_number(row, actor, NOW)
                except Exception:  # noqa: BLE001 - whatever the database calls it: this document has its number
                    refused.set()
        connection.close()

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(ask, range(CONNECTIONS)))
    series = NumberRow.objects.get()
    values = list(Number.objects.values_list("value", flat=True))
    assert refused.is_set()
    assert series.latest == REQUESTS == len(values)
    assert check(values, series.latest).clean
