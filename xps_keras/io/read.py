"""One entrance for all files: look at the content, choose the reader, check what it found, part it into samples."""

import hashlib
from collections import deque
from collections.abc import Sequence
from pathlib import Path

from xps_keras.errors import InputError, SpectrumWarning, XpsKerasError
from xps_keras.files import StrPath
from xps_keras.io.decode import to_text
from xps_keras.io.draft import Draft, to_region
from xps_keras.io.messages import few, short_name, shortened
from xps_keras.io.reader import NoSpectrum, Reader
from xps_keras.io.registry import readers_for
from xps_keras.io.samples import Found, samples_of
from xps_keras.io.unsaid_source import with_sources
from xps_keras.printable import printable
from xps_keras.spectrum import Spectrum

LARGEST_BYTES = 200_000_000
"""Files above this size are no spectra: the longest VAMAS depth profiles are a few ten megabytes."""
_HEAD_BYTES = 65_536
_MOST_NAMES = 8  # samples listed in a message


def read(path: StrPath, sample: str | int | None = None) -> Spectrum:
    """Read one sample of a spectrum file of any known format; the content decides which, not the name.

    Args:
        path: The file.
        sample: Name of the sample or its number, from 1; None for a file that holds only one.

    Returns:
        Its regions on ascending binding energy, in file order, and what a user should know about them. Regions that
        cannot be used are left out with a warning as long as one can.

    Raises:
        InputError: If the file cannot be opened, is of no known format, holds no usable region, or no such sample, or
            several samples of which none was named.
    """
    spectra = read_all(path)
    if sample is not None:
        return choose(spectra, sample)
    if len(spectra) > 1:
        raise InputError(f"{spectra[0].path.name}: the file holds {listing(spectra)}, name the one that is meant.")
    return spectra[0]


def read_all(path: StrPath) -> tuple[Spectrum, ...]:
    """Read every sample of a spectrum file.

    Args:
        path: The file.

    Returns:
        One spectrum per sample, in the order in which they begin; see ``read``.

    Raises:
        InputError: If the file cannot be opened, is of no known format, or holds no usable region.
    """
    path = Path(path)
    return read_content(_bytes(path), path)


def read_content(data: bytes, path: Path) -> tuple[Spectrum, ...]:
    """Read every sample of a spectrum file whose content is at hand; no file is opened.

    Args:
        data: The content.
        path: What the file is called, for messages and for the spectra.

    Returns:
        As ``read_all``.

    Raises:
        InputError: If the content is empty, of no known format, or holds no usable region.
    """
    if not data:
        raise InputError(f"{path.name}: the file is empty, export it again.")
    digest = hashlib.sha256(data).hexdigest()
    try:
        reader = _reader(data, path)
        parsed = reader.read(data, path)
    except InputError as error:
        raise type(error)(shortened(str(error))) from error
    del data  # a large file and all its numbers need not be kept twice
    named, made = _named(parsed.drafts)
    drafts, said = deque(with_sources(named)), (*parsed.warnings, *made)
    del parsed, named
    found: list[Found] = []
    refused: list[tuple[str, XpsKerasError]] = []
    while drafts:
        draft = drafts.popleft()
        try:
            region, notes = to_region(draft, path.name)
        except XpsKerasError as error:
            refused.append((f" ({label})" if (label := short_name(printable(draft.label))) else "", error))
            continue
        found.append(Found(region, draft.part, notes))
    if not found and not refused:
        why = said[0].text if said else "it holds no region."
        raise InputError(shortened(f"{path.name}: no spectrum was found: {why}"))
    if not found:
        raise InputError(shortened(str(refused[0][1]))) from refused[0][1]
    skipped = [SpectrumWarning("region-skipped", f"A region{name} was left out: {why!s}") for name, why in refused]
    of_file, of_regions = few(said), few(skipped)
    return tuple(
        Spectrum(
            path=path,
            file_format=reader.name,
            sha256=digest,
            regions=sample.regions,
            warnings=tuple(dict.fromkeys((*of_file, *few(sample.warnings), *of_regions))),
            sample=sample.name,
            sample_number=number,
        )
        for number, sample in enumerate(samples_of(found), start=1)
    )


def _named(drafts: Sequence[Draft]) -> tuple[Sequence[Draft], tuple[SpectrumWarning, ...]]:
    """Name the samples of several regions by the words in which they differ; leave out what was made of others."""
    said: tuple[SpectrumWarning, ...] = ()
    if len(drafts) < 2:
        return drafts, said
    from xps_keras.io.told_apart import named_by_words  # its patterns take milliseconds to build

    if any(draft.made for draft in drafts):
        from xps_keras.io.made_of import without_made

        drafts, said = without_made(drafts)
    return named_by_words(drafts), said


def choose(spectra: tuple[Spectrum, ...], sample: str | int) -> Spectrum:
    """Return one sample of a file.

    Args:
        spectra: The samples of one file.
        sample: Name, in any case of letters, or number from 1. A name goes before a number written the same.

    Returns:
        The sample.

    Raises:
        InputError: If there is none of that name or number, or several of that name.
    """
    wanted = str(sample).strip().lower()
    named = [spectrum for spectrum in spectra if spectrum.sample.lower() == wanted]
    numbered = [spectrum for spectrum in spectra if str(spectrum.sample_number) == wanted]
    if len(found := named or numbered) == 1:
        return found[0]
    raise InputError(f"{spectra[0].path.name}: there is no sample `{sample}`, the file holds {listing(spectra)}.")


def listing(spectra: tuple[Spectrum, ...]) -> str:
    """Name the samples of a file for a message: ``3 samples (1 PET, 2 nylon, 3 PTFE)``."""
    names = [f"{spectrum.sample_number} {spectrum.sample or 'without a name'}" for spectrum in spectra]
    more = f", and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return f"{len(names)} sample{'s' if len(names) > 1 else ''} ({', '.join(names[:_MOST_NAMES])}{more})"


def _bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise InputError(f"{path}: this is a folder, name the files in it.")
        size = path.stat().st_size
        if size > LARGEST_BYTES:
            raise InputError(
                f"{path.name}: the file has {size / 1e6:.0f} MB, more than any spectrum "
                f"({LARGEST_BYTES / 1e6:.0f} MB), export the regions alone."
            )
        if size == 0 and path.is_file():
            raise InputError(f"{path.name}: the file is empty, export it again.")
        if not path.is_file():
            raise InputError(f"{path}: this is a device or a pipe, save the data to a file first.")
        return path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"{path}: there is no such file, check the name and the folder.") from None
    except PermissionError:
        raise InputError(f"{path}: reading is not permitted, change the file's permissions or copy it.") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error}), check the name and the disk.") from error


def _reader(data: bytes, path: Path) -> Reader:
    """Choose the first reader that knows the content."""
    for reader in readers_for(data):
        if reader.recognises(data, path):
            return reader
    if to_text(data[:_HEAD_BYTES]) is None:
        raise NoSpectrum(
            f"{path.name}: the content is binary and of no known format, export it as VAMAS or as two-column text."
        )
    raise NoSpectrum(
        f"{path.name}: no two columns of numbers were found, export binding energy and counts as two columns, or VAMAS."
    )
