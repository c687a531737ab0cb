"""What a reference fit says about one sample, field by field what ``analyze --json`` writes."""

from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Method = Literal["network", "refine", "classical"]
"""Who decides the shift: the network, the fit started at the network's readings, or a search without a network."""
SEVERAL_OF = {
    "oxide": "an oxide",
    "fluoride": "a fluoride",
    "nitride": "a nitride",
    "salt": "a salt",
    "silicon": "a silicon compound",
    "sulphur": "a sulphur compound",
}
"""Kinds of species of which a single line cannot tell one from another."""
Explained = Literal["explained", "explained in part", "not explained"]


@dataclass(frozen=True)
class Component:
    """A chemical environment of one line, as a table of a paper shows it."""

    line: str
    """A key of ``LINES``."""
    name: str
    """Name in the field: ``C-C/C-H``, ``C=C``, ``C-N``, ``C-O``, ``C=O / O-C-O``, ``O-C=O``, ``CF2``, ``shake-up``."""
    energy_ev: float
    """Binding energy in eV on the scale of the analysis' reference."""
    fwhm_ev: float
    """Full width at half maximum in eV, broadening included."""
    area: float
    """Intensity times eV, background subtracted."""
    percent: float
    """Part of the line's area, 0 to 100."""
    uncertainty: float
    """Standard uncertainty of ``percent``."""


@dataclass(frozen=True)
class Unexplained:
    """Intensity that the fit leaves over, or puts where nothing was measured."""

    region: str
    """Name of the region in the file."""
    energy_ev: float
    """Where it is strongest, in eV on the scale of the analysis' reference."""
    percent: float
    """Part of the region's area above its background, 0 to 100; negative where the fit says too much."""


@dataclass(frozen=True)
class Match:
    """A polymer, or two, that may be the sample."""

    polymers: tuple[str, ...]
    """Names, the larger part first."""
    shares: tuple[float, ...]
    """Part of each by repeat units' carbon, sum 1."""
    residual: float
    """Intensity that it leaves unexplained over the whole intensity, 0 to 1."""
    difference: str
    """What tells the next match apart from this one, in words; empty for the last."""
    same: tuple[str, ...] = ()
    """Other polymers whose spectra are the same in the regions recorded, where the match is a single one."""
    difference_ev: float | None = None
    """The energy in eV that ``difference`` ends with, None where it names none."""

    def moved(self, moved_ev: float) -> "Match":
        """Return the match on the scale of a reference that is so much higher."""
        if self.difference_ev is None:
            return self
        at = self.difference_ev + moved_ev
        said = self.difference.removesuffix(f"{self.difference_ev:.1f} eV")
        return replace(self, difference=f"{said}{at:.1f} eV", difference_ev=at)

    @property
    def name(self) -> str:
        """How an answer names it."""
        return " + ".join(self.polymers) + (f" (or {', '.join(self.same)})" if self.same else "")


@dataclass(frozen=True)
class Part:
    """A thing that the fit is made of."""

    name: str
    kind: str
    """``polymer``, ``contamination``, ``sp2 carbon`` or a kind of foreign species."""
    percent: float
    """Part of the fitted area of all regions, 0 to 100."""
    uncertainty: float
    """Standard uncertainty of ``percent``."""
    shown: str = ""
    """How an answer names it: ``an oxide such as iron(III) oxide`` where a single line speaks for it."""


@dataclass(frozen=True, eq=False)
class FittedRegion:
    """Curves of one region, for pictures; all arrays of shape ``(n,)``, in file order of the energies."""

    name: str
    line: str
    energy_ev: NDArray[np.float64]
    """Binding energy as measured, in eV."""
    intensity: NDArray[np.float64]
    """As measured."""
    background: NDArray[np.float64]
    total: NDArray[np.float64]
    """Background and all components."""
    components: dict[str, NDArray[np.float64]]
    """Without background, by name of the component."""

    @property
    def residual(self) -> NDArray[np.float64]:
        """Measured minus fitted intensity."""
        return self.intensity - self.total


@dataclass(frozen=True)
class Fit:
    """The reference fit at the shift that stands."""

    method: Method
    """Who decided the shift of the answer."""
    shift_ev: float
    """Shift at which the fit is best, on the scale of the analysis' reference, in eV."""
    shift_uncertainty_ev: float
    broadening_ev: float
    """Standard deviation of the Gaussian broadening in eV."""
    residual: float
    """Intensity left over, beyond noise, over the whole intensity, 0 to 1."""
    parts: tuple[Part, ...]
    """What the spectrum is made of, largest first."""
    components: tuple[Component, ...]
    """By line, then by energy."""
    unexplained: tuple[Unexplained, ...]
    """Largest first; empty where the fit lies on the data."""
    nearest: tuple[Match, ...]
    """Best first; empty where none fits."""
    regions: tuple[FittedRegion, ...] = field(default=(), compare=False)
    """Curves; not part of the JSON form."""
    note: str | None = None
    """Why there is no better fit, such as a limit of time; None where it converged."""


@dataclass(frozen=True)
class Verdict:
    """Fit and consistency in one word."""

    explained: Explained
    reason: str
    """One sentence: what is not explained, or what the fit rests on."""
    quality: float
    """Probability that the shift is right within 0.5 eV, as fit and consistency together say, 0 to 1."""
