"""Examples: practices, people and cases worth following, and warnings; approved by another, published with care."""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from mingjing.domain.registry.identity import mask_identity, mask_mobile, mask_person
from mingjing.domain.registry.obstacles import obstacle, refuse

_IDENTITY: Final = re.compile(r"(?<!\d)[1-9]\d{16}[\dXx](?!\d)")
_MOBILE: Final = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_LONGEST_PERSON: Final = 4
"""A longer name is one of an organisation."""


class ExampleKind(StrEnum):
    """What is shown: to follow, or to be warned by."""

    PRACTICE = "practice"
    PERSON = "person"
    WARNING = "warning"
    CASE = "case"
    """A closed case, chosen on its page (LC-15)."""


class ExampleStatus(StrEnum):
    """Where an example stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REFUSED = "refused"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


KIND_LABELS: Final[Mapping[ExampleKind, str]] = MappingProxyType(
    {
        ExampleKind.PRACTICE: "好经验好做法",
        ExampleKind.PERSON: "先进人物和事迹",
        ExampleKind.WARNING: "反面典型",
        ExampleKind.CASE: "典型案例",
    }
)
STATUS_LABELS: Final[Mapping[ExampleStatus, str]] = MappingProxyType(
    {
        ExampleStatus.DRAFT: "草稿",
        ExampleStatus.SUBMITTED: "待审核",
        ExampleStatus.APPROVED: "已通过",
        ExampleStatus.REFUSED: "未通过",
        ExampleStatus.PUBLISHED: "已发布",
        ExampleStatus.WITHDRAWN: "已撤下",
    }
)
NAMELESS: Final = frozenset({ExampleKind.WARNING, ExampleKind.CASE})
"""Those in which the names that are given are masked."""
NEXT: Final[Mapping[str, tuple[ExampleStatus, ...]]] = MappingProxyType(
    {
        "edit": (ExampleStatus.DRAFT, ExampleStatus.REFUSED),
        "submit": (ExampleStatus.DRAFT, ExampleStatus.REFUSED),
        "decide": (ExampleStatus.SUBMITTED,),
        "publish": (ExampleStatus.APPROVED,),
        "withdraw": (ExampleStatus.PUBLISHED,),
        "recommend": (ExampleStatus.APPROVED, ExampleStatus.PUBLISHED),
    }
)
"""In which states an example can be what."""

_VERBS: Final = MappingProxyType(
    {
        "edit": "修改",
        "submit": "送审",
        "decide": "审核",
        "publish": "发布",
        "withdraw": "撤下",
        "recommend": "向上推荐",
    }
)


def require_next(act: str, status: ExampleStatus) -> None:
    """
    Refuse what does not come next.

    :raises RegistryError: if the example stands elsewhere
    """
    if status not in NEXT[act]:
        needed = "或者".join(f"“{STATUS_LABELS[one]}”" for one in NEXT[act])
        refuse(
            obstacle(
                "not_next",
                f"这条典型现在是“{STATUS_LABELS[status]}”，不能{_VERBS[act]}。",
                f"{needed}的才可以。",
            )
        )


def require_case(kind: ExampleKind, *, given: bool) -> None:
    """
    Refuse an example of a case without one, and a case in another kind of example.

    :raises RegistryError: if the two do not go together
    """
    if (kind is ExampleKind.CASE) is not given:
        refuse(
            obstacle(
                "no_case" if kind is ExampleKind.CASE else "a_case",
                "典型案例要从已经办结的案件里选。" if kind is ExampleKind.CASE else "从案件里选的只能作为典型案例。",
                "请打开办结的案件，选择“选为典型案例”。",
            )
        )


def require_another(submitted_by: str, decided_by: str) -> None:
    """
    Refuse who would approve what they handed in themselves.

    :raises RegistryError: if it is the same person
    """
    if submitted_by == decided_by:
        refuse(obstacle("own", "不能审核自己送审的典型。", "请由其他有审核权限的人员办理。"))


def published_text(text: str, names: Iterable[str], *, kind: ExampleKind) -> str:
    """
    Return a text as everybody may read it.

    Identity numbers and telephone numbers are masked in every text. In a warning or a case the names that are given are masked
    too, of people to the family name, of organisations (longer than four characters) to “某单位”; who is to be followed
    keeps the name.
    """
    shown = _IDENTITY.sub(lambda found: mask_identity(found[0]), text)
    shown = _MOBILE.sub(lambda found: mask_mobile(found[0]), shown)
    if kind in NAMELESS:
        # the longest first: one name may stand in another
        for name in sorted({each.strip() for each in names if each.strip()}, key=len, reverse=True):
            shown = shown.replace(name, mask_person(name) if len(name) <= _LONGEST_PERSON else "某单位")
    return shown
