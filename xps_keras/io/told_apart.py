"""The samples of a file that names none, told apart by the words in which their regions differ."""

import re
from collections.abc import Hashable, Sequence
from dataclasses import replace

from xps_keras.io.draft import Draft
from xps_keras.io.same_region import Stretch, same_regions
from xps_keras.io.sample_words import name_in, sample_words, without_core_line
from xps_keras.library.core_line import find_core_line

_SAME = 1e-3  # eV


def named_by_words(drafts: Sequence[Draft]) -> list[Draft]:
    """Name the samples of regions that stand under one name by the words in which they differ.

    Args:
        drafts: Regions of a file, in file order.

    Returns:
        The same, some of them with a name that goes on by what tells them apart.
    """
    drafts = [_without_region(draft) for draft in drafts]
    found = list(drafts)
    of_name: dict[tuple[int, str], list[int]] = {}
    for index, draft in enumerate(drafts):
        of_name.setdefault((draft.part, draft.sample), []).append(index)
    for (_, name), members in of_name.items():
        words = [_said(drafts[index], name) for index in members]
        if len(members) < 2:
            continue
        measured = same_regions([_stretch(drafts[index]) for index in members])
        if all(
            len(said) == 1 and said[0].lower().startswith("spectrum ") for said in words
        ):  # what programs number regions by
            measured = [hash(drafts[index].energy_ev.tobytes()) for index in members]
        names = told_apart(words, measured)
        if not any(names):
            names = told_apart(_numbers([drafts[index] for index in members]), measured)
        for index, told in zip(members, names, strict=True):
            if told:
                found[index] = replace(drafts[index], sample=", ".join(filter(None, (name, told))))
    return found


def _without_region(draft: Draft) -> Draft:
    """Take the core line of a region out of the name of its sample, ``PET C1s``."""
    line = find_core_line(draft.sample)
    if not line or line != find_core_line(draft.label or draft.element_line):
        return draft
    name = name_in(without_core_line(draft.sample))
    return replace(draft, sample=name) if name else draft


def _stretch(draft: Draft) -> Stretch:
    """Return where a region lies; energies that are none are refused later, by name."""
    energies = draft.energy_ev
    if draft.scale == "kinetic" and draft.source_energy_ev is not None:
        energies = draft.source_energy_ev - energies
    low, high = (float(energies.min()), float(energies.max())) if energies.size else (0.0, 0.0)
    return Stretch(find_core_line(draft.label or draft.element_line), low, high)


def _said(draft: Draft, name: str) -> list[str]:
    own = [*draft.words, sample_words(draft.label)]
    return [word for word in dict.fromkeys(own) if word and word != name]


def _numbers(drafts: Sequence[Draft]) -> list[list[str]]:
    """Return the numbers that stand alone above regions, none where they count 1, 2, 3 or say where regions lie."""
    numbers = {draft.number for draft in drafts}
    counts = {int(number) if number.isdecimal() else -1 for number in numbers}
    counted = counts in (set(range(len(counts))), set(range(1, len(counts) + 1)))
    if len(numbers - {""}) < 2 or counted or all(map(_describes, drafts)):
        return [[] for _ in drafts]
    return [[draft.number] if draft.number else [] for draft in drafts]


def _describes(draft: Draft) -> bool:
    """Tell whether a number is that of points, or an end or the step of the energies."""
    value = re.match(r"[-+]?\d+(?:[.,]\d+)?", draft.number)
    if value is None or draft.energy_ev.size < 2:
        return False
    first, second, last = (float(draft.energy_ev[place]) for place in (0, 1, -1))
    known = (draft.energy_ev.size, draft.energy_ev.size - 1, first, last, abs(second - first), abs(last - first))
    return any(abs(float(value[0].replace(",", ".")) - number) < _SAME for number in known)


def told_apart(words: Sequence[Sequence[str]], measured: Sequence[Hashable]) -> list[str]:
    """Name the samples of regions by the words in which they differ.

    Only where one region was measured twice or more under different words do the words name samples; without that they
    may say anything. A region without such words belongs to the sample before it.

    Args:
        words: What is said about each region, ``sample_words`` of its lines and columns, nearest last.
        measured: What each region is: equal for two measurements of one region.

    Returns:
        One name per region, all empty where nothing tells them apart.
    """
    everywhere = set(words[0]).intersection(*words[1:]) if words else set()
    of_region: dict[Hashable, list[set[str]]] = {}
    for said, region in zip(words, measured, strict=True):
        of_region.setdefault(region, []).append(set(said))
    always = {region: said[0].intersection(*said[1:]) for region, said in of_region.items()}
    telling = {word for region, said in of_region.items() for word in set().union(*said) - always[region]}
    places: dict[str, set[Hashable]] = {}
    for said, region in zip(words, measured, strict=True):
        for word in set(said) & telling:
            places.setdefault(word, set()).add(region)
    shared = {word for word, regions in places.items() if len(regions) > 1}
    if any(len({frozenset(one & shared) for one in said}) > 1 for said in of_region.values()):
        telling = shared  # what is said of several regions names a sample; the rest may be a running number
    elif sum(len(said) > 1 for said in of_region.values()) > 1 and len(telling) == len(words):
        telling = set()
    if not telling:
        return [""] * len(words)
    found: list[str] = []
    for said, region in zip(words, measured, strict=True):
        again = always[region] if len(of_region[region]) > 1 else set()
        own = [word for word in said if word in telling]
        own = own or [word for word in said if word not in everywhere and word not in again]
        found.append(", ".join(own) if own else (found[-1] if found else ""))
    return found
