"""The paper's analysis on any list of entries: regression, bounds, windows of similar resolution."""

from __future__ import annotations

import os
from pathlib import Path

from ...files import output_folder
from .drawing import write_figures
from .page import write_page
from .study import Study, run_study
from .tables import write_tables

__all__ = ["Study", "run_study", "write_study"]


def write_study(study: Study, folder: str | os.PathLike[str]) -> list[Path]:
    """Write the tables (CSV, JSON), figures (PNG, SVG) and page (Markdown, HTML) of a study, and return the paths.

    Raises
    ------
    InputError
        When the folder cannot be written, or matplotlib, scipy or markdown-it-py is not installed.
    """
    folder = output_folder(folder)
    return [*write_tables(study, folder), *write_figures(study, folder), *write_page(study, folder)]
