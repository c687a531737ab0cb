"""The findings of one sample as tables and sentences: groups, components, composition, polymers, regions."""

from xps_keras.analysis.report import none_present, percent, signed
from xps_keras.analysis.result import Analysis, GroupFinding, Status
from xps_keras.analysis.statuses import unseen_by_limit
from xps_keras.fit.result import Component, Fit
from xps_keras.quantification.result import Composition
from xps_keras.reporting.curves import RegionCurves
from xps_keras.reporting.markup import Markup, element, joined, table
from xps_keras.reporting.region_picture import component_colour

MOST_ROWS = 24
"""Rows of a table on paper; a depth profile's hundred regions would not find room. The JSON form has all."""


def groups(analysis: Analysis) -> Markup:
    """Return the groups that are present with what speaks for them, and the others in sentences."""
    rows = [
        (group.name, percent(group.probability), percent(group.threshold), _evidence(group))
        for group in analysis.present
    ]
    parts: list[Markup] = []
    if rows:
        parts.append(table(("present", "probability", "needed", "seen at"), rows, numbers=(1, 2)))
    else:
        words = none_present(analysis)
        parts.append(element("p", f"{words[0].upper()}{words[1:]}."))
    for other in analysis.alternatives:
        names = ", ".join(other.present) or "no group"
        words = f"Or, read with a weight of {percent(other.weight)}: shift {signed(other.shift_ev)} eV and {names}."
        parts.append(element("p", words, class_="other"))
    for title, names in (
        ("Absent", _named(analysis, "absent")),
        ("Not seen", "; ".join(unseen_by_limit(analysis.groups))),
        ("Not assessable from what was measured", _named(analysis, "not assessable")),
    ):
        if names:
            parts.append(element("p", element("b", f"{title}: "), names, ".", class_="small"))
    return joined(parts)


def _evidence(group: GroupFinding) -> str:
    seen = ", ".join(signal.text for signal in group.evidence) or "the shape of the whole spectrum alone"
    return f"{seen}; in the fit: {', '.join(group.carried_by)}" if group.carried_by else seen


def _named(analysis: Analysis, status: Status) -> str:
    return ", ".join(group.name for group in analysis.groups if group.status == status)


def components(fit: Fit, curves: tuple[RegionCurves, ...]) -> Markup:
    """Return the components of every line, with the colour that each has in the pictures."""
    colours = {
        key: component_colour(place)
        for region in curves
        for place, (name, _) in enumerate(region.components)
        # In a region of several lines a component bears the name of its line.
        for key in [name, *(f"{line} {name}" for line in region.lines)]
    }

    def name_of(row: Component) -> Markup:
        colour = colours.get(f"{row.line} {row.name}")
        swatch = element("span", class_="swatch", style=f"background:{colour}") if colour else ""
        return joined([swatch, row.name])

    rows = [
        (
            _unbroken(row.line),
            name_of(row),
            f"{row.energy_ev:.2f}",
            f"{row.fwhm_ev:.2f}",
            f"{row.percent:.1f} ± {row.uncertainty:.1f}",
        )
        for row in fit.components
    ]
    headings = ("line", "component", "energy / eV", "FWHM / eV", "% of line")
    return joined([table(headings, rows[:MOST_ROWS], numbers=(2, 3, 4)), _rest(len(rows), "components")])


def fit_notes(fit: Fit) -> Markup:
    """Say how good the fit is, what it is made of, and what it leaves over."""
    if not fit.parts:
        return element("p", fit.note or "There is no fit.")
    made = ", ".join(f"{part.shown} {part.percent:.0f} ± {part.uncertainty:.0f} %" for part in fit.parts[:8])
    words = [
        f"The fit leaves {100 * fit.residual:.1f} % of the intensity over, beyond noise; it is best at a shift of "
        f"{signed(fit.shift_ev)} ± {fit.shift_uncertainty_ev:.2f} eV with a broadening of {fit.broadening_ev:.2f} eV.",
        f"By fitted area it is made of {made}.",
    ]
    for row in fit.unexplained[:6]:
        what = "is not explained" if row.percent >= 0 else "is fitted but not there"
        words.append(f"{row.region}: {abs(row.percent):.1f} % of its area near {row.energy_ev:.1f} eV {what}.")
    if fit.note:
        words.append(fit.note)
    return element("p", " ".join(words))


def nearest(fit: Fit) -> Markup:
    """Return the polymers that come nearest."""
    if not fit.nearest:
        return element("p", "No polymer of the library, and no pair of them, fits this spectrum.")
    rows = [
        (
            match.name,
            " : ".join(f"{100 * share:.0f}" for share in match.shares) if len(match.shares) > 1 else "",
            f"{100 * match.residual:.1f}",
            match.difference,
        )
        for match in fit.nearest
    ]
    headings = ("polymer", "carbon, %", "unexplained, %", "what tells the next one from it")
    return table(headings, rows, numbers=(1, 2))


def composition(found: Composition) -> Markup:
    """Return the atomic percentages, or why there are none."""
    if found.withheld is not None:
        return element("p", found.withheld)
    rows = [(row.element, _unbroken(row.line), f"{row.percent:.1f} ± {row.uncertainty:.1f}") for row in found.elements]
    assumed = element(
        "p", "Taken for granted: ", " ".join(f"{said.rstrip('.')}." for said in found.assumptions), class_="small"
    )
    looked_for = ", ".join(f"{row.element} below {row.below_percent:.1f} %" for row in found.undetected)
    absent = element("p", "Looked for and not found: ", looked_for, ".", class_="small")
    return joined(
        [
            table(("element", "line", "atom-%"), rows, numbers=(2,)),
            absent if looked_for else "",
            assumed if found.assumptions else "",
        ]
    )


def regions(analysis: Analysis) -> Markup:
    """Return every region of the file and what became of it."""
    rows = [
        (
            _unbroken(row.name),
            f"{row.low_ev:.1f}-{row.high_ev:.1f}",
            f"{row.step_ev:.3g}",
            f"{row.background} background" if row.used else f"not used: {row.why}",
        )
        for row in analysis.regions
    ]
    headings = ("region", "eV as measured", "step / eV", "what became of it")
    return joined([table(headings, rows[:MOST_ROWS], numbers=(1, 2)), _rest(len(rows), "regions")])


def _unbroken(name: str) -> str:
    """Keep the short name of a line on one line."""
    return name.replace(" ", "\u00a0") if len(name) <= 8 else name


def _rest(count: int, what: str) -> Markup:
    more = count - MOST_ROWS
    return element("p", f"And {more} more {what}; the JSON form has all.", class_="small") if more > 0 else Markup("")
