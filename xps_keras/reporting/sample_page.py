"""The page of one sample: verdict first, then pictures, then what speaks for the answer and how it was reached."""

from pathlib import PurePath

from xps_keras.analysis.carbon import carbon_sentences, check_sentences
from xps_keras.analysis.report import meaning_of_shift, shift_text, signed
from xps_keras.analysis.result import Analysis
from xps_keras.errors import SpectrumWarning
from xps_keras.preprocessing.channels import Channels
from xps_keras.reporting import findings
from xps_keras.reporting.charge_record import charge_record
from xps_keras.reporting.curves import MOST_PANELS, RegionCurves, region_curves
from xps_keras.reporting.glance import Glance, glance
from xps_keras.reporting.markup import Markup, element, facts, joined
from xps_keras.reporting.region_picture import LEAST_SHIFT_EV, region_svg
from xps_keras.spectrum import Spectrum

_MOST_WARNINGS = 8
"""A page holds no more; repeated ones are gathered by code before."""


def sample_page(spectrum: Spectrum, channels: Channels, analysis: Analysis) -> Markup:
    """Return everything about one sample, without the element around it.

    Args:
        spectrum: The sample as read.
        channels: The same on the axis.
        analysis: Its answer.
    """
    curves = region_curves(channels, analysis)
    blocks = [_block("Groups", findings.groups(analysis))]
    if analysis.fit is not None and not analysis.fit.parts:
        blocks.append(_block("Fit", findings.fit_notes(analysis.fit)))
    elif analysis.fit is not None:
        shown = joined([findings.components(analysis.fit, curves), findings.fit_notes(analysis.fit)])
        blocks.append(_block("Components of the fit", shown))
        blocks.append(_block("Nearest polymers", findings.nearest(analysis.fit)))
    if analysis.composition is not None:
        blocks.append(_block("Composition", findings.composition(analysis.composition)))
    blocks += [
        _block("Charge correction (items of ISO 19318)", facts(charge_record(analysis, spectrum))),
        _block("Regions", findings.regions(analysis)),
        _block("Settings and versions", facts(_provenance(spectrum, analysis))),
    ]
    parts = [
        _heading(analysis),
        verdict(glance(analysis)),
        _figures(analysis),
        _warnings(analysis.warnings),
        _pictures(curves, analysis),
        element("div", *blocks, class_="blocks"),
    ]
    return joined(parts)


def title_of(file: str, sample: str | None) -> str:
    """Return how a sample is called: the file's name, and its own where it has one."""
    name = PurePath(file).name or file
    return f"{name} · {sample}" if sample else name


def verdict(found: Glance) -> Markup:
    """Return an answer's word and the reason for it."""
    return element("p", element("b", found.level, class_=f"badge {found.level}"), " ", found.sentence, class_="verdict")


def _heading(analysis: Analysis) -> Markup:
    return element("h2", title_of(analysis.file, analysis.sample))


def _figures(analysis: Analysis) -> Markup:
    present = ", ".join(group.name for group in analysis.present) or "none reaches its threshold"
    rows: list[tuple[str, object]] = [
        ("Shift", joined([element("b", shift_text(analysis)), f" ({meaning_of_shift(analysis.shift_ev)})"])),
        ("Groups present", element("b", present)),
    ]
    known = [*carbon_sentences(analysis), *check_sentences(analysis)]
    if known:
        rows.append(("Also", "; ".join(known)))
    return facts(rows)


def _warnings(warnings: tuple[SpectrumWarning, ...]) -> Markup:
    if not warnings:
        return Markup("")
    by_code: dict[str, list[str]] = {}
    for warning in warnings:
        by_code.setdefault(warning.code, []).append(warning.text)
    items = []
    for code, texts in list(by_code.items())[:_MOST_WARNINGS]:
        more = f" (and {len(texts) - 1} more of this kind)" if len(texts) > 1 else ""
        items.append(element("li", texts[0], more, " ", element("code", code)))
    left = len(by_code) - _MOST_WARNINGS
    if left > 0:
        items.append(element("li", f"and {left} more kinds; the JSON form has all"))
    return element("div", element("h3", "To know before quoting this"), element("ul", *items), class_="warnings")


def _pictures(curves: tuple[RegionCurves, ...], analysis: Analysis) -> Markup:
    shown = curves[:MOST_PANELS]
    size = (960, 330) if len(shown) == 1 else (470, 300) if len(shown) <= 4 else (470, 240)
    marks = {
        region.name: tuple(
            signal.energy_ev
            for group in analysis.present
            for signal in group.evidence
            if signal.energy_ev is not None and signal.line in region.lines
        )
        for region in shown
    }
    figures = [
        element(
            "figure",
            element("figcaption", region.name),
            region_svg(region, analysis.shift_ev, marks[region.name], *size),
        )
        for region in shown
    ]
    left = len(curves) - len(shown)
    more = element("p", f"{left} more used regions are not drawn.", class_="small") if left else ""
    fitted = any(region.total is not None for region in shown)
    count = "one" if len(shown) == 1 else "few" if len(shown) <= 4 else "many"
    return joined([element("div", *figures, class_=f"pictures {count}"), _key(analysis, fitted), more])


def _key(analysis: Analysis, fitted: bool) -> Markup:
    """Say which line is what."""
    shift = signed(-analysis.shift_ev)
    entries: list[tuple[str, str]] = []
    if abs(analysis.shift_ev) >= LEAST_SHIFT_EV:
        entries.append(("before", "as measured"))
    entries.append(("measured" if fitted else "corrected", f"corrected by {shift} eV"))
    entries.append(("background", "background"))
    if fitted:
        entries += [("total", "fit"), ("residual", "residual: corrected minus fit")]
    entries.append(("mark", "what speaks for the groups"))
    items = [element("span", element("i", class_=f"key {kind}"), words) for kind, words in entries]
    return element("p", *items, class_="keys")


def _block(title: str, content: Markup) -> Markup:
    return element("section", element("h3", title), content)


def _provenance(spectrum: Spectrum, analysis: Analysis) -> list[tuple[str, object]]:
    model = analysis.model
    method = "network" if analysis.fit is None else analysis.fit.method
    return [
        ("File", f"{analysis.file} ({spectrum.file_format})"),
        ("SHA-256 of the file", element("code", analysis.sha256)),
        (
            "Sample",
            f"number {spectrum.sample_number} of the file" + (f", {analysis.sample}" if analysis.sample else ""),
        ),
        ("Reference", f"saturated hydrocarbon C 1s at {analysis.reference_ev:g} eV"),
        ("Method", method),
        *([] if analysis.known_charge is None else [("Charge", f"rests on {analysis.known_charge.name}")]),
        ("Model", joined([f"{model.name} {model.version}, SHA-256 ", element("code", model.sha256)])),
        ("Program", f"xps-keras {analysis.version}"),
    ]
