"""Letters of full and half width as one, character by character, so that a place found is a place in the source."""

import re
from functools import lru_cache
from typing import Final

_PAIRS: Final = {
    **{chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
    **dict(zip("{}\uff5b\uff5d", "()()", strict=True)),
    **dict(zip("　〔﹝〕﹞【】〖〗〈〉∶﹔﹕–—―〜", " (())[][]<>:;:---~", strict=True)),
}
# the traditional signs of labels, offices and times, as some web pages write them
_SIMPLE: Final = dict(
    zip(
        "牽頭責單團體處廳縣區鎮鄉機關會議協辦時間級領導實負財務稅環執監發農業衛應續長貫徹組織書銀聯劃點臺帳務項號計標價導統務員隊動進開強個兩國務圍總"
        "據資訊產廣電視與參並須報檢審準規範構設檔結構類別採購內進寫當門問題訂該貿貨運輸測繪鐵職歸屬權屬從業紀檢察黨際園黃馬龍護衆衝濟齊興業積極來專項線"
        "堅後終週隨適盡階達對優環啟",
        "牵头责单团体处厅县区镇乡机关会议协办时间级领导实负财务税环执监发农业卫应续长贯彻组织书银联划点台账务项号计标价导统务员队动进开强个两国务围总"
        "据资讯产广电视与参并须报检审准规范构设档结构类别采购内进写当门问题订该贸货运输测绘铁职归属权属从业纪检察党际园黄马龙护众冲济齐兴业积极来专项线"
        "坚后终周随适尽阶达对优环启",
        strict=True,
    )
)
_TABLE: Final = str.maketrans(_PAIRS | _SIMPLE)

_DIGITS: Final = {char: at for at, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
_SCALES: Final = {"十": 10, "百": 100, "千": 1000, "万": 10000}


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Write full-width signs as half-width ones; the length stays, character for character."""
    return text.translate(_TABLE)


def squeeze(text: str) -> str:
    """Leave out all blanks and fold, for comparing."""
    return re.sub(r"\s+", "", fold(text))


def number_of(text: str) -> int | None:
    """Read a whole number in digits or in Chinese (``十二``, ``二〇二四``); None where it is none."""
    text = fold(text).strip()
    if text.isdecimal():
        return int(text)
    if not text or any(char not in _DIGITS and char not in _SCALES for char in text):
        return None
    if all(char in _DIGITS for char in text):
        return int("".join(str(_DIGITS[char]) for char in text))
    total, digit = 0, 0
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char == "万":
            total, digit = (total + digit) * _SCALES[char], 0
        else:
            total, digit = total + (digit or 1) * _SCALES[char], 0
    return total + digit
