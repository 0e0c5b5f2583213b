"""No model points at a room above its own: foreign keys by name are invisible to import-linter."""

from django.apps import apps
from django.conf import settings
from django.db.models import Model

ORDER = {room: place for place, room in enumerate(settings.ROOMS)}


def upward(models: list[type[Model]]) -> list[str]:
    """Return the relations that lead from a room to one above it."""
    found = []
    for model in models:
        here = model._meta.app_label
        for field in model._meta.get_fields():
            if field.auto_created or not field.is_relation or field.related_model is None:
                continue
            assert isinstance(field.related_model, type)
            there = field.related_model._meta.app_label
            if here in ORDER and there in ORDER and ORDER[there] > ORDER[here]:
                found.append(f"{model.__name__}.{field.name} → {there}")
    return found


def test_no_relation_leads_upward() -> None:
    assert not upward([model for model in apps.get_models() if model._meta.app_label in ORDER])


def test_the_order_of_rooms_is_that_of_the_import_contract() -> None:
    import tomllib
    from pathlib import Path

    contracts = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    (layers,) = [one["layers"] for one in contracts["contracts"] if one["id"] == "rooms"]
    order = [room.strip("() ") for layer in reversed(layers) for room in layer.split("|")]
    assert [room for room in order if room in ORDER] == settings.ROOMS


def test_a_planted_relation_is_found() -> None:
    user = apps.get_model("accounts", "User")
    entry = apps.get_model("records", "Entry")
    field = user._meta.get_field("unit")
    here, field.model._meta.app_label = field.model._meta.app_label, "records"
    try:
        assert any("unit" in one for one in upward([user]))
    finally:
        field.model._meta.app_label = here
    assert entry is not None and not upward([user])
