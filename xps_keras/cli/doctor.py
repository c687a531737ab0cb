"""``xps-keras doctor``: what is installed, what each extra would enable, which devices there are."""

import os
import platform
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec

import typer

from xps_keras.errors import XpsKerasError
from xps_keras.version import __version__

ENABLES = {
    "": "analyze, inspect, library, recipe",
    "train": "train, evaluate, experiment, dataset, export to SavedModel and TFLite",
    "onnx": "export to ONNX, ONNX models in analyze and evaluate",
    "parquet": "dataset export: data sets for readers without TensorFlow",
    "beam": "dataset build --beam: data sets written by many machines",
    "chem": "library show and spectrum of any structure, rules, rebuilding the tables",
    "openvino": "a second opinion on exported models",
    "xlsx": "analyze --table as Excel file; label tables as such in library import",
    "formats": "Excel workbooks, NeXus and .vgd files in analyze and inspect",
    "app": "app: the local page to drop spectra on",
}
"""By extra: what it is for; ``""`` is what every installation has."""
INNER = ("test", "dev", "browser", "fuzz", "docs", "systems", "notebooks")
"""Extras for those who work on this package."""
_REQUIREMENT = re.compile(r"(?P<name>[A-Za-z0-9._-]+)(?:\[[^]]*\])?\s*(?P<bounds>[^;]*)(?:;(?P<marker>.*))?")
_EXTRA = re.compile(r"""extra\s*==\s*["']([^"']+)["']""")


@dataclass(frozen=True)
class Need:
    """A package that an extra needs."""

    extra: str
    """Empty for what every installation needs."""
    package: str
    least: str
    """Lowest version, empty for any."""
    found: str | None
    """Version that is installed; None where it is missing."""

    @property
    def met(self) -> bool:
        """Whether it is there and new enough."""
        return self.found is not None and _numbers(self.found) >= _numbers(self.least)


def doctor() -> None:
    """Say what is installed, what each extra would enable, and which devices a training would find."""
    machine = f"{platform.platform()}, {os.cpu_count()} processors"
    print(f"xps-keras {__version__}, Python {platform.python_version()}, {machine}")
    needs = list(needs_of(requires_of_this_package()))
    sound = True
    for extra, enables in ENABLES.items():
        own = [need for need in needs if need.extra == extra]
        if own or not extra:
            sound &= _print_extra(extra, enables, own)
    if not needs:
        print("The package is not installed, only found; what it needs is not known. Run `pip install xps-keras`.")
    for line in (*_devices(), _shipped(), *_own()):
        print(line)
    if not sound:
        raise typer.Exit(1)


def requires_of_this_package() -> list[str]:
    """Return the requirements of this package as its installation states them; none where it was never installed."""
    from importlib import metadata  # only here and below: every command imports this file

    try:
        return metadata.requires("xps-keras") or []
    except metadata.PackageNotFoundError:
        return []


def needs_of(requirements: list[str]) -> Iterator[Need]:
    """Read requirements such as ``tensorflow>=2.18; extra == "train"`` and look each up here.

    Args:
        requirements: The requirements.

    Yields:
        The packages; none of extras for those who work on this package.
    """
    for text in requirements:
        found = _REQUIREMENT.match(text)
        if found is None:
            continue
        extra = _EXTRA.search(found["marker"] or "")
        if extra is not None and extra[1] in INNER:
            continue
        least = re.search(r">=\s*([0-9.]+)", found["bounds"])
        yield Need(extra[1] if extra else "", found["name"], least[1] if least else "", _installed(found["name"]))


def _installed(name: str) -> str | None:
    from importlib import metadata

    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", text.split("+")[0])[:3])


def _print_extra(extra: str, enables: str, needs: list[Need]) -> bool:
    """Print one extra; whether nothing about it is broken: missing is not, too old is."""
    lacking = [need for need in needs if not need.met]
    old = [need for need in lacking if need.found is not None]
    print(f"\n{extra or 'always'}: {'missing' if lacking else 'ready'}; for {enables}")
    print(f"  {', '.join(f'{need.package} {need.found}' for need in needs if need.found) or 'nothing installed'}")
    for need in old:
        print(f"  {need.package} {need.found} is too old, {need.least} or later is needed")
    if lacking:
        what = f"xps-keras[{extra}]" if extra else "xps-keras"
        print(f"  needs {', '.join(need.package for need in lacking)}: pip install --upgrade '{what}'")
    return not old and (bool(extra) or not lacking)


def _devices() -> Iterator[str]:
    """What TensorFlow finds to train on."""
    if find_spec("tensorflow") is None:
        yield "\ndevices: not asked, TensorFlow is not installed"
        return
    from xps_keras.quiet import import_quietly

    tf = import_quietly("tensorflow")
    gpus = tf.config.list_physical_devices("GPU")
    names = [tf.config.experimental.get_device_details(gpu).get("device_name", gpu.name) for gpu in gpus]
    built = "" if tf.test.is_built_with_gpu_support() else "; this build of TensorFlow uses none"
    yield f"\ndevices: {len(tf.config.list_physical_devices('CPU'))} CPU; GPUs: {', '.join(names) or f'none{built}'}"
    strategy = "mirrored" if len(gpus) > 1 else "one"
    yield f"  --strategy auto would be {strategy}; several machines: --workers"


def _shipped() -> str:
    """Whether the shipped model runs."""
    try:
        import numpy as np

        from xps_keras.runtime import load

        model = load()
        model.run(np.ones((1, model.metadata.axis.size), np.float32))
    except (ImportError, XpsKerasError) as error:
        return f"shipped model: cannot be run ({error})"
    metadata = model.metadata
    return f"shipped model: {metadata.name}, trained by {metadata.package_version} on {metadata.recipe}, runs here"


def _own() -> Iterator[str]:
    """What the user and other packages have added."""
    from importlib import metadata

    from xps_keras.measured.store import libraries_folder, stored_names

    yield f"imported libraries: {', '.join(stored_names()) or 'none'}, in {libraries_folder()}"
    points = metadata.entry_points(group="xps_keras.networks")
    yield f"networks of other packages: {', '.join(point.name for point in points) or 'none'}"
