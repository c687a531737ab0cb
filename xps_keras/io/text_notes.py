"""What the words around a table of numbers say about it: energy scale, unit, source, region, sample."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from xps_keras.io.column_names import (
    Unit,
    energy_scale,
    intensity_factor,
    may_count_rows,
    names_both_scales,
    plain,
    role_of,
    unit_of,
)
from xps_keras.io.quantities import energies_ev, seconds
from xps_keras.io.source_words import source_energy
from xps_keras.library.core_line import first_core_line

Scale = Literal["binding", "kinetic"]
COMMENT_MARKS = "#%!*;/"
_AXIS_LINE = re.compile(r"(binding|kinetic)?\s{0,3}energy\s{0,3}(axis|scale)\s{0,3}[:=]\s{0,40}(\w+)", re.IGNORECASE)
_SENTENCE = re.compile(r"(?i)\benergies (?:are|were)\b")
_OTHER_BEAM = re.compile(r"flood|neutrali[sz]|sputter|ion gun|electron gun", re.IGNORECASE)
"""In lines on energies that are not those of the axis."""
_RATE_LINE = re.compile(r"count\s?rate\s{0,3}[:=]\s{0,40}(\S.{0,60})", re.IGNORECASE)
_DWELL = re.compile(r"(?<!total )(?:dwell|acquisition)\s?time(?P<rest>.*)", re.IGNORECASE)
_PASS = re.compile(r"pass\s?energy(?P<rest>\s{0,3}[:=(].*)", re.IGNORECASE)
_SCANS = re.compile(r"\b(?:scans|sweeps)\b\s{0,3}[:=]\s{0,40}(\d+)", re.IGNORECASE)
_REGION = re.compile(r"\bregion(?:\s?name)?\s{0,3}[:=]\s{0,40}(\S.*)", re.IGNORECASE)
_GROUP = re.compile(
    r"^\s*(?:group|sample(?:\s?(?:name|id))?|specimen|probe|proben(?:name|nummer|nr\.?|bezeichnung|id)|"
    r"(?:nom de l['\u2019]\s?|num[\u00e9e]ro d['\u2019]\s?)?[\u00e9e]chantillon|(?:nombre de (?:la )?)?muestra|"
    r"(?:nome (?:del )?)?campione|(?:nome da )?amostra|pr\u00f3bka|vzorek|provnamn|"
    r"\u043e\u0431\u0440\u0430\u0437\u0435\u0446|(?:\u6837\u54c1|\u6a23\u54c1|\u8bd5\u6837|\u8a66\u6a23|\u8a66\u6599|\u30b5\u30f3\u30d7\u30eb)\w{0,3}|"
    r"\uc2dc\ub8cc\s?\w{0,2})"
    r"\s{0,3}[:=,;\t\uff1a]\s{0,40}(\S.*)",
    re.IGNORECASE,
)
_SEPARATE = re.compile(r"separate\s?(?:scan|channel)\s?data\s{0,3}[:=]\s{0,40}yes", re.IGNORECASE)
_CURVE = re.compile(r"(?<!/)\bcycle\s{0,3}:\s{0,3}(\d+)", re.IGNORECASE)
_SCAN = re.compile(r"(?<!/)\bscan\s{0,3}:\s{0,3}\d+", re.IGNORECASE)
_SNAPSHOT = re.compile(r"\s?snap(?:shot)?\b", re.IGNORECASE)
_COMMENT = re.compile(r"(?i)(?:user )?comment")
_SPACES = re.compile(r" {2,}")
_MOST_SCANS = 1_000_000
_SETTING = re.compile(r"[^:=]*[:=]\s{0,40}[-+\u2212]?\d|.*:.*\d\s*\Z")
"""A setting and its value, ``Binding Energy: 298.0``, or several, the last of them a number."""
_DISTANCE = re.compile(r"(?i)\b(?:step|increment|offset|shift|correction|resolution|width)s?\b")
"""In the names of settings whose values are distances of energies, and no energies."""
_VALUES = re.compile(r"\d+(?:[.,]\d+)?")
_LONGEST = 200  # letters of a line that sets something
_BESIDE_EV = 1.0  # from the end of the energies, within which a setting of theirs lies


@dataclass(frozen=True)
class Notes:
    """Everything the words before a table say; None or empty where they say nothing."""

    scale: Scale | None = None
    scale_said: Literal["axis", "words", "setting", ""] = ""
    """Where the scale stands: in a line about the energy axis, which holds until the next one; in words, such as the
    names of columns; or in the name of a setting, ``Start KE: 1187.6``, which says little of the axis."""
    scale_set: tuple[tuple[Scale, float], ...] = ()
    """The values in eV of all such settings, each with the scale that its name says, the nearest to the table first."""
    unit: Unit | None = None
    unit_factor: float = 1.0
    """Counts that one of the unit means, 1000 for ``kcps``."""
    rate_line: Unit | None = None
    """Unit by a line of its own, ``Count Rate: Counts per Second``, which goes before the names of columns."""
    source_energy_ev: float | None = None
    dwell_s: float | None = None
    scans: int | None = None
    pass_energy_ev: float | None = None
    label: str = ""
    sample: str = ""
    cycle: str = ""
    separate_scans: bool = False
    """Whether each scan is a table of its own, so that the number of scans in the words is not that of the table."""
    says: bool = True
    """Whether there are words of a new region at all, rather than the number of the next curve of the same."""

    def beside(self, energies: Sequence[float]) -> "Notes":
        """Take the scale of the nearest setting of which a value stands among the energies, else none.

        Args:
            energies: Those of the table below the words, at least the first and the last.

        Returns:
            The notes; a scale that the numbers bear out is said in words from here on.
        """
        if self.scale_said != "setting":
            return self
        low, high = min(energies, default=0.0), max(energies, default=0.0)
        among = (scale for scale, value in self.scale_set if low - _BESIDE_EV <= value <= high + _BESIDE_EV)
        scale = next(among, None)
        return replace(self, scale=scale, scale_said="" if scale is None else "words")

    def borne_out(self, beside: "Notes") -> "Notes":
        """Take over what the energies of a table say of a scale that only a setting names."""
        return replace(self, scale=beside.scale, scale_said=beside.scale_said) if self.scale_said == "setting" else self

    def after(self, earlier: "Notes") -> "Notes":
        """Fill what these notes leave open from those of an earlier table of the same file."""
        known = earlier.scale is not None and (
            self.scale is None
            or (earlier.scale_said == "axis" and self.scale_said != "axis")
            or (earlier.scale_said == "words" and self.scale_said == "setting")
        )
        return replace(
            self,
            scale=earlier.scale if known else self.scale,
            scale_said=earlier.scale_said if known else self.scale_said,
            scale_set=earlier.scale_set if known else self.scale_set,
            unit=self.unit or earlier.unit,
            unit_factor=self.unit_factor if self.unit else earlier.unit_factor,
            rate_line=self.rate_line or earlier.rate_line,
            source_energy_ev=self.source_energy_ev or earlier.source_energy_ev,
            dwell_s=self.dwell_s or earlier.dwell_s,
            scans=self.scans or earlier.scans,
            pass_energy_ev=self.pass_energy_ev or earlier.pass_energy_ev,
            label=self.label if self.says else earlier.label,
            sample=self.sample or earlier.sample,
            separate_scans=self.separate_scans or earlier.separate_scans,
        )


def read_notes(lines: list[str]) -> Notes:
    """Read the lines of words before a table.

    Args:
        lines: The lines, in file order, comment marks included.

    Returns:
        What they say.
    """
    texts = [_SPACES.sub(" ", line.strip().lstrip(COMMENT_MARKS).strip()) for line in lines if line.strip()]
    rate = _first(_RATE_LINE, texts)
    scans = _first(_SCANS, texts)
    dwell, passing = _first(_DWELL, texts), _first(_PASS, texts)
    count = int(scans[1][:12]) if scans else None
    cycle, scan = _first(_CURVE, texts), _first(_SCAN, texts)
    label = _label(texts)
    unit = next((text for text in reversed(texts) if unit_of(text)), "")
    scale, said, values = _scale(texts)
    return Notes(
        scale=scale,
        scale_said=said,
        scale_set=values,
        unit=unit_of(unit),
        unit_factor=intensity_factor(unit),
        rate_line=unit_of(rate[1]) if rate else None,
        source_energy_ev=source_energy(texts),
        dwell_s=seconds(dwell["rest"]) if dwell else None,
        pass_energy_ev=next((energy for energy, _ in energies_ev(passing["rest"]) if energy > 0), None)
        if passing
        else None,
        scans=count if count and count <= _MOST_SCANS else None,
        label=label,
        sample=next((name for text in reversed(texts) if (name := _sample(text))), ""),
        cycle=cycle[1] if cycle else "",
        separate_scans=bool(_first(_SEPARATE, texts) or scan),
        says=bool(label) or not (cycle or scan),
    )


def _sample(text: str) -> str:
    """Return the name in `Sample: PET`; `sample,BE,counts` are names of columns."""
    match = _GROUP.search(text)
    columns = match is not None and "energy" in _roles(match[1]) and len(_roles(match[1])) > 1
    return "" if match is None or columns else match[1].strip(" ,;\t")


def _roles(text: str) -> list[str]:
    found = [role_of(cell) for cell in re.split(r"[,;\t]", text)]
    return ["energy" if role in ("binding", "kinetic") else role for role in found if role]


def _first(pattern: re.Pattern[str], texts: list[str]) -> re.Match[str] | None:
    """Search line by line: a value never stands on the line behind its name."""
    return next((match for text in texts if (match := pattern.search(text))), None)


def _scale(
    texts: list[str],
) -> tuple[Scale | None, Literal["axis", "words", "setting", ""], tuple[tuple[Scale, float], ...]]:
    """The line about the energy axis decides, else the words nearest to the table."""
    texts = [text for text in texts if not _OTHER_BEAM.search(text)]
    for text in reversed(texts):
        match = _AXIS_LINE.search(text)
        if match is None and _SENTENCE.search(text) and (told := energy_scale(text)):
            return told, "axis", ()
        if match is None:
            continue
        if match[1] and match[3].lower() in ("no", "yes", "false", "true"):  # older SPECS: `Kinetic Energy Axis: no`
            kinetic = (match[1].lower() == "kinetic") == (match[3].lower() in ("yes", "true"))
            return "kinetic" if kinetic else "binding", "axis", ()
        if found := energy_scale(text[match.start() :]):
            return found, "axis", ()
    # `Binding Energy: 298.0` in a header is a setting, not the name of a column.
    named = [text for text in reversed(texts) if not _SETTING.match(text) and not names_both_scales(text)]
    if (scale := next((found for text in named if (found := energy_scale(text))), None)) is not None:
        return scale, "words", ()
    settings = [
        (scale, float(value.replace(",", ".")))
        for text in reversed(texts)
        if not _DISTANCE.search(re.split("[:=]", text, maxsplit=1)[0]) and (scale := energy_scale(text))
        for value in _VALUES.findall(text[:_LONGEST])
    ]
    return settings[0][0] if settings else None, "setting" if settings else "", tuple(settings)


def _label(texts: list[str]) -> str:
    for text in reversed(texts):
        match = _REGION.search(text)
        if match and not _COMMENT.match(text):
            return match[1].strip()
    for text in reversed(texts):
        if len(text) < 40 and (label := core_line_label(text)):
            return label
    return ""


def core_line_label(text: str) -> str:
    """Return the core line in a text as it stands there, ``C1s``, and that it is a snapshot; empty for none."""
    line = first_core_line(text)
    if line is None:
        return ""
    snapshot = _SNAPSHOT.match(text, line.end)
    return text[line.begin : snapshot.end() if snapshot else line.end]


def names_nothing(name: str) -> bool:
    """Tell whether a column name is a mere ``counts`` or ``intensity (a.u.)``, so that it labels no region."""
    words = re.sub(r"[\W\d_]+", " ", plain(name)).split()
    usual = {"counts", "count", "intensity", "cps", "y", "signal", "s", "c", "a", "u", "arb", "units", "int", "per"}
    return all(word in usual for word in words) or may_count_rows(name) or unit_of(name) is not None
