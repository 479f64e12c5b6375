"""The report: one HTML page that needs nothing but itself (plotly, Jinja2)."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from importlib import resources
from typing import IO, TYPE_CHECKING, Any

from ..context import COMMON, HIGHER, LOWER
from ..optional import library
from ..writers.provenance import provenance
from .facts import expectations, provenance_facts
from .lists import Column, list_chains, list_ligands, list_residues, list_waters
from .plots import graph_objects, plot_cloud, plot_strand
from .space import plot_space
from .strands import strands_of

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

    from ..context import Context
    from ..result import ScoreResult

OPEN_PLOTS = 6  # strands whose plots are not folded away
_JUDGEMENTS = {COMMON: "common", LOWER: "lower", HIGHER: "higher"}


@dataclasses.dataclass(frozen=True)
class Plot:
    """A plot on the page: its anchor, what stands above it, height in pixels, plotly's JSON; whether it is in space."""

    name: str
    caption: str
    height: int
    json: Any
    space: bool = False


def write(result: ScoreResult, stream: IO[str]) -> None:
    """Write report.html.

    Raises
    ------
    InputError
        When plotly or Jinja2 is not installed.
    """
    jinja2 = library("jinja2")
    graph_objects()
    from markupsafe import Markup
    from plotly.offline import get_plotlyjs

    folder = resources.files(__package__)
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, undefined=jinja2.StrictUndefined)
    environment.filters["rows"] = _rows
    template = environment.from_string((folder / "page.html").read_text("utf-8"))
    own = {"style": "page.css", "script": "page.js"}
    stream.writelines(
        template.generate(
            compose(result),
            plotly=Markup(get_plotlyjs()),
            **{name: Markup((folder / file).read_text("utf-8")) for name, file in own.items()},
        )
    )


def compose(result: ScoreResult) -> dict[str, Any]:
    """Return what the page says of a result: the names that page.html uses."""
    context, strands = result.context, strands_of(result)
    expected = result.groups.expected
    verdict, _, reason = context.verdict.partition(": ")
    plots = {(strand.chain, strand.kind): f"strand-{number}" for number, strand in enumerate(strands, 1)}
    lists = [
        ("Residues with the lowest Q", list_residues(result, strands) if strands else None),
        ("Ligands, ions, lipids and saccharides", list_ligands(result)),
        ("Waters with the lowest Q", list_waters(result)),
    ]
    found = [(title, table) for title, table in lists if table is not None]
    sections = [("reference", "Among other entries"), ("chains", "Chains"), ("space", "In space")]
    sections += [(table.name, title) for title, table in found]
    return {
        "facts": provenance(result),
        "resolution": None if result.resolution is None else f"{result.resolution:g}",
        "context": context,
        "atoms": len(result.q),
        "q_min": float(result.q.min()),
        "verdict": verdict[0].upper() + verdict[1:],
        "reason": reason[0].upper() + reason[1:] + ".",
        "judgement": _JUDGEMENTS.get(verdict, "unjudged"),
        "ruler": _ruler(context),
        "expectations": expectations(result),
        "warnings": result.warnings,
        "contents": [*sections, ("provenance", "Parameters and provenance")],
        "cloud": _cloud(context),
        "chains": list_chains(result, plots),
        "strands": [
            _embed(plots[strand.chain, strand.kind], strand.title, plot_strand(strand, expected)) for strand in strands
        ],
        "open": OPEN_PLOTS,
        "space": _embed("model", _space_caption(result), plot_space(result, strands), space=True),
        "lists": found,
        "provenance": provenance_facts(result),
    }


def _embed(name: str, caption: str, figure: Figure, space: bool = False) -> Plot:
    from markupsafe import Markup

    text = figure.to_json().replace("<", "\\u003c")  # a name may hold </script>
    return Plot(name, caption, figure.layout.height, Markup(text), space)


def _cloud(context: Context) -> Plot | None:
    """Return the plot of the entry among others; None where it cannot be compared with them."""
    if context.resolution is None or context.relative_all is None:
        return None
    caption = f"This entry among {len(context.table):,} entries ({context.table.name}), sigma {context.sigma:g} Å"
    return _embed("cloud", caption, plot_cloud(context))


def _space_caption(result: ScoreResult) -> str:
    peak = result.groups.expected.q_peak
    top = "1 (blue), as Q_peak is not known" if peak is None else f"Q_peak, {peak:.3f} (blue)"
    return f"Colour: Q from 0 (red) to {top}. Drag to turn, point at a residue for its Q."


def _ruler(context: Context) -> dict[str, float | None]:
    """Return places along a bar from Q 0 to 1, in percent."""
    values = {"q": context.q, "low": context.q_low, "peak": context.q_peak, "high": context.q_high}
    return {
        name: None if value is None else round(100 * min(max(value, 0.0), 1.0), 2) for name, value in values.items()
    }


def _rows(columns: tuple[Column, ...]) -> Iterator[list[tuple[Column, str, float | None, str]]]:
    """Yield for each row of a table its cells: column, text, number to sort by, anchor it leads to."""
    for row in range(len(columns[0].cells)):
        yield [
            (
                column,
                column.cells[row],
                None if column.numbers is None else column.numbers[row],
                "" if column.links is None else column.links[row],
            )
            for column in columns
        ]
