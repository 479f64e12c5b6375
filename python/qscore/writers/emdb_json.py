"""The EMDB's JSON (`MAP_qscore.json` of its validation package `va`), with the provenance beside it."""

from __future__ import annotations

import json
from typing import IO, TYPE_CHECKING

from ..emdb import emdb_entry
from .provenance import provenance

if TYPE_CHECKING:
    from ..result import ScoreResult


def write(result: ScoreResult, stream: IO[str]) -> None:
    """Write the JSON of one model in one map."""
    facts = provenance(result)
    data = emdb_entry(result)
    scores = {"0": {"name": facts["model"], "data": data}, "allmodels_average_qscore": data["averageqscore"]}
    json.dump({"qscore": scores, "provenance": facts}, stream, allow_nan=False)
    stream.write("\n")
