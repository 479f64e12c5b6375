"""The library in processes that other processes are forked from: no call may wait for threads that do not exist."""

import multiprocessing
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import qscore

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")

TIMEOUT = 30.0  # seconds; what runs here takes milliseconds, and what hangs, hangs forever


def score() -> bytes:
    """Q of atoms on a line, with more threads than one."""
    axis = np.arange(40, dtype=np.float32)
    values = np.sin(axis[:, None, None]) * np.cos(axis[None, :, None]) + np.sin(axis[None, None, :])
    positions = np.stack([np.linspace(5, 30, 500), np.linspace(4, 33, 500), np.full(500, 20.3)], axis=1)
    volume = qscore.Map.from_array(values.astype(np.float32), 1.0)
    return qscore.score_atoms(positions, volume, threads=4).tobytes()


WORK: dict[str, Callable[[], bytes]] = {"score": score}


def in_child(name: str, generations: int) -> bytes:
    """Do the work in a process forked from this one, or from its child, or …; return what came of it."""
    fork = multiprocessing.get_context("fork")
    there, here = fork.Pipe()

    def child() -> None:
        result = in_child(name, generations - 1) if generations > 1 else WORK[name]()
        here.send_bytes(result)

    process = fork.Process(target=child)
    process.start()
    try:
        assert there.poll(TIMEOUT), f"{name} hung in a forked process"
        return there.recv_bytes()
    finally:
        process.kill()
        process.join()


@pytest.mark.parametrize("generations", [1, 2, 3])
@pytest.mark.parametrize("name", WORK)
def test_children_of_a_process_that_ran_in_parallel(name: str, generations: int) -> None:
    expected = WORK[name]()
    assert in_child(name, generations) == expected


@pytest.mark.parametrize("name", WORK)
def test_a_child_that_is_the_first_to_run_in_parallel(name: str) -> None:
    script = (
        "import test_processes as t\n"
        f"first = t.in_child({name!r}, 1)\n"
        f"assert first == t.WORK[{name!r}]() == t.in_child({name!r}, 2)"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=3 * TIMEOUT, cwd=Path(__file__).parent)


def test_a_pool_of_forked_workers() -> None:
    expected = score()
    with multiprocessing.get_context("fork").Pool(3) as pool:
        results = pool.map_async(_score, range(6)).get(TIMEOUT)
    assert results == [expected] * 6


def _score(_: int) -> bytes:
    return score()
