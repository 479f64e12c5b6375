"""What kind of thing a residue is, told from its name when the file has no entity record that says so."""

from __future__ import annotations

import gemmi

# the entity types that atoms are grouped by
KINDS = ("protein", "nucleic acid", "saccharide", "ligand", "lipid", "ion", "water")

# names beyond those that gemmi tabulates: waters of simulation programs, common saccharides and lipids (phospholipids,
# sterols, glycolipids, fatty acids; detergents are ligands) of the Chemical Component Dictionary
_NAMES = {
    "water": "SOL TIP TIP3 TIP4 TIP5 TP3 TP4 SPC OH2",
    "saccharide": """
        0YT 149 16G 2DG 2FG 2M4 3MG 4YS 6MN ABE AHR ARA ARB ASG ASO BDF BDP BEM BGP BM3 BXX BXY CBI CBS DGC FCA FCB
        FRU FUB FUF FUL G16 G1P G2F G4S G6P G6S GAD GCS GCT GCU GCV GFP GL0 GLB GLD GLF GN1 GNS GS1 GTM GUP GXL GYP
        GZL IDR IDS KDM KDN KDO LAT LBT LGU M6P MAG MAL MGL MLR MMA MUB MXY NAA NGC NGS NGZ RAM RIB RIP RM4 SCR SGC
        SGN SLB SUS TYV XXR XYL XYS XYZ Z0F Z4R Z6H ZB1 ZCD
    """,
    "lipid": """
        17F 3PE 3PH 44E 44G 46E 6OU 6PL 8PE 9PE AJP CDL CHL1 CLR CPL DAO DD9 DGA DGD DLP DMPC DOPC DPPC EIC ERG HGP
        HGX L9Q LAP LBN LHG LMG LNL LPC LPE LPP LPX MC3 MYR OLA OLB OLC P0E P1O P5S P6L PAM PC1 PC7 PCF PCJ PCK PCW
        PEE PEF PEH PEK PEV PEX PGH PGK PGT PGV PGW PII PIO PLC PLD PLM POPC POPE POPG POPS POV PSC PSF PT5 PTY PX2
        PX4 PX6 SPH SPL SQD STE TGL Y01 ZPE
    """,
}
_KIND_OF_NAME = {name: kind for kind, names in _NAMES.items() for name in names.split()}

_HALOGENS = frozenset(("F", "Cl", "Br", "I"))


def kind_of_residue(name: str, lone_element: str | None = None) -> str:
    """Tell the entity type of a residue from its name.

    Parameters
    ----------
    name
        The residue's name, e.g. ``"NAG"``.
    lone_element
        The element's symbol if the residue is a single atom (altlocs counted once), else None: ions are single atoms
        of a metal or a halogen.

    Returns
    -------
    str
        One of `KINDS`; ``"ligand"`` for whatever is not recognised.
    """
    residue = gemmi.find_tabulated_residue(name)
    if residue.is_water():
        return "water"
    if residue.is_amino_acid():
        return "protein"
    if residue.is_nucleic_acid():
        return "nucleic acid"
    if residue.kind in (gemmi.ResidueKind.PYR, gemmi.ResidueKind.KET):
        return "saccharide"
    if name in _KIND_OF_NAME:
        return _KIND_OF_NAME[name]
    lone_ion = lone_element is not None and (lone_element in _HALOGENS or gemmi.Element(lone_element).is_metal)
    return "ion" if lone_ion else "ligand"
