"""Registers the columns of every kind of rule that looks beyond one case."""

from mingjing.engine.columns import inspections, remedies

__all__ = ["inspections", "remedies"]
