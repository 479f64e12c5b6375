"""The whole command, cold start to files written, beside jqscore 0.2.0: time and peak memory."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from common import QSCORE, Row, Setting, alternate, main, ratios

PEER = "jqscore==0.2.0"


def rows(setting: Setting) -> Iterator[Row]:
    jqscore = setting.peer(PEER) / "jqscore"
    tiling = setting.made("tiling")
    cases = (
        ("206,784 atoms", tiling / "tiled.cif", tiling / "tiled.mrc", 10, 0.25),
        ("apoferritin", *setting.model_and_map("apoferritin"), 8, None),
    )
    for name, model, map_, faster, smaller in cases:
        with tempfile.TemporaryDirectory() as folder:
            runs = alternate(
                {
                    "qscore": [*QSCORE, "score", model, map_, "--out", Path(folder) / "qscore"],
                    "jqscore": [jqscore, model, map_, "--output", Path(folder) / "jqscore.tsv"],
                },
                setting.rounds,
            )
        seconds = {program: [run.seconds for run in measured] for program, measured in runs.items()}
        memory = {program: [run.megabytes for run in measured] for program, measured in runs.items()}
        for program in runs:
            yield Row.of_runs(f"{name}: {program}", runs[program])
        yield Row.of(f"{name}: times faster", ratios(seconds["jqscore"], seconds["qscore"]), "×", at_least=faster)
        for program in runs:
            yield Row.of(f"{name}: {program}, peak memory", memory[program], "MB")
        yield Row.of(f"{name}: share of its memory", ratios(memory["qscore"], memory["jqscore"]), at_most=smaller)


if __name__ == "__main__":
    main(rows)
