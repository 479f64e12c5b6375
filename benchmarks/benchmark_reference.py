"""Loading the reference tables and ranking a million pairs."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import qscore.reference
from common import Row, Run, Setting, call, main
from qscore.reference import load_table
from qscore.reference.storage import SHIPPED

PAIRS = 1_000_000
FIRST = """
import time
from qscore.reference import load_table
start = time.perf_counter()
load_table()
print(1e3 * (time.perf_counter() - start))
"""


def first_time() -> float:
    """Return the ms of the first loading of the default table in a process."""
    return float(subprocess.run([sys.executable, "-c", FIRST], capture_output=True, text=True, check=True).stdout)


def rank(name: str, q: np.ndarray, d: np.ndarray) -> None:
    """Rank from scratch: the table is loaded and its cumulative counts are worked out each time."""
    table = load_table(name)
    table.relative_all(q)
    table.relative_resolution(q, d)


def rows(setting: Setting) -> Iterator[Row]:
    firsts = [first_time() for _ in range(setting.rounds)]
    yield Row.of("load emdb, first time in a process", firsts, "ms", at_most=5)
    random = np.random.default_rng(0)
    q, d = random.uniform(-0.1, 1.0, PAIRS), random.uniform(1.0, 10.0, PAIRS)
    loading: dict[str, list[float]] = {name: [] for name in SHIPPED}
    ranking: dict[str, list[Run]] = {name: [] for name in SHIPPED}
    for _ in range(setting.rounds):
        for name in SHIPPED:
            loading[name].append(1e3 * call(lambda name=name: load_table(name)).seconds)
            ranking[name].append(call(lambda name=name: rank(name, q, d)))
    for name in SHIPPED:
        yield Row.of(f"load {name}", loading[name], "ms", at_most=5)
        yield Row.of_runs(f"load {name} and rank {PAIRS:,} pairs, both percentiles", ranking[name], at_most=0.5)
    size = sum(file.stat().st_size for file in (Path(qscore.reference.__file__).parent / "tables").iterdir())
    yield Row("both tables together", size / 1024, "kB", at_most=64)


if __name__ == "__main__":
    main(rows)
