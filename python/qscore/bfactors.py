"""B factors from Q-scores: B = (1 − Q)·f, with the f whose model map is most like the map (section 6 of the paper)."""

from __future__ import annotations

import dataclasses
import math
import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import _core
from .correlation import THRESHOLD, coverage_warnings, map_around
from .errors import InputError
from .hydrogens import Scored, q_of_all_atoms
from .maps import Map
from .model import Atoms, Model
from .modelmaps import MARGIN, Scatterers, check_resolution, electron_map_on, grid_of, scan_grid, scatterers
from .options import ScoreOptions, checked_threads

_MOST_FACTORS = 1000
_LITTLE_AGREEMENT = 0.1  # CC-mean of a map that says nothing about f
_MOST_EXTENSIONS = 4  # times that a search may double the range


@dataclasses.dataclass(frozen=True, eq=False)
class Curve:
    """CC and CC-mean as functions of f.

    Attributes
    ----------
    f
        (m,) Å², ascending.
    cc, cc_mean
        (m,) correlations of each f's model map with the map (equations 8 and 9).
    points
        (m,) grid points where the model map is above the threshold.
    """

    f: NDArray[np.float64]
    cc: NDArray[np.float64]
    cc_mean: NDArray[np.float64]
    points: NDArray[np.int64]

    @property
    def best(self) -> int:
        """Index of the largest CC-mean."""
        return int(np.argmax(self.cc_mean))

    def joined(self, other: Curve) -> Curve:
        """Return both curves as one; where they share an f, this one's values."""
        f, index = np.unique(np.concatenate([self.f, other.f]), return_index=True)
        cc = np.concatenate([self.cc, other.cc])[index]
        cc_mean = np.concatenate([self.cc_mean, other.cc_mean])[index]
        return Curve(f, cc, cc_mean, np.concatenate([self.points, other.points])[index])


@dataclasses.dataclass(frozen=True, eq=False)
class BFactorScan:
    """The scan over f and the B factors that it gives.

    Attributes
    ----------
    model
        The model whose atoms were scored.
    q
        (N,) Q of ``model.atoms``; hydrogens carry that of their heavy atom, NaN where there is none.
    curve
        The scan in even steps.
    fine
        The values of the search between those steps; None without a search.
    resolution
        The sharp cut-off of the model maps, Å.
    spacing
        Upper limit of the model maps' grid spacing, Å.
    f_step
        Step of the scan, Å².
    unknown_element
        Element that stands in for those without scattering factors.
    options
        The parameters of the scores; None for scores from a file.
    map_path
        File of the map; None for a map made in memory.
    warnings
        One sentence for each thing that the user should know of.
    """

    model: Model
    q: NDArray[np.float64]
    curve: Curve
    fine: Curve | None
    resolution: float
    spacing: float
    f_step: float
    unknown_element: str | None
    options: ScoreOptions | None
    map_path: str | None
    warnings: tuple[str, ...]

    @property
    def all(self) -> Curve:
        """All values of f that were tried."""
        return self.curve if self.fine is None else self.curve.joined(self.fine)

    @property
    def best_f(self) -> float:
        """The f with the largest CC-mean, Å²."""
        curve = self.all
        return float(curve.f[curve.best])

    @property
    def best_at_end(self) -> bool:
        """Whether the best f is the first or the last one tried, so that a better one may lie beyond."""
        return self.best_f in (self.curve.f[0], self.curve.f[-1])

    @property
    def in_map(self) -> NDArray[np.bool_]:
        """(N,) True for the atoms of the model maps, which are those with a Q."""
        return ~np.isnan(self.q)

    def b_factors(self, f: float | None = None) -> NDArray[np.float64]:
        """Return B = (1 − Q)·f (equation 5), not below 0, for ``model.atoms``; the file's B for atoms without Q.

        Parameters
        ----------
        f
            Å²; the best one by default.
        """
        b = disorder(self.q) * (self.best_f if f is None else f)
        return np.where(self.in_map, b, self.model.atoms.b_iso)

    def model_map(self, f: float | None = None, *, like: Map | None = None, threads: int = 0) -> Map:
        """Make the model map of an f (the best one by default), in units of its standard deviation.

        Parameters
        ----------
        f
            Å².
        like
            The map whose grid to use; by default the grid of the scan.
        threads
            0: as many as the machine offers.
        """
        atoms = self.model.atoms.take(self.in_map)
        grid = scan_grid(atoms, self.spacing) if like is None else grid_of(like)
        b = self.b_factors(f)[self.in_map]
        return electron_map_on(grid, scatterers(atoms, self.unknown_element), b, self.resolution, threads=threads)

    def summary(self) -> dict[str, Any]:
        """Return what ``bscan.json`` holds, as plain Python values."""
        from . import __version__

        heavy = self.q[self.model.scored]
        curve = self.all
        atoms = self.model.atoms.position[self.in_map]
        low, cell, sampling, first, count = _core.scan_grid(np.ascontiguousarray(atoms), self.spacing)
        return {
            "program": f"qscore {__version__}",
            "model": {"name": self.model.name, "file": self.model.path, "sha256": self.model.sha256},
            "map": {"file": self.map_path},
            "options": None if self.options is None else dataclasses.asdict(self.options),
            "best_f": self.best_f,
            "best_cc_mean": float(curve.cc_mean[curve.best]),
            "best_at_end": self.best_at_end,
            "refined": self.fine is not None,
            "curve": [
                {"f": f, "cc": cc, "cc_mean": cc_mean, "points": points}
                for f, cc, cc_mean, points in zip(
                    curve.f.tolist(), curve.cc.tolist(), curve.cc_mean.tolist(), curve.points.tolist(), strict=True
                )
            ],
            "atoms": {
                "in_model_map": int(np.count_nonzero(self.in_map)),
                "without_q": int(np.count_nonzero(~self.in_map)),
                "q_below_0": int(np.count_nonzero(heavy < 0)),
                "q_above_1": int(np.count_nonzero(heavy > 1)),
            },
            "parameters": {
                "resolution": self.resolution,
                "f_step": self.f_step,
                "f_max": float(self.curve.f[-1]),
                "threshold": THRESHOLD,
                "spacing": self.spacing,
                "grid": sampling,
                "cell": cell,
                "box_origin": low,
                "first_point": first,
                "points": count,
                "scattering_factors": "electron, International Tables C, table 4.3.2.2",
                "unknown_element": self.unknown_element,
            },
            "warnings": list(self.warnings),
        }

    def write(self, folder: str | os.PathLike[str], *, maps: bool = False) -> list[Path]:
        """Write the scan's files into a folder; see `qscore.writers.bfactor_scan.write_files`."""
        from .writers.bfactor_scan import write_files

        return write_files(self, folder, maps=maps)


def disorder(q: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return 1 − Q, not below 0: the B factor for f = 1."""
    return np.where(np.isnan(q), q, np.maximum(1 - q, 0.0))


def scan_bfactors(
    result: Scored,
    map: str | os.PathLike[str] | Map,
    resolution: float | None = None,
    *,
    f_max: float = 300,
    f_step: float = 20,
    refine: bool = False,
    spacing: float | None = None,
    unknown_element: str | None = None,
    threads: int = 0,
) -> BFactorScan:
    """Find the f whose model map, of atoms with B = (1 − Q)·f, is most like the map (appendix A1.5).

    Parameters
    ----------
    result
        The scores: a `ScoreResult`, or what `qscore.scores.read_scores` read from a file.
    map
        An MRC or CCP4 file, or a map that reaches 5 Å beyond the model; outside it, the density counts as 0. The map
        of a `ScoreResult` does not reach as far: give its file.
    resolution
        The map's, Å, at which the model maps are cut; by default the one that the model's file states.
    f_max, f_step
        The scan runs from 0 to `f_max` in steps of `f_step`, Å².
    refine
        Extend the range if the best f is its last, then search between the steps, in the end in steps of 1.
    spacing
        Of the model maps' grid, Å; a quarter of the resolution by default.
    unknown_element
        Element that stands in for those without scattering factors.
    threads
        0: as many as the machine offers. The result does not depend on it.

    Raises
    ------
    InputError
        For a resolution, range, step or spacing out of range, an element without scattering factors, a model that
        does not overlap the map, or model maps without points above the threshold.
    """
    model = result.model
    resolution = check_resolution(model.resolution if resolution is None else resolution)
    factors = scan_factors(f_max, f_step)
    checked_threads(threads)
    spacing = scan_spacing(spacing, resolution)
    q = q_of_all_atoms(result)
    known = ~np.isnan(q)
    atoms = model.atoms.take(known)
    map = map_around(map, scan_box(atoms, spacing))
    warnings = [*model.warnings, *coverage_warnings(atoms, map), *_q_warnings(q, model)]

    search = _Search(scatterers(atoms, unknown_element), disorder(q[known]), resolution, spacing, map, threads)
    curve, fine = search.curve(factors), None
    if refine:
        curve = search.extended(curve, f_step)
        fine = search.refined(curve, f_step)
    scan = BFactorScan(
        model, q, curve, fine, resolution, spacing, f_step, unknown_element, result.options, map.path, ()
    )
    if doubt := _doubt(scan, refine):
        warnings.append(doubt)
    return dataclasses.replace(scan, warnings=tuple(warnings))


def scan_box(atoms: Atoms, spacing: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the lowest and the highest corner, Å, of the part of a map that a scan looks at."""
    reach = MARGIN + spacing
    return atoms.position.min(axis=0) - reach, atoms.position.max(axis=0) + reach


@dataclasses.dataclass(frozen=True, eq=False)
class _Search:
    """The correlation as a function of f, and the search for its maximum."""

    atoms: Scatterers
    disorder: NDArray[np.float64]
    resolution: float
    spacing: float
    map: Map
    threads: int

    def curve(self, factors: NDArray[np.float64]) -> Curve:
        map = self.map
        rows = _core.scan_bfactors(
            *self.atoms.arguments(),
            self.disorder,
            factors,
            self.resolution,
            self.spacing,
            map.values,
            map.origin,
            map.steps,
            THRESHOLD,
            threads=self.threads,
        )
        cc, cc_mean, points = (np.array(column) for column in zip(*rows, strict=True))
        if not points.all():
            raise InputError(
                f"no point of the model map at f = {factors[np.argmin(points)]:g} is above {THRESHOLD:g} standard "
                "deviations; check the occupancies of the model"
            )
        return Curve(factors, cc, cc_mean, points)

    def extended(self, curve: Curve, step: float) -> Curve:
        """Lengthen the curve while its last f is the best."""
        for _ in range(_MOST_EXTENSIONS):
            if curve.best < len(curve.f) - 1:
                break
            curve = curve.joined(self.curve(curve.f[-1] + step * np.arange(1, len(curve.f))))
        return curve

    def refined(self, curve: Curve, step: float) -> Curve | None:
        """Look ever closer around the best f, until the steps are at most 1."""
        fine: Curve | None = None
        best = float(curve.f[curve.best])
        while step > 1:
            finer = max(1.0, math.ceil(step / 8))
            away = finer * np.arange(1, math.ceil(step / finer))
            factors = best + np.concatenate([-away[::-1], away])
            step = finer
            found = self.curve(factors[factors >= 0])
            fine = found if fine is None else fine.joined(found)
            tried = curve.joined(fine)
            best = float(tried.f[tried.best])
        return fine


def scan_spacing(spacing: float | None, resolution: float) -> float:
    """Return the upper limit of a scan's grid spacing, Å: a quarter of the resolution for None.

    Raises
    ------
    InputError
        When the model maps cannot be made on such a grid, or only with needless work.
    """
    spacing = resolution / 4 if spacing is None else spacing
    if not (math.isfinite(spacing) and resolution / 20 <= spacing < resolution / 2.1):
        raise InputError(
            f"the grid spacing of a scan must be from {resolution / 20:.3g} to {resolution / 2.1:.3g} Å at "
            f"{resolution:g} Å resolution; got {spacing:g}"
        )
    return spacing


def scan_factors(f_max: float, f_step: float) -> NDArray[np.float64]:
    """Return the values of f of a scan: 0 to `f_max` in steps of `f_step`, Å².

    Raises
    ------
    InputError
        When the step or the range makes no sense.
    """
    if not (math.isfinite(f_step) and f_step > 0):
        raise InputError(f"the step of f must be above 0; got {f_step:g}")
    if not (math.isfinite(f_max) and f_step <= f_max <= 10000):
        raise InputError(f"the largest f must be from one step ({f_step:g}) to 10000; got {f_max:g}")
    count = math.floor(f_max / f_step + 1e-9) + 1
    if count > _MOST_FACTORS:
        raise InputError(f"a scan of {count} values of f is too long; choose a step of f of {f_max / 100:g} or so")
    return f_step * np.arange(count, dtype=np.float64)


def _q_warnings(q: NDArray[np.float64], model: Model) -> list[str]:
    heavy = q[model.scored]
    counts = (
        (np.count_nonzero(np.isnan(q)), "have no Q; they are left out of the model maps and keep their B factor"),
        (np.count_nonzero(heavy < 0), "have Q below 0, and so a B factor above f"),
        (np.count_nonzero(heavy > 1), "have Q above 1; their B factor is 0 instead of below"),
    )
    return [f"{count} of {len(q)} atoms {what}" for count, what in counts if count]


def _doubt(scan: BFactorScan, refine: bool) -> str | None:
    """Return what speaks against the best f; None if nothing does."""
    best, agreement = scan.best_f, float(scan.all.cc_mean.max())
    if not disorder(scan.q[scan.in_map]).any():
        return "no atom has a Q below 1: all B factors are 0, whatever f"
    if agreement < _LITTLE_AGREEMENT:
        return (
            f"the best f means little: CC-mean is {agreement:.3f} at most, so the map hardly agrees with the model; "
            "check that it is the model's map, and that the model is placed in it"
        )
    if not scan.best_at_end:
        return None
    if best == 0:
        return "the best f is 0, the lowest there is: the map is as sharp as the resolution allows, or sharper"
    if refine:
        return f"the best f is {best:g}, the last one tried after extending the range: CC-mean keeps rising with f"
    return f"the best f is {best:g}, the last of the range: a better one may lie beyond (--f-max, or --refine)"
