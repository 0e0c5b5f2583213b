"""Registers the columns of every kind of rule that looks beyond one case."""

from mingjing.engine.columns import agencies, fines, inspections, people, remedies

__all__ = ["agencies", "fines", "inspections", "people", "remedies"]
