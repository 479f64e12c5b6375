"""Scores from a file: the Q of a model's atoms out of an atoms.csv written before."""

from __future__ import annotations

import csv
import dataclasses
import math
import os
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from .errors import InputError
from .model import Atoms, Model
from .options import ScoreOptions

_NAMES = ("chain", "seqid", "resname", "atom", "altloc")
_MOVED = 0.01  # Å: an atom that is farther from where its Q was computed is another one
_LARGEST = 10.0  # no program writes a Q beyond this: more is another column
_CHUNK = 16384


@dataclasses.dataclass(frozen=True, eq=False)
class Scores:
    """The Q of some atoms of a model.

    Attributes
    ----------
    model
        The model.
    rows
        (n,) rows of ``model.atoms`` that have a Q.
    q
        (n,) Q of these atoms.
    options
        The parameters they were computed with; None where nobody knows, as for those read from a file.
    """

    model: Model
    rows: NDArray[np.intp]
    q: NDArray[np.float64]
    options: ScoreOptions | None = None


def read_scores(path: str | os.PathLike[str], model: Model) -> Scores:
    """Read the column ``q`` of an atoms.csv and check that its rows are the atoms of a model.

    Parameters
    ----------
    path
        A CSV with the columns chain, seqid, resname, atom, altloc and q, and x, y and z if it has them: one row for
        each atom but hydrogens, in the order of the model's file, of all chains or of some.
    model
        The model that was scored.

    Raises
    ------
    InputError
        When the file cannot be read, lacks a column or holds a Q that is no number, or when its atoms are not those
        of the model: the first that differs is named.
    """
    path = Path(path)
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            chains = {row[0] for _, row in _rows(stream, path, ("chain",))}
        rows = model.scored[np.isin(model.atoms.chain[model.scored], list(chains))]
        with path.open(encoding="utf-8", newline="") as stream:
            q = _matched(stream, path, model, rows)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"cannot read the scores {path}: {reason}; give an atoms.csv of qscore") from error
    return Scores(model, rows, q)


def _rows(stream: IO[str], path: Path, wanted: tuple[str, ...]) -> Iterator[tuple[int, list[str]]]:
    """Yield line numbers and the wanted cells of each row."""
    reader = csv.reader(stream)
    header = next(reader, [])
    missing = [name for name in wanted if name not in header]
    if missing:
        raise InputError(
            f"the scores {path} have no column {', '.join(missing)}; wanted are {', '.join((*_NAMES, 'q'))}, "
            f"found {', '.join(header) or 'nothing'}"
        )
    columns = [header.index(name) for name in wanted]
    for row in reader:
        if len(row) < len(header):
            raise InputError(f"line {reader.line_num} of the scores {path} has {len(row)} of {len(header)} cells")
        yield reader.line_num, [row[column] for column in columns]


def _matched(stream: IO[str], path: Path, model: Model, rows: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return the Q of the atoms at `rows`; refuse a file with other atoms."""
    start = stream.tell()
    header = next(csv.reader(stream), [])
    stream.seek(start)
    placed = all(name in header for name in "xyz")
    wanted = (*_NAMES, "q", *("xyz" if placed else ""))
    q = array("d")
    atoms = _chunks(model.atoms, rows)
    for line, (*names, text, x, y, z) in (
        (n, cells + [""] * (9 - len(cells))) for n, cells in _rows(stream, path, wanted)
    ):
        expected = next(atoms, None)
        if expected is None or tuple(names) != expected[:5]:
            raise InputError(
                f"the scores {path} are not of the model {model.name}: line {line} has atom {_label(names)}, the model "
                f"{'no more atoms' if expected is None else _label(expected[:5])}; score this model"
            )
        try:
            value = float(text)
            moved = placed and math.dist((float(x), float(y), float(z)), expected[5]) > _MOVED
        except ValueError:
            value, moved = math.nan, False
        if not abs(value) <= _LARGEST:
            raise InputError(f"line {line} of the scores {path} holds no Q-score, or no position: {text!r}")
        if moved:
            raise InputError(
                f"the scores {path} are not of the model {model.name}: atom {_label(names)} of line {line} is at "
                f"({x}, {y}, {z}), in the model at ({', '.join(f'{c:.3f}' for c in expected[5])}); score this model"
            )
        q.append(value)
    left = next(atoms, None)
    if left is not None or not q:
        name = "atoms" if left is None else f"atom {_label(left[:5])}"
        raise InputError(f"the scores {path} lack {name} of the model {model.name}; score this model")
    return np.array(q)


def _chunks(atoms: Atoms, rows: NDArray[np.intp]) -> Iterator[tuple[str, str, str, str, str, list[float]]]:
    """Yield names and position of the atoms at `rows`, some thousands at a time, which bounds the memory."""
    for begin in range(0, len(rows), _CHUNK):
        some = atoms.take(rows[begin : begin + _CHUNK])
        columns = (some.chain, some.seqid, some.resname, some.name, some.altloc, some.position)
        yield from zip(*(column.tolist() for column in columns), strict=True)


def _label(names: list[str] | tuple[str, ...]) -> str:
    chain, seqid, resname, atom, altloc = names
    return f"{chain}/{seqid} {resname} {atom}{'.' + altloc if altloc else ''}"
