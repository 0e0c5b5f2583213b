"""
The papers that follow from a check: one page for reading, one workbook with every finding, one draft notice per agency.

``write_reports`` is the way in. It reads a result folder and, for names, the facts folder; it evaluates nothing.
"""

from mingjing.contexts.oversight.reports.badrows import BadCell, BadRows, TableRead
from mingjing.contexts.oversight.reports.labels import Place
from mingjing.contexts.oversight.reports.notices import Notice
from mingjing.contexts.oversight.reports.result import ResultUnreadableError
from mingjing.contexts.oversight.reports.writing import ReportLimits, ReportPaths, write_reports

__all__ = [
    "BadCell",
    "BadRows",
    "Notice",
    "Place",
    "ReportLimits",
    "ReportPaths",
    "ResultUnreadableError",
    "TableRead",
    "write_reports",
]
