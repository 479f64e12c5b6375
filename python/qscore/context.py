"""What the score of an entry means: expected values, rank among other entries, and a verdict in plain words."""

from __future__ import annotations

import dataclasses
import math
import os

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .errors import InputError
from .reference.entries import HIGHEST_RESOLUTION
from .reference.expected import Expected, expected_q
from .reference.storage import load_table
from .reference.table import FEWEST, WEAK, WINDOW, ReferenceTable

COMMON = "as commonly observed"
LOWER = "lower than commonly observed"
HIGHER = "higher than commonly observed"
UNJUDGED = "not judged"

REFERENCE_SIGMA = 0.4  # of the entries in the reference tables, and of the regression
UNUSUAL = 5.0  # %: an entry that ranks lower than this, or higher than 100 minus this, is unusual (paper, section 7)
NEAR_ZERO = 0.05  # a Q that says "not fitted" at any resolution

# the paper's possible causes (sections 3, 7 and 8)
CAUSES = {
    COMMON: "the model appears to be fitted to the map and the reported resolution to suit it",
    LOWER: "possible causes: the model is not properly fitted to the map, or the map is worse than its reported "
    "resolution",
    HIGHER: "possible causes: the map is oversharpened, the model is overfitted to the map, or the reported resolution "
    "does not reflect how good the map is",
}
PART_CAUSES = (
    "A part with a low Q-score is not resolved, not fitted, flexible, radiation-damaged or charged: the number alone "
    "cannot tell which."
)
WHOLE_ONLY = "Percentiles compare whole entries only; residues and ligands are compared with Q_low and Q_high instead."
STEREOCHEMISTRY = "A Q-score says nothing of stereochemistry."


@dataclasses.dataclass(frozen=True)
class Context:
    """The Q-score of an entry beside what is commonly observed at its resolution.

    Attributes
    ----------
    q, resolution, sigma
        Mean Q of the model, resolution of the map (Å, None when unknown), sigma of the score (Å).
    table
        The entries it is ranked among.
    q_peak, q_low, q_high
        Most commonly observed Q at the resolution and its bounds (eqs 2-4); None where none are known.
    relative_all, relative_resolution
        Percentage of all entries, and of those of similar resolution, with a lower Q (eqs 6, 7); None where unknown.
    window, window_entries
        Entries of similar resolution are those within ± `window` Å; how many they are, None where it does not apply.
    verdict
        A sentence that begins with "as commonly observed", "lower than commonly observed", "higher than commonly
        observed" or "not judged", and gives the reasons.
    notes
        Sentences on what the numbers do and do not say.
    """

    q: float
    resolution: float | None
    sigma: float
    table: ReferenceTable
    q_peak: float | None
    q_low: float | None
    q_high: float | None
    relative_all: float | None
    relative_resolution: float | None
    window: float
    window_entries: int | None
    verdict: str
    notes: tuple[str, ...]

    def place(self, q: ArrayLike) -> NDArray[np.str_]:
        """Compare the Qs of parts of the model with the bounds, as `Expected.place` does."""
        return Expected(self.q_peak, self.q_low, self.q_high).place(q)

    def summary(self) -> dict[str, object]:
        """Return what summary.json says of it under ``model``."""
        bounds = {name: _rounded(getattr(self, name), 6) for name in ("q_peak", "q_low", "q_high")}
        shares = {name: _rounded(getattr(self, name), 4) for name in ("relative_all", "relative_resolution")}
        return {
            **bounds,
            **shares,
            "window_entries": self.window_entries,
            "window": self.window,
            "reference": self.table.name,
            "verdict": self.verdict,
            "notes": list(self.notes),
        }

    def lines(self) -> list[str]:
        """Say it in a few lines of text: the score with the verdict, what is expected, the percentiles."""
        at = "unknown resolution" if self.resolution is None else f"{self.resolution:g} Å"
        text = [f"At {at} a Q of {self.q:.3f} is {self.verdict}."]
        if self.q_peak is not None:
            text.append(f"Expected Q: {self.q_peak:.3f}, bounds {self.q_low:.3f} to {self.q_high:.3f}")
        return text + [f"{name}: {words}" for name, words in self.ranks()]

    def ranks(self) -> list[tuple[str, str]]:
        """Name the percentiles that are known as the paper does, and say each in words."""
        found = []
        if self.relative_all is not None:
            entries = f"{len(self.table):,} entries ({self.table.name})"
            found.append(("Q_relative_all", f"{percent(self.relative_all)} of {entries} have a lower Q"))
        if self.relative_resolution is not None:
            entries = f"the {self.window_entries:,} entries within ± {self.window:g} Å"
            found.append(("Q_relative_resolution", f"{percent(self.relative_resolution)} of {entries} have a lower Q"))
        return found


def context(
    q: float,
    resolution: float | None,
    reference: str | os.PathLike[str] | ReferenceTable = "emdb",
    sigma: float = REFERENCE_SIGMA,
    window: float = WINDOW,
    incomparable: str | None = None,
    unlike: str | None = None,
) -> Context:
    """Say what the mean Q-score of a whole model means.

    Parameters
    ----------
    q
        Mean Q over the non-hydrogen atoms of the model.
    resolution
        Reported resolution of the map, Å; None when unknown.
    reference
        The entries to rank among: a table, or what `qscore.reference.load_table` takes.
    sigma
        Sigma of the score, Å. Percentiles and the paper's curves hold for 0.4 only.
    window
        Half-width of the window of similar resolution, Å.
    incomparable
        Why the score cannot be ranked among whole entries, e.g. because only some of the chains were scored; there
        are then no percentiles.
    unlike
        Why the map may be unlike those of cryo-EM, which the expected Q and the EMDB's entries are of, e.g. because
        the model is from X-ray diffraction; the comparison is then called loose.

    Raises
    ------
    InputError
        For a Q outside [-1, 1], an impossible resolution, or a reference that cannot be loaded.
    """
    if not -1 <= q <= 1:
        raise InputError(f"the Q-score of a model is a number from -1 to 1; got {q!r}")
    check_reported_resolution(resolution)
    table = reference if isinstance(reference, ReferenceTable) else load_table(reference)
    bounds = expected_q(resolution, sigma) if resolution is not None else Expected()
    reasons = [bounds.reason] if bounds.reason else []

    if incomparable is None and sigma != REFERENCE_SIGMA:
        incomparable = f"the entries of the reference were scored with sigma {REFERENCE_SIGMA:g}, not {sigma:g}"

    relative_all = relative_resolution = entries = None
    if incomparable is not None:
        reasons.append(f"no percentiles: {incomparable}")
    else:
        relative_all = float(table.relative_all(q))
        if resolution is not None:
            entries = int(table.entries(resolution, window))
            share = float(table.relative_resolution(q, resolution, window))
            relative_resolution = None if math.isnan(share) else share
            reasons += _window_notes(entries, resolution, window)
    notes = reasons + (_resolution_notes(q, resolution) if resolution is not None else [])
    if unlike is not None:
        notes.append(
            f"{unlike}, but the expected Q and the EMDB's entries are of cryo-EM maps: unless the map scored is one "
            "too, the comparison is loose"
        )

    result = Context(
        q=float(q),
        resolution=resolution,
        sigma=sigma,
        table=table,
        q_peak=bounds.q_peak,
        q_low=bounds.q_low,
        q_high=bounds.q_high,
        relative_all=relative_all,
        relative_resolution=relative_resolution,
        window=window,
        window_entries=entries,
        verdict="",
        notes=(*(_sentence(note) for note in notes), WHOLE_ONLY, PART_CAUSES, STEREOCHEMISTRY),
    )
    return dataclasses.replace(result, verdict=_verdict(result, reasons, unlike))


def check_reported_resolution(resolution: float | None) -> None:
    """Refuse an impossible resolution of a map (Å); None is unknown, and passes.

    Raises
    ------
    InputError
        For one that is not above 0, or more than 1000 Å.
    """
    if resolution is not None and not 0 < resolution <= HIGHEST_RESOLUTION:
        raise InputError(f"the resolution must be above 0 and at most {HIGHEST_RESOLUTION:g} Å; got {resolution:g}")


def percent(share: float) -> str:
    """Write a percentage with one decimal, and never as 0.0 or 100.0 when it is not."""
    if 0 < share < 0.05:
        return "under 0.1 %"
    if 99.95 <= share < 100:
        return "over 99.9 %"
    return f"{share:.1f} %"


def _verdict(context: Context, reasons: list[str], unlike: str | None) -> str:
    """Judge an entry by the bounds and by its rank at similar resolution; `reasons` say why either is missing.

    Where the map is `unlike` those compared with, no causes are told: the comparison itself may be one.
    """
    low, high = [], []
    if context.q_low is not None and context.q < context.q_low:
        low.append(f"Q {context.q:.3f} is below Q_low {context.q_low:.3f}")
    if context.q_high is not None and context.q > context.q_high:
        high.append(f"Q {context.q:.3f} is above Q_high {context.q_high:.3f}")
    if (share := context.relative_resolution) is not None:
        rank = f"{percent(share)} of the {context.window_entries:,} entries of similar resolution have a lower Q"
        if share < UNUSUAL:
            low.append(f"only {rank}")
        elif share > 100 - UNUSUAL:
            high.append(rank)
    if low and high:
        return f"{UNJUDGED}: the bounds and the reference disagree: {'; '.join(low + high)}"
    if context.q_low is not None or share is not None:
        verdict = LOWER if low else HIGHER if high else COMMON
        if unlike is not None:
            return f"{verdict} in cryo-EM maps: {'; '.join([*low, *high, f'a loose comparison, as {unlike}'])}"
        return f"{verdict}: {'; '.join([*low, *high, CAUSES[verdict]])}"
    if context.resolution is None:
        return (
            f"{UNJUDGED}: without the resolution of the map there is no expected Q-score and no comparison with "
            "entries of similar resolution; give it with -r (resolution=... in Python)"
        )
    return f"{UNJUDGED}: {'; '.join(reasons)}"


def _window_notes(entries: int, resolution: float, window: float) -> list[str]:
    """Say when too few entries are of similar resolution."""
    found = f"{entries} of the reference's entries are within ± {window:g} Å of {resolution:g} Å"
    if entries < FEWEST:
        return [f"no percentile among entries of similar resolution: {found}, fewer than {FEWEST}"]
    if entries < WEAK:
        return [f"the percentile among entries of similar resolution is weak: {found}, fewer than {WEAK}"]
    return []


def _resolution_notes(q: float, resolution: float) -> list[str]:
    """Say what is particular about a range of resolutions (paper, section 8)."""
    notes = []
    if 5 <= resolution <= 10:
        notes.append("from 5 to 10 Å the Q-score is little sensitive to resolution")
        if q < NEAR_ZERO:
            notes.append("a Q-score near 0 still says that the model is not fitted to the map")
    if resolution <= 1.5:
        notes.append("at 1.5 Å and better the element of an atom affects its Q-score")
    return notes


def _rounded(value: float | None, decimals: int) -> float | None:
    return None if value is None else round(value, decimals)


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:] + "."
