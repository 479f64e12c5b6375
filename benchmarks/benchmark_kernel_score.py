"""Atoms scored per second by the C++ library, beside the plain double-precision reference, in a portable build."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from common import REPOSITORY, Missing, Row, Setting, last_line, main, say

INSTRUCTION_SETS = ("avx512", "avx2", "baseline")


def build(setting: Setting) -> Path:
    """Return the C++ program, built as a distribution would: Release, and nothing of this machine's own."""
    tools = setting.peer("cmake", "cmeel-eigen")
    folder = setting.cache / "build"
    say("building the C++ program")
    configure = ["--fresh", "-S", REPOSITORY, "-B", folder, "-DCMAKE_BUILD_TYPE=Release", "-DQSCORE_BUILD_TESTS=ON"]
    configure.append(f"-DPython_EXECUTABLE={tools / 'python'}")  # where Eigen is, unless the system has it
    for words in (configure, ["--build", folder, "--target", "qscore_benchmark", "-j2"]):
        done = subprocess.run([tools / "cmake", *map(str, words)], capture_output=True, text=True)
        if done.returncode:
            raise Missing(f"the C++ program cannot be built (it needs a compiler and Catch2): {last_line(done.stderr)}")
    return next(folder.rglob("qscore_benchmark"))


def measure(program: Path, inputs: Path, instruction_set: str) -> dict[str, float] | None:
    """Return what one run of the program measured (the better of two rounds); None on a machine without the set."""
    frame = json.loads((inputs / "frame.json").read_text())
    done = subprocess.run(
        [program, inputs / "positions", inputs / "grid", *frame, "2"],
        capture_output=True,
        text=True,
        env={**os.environ, "QSCORE_INSTRUCTION_SET": instruction_set},
    )
    return json.loads(done.stdout) if done.returncode == 0 else None


def rows(setting: Setting) -> Iterator[Row]:
    inputs = setting.made("kernel")
    program = build(setting)
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in INSTRUCTION_SETS}
    for _ in range(setting.rounds):
        for name, measured in runs.items():
            found = measure(program, inputs, name)
            if found is not None:
                measured.append(found)
    best = next(name for name, measured in runs.items() if measured)
    for name, measured in runs.items():
        if not measured:
            yield Row(f"{name}: atoms/s, one thread", None, note="skipped: this machine does not have it")
            continue

        def values(key: str, measured: list[dict[str, float]] = measured) -> list[float]:
            return [run[key] for run in measured]

        note = f"{measured[0]['atoms']:,} atoms"
        yield Row.of(
            f"{name}: atoms/s, one thread",
            values("one_thread"),
            at_least=400_000 if name == best else None,
            note=note,
        )
        note = f"reference: {sorted(values('reference'))[len(measured) // 2]:,.0f} atoms/s"
        yield Row.of(f"{name}: ratio to the plain reference", values("ratio"), "×", at_least=5, note=note)
        yield Row.of(f"{name}: two threads to one", values("scaling"), "×", at_least=1.8)
        note = "from the reference, every fourth atom"
        yield Row.of(f"{name}: largest difference in Q", values("largest_difference"), at_most=2e-6, note=note)


if __name__ == "__main__":
    main(rows)
