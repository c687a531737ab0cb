"""``xps-keras library search``: which polymers of a library, alone or two together, are most like a spectrum.

What needs numpy is imported inside the functions, so that ``--help`` answers at once.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xps_keras.cli.methods import KnownCharge, MethodName, checked_charge, checked_method, fit_in_one_thread
from xps_keras.cli.options import LibraryName

if TYPE_CHECKING:
    from xps_keras.analysis.result import Analysis
    from xps_keras.fit.dictionary import Dictionary
    from xps_keras.fit.knowledge import Knowledge
    from xps_keras.fit.result import Match
    from xps_keras.preprocessing.channels import Channels


def search(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A spectrum file.")],
    library: LibraryName = "polymers",
    sample: Annotated[
        str | None, typer.Option(metavar="NAME|NUMBER", help="The sample, of a file that holds several.")
    ] = None,
    charge: KnownCharge = None,
    method: MethodName = "network",
    model: Annotated[str, typer.Option(metavar="PATH", help="Model that reads the shift.")] = "pretrained",
) -> None:
    """Find the polymers of a library that are most like a spectrum."""
    chosen, known = checked_method(method), checked_charge(charge, method)
    fit_in_one_thread()
    from xps_keras.analysis.analyzing import analyze_channels
    from xps_keras.analysis.fit_report import print_matches
    from xps_keras.analysis.given_charge import read_charge
    from xps_keras.analysis.report import print_warnings, shift_text
    from xps_keras.io import choose, read, read_all
    from xps_keras.preprocessing.channels import to_channels
    from xps_keras.runtime import load

    spectrum = read(file) if sample is None else choose(read_all(file), sample)
    channels = to_channels(spectrum)
    dictionary = None if library == "polymers" else _dictionary(library)
    given = None if known is None else read_charge(known)
    analysis = analyze_channels(spectrum, channels, load(model), method=chosen, charge=given)
    typer.echo(f"{spectrum.path.name}: shift {shift_text(analysis)} ({method if given is None else 'as given'})\n")
    if dictionary is None:
        matches = analysis.fit.nearest if analysis.fit is not None else ()
    else:
        matches = _matches(channels, dictionary, analysis.shift_ev, None if chosen == "classical" else _known(analysis))
    print_matches(matches)
    print_warnings(analysis.warnings)


def _dictionary(name: str) -> "Dictionary":
    from xps_keras.fit.dictionary import dictionary_of, dictionary_of_spectra
    from xps_keras.library.library import Library
    from xps_keras.measured.store import find_library

    found = find_library(name)
    if isinstance(found, Library):
        return dictionary_of(found, environments=False)
    return dictionary_of_spectra(
        found.keys, found.intensity, groups=None if found.own_labels else found.group_counts > 0
    )


def _known(analysis: "Analysis") -> "Knowledge | None":
    """Return what the network says of groups and carbon, None where its groups are a user's own."""
    import numpy as np

    from xps_keras.fit.knowledge import knowledge_of
    from xps_keras.groups import GROUP_NAMES

    if tuple(group.name for group in analysis.groups) != GROUP_NAMES:
        return None
    chances = [0.5 if group.probability is None else group.probability for group in analysis.groups]
    return knowledge_of(np.array(chances), analysis.polymer_share, analysis.graphitic_share)


def _matches(
    channels: "Channels", dictionary: "Dictionary", shift_ev: float, knowledge: "Knowledge | None"
) -> "tuple[Match, ...]":
    """Search another library at the shift of the analysis."""
    from xps_keras.analysis.fitting import Start, fitted_at
    from xps_keras.fit.nearest import nearest
    from xps_keras.fit.solve import Problem
    from xps_keras.fit.stretches import stretches_of_channels

    fitted = fitted_at(stretches_of_channels(channels), Start(shift_ev, 0.0, 1.0, knowledge))
    if isinstance(fitted, str):
        return ()
    others = Problem(dictionary, fitted.problem.stretches, knowledge=knowledge)
    return nearest(fitted.problem, fitted.solution, others).matches
