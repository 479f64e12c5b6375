"""Parameters that several subcommands share."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import click

from ..errors import InputError

if TYPE_CHECKING:
    NumberType = click.ParamType[float]
else:
    NumberType = click.ParamType  # the click versions from 8.1 on that have no generic one are supported too


class Number(NumberType):
    """A finite number; anything else is bad input, said in a sentence."""

    name = "number"

    def __init__(self, what: str) -> None:
        self.what = what

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the number."""
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise InputError(f"{self.what} must be a number; got {value!r}")
        return number


RESOLUTION = click.option(
    "-r",
    "--resolution",
    type=Number("the resolution"),
    metavar="Å",
    help="Resolution of the map. Default: the one that the model's file states.",
)
REFERENCE = click.option(
    "--reference",
    default="emdb",
    show_default=True,
    metavar="NAME|FILE",
    help="Entries to rank among: emdb, pintilie2025, or a table made by 'qscore reference build'.",
)
UNKNOWN_ELEMENT = click.option(
    "--unknown-element", metavar="EL", help="Treat elements without scattering factors as this one, for example C."
)
THREADS = click.option(
    "--threads", type=click.IntRange(0), default=0, metavar="N", help="Default: as many as there are."
)
