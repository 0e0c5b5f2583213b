"""The facts standard is consistent with itself."""

import pytest

from mingjing.facts.schema import EVENT_TYPES, TABLES, ColumnType, UnknownTableError, table_of


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
class TestTable:
    def test_has_its_key_among_its_columns(self, table):
        assert set(table.key) <= set(table.names)
        assert table.key

    def test_refers_only_to_tables_that_exist(self, table):
        assert {column.ref for column in table.columns if column.ref} <= set(TABLES)

    def test_has_distinct_names_and_labels(self, table):
        headers = [header for column in table.columns for header in (column.name, column.label, *column.aliases)]
        assert len(headers) == len(set(headers))

    def test_codes_where_the_type_asks_for_them(self, table):
        for column in table.columns:
            assert (column.codes is not None) == (column.type is ColumnType.CODE) or column.type is ColumnType.LIST
            if column.codes:
                assert len(set(column.codes.values())) == len(column.codes)


def test_tables_are_found_by_name_and_label():
    assert table_of("办案环节") is table_of("events")
    with pytest.raises(UnknownTableError, match="没有"):
        table_of("nothing")


def test_event_types_are_those_of_the_standard():
    assert len(EVENT_TYPES) == 77
    assert EVENT_TYPES["legal_review"] == "法制审核"
