"""What the report's page says in words and numbers: what is expected, and where the numbers come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..writers.provenance import provenance

if TYPE_CHECKING:
    from ..result import ScoreResult

Facts = list[tuple[str, str]]


def expectations(result: ScoreResult) -> Facts:
    """Return the numbers that stand beside the verdict."""
    context = result.context
    facts = []
    if context.q_peak is not None:
        facts.append(("Expected Q (Q_peak)", f"{context.q_peak:.3f}"))
        facts.append(("Q_low to Q_high", f"{context.q_low:.3f} to {context.q_high:.3f}"))
    return facts + context.ranks()


def provenance_facts(result: ScoreResult) -> Facts:
    """Return program, parameters, inputs and reference."""
    options, model, map, table = result.options, result.model, result.map, result.reference
    named = provenance(result)
    hydrogens = len(model.atoms) - len(model.scored)
    facts = [
        ("Program", named["program"]),
        ("Variant", named["variant"]),
        ("Sigma", f"{options.sigma:g} Å"),
        (
            "Shells",
            f"every {options.radius_step:g} Å to {options.max_radius:g} Å, {options.points} points or more each",
        ),
        ("Resolution", _resolution(result)),
        ("Reference", f"{table.name}: {len(table):,} entries, {table.source}, {table.date}"),
        ("Model", model.path or model.name),
        ("Model, SHA-256", model.sha256 or "made in memory"),
        ("Atoms", f"{len(result.q):,} of {len(model.scored):,} scored; {hydrogens:,} hydrogens have no Q of their own"),
        ("Map", map.path or "made in memory"),
        ("Map, grid", f"{_text(list(map.grid_shape))} voxels along x, y, z"),
    ]
    header = {name: value for name, value in map.header.items() if name not in ("warnings", "origin_words")}
    return facts + [(f"Map, {name.replace('_', ' ')}", _text(value)) for name, value in header.items() if value]


def _resolution(result: ScoreResult) -> str:
    if result.resolution is None:
        return "not known: the model's file states none; give it with -r (resolution=... in Python)"
    source = (
        "given" if result.resolution_source == "given" else f"stated by the model's file ({result.resolution_source})"
    )
    return f"{result.resolution:g} Å, {source}"


def _text(value: object) -> str:
    """Write a value of a map's header for people."""
    if isinstance(value, (list, tuple)):
        return ", ".join(_text(part) for part in value)
    return f"{value:.6g}" if isinstance(value, float) else str(value)
