"""Registers the columns of every kind of rule that looks beyond one case."""

from mingjing.engine.columns import inspections

__all__ = ["inspections"]
