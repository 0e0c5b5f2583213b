"""
Check the law data: that everything loads, resolves and is explained (part of ``make check``).

Reports every problem at once, one a line, and ends with status 1 when there is one.
"""

import re
import sys
from collections.abc import Iterator
from itertools import pairwise

from mingjing.domain.rules.library import rules
from mingjing.law import citations, instruments, parameters, places
from mingjing.law.calendars import calendar
from tools.requirements import ROOT, committed

FIRST_YEAR, LAST_YEAR = 2004, 2026
READING = re.compile(r"INT-\d{4}")


def problems() -> Iterator[str]:
    """Yield what is wrong, in the order of the files."""
    yield from _instruments()
    yield from _parameters()
    yield from _calendar()
    yield from _rules()
    yield from _readings()


def _instruments() -> Iterator[str]:
    for key, instrument in instruments.instruments().items():
        start, end = instrument.in_force
        if start is not None and end is not None and end <= start:
            yield f"instrument {key}: ends before it begins"
        if not instrument.title:
            yield f"instrument {key}: no title"


def _parameters() -> Iterator[str]:
    for key, parameter in parameters.parameters().items():
        if not parameter.label:
            yield f"parameter {key}: no label"
        seen = set()
        for value in parameter.values:
            where = f"parameter {key}, {places.name_of(value.place)} from {value.effective_from}"
            if not value.citation.gist:
                yield f"{where}: {value.citation} has no gist"
            if (value.place, value.domain, value.effective_from) in seen:
                yield f"{where}: two values for the same place, domain and day"
            seen.add((value.place, value.domain, value.effective_from))
            if value.place is not None and value.place not in places.places():
                yield f"{where}: place {value.place} is not in places.yaml"
        for place in (None, *places.places()):
            steps = parameter.steps(place)
            if any(left[1] != right[0] for left, right in pairwise(steps)):
                yield f"parameter {key}, {places.name_of(place)}: steps leave a gap"


def _calendar() -> Iterator[str]:
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        if not calendar().is_loaded(year):
            yield f"calendar {year}: not loaded"


def _rules() -> Iterator[str]:
    known = {row.id for row in committed()}
    ids = [rule.id for rule in rules().values()]
    yield from (f"rule {one}: twice in the library" for one in sorted({one for one in ids if ids.count(one) > 1}))
    for rule in rules().values():
        if not rule.basis:
            yield f"rule {rule.id}: no citation"
        for reference in rule.basis:
            try:
                citation = citations.cite(reference)
            except citations.UnknownCitationError as error:
                yield f"rule {rule.id}: {error}"
                continue
            if not citation.gist:
                yield f"rule {rule.id}: {reference} has no gist"
        for key in rule.kind.parameters():
            if key not in parameters.parameters():
                yield f"rule {rule.id}: no parameter {key}"
        for requirement in rule.requirements:
            if requirement not in known:
                yield f"rule {rule.id}: no requirement {requirement}"


def _readings() -> Iterator[str]:
    """Check that each reading that the code names is written down."""
    written = {found[0] for path in (ROOT / "docs/readings").glob("INT-*.md") if (found := READING.match(path.name))}
    for path in sorted((ROOT / "src").rglob("*")):
        if path.suffix in {".py", ".yaml"}:
            for reading in sorted(set(READING.findall(path.read_text("utf-8"))) - written):
                yield f"{path.relative_to(ROOT)}: reading {reading} is not in docs/readings"


def main() -> int:
    """Print the problems."""
    found = list(problems())
    print(
        "\n".join(found)
        if found
        else f"law data: {len(rules())} rules, {len(parameters.parameters())} parameters, no problem"
    )
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
