"""How long a browser takes to open the HTML report of about 5,000 residues: every plot drawn, the model in space too.

Headless Chromium draws space in software here; on a desktop its graphics processor does.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import qscore
from common import Missing, Row, Setting, main

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
CHAINS = 9  # of 553 residues each
ARGUMENTS = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--no-sandbox"]


def rows(setting: Setting) -> Iterator[Row]:
    browser = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        raise Missing("no Chromium on the path: install it, or set CHROMIUM")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise Missing("no Playwright: python -m pip install playwright") from None
    tiling = setting.made("tiling")
    model = qscore.read_model(tiling / "tiled.cif")
    chains = list(dict.fromkeys(model.atoms.chain.tolist()))[:CHAINS]
    result = qscore.score(model, tiling / "tiled.mrc", resolution=3.9, chains=chains)
    loaded, first, space = [], [], []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        result.write(folder, ["report"])
        page_file = (Path(folder) / "report.html").as_uri()
        chromium = playwright.chromium.launch(executable_path=browser, args=ARGUMENTS)
        for _ in range(setting.rounds):
            page = chromium.new_page(viewport={"width": 1280, "height": 900})
            start = time.perf_counter()
            page.goto(page_file)
            loaded.append(time.perf_counter() - start)
            page.wait_for_selector("figure[data-drawn]")
            first.append(time.perf_counter() - start)
            page.wait_for_selector("figure.space[data-drawn]")
            space.append(time.perf_counter() - start)
            page.close()
        chromium.close()
    residues = len(result.groups.residues)
    yield Row.of(f"{residues:,} residues: loaded, text to read", loaded, "s", at_most=3)
    yield Row.of(f"{residues:,} residues: first plot drawn", first, "s", at_most=3)
    yield Row.of(f"{residues:,} residues: model in space drawn", space, "s", at_most=3, note="software rendering")


if __name__ == "__main__":
    main(rows)
