"""How long the program and the package take to start."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from common import QSCORE, Row, Setting, alternate, main

PYTHON = (sys.executable, "-c")


def rows(setting: Setting) -> Iterator[Row]:
    runs = alternate(
        {
            "python -c pass": [*PYTHON, "pass"],
            "qscore --help": [*QSCORE, "--help"],
            "qscore score --help": [*QSCORE, "score", "--help"],
            "import numpy": [*PYTHON, "import numpy"],
            "import numpy, qscore": [*PYTHON, "import numpy, qscore"],
            "and every public name of it": [*PYTHON, "import numpy; from qscore import *"],
        },
        3 * setting.rounds,
    )
    for name in ("python -c pass", "qscore --help", "qscore score --help"):
        yield Row.of_runs(name, runs[name], at_most=0.25 if name == "qscore --help" else None)
    for name in ("import numpy, qscore", "and every public name of it"):
        beyond = [a.seconds - b.seconds for a, b in zip(runs[name], runs["import numpy"], strict=True)]
        yield Row.of(f"{name}: beyond NumPy", beyond, "s", at_most=0.15)


if __name__ == "__main__":
    main(rows)
