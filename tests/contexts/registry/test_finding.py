"""The search box over people: words of the name through the index, the beginning of a code, and never a scan of the table."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.registry import searching
from mingjing.contexts.registry.models import Officer
from mingjing.contexts.registry.web.officers import find


@pytest.fixture
def people(units: dict[str, Unit]) -> None:
    for number, name in enumerate(("王伟芳", "李王伟", "张强")):
        row = Officer.objects.create(code=f"P{number:03d}", name=name, unit=units["market"], employment="established")
        searching.note([row])


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("王伟", {"王伟芳", "李王伟"}),
        ("王伟芳", {"王伟芳"}),
        ("张强", {"张强"}),
        ("P00", {"王伟芳", "李王伟", "张强"}),
        ("赵六", set()),
    ],
)
def test_finds_people(people: None, words: str, names: set[str]) -> None:
    with CaptureQueriesContext(connection) as told:
        assert set(find(Officer.objects.all(), words).values_list("name", flat=True)) == names
    asked = [one["sql"] for one in told.captured_queries]
    assert words.isascii() or not any(
        f'"registry_officer"."name" {way}' in sql for sql in asked for way in ("LIKE", "GLOB")
    )
