"""Where an mmCIF file is damaged: line and item, from what gemmi says and the file itself."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import gemmi

_PLACE = re.compile(r":(\d+)(?::\d+\(\d+\))?(?: in \S+)?: (.*)", re.DOTALL)
_TOKEN = re.compile(r"""'(?:[^']|'(?=\S))*'|"(?:[^"]|"(?=\S))*"|[^\s#]\S*|#.*""")
_RESERVED = re.compile(r"_|(data|save|loop|stop|global)_", re.IGNORECASE)  # beginnings that a value must not have
_WORDS = {
    "parse error": "a value that is not quoted as it must be, or text out of place",
    "unterminated 'string'": "a quotation mark that is not closed",
}

# without any of these gemmi reads no atom, and says nothing
_NEEDED = ("id", "type_symbol", "label_alt_id", "label_asym_id", "Cartn_x", "Cartn_y", "Cartn_z")


def missing_items(block: gemmi.cif.Block) -> list[str]:
    """Return the items of ``_atom_site`` that a block lacks and no atom can be read without."""
    return [f"_atom_site.{item}" for item in _NEEDED if not block.find_loop(f"_atom_site.{item}")]


def describe(path: Path, message: str) -> str:
    """Say what gemmi found wrong in an mmCIF file, with the line and the item.

    Parameters
    ----------
    path
        The file, plain or .gz.
    message
        gemmi's message: ``"FILE:LINE:COLUMN(OFFSET): reason"`` or ``"FILE:LINE in BLOCK: reason"``.
    """
    found = _PLACE.search(message)
    if found is None:
        return " ".join(message.split())
    with (
        gzip.open(path, "rt", errors="replace") if path.name.endswith(".gz") else path.open(errors="replace") as stream
    ):
        lines = stream.read().splitlines()
    number, reason = int(found[1]), _WORDS.get(found[2], found[2])
    if "values in loop" in reason:
        number, reason = _uneven_row(lines, number)
    return f"line {number}, item {_item(lines, number)}: {reason}"


def _item(lines: list[str], number: int) -> str:
    """Return the tag that stands last on a line or before it."""
    for line in reversed(lines[:number]):
        if line.lstrip().startswith("_"):
            return line.split()[0]
    return "none"


def _uneven_row(lines: list[str], number: int) -> tuple[int, str]:
    """Find in the loop that opens on a line the first row that has not one value for each item; else its last item."""
    tags = 0
    for place in range(number, len(lines)):
        line = lines[place].strip()
        if line.startswith("_"):
            tags += 1
        elif line.startswith(";") or not line:
            break
        else:
            values = [token for token in _TOKEN.findall(line) if not token.startswith("#")]
            if not values:
                break
            odd = next((value for value in values[1:] if _RESERVED.match(value)), None)
            if odd is not None:
                return place + 1, f"the value {odd} needs quotes"
            if len(values) != tags:
                return place + 1, f"a row of {len(values)} values in a loop of {tags} items"
    return number + tags, f"the number of values is no multiple of the {tags} items of this loop"
