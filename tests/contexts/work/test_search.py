"""Search finds one and two characters, rare ones too, the same on both databases, and never beyond the scope."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.work import search
from mingjing.contexts.work.models import SearchDocument
from mingjing.contexts.work.search import kinds as registered
from mingjing.contexts.work.search.find import marked
from mingjing.contexts.work.search.tokens import query, tokens
from tests.contexts.conftest import ActorMaker

UNIT = "test.unit"
NEWS = "test.news"


@pytest.fixture(autouse=True)
def _kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registered, "_kinds", {})
    search.register(UNIT, "单位", "accounts.unit.view", rows=all_units)
    search.register(NEWS, "公告", "")


def all_units() -> Iterable[search.Document]:
    return [
        search.Document(
            key=one.code,
            title=one.name,
            text=f"{one.kind} {one.code}",
            href=f"/u/{one.code}/",
            unit_path=one.path,
            place=one.place,
        )
        for one in Unit.objects.all()
    ]


@pytest.fixture
def admin(actor_with: ActorMaker) -> Actor:
    actor = actor_with("system_admin", "county")
    search.rebuild(UNIT)
    return actor


def titles(actor: Actor, text: str, **more: object) -> list[str]:
    found = search.find(actor, text, **more)  # type: ignore[arg-type]
    return [one.href for one in found.hits]


def news(key: str, title: str, text: str = "", **more: str) -> None:
    search.index(kind=NEWS, key=key, title=title, text=text, href=f"/n/{key}/", **more)


class TestWhatIsFound:
    @pytest.mark.parametrize(
        ("asked", "hrefs"),
        [
            ("卫生", {"/u/health/"}),
            ("卫", {"/u/health/"}),
            ("局", {"/u/justice/", "/u/market/", "/u/health/"}),
            ("处", {"/u/town/"}),
            ("市场监督", {"/u/market/"}),
            ("市场监管", {"/u/squad/"}),
            ("泗水 执法", {"/u/squad/"}),
            ("squad", {"/u/squad/"}),
            ("SQU", {"/u/squad/"}),
            ("\uff33\uff31\uff35ad", {"/u/squad/"}),
            ("泗水县“卫生”（健康）", {"/u/health/"}),
            ("市水", set()),
            ("没有这样的词", set()),
        ],
    )
    def test_words_of_any_length(self, admin: Actor, asked: str, hrefs: set[str]) -> None:
        assert set(titles(admin, asked)) == hrefs

    @pytest.mark.parametrize(
        "asked", ["", " ", "，。", '"', "'", "*", "a*b", "NEAR(", "title:", "') & ('", "\\", "%", "：*", "\x00"]
    )
    def test_no_character_is_syntax(self, admin: Actor, asked: str) -> None:
        search.find(admin, asked)
        search.find(admin, f"卫生{asked}健康")

    @pytest.mark.parametrize("name", ["㛃䶮", "𬬭𪩘", "龑鿯", "镕喆", "𰻝"])
    def test_rare_characters_of_names(self, admin: Actor, name: str) -> None:
        news("a", f"王{name}同志")
        assert titles(admin, name) == ["/n/a/"]
        assert titles(admin, name[-1]) == ["/n/a/"]

    def test_characters_that_stand_apart_are_no_word(self, admin: Actor) -> None:
        news("apart", "行政处分，处罚决定")
        news("whole", "行政处罚决定")
        assert titles(admin, "行政处罚决定") == ["/n/whole/"]

    def test_a_document_number_and_the_first_digits_of_a_code(self, admin: Actor) -> None:
        news("a", "泗市监罚〔2026〕118 号", "91370831MA3C0000X1")
        news("b", "泗市监罚〔2026〕119 号")
        assert titles(admin, "泗市监罚〔2026〕118号") == ["/n/a/"]
        assert titles(admin, "91370831ma") == ["/n/a/"]

    def test_titles_come_first_and_the_newest_of_them(self, admin: Actor) -> None:
        news("text", "公告", "食品安全")
        news("old", "食品安全检查")
        news("new", "食品安全通报")
        news("later", "通知", "食品安全")
        assert titles(admin, "食品安全") == ["/n/new/", "/n/old/", "/n/later/", "/n/text/"]

    def test_a_word_that_is_everywhere_costs_no_more(self, admin: Actor) -> None:
        search.index_many(NEWS, (search.Document(key=str(at), title=f"公司 {at}", href="/") for at in range(700)))
        found = search.find(admin, "公司")
        assert found.more
        assert found.total == 500

    def test_leafs_through_and_keeps_to_a_kind(self, admin: Actor) -> None:
        search.index_many(
            NEWS, (search.Document(key=f"{at:02}", title=f"泗水 {at:02}", href=f"/n/{at:02}/") for at in range(30))
        )
        first, second = titles(admin, "泗水", kind=NEWS), titles(admin, "泗水", kind=NEWS, page=2)
        assert first + second == [f"/n/{at:02}/" for at in range(29, -1, -1)]
        assert search.find(admin, "泗水").counts == {UNIT: 5, NEWS: 30}


class TestWhatChanges:
    def test_an_old_title_is_forgotten(self, admin: Actor) -> None:
        news("a", "旧标题", "旧内容")
        news("a", "新标题", "新内容")
        assert titles(admin, "旧标题") == titles(admin, "旧内容") == []
        assert titles(admin, "新标题") == titles(admin, "新内容") == ["/n/a/"]
        assert SearchDocument.objects.filter(kind=NEWS).count() == 1

    def test_what_is_taken_out_is_found_no_more(self, admin: Actor) -> None:
        news("a", "要撤下的公告")
        search.unindex(kind=NEWS, key="a")
        search.unindex(kind=NEWS, key="a")
        assert titles(admin, "撤下") == []

    def test_a_rebuild_forgets_what_is_gone(self, admin: Actor, units: dict[str, Unit]) -> None:
        units["town"].delete()
        assert search.rebuild(UNIT) == 6
        assert titles(admin, "街道") == []
        assert titles(admin, "卫生") == ["/u/health/"]


class TestScope:
    def test_each_sees_what_the_permission_reaches(self, actor_with: ActorMaker, admin: Actor) -> None:
        assert "/u/city/" in titles(admin, "济宁")
        assert titles(actor_with("overseer", "justice"), "济宁") == []
        assert titles(actor_with("overseer", "justice", username="other"), "卫生") == ["/u/health/"]

    def test_without_the_permission_nothing_of_the_kind(self, actor_with: ActorMaker, admin: Actor) -> None:
        news("a", "卫生公告")
        assert titles(actor_with("auxiliary"), "卫生") == ["/n/a/"]

    def test_a_hidden_kind_is_not_counted(self, actor_with: ActorMaker, admin: Actor) -> None:
        assert search.find(actor_with("auxiliary"), "卫生").counts == {}


def test_marks_what_was_asked_for_and_escapes_the_rest() -> None:
    assert marked("<b>行政处罚</b>", ["处罚"]) == '&lt;b&gt;行政<mark class="mj-mark">处罚</mark>&lt;/b&gt;'
    assert marked("a.b", ["."]) == 'a<mark class="mj-mark">.</mark>b'


def test_tokens_are_pairs_the_last_character_and_whole_latin_words() -> None:
    assert tokens("罚款决定 No.12") == ["罚款", "款决", "决定", "定", "no", "12"]
    assert query("罚款决定 定 12").exact == ("罚款", "款决", "决定")
    assert query("罚款决定 定 12").prefixes == ("定", "12")


@given(st.text(max_size=40), st.data())
def test_every_piece_of_a_text_is_found_by_its_tokens(text: str, data: st.DataObject) -> None:
    """Whatever is cut out of a run of the text asks for tokens that the text has."""
    known = tokens(text)
    begin = data.draw(st.integers(0, len(text)))
    asked = query(text[begin : data.draw(st.integers(begin, len(text)))])
    whole = query(text)
    if set(asked.words) <= set(whole.words):
        assert set(asked.exact) <= set(known)
        assert all(any(one.startswith(prefix) for one in known) for prefix in asked.prefixes)
