"""The part of a step's page that follows every save: its ids can be found by selector, so that a swap keeps what is written."""

import re

from django.template.loader import render_to_string

from mingjing.contexts.cases.web.look import GateLine
from mingjing.contexts.ui.components import Badge


def test_reasons_have_ids_without_points_and_a_label_each() -> None:
    """htmx looks for what it keeps by ``#id``: a point would be read as a class, and the swap would fail."""
    gate = GateLine(
        rule="penalty.officers.showed-credential",
        title="出示执法证件",
        badge=Badge(text="须说明理由"),
        expected="出示",
        observed="没有记录",
        remedy="补记",
        basis=(),
        needs_reason=True,
    )
    shown = render_to_string("cases/_gate.html", {"gate": gate, "asks_reasons": True})
    found = re.search(r'<textarea[^>]*\bid="([^"]+)"[^>]*\bname="([^"]+)"', shown)
    assert found is not None
    assert found[1] == "r-penalty-officers-showed-credential"
    assert found[2] == "r-penalty.officers.showed-credential"
    assert f'for="{found[1]}"' in shown
