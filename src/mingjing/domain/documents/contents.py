"""What a document says: which elements that laws and plans ask for stand in it, by its template and what is filled in."""

from collections.abc import Sequence

from mingjing.domain.documents.kinds import Content, FieldType, Kind
from mingjing.domain.documents.markup import Use, uses
from mingjing.domain.documents.values import Data, missing
from mingjing.domain.rules.elements import ELEMENTS


def has_elements(kind: Kind) -> bool:
    """Say whether any content of a kind is declared to be an element that rules ask for."""
    return any(one.elements for one in kind.contents)


def elements_of(kind: Kind, text: str, data: Data) -> frozenset[str] | None:
    """
    Return the elements that a document contains: those whose content its template names and whose fields are filled in.

    ``text`` is its template. ``None`` for a kind of which nobody declared what its parts are. A place for a signature
    counts as the signature: who has not signed is asked for when the document is served.
    """
    if not has_elements(kind):
        return None
    shown = named_in(tuple(uses(text)))
    lacking = {one.field for one in missing(kind, data)}
    found = {code for one in kind.contents if _stands(kind, one, text, shown, data, lacking) for code in one.elements}
    return frozenset(code for code in ELEMENTS if code in found)


def named_in(found: Sequence[Use]) -> frozenset[str]:
    """Return the labels of the fields that a template shows; a mere question whether one is filled in shows nothing."""
    return frozenset(use.path.partition(".")[0] for use in found if use.act not in ("?", "!"))


def _stands(kind: Kind, content: Content, text: str, shown: frozenset[str], data: Data, lacking: set[str]) -> bool:
    if content.words and content.words in text:
        return True
    if not content.fields or not shown.issuperset(content.fields):
        return False
    return all(_filled(kind, content, label, data, lacking) for label in content.fields)


def _filled(kind: Kind, content: Content, label: str, data: Data, lacking: set[str]) -> bool:
    one = kind.field(label)
    assert one is not None, label
    value = data.get(one.code)
    if value in (None, "", [], {}) or one.code in lacking:
        return False
    if not content.row or one.type is not FieldType.TABLE:
        return True
    first, *others = one.columns
    return any(row.get(first) == content.row and any(row.get(other) for other in others) for row in value)
