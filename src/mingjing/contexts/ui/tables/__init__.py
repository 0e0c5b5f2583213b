"""
Lists of rows, declared once: filters, order and page in the address, column choice, search, export, bulk acts.

A room declares a :class:`Table` and gives a :class:`TableView` its rows; docs/ui.md shows how.
"""

from mingjing.contexts.ui.tables.declare import BulkAct, Column, Table
from mingjing.contexts.ui.tables.filters import ChoiceFilter, DateFilter, Filter, FlagFilter, TextFilter
from mingjing.contexts.ui.tables.views import TableView

__all__ = [
    "BulkAct",
    "ChoiceFilter",
    "Column",
    "DateFilter",
    "Filter",
    "FlagFilter",
    "Table",
    "TableView",
    "TextFilter",
]
