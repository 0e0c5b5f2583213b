"""What a password must be: everything that is wrong is told at once."""

import pytest

from mingjing.domain.passwords import PasswordRule, faults

RULE = PasswordRule(length=10, kinds=2)


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("Kurz7-a", ["至少 10 个字符，现在 7 个"]),
        ("onlysmallletters", ["至少要有 2 类"]),
        ("zhangwei-Ga7tor", ["不能含有登录名"]),
        ("ＺＨＡＮＧＷＥＩ-gator", ["不能含有登录名"]),  # noqa: RUF001
        ("gatorrrr-7Bees", ["连续出现 4 次"]),
        ("gator-12345-Be", ["五个以上相连"]),
        ("gator-TREWQ-7b", ["五个以上相连"]),
        ("aaaa", ["至少 10 个字符", "至少要有 2 类", "连续出现 4 次"]),
        ("x7" * 65, ["最多 128 个字符"]),
        ("gator-7Bees-go", []),
        ("晴天午后喝一杯绿茶7", []),
    ],
)
def test_tells_all_that_is_wrong(password: str, said: list[str]) -> None:
    found = faults(password, RULE, personal=("zhangwei", "张伟", ""))
    assert len(found) == len(said)
    assert all(words in fault for words, fault in zip(said, found, strict=True))
