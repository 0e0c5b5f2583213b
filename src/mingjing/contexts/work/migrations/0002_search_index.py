"""The index of search: FTS5 on SQLite, tsvector with GIN on PostgreSQL. The model of it is not managed."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

SQLITE = (
    "CREATE VIRTUAL TABLE work_searchindex USING fts5("
    "title, text, content='', detail=column, tokenize=\"unicode61 remove_diacritics 0 categories 'L* N* Co Cn'\")",
)
POSTGRESQL = (
    "CREATE TABLE work_searchindex ("
    "rowid bigint PRIMARY KEY REFERENCES work_searchdocument (id) DEFERRABLE INITIALLY DEFERRED,"
    " title tsvector NOT NULL, work_searchindex tsvector NOT NULL)",
    "CREATE INDEX work_searchindex_title ON work_searchindex USING gin (title)",
    "CREATE INDEX work_searchindex_everything ON work_searchindex USING gin (work_searchindex)",
)


def make(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement)


def drop(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    schema_editor.execute("DROP TABLE work_searchindex")


class Migration(migrations.Migration):
    dependencies = [("work", "0001_tables")]
    operations = [migrations.RunPython(make, drop)]
