"""From the regions of a file to its samples: which belong together, and which are sweeps of one region."""

import re
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from xps_keras.errors import SpectrumWarning
from xps_keras.io.measured_again import Measured, key_of, without_number
from xps_keras.io.same_region import WIDEST_SCAN_EV, Stretch, same_regions
from xps_keras.spectrum import Region

_MOST_JOINED = 100  # regions of a sample whose name may have been typed anew
_SMOOTHED, _BEYOND_NOISE, _HALF = 5, 8.0, 0.5  # points, standard deviations, of the height
_MOST_NAMES = 4  # that were taken for those of repetitions, in a message
_GUESSED = (
    "The file does not say which regions belong to one sample; a region that comes again was taken for the next one's, "
    "and the samples do not hold the same regions."
)
_SAME_AXIS = 0.02  # largest distance of two points of the same axis, in steps


def parted_names(names: Sequence[str], regions: Sequence[str], values: Sequence[str]) -> list[str]:
    """Add to the name of each region's sample a value by which samples of one name were measured anew.

    A value, such as an etch time, parts the regions of one name only where every value has the same regions: a running
    number that changes from region to region tells no samples apart.

    Args:
        names: Name of the sample of each region, as the file gives it.
        regions: What each region is, by the file's own words.
        values: The value at each region, ``etch time 30 s``.

    Returns:
        One name per region.
    """
    parted = list(names)
    of_name: dict[str, list[int]] = {}
    for index, name in enumerate(names):
        of_name.setdefault(name, []).append(index)
    for name, members in of_name.items():
        by_value: dict[str, set[str]] = {}
        for index in members:
            by_value.setdefault(values[index], set()).add(regions[index])
        first, *others = by_value.values()
        if not others or not all(first & other for other in others):
            continue
        if len(first) == 1 and any(other != first for other in others):
            continue
        for index in members:
            parted[index] = ", ".join(filter(None, (name, values[index])))
    return parted


@dataclass(frozen=True)
class Found:
    """One region, checked, and what is said about it."""

    region: Region
    part: int
    """Number of the file within the file."""
    warnings: tuple[SpectrumWarning, ...]


@dataclass(frozen=True)
class Sample:
    """One sample of a file."""

    name: str
    """Empty when the file names none and holds only this one."""
    regions: tuple[Region, ...]
    warnings: tuple[SpectrumWarning, ...]


def samples_of(found: Sequence[Found]) -> tuple[Sample, ...]:
    """Part the regions of a file into samples.

    The name that the file gives decides first; a name that goes on where another ends (``PET``, ``PET film``) belongs
    to it unless a region was measured under both. Within one name, a region measured again directly, on the same axis
    and under the same label, is a further sweep and is summed; a region that comes again after others begins a new
    sample, because the set of regions begins again.

    Args:
        found: The regions, in file order.

    Returns:
        The samples in the order in which they begin. Several without names, or with one name, are numbered.
    """
    by_name: dict[tuple[int, str], list[Found]] = {}
    for item in found:
        by_name.setdefault((item.part, item.region.sample), []).append(item)
    by_name = _joined(by_name, {id(item.region): index for index, item in enumerate(found)})
    sets = [(name, members) for (_, name), group in by_name.items() for members in _sets(group)]
    times = Counter(name for name, _ in sets)
    begun: Counter[str] = Counter()
    samples = []
    for index, (name, members) in enumerate(sets):
        if len(sets) > 1 and not name:
            name = f"sample {index + 1}"
        elif times[name] > 1:
            begun[name] += 1
            name = f"{name} ({begun[name]})"
        regions, said = _summed([item.region for item in members])
        warnings = [*said, *(warning for item in members for warning in item.warnings)]
        samples.append(Sample(name, tuple(replace(region, sample=name) for region in regions), tuple(warnings)))
    return tuple(samples)


def _joined(by_name: dict[tuple[int, str], list[Found]], place: dict[int, int]) -> dict[tuple[int, str], list[Found]]:
    """Put names of which one begins with the whole other together where they share no region, and say so.

    A label typed anew at some region makes no second sample: of two samples the same region would be measured twice.

    Args:
        by_name: The regions of each part of the file and each name.
        place: Number of each region in the file, by its identity; the joined ones keep this order.
    """
    joined = dict(by_name)
    for longer in sorted(by_name, key=lambda key: len(key[1])):
        part, name = longer
        theirs = joined[longer]
        for end in (found.start() for found in re.finditer(r"(?<=\S)\s+", name)):
            shorter = (part, name[:end])
            if shorter not in joined or _share_a_region(joined[shorter], theirs):
                continue
            text = f"The regions of `{name}` and `{name[:end]}` were taken for one sample: none is under both."
            said = replace(theirs[0], warnings=(*theirs[0].warnings, SpectrumWarning("samples-joined", text)))
            joined[shorter] = sorted([*joined[shorter], said, *theirs[1:]], key=lambda item: place[id(item.region)])
            del joined[longer]
            break
    return joined


def _share_a_region(ours: list[Found], theirs: list[Found]) -> bool:
    """Tell whether any two regions share half of the shorter one's energies; a survey shares them only with another.

    Samples of many regions are taken to: a label typed anew is that of a few.
    """
    if len(ours) + len(theirs) > _MOST_JOINED:
        return True
    for one in (item.region for item in ours):
        for other in (item.region for item in theirs):
            spans = [region.high_ev - region.low_ev for region in (one, other)]
            survey_and_scan = max(spans) > WIDEST_SCAN_EV >= min(spans)
            shared = min(one.high_ev, other.high_ev) - max(one.low_ev, other.low_ev)
            if shared > 0.5 * min(spans) and not survey_and_scan:
                return True
    return False


def _sets(group: list[Found]) -> list[list[Found]]:
    """Part the regions of one name; where the sets differ, each says that it may be another's."""
    sets = _region_by_region(group) or _one_by_one(group)
    if len({frozenset(key_of(item.region) for item in members) for members in sets}) < 2:
        return sets
    if begun := _in_any_window(group):
        return begun
    said = SpectrumWarning("samples-guessed", _GUESSED)
    return [[replace(first, warnings=(*first.warnings, said)), *rest] for first, *rest in sets]


def _one_by_one(group: list[Found]) -> list[list[Found]]:
    """Begin a new set where a region of the present one comes again, other than as its next sweep."""
    sets: list[list[Found]] = [[]]
    measured = Measured()
    numbers: set[Hashable] = set()
    for item in group:
        own = _numbers(item.region)
        if own not in numbers and measured.holds(item.region) and not _goes_on(item.region, sets[-1]):
            sets.append([])
            measured, numbers = Measured(), set()
        sets[-1].append(item)
        measured.add(item.region)
        numbers.add(own)
    return sets


def _in_any_window(group: list[Found]) -> list[list[Found]]:
    """Begin a new set where a region comes again, in whatever window; empty unless all sets then hold the same."""
    regions = [item.region for item in group]
    kinds = same_regions([Stretch(key_of(region), region.low_ev, region.high_ev) for region in regions])
    sets: list[dict[int, Found]] = [{}]
    for kind, item in zip(kinds, group, strict=True):
        if kind in sets[-1]:
            sets.append({})
        sets[-1][kind] = item
    return [list(held.values()) for held in sets] if len({frozenset(held) for held in sets}) == 1 else []


def _goes_on(one: Region, members: Sequence[Found]) -> bool:
    """Tell whether a region measured again belongs to the same sample: as a sweep, or at another pass energy."""
    last = members[-1].region
    if _is_sweep(one, last):
        return True
    before = {item.region.pass_energy_ev for item in members if key_of(item.region) == key_of(one)}
    known = None not in before and one.pass_energy_ev is not None
    return known and key_of(one) == key_of(last) and one.pass_energy_ev not in before


def _region_by_region(group: list[Found]) -> list[list[Found]]:
    """Part regions stored one after the other, ``C 1s`` of every sample and then ``O 1s`` of every one.

    Returns:
        A set per sample: the first of each region, the second of each, sweeps together. What comes more or less often
        than the others stands alone, for nothing says to which sample it belongs. Empty where no two regions come
        equally often, and more than once.
    """
    runs: list[list[Found]] = []
    for item in group:
        if runs and _measured_as(runs[-1][-1].region) == _measured_as(item.region):
            runs[-1].append(item)
        else:
            runs.append([item])
    if len(runs) < 2 or len({_measured_as(run[0].region) for run in runs}) < len(runs):
        return []
    for run in runs:
        measured = Measured()
        measured.add(run[0].region)
        if not all(measured.holds(item.region) for item in run[1:]):
            return []
    swept = [_sweeps_of(run) for run in runs]
    if len({len(groups) for groups in swept}) > 1 == len({len(run) for run in runs}):
        swept = [[[item] for item in run] for run in runs]  # alike in one line, samples may differ in another
    times = Counter(len(groups) for groups in swept if len(groups) > 1)
    samples = max(times, key=lambda number: (times[number], number), default=0)
    if times[samples] < 2:
        return []
    paired = zip(*(groups for groups in swept if len(groups) == samples), strict=True)
    alone = [groups for run in swept if len(run) != samples for groups in run]
    return [*([item for groups in members for item in groups] for members in paired), *alone]


def _measured_as(region: Region) -> tuple[str, float | None]:
    return key_of(region), region.pass_energy_ev


def _sweeps_of(run: Sequence[Found]) -> list[list[Found]]:
    """Gather the sweeps of one thing among measurements of one region."""
    groups = [[run[0]]]
    for item in run[1:]:
        if _is_sweep(item.region, groups[-1][-1].region):
            groups[-1].append(item)
        else:
            groups.append([item])
    return groups


def _is_sweep(one: Region, other: Region) -> bool:
    """Tell whether a region repeats the one before it: the same label, axis, source, dwell time and unit, and alike."""
    if len(one.binding_energy_ev) != len(other.binding_energy_ev) or _sweep_key(one) != _sweep_key(other):
        return False
    distance = np.abs(one.binding_energy_ev - other.binding_energy_ev).max()
    return bool(distance <= _SAME_AXIS * one.step_ev) and _alike(one.intensity, other.intensity)


def _alike(one: NDArray[np.float64], other: NDArray[np.float64]) -> bool:
    """Tell whether two measurements may be of one thing: but for scale, offset and noise they do not differ by much.

    The same line 0.6 eV elsewhere, or another line, differs by half of its height; so much never averages well.
    """
    basis = np.stack([one, np.ones_like(one)], axis=1)
    if float(one @ one) > float(other @ other):
        basis, other = np.stack([other, np.ones_like(other)], axis=1), one
    left = other - basis @ np.linalg.lstsq(basis, other, rcond=None)[0]
    noise = float(np.median(np.abs(np.diff(left)))) / (0.6745 * np.sqrt(2.0))
    width = min(_SMOOTHED, len(left))
    # Medians: a spike in one sweep makes it no other thing.
    smooth, shape = (np.median(sliding_window_view(values, width), axis=1) for values in (left, other))
    least = max(_HALF * float(np.ptp(shape)), _BEYOND_NOISE * noise / np.sqrt(width))
    return bool(np.abs(smooth).max() <= least)


def _sweep_key(region: Region) -> tuple[object, ...]:
    same = (without_number(region.label), region.intensity_unit, region.dwell_s, region.recorded_energy)
    return (*same, region.source_energy_ev, region.pass_energy_ev, region.charge_correction_ev)


def _numbers(region: Region) -> Hashable:
    """Return what a region shares with its copies alone: no measurement repeats the noise of another."""
    return (*_sweep_key(region), hash(region.binding_energy_ev.tobytes()), hash(region.intensity.tobytes()))


def _without_copies(regions: list[Region]) -> tuple[list[Region], list[SpectrumWarning]]:
    """Keep each region of a sample once, with the blocks of its copies."""
    kept: list[Region] = []
    warnings = []
    places: dict[Hashable, int] = {}
    for region in regions:
        place = places.setdefault(_numbers(region), len(kept))
        if place == len(kept):
            kept.append(region)
            continue
        first = kept[place]
        kept[place] = replace(first, blocks=(*first.blocks, *region.blocks))
        text = f"What stands in {region.place} is, number for number, that of {first.place}: it was read once."
        warnings.append(SpectrumWarning("copy-ignored", text))
    return kept, warnings


def _summed(regions: list[Region]) -> tuple[list[Region], list[SpectrumWarning]]:
    """Sum the sweeps of each region: counts add up, rates are averaged by their number of scans."""
    runs: list[list[Region]] = []
    regions, warnings = _without_copies(regions)
    for region in regions:
        if runs and _is_sweep(region, runs[-1][-1]):
            runs[-1].append(region)
        else:
            runs.append([region])
    for run in runs:
        if len(run) > 1:
            name = run[0].label or f"{run[0].low_ev:.0f}-{run[0].high_ev:.0f} eV"
            how = "were summed" if run[0].intensity_unit == "counts" else "were summed into their mean"
            called = [f"`{label}`" for label in dict.fromkeys(region.label for region in run)]
            names = f"; they are called {', '.join(called[:_MOST_NAMES])}" if len(called) > 1 else ""
            text = f"{len(run)} sweeps of {name} ({run[0].place} to {run[-1].place}) {how}{names}."
            warnings.append(SpectrumWarning("sweeps-summed", text))
    return [_sum(run) for run in runs], warnings


def _sum(run: list[Region]) -> Region:
    if len(run) == 1:
        return run[0]
    scans = np.array([region.scans or 1 for region in run], dtype=np.float64)
    values = np.stack([region.intensity for region in run])
    counts = run[0].intensity_unit == "counts"
    return replace(
        run[0],
        intensity=values.sum(axis=0) if counts else scans @ values / scans.sum(),
        scans=int(scans.sum()),
        place=f"{run[0].place} to {run[-1].place}",
        blocks=tuple(block for region in run for block in region.blocks),
    )
