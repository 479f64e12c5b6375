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
