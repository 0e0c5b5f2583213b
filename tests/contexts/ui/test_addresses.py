"""The names of pages, by which templates and views lead to them."""

from collections import Counter
from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver


def names(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for one in patterns:
        if isinstance(one, URLPattern):
            if one.name:
                yield one.name
        elif not one.namespace:
            yield from names(one.url_patterns)


def test_no_two_pages_bear_one_name() -> None:
    """Of two pages of one name, a link without arguments may lead to either."""
    assert [name for name, count in Counter(names(get_resolver().url_patterns)).items() if count > 1] == []
