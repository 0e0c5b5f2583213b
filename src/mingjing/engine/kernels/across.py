"""Registers the kernels."""

from mingjing.engine.kernels import crew, fines, people

__all__ = ["crew", "fines", "people"]
