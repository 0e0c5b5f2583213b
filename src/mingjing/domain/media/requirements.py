"""
What must be recorded at a step, and what is missing.

Three sources: the list of what must be filmed (音像记录事项清单), what the item itself says of its stages, and the plan of the
place (parameter ``media.required.steps``). A record in writing is always needed.

Source: 国办发〔2018〕118号; 行政处罚法（2021）第四十七条; YZ-20, YZ-22, YZ-23, SS-29, SS-30, RZ-32.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from mingjing.domain.media.recordings import Kind
from mingjing.domain.media.steps import WHOLE, covers, steps_named
from mingjing.law import parameters
from mingjing.law.citations import Citation, cite

_TEXT: Final = frozenset({Kind.NOTE, Kind.SCAN})
_ANY: Final = frozenset({Kind.AUDIO, Kind.VIDEO})
_MANNERS: Final = (
    # longer words first; each word is taken once
    ("录音录像", "录音录像", frozenset({Kind.VIDEO})),
    ("录音或者录像", "录音或者录像", _ANY),
    ("音视频", "录音录像", frozenset({Kind.VIDEO})),
    ("执法记录仪", "录像", frozenset({Kind.VIDEO})),
    ("音像", "录音或者录像", _ANY),
    ("录像", "录像", frozenset({Kind.VIDEO})),
    ("视频", "录像", frozenset({Kind.VIDEO})),
    ("摄像", "录像", frozenset({Kind.VIDEO})),
    ("录音", "录音", _ANY),
    ("照片", "拍照", frozenset({Kind.PHOTO})),
    ("拍照", "拍照", frozenset({Kind.PHOTO})),
    ("照相", "拍照", frozenset({Kind.PHOTO})),
    ("文字", "文字", _TEXT),
    ("笔录", "文字", _TEXT),
)
_CODES: Final = {"text": "文字", "audio": "录音", "video": "录像", "photo": "照片", "media": "音像"}
_YES: Final = ("是", "必", "应当", "须", "1", "true", "True")
_NO: Final = ("否", "不", "非", "可")


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """
    What must be recorded at a step: one of ``kinds`` does.

    ``whole`` asks for the whole of the step, ``source`` says in words who asks, ``mandatory`` whether the step cannot
    be completed without.
    """

    step: str
    manner: str
    kinds: frozenset[Kind]
    source: str
    citation: Citation
    mandatory: bool
    whole: bool = False
    place: str = ""
    term: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A recording as the check sees it."""

    code: str
    kind: Kind
    step: str
    started_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A requirement that nothing fulfils; ``blocks`` says whether the step cannot be completed."""

    requirement: Requirement
    message: str
    remedy: str
    blocks: bool

    @property
    def citation(self) -> Citation:
        """On which provision it rests."""
        return self.requirement.citation

    @property
    def sentence(self) -> str:
        """Say it in one breath."""
        return f"{self.message}（依据：{self.citation.label}）{self.remedy}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A list in force with its entries, as the catalog holds it."""

    name: str
    entries: tuple[Mapping[str, Any], ...]
    mine: bool = True


def manners_of(words: str) -> tuple[tuple[str, frozenset[Kind]], ...]:
    """Return the manners of recording that words name, each with the kinds that fulfil it."""
    left = _CODES.get(words.strip(), words)
    found: list[tuple[int, str, frozenset[Kind]]] = []
    for word, manner, kinds in _MANNERS:
        at = left.find(word)
        if at >= 0:
            found.append((at, manner, kinds))
            left = left[:at] + "\0" * len(word) + left[at + len(word) :]
    made: dict[str, frozenset[Kind]] = {}
    for _, manner, kinds in sorted(found, key=lambda one: one[0]):
        made.setdefault(manner, kinds)
    return tuple(made.items())


def is_mandatory(words: object) -> bool:
    """Read the column 是否必录; what is neither yes nor no counts as yes, so that a slip of the pen never drops a duty."""
    if isinstance(words, bool):
        return words
    text = str(words or "").strip()
    if text.startswith(_YES):
        return True
    return not text.startswith(_NO) if text else False


def unread(lists: Iterable[Listed]) -> tuple[tuple[str, Mapping[str, Any]], ...]:
    """Return the entries whose stage or manner names nothing that is known, with the name of their list: they check nothing."""
    return tuple(
        (each.name, entry)
        for each in lists
        for entry in each.entries
        if not steps_named(str(entry.get("stage", ""))) or not manners_of(str(entry.get("manner", "")))
    )


def required(
    *,
    item: str,
    item_name: str,
    step: str,
    place: str | None,
    on: date,
    lists: Iterable[Listed] = (),
    duties: Iterable[Mapping[str, Any]] = (),
) -> tuple[Requirement, ...]:
    """
    Say what must be recorded at a step of a case on an item: in writing always, in sound or picture as lists and plan say.

    ``step`` is a kind of event (``seizure``), where it matters with its manner (``service:left``). ``duties`` are what
    the item says of its stages. What several sources ask for in the same manner is asked for once, by the strictest.
    """
    found = [
        Requirement(
            step=step,
            manner="文字",
            kinds=_TEXT,
            source="执法全过程记录：每一环节都有文字记录",
            citation=cite("CF 47"),
            mandatory=True,
        ),
        *_of_plan(step, place, on),
        *_of_lists(item, item_name, step, lists),
        *_of_item(item_name, step, duties),
    ]
    kept: dict[frozenset[Kind], Requirement] = {}
    for one in found:
        other = kept.get(one.kinds)
        if other is None or (one.mandatory, one.whole) > (other.mandatory, other.whole):
            kept[one.kinds] = one
    return tuple(kept.values())


def _of_plan(step: str, place: str | None, on: date) -> Iterable[Requirement]:
    value = parameters.get("media.required.steps").at(on, place)
    if value is not None and any(covers(named, step) for named in value.names):
        yield Requirement(
            step=step,
            manner="录音或者录像",
            kinds=_ANY,
            source="本地方案要求全程音像记录的环节",
            citation=value.citation,
            mandatory=True,
            whole=True,
        )


def _of_lists(item: str, item_name: str, step: str, lists: Iterable[Listed]) -> Iterable[Requirement]:
    for each in lists:
        for entry in each.entries:
            if not _is_about(entry, item, item_name):
                continue
            stage = str(entry.get("stage", ""))
            if not any(covers(named, step) for named in steps_named(stage)):
                continue
            manner_words = str(entry.get("manner", ""))
            for manner, kinds in manners_of(manner_words):
                yield Requirement(
                    step=step,
                    manner=manner,
                    kinds=kinds,
                    source=f"{each.name}第{entry.get('number', '')}项（{entry.get('matter', '')}，{stage}）",
                    citation=cite("118"),
                    mandatory=is_mandatory(entry.get("mandatory")),
                    whole="全程" in manner_words or "全程" in stage,
                    place=str(entry.get("place", "")),
                    term=str(entry.get("retention", "")),
                )


def _is_about(entry: Mapping[str, Any], item: str, item_name: str) -> bool:
    """By the code where an entry has one, else by the name; an entry for all matters says so."""
    if code := str(entry.get("item") or ""):
        return code == item
    matter = str(entry.get("matter", "")).strip()
    return matter in (item_name, "所有事项", "全部事项", "各类事项")


def _of_item(item_name: str, step: str, duties: Iterable[Mapping[str, Any]]) -> Iterable[Requirement]:
    for duty in duties:
        if not any(covers(named, step) for named in steps_named(str(duty.get("stage", "")))):
            continue
        for manner, kinds in manners_of(str(duty.get("manner", ""))):
            yield Requirement(
                step=step,
                manner=manner,
                kinds=kinds,
                source=f"执法事项“{item_name}”的记录要求",
                citation=cite("YZ-20"),
                mandatory=is_mandatory(duty.get("mandatory")),
            )


def missing(
    requirements: Iterable[Requirement], made: Iterable[Made], *, written: bool = False, label: str = ""
) -> tuple[Missing, ...]:
    """
    Say which requirements no recording of the step fulfils.

    ``written`` says that the step has a document of its own; ``label`` names the step.
    """
    recordings = list(made)
    found = []
    for one in requirements:
        mine = [each for each in recordings if covers(one.step, each.step) or covers(each.step, one.step)]
        if any(each.kind in one.kinds for each in mine) or (written and one.kinds == _TEXT):
            continue
        where = f"“{label}”环节" if label else "本环节"
        place = f"（{one.place}）" if one.place else ""
        whole = "全程" if one.whole else ""
        found.append(
            Missing(
                requirement=one,
                message=f"{where}{place}没有{whole}{one.manner}记录。"
                if one.kinds != _TEXT
                else f"{where}没有文字记录。",
                remedy=f"来源：{one.source}。请上传{one.manner}记录后再办结本环节。"
                if one.mandatory
                else f"来源：{one.source}。建议补充{one.manner}记录。",
                blocks=one.mandatory,
            )
        )
    return tuple(found)


def terms_of(requirements: Iterable[Requirement]) -> tuple[str, ...]:
    """Return the terms of keeping that lists set for a step."""
    return tuple(one.term for one in requirements if one.term)


__all__ = [
    "WHOLE",
    "Listed",
    "Made",
    "Missing",
    "Requirement",
    "manners_of",
    "missing",
    "required",
    "terms_of",
    "unread",
]
