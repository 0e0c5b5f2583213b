"""Registers the kernels."""

from mingjing.engine.kernels import crew, fines, people, tiers

__all__ = ["crew", "fines", "people", "tiers"]
