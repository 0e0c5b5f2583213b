"""The law library: full texts come in, are found, and a change of law lists what it affects."""

from io import BytesIO
from pathlib import Path

import docx
import pytest

from mingjing.contexts.accounts.access import ForbiddenError
from mingjing.contexts.catalog import queries
from mingjing.contexts.catalog.models import Affected, Instrument, Item, Provision
from mingjing.contexts.catalog.usecases import library
from mingjing.contexts.catalog.usecases.editions import NoReasonError
from mingjing.contexts.catalog.usecases.library import UnreadableFileError
from tests.contexts.catalog.conftest import LAW, Desk
from tests.contexts.conftest import ActorMaker


def test_a_folder_is_imported_file_by_file_and_again_without_change(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "某省餐饮服务管理条例.txt").write_text(LAW, encoding="gb18030")
    document = docx.Document()
    for line in LAW.replace("餐饮", "住宿").splitlines():
        document.add_paragraph(line)
    document.save(str(tmp_path / "住宿.docx"))
    (tmp_path / "便条.txt").write_text("今天开会", encoding="utf-8")
    (tmp_path / "坏.docx").write_bytes(b"not a document")
    (tmp_path / "扫描.pdf").write_bytes(b"%PDF")

    report = library.import_folder(actor=desk.overseer, at=desk.at, folder=tmp_path)
    outcomes = {one.file: one.outcome for one in report.files}
    assert outcomes == {
        "某省餐饮服务管理条例.txt": "new",
        "住宿.docx": "new",
        "便条.txt": "refused",
        "坏.docx": "refused",
        "扫描.pdf": "refused",
    }
    assert all(one.problems for one in report.files if one.outcome == "refused")
    assert Provision.objects.count() == 10

    again = library.import_folder(actor=desk.overseer, at=desk.at, folder=tmp_path)
    assert [one.outcome for one in again.files].count("same") == 2
    assert (Instrument.objects.count(), Provision.objects.count()) == (2, 10)


def test_a_changed_text_of_the_same_day_renews_it_and_one_of_a_later_day_is_a_new_version(desk: Desk) -> None:
    library.import_text(actor=desk.overseer, at=desk.at, name="一.txt", data=LAW.encode())
    renewed = library.import_text(
        actor=desk.overseer, at=desk.at, name="一.txt", data=LAW.replace("五万元", "三万元").encode()
    )
    later = LAW.replace("2020年5月1日", "2024年5月1日").replace("2020年7月1日", "2024年7月1日")
    new = library.import_text(actor=desk.overseer, at=desk.at, name="二.txt", data=later.encode())
    assert (renewed.outcome, new.outcome) == ("renewed", "new")
    assert Instrument.objects.count() == 2
    old = library.import_text(
        actor=desk.overseer, at=desk.at, name="零.txt", data=LAW.replace("2020年", "2010年").encode()
    )
    assert old.outcome == "new"
    oldest = Instrument.objects.order_by("in_force_from").first()
    assert oldest is not None
    assert (oldest.standing, oldest.in_force_until.year if oldest.in_force_until else None) == ("amended", 2020)


def test_articles_are_found_by_two_characters(desk: Desk, law: object) -> None:
    found = queries.search_provisions("标价")
    assert [one.label for one in found] == ["第二条"]
    assert [one.label for one in queries.search_provisions("餐饮 罚款")] == ["第三条"]
    assert queries.search_provisions("原子弹").count() == 0


def test_the_instruments_of_the_law_data_are_entered_once(desk: Desk) -> None:
    assert library.enter_known(actor=desk.overseer, at=desk.at) > 10
    assert library.enter_known(actor=desk.overseer, at=desk.at) == 0
    book = queries.Books(on=desk.today).book("中华人民共和国行政处罚法（2021年修订）")
    assert book is not None
    assert book.code == "CF"


def test_a_repealed_law_lists_every_published_content_that_cites_it_until_it_is_handled(desk: Desk, item: Item) -> None:
    """YZ-05."""
    book = Instrument.objects.get()
    row, listed = library.change_standing(
        actor=desk.overseer, at=desk.at, code=book.code, version=book.version, standing="amended"
    )
    assert listed == 1
    waiting = Affected.objects.get()
    assert (waiting.family, waiting.code, waiting.written) == ("item", item.code, "《某省餐饮服务管理条例》第三条")
    _, again = library.change_standing(
        actor=desk.overseer, at=desk.at, code=book.code, version=row.version, standing="repealed"
    )
    assert again == 0
    with pytest.raises(NoReasonError):
        library.handle_affected(actor=desk.clerk, at=desk.at, pk=waiting.pk, version=1, handling=" ")
    done = library.handle_affected(actor=desk.clerk, at=desk.at, pk=waiting.pk, version=1, handling="已修订事项依据")
    assert done.handled_by == desk.clerk.code


def test_who_cites_an_article_is_told(desk: Desk, item: Item) -> None:
    found = queries.citing(desk.officer, "某省餐饮服务管理条例", "3")
    assert [one["code"] for one in found["editions"]] == [item.code]
    assert queries.citing(desk.officer, "某省餐饮服务管理条例", "2")["editions"] == []
    known = queries.citing(desk.officer, "行政处罚法", "60")
    assert {rule.id for rule in known["rules"]} >= {"penalty.decision.in-time"}
    assert "penalty.decision.days" in {one.id for one in known["parameters"]}


def test_a_guiding_case_is_offered_with_its_item(desk: Desk, item: Item) -> None:
    library.enter_guiding_case(
        actor=desk.overseer,
        at=desk.at,
        code="G1",
        title="某餐馆未明码标价案",
        unit="justice",
        gist="首违改正不罚",
        item=item.code,
    )
    assert [one.code for one in queries.guiding_cases(item.code)] == ["G1"]


def test_only_who_keeps_the_library_changes_it(desk: Desk, actor_with: ActorMaker, tmp_path: Path) -> None:
    (tmp_path / "一.txt").write_text(LAW, encoding="utf-8")
    with pytest.raises(ForbiddenError):
        library.import_folder(actor=desk.clerk, at=desk.at, folder=tmp_path)
    assert library.import_folder(actor=desk.overseer, at=desk.at, folder=tmp_path).count("new") == 1


@pytest.mark.parametrize("data", [b"\xff\xfe\x00\x00", b"PK\x03\x04\x00\x00 not text"])
def test_what_is_no_text_is_refused(desk: Desk, data: bytes) -> None:
    with pytest.raises(UnreadableFileError):
        library.import_text(actor=desk.overseer, at=desk.at, name="x.txt", data=data)


def test_a_docx_with_nothing_in_it_is_refused(desk: Desk) -> None:
    out = BytesIO()
    docx.Document().save(out)
    with pytest.raises(Exception, match="没有找到"):
        library.import_text(actor=desk.overseer, at=desk.at, name="空.docx", data=out.getvalue())
