"""Writing to the terminal."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterable, Iterator
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console


def console_for(stream: IO[str]) -> Console:
    """Return rich's console on a stream; a reader that has gone raises BrokenPipeError, as it does for ``print``."""
    from rich.console import Console

    class Terminal(Console):
        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    return Terminal(file=stream, highlight=False)


def print_notes(console: Console, warnings: Iterable[str]) -> None:
    """Print what the user should know of, a line each."""
    from rich.markup import escape

    for warning in warnings:
        console.print(f"[yellow]Note:[/yellow] {escape(warning)}")


@contextlib.contextmanager
def ended_by_ctrl_c() -> Iterator[None]:
    """Let Ctrl-C end the process at once: for a long call into C++ that would let Python see it only afterwards.

    Nothing may be half-written meanwhile: no ``finally`` runs.
    """
    before = signal.getsignal(signal.SIGINT)
    if before is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
