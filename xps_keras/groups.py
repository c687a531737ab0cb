"""The 40 functional groups, in the order of every label vector of this package."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Group:
    """A functional group that a spectrum may show."""

    name: str
    elements: tuple[str, ...]
    """Elements whose main core level must have been measured before the group can be called present or absent.

    Oxygen groups need C 1s alone: the carbon bound to the oxygen carries the larger chemical shift, and O 1s only
    sharpens the answer.
    """


GROUPS: tuple[Group, ...] = (
    Group("alkene", ("C",)),
    Group("alkyne", ("C",)),
    Group("benzene ring", ("C",)),
    Group("naphthalene", ("C",)),
    Group("amine", ("C", "N")),
    Group("alcohol (aromatic)", ("C",)),
    Group("alcohol (aliphatic)", ("C",)),
    Group("ether (aromatic)", ("C",)),
    Group("ether (aliphatic)", ("C",)),
    Group("alkyl halide (F)", ("C", "F")),
    Group("alkyl halide (Cl)", ("C", "Cl")),
    Group("alkyl halide (Br)", ("C", "Br")),
    Group("alkyl halide (I)", ("C", "I")),
    Group("thiol", ("C", "S")),
    Group("aldehyde", ("C",)),
    Group("ketone (aromatic)", ("C",)),
    Group("ketone (aliphatic)", ("C",)),
    Group("ester (aromatic)", ("C",)),
    Group("ester (aliphatic)", ("C",)),
    Group("carboxylic acid", ("C",)),
    Group("amide", ("C", "N")),
    Group("nitrite", ("N",)),
    Group("nitrate", ("N",)),
    Group("nitrile", ("C", "N")),
    Group("epoxide", ("C",)),
    Group("imide", ("C", "N")),
    Group("acid chloride", ("C", "Cl")),
    Group("anhydride", ("C",)),
    Group("nitro (aromatic)", ("C", "N")),
    Group("sulfide", ("C", "S")),
    Group("sulfone", ("C", "S")),
    Group("sulfonate", ("C", "S")),
    Group("azide", ("N",)),
    Group("chlorobenzene", ("C", "Cl")),
    Group("bromobenzene", ("C", "Br")),
    Group("siloxane", ("Si",)),
    Group("phosphazene", ("P",)),
    Group("phenoxy", ("C",)),
    Group("pyridine", ("C", "N")),
    Group("alkane", ("C",)),
)
"""The groups in label order (arXiv 2603.05350)."""

GROUP_NAMES: tuple[str, ...] = tuple(group.name for group in GROUPS)
"""Names of the groups in label order."""
