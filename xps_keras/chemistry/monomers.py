"""Building blocks of the hypothetical polymers, as SMILES fragments that are joined by writing them one after another.

Every fragment begins at the atom by which it is attached; two-ended blocks are written from one end to the other.
"""

ALKYL = (
    "C", "CC", "CCC", "C(C)C", "CCCC", "CC(C)C", "C(C)(C)C", "CCCCC", "CCCCCC", "CCCCCCCC", "CCCCCCCCCC",
    "CCCCCCCCCCCCCC", "CCCCCCCCCCCCCCCC", "C1CCCCC1", "C1CCCC1", "CC1CCCCC1", "CC(CC)CCCC",
)  # fmt: skip
"""Saturated hydrocarbon residues."""

ARYL = (
    "c1ccccc1", "c1ccc(C)cc1", "c1ccc(C(C)(C)C)cc1", "c1ccc2ccccc2c1", "c1cccc2ccccc12", "c1ccc(-c2ccccc2)cc1",
    "c1ccc(Cl)cc1", "c1ccc(Br)cc1", "c1ccc(F)cc1", "c1c(F)c(F)c(F)c(F)c1F", "c1ccc(I)cc1", "c1ccc([N+](=O)[O-])cc1",
    "c1ccc(OC)cc1", "c1ccc(O)cc1", "c1ccc(C#N)cc1", "c1ccc(C(F)(F)F)cc1", "c1ccc(C(=O)OC)cc1", "c1ccc(C(C)=O)cc1",
    "c1ccc(N(C)C)cc1", "c1ccc(Oc2ccccc2)cc1", "c1ccc(S(=O)(=O)[O-])cc1", "c1ccc(SC)cc1", "c1ccncc1", "c1cccnc1",
)  # fmt: skip
"""Aromatic residues attached to carbon."""

FUNCTIONAL = (
    "CCO", "CCCO", "CC(C)O", "CCCCO", "CC(O)CO", "CCOC", "CCOCC", "CCOCCOC", "CCOCCOCCO", "CC1CO1", "CCC1CO1",
    "CCCl", "CCCCl", "CC(O)CCl", "CCBr", "CCCBr", "CCCCBr", "CCCCCCBr", "CC(O)CBr", "CCI", "CCCI", "CCCCI",
    "CCCCCCI", "CCF", "CC(F)F", "CC(F)(F)F", "CC(F)(F)C(F)(F)F", "CC(F)(F)C(F)F", "CCC(F)(F)C(F)(F)C(F)(F)C(F)(F)F",
    "C(C(F)(F)F)C(F)(F)F", "CC(Cl)(Cl)Cl", "CCC#N", "CCCC#N", "CC#C", "CCC#C", "CCCC#C", "CCC#CC", "CC=C", "CCC=C",
    "CC=CC", "CCCCC=C", "CCS", "CCCS", "CCCCS", "CCCCCCS", "CCSC", "CCSCC", "CCSc1ccccc1", "CCN(C)C", "CCN(CC)CC",
    "CCNC", "CCNC(C)(C)C", "CCC[NH3+]", "CC[N+](C)(C)C", "CCCN", "CCN=[N+]=[N-]", "CCCN=[N+]=[N-]",
    "CCCCN=[N+]=[N-]", "CCCCCCN=[N+]=[N-]", "CCON=O", "CCCON=O", "CCCCON=O", "CCO[N+](=O)[O-]", "CCCO[N+](=O)[O-]",
    "CC(CO[N+](=O)[O-])O[N+](=O)[O-]", "CCC=O", "CCCC=O", "CCCCC=O", "CCc1ccc(C=O)cc1", "CCC(C)=O", "CCCC(C)=O",
    "CCC(=O)c1ccccc1", "CCOC(C)=O", "CCOC(=O)CC", "CCC(=O)OC", "CCOC(=O)c1ccccc1", "CCOC(=O)CC(C)=O", "CCC(=O)O",
    "CCCC(=O)O", "CCOC(=O)CCC(=O)O", "CCC(=O)[O-]", "CCC(N)=O", "CCNC(C)=O", "CCN(C)C(C)=O", "CCNC(=O)c1ccccc1",
    "CCN1CCCC1=O", "CCNC(=O)NC", "CCNC(=O)OC", "CCOC(=O)NC", "CCOC(=O)OC", "CC1COC(=O)O1", "CCN1C(=O)CCC1=O",
    "CCN1C(=O)c2ccccc2C1=O", "CCCC(=O)Cl", "CCC(=O)Cl", "CCCCC(=O)Cl", "CC1CC(=O)OC1=O", "CCC1CC(=O)OC1=O",
    "CCS(C)(=O)=O", "CCS(=O)(=O)c1ccccc1", "CCS(C)=O", "CCCS(=O)(=O)[O-]", "CCS(=O)(=O)[O-]",
    "CCOS(=O)(=O)c1ccc(C)cc1", "CCOS(C)(=O)=O", "CCNS(C)(=O)=O", "CCC[Si](C)(C)O[Si](C)(C)C",
    "CCC[Si](O[Si](C)(C)C)(O[Si](C)(C)C)O[Si](C)(C)C", "CCC[Si](OC)(OC)OC", "CCOP(=O)(OCC)OCC", "CCP(=O)(OCC)OCC",
    "Cc1ccccc1", "CCc1ccccc1", "Cc1ccc(Cl)cc1", "Cc1ccc(Br)cc1", "Cc1ccc([N+](=O)[O-])cc1", "Cc1ccc(C#C)cc1",
    "CCOc1ccccc1", "CCOc1ccc(OC)cc1", "CCOc1ccc2ccccc2c1", "Cc1ccc2ccccc2c1", "CCn1c2ccccc2c2ccccc21",
    "CCc1ccc(O)cc1", "CCc1ccncc1", "CCSSC", "CCSC(C)=O", "CCN=Cc1ccccc1",
)  # fmt: skip
"""Residues with a functional group, attached by an sp3 carbon that carries no other hetero atom."""

SUBSTITUENT = (
    "F", "Cl", "Br", "I", "S", "SC", "SCC", "Sc1ccccc1", "C#N", "C#C", "C=O", "C(=O)O", "C(=O)[O-]", "C(=O)Cl",
    "C(N)=O", "C(=O)NC", "C(=O)N(C)C", "C(C)=O", "C(=O)CC", "C(=O)C(C)C", "C(=O)c1ccccc1", "C(=O)SC", "N", "NC",
    "N(C)C", "NC(C)=O", "N(C)C(C)=O", "N1CCCC1=O", "N1C(=O)CCC1=O", "N1C(=O)c2ccccc2C1=O", "NC(=O)OC", "NC(=O)NC",
    "NS(C)(=O)=O", "n1c2ccccc2c2ccccc21", "N=[N+]=[N-]", "CN=[N+]=[N-]", "O", "CO", "ON=O", "CON=O",
    "O[N+](=O)[O-]", "CO[N+](=O)[O-]", "C[N+](=O)[O-]", "CS", "CBr", "CI", "CCl", "C(F)(F)F", "S(C)(=O)=O",
    "S(=O)(=O)c1ccccc1", "S(C)=O", "S(=O)(=O)[O-]", "CS(=O)(=O)[O-]", "C1CO1", "C[Si](C)(C)C", "[Si](C)(C)C",
    "[Si](C)(C)O[Si](C)(C)C", "P(=O)(OC)OC", "OC(=O)OC", "Oc1ccccc1", "Oc1ccc(C)cc1", "OC(=O)c1ccccc1", "C=C",
    "C[NH3+]", "C(=O)N1CCOCC1",
)  # fmt: skip
"""Groups that stand directly on a chain carbon."""

RING = (
    "", "C", "CC", "C(C)(C)C", "F", "Cl", "Br", "I", "O", "OC", "OCC", "OC(C)=O", "Oc2ccccc2", "C#N", "C#C", "C=C",
    "C=O", "C(C)=O", "C(=O)O", "C(=O)OC", "C(=O)OCC", "C(=O)Cl", "C(=O)N", "C(=O)NC", "N", "N(C)C", "NC(C)=O",
    "[N+](=O)[O-]", "S", "SC", "S(C)(=O)=O", "S(=O)(=O)[O-]", "S(=O)(=O)OC", "S(=O)(=O)N(C)C", "CCl", "CBr", "CI",
    "CS", "CO", "CON=O", "CO[N+](=O)[O-]", "CN=[N+]=[N-]", "N=[N+]=[N-]", "C[N+](C)(C)C", "C(F)(F)F", "CC2CO2",
    "[Si](C)(C)C", "[Si](C)(C)O[Si](C)(C)C", "C(=O)c2ccccc2", "c2ccccc2", "P(=O)(OCC)OCC", "CC#C", "CC=O",
)  # fmt: skip
"""Substituents of a styrene's ring."""

DIOLS = (
    "CC", "CCC", "CC(C)", "CCCC", "CCCCC", "CCCCCC", "CCCCCCCC", "CCCCCCCCCC", "CC(C)(C)C", "CCOCC", "CCOCCOCC",
    "CCSCC", "CC1CCC(CC1)C", "C1CCC(CC1)", "CC=CC", "CC#CC", "CC(CCl)(CCl)C", "CC(CBr)(CBr)C", "CC(F)(F)C(F)(F)C",
    "CCN(C)CC", "CCC(C)C", "CC(CC)(CC)C", "CCS(=O)(=O)CC",
)  # fmt: skip
"""What lies between the two oxygens of an aliphatic diol."""

BISPHENOLS = (
    "c1ccc(cc1)", "c1cccc(c1)", "c1ccc(cc1)C(C)(C)c1ccc(cc1)", "c1ccc(cc1)Cc1ccc(cc1)", "c1ccc(cc1)-c1ccc(cc1)",
    "c1ccc(cc1)C(C(F)(F)F)(C(F)(F)F)c1ccc(cc1)", "c1ccc(cc1)S(=O)(=O)c1ccc(cc1)", "c1ccc(cc1)Sc1ccc(cc1)",
    "c1ccc(cc1)C(=O)c1ccc(cc1)", "c1ccc(cc1)C1(CCCCC1)c1ccc(cc1)", "c1ccc2cc(ccc2c1)", "c1cc(Cl)c(c(Cl)c1)",
    "c1cc(Br)c(c(Br)c1)", "c1ccc(c(C)c1)", "c1ccc(cc1)Oc1ccc(cc1)", "c1ccc(cc1)C(C)c1ccc(cc1)",
)  # fmt: skip
"""What lies between the two oxygens of a bisphenol, or between the nitrogens of an aromatic diamine."""

DIACIDS = (
    "CC", "CCC", "CCCC", "CCCCC", "CCCCCC", "CCCCCCC", "CCCCCCCC", "CCCCCCCCCC", "CC(C)(C)C", "C=C", "CC=CC",
    "C1CCC(CC1)", "c1ccc(cc1)", "c1cccc(c1)", "c1ccccc1", "c1ccc2cc(ccc2c1)", "c1cc([N+](=O)[O-])cc(c1)",
    "c1cc(S(=O)(=O)[O-])cc(c1)", "c1cc(Cl)c(cc1Cl)", "c1cc(Br)cc(c1)", "c1ccc(cc1)Oc1ccc(cc1)",
    "c1ccc(cc1)S(=O)(=O)c1ccc(cc1)", "CSC", "CCSCC", "COC", "CC(=O)C", "C(F)(F)C(F)(F)", "c1cnc(cc1)",
    "c1cc(C#C)cc(c1)", "CCC(C#N)CC",
)  # fmt: skip
"""What lies between the two carbonyl groups of a dicarboxylic acid."""

DIAMINES = (
    "CC", "CCC", "CCCC", "CCCCCC", "CCCCCCCC", "CCCCCCCCCC", "CCCCCCCCCCCC", "CC(C)CCC", "CCOCC", "CCCOCCCCOCCC",
    "CC1CCC(CC1)C", "C1CCC(CC1)CC1CCC(CC1)", "Cc1cccc(c1)C", "Cc1ccc(cc1)C", "CCC[Si](C)(C)O[Si](C)(C)CCC",
)  # fmt: skip
"""What lies between the two nitrogens of an aliphatic diamine."""

DIISOCYANATES = (
    "CCCCCC", "CCCC", "C1CCC(CC1)CC1CCC(CC1)", "CC1(C)CC(CC(C1)(C)C)", "c1ccc(cc1)Cc1ccc(cc1)", "c1cc(C)cc(c1)",
    "c1ccc(cc1)", "Cc1cccc(c1)C", "c1ccc2cc(ccc2c1)", "CCOCCOCC",
)  # fmt: skip
"""What lies between the two nitrogens of a diisocyanate."""

DIANHYDRIDES = (
    "N1C(=O)c2cc3C(=O)N({0})C(=O)c3cc2C1=O",
    "N1C(=O)c2ccc(cc2C1=O)-c1ccc2C(=O)N({0})C(=O)c2c1",
    "N1C(=O)c2ccc(cc2C1=O)C(=O)c1ccc2C(=O)N({0})C(=O)c2c1",
    "N1C(=O)c2ccc(cc2C1=O)Oc1ccc2C(=O)N({0})C(=O)c2c1",
    "N1C(=O)c2ccc(cc2C1=O)C(C(F)(F)F)(C(F)(F)F)c1ccc2C(=O)N({0})C(=O)c2c1",
    "N1C(=O)c2ccc(cc2C1=O)S(=O)(=O)c1ccc2C(=O)N({0})C(=O)c2c1",
    "N1C(=O)C2CC3C(=O)N({0})C(=O)C3CC2C1=O",
)
"""Diimides of dianhydrides; the second chain end takes the place in braces."""

SILICON = (
    "C", "CC", "CCC", "CCCCCC", "c1ccccc1", "C=C", "CCC(F)(F)F", "CCCCl", "CCCBr", "CCCI", "CCCN", "CCCS", "CCC#N",
    "CCCO", "CCCN=[N+]=[N-]", "CCCOCC1CO1", "CCC(=O)OC", "CCc1ccccc1", "CCC=O", "CCCON=O", "CCC(=O)Cl", "CCCC#C",
    "CCCCC=C", "CCC(=O)O", "CCCOC(=O)C(C)C", "CCCNC(C)=O", "c1ccc(Cl)cc1",
)  # fmt: skip
"""Residues on the silicon of a siloxane."""

PHOSPHAZENE = (
    "C", "CC", "CCC", "CCCC", "CC(F)(F)F", "CC(F)(F)C(F)(F)F", "CCOC", "CCOCCOC", "c1ccc(C)cc1", "c1ccc(Cl)cc1",
    "c1ccc(Br)cc1", "c1ccc(OC)cc1", "c1ccc2ccccc2c1", "c1ccc(C(=O)OCC)cc1", "c1ccccc1",
)  # fmt: skip
"""Residues on the oxygens of a phosphazene."""

OLEFINS = (
    "C", "C(F)", "C(F)(F)", "C(Cl)", "C(Cl)(Cl)", "C(F)(Cl)", "C(F)(C(F)(F)F)", "C(C(F)(F)F)", "C(Br)", "C(C)",
    "C(C)(F)",
)  # fmt: skip
"""Chain carbons of halogenated olefins."""

COMMON = (
    "CC", "CC(C)", "CC(CC)", "CC(C)(C)", "CC(c1ccccc1)", "CC(C)(c1ccccc1)", "CC=CC", "CC(C)=CC", "CC(Cl)=CC",
    "CC(C=C)", "CC(Cl)", "CC(Cl)(Cl)", "CC(F)", "CC(F)(F)", "C(F)(F)C(F)(F)", "C(F)(F)C(F)(C(F)(F)F)", "CC(O)",
    "CC(OC(C)=O)", "CC(OC)", "CC(C#N)", "CC(C)(C#N)", "CC(C(=O)O)", "CC(C)(C(=O)O)", "CC(CC(=O)O)(C(=O)O)",
    "CC(C(=O)OC)", "CC(C(=O)OCCCC)", "CC(C)(C(=O)OC)", "CC(C)(C(=O)OCCO)", "CC(C)(C(=O)OCC1CO1)", "CC(C(N)=O)",
    "CC(C(=O)N(C)C)", "CC(N1CCCC1=O)", "CC(C(C)=O)", "CC(C)(C(C)=O)", "CC(C(=O)CC)", "CC(c1ccccn1)", "CC(c1ccncc1)",
    "CC(c1ccc(O)cc1)", "CC(c1ccc(CCl)cc1)", "CC(C)(C(=O)OCCN(C)C)", "CC(S(=O)(=O)[O-])", "CC(c1ccc2ccccc2c1)",
)  # fmt: skip
"""Chain units of the monomers that copolymers are most often made from."""

DIENE = (
    "C", "CC", "CCC", "C(C)C", "CCCC", "CCCCCC", "C1CCCCC1", "c1ccccc1", "c1ccc(C)cc1", "Cl", "C#N", "C(=O)OC",
    "C(=O)O", "CO", "C(F)(F)F",
)  # fmt: skip
"""Substituents of a polydiene."""

ALKENAMERS = (
    "C=CCC", "C=CCCC", "C=CCCCC", "C=CCCCCCC", "C=CCCCCCCCC", "C=CC1CCC(C1)", "C=CC1CC(C)C(C1)", "C=CC1CC(C#N)C(C1)",
    "C=CC1CC(C(=O)OC)C(C1)", "C=CC1CC(CO)C(C1)", "CC1C=CC(CC1)", "C1C=CC(CC1)", "C=Cc1ccc(cc1)", "C=C", "C=C(C)",
    "C=C(c1ccccc1)", "CC(CC=C)", "CC(CCC=C)", "CC(CCCCC=C)", "CC(C(C)=C)", "CC(C1CCC=CC1)", "CC(C)(C=C)",
)  # fmt: skip
"""Chain units of polymers with C=C in or at the chain: alkenamers, ring-opened norbornenes, polyenes."""

SUGAR = (
    "O", "OC", "OCC", "OCCC", "OCCO", "OCC(C)O", "OCC(=O)O", "OCC#N", "OC(C)=O", "OC(=O)CC", "OC(=O)CCC",
    "OC(=O)c1ccccc1", "O[N+](=O)[O-]", "OCCOCCO", "OC(=O)NCC",
)  # fmt: skip
"""What stands for the hydroxyl groups of a polysaccharide's glucose unit."""

ARYLENE = ("", "C", "CC", "C(C)C", "C(C)(C)C", "CCCC", "c2ccccc2", "OC", "Cl", "Br", "F", "C#N", "C(F)(F)F")
"""Substituents of a ring in the chain."""
