"""PyMOL script (`view.pml`): opens model and map, colours the cartoon by Q, selects the worst residues."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from .provenance import provenance_line
from .viewing import input_paths, top_of_scale, worst_residues

if TYPE_CHECKING:
    from ..result import ScoreResult

# run in PyMOL, between the tables of Q and of the worst residues and the commands that colour; names are compared in
# Python, so that insertion codes, negative numbers and odd chain names need no quoting
_ASSIGN = """\
found = {}
cmd.alter("qmodel", "b = q_of.get((chain, resi, resn), -9)", space={"q_of": q_of})
cmd.iterate("qmodel", "found.setdefault((chain, resi, resn), []).append(index)", space={"found": found})
for number, residue in enumerate(worst, 1):
    cmd.select("worst%02d" % number, "qmodel and index " + "+".join(map(str, found[residue])))
cmd.deselect()
"""


def write(result: ScoreResult, stream: IO[str]) -> None:
    """Write view.pml; the mean Q of each residue takes the place of its B factors in PyMOL."""
    model, map = input_paths(result)
    residues = result.groups.residues
    columns = (residues.chain.tolist(), residues.seqid.tolist(), residues.resname.tolist())
    keys = list(zip(*columns, strict=True))
    stream.write(f"# {provenance_line(result)}\n")
    if model is None or map is None:
        stream.write("# open model and map as qmodel and qmap before this: they were made in memory\n")
    stream.write("python\nq_of = {\n")
    stream.writelines(f"    {key!r}: {q:.4f},\n" for key, q in zip(keys, residues.q.tolist(), strict=True))
    stream.write("}\nworst = [\n")
    stream.writelines(f"    {keys[row]!r},  # {residues.q[row]:.3f}\n" for row in worst_residues(result))
    stream.write("]\n")
    stream.writelines(
        f"cmd.load({path!r}, {name!r})\n" for path, name in ((model, "qmodel"), (map, "qmap")) if path is not None
    )
    stream.write(
        f"{_ASSIGN}python end\n"
        "hide everything, qmodel\n"
        "show cartoon, qmodel\n"
        "show sticks, qmodel and not polymer\n"
        f"spectrum b, red_white_blue, qmodel, minimum=0, maximum={top_of_scale(result):.3f}\n"
        "color gray70, qmodel and b < -2\n"
        "zoom qmodel\n"
    )
