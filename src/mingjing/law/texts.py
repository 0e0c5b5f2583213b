"""
The structure of an instrument's full text: parts 编, chapters 章, sections 节, articles 条, paragraphs 款, items 项.

Reads plain lines, as they come out of a text file or a document. A text without a single article is read by its numbered
paragraphs (一、二、…), as normative documents are written. What looks wrong (a missing or a repeated number, an article
before the title) is reported, never mended in silence.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from mingjing.kernel.errors import DomainError
from mingjing.law.citations import chinese_numeral, number_of
from mingjing.law.instruments import Level

_NUMERAL: Final = r"[一二三四五六七八九十百零〇千\d]+"
_SPACE: Final = r"[\s　]*"
_HEADING: Final = re.compile(
    rf"^#*\s*第(?P<number>{_NUMERAL})(?P<kind>[编章节])(?![^\s　]*条)[\s　]*(?P<title>.{{0,60}})$"
)
_ARTICLE: Final = re.compile(
    rf"^\**{_SPACE}第(?P<number>{_NUMERAL})条(?:之(?P<inserted>{_NUMERAL}))?\**[\s　:：]*(?P<text>.*)$"
)
_ITEM: Final = re.compile(rf"^[（(](?P<number>{_NUMERAL})[）)][\s　]*(?P<text>.*)$")
_CLAUSE: Final = re.compile(r"^#*\s*(?P<number>[一二三四五六七八九十]+)、[\s　]*(?P<text>.+)$")
_PLAIN_HEADING: Final = re.compile(r"^#{2,}\s*(?P<title>.+)$")
_DAY: Final = re.compile(r"(?P<year>\d{4})年(?P<month>\d{1,2})月(?P<day>\d{1,2})日")
_IN_FORCE: Final = re.compile(
    r"自(?P<year>\d{4})年(?P<month>\d{1,2})月(?P<day>\d{1,2})日起(?:正式)?(?:施行|实施|生效|执行)"
)
_NOTE: Final = re.compile(r"^<!--.*-->$")
_ORDER: Final = re.compile(
    r"(?:国务院|主席)?令第?[〇零一二三四五六七八九十百\d]+号|[一-鿿]{1,8}[〔\[（(﹝]\d{4}[〕\]）)﹞]\d+号"
)
_NAMED_DATE: Final = re.compile(r"^(?P<title>.+?)\((?P<day>\d{4}-\d{2}-\d{2})\)(?P<rest>.*)$")
_NAMES_OF_LAW: Final = re.compile(r"法|条例|规定|办法|意见|通知|细则|解释|方案|决定|规则|措施|标准|目录|基准")
_MOST_PROBLEMS: Final = 20


class NoProvisionsError(DomainError):
    """The text holds no article and no numbered paragraph: it is not a text of law, or could not be read."""

    code = "law.no_provisions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A numbered item 项 of an article, by the paragraph that it belongs to."""

    paragraph: int
    number: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """
    One article; ``key`` is 60, or 120-1 for 第一百二十条之一.

    ``paragraphs`` are the 款 (items not counted among them), ``headings`` the part, chapter and section around it.
    """

    key: str
    label: str
    paragraphs: tuple[str, ...]
    items: tuple[Item, ...] = ()
    headings: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Return the whole wording, a line for each paragraph and item."""
        lines: list[str] = []
        for number, paragraph in enumerate(self.paragraphs, 1):
            lines.append(paragraph)
            lines += [f"（{_numeral(item.number)}）{item.text}" for item in self.items if item.paragraph == number]
        return "\n".join(line for line in lines if line)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A full text: its title, what its head says, its articles in order, and what looked wrong."""

    title: str
    preamble: tuple[str, ...]
    articles: tuple[Article, ...]
    in_force_from: date | None = None
    adopted_on: date | None = None
    number: str = ""
    issuer: str = ""
    level: Level | None = None
    problems: tuple[str, ...] = ()
    excerpt: bool = False
    """Only some of the articles are here, so gaps in their numbers are no mistake."""


@dataclass(slots=True)
class _Reader:
    """Collects lines into articles."""

    by_clause: bool = False
    headings: dict[str, str] = field(default_factory=dict)
    articles: list[Article] = field(default_factory=list)
    key: str = ""
    label: str = ""
    paragraphs: list[str] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def heading(self, kind: str, words: str) -> None:
        self.close()
        order = ["编", "章", "节"]
        for lower in order[order.index(kind) :]:
            self.headings.pop(lower, None)
        self.headings[kind] = words

    def open(self, key: str, label: str, text: str) -> None:
        self.close()
        self.key, self.label = key, label
        if text:
            self.line(text)

    def line(self, text: str) -> None:
        item = _ITEM.match(text)
        number = number_of(item["number"]) if item else None
        if item and number is not None:
            self.items.append(Item(paragraph=max(len(self.paragraphs), 1), number=number, text=item["text"].strip()))
            if not self.paragraphs:
                self.paragraphs.append("")
        else:
            self.paragraphs.append(text)

    def close(self) -> None:
        if self.key:
            if not self.paragraphs:
                self.problems.append(f"{self.label}没有内容。")
            self.articles.append(
                Article(
                    key=self.key,
                    label=self.label,
                    paragraphs=tuple(self.paragraphs),
                    items=tuple(self.items),
                    headings=tuple(self.headings[kind] for kind in ("编", "章", "节") if kind in self.headings),
                )
            )
        self.key, self.paragraphs, self.items = "", [], []


def read_text(lines: Iterable[str], *, name: str = "") -> Text:
    """
    Read the structure of a full text; ``name`` is the file's, and helps where the text does not say its title.

    :raises NoProvisionsError: if there is neither an article nor a numbered paragraph in it
    """
    clean = [line for raw in lines if (line := _clean(raw)) and not _NOTE.match(line)]
    clean = _without_contents(clean)
    by_clause = not any(_ARTICLE.match(line) for line in clean)
    first = _first_provision(clean, by_clause=by_clause)
    if first is None:
        raise NoProvisionsError("没有找到“第×条”或者“一、”这样的条目，不是法律文本，或者文件读不出文字。")
    head = [line.lstrip("# ").strip() for line in clean[:first] if not _HEADING.match(line)]
    title = _title(head, name)
    reader = _Reader(by_clause=by_clause)
    start = next((at for at, line in enumerate(clean) if _HEADING.match(line) and at < first), first)
    for line in clean[start:]:
        _take(reader, line)
    reader.close()
    whole = "\n".join(clean)
    excerpt = "节选" in name or "excerpt" in name or any("节选" in line for line in head[:3])
    problems = (*reader.problems, *(() if excerpt else _numbering(reader.articles)))
    return Text(
        title=title,
        preamble=tuple(line for line in head if line != title),
        articles=tuple(reader.articles),
        in_force_from=_in_force(clean, head),
        adopted_on=_adopted(head, name),
        number=found[-1] if (found := _ORDER.findall("\n".join(head[:12]))) else "",
        issuer=_issuer(title, head),
        level=_level(title, "\n".join(head)),
        problems=tuple(problems[:_MOST_PROBLEMS]),
        excerpt=excerpt or "（节选）" in whole[:200],
    )


def _take(reader: _Reader, line: str) -> None:
    if match := _HEADING.match(line):
        reader.heading(match["kind"], f"第{match['number']}{match['kind']} {_plain(match['title'])}".strip())
        return
    if reader.by_clause and (match := _CLAUSE.match(line)):
        clause = number_of(match["number"]) or 0
        reader.open(str(clause), f"{match['number']}、", match["text"].strip())
        return
    if not reader.by_clause and (match := _ARTICLE.match(line)) and (number := number_of(match["number"])):
        inserted = number_of(match["inserted"]) if match["inserted"] else None
        key = str(number) if inserted is None else f"{number}-{inserted}"
        label = f"第{_numeral(number)}条" + (f"之{_numeral(inserted)}" if inserted else "")
        reader.open(key, label, match["text"].strip())
        return
    if match := _PLAIN_HEADING.match(line):
        # 一、受案范围 as a heading over articles: a chapter that is not called one
        reader.heading("章", _plain(match["title"]))
        return
    if reader.key:
        reader.line(line)


def _clean(raw: str) -> str:
    return raw.replace("﻿", "").replace("\xa0", " ").strip(" \t\r\n　")


def _plain(text: str) -> str:
    return re.sub(r"[\s　]+", "", text)


def _without_contents(lines: list[str]) -> list[str]:
    """Leave out a table of contents: 目录 and the headings after it, where the same headings come again."""
    for at, line in enumerate(lines[:40]):
        if _plain(line.lstrip("# ")) in ("目录", "目次"):
            end, seen = at + 1, set[str]()
            while (
                end < len(lines)
                and _HEADING.match(lines[end])
                and (name := _plain(lines[end].lstrip("# "))) not in seen
            ):
                seen.add(name)
                end += 1
            return lines[:at] + lines[end:]
    return lines


def _first_provision(lines: list[str], *, by_clause: bool) -> int | None:
    pattern = _CLAUSE if by_clause else _ARTICLE
    return next((at for at, line in enumerate(lines) if pattern.match(line)), None)


def _title(head: list[str], name: str) -> str:
    for line in head:
        if 4 <= len(line) <= 80 and _NAMES_OF_LAW.search(line) and not _DAY.match(line) and line[0] not in "(（":
            return line
    match = _NAMED_DATE.match(name)
    return match["title"] if match else name


def _in_force(lines: list[str], head: list[str]) -> date | None:
    for line in reversed(lines[-30:]):
        if match := _IN_FORCE.search(line):
            return _day(match)
    for line in head:
        if line.endswith(("施行", "起施行", "实施")) and (match := _DAY.search(line)):
            return _day(match)
    return None


def _adopted(head: list[str], name: str) -> date | None:
    days = [_day(match) for line in head if not line.endswith("施行") for match in _DAY.finditer(line[:14])]
    known = [day for day in days if day]
    if known:
        return max(known)
    match = re.search(r"(\d{4})-(\d{2})-(\d{2})", name)
    return date(int(match[1]), int(match[2]), int(match[3])) if match else None


def _issuer(title: str, head: list[str]) -> str:
    for line in head:
        rest = _DAY.sub("", line, count=1)
        match = re.search(r"(?P<who>[一-鿿]{2,40}?(?:人民代表大会常务委员会|人民代表大会|国务院))", rest)
        if match:
            return re.sub(r"第[一二三四五六七八九十]+届|^中华人民共和国(?=国务院)", "", match["who"])
    if title.startswith("最高人民法院"):
        return "最高人民法院"
    return ""


def _level(title: str, head: str) -> Level | None:
    """Tell the rank where the head says who adopted the text; ``None`` where it does not."""
    if "国务院令" in head or re.search(r"国务院第\d+次常务会议", head):
        return Level.ADMINISTRATIVE_REGULATION
    if "全国人民代表大会" in head:
        return Level.LAW
    if "人民代表大会" in head:
        return Level.LOCAL_REGULATION
    if title.endswith(("意见", "通知", "方案", "纲要")) or "解释" in title:
        return Level.NORMATIVE_DOCUMENT
    return None


def _day(match: re.Match[str]) -> date | None:
    try:
        return date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        return None


def _numbering(articles: list[Article]) -> list[str]:
    """Report numbers that are missing, come twice or go back."""
    found: list[str] = []
    expected, seen = 1, set[str]()
    for article in articles:
        number = int(article.key.partition("-")[0])
        if article.key in seen:
            found.append(f"{article.label}出现了两次。")
        elif number == expected and "-" not in article.key:
            expected += 1
        elif number >= expected:
            missing = (
                _numeral(expected)
                if number in (expected, expected + 1)
                else f"{_numeral(expected)}至第{_numeral(number - 1)}"
            )
            found.append(f"{article.label}之前缺少第{missing}条。")
            expected = number + 1
        elif "-" not in article.key:
            found.append(f"{article.label}的顺序不对，它前面已有第{_numeral(expected - 1)}条。")
        seen.add(article.key)
    return found


def _numeral(number: int) -> str:
    if number >= 1000:
        thousands, rest = divmod(number, 1000)
        zero = "零" if 0 < rest < 100 else ""
        return f"{chinese_numeral(thousands)}千{zero}{chinese_numeral(rest) if rest else ''}"
    return chinese_numeral(number)
