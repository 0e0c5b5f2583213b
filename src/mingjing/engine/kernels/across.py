"""Registers the kernels."""

from mingjing.engine.kernels import crew, fines, people, steps, tiers

__all__ = ["crew", "fines", "people", "steps", "tiers"]
