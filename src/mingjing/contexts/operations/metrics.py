"""
Measures in the text form that Prometheus reads.

Several server processes answer requests, and any of them may be asked for the sums. So each counts in a small file of
its own under ``run/metrics``, mapped into memory; whoever is asked adds the files up. ``mingjing serve`` begins anew.
"""

import mmap
import os
import struct
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from django.conf import settings

BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.4, 1.0, 2.5, 10.0)
"""Upper bounds in seconds; 0.15 and 0.4 are what the platform promises for one user and for sixteen."""
CLASSES: Final = ("2xx", "3xx", "4xx", "5xx")
_CELLS: Final = len(BUCKETS) + 2
"""Of a class of answers: a count for each bucket, one beyond the last, the sum of seconds."""
_SIZE: Final = _CELLS * len(CLASSES) * 8


def folder() -> Path:
    """Return where the counts lie."""
    return Path(settings.HOME) / "run" / "metrics"


class Counts:
    """The counts of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._file: mmap.mmap | None = None
        self._owner = 0

    def observe(self, status: int, seconds: float) -> None:
        """Count one answer."""
        row = min(max(status // 100, 2), 5) - 2
        bucket = next((i for i, bound in enumerate(BUCKETS) if seconds <= bound), len(BUCKETS))
        with self._lock:
            file = self._mapped()
            self._add(file, row * _CELLS + bucket, 1.0)
            self._add(file, row * _CELLS + _CELLS - 1, seconds)

    @staticmethod
    def _add(file: mmap.mmap, cell: int, value: float) -> None:
        (before,) = struct.unpack_from("<d", file, cell * 8)
        struct.pack_into("<d", file, cell * 8, before + value)

    def _mapped(self) -> mmap.mmap:
        if self._file is None or self._owner != os.getpid():
            path = folder() / f"{os.getpid()}.bin"
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("a+b") as file:
                file.truncate(_SIZE)
                self._file, self._owner = mmap.mmap(file.fileno(), _SIZE), os.getpid()
        return self._file


counts: Final = Counts()


def request_lines() -> Iterator[str]:
    """Tell the answers of all processes: how many, and how long they took."""
    cells = [0.0] * (_CELLS * len(CLASSES))
    for path in sorted(folder().glob("*.bin")):
        data = path.read_bytes()
        if len(data) == _SIZE:
            cells = [a + b for a, b in zip(cells, struct.unpack(f"<{len(cells)}d", data), strict=True)]
    name = "mingjing_http_request_seconds"
    yield f"# HELP {name} Seconds from request to answer, without the sending of streams."
    yield f"# TYPE {name} histogram"
    for row, status in enumerate(CLASSES):
        mine, total = cells[row * _CELLS : (row + 1) * _CELLS], 0
        for bound, count in zip((*map(str, BUCKETS), "+Inf"), mine[:-1], strict=True):
            total += int(count)
            yield f'{name}_bucket{{status="{status}",le="{bound}"}} {total}'
        yield f'{name}_sum{{status="{status}"}} {mine[-1]:.6f}'
        yield f'{name}_count{{status="{status}"}} {total}'


def gauge(name: str, words: str, *values: tuple[str, float]) -> Iterator[str]:
    """Tell a value, or one for each set of labels."""
    yield f"# HELP {name} {words}"
    yield f"# TYPE {name} gauge"
    for labels, value in values:
        yield f"{name}{labels} {value:g}" if value < 1_000_000 else f"{name}{labels} {value:.0f}"
