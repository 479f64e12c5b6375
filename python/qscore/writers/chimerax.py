"""ChimeraX: Q as an attribute of atoms and residues (`qscore.defattr`), and a script that shows it (`view.cxc`)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING

import numpy as np

from .provenance import provenance_line
from .viewing import input_paths, top_of_scale, worst_residues

if TYPE_CHECKING:
    from ..result import ScoreResult

_PLAIN = re.compile(r"[A-Za-z0-9_]+")  # chain names that can stand after "/"
_PLAIN_ATOM = re.compile(r"[-+A-Za-z0-9_']+")  # atom names that can stand after "@"; * is a wildcard there


def write_attributes(result: ScoreResult, stream: IO[str]) -> None:
    """Write qscore.defattr: attribute `qscore` of atoms, and of residues.

    ChimeraX keeps one atom for all altlocs of a name: it gets the Q of the one with the highest occupancy.
    """
    stream.write(f"# {provenance_line(result)}\nattribute: qscore\nmatch mode: any\nrecipient: atoms\n")
    places = _places(result)
    atoms = result.atoms
    starts = np.flatnonzero(np.diff(atoms.residue, prepend=-1))
    row = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(atoms))).tolist()
    chosen: dict[tuple[int, str], int] = {}
    occupancy = atoms.occupancy.tolist()
    for index, key in enumerate(zip(row, atoms.name.tolist(), strict=True)):
        known = chosen.setdefault(key, index)
        if occupancy[index] > occupancy[known]:
            chosen[key] = index
    q = result.q.tolist()
    spelled = {name: _atom(name) for name in set(atoms.name.tolist())}
    stream.writelines(
        f"\t{places[residue]}{spelled[name]}\t{q[index]:.6f}\n" for (residue, name), index in chosen.items()
    )
    stream.write("attribute: qscore\nmatch mode: any\nrecipient: residues\n")
    means = result.groups.residues.q.tolist()
    stream.writelines(f"\t{place}\t{mean:.6f}\n" for place, mean in zip(places, means, strict=True))


def write_script(result: ScoreResult, stream: IO[str]) -> None:
    """Write view.cxc: opens model, map and attributes, colours the ribbon by Q, names the worst residues."""
    model, map = input_paths(result)
    top = top_of_scale(result)
    stream.write(f"# {provenance_line(result)}\n")
    stream.write(f"open {_quoted(model)} id #1\n" if model else "# open the model as #1 here: it was made in memory\n")
    stream.write(f"open {_quoted(map)} id #2\n" if map else "# open the map as #2 here: it was made in memory\n")
    stream.write(
        "volume #2 style mesh transparency 0.6\n"
        "open qscore.defattr\n"
        "cartoon #1\n"
        f"color byattribute r:qscore #1 target rca palette 0,red:{top / 2:.3f},white:{top:.3f},blue noValueColor gray\n"
        "# the residues with the lowest Q: select worst, or one by its name\n"
    )
    places, residues = _places(result), result.groups.residues
    worst = worst_residues(result)
    for number, row in enumerate(worst, 1):
        label = f"{residues.chain[row]}/{residues.seqid[row]} {residues.resname[row]}"
        stream.write(f"# {residues.q[row]:.3f} {label}\nname worst{number:02d} #1{places[row]}\n")
    if worst:
        stream.write(f"name worst {' | '.join(f'#1{places[row]}' for row in worst)}\n")
    stream.write("view\n")


def _places(result: ScoreResult) -> list[str]:
    """Return the specification of every residue, ``"/A:52A"``.

    Chain names with other characters than letters, digits and underscores are compared as an attribute; so are the
    names of residues that share chain and number with another.
    """
    residues = result.groups.residues
    columns = (residues.chain.tolist(), residues.seqid.tolist(), residues.resname.tolist())
    shared = Counter(zip(columns[0], columns[1], strict=True))
    return [
        "".join(_specification(chain, seqid, resname, shared[chain, seqid] > 1))
        for chain, seqid, resname in zip(*columns, strict=True)
    ]


def _specification(chain: str, seqid: str, resname: str, shared: bool) -> Iterator[str]:
    plain = _PLAIN.fullmatch(chain)
    tests = [f"chain_id=={_quoted(chain)}"] * (not plain) + [f"name=={_quoted(resname)}"] * shared
    if plain:
        yield f"/{chain}"
    yield f":{seqid}"
    if tests:
        yield "::" + ",".join(tests)


def _atom(name: str) -> str:
    return f"@{name}" if _PLAIN_ATOM.fullmatch(name) else f"@@name=={_quoted(name)}"


def _quoted(text: str) -> str:
    return f"'{text}'" if '"' in text else f'"{text}"'
