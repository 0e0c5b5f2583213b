"""Make facts of a district, or a whole place on the platform (``fill_*.py``: one module for each room)."""

from mingjing.contexts.demo.usecases.generate import DemoReport, DemoRequestError, generate_demo

__all__ = ["DemoReport", "DemoRequestError", "generate_demo"]
