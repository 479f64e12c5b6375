"""The pictures of the tutorial, made by the program itself when the manual is built.

They show apoferritin where the test data are at hand (QSCORE_TEST_DATA, by default ../shared/data beside the
repository), and the demo where they are not; the captions say which.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import qscore
from qscore.bfactors import scan_bfactors
from qscore.demo import write_demo

DATA = Path(os.environ.get("QSCORE_TEST_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
APOFERRITIN = DATA / "apoferritin"

# picture -> the file that the program writes
PICTURES = {
    "along_the_chain.svg": "plots/chain_1_A.svg",
    "cloud.svg": "reference_cloud.svg",
    "scan.svg": "bscan.svg",
}
_DEMO = "the demo of `qscore demo` (apoferritin was not at hand where this manual was built)"


def make(folder: Path) -> dict[str, str]:
    """Make the pictures and an example of report.html in a folder; return what the captions say they show."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "html").mkdir(parents=True)
    with tempfile.TemporaryDirectory() as work:
        if APOFERRITIN.is_dir():
            subject = "apoferritin"
            model, map = APOFERRITIN / "3ajo_fitted_refined.pdb", APOFERRITIN / "emd20026_prot.mrc"
            result = qscore.score(model, map, resolution=1.75)
        else:
            subject = _DEMO
            model, map = write_demo(work)
            result = qscore.score(model, map)
        result.write(work, ["plots", "cloud", "report"])
        scan_bfactors(result, map, result.resolution).write(work)
        for picture, file in PICTURES.items():
            shutil.copy(Path(work) / file, folder / picture)
        shutil.copy(Path(work) / "report.html", folder / "html" / "example_report.html")
    return {"subject": subject}
