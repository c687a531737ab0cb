"""The hypothetical polymers as compact arrays: energies on 0.01 eV, names of lines and environments as numbers."""

from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from xps_keras.groups import GROUP_NAMES
from xps_keras.library.editions import PRESENT
from xps_keras.library.library import KINDS, Library, Peaks, read_only


def _bytes(texts: tuple[str, ...]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(texts).encode(), dtype=np.uint8)


def _texts(array: NDArray[np.uint8]) -> tuple[str, ...]:
    return tuple(array.tobytes().decode().split("\n"))


def _numbered(texts: tuple[str, ...]) -> tuple[tuple[str, ...], NDArray[np.uint16]]:
    names = tuple(sorted(set(texts)))
    places = {name: place for place, name in enumerate(names)}
    return names, np.array([places[text] for text in texts], dtype=np.uint16)


def components_within(polymer: NDArray[np.int64], component: NDArray[np.int64]) -> NDArray[np.int64]:
    """Number the components of every polymer from 0, which the committed tables do; shapes ``(n,)``."""
    return component - component[np.searchsorted(polymer, polymer)]


def numbered_components(polymer: NDArray[np.int64], within: NDArray[np.int64]) -> NDArray[np.int64]:
    """Number components over a whole table: the inverse of ``components_within`` for peaks sorted by polymer."""
    begins = (np.diff(within, prepend=-1) != 0) | (np.diff(polymer, prepend=-1) != 0)
    return np.cumsum(begins) - 1


def packed(library: Library) -> dict[str, NDArray[np.generic]]:
    """Turn a library into compact arrays.

    Args:
        library: A library whose group counts are below 256.

    Returns:
        Name -> array. Energies are whole hundredths of an eV, widths and Lorentzian fractions whole hundredths,
        areas float32; texts are UTF-8 bytes joined by line feeds.
    """
    peaks = library.peaks
    lines, line = _numbered(peaks.line)
    labels, label = _numbered(peaks.label)
    return {
        "polymer_names": _bytes(library.polymer_names),
        "keys": _bytes(library.keys),
        "smiles": _bytes(library.smiles),
        "group_counts": library.group_counts.astype(np.uint8),
        "peaks_per_polymer": np.bincount(peaks.polymer, minlength=len(library.keys)).astype(np.uint8),
        "lines": _bytes(lines),
        "line": line.astype(np.uint8),
        "labels": _bytes(labels),
        "label": label,
        "component": components_within(peaks.polymer, peaks.component).astype(np.uint8),
        "kind": np.array([KINDS.index(kind) for kind in peaks.kind], dtype=np.uint8),
        "energy": np.round(peaks.energy_ev * 100).astype(np.uint32),
        "fwhm": np.round(peaks.fwhm_ev * 100).astype(np.uint16),
        "lorentzian": np.round(peaks.lorentzian_fraction * 100).astype(np.uint8),
        "area": peaks.area.astype(np.float32),
        "confidence": _bytes(("".join(peaks.confidence),)),
    }


def widened(counts: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return group counts with a column of zeros for each group that came later; a new group is the last of all."""
    return np.pad(counts, ((0, 0), (0, len(GROUP_NAMES) - counts.shape[1])))


def load_packed(name: str, edition: str) -> Library:
    """Read committed hypothetical polymers; needs numpy alone.

    Args:
        name: Name of the library, and of its file in ``data``.
        edition: Edition of the tables that it is from.

    Returns:
        The library; its arrays are read-only.
    """
    with (files("xps_keras.library") / "data" / f"{name}.npz").open("rb") as file, np.load(file) as data:
        arrays = {name: data[name] for name in data.files}
    lines, labels = _texts(arrays["lines"]), _texts(arrays["labels"])
    counts = arrays["group_counts"].astype(np.float32)
    if edition != PRESENT:
        counts = widened(counts)
    polymer = np.repeat(np.arange(len(counts)), arrays["peaks_per_polymer"])
    peaks = Peaks(
        polymer=polymer,
        line=tuple(lines[place] for place in arrays["line"]),
        label=tuple(labels[place] for place in arrays["label"]),
        component=numbered_components(polymer, arrays["component"].astype(np.int64)),
        kind=tuple(KINDS[place] for place in arrays["kind"]),
        energy_ev=arrays["energy"] / 100.0,
        fwhm_ev=arrays["fwhm"] / 100.0,
        lorentzian_fraction=arrays["lorentzian"] / 100.0,
        area=arrays["area"].astype(np.float64),
        confidence=tuple(_texts(arrays["confidence"])[0]),
    )
    return read_only(
        Library(
            name,
            _texts(arrays["keys"]),
            _texts(arrays["polymer_names"]),
            _texts(arrays["smiles"]),
            counts,
            peaks,
            edition=edition,
        )
    )
