"""A case packed for another system can be checked by anyone and taken in by another Mingjing; a changed byte is found."""

import io
import zipfile

import pytest

from mingjing.contexts.cases.models import Case
from mingjing.contexts.cases.usecases.exchange import PackageError, check_package, pack_case, take_package
from tests.contexts.cases.conftest import Office
from tests.contexts.cases.test_facts import decided
from tests.contexts.cases.test_import import forget


def packed(office: Office) -> bytes:
    decided(office)
    return pack_case(actor=office.people["clerk"], at=office.at, case=office.case.code, reason="移送检察机关监督")


def changed(data: bytes, name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for one in old.namelist():
            new.writestr(one, content if one == name else old.read(one))
    return out.getvalue()


def test_a_package_is_checked_and_taken_in(office: Office) -> None:
    data = packed(office)
    code, stage = office.case.code, office.case.stage
    checked = check_package(data)
    assert checked.cases == (code,)
    forget()
    _, made = take_package(actor=office.people["clerk"], at=office.at, data=data)
    assert (made.taken, Case.objects.get().stage) == (1, stage)
    for tampered in ("facts/cases.parquet", "manifest.json", "documents.json"):
        with pytest.raises(PackageError, match=r"不符|签名"):
            check_package(changed(data, tampered, b"{}"))
    with pytest.raises(PackageError, match="不是案件交换包"):
        check_package(b"garbage")
    with pytest.raises(PackageError, match="多出"):
        check_package(_with(data, "documents/foreign.pdf"))


def _with(data: bytes, name: str) -> bytes:
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as package:
        package.writestr(name, b"%PDF")
    return out.getvalue()
