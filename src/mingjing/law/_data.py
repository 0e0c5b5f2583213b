"""Load the reviewed law data that travels inside the package."""

from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@cache
def load(name: str) -> Any:
    """Parse ``law/data/<name>`` once."""
    text = files("mingjing.law").joinpath("data", name).read_text(encoding="utf-8")
    return yaml.load(text, Loader=_LOADER)  # noqa: S506, a safe loader, in C where there is one


@cache
def names(folder: str) -> tuple[str, ...]:
    """List the YAML files of one folder of ``law/data``, sorted."""
    entries = files("mingjing.law").joinpath("data", folder).iterdir()
    return tuple(sorted(f"{folder}/{entry.name}" for entry in entries if entry.name.endswith(".yaml")))


_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
