"""What all benchmarks share: a row of the table, what a topic needs to run, children that are timed.

A topic is a file ``benchmark_<topic>.py`` that defines ``rows(setting)``, a generator of `Row`, and ends in
``main(rows)``. It runs alone, or with the others by ``run.py``, each in a process of its own.

Only the standard library is imported here, and by topics that time children: Linux counts what a process held when it
forked towards the peak of its child, so the parent has to stay small.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import traceback
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent
QSCORE = (sys.executable, "-m", "qscore")

MODELS = {
    "7cec_A": ("7cec_A/7cec_A.cif", "7cec_A/emd_30342_A.mrc"),
    "apoferritin": ("apoferritin/3ajo_fitted_refined.pdb", "apoferritin/emd20026_prot.mrc"),
    "glycan_3pqr": ("glycan_3pqr/3pqr.pdb", "glycan_3pqr/3pqr.ccp4.gz"),
    "ligand_3nzd": ("ligand_3nzd/3nzd.cif", "ligand_3nzd/3nzd.ccp4.gz"),
}


class Missing(Exception):
    """Something that a topic needs is not here: its rows are skipped, for this reason."""


@dataclasses.dataclass(frozen=True)
class Run:
    """What a process or a call took: wall seconds, the processor's over all threads, and peak memory, MB."""

    seconds: float
    processor_seconds: float
    megabytes: float


@dataclasses.dataclass(frozen=True)
class Row:
    """A line of the table: the median of what was measured, its extremes, and what is wanted of it."""

    what: str
    value: float | None
    unit: str = ""
    lowest: float | None = None
    highest: float | None = None
    at_least: float | None = None
    at_most: float | None = None
    note: str = ""

    @classmethod
    def of(cls, what: str, values: Sequence[float], unit: str = "", **wanted: float | str | None) -> Row:
        """Return the row of repeated measurements."""
        return cls(what, statistics.median(values), unit, min(values), max(values), **wanted)

    @classmethod
    def of_runs(cls, what: str, runs: Sequence[Run], note: str = "", **wanted: float | None) -> Row:
        """Return the row of wall seconds; its note tells the processor's, which depend less on what else runs."""
        processor = f"processor {number(statistics.median(run.processor_seconds for run in runs))} s"
        notes = f"{processor}; {note}" if note else processor
        return cls.of(what, [run.seconds for run in runs], "s", note=notes, **wanted)

    def reached(self) -> bool | None:
        """Return whether the value is as wanted; None when nothing is, or nothing was measured."""
        if self.value is None or (self.at_least is None and self.at_most is None):
            return None
        return (self.at_least is None or self.value >= self.at_least) and (
            self.at_most is None or self.value <= self.at_most
        )

    def cells(self) -> list[str]:
        """Return the texts of the table's columns."""
        verdict = {True: "yes", False: "**no**", None: ""}[self.reached()]
        wanted = [f"{sign} {number(x)}" for sign, x in (("≥", self.at_least), ("≤", self.at_most)) if x is not None]
        spread = f"{number(self.lowest)} – {number(self.highest)}" if self.lowest != self.highest else ""
        value = "" if self.value is None else f"{number(self.value)} {self.unit}".strip()
        return [self.what, value, spread, ", ".join(wanted), verdict, self.note]


COLUMNS = ("what", "median", "lowest – highest", "wanted", "reached", "note")


def number(x: float | None) -> str:
    """Return a number as people read it: three digits, or thousands with commas."""
    if x is None:
        return ""
    return f"{x:,.0f}" if abs(x) >= 1000 else f"{x:.3g}"


def table(rows: Sequence[Row]) -> str:
    """Return rows as a Markdown table that is aligned for the eye, too."""
    cells = [list(COLUMNS), *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(COLUMNS))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in cells
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


@dataclasses.dataclass(frozen=True)
class Setting:
    """Where the data lie, where made things go, and how often to repeat."""

    data: Path
    cache: Path
    rounds: int

    def model_and_map(self, case: str) -> tuple[Path, Path]:
        """Return the files of a case of the data."""
        model, map_ = (self.data / name for name in MODELS[case])
        if not (model.is_file() and map_.is_file()):
            raise Missing(f"no {model.name} and {map_.name} under {self.data}: say where with --data")
        return model, map_

    def made(self, name: str) -> Path:
        """Return the folder of an input that `inputs.py` makes, made now unless it was before."""
        maker = HERE / "inputs.py"
        version = f"{zlib.crc32(maker.read_bytes()):08x}"  # what an older `inputs.py` made is not taken for this one's
        folder = self.cache / "inputs" / f"{name}-{version}"
        if not folder.is_dir():
            folder.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
                fresh = Path(scratch) / name
                fresh.mkdir()
                say(f"making the input {name}")
                command = [sys.executable, str(maker), name, str(self.data), str(fresh)]
                self._complete(command, f"the input {name} cannot be made")
                fresh.rename(folder)
        return folder

    def peer(self, *requirements: str) -> Path:
        """Return the folder of the programs of a virtual environment that holds a peer, installed now if need be."""
        folder = self.cache / "peers" / "_".join(requirements).replace("==", "-")
        programs = folder / ("Scripts" if os.name == "nt" else "bin")
        done = folder / "installed"
        if not done.exists():
            say(f"installing {' and '.join(requirements)} into {folder}")
            otherwise = f"{' and '.join(requirements)} cannot be installed"
            self._complete([sys.executable, "-m", "venv", "--clear", str(folder)], otherwise)
            self._complete([str(programs / "python"), "-m", "pip", "install", "--quiet", *requirements], otherwise)
            done.touch()
        return programs

    @staticmethod
    def _complete(command: Sequence[str], otherwise: str) -> None:
        run = subprocess.run(command, capture_output=True, text=True)
        if run.returncode:
            raise Missing(f"{otherwise}: {last_line(run.stderr)}")


def last_line(text: str) -> str:
    """Return the last line of a text that says something."""
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "it said nothing")


def megabytes(usage: resource.struct_rusage) -> float:
    """Return the peak of a process: its largest resident set, which Linux counts in kB and macOS in bytes."""
    return usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6


def peak_megabytes() -> float:
    """Return the peak of this process so far."""
    return megabytes(resource.getrusage(resource.RUSAGE_SELF))


def run(command: Sequence[str | Path]) -> Run:
    """Run a child to its end, with its output thrown away."""
    with tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        child = subprocess.Popen([str(word) for word in command], stdout=subprocess.DEVNULL, stderr=errors)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            errors.seek(0)
            raise RuntimeError(f"{Path(command[0]).name} failed: {last_line(errors.read().decode(errors='replace'))}")
    return Run(seconds, usage.ru_utime + usage.ru_stime, megabytes(usage))


def alternate(commands: Mapping[str, Sequence[str | Path]], rounds: int) -> dict[str, list[Run]]:
    """Run several commands in turn, A B A B …, so that a machine's changes of speed touch all alike."""
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            runs[name].append(run(command))
    return runs


def call(work: Callable[[], object]) -> Run:
    """Call something in this process; its peak is that of the process so far."""
    start, processor_start = time.perf_counter(), time.process_time()
    work()
    return Run(time.perf_counter() - start, time.process_time() - processor_start, peak_megabytes())


def ratios(above: Sequence[float], below: Sequence[float]) -> list[float]:
    """Return the ratio of each pair that was measured side by side."""
    return [a / b for a, b in zip(above, below, strict=True)]


def say(text: str) -> None:
    """Tell the user what is going on, apart from the results."""
    print(f"  {text}", file=sys.stderr, flush=True)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the single topics and of ``run.py``."""
    data = os.environ.get("QSCORE_TEST_DATA", REPOSITORY.parent / "shared" / "data")
    cache = Path(tempfile.gettempdir()) / "qscore-benchmarks"
    parser.add_argument("--data", type=Path, default=data, metavar="DIR", help="real maps and models (%(default)s)")
    parser.add_argument(
        "--cache", type=Path, default=cache, metavar="DIR", help="made inputs, peers, builds (%(default)s)"
    )
    parser.add_argument("--rounds", type=at_least_one, default=7, metavar="N", help="repetitions (%(default)s)")


def at_least_one(text: str) -> int:
    """Return a number of rounds."""
    rounds = int(text)
    if rounds < 1:
        raise argparse.ArgumentTypeError(f"at least one round is needed; got {text}")
    return rounds


def main(rows: Callable[[Setting], Iterator[Row]]) -> None:
    """Run a topic as a program: print its table, and write its rows as JSON if asked to."""
    parser = argparse.ArgumentParser(description=sys.modules[rows.__module__].__doc__)
    add_options(parser)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows there")
    options = parser.parse_args()
    setting = Setting(options.data.resolve(), options.cache.resolve(), options.rounds)
    found: list[Row] = []
    failed = False
    try:
        for row in rows(setting):
            say(" | ".join(cell for cell in row.cells() if cell))
            found.append(row)
    except Missing as reason:
        found.append(Row("the rest of this topic", None, note=f"skipped: {reason}"))
    except Exception as error:
        traceback.print_exc()
        found.append(Row("the rest of this topic", None, note=f"failed: {error}"))
        failed = True
    print(table(found))
    if options.json:
        options.json.write_text(json.dumps([dataclasses.asdict(row) for row in found], indent=1))
    sys.exit(failed)
