"""The head of a plan: its title, number, issuer, date and addressees."""

import re
from collections.abc import Sequence
from datetime import date
from difflib import SequenceMatcher
from typing import Final

from mingjing.domain.plans.folding import fold, number_of
from mingjing.domain.plans.model import Head
from mingjing.domain.plans.outline import mark_of

_NUMBER: Final = re.compile(r"[一-鿿]{1,14}\s*[(\[]\s*(?:19|20)\d{2}\s*[)\]]\s*第?\s*\d{1,4}\s*号")
_DATE: Final = re.compile(
    r"(?P<y>(?:19|20)\d{2}|[二一][〇○零一二三四五六七八九]{3})\s*年\s*(?P<m>\d{1,2}|[一二三四五六七八九十]{1,3})\s*月\s*(?P<d>\d{1,2}|[一二三四五六七八九十]{1,3})\s*日"
)
_LINE_DATE: Final = re.compile(rf"\s*(?:\(?\s*)?{_DATE.pattern}\s*(?:印发|发布)?\)?\s*")
_META: Final = re.compile(
    r"[•·]?\s*【?(?P<key>制定机关|公布日期|字号|发文字号|文号|成文日期|发文日期|发布日期|印发日期|发文机关|发布机构)】?\s*[:]?\s*(?P<value>.+)"
)
_KINDS: Final = (
    r"(?:方案|计划|措施|意见|要点|清单|台账|台帐|分解表|分工表|任务表|分工|安排|规划|办法|细则|通知|决定|纲要|任务书|责任书|"
    r"一览表|汇总表|计划表|安排表|进度表|推进表|分解|任务|工程|行动|路线图|时间表|台账表|事项|项目|(?<!附)[表单])"
)
_TITLE_END: Final = re.compile(rf"{_KINDS}(?:\s*[(][^()]{{1,24}}[)])?$")
_NOTICE: Final = re.compile(r"(?:关于)?(?:转发|印发|下发|发布|公布)[《<]?(?P<title>.+?)[》>]?的\s*通\s*知$")
_ISSUER: Final = re.compile(
    r"[一-鿿()、]{2,40}(?:人民政府|政府|办公室|办公厅|委员会|局|厅|部|院|委|署|办|管委会|领导小组|指挥部|专班|街道办事处|镇|乡|国务院|中心|大队|党组|编办|联席会议)"
)
_SALUTATION: Final = re.compile(r".{2,120}[:]\s*$")


def read_head(lines: list[str], around: Sequence[str] = ()) -> Head:
    """
    Read the head from the lines of the document; what is not found stays empty.

    ``around`` are the lines that the page put around it: they may say when it was published.
    """
    texts = [line.strip() for line in lines if line.strip()]
    meta = _meta([*texts[:40], *around[:20]])
    top = _top(texts)
    day_text, day, at = _signature(texts)
    notice, title = _titles(top, texts)
    issuer = meta.get("issuer") or _signer(texts, at) or _issuer_of_title(notice or title)
    meta_day = _day_of(meta.get("date", ""))
    return Head(
        title=title or notice,
        notice_title=notice,
        number=meta.get("number") or _document_number(top),
        issuer=issuer,
        date=day or meta_day,
        date_text=day_text or meta.get("date", ""),
        addressees=_addressees(top),
    )


def _meta(texts: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    keys = {
        "制定机关": "issuer",
        "发文机关": "issuer",
        "发布机构": "issuer",
        "字号": "number",
        "发文字号": "number",
        "文号": "number",
    }
    for text in texts:
        match = _META.fullmatch(fold(text))
        if match:
            value = text[len(text) - len(match["value"]) :].strip()
            found.setdefault(keys.get(match["key"], "date"), value)
    if "date" not in found:
        for text in texts:
            match = re.search(
                rf"发布(?:时间|日期)\s*[::]?\s*(?P<day>{_DATE.pattern}|20\d\d[./-]\d{{1,2}}[./-]\d{{1,2}})", fold(text)
            )
            if match:
                found["date"] = text[match.start("day") : match.end("day")]
                break
    return found


def _top(texts: list[str]) -> list[str]:
    """The lines before the first numbered paragraph."""
    out = []
    for text in texts[:60]:
        mark = mark_of(text)
        if mark is not None and mark.rank <= 5:
            break
        out.append(text)
    return out


def _document_number(top: list[str]) -> str:
    for text in top:
        match = _NUMBER.search(fold(text))
        if match and not re.search(r"[《<]", fold(text)[: match.start()]) and len(text) - len(match.group()) < 30:
            alone = _NUMBER.fullmatch(fold(text).strip().strip("()"))
            if alone or match.end() >= len(fold(text).rstrip(")")) or match.start() == 0:
                return text[match.start() : match.end()].strip()
    return ""


def _signature(texts: list[str]) -> tuple[str, date | None, int]:
    """The first line that is a date and nothing more."""
    for at, text in enumerate(texts):
        match = _LINE_DATE.fullmatch(fold(text))
        if match and not re.search(r"印发|发布", text):
            return text.strip().strip("（）()"), _day_of(text), at
    for at, text in enumerate(texts):
        match = re.fullmatch(rf"(?P<who>.{{4,40}}?)\s*(?P<day>{_DATE.pattern})\s*(?:印发)?", fold(text))
        if match and _ISSUER.fullmatch(match["who"].strip()):
            return text[match.start("day") : match.end("day")].strip(), _day_of(text), at
    return "", None, -1


def _day_of(text: str) -> date | None:
    folded = fold(text)
    match = _DATE.search(folded)
    parts: tuple[int | None, ...]
    if match:
        parts = tuple(number_of(match[key]) for key in "ymd")
    elif dotted := re.search(r"((?:19|20)\d{2})[./-](\d{1,2})[./-](\d{1,2})", folded):
        parts = tuple(int(one) for one in dotted.groups())
    else:
        return None
    try:
        return date(*(part or 0 for part in parts))
    except ValueError:
        return None


def _signer(texts: list[str], at: int) -> str:
    if at < 1:
        return ""
    whole = re.fullmatch(rf"(?P<who>.{{4,40}}?)\s*{_DATE.pattern}.*", fold(texts[at]))
    if whole and _ISSUER.fullmatch(whole["who"].strip()):
        return texts[at][: whole.end("who")].strip()
    for text in reversed(texts[max(0, at - 2) : at]):
        if _ISSUER.fullmatch(fold(text).strip()) and len(text) < 40:
            return text.strip()
    return ""


def _issuer_of_title(title: str) -> str:
    match = re.match(r"(?P<who>.{3,40}?)(?:关于|印发)", title)
    return match["who"].strip() if match and _ISSUER.fullmatch(fold(match["who"]).strip()) else ""


def _titles(top: list[str], texts: list[str]) -> tuple[str, str]:
    """The title of the notice and that of the plan itself."""
    notice, end = "", 0
    for at in range(len(top)):
        for width in (1, 2, 3, 4):
            joined = _join_title(top[at : at + width])
            if (
                "关于" in joined
                and re.search(
                    r"(?:的\s*通\s*知|的意见|若干意见|的决定|的方案|的函|的通告|的公告|的(?:若干)?措施)$", joined
                )
                and len(joined) < 140
                and at + width <= len(top)
            ):
                notice, end = joined, at + width
                break
        if notice:
            break
    if notice and "通" in notice[-4:]:
        own = _own_title(texts, notice, end)
        return notice, own or _quoted_title(notice)
    if notice:
        return "", notice
    return "", _first_title(top)


def _join_title(lines: list[str]) -> str:
    return re.sub(r"\s+", "", "".join(lines))


def _quoted_title(notice: str) -> str:
    match = _NOTICE.search(notice)
    return match["title"].strip("《》<>〈〉") if match else ""


def _own_title(texts: list[str], notice: str, end: int) -> str:
    """The plan's own title: lines after the notice that say what the notice quoted."""
    wanted = re.sub(r"[《》〈〉<>]", "", _quoted_title(notice))
    if not wanted:
        return ""
    for at in range(end, min(len(texts), end + 60)):
        if _is_furniture(texts[at]):
            continue
        for width in (1, 2, 3):
            joined = _join_title(texts[at : at + width])
            if re.match(r"现将|现印发|根据|按照|《.*已", joined):
                break
            if joined.endswith("通知") and not wanted.endswith("通知"):
                continue
            if (
                not re.search(r"[。，,:：]", joined)
                and len(joined) < 100
                and _TITLE_END.search(fold(joined))
                and _alike(joined, wanted)
            ):
                return joined
    return ""


def _is_furniture(text: str) -> bool:
    """A date, a signature or a note of publication is no part of a title."""
    folded = fold(text).strip()
    return bool(
        _LINE_DATE.fullmatch(folded)
        or re.fullmatch(r"[(]此件.*[)]|附\s*件\s*\d*\s*:?", folded)
        or _ISSUER.fullmatch(folded)
    )


def _alike(one: str, other: str) -> bool:
    one, other = re.sub(r"[《》〈〉()（）\s]", "", one), re.sub(r"[《》〈〉()（）\s]", "", other)
    return SequenceMatcher(None, one, other).ratio() >= 0.85


def _first_title(top: list[str]) -> str:
    found = _title_from(top, 0)
    if found is None:
        return ""
    title, after = found
    # the title of the web page stands before that of the document
    other = _title_from(top, after)
    return other[0] if other and len(other[0]) > len(title) and other[0][-2:] == title[-2:] else title


def _title_from(top: list[str], start: int) -> tuple[str, int] | None:
    for at in range(start, len(top)):
        if _is_furniture(top[at]):
            continue
        for width in (1, 2, 3):
            joined = _join_title(top[at : at + width])
            if re.search(r"[。；;]", joined) or len(joined) > 90 or _SALUTATION.fullmatch(fold(joined)):
                break
            if len(joined) >= 6 and _TITLE_END.search(fold(joined)) and not joined.startswith("附件"):
                return joined, at + width
    return None


def _addressees(top: list[str]) -> str:
    for text in top:
        if (
            _SALUTATION.fullmatch(fold(text))
            and re.search(r"各|政府|部门|单位|局|办事处|科室", text)
            and not re.search(r"。", text)
        ):
            return text.strip().rstrip("：: ")
        match = re.match(r"(各[^。:：]{2,80}|[^。:：]{2,60}(?:单位|部门|办事处|政府))[:：]", text)
        if match:
            return match[1]
    return ""
