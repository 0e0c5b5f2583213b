"""Units and accounts from a workbook, through the page: first looked at, then the good rows taken."""

import io
import re

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from python_calamine import CalamineWorkbook

from mingjing.contexts.accounts.models import Unit, User
from mingjing.contexts.accounts.usecases.sheets import UNITS, USERS, Kind
from tests.contexts.conftest import UserMaker


def book(kind: Kind, rows: list[dict[str, object]]) -> SimpleUploadedFile:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as made:
        sheet = made.add_worksheet()
        sheet.write_row(0, 0, kind.headings)
        for number, row in enumerate(rows, start=1):
            sheet.write_row(number, 0, [row.get(field, "") for _, field, _ in kind.columns])
    return SimpleUploadedFile("x.xlsx", out.getvalue())


@pytest.fixture
def system(client: Client, user_with: UserMaker) -> Client:
    client.force_login(user_with("system_admin", "county"))
    return client


def people(count: int, bad: set[int]) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for number in range(count):
        row: dict[str, object] = {"username": f"p{number:04}", "name": f"张{number}", "unit": "market"}
        row["mobile"] = 13800000000 + number
        if number in bad:
            row["unit"] = "nowhere"
        rows.append(row)
    return rows


def test_every_bad_row_is_named_and_nothing_is_written_before_the_user_says_so(system: Client) -> None:
    bad = {3, 17, 58}
    looked = system.post("/accounts/import/users/", {"file": book(USERS, people(60, bad))}).content.decode()
    assert "57 行合格，3 行不合格" in looked
    assert {int(one) - 2 for one in re.findall(r'data-label="行">(\d+)', looked)} == bad
    assert not User.objects.filter(username__startswith="p0").exists()
    taken = system.post("/accounts/import/users/", {"sure": "1"}).content.decode()
    assert User.objects.filter(username__startswith="p0").count() == 57
    passwords = set(re.findall(r"<code>([\w-]{23})</code>", taken))
    assert len(passwords) == 57 and User.objects.get(username="p0000").mobile == "13800000000"
    again = system.post("/accounts/import/users/", {"sure": "1"})
    assert again.status_code == 422


def test_a_row_may_build_on_one_above_it(system: Client) -> None:
    rows: list[dict[str, object]] = [
        {
            "code": "forest",
            "name": "林业局",
            "kind": "部门",
            "place": 370831,
            "parent": "county",
            "valid_from": "2019-01-15",
        },
        {"code": "forest-squad", "name": "林业执法大队", "kind": "综合执法队伍", "place": 370831, "parent": "forest"},
        {"code": "x/y", "name": "错", "kind": "部门", "place": 370831},
        {"code": "z", "name": "错", "kind": "什么", "place": 370831},
    ]
    looked = system.post("/accounts/import/units/", {"file": book(UNITS, rows)}).content.decode()
    assert "2 行合格，2 行不合格" in looked
    system.post("/accounts/import/units/", {"sure": "1"})
    assert Unit.objects.get(code="forest-squad").path == "city/county/forest/forest-squad/"
    assert not Unit.objects.filter(code="z").exists()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"not a workbook"])
def test_what_is_no_workbook_is_told(system: Client, content: bytes) -> None:
    answer = system.post("/accounts/import/users/", {"file": SimpleUploadedFile("x.xlsx", content)})
    assert answer.status_code == 422


def test_the_template_is_read_back(system: Client) -> None:
    answer = system.get("/accounts/import/units/?template")
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    answer.close()
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert rows[0] == UNITS.headings


def test_only_who_may_make_them(client: Client, user_with: UserMaker) -> None:
    client.force_login(user_with("security_admin", "county"))
    for kind in ("users", "units"):
        assert client.get(f"/accounts/import/{kind}/").status_code == 403
        assert client.post(f"/accounts/import/{kind}/", {"sure": "1"}).status_code == 403
