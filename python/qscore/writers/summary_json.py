"""summary.json: the result's summary; `summary.schema.json` in this folder describes it."""

from __future__ import annotations

import json
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from ..result import ScoreResult


def write(result: ScoreResult, stream: IO[str]) -> None:
    """Write the summary as JSON."""
    json.dump(result.summary(), stream, indent=2, ensure_ascii=False, allow_nan=False)
    stream.write("\n")
