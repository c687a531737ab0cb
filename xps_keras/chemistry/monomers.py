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

FLUORO = (
    "CC(F)(F)", "C(F)(F)C(F)(F)", "C(F)(F)C(F)(C(F)(F)F)", "C(F)(F)C(F)(Cl)", "C(F)(F)C(F)", "CC(F)", "CC", "CC(C)",
    "CC(C(F)(F)F)", "C(F)(F)C(F)(OC(F)(F)F)", "C(F)(F)C(F)(OC(F)(F)C(F)(F)C(F)(F)F)", "CC(F)(C(F)(F)F)", "CC(C)(C)",
    "CC(OCC)", "CC(OCCCC)", "CC(OC(C)=O)", "CC(OCCCCO)", "CC(C(F)(F)C(F)(F)C(F)(F)F)",
    "C(F)(F)C(F)(OC(F)(F)C(F)(C(F)(F)F)OC(F)(F)C(F)(F)S(=O)(=O)[O-])",
)  # fmt: skip
"""Chain units of fluoro-copolymers: VDF, TFE, HFP, CTFE, TrFE, VF with ethylene, propylene, vinyl ethers, ..."""

PERFLUOROETHER = (
    "C(F)(F)", "C(F)(F)C(F)(F)", "C(F)(F)C(F)(F)C(F)(F)", "C(F)(F)C(F)(C(F)(F)F)", "C(F)(C(F)(F)F)C(F)(F)",
    "C(F)(C(F)(F)F)", "CC(F)(F)C(F)(F)", "CC(F)(F)", "CC", "CC(F)(F)OC(F)(F)C",
)  # fmt: skip
"""What lies between the oxygens of a perfluoroether."""

IONIC = (
    "C(=O)[O-]", "CC(=O)[O-]", "C(=O)OCC[N+](C)(C)C", "C(=O)NCCC[N+](C)(C)C", "C(=O)OCC[NH+](C)C",
    "C(=O)OCCCS(=O)(=O)[O-]", "C(=O)NC(C)(C)CS(=O)(=O)[O-]", "S(=O)(=O)[O-]", "c1ccc(S(=O)(=O)[O-])cc1",
    "c1ccc(C(=O)[O-])cc1", "c1ccc(C[N+](C)(C)C)cc1", "c1ccc(C[NH3+])cc1", "C[NH3+]", "C[NH2+]C", "[NH3+]",
    "C[N+](C)(C)C", "c1cc[n+](C)cc1", "c1cc[n+](CCCC)cc1", "n1cc[n+](C)c1", "n1cc[n+](CCCC)c1", "OCCC(=O)[O-]",
    "C(=O)OCC[N+](C)(C)CCCS(=O)(=O)[O-]", "C(=O)OCC[N+](C)(C)CC(=O)[O-]", "P(=O)(O)[O-]", "c1ccc(P(=O)(O)[O-])cc1",
    "C(=O)OCCP(=O)(O)[O-]", "C(=O)NCCC(=O)[O-]", "c1ccc(CCC(=O)[O-])cc1", "C(=O)OCCC[NH3+]", "C(=O)OCCCC(=O)[O-]",
)  # fmt: skip
"""Charged groups on a vinyl chain: polyelectrolytes and zwitterions."""

CATIONS, ANIONS = ("[Na+]", "[K+]", ""), ("[Cl-]", "[Br-]", "[I-]", "")
"""Counter ions; the empty one stands for ions that show no line here (H+, Mg2+, hydroxide taken as lost)."""

IONENES = ("C[N+](C)(C)CC", "C[N+](C)(C)CCCC", "C[N+](C)(C)CCCCCC", "C[NH2+]CC", "CC[NH2+]", "CC1C[N+](C)(C)CC1C")
"""Chains with the charge in the backbone."""

CATECHOL = (
    "c1ccc(O)c(O)c1", "Cc1ccc(O)c(O)c1", "CCc1ccc(O)c(O)c1", "C(=O)NCCc1ccc(O)c(O)c1", "C(=O)OCCc1ccc(O)c(O)c1",
    "C(=O)NCc1ccc(O)c(O)c1", "c1cc(O)c(O)c(O)c1", "C(=O)Oc1cc(O)c(O)c(O)c1", "CNCCc1ccc(O)c(O)c1", "c1ccc(O)cc1",
    "c1cc(OC)c(O)cc1", "C(=O)OCCOC(=O)c1cc(O)c(O)c(O)c1", "OC(=O)C=Cc1ccc(O)c(O)c1",
)  # fmt: skip
"""Catechols and other phenols on a vinyl chain: mussel-like and lignin-like."""

MELANIN = (
    "c1c(O)c(O)cc2c1c(c[nH]2)", "c1c(O)c(O)cc2[nH]cc(c12)", "c1c(O)c(O)cc2NCC(c12)", "c1cc(CCN)c(cc1O)",
    "C1=CC(=O)C(=O)C=C1", "c1c(CCN)cc(O)c(c1O)", "C1=CC(=O)C=C(C1=O)", "c1ccc2C(=O)c3cc(ccc3C(=O)c2c1)",
    "C1=C(O)C(=O)C=C(C1=O)",
)  # fmt: skip
"""Arylene-like units of polydopamine, and quinones."""

HETEROARYL = (
    "c1ccc(s1)", "c1cc(C)c(s1)", "c1cc(CCCCCC)c(s1)", "c1cc(OC)c(s1)", "c1c2OCCOc2c(s1)", "c1ccc([nH]1)", "c1ccc(n1C)",
    "c1cc(C)c([nH]1)", "c1ccc(o1)", "c1cc(C)c(o1)", "c1cc(CC(=O)O)c(s1)", "c1cc(CCO)c(s1)", "c1cc(Br)c(s1)",
)  # fmt: skip
"""Five-membered rings in the chain: thiophenes, pyrroles, furans."""

HETEROARYL_RESIDUES = (
    "c1cccs1", "c1ccsc1", "c1ccc[nH]1", "n1cccc1", "c1ccco1", "n1ccnc1", "n1cnc2ccccc12", "c1ccc(C)s1", "c1ccc(CO)o1",
)  # fmt: skip
"""The same as residues, with imidazole and benzimidazole."""

BENZIMIDAZOLE = "c1nc2ccc(cc2[nH]1)"
"""Half of a polybenzimidazole's diamine; two of them are joined by a bond, an ether or a sulfone."""

AZO = (
    "c1ccc(N=Nc2ccccc2)cc1", "c1ccc(N=Nc2ccc(C)cc2)cc1", "c1ccc(N=Nc2ccc(OC)cc2)cc1", "c1ccc(N=Nc2ccc(C#N)cc2)cc1",
    "c1ccc(N=Nc2ccc([N+](=O)[O-])cc2)cc1", "c1ccc(N=Nc2ccc(N(C)C)cc2)cc1", "c1ccc(N=Nc2ccc(Cl)cc2)cc1",
    "C(=O)OCCOc1ccc(N=Nc2ccccc2)cc1", "C(=O)OCCN(CC)c1ccc(N=Nc2ccc([N+](=O)[O-])cc2)cc1", "Oc1ccc(N=Nc2ccccc2)cc1",
)  # fmt: skip
"""Azobenzene on a vinyl chain."""

PHOSPHONIC = (
    "P(=O)(O)O", "c1ccc(P(=O)(O)O)cc1", "C(=O)OCCP(=O)(O)O", "C(=O)OCCOP(=O)(O)O", "CP(=O)(O)O", "P(=O)(OC)O",
    "C(=O)NCCP(=O)(O)O", "c1ccc(CP(=O)(O)O)cc1", "P(=O)(OCC)OCC", "C(=O)OCCOP(=O)(OC)OC",
)  # fmt: skip
"""Phosphonic and phosphoric acids and esters on a vinyl chain."""

FORMATE = ("OC=O", "COC=O", "C(=O)OCCOC=O", "c1ccc(OC=O)cc1", "c1ccc(COC=O)cc1", "CCOC=O", "CCCCOC=O")
"""Formates on a vinyl chain."""

CARBONATE = (
    "OC(=O)OC", "OC(=O)OCC", "OC(=O)OC(C)(C)C", "COC(=O)OC", "C(=O)OCCOC(=O)OC", "c1ccc(OC(=O)OC)cc1",
    "C(=O)OCC1COC(=O)O1", "C1COC(=O)O1", "c1ccc(OC(=O)OC(C)(C)C)cc1", "OC(=O)Oc1ccccc1",
)  # fmt: skip
"""Carbonates on a vinyl chain."""

UNSATURATED = (
    "OC(=O)C=C", "OC(=O)C=Cc1ccccc1", "C(=O)OCCOC(=O)C=C", "C(=O)OCCOC(=O)C=Cc1ccccc1", "OC(=O)C=CC(=O)OC",
    "OC(=O)C(C)=C", "C(=O)OCC=C", "C(=O)C=C", "C(=O)C=Cc1ccccc1", "COC(=O)C=CC(=O)OCC", "c1ccc(OC(=O)C=C)cc1",
)  # fmt: skip
"""Esters and ketones beside a double bond, on a vinyl chain."""

SULFONYL = (
    "S(=O)(=O)N", "S(=O)(=O)NC", "c1ccc(S(=O)(=O)N)cc1", "c1ccc(S(=O)(=O)NC)cc1", "C(=O)OCCNS(=O)(=O)C",
    "c1ccc(S(=O)(=O)Nc2ccccc2)cc1", "C(=O)OCCSSC", "CSSC", "C(=O)OCCSSCCC", "c1ccc(SSC)cc1", "c1ccc(S(=O)(=O)O)cc1",
    "S(=O)(=O)O", "CS(=O)(=O)O",
)  # fmt: skip
"""Sulfonamides, sulfonic acids and disulfides on a vinyl chain."""

COMPANIONS = (
    "", "CC", "CC(C)", "CC(c1ccccc1)", "CC(C(=O)OC)", "CC(C)(C(=O)OC)", "CC(O)", "CC(C#N)", "CC(C(N)=O)", "CC(C(=O)O)",
    "CC(N1CCCC1=O)", "CC(OC(C)=O)", "CC(F)(F)", "CC(C(=O)OCCOC)", "CC(C)(C(=O)OCCO)", "CC(C(=O)OCCCC)",
)  # fmt: skip
"""Comonomers of the special vinyl units; the empty one leaves a homopolymer."""

SILSESQUIOXANE = (
    "C", "CC", "CCC", "CCCCCCCC", "c1ccccc1", "C=C", "CCCN", "CCCS", "CCC(F)(F)F", "CCCOC(=O)C(C)=C", "CCCOCC1CO1",
    "CCCCl", "CC(C)C", "C1CCCCC1", "CCCC#N", "CCC(F)(F)C(F)(F)C(F)(F)F",
)  # fmt: skip
"""Residues on the silicon of a silsesquioxane."""
