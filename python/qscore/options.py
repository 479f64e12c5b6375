"""The parameters of a Q-score, in one frozen object that every output records."""

from __future__ import annotations

import dataclasses
import math

from .errors import InputError


@dataclasses.dataclass(frozen=True)
class ScoreOptions:
    """Parameters of the score (Pintilie et al. 2020; MapQ 2.9.7's values are the defaults).

    Attributes
    ----------
    sigma
        Width of the reference Gaussian, Å. 0.4 is the EMDB's and the paper's; 0.6 was MapQ's first default.
    radius_step
        Distance between the shells around an atom, Å.
    max_radius
        Radius of the last shell, Å: a whole number of steps.
    points
        Clear points wanted on each shell.
    resampled
        Score the map resampled onto a grid whose origin is a whole number of voxels, as the numbers published by
        the EMDB are; False scores the map as it is.
    """

    sigma: float = 0.4
    radius_step: float = 0.1
    max_radius: float = 2.0
    points: int = 8
    resampled: bool = False

    def __post_init__(self) -> None:
        for name, low, high in (("sigma", 0.05, 5.0), ("radius_step", 0.01, 1.0), ("max_radius", 0.1, 5.0)):
            value = getattr(self, name)
            if not (isinstance(value, (int, float)) and math.isfinite(value) and low <= value <= high):
                raise InputError(f"{name} must be a number from {low:g} to {high:g} Å; got {value!r}")
        if isinstance(self.points, bool) or not isinstance(self.points, int) or not 4 <= self.points <= 64:
            raise InputError(f"points must be a whole number from 4 to 64; got {self.points!r}")
        if not 1 <= self.shells <= 100 or abs(self.shells * self.radius_step - self.max_radius) > 1e-9:
            raise InputError(
                f"max_radius must be a whole number of radius steps, at most 100; got {self.max_radius:g} Å "
                f"with steps of {self.radius_step:g} Å"
            )

    @property
    def shells(self) -> int:
        """Number of shells."""
        return round(self.max_radius / self.radius_step)


def checked_threads(threads: int) -> int:
    """Return a number of threads, 0 for as many as the machine offers; refuse what is none.

    Raises
    ------
    InputError
        For what is no whole number, negative or above 1024: every thread takes memory of its own.
    """
    if isinstance(threads, bool) or not isinstance(threads, int) or not 0 <= threads <= 1024:
        raise InputError(f"threads must be a whole number from 0 (all) to 1024; got {threads!r}")
    return threads
