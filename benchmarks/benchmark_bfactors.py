"""The scan over f beside cctbx's, its distance from the exact values, and the whole command on the tiling."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from common import HERE, QSCORE, Missing, Row, Setting, alternate, last_line, main, ratios

PEER = "cctbx-base"
CASES = {"apoferritin": (1.75, 20), "7cec_A": (3.9, 10)}  # resolution, times faster than cctbx
PAIRS = 4  # of one thread and two, for every round: the ratio of times below 0.1 s needs more of them


def scanned(command: list[object]) -> dict[str, object]:
    """Return what a scan in a process of its own prints, without NumPy's own threads, as `qscore bfactor` runs."""
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, env=environment)
    if done.returncode:
        raise RuntimeError(last_line(done.stderr))
    return json.loads(done.stdout)


def scaling(case: str, one: list[float], two: list[float]) -> Row:
    """Return how many times as fast two threads are as one."""
    return Row.of(f"{case}: two threads to one", ratios(one, two), "×", at_least=1.8, note=f"{len(one)} pairs")


def rows(setting: Setting) -> Iterator[Row]:
    try:
        cctbx, why = setting.peer(PEER) / "python", ""
    except Missing as reason:
        cctbx, why = None, str(reason)
    for case, (resolution, faster) in CASES.items():
        inputs = [*setting.model_and_map(case), setting.data / case / "golden_q.csv", resolution]
        commands: dict[str, list[object]] = {
            "one thread": [sys.executable, HERE / "scan.py", *inputs, 1],
            "two threads": [sys.executable, HERE / "scan.py", *inputs, 2],
        }
        if cctbx is not None:
            commands["cctbx"] = [cctbx, HERE / "scan_cctbx.py", *inputs]
        runs: dict[str, list[dict]] = {name: [] for name in commands}
        for i in range(PAIRS * setting.rounds):
            for name, command in commands.items():
                if name != "cctbx" or i < setting.rounds:
                    runs[name].append(scanned(command))
        seconds = {name: [run["seconds"] for run in found] for name, found in runs.items()}
        for name, values in seconds.items():
            yield Row.of(f"{case}: 16 values of f, {name}", values, "s")
        if cctbx is None:
            yield Row(f"{case}: times faster than cctbx", None, note=f"skipped: {why}")
        else:
            what = f"{case}: times faster than cctbx, one thread"
            beside = ratios(seconds["cctbx"], seconds["one thread"][: setting.rounds])
            yield Row.of(what, beside, "×", at_least=faster)
        yield scaling(case, seconds["one thread"], seconds["two threads"])
        golden = json.loads((setting.data / case / "bscan_exact.json").read_text())
        for name, found in runs.items():
            largest = max(abs(a - row[2]) for a, row in zip(found[0]["cc_mean"], golden["rows"], strict=True))
            wanted = None if name == "cctbx" else 5e-4
            note = f"best f {found[0]['best']:g}, exact {golden['best']:g}"
            yield Row(f"{case}: largest distance from the exact CC-mean, {name}", largest, at_most=wanted, note=note)
    tiling = setting.made("tiling")
    inputs = [tiling / "tiled.cif", tiling / "tiled.mrc", "-", 3.9]
    one, two = [], []
    for _ in range(min(setting.rounds, 3)):
        one.append(scanned([sys.executable, HERE / "scan.py", *inputs, 1])["seconds"])
        two.append(scanned([sys.executable, HERE / "scan.py", *inputs, 2])["seconds"])
    yield scaling("206,784 atoms", one, two)
    with tempfile.TemporaryDirectory() as folder:
        scan = [
            *QSCORE,
            "bfactor",
            tiling / "tiled.cif",
            tiling / "tiled.mrc",
            "-r",
            "3.9",
            "--out",
            Path(folder) / "b",
        ]
        measured = alternate({"tiling": scan}, min(setting.rounds, 3))["tiling"]
    yield Row.of_runs("206,784 atoms: the whole command, scores and files included", measured, at_most=60)
    yield Row.of("206,784 atoms: peak memory", [run.megabytes for run in measured], "MB", at_most=500)


if __name__ == "__main__":
    main(rows)
