"""What was dropped on the page, in memory, and what the model said about it."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from xps_keras.analysis.analyzing import answered
from xps_keras.analysis.examining import Examined, examined
from xps_keras.analysis.given_charge import GivenCharge, given_charge
from xps_keras.analysis.predictor import Runnable
from xps_keras.analysis.result import LIBRARY_REFERENCE_EV
from xps_keras.app.choice import Choice
from xps_keras.app.limits import MOST_EXAMINED, MOST_FILES, MOST_HELD_BYTES, MOST_SAMPLES
from xps_keras.errors import InputError, UsageError
from xps_keras.fit.result import Method
from xps_keras.io import read_content
from xps_keras.io.vamas import VamasReader
from xps_keras.preprocessing.channels import Channels, to_channels
from xps_keras.reporting.sample import ReportSample
from xps_keras.spectrum import Spectrum

_Asked = tuple[str, Method, tuple[GivenCharge, float] | None, tuple[int, ...]]
"""Sample, method, known charge and reference where there is one, and regions that are left out."""


@dataclass(frozen=True, eq=False)
class HeldFile:
    """One dropped file."""

    number: int
    name: str
    spectra: tuple[Spectrum, ...]
    content: bytes
    """Its bytes where its corrected copy is made from them, that is of VAMAS; else empty."""
    size: int
    """Bytes that it takes."""


@dataclass(frozen=True, eq=False)
class HeldSample:
    """One sample of a dropped file."""

    key: str
    """Its name in questions of the page."""
    file: HeldFile
    spectrum: Spectrum


class Gone(UsageError):
    """A sample is no longer held."""


class Held:
    """All that was dropped. Threads may ask at once; the model answers one at a time.

    Args:
        runtime: The model.
    """

    def __init__(self, runtime: Runnable) -> None:
        self._runtime = runtime
        self._lock = threading.Lock()
        self._model_lock = threading.Lock()
        self._samples: dict[str, HeldSample] = {}
        self._examined: OrderedDict[_Asked, tuple[Channels, Examined]] = OrderedDict()
        self._files = 0
        self.revision = 0
        """Rises with every change, by which another tab sees that it must look again."""

    def add(self, name: str, content: bytes) -> list[HeldSample]:
        """Read a file and hold its samples.

        Args:
            name: As ``shown_name`` made it.
            content: Its bytes.

        Returns:
            Its samples.

        Raises:
            InputError: It is no spectrum.
            UsageError: There is no room left.
        """
        self._room(len(content))
        spectra = read_content(content, Path(name))
        keep = content if spectra[0].file_format == VamasReader.name else b""
        numbers = sum(region.intensity.nbytes * 2 for spectrum in spectra for region in spectrum.regions)
        with self._lock:
            if len(self._samples) + len(spectra) > MOST_SAMPLES:
                raise UsageError(f"{name}: the page holds {MOST_SAMPLES} samples at most, remove some first.")
            self._files += 1
            file = HeldFile(self._files, name, spectra, keep, len(keep) + numbers)
            found = [HeldSample(f"{file.number}-{spectrum.sample_number}", file, spectrum) for spectrum in spectra]
            self._samples.update((sample.key, sample) for sample in found)
            self.revision += 1
        return found

    def samples(self) -> list[HeldSample]:
        """Return all samples in the order in which they came."""
        with self._lock:
            return list(self._samples.values())

    def sample(self, key: str) -> HeldSample:
        """Return a sample.

        Raises:
            Gone: It was removed, perhaps in another tab.
        """
        with self._lock:
            found = self._samples.get(key)
        if found is None:
            raise Gone("This sample is no longer here; it was removed, perhaps in another tab.")
        return found

    def remove(self, keys: Sequence[str]) -> None:
        """Forget samples; those that are gone already cost nothing."""
        with self._lock:
            for key in keys:
                self._samples.pop(key, None)
            for held in [held for held in self._examined if held[0] not in self._samples]:
                del self._examined[held]
            self.revision += 1

    def answer(self, sample: HeldSample, choice: Choice) -> ReportSample:
        """Answer for a sample; what takes time is remembered, so that another reference comes at once.

        Args:
            sample: The sample.
            choice: How.

        Returns:
            The sample with its answer, or with the sentence why there is none.
        """
        chosen = chosen_of(sample.spectrum, choice)
        try:
            channels, found = self._looked_at(sample, chosen, choice)
            return ReportSample.of(chosen, channels, answered(chosen, channels, found, choice.reference_ev))
        except InputError as error:
            return ReportSample(str(sample.spectrum.path), chosen, error=str(error))

    def _looked_at(self, sample: HeldSample, chosen: Spectrum, choice: Choice) -> tuple[Channels, Examined]:
        # A charge that a line tells is found on the scale of the reference.
        charge = None if choice.charge is None else (choice.charge, choice.reference_ev)
        key = (sample.key, choice.method, charge, choice.without)
        with self._lock:
            if key in self._examined:
                self._examined.move_to_end(key)
                return self._examined[key]
        channels = to_channels(chosen)
        moved = choice.reference_ev - LIBRARY_REFERENCE_EV
        given = None if choice.charge is None else given_charge(choice.charge, channels, moved, chosen.path.name)
        with self._model_lock:  # an interpreter of TensorFlow Lite serves one thread at a time
            found = channels, examined(channels, self._runtime, choice.method, given)
        with self._lock:
            self._examined[key] = found
            while len(self._examined) > MOST_EXAMINED:
                self._examined.popitem(last=False)
        return found

    def _room(self, size: int) -> None:
        with self._lock:
            files = {id(sample.file): sample.file for sample in self._samples.values()}.values()
            if len(files) >= MOST_FILES:
                raise UsageError(f"The page holds {MOST_FILES} files at most, remove some first.")
            if sum(file.size for file in files) + size > MOST_HELD_BYTES:
                raise UsageError(
                    f"The page holds {MOST_HELD_BYTES / 1e9:g} GB of spectra at most, remove some samples first."
                )


def chosen_of(spectrum: Spectrum, choice: Choice) -> Spectrum:
    """Return a spectrum without the regions that are left out, possibly with none."""
    if not choice.without:
        return spectrum
    kept = tuple(region for place, region in enumerate(spectrum.regions) if place not in choice.without)
    return replace(spectrum, regions=kept)
