"""
No appraisal may reward counts of fines or inspections.

The opinion forbids targets for inspections, the Penalty Law ties no appraisal to fines; under whatever name. So the
check looks at what an indicator counts first, and at its name only where a person enters the figure.

Source: 国办发〔2024〕54号; 行政处罚法（2021）第七十四条.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mingjing.domain.indicators.aggregates import Aggregate, Compare, Measure
from mingjing.domain.indicators.definitions import Definition, Direction, FactsSource, RuleSource
from mingjing.domain.indicators.judging import Comparison, Form
from mingjing.kernel.errors import DomainError

INSPECTIONS: Final = "54"
FINES: Final = "CF 74"
_COUNTED: Final = re.compile(
    "(罚款|罚没|没收|处罚|检查|入企|立案|办案|查处|案件)[^率比]{0,6}"
    "(数量|件数|次数|总数|户次|家次|总额|金额|数额|收入|数$|额$|量$)"
)
_SHARES: Final = frozenset({Form.PERCENT})
_FORBIDDEN: Final = "不得下达或者变相下达罚没、检查指标，不得以罚没数额、办案和检查的数量作为考核依据。"


class RewardsFinesError(DomainError):
    """An appraisal would reward fining or inspecting more."""

    code = "indicators.rewards_fines"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why an indicator may not be appraised by, and on which provisions."""

    reason: str
    basis: tuple[str, ...]


def refusal_of(one: Definition, *, points_rise: bool | None = None) -> Refusal | None:
    """
    Say why an indicator may not stand in an appraisal; ``None`` where it may.

    ``points_rise`` says that the appraisal gives more points for more, or for less; where it is not said, the
    indicator's own direction and target decide.
    """
    rises = _rises(one) if points_rise is None else points_rise
    if not rises or one.form in _SHARES:
        return None
    for what, basis in _counted(one):
        return Refusal(reason=f"“{one.title}”以{what}的多少论高低：{_FORBIDDEN}", basis=basis)
    return None


def require_no_reward(one: Definition, *, points_rise: bool | None = None) -> None:
    """
    Require that an appraisal by this indicator rewards no counts of fines or inspections.

    :raises RewardsFinesError: if it does
    """
    if refused := refusal_of(one, points_rise=points_rise):
        raise RewardsFinesError(refused.reason, basis="、".join(refused.basis), indicator=one.code)


def _rises(one: Definition) -> bool:
    rising = (Comparison.AT_LEAST, Comparison.ABOVE_LAST_YEAR, Comparison.EQUAL)
    return one.direction is Direction.UP or one.target.comparison in rising


def _counted(one: Definition) -> Iterator[tuple[str, tuple[str, ...]]]:
    if isinstance(one.source, FactsSource):
        yield from _counted_by(one.source.numerator)
    elif not isinstance(one.source, RuleSource) and _COUNTED.search(one.title + "　" + one.numerator):
        yield "罚款、处罚或者检查的数量", (FINES, INSPECTIONS)


def _counted_by(one: Aggregate) -> Iterator[tuple[str, tuple[str, ...]]]:
    if one.measure in (Measure.SUM, Measure.MEDIAN):
        if one.of.rpartition(".")[2] in ("fine_fen", "confiscated_fen"):
            yield "罚没数额", (FINES,)
    elif one.table in ("inspections", "inspection_officers"):
        yield "检查次数", (INSPECTIONS,)
    elif one.table in ("cases", "events", "documents", "participants") and not _is_license(one):
        yield "办案、处罚的数量", (FINES, INSPECTIONS)


def _is_license(one: Aggregate) -> bool:
    kinds = [each.value for each in one.where if isinstance(each, Compare) and each.column.endswith("kind")]
    return "license" in kinds
