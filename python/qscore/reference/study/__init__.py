"""The paper's analysis on any list of entries: regression, bounds, windows of similar resolution."""

from __future__ import annotations

import os
from pathlib import Path

from ...figures import save_figure
from ...files import atomic_write, output_folder
from .drawing import draw_figures
from .page import compose_pages
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
    figures, pages = draw_figures(study), compose_pages(study)  # all that can fail, before anything is written
    folder = output_folder(folder)
    paths = write_tables(study, folder)
    for name, figure in figures.items():
        paths += save_figure(figure, folder, name)
    for name, page in pages.items():
        paths.append(folder / name)
        with atomic_write(paths[-1]) as stream:
            stream.write(page)
    return paths
