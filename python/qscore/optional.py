"""Libraries that are needed for some results only, imported where those are made."""

from __future__ import annotations

import importlib
from types import ModuleType

from .errors import InputError

# top-level module -> what pip installs it by: an extra of this package, or its own name where there is none
_INSTALLED_BY = {
    "jinja2": "'qscore[report]'",
    "markdown_it": "'qscore[study]'",
    "matplotlib": "'qscore[plots]'",
    "pandas": "pandas",
    "plotly": "'qscore[report]'",
    "polars": "polars",
    "pyarrow": "'qscore[parquet]'",
    "scipy": "'qscore[study]'",
    "statsmodels": "'qscore[study]'",
}


def library(name: str) -> ModuleType:
    """Import and return a module of an optional library.

    Raises
    ------
    InputError
        When it is not installed, with the command that installs it.
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        top = name.partition(".")[0]
        raise InputError(
            f"{top} is not installed; install it with: python -m pip install {_INSTALLED_BY[top]}"
        ) from error
