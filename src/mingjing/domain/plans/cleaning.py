"""Lines as they come from a file: rubbish of web pages taken out, broken lines joined."""

import re
from typing import Final

from mingjing.domain.plans.folding import fold
from mingjing.domain.plans.labels import INLINE_LABEL, UNIT_FIELDS, Field, field_of, label_line
from mingjing.domain.plans.outline import Rank, is_marked, mark_of
from mingjing.domain.plans.timing import TimeContext
from mingjing.domain.plans.units import breaks_in_name, is_deadline_text, is_unit_list

_ODD: Final = re.compile(r"^#{1,6}\s+|\*\*(?!\s*年)|\[bookmark:[^\]]*\]|[\u200b\u200c\u200d\ufeff\u00ad]")
# 牵 头 单 位：
_SPACED_LABEL: Final = re.compile(
    "|".join(
        r"[ 　]*".join(word)
        for word in (
            "牵头单位",
            "责任单位",
            "配合单位",
            "成员单位",
            "协办单位",
            "主办单位",
            "牵头部门",
            "责任部门",
            "配合部门",
            "责任科室",
            "完成时限",
            "完成时间",
            "办结时限",
            "责任领导",
        )
    )
    + r"(?=[ 　]*[:：])"
)
_RUBBISH: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"合集下载|(?:立即|免费|点击|全文|本文)?下载(?:文档|全文|本文|地址)?|下载文档前请.*|.*不可在线预览部分.*|.*侵犯您的权益.*联系客服.*|\d*\.?\s*\d*、?\s*[\"“]?仅部分预览.*",
        r"(?:打印|关闭|收藏|纠错|分享|字体|字号|我要纠错|语音播报|无障碍)(?:本页|窗口|到|页面|此页)?[:]?.{0,20}|\[.{0,4}(?:打印|关闭|字体|大 中 小).*\]",
        r"(?:浏览|阅读|点击|访问)(?:次数|量|数)?[:]?\s*\d*\s*次?|.{0,30}(?:来源|发布时间|发布日期|信息来源|作者|编辑|责任编辑|录入|审核)[:]\s*.{0,60}(?:浏览|字体|打印|点击).*",
        r"(?:来源|信息来源|稿源|作者|责任编辑|编辑|责编|录入|发布时间|发布日期|更新时间|发布机构|索引号|浏览次数|字体大小)[:]\s*.{0,40}|时间[:]\s*(?:19|20)\d{2}[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:\s*\d{1,2}:\d{2}.*)?",
        r"(?:上一篇|下一篇|上一条|下一条|返回顶部|返回列表|扫一扫.*|您当前的位置.*|当前位置.*|首页\s*>.*|分享到.*|网站地图.*|版权所有.*|.*ICP备.*|.*公网安备.*|主办(?:单位)?[:].*(?:承办.*(?:网|备案|维护|技术支持|中心)|网站地图|联系我们).*|网站标识码.*|.*文库.*(?:下载|VIP).*|.*VIP.{0,8}(?:免费|会员).*|.*豆丁.*|.*道客巴巴.*|开通会员.*|试读结束.*|付费.*阅读.*)",
        r"[-·•]\s*\d{1,4}\s*[-·•]|第\s*\d+\s*页(?:\s*[,/]?\s*共\s*\d+\s*页)?|\d+\s*/\s*\d+|[-=_*·.]{4,}|文章属性|正文|相关文档|最新文档|相关推荐|猜你喜欢|热门推荐",
        r"•?\s*【(?:公布日期|施行日期|效力等级|时效性|主题分类|发文机关|法宝引证码)】.*",
        r"https?://\S+|www\.\S+",
        r"(?:(?:中国政府网|政府网站|关于我们|联系我们|网站声明|网站地图|隐私声明|法律声明|使用帮助|网站纠错|设为首页|加入收藏|手机版|无障碍浏览)[\s|·-]*)+",
    )
)
# 各镇 / （街道）: a name that was broken in front of its bracket
_REST_OF_NAME: Final = re.compile(
    r"\((?:街道|乡镇|镇|市|县|区|园区|开发区|管委会)(?:、(?:街道|乡镇|镇|市|县|区|园区|开发区|管委会))*\)(?:[、,;。]|$)"
)
# a cell alone on its line, with the bar that parted it from the next
_CELL_AND_BAR: Final = re.compile(r"^\s*(?P<cell>[^|\uff5c]+?)\s*[|\uff5c]\s*$")
_BAR_ALONE: Final = re.compile(r"\s*[|\uff5c]\s*")
# what is left of a row of blank cells
_BARS_ALONE: Final = re.compile(r"\s*[|\uff5c](?:\s*[|\uff5c])+\s*")
_TAIL: Final = re.compile(
    r"(?:相关文档|最新文档|相关推荐|猜你喜欢|热门推荐|相关阅读|相关链接|相关文章|推荐阅读|上一篇.*|下一篇.*|扫一扫.*)[:]?\s*$"
)
_TRUNCATED: Final = re.compile(
    r".*(?:(?:剩余|其余|以下).{0,12}(?:内容|页|部分)(?:[,，]?.{0,8}(?:未显示|隐藏|下载|付费|阅读|查看|省略).{0,10})?|(?:未完(?!成)|余下全文|此处省略|阅读全文|展开全文|查看更多|点击继续|预览结束|试读结束|下载后(?:查看|阅读)|以下内容).{0,16})$|^\.{3,}$|^…+$"
)
_ENDS: Final = re.compile(r"[。；;！!？?:：…)）】》”」]\s*$")
_LABEL_AT_END: Final = re.compile(rf"(?:{INLINE_LABEL.pattern})$")
_END_OF_LIST: Final = re.compile(r"[、，,]\s*$")


# [牵头单位]县司法局, and 牵头单位    县司法局
_BRACKETED_LABEL: Final = re.compile(r"^\s*[\[【〔(（](?P<label>[一-鿿]{2,6})[\]】〕)）]\s*[:：]?\s*(?=\S)")
# 【牵头单位】县司法局 【配合单位】各乡镇, several in a line
_INNER_LABEL: Final = re.compile(
    r"[\s；;，,。]*[\[【〔](?P<label>[一-鿿]{2,6})[\]】〕]\s*[:：]?\s*(?=[^\s（(\[【〔；;。])"
)
# - 责任单位：县司法局, an item of a list below its point
_LISTED_LABEL: Final = re.compile(r"^\s*[-*+•·●○◦▪]\s*(?=(?P<label>[一-鿿]{2,8})[:：])")
# 责任单位/区司法局
_SLASHED_LABEL: Final = re.compile(r"^\s*(?P<label>[一-鿿]{4,6})\s*(?:[/／\\→»]|=>|->|－>)\s*(?=[^\s/])")
_GAPPED_LABEL: Final = re.compile(r"^\s*(?P<label>[一-鿿]{4,6})(?: +|\t+|　+)(?=[^\s:：]+\s*$|[^\s:：]+、)")


def _with_colon(match: re.Match[str]) -> str:
    """Write a label of who, when or what with its colon; other words stay as they are."""
    field = field_of(match["label"])
    rest = match.string[match.end() :].strip()
    if field not in UNIT_FIELDS | {Field.DEADLINE, Field.TITLE} or field_of(rest) is not None:
        return match.group()
    if field is Field.TITLE and not match["label"].endswith("名称"):
        return match.group()
    return f"{match['label']}："


def _without_bullet(match: re.Match[str]) -> str:
    return "" if field_of(match["label"]) in UNIT_FIELDS | {Field.DEADLINE, Field.PERSON} else match.group()


def _inner_label(match: re.Match[str]) -> str:
    if field_of(match["label"]) not in UNIT_FIELDS | {Field.DEADLINE, Field.PERSON}:
        return match.group()
    before = match.string[: match.start()]
    return f"{match['label']}：" if not before.strip() else f"；{match['label']}："


class Cleaned:
    """The lines that are left, those taken out, and whether a note of the site says that the text is cut off."""

    def __init__(self, lines: list[str], around: list[str], *, is_cut: bool) -> None:
        self.lines = lines
        self.around = around
        self.is_cut = is_cut


def _without_bars(lines: list[str]) -> list[str]:
    """Where the bars between cells stand on lines of their own, two in succession leave a blank cell between them."""
    out, bar = list[str](), True
    for line in lines:
        if _BARS_ALONE.fullmatch(line):
            continue
        if not _BAR_ALONE.fullmatch(line):
            out.append(line)
            bar = not line.strip()
        elif bar:
            out.append("")
        else:
            bar = True
    return out


def clean_lines(lines: list[str]) -> Cleaned:
    """Take out what a web page or a download site put around the text; blank lines and tabs stay."""
    out, around, is_cut = list[str](), list[str](), False
    for line in _without_bars(lines):
        line = _CELL_AND_BAR.sub(r"\g<cell>", line)
        line = _SPACED_LABEL.sub(lambda match: re.sub(r"[ 　]+", "", match.group()), line)
        line = _LISTED_LABEL.sub(_without_bullet, line, count=1)
        line = _BRACKETED_LABEL.sub(_with_colon, line, count=1)
        line = _INNER_LABEL.sub(_inner_label, line)
        line = _SLASHED_LABEL.sub(_with_colon, line, count=1)
        line = _GAPPED_LABEL.sub(_with_colon, line, count=1)
        line = _ODD.sub("", line).replace("\xa0", " ").rstrip(" \r\n　")
        if not line.strip():
            out.append(line)
            continue
        folded = fold(line).strip()
        if _TAIL.fullmatch(folded) and len(out) > 10:
            break
        if _TRUNCATED.fullmatch(folded) and len(folded) < 40 and mark_of(folded) is None:
            is_cut = True
            continue
        if any(pattern.fullmatch(folded) for pattern in _RUBBISH):
            around.append(line)
            continue
        out.append(line)
    return Cleaned(out, around, is_cut=is_cut)


def join_broken(lines: list[str]) -> list[str]:
    """
    Join lines that were broken in the middle of a sentence, a bracket or a list; a blank line parts.

    A line alone never says for sure that it goes on, so only three signs count: a bracket with a label that is still
    open, a list that ends in its separator, and a sentence without an end where the next line begins with no mark.
    """
    out: list[str] = []
    can_join, last = False, dict[Rank, int]()
    for raw in lines:
        line = raw.strip()
        if not line:
            if not (out and _is_open(out[-1])):
                can_join = False
            continue
        mark = mark_of(line)
        counts_on = mark is not None and mark.number == last.get(mark.rank, 0) + 1 and mark.number > 1
        if out and can_join and _heads(out[-1], line):
            out[-1] = f"{out[-1]}：{line}"
        elif out and can_join and _goes_on(out[-1], line) and not (counts_on and _is_open(out[-1])):
            out[-1] = _glue(out[-1], line)
        else:
            out.append(line)
            last |= {mark.rank: mark.number} if mark is not None else {}
        can_join = True
    return out


def _heads(left: str, right: str) -> bool:
    """``责任单位`` alone on its line, its units on the next."""
    field = field_of(left) if 4 <= len(left) <= 6 else None
    if field is Field.DEADLINE:
        return is_deadline_text(right, TimeContext())
    return field in UNIT_FIELDS and is_unit_list(right)


def _glue(left: str, right: str) -> str:
    needs_blank = re.search(r"[A-Za-z0-9]$", left) and re.match(r"[A-Za-z]", right)
    return f"{left} {right}" if needs_blank else left + right


def _is_open(line: str) -> bool:
    """Say whether a bracket with a label is still open at the end of the line."""
    folded, opened = fold(line), list[int]()
    for at, char in enumerate(folded):
        if char in "([":
            opened.append(at)
        elif char in ")]" and opened:
            opened.pop()
    if not opened:
        return False
    inside = folded[opened[0] + 1 :]
    return bool(INLINE_LABEL.match(inside) or re.match(r"(?:牵|牵头|责|责任|完|完成|配|配合)(?:单|部|时)?$", inside))


def _goes_on(left: str, right: str) -> bool:
    if _is_open(left):
        return len(left) < 2000 and not re.match(r"[一二三四五六七八九十]{1,3}、|附件", right)
    said = label_line(left)
    if said and said[0] in UNIT_FIELDS and _REST_OF_NAME.match(fold(right)):
        return True
    if is_marked(right) or label_line(right) is not None or re.match(r"附\s*件|[(（【\[]", right):
        return False
    if _END_OF_LIST.search(left):
        return True
    if _LABEL_AT_END.search(fold(left)) and not label_line(left):
        return is_unit_list(right) or is_deadline_text(right, TimeContext())
    if said and said[0] in UNIT_FIELDS and breaks_in_name(said[1], right):
        return True
    if is_unit_list(said[1] if said else left) or is_deadline_text(right, TimeContext()):
        return False
    if re.match(r"[一-鿿]{2,8}[:：]", right):
        return False
    if _ENDS.search(left) or len(left) < 12:
        return False
    mark = mark_of(left)
    return bool(re.search(r"[，,、；;。]", left[mark.length :] if mark else left)) and not _looks_formal(right)


def _looks_formal(line: str) -> bool:
    """A signature, a date, an addressee: never the rest of a sentence."""
    folded = fold(line)
    return bool(
        re.fullmatch(r"(?:19|20)\d{2}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日.{0,4}", folded)
        or re.fullmatch(r".{4,40}(?:人民政府|办公室|办公厅|委员会|局|厅|部)", folded)
        or folded.endswith(":")
    )
