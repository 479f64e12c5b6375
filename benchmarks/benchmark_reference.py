"""Time loading the reference tables and ranking a million pairs; print a table.

python benchmarks/benchmark_reference.py
"""

from __future__ import annotations

import functools
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import qscore.reference
from qscore.reference import load_table
from qscore.reference.storage import SHIPPED

PAIRS = 1_000_000
LOADING, RANKING, BYTES = 5.0, 500.0, 64 * 1024  # wanted: ms, ms, both tables together


def milliseconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return 1e3 * (time.perf_counter() - start)


def rank(name: str, q: np.ndarray, d: np.ndarray) -> None:
    """Rank from scratch: the table is loaded and its cumulative counts are worked out each time."""
    table = load_table(name)
    table.relative_all(q)
    table.relative_resolution(q, d)


def main() -> None:
    first = milliseconds(load_table)
    random = np.random.default_rng(0)
    q, d = random.uniform(-0.1, 1.0, PAIRS), random.uniform(1.0, 10.0, PAIRS)
    print("| what | median ms | slowest ms | wanted ms |\n|---|---|---|---|")
    print(f"| load emdb, first time in a process | {first:.2f} | {first:.2f} | ≤ {LOADING:g} |")
    for name in SHIPPED:
        for what, wanted, repeats, work in (
            (f"load {name}", LOADING, 50, functools.partial(load_table, name)),
            (f"load {name}, rank {PAIRS:,} pairs, both percentiles", RANKING, 7, functools.partial(rank, name, q, d)),
        ):
            times = [milliseconds(work) for _ in range(repeats)]
            print(f"| {what} | {statistics.median(times):.2f} | {max(times):.2f} | ≤ {wanted:g} |")
    size = sum(file.stat().st_size for file in (Path(qscore.reference.__file__).parent / "tables").iterdir())
    print(f"\nBoth tables together: {size:,} bytes (wanted: ≤ {BYTES:,})")


if __name__ == "__main__":
    main()
