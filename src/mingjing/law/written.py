"""
Citations as people write them in lists and decisions: 《城市绿化条例》第二十六条第一款第（三）项.

Nothing is resolved here: :class:`WrittenCitation` says what stands there; whether a library has it is asked later.
"""

import re
from dataclasses import dataclass
from typing import Final

from mingjing.law.citations import chinese_numeral, number_of

_NUMERAL: Final = r"(?:\d+|[一二三四五六七八九十百零〇]+)"
_TITLE: Final = re.compile(r"《(?P<title>[^《》]+(?:《[^《》]*》[^《》]*)*)》(?:[（(][^（）()]*[）)])?")
_ARTICLE: Final = re.compile(
    rf"第(?P<article>{_NUMERAL})条(?:之(?P<inserted>{_NUMERAL}))?"
    rf"(?:第(?P<paragraph>{_NUMERAL})款)?(?:第?[（(]?(?P<item>{_NUMERAL})[）)]?项)?"
)
_MORE_ITEMS: Final = re.compile(rf"\s*[、和,，]\s*第?[（(]?(?P<item>{_NUMERAL})[）)]?项")


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenCitation:
    """One provision of a named instrument; ``article`` is ``None`` where the whole instrument is meant."""

    title: str
    article: int | None = None
    inserted: int | None = None
    """The number after 之: 第一百二十条之一 is article 120, inserted 1."""
    paragraph: int | None = None
    item: int | None = None

    @property
    def label(self) -> str:
        """Write it in the standard form."""
        return f"《{self.title}》{self.where}"

    @property
    def where(self) -> str:
        """Write the place in the instrument: 第二十六条第（三）项; empty for the whole."""
        if self.article is None:
            return ""
        text = f"第{chinese_numeral(self.article)}条"
        if self.inserted is not None:
            text += f"之{chinese_numeral(self.inserted)}"
        if self.paragraph is not None:
            text += f"第{chinese_numeral(self.paragraph)}款"
        if self.item is not None:
            text += f"第（{chinese_numeral(self.item)}）项"
        return text

    @property
    def article_key(self) -> str:
        """Name the article alone: 26, 120-1; empty for the whole instrument."""
        if self.article is None:
            return ""
        return str(self.article) if self.inserted is None else f"{self.article}-{self.inserted}"


def citations_in(text: str) -> tuple[WrittenCitation, ...]:
    """
    Read every citation in a text, in order; articles after a title belong to it until the next title.

    The words of a quoted article name other articles of it (违反本条例第十八条规定); those stand after 本条例, 本法 and the
    like, and are not citations of the list's own.
    """
    found: list[WrittenCitation] = []
    titles = list(_TITLE.finditer(text))
    for number, match in enumerate(titles):
        end = titles[number + 1].start() if number + 1 < len(titles) else len(text)
        title = match["title"].strip()
        mine = _articles(text[match.end() : end], title)
        found += mine or [WrittenCitation(title=title)]
    return tuple(dict.fromkeys(found))


def _articles(text: str, title: str) -> list[WrittenCitation]:
    """Read the articles that follow a title directly, joined by 、 和 或者; a sentence of the text ends them."""
    found: list[WrittenCitation] = []
    at = 0
    while True:
        joined = re.compile(r"[\s、，,和及或者:：]*").match(text, at)
        match = _ARTICLE.match(text, joined.end() if joined else at)
        if match is None:
            return found
        one = _citation(match, title)
        found.append(one)
        at = match.end()
        while (more := _MORE_ITEMS.match(text, at)) is not None:
            found.append(
                WrittenCitation(
                    title=title,
                    article=one.article,
                    inserted=one.inserted,
                    paragraph=one.paragraph,
                    item=number_of(more["item"]),
                )
            )
            at = more.end()


def _citation(match: re.Match[str], title: str) -> WrittenCitation:
    numbers = {part: number_of(match[part]) if match[part] else None for part in match.groupdict()}
    return WrittenCitation(
        title=title,
        article=numbers["article"],
        inserted=numbers["inserted"],
        paragraph=numbers["paragraph"],
        item=numbers["item"],
    )
