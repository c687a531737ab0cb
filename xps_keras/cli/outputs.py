"""Where results go: checked before any work is done."""

import os
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import lru_cache
from pathlib import Path

from xps_keras.cli.inputs import Inputs, written_by_us
from xps_keras.errors import UsageError
from xps_keras.files import through
from xps_keras.pretrained import SHIPPED

BESIDE = ("metadata.json", "golden.npz", "MODEL_CARD.md", "SHA256SUMS", "config.json", "history.json")
"""Files that belong to a model, in its folder."""
Identity = tuple[int, int]
"""Device and number of a file, whatever the name that leads to it."""


def writable(path: Path, make_folder: bool = False) -> Path:
    """Check that a file can be written.

    Args:
        path: The file.
        make_folder: Whether a folder that does not exist yet will be made, so that only the one above it counts.

    Returns:
        The same path.

    Raises:
        UsageError: The path is a folder, or its folder is missing or not writable.
    """
    if os.path.isdir(path):
        raise UsageError(f"{path}: this is a folder; name a file to write to.")
    if through(path):
        if os.path.exists(path) and not os.access(path, os.W_OK):
            raise UsageError(f"{path}: writing here is not permitted; choose another place.")
        return path
    target = Path(os.path.realpath(path))
    _check_folder(target.parent, make_folder)
    if os.path.exists(target) and not os.access(target, os.W_OK):
        raise UsageError(f"{path}: writing here is not permitted; choose another place.")
    return path


@lru_cache(maxsize=1024)
def _check_folder(folder: Path, make: bool) -> None:
    present = folder
    while make and not os.path.lexists(present) and present != present.parent:
        present = present.parent
    if not os.path.isdir(present):
        if os.path.lexists(present):
            raise UsageError(f"{present}: this is a file and no folder; choose another place.")
        raise UsageError(f"{folder}: the folder does not exist; make it first.")
    if not os.access(present, os.W_OK | os.X_OK):
        raise UsageError(f"{folder}: writing here is not permitted; choose another place.")


def with_folder(path: Path) -> Path:
    """Make the folder of a file that is about to be written.

    Args:
        path: The file.

    Returns:
        The same path.

    Raises:
        UsageError: The folder cannot be made.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{path.parent}: this folder cannot be made ({error.strerror or error}).") from error
    return path


def writable_results(json_out: str | None, png: Path | None, read: Iterable[Path] = ()) -> Path | None:
    """Make sure that the outputs of a measurement can be written, before it begins.

    Args:
        json_out: Value of ``--json``: a file, ``-`` for stdout, or None.
        png: Value of ``--png``.
        read: Files that the command reads, which no output may replace.

    Returns:
        The JSON file; None for stdout and for none.

    Raises:
        UsageError: One of them cannot be written, would replace a file that is read, or both are one file.
    """
    file = None if json_out in (None, "-") else Path(str(json_out))
    keep = identities(read)
    for path in (file, png):
        if path is not None:
            not_an_input(writable(path), keep)
    different((file, png))
    return file


def read_by(model: str, *others: str | Path | None) -> list[Path]:
    """Return the files that a command reads: those of its model, and others such as a recipe, ``mine.py:NAME``.

    Args:
        model: A model's file or folder, or ``pretrained``.
        others: Names, perhaps of files; None is left out.
    """
    place = SHIPPED.get(model, Path(model))
    named = [Path(str(other).partition(".py:")[0] + ".py" * (".py:" in str(other))) for other in others if other]
    return [*named, *(path for path in files_of_model(place) if path.name in BESIDE or not written_by_us(path))]


def written_at_the_end(writes: Iterable[Callable[[], None]]) -> None:
    """Write several results, each whatever came of the others.

    Args:
        writes: Each writes one.

    Raises:
        UsageError: Some could not be written.
    """
    problems = []
    for write in writes:
        try:
            write()
        except UsageError as error:
            problems.append(str(error))
    if problems:
        raise UsageError(" ".join(problems))


def identities(paths: Iterable[Path]) -> frozenset[Identity]:
    """Return which files the paths lead to, through links and by any spelling; missing ones are left out."""
    found = set()
    for path in paths:
        try:
            status = os.stat(path)
        except (OSError, ValueError):
            continue
        found.add((status.st_dev, status.st_ino))
    return frozenset(found)


def files_of_model(model: Path) -> list[Path]:
    """Return the files that a model consists of: those in its folder, or itself and what an export puts beside it."""
    if os.path.isdir(model):
        return [Path(here, name) for here, _, names in os.walk(model) for name in names]
    return [model, *(model.with_name(name) for name in BESIDE)]


def not_an_input(path: Path, inputs: Collection[Identity]) -> Path:
    """Refuse to write over a file that the call reads.

    Args:
        path: The file to write.
        inputs: What must stay, from ``identities``.

    Returns:
        The same path.

    Raises:
        UsageError: The path leads to one of them.
    """
    if not through(path) and identities([path]) & frozenset(inputs):
        raise UsageError(f"{path}: writing here would overwrite an input file; choose another place.")
    return path


def targets(out: Path | None, inputs: Inputs, suffix: str) -> list[Path | None]:
    """Name the output file of each input file.

    In a folder it has the input's name; of inputs that differ in their suffix alone, name and suffix.

    Args:
        out: A file for one input, or a folder; a folder for several, which need not exist. None: nothing is written.
        inputs: The input files.
        suffix: Suffix of output files inside a folder, with its dot; empty for a folder for each input.

    Returns:
        One path per input file, or None for each when ``out`` is None.

    Raises:
        UsageError: A path cannot be written, or serves two inputs.
    """
    if out is None:
        return [None] * len(inputs.files)
    folder = inputs.several or os.path.isdir(out)
    if folder and not os.path.isdir(out) and (os.path.lexists(out) or out.suffix.lower() in _FILE_SUFFIXES):
        raise UsageError(f"{out}: with several files this must be a folder.")
    inside = [place.with_name(place.name + suffix) for place in _places(out, inputs)] if folder else [out]
    first: dict[str, Path] = {}
    for path, item in zip(inside, inputs.files, strict=True):
        other = first.setdefault(os.path.normcase(path), item.path)
        if other is not item.path:
            raise UsageError(
                f"{path}: two input files would be written here, {other} and {item.path}; analyse them in two calls."
            )
        if suffix or not folder:
            writable(path, make_folder=True)
        else:
            writable(path / "x", make_folder=True)
    return list(inside)


def _places(out: Path, inputs: Inputs) -> list[Path]:
    """Return where each input's output goes in a folder, without suffix: ``a``, or ``a_spe`` beside ``a_txt``."""
    places = [out / item.folder / item.path.stem for item in inputs.files]
    met = Counter(os.path.normcase(place) for place in places)
    return [
        place.with_name("_".join(item.path.name.rsplit(".", 1))) if met[os.path.normcase(place)] > 1 else place
        for place, item in zip(places, inputs.files, strict=True)
    ]


_FILE_SUFFIXES = frozenset([".png", ".svg", ".pdf", ".vms", ".csv", ".txt", ".json", ".xlsx"])


def taken_names(paths: Sequence[Path | None]) -> list[tuple[str, ...]]:
    """Return for each output file the names of others that its numbered twins (``pet_2.png``) might meet.

    Args:
        paths: Output files.

    Returns:
        For each the names of those in its folder that begin with its own and an underscore.
    """
    place = {path: index for index, path in enumerate(paths) if path is not None}
    found: list[list[str]] = [[] for _ in paths]
    for path in place:
        stem = path.stem
        for end in (index for index, letter in enumerate(stem) if letter == "_"):
            owner = place.get(path.with_name(f"{stem[:end]}{path.suffix}"))
            if owner is not None:
                found[owner].append(path.name)
    return [tuple(names) for names in found]


def different(outputs: Iterable[Path | None]) -> None:
    """Refuse a call that would write one file twice.

    Raises:
        UsageError: Two outputs are the same file.
    """
    seen: set[str] = set()
    for path in outputs:
        if path is None or through(path):
            continue
        name = os.path.normcase(os.path.join(_real(path.parent), path.name))
        if name in seen:
            raise UsageError(f"{path}: two outputs would be written here; give each a place of its own.")
        seen.add(name)


@lru_cache(maxsize=1024)
def _real(folder: Path) -> str:
    return os.path.realpath(folder)


def protected(inputs: Inputs, model: str, others: Sequence[Path] = ()) -> frozenset[Identity]:
    """Return what no output of a call may replace: its inputs, and the model with its folder.

    What an earlier call wrote into a folder that is read is no input, and may be written anew.

    Args:
        inputs: The spectra.
        model: A model's file or folder, or ``pretrained``.
        others: Further files that are read.
    """
    return identities([*(item.path for item in inputs.files), *read_by(model, *others)])
