"""What is wrong with a template: names that are unknown, and what the law asks for and it does not say."""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from mingjing.domain.documents.contents import named_in
from mingjing.domain.documents.kinds import AGENCY, AGENCY_LABEL, BUILT_IN, PARTS, Field, FieldType, Kind
from mingjing.domain.documents.markup import FILTERS, MarkupError, Use, fill, uses
from mingjing.domain.documents.values import view
from mingjing.kernel.errors import DomainError
from mingjing.law.citations import Citation, plans
from mingjing.law.places import ancestry

_MOST: Final = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something wrong. A grave one keeps the template from coming into force; ``line`` is 0 where it is the whole."""

    text: str
    line: int = 0
    citation: Citation | None = None
    grave: bool = True


def problems(kind: Kind, text: str, place: str | None = None) -> tuple[Problem, ...]:
    """
    List what is wrong with a template of a kind, in the order of its lines; the law's contents come last.

    ``place`` is where the template is used. What only the plan of another place asks for is told, and keeps no template
    from coming into force.
    """
    if len(text) > _MOST:
        return (Problem(text=f"模板不能超过 {_MOST} 个字。"),)
    try:
        named = tuple(uses(text))
        fill(text, view(kind, {}, agency={}, draft=True))
    except DomainError as error:
        return (Problem(text=error.message),)
    return (*_names(kind, named), *_contents(kind, text, named, place), *_places(kind, text), *_unused(kind, named))


def grave(found: Sequence[Problem]) -> tuple[Problem, ...]:
    """Return those that keep a template from coming into force."""
    return tuple(one for one in found if one.grave)


def require_fit(kind: Kind, text: str, place: str | None = None) -> None:
    """
    Require that nothing grave is wrong with a template.

    :raises MarkupError: if something is
    """
    if found := grave(problems(kind, text, place)):
        raise MarkupError("模板还不能启用：" + "".join(one.text for one in found[:5]), citation=found[0].citation)


def _names(kind: Kind, named: Sequence[Use]) -> Iterator[Problem]:
    for use in named:
        if use.filter and use.filter not in FILTERS:
            yield Problem(
                line=use.line, text=f"第 {use.line} 行：没有“{use.filter}”这种写法，可用：{'、'.join(FILTERS)}。"
            )
        if not _known(kind, use):
            near = difflib.get_close_matches(use.path, [one.label for one in kind.fields], n=1, cutoff=0.5)
            hint = f"是不是“{near[0]}”？" if near else ""
            yield Problem(line=use.line, text=f"第 {use.line} 行：《{kind.name}》没有“{use.path}”这个字段。{hint}")


def _known(kind: Kind, use: Use) -> bool:
    name, _, rest = use.path.partition(".")
    for outer in reversed(use.within):
        repeated = kind.field(outer)
        if repeated is not None and not rest and name in _inside(repeated):
            return True
    if name == AGENCY_LABEL:
        return not rest or rest in AGENCY.values()
    if name in BUILT_IN:
        return not rest
    found = next((one for one in kind.fields if one.label == name), None)
    if found is None:
        # the list of what is attached may stay empty
        return use.act == "@" and name == "附件"
    if use.act == "@" and name != "附件":
        return found.type is FieldType.TABLE
    if rest:
        return found.type is not FieldType.PEOPLE and rest in PARTS.get(found.type, {}).values()
    return True


def _inside(one: Field) -> tuple[str, ...]:
    return ("序号", "项", *one.columns.values(), *PARTS.get(one.type, {}).values())


def _contents(kind: Kind, text: str, named: Sequence[Use], place: str | None) -> Iterator[Problem]:
    shown = named_in(named)
    here = ancestry(place)
    for content in kind.contents:
        absent = [name for name in content.fields if name not in shown]
        if (content.fields and not absent) or (content.words and content.words in text):
            continue
        wanted = f"字段“{'、'.join(absent)}”" if absent else f"“{content.words}”"
        yield Problem(
            text=f"缺少法定内容“{content.text}”（{content.citation.label}）：请写入{wanted}。",
            citation=content.citation,
            grave=content.citation.instrument not in plans() or content.citation.source.place in here,
        )


def _places(kind: Kind, text: str) -> Iterator[Problem]:
    lines = text.splitlines()
    if kind.sealed and "@seal" not in lines:
        yield Problem(text=f"《{kind.name}》应当加盖印章，请写一行 @seal。", citation=kind.citations[0])
    for signer in kind.signers:
        opinion = any(one.by == signer.who and f"{{{one.label}.签名}}" in text for one in kind.fields)
        if not opinion and not any(line.startswith(f"@sign {signer.who}") for line in lines):
            yield Problem(
                text=f"没有{signer.label}签名的位置，请写一行 @sign {signer.who}。",
                citation=kind.citations[0],
                grave=not any(one.type is FieldType.OPINION for one in kind.fields),
            )


def _unused(kind: Kind, named: Sequence[Use]) -> Iterator[Problem]:
    shown = {use.path.partition(".")[0] for use in named}
    for one in kind.fields:
        if one.required and one.label not in shown:
            yield Problem(text=f"必填的“{one.label}”没有写进模板，填写了也看不到。", grave=False)
