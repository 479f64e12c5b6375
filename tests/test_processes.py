"""The library in processes that other processes are forked from: no call may wait for threads that do not exist."""

import multiprocessing
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import qscore
from qscore import _core

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")

TIMEOUT = 30.0  # seconds; what runs here takes milliseconds, and what hangs, hangs forever


AXIS = np.arange(40, dtype=np.float32)
VALUES = np.sin(AXIS[:, None, None]) * np.cos(AXIS[None, :, None]) + np.sin(AXIS[None, None, :])
VOLUME = qscore.Map.from_array(VALUES.astype(np.float32), 1.0)
POSITIONS = np.stack([np.linspace(5, 30, 500), np.linspace(4, 33, 500), np.full(500, 20.3)], axis=1)
ONES = np.ones(len(POSITIONS))
FORM_FACTOR = np.array([[[0.1, 0.5, 0.6, 0.8, 0.4], [0.2, 1.0, 5.0, 18.0, 55.0]]])
FRAME = (VOLUME.origin, VOLUME.steps)
SCATTERERS = (POSITIONS, ONES, np.zeros(len(POSITIONS), np.int32), FORM_FACTOR)


def score() -> bytes:
    return qscore.score_atoms(POSITIONS, VOLUME, threads=4).tobytes()


def gaussian_map() -> bytes:
    return _core.gaussian_map(POSITIONS, ONES, 1.0, (40, 40, 40), *FRAME, threads=4).tobytes()


def electron_map() -> bytes:
    return _core.electron_map(*SCATTERERS, 20 * ONES, 3.0, (40, 40, 40), *FRAME, in_sd=True, threads=4).tobytes()


def correlate() -> bytes:
    return repr(_core.correlate(VOLUME.values, *FRAME, VOLUME.values, *FRAME, threshold=0.1, threads=4)).encode()


def scan_bfactors() -> bytes:
    factors = np.array([0.0, 50.0, 100.0])
    rows = _core.scan_bfactors(
        *SCATTERERS, 0.3 * ONES, factors, 4.0, 1.0, VOLUME.values, *FRAME, threshold=0.01, threads=4
    )
    return repr(rows).encode()


# All that runs in parallel.
WORK: dict[str, Callable[[], bytes]] = {
    work.__name__: work for work in (score, gaussian_map, electron_map, correlate, scan_bfactors)
}


def in_child(name: str, generations: int) -> bytes:
    """Do the work in a process forked from this one, or from its child, or …; return what came of it."""
    fork = multiprocessing.get_context("fork")
    there, here = fork.Pipe()

    def child() -> None:
        result = in_child(name, generations - 1) if generations > 1 else WORK[name]()
        here.send_bytes(result)

    process = fork.Process(target=child)
    process.start()
    here.close()
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
        results = [pool.apply_async(score) for _ in range(6)]
        assert [result.get(TIMEOUT) for result in results] == [expected] * 6
