"""Tables that are made together: by a migration that brings many, each as it is at its end."""

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import AddConstraint, AddField, AddIndex, CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class Together(Operation):
    """
    Make new tables with their further columns, indexes and constraints in one go.

    Django draws all models that are related to one another anew for each operation; a place with a hundred and fifty
    tables waits half a minute for that. Here they are drawn once, and each table is made as it is after all operations,
    which may only make models and add to those that they make.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, operations: Sequence[CreateModel | AddField | AddIndex | AddConstraint]) -> None:
        self.operations = operations
        made = {one.name_lower for one in operations if isinstance(one, CreateModel)}
        added = {one.model_name_lower for one in operations if not isinstance(one, CreateModel)}
        if not added <= made:
            raise ValueError(f"{sorted(added - made)} are not made here")

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        """Return what it is made of."""
        return type(self).__name__, [self.operations], {}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Enter all of it, and let the models be drawn again when they are asked for."""
        state.clear_delayed_apps_cache()
        state.__dict__.pop("apps", None)
        for one in self.operations:
            one.state_forwards(app_label, state)

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Make the tables."""
        for name in self._names():
            model = to_state.apps.get_model(app_label, name)
            if self.allow_migrate_model(schema_editor.connection.alias, model):
                schema_editor.create_model(model)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Take the tables away."""
        for name in reversed(self._names()):
            model = from_state.apps.get_model(app_label, name)
            if self.allow_migrate_model(schema_editor.connection.alias, model):
                schema_editor.delete_model(model)

    def describe(self) -> str:
        """Say what it does."""
        return f"Make {', '.join(self._names())}"

    def _names(self) -> list[str]:
        return [one.name for one in self.operations if isinstance(one, CreateModel)]
