"""Mingjing 明镜: an open platform for administrative law enforcement and its oversight."""

__version__ = "0.1.0"
