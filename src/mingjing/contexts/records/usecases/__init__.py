"""Appending to the log."""

from mingjing.contexts.records.usecases.append import append as append
