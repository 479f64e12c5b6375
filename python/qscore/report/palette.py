"""Colours and marks of parts, kinds and scores, the same in all pictures; the colour-blind can tell them apart."""

from __future__ import annotations

from ..figures import BLUE, GREEN, GREY, ORANGE, PURPLE, SKY, VERMILION

PART_COLORS = {"backbone": BLUE, "side chain": VERMILION, "phosphate": ORANGE, "sugar": GREEN, "base": BLUE}

KIND_COLORS = {
    "protein": BLUE,
    "nucleic acid": GREEN,
    "saccharide": PURPLE,
    "ligand": VERMILION,
    "lipid": ORANGE,
    "ion": GREY,
    "water": SKY,
}

# Q from 0 (red) to Q_peak (blue); the middle is grey, so that it shows on white
Q_COLORS = ("#B2182B", "#EF8A62", "#C4C4C4", "#67A9CF", "#2166AC")
