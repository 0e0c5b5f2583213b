"""How the command line is told to stop: once, and then left in peace to clean up."""

import signal
import threading
import time
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any, ClassVar, Final, Self

PATIENCE_SECONDS: Final = 5.0
"""For so long after a signal no other is heard, so that an impatient second Ctrl-C does not break off the cleaning."""


class Stopped(BaseException):
    """The process was told to stop."""


class Stopping:
    """While open, SIGINT and SIGTERM raise :class:`Stopped`; ``signal`` says which of them came."""

    _open: "ClassVar[Stopping | None]" = None

    def __init__(self) -> None:
        self.signal: int | None = None
        self._heard = float("-inf")
        self._former: dict[int, Callable[[int, FrameType | None], Any] | int | None] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self._former[number] = signal.signal(number, self._hear)
            Stopping._open = self
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, former in self._former.items():
            # told to stop, the process is about to end: an impatient second signal shall not change how
            signal.signal(number, former if self.signal is None else signal.SIG_IGN)
        if Stopping._open is self:
            Stopping._open = None

    @classmethod
    def last_call(cls) -> None:
        """
        Say that results are about to take their place: a signal heard by now still stops, a later one is too late.

        Python drops what is raised within a finalizer or a callback, so that a signal may have been heard in vain.

        :raises Stopped: when a signal was heard
        """
        if cls._open is not None:
            cls._open.hear_no_more()

    def hear_no_more(self) -> None:
        """
        Ignore every later signal.

        :raises Stopped: when one was heard before
        """
        for number in self._former:
            signal.signal(number, signal.SIG_IGN)
        if self.signal is not None:
            raise Stopped

    def _hear(self, number: int, _frame: FrameType | None) -> None:
        now = time.monotonic()
        if now - self._heard < PATIENCE_SECONDS:
            return
        self._heard, self.signal = now, number
        raise Stopped
