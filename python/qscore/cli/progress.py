"""A progress bar for work that lasts: it appears after two seconds, on a terminal only."""

from __future__ import annotations

import sys
import threading
from types import TracebackType
from typing import Any


class ProgressBar:
    """Shows the stage of the work and how far it is; callable as `qscore.scoring.Progress`."""

    DELAY = 2.0  # seconds

    def __init__(self) -> None:
        self._state = ("", 0, 0)
        self._bar: Any = None
        self._task: Any = None
        self._lock = threading.Lock()
        self._timer = threading.Timer(self.DELAY, self._show)
        self._timer.daemon = True

    def __enter__(self) -> ProgressBar:
        if sys.stderr.isatty():
            self._timer.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._timer.cancel()
        with self._lock:
            if self._bar:
                self._bar.stop()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Note the stage, the number of atoms done and of all (0: unknown)."""
        with self._lock:
            self._state = (stage, done, total)
            self._update()

    def _show(self) -> None:
        from rich.progress import Progress

        from .terminal import console_for

        with self._lock:
            self._bar = Progress(console=console_for(sys.stderr), transient=True)
            self._task = self._bar.add_task("")
            self._update()
            self._bar.start()

    def _update(self) -> None:
        if self._bar:
            stage, done, total = self._state
            self._bar.update(self._task, description=stage, completed=done, total=total or None)
