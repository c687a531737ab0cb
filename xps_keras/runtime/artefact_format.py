"""What this package asks of a format of model files: one object a format, which ``formats.py`` lists.

Nothing here, and nothing at module level in a format's own file, imports a runtime.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from xps_keras.errors import ModelError
from xps_keras.metadata import Metadata

Arrays = Mapping[str, NDArray[Any]]
"""Arrays by input or output name."""


@dataclass(frozen=True)
class Loaded:
    """A model in its own runtime, whatever kind of graph it is."""

    sha256: str
    """SHA-256 of the model's bytes, hexadecimal; of a SavedModel the hash of its list of file hashes."""
    metadata: Metadata
    """What the model says about itself; the graph was found to have these inputs and outputs."""
    call: Callable[[Arrays], dict[str, NDArray[Any]]]
    """Inputs by name in, outputs by name out."""


@dataclass(frozen=True)
class ModelFormat:
    """A format of model files that this package can run."""

    name: str
    """Value of ``Metadata.format``; of an artefact also its name on the command line and of its writer in
    ``xps_keras.export``."""
    title: str
    """Its name in sentences."""
    suffix: str | None
    """Lower-case end of a file's name; None for a folder."""
    holds: Callable[[Path], bool]
    """Tell from name and place alone whether a path is of this format."""
    load: Callable[[Path, int], Loaded]
    """Check a model of this format and start it with so many threads; raises ModelError."""
    package: str
    """The software that runs it."""
    module: str
    """Name under which Python imports this."""
    install: str
    """Command that installs this."""

    def missing(self, path: Path) -> ModelError:
        """Return the error for a machine without the package that runs this format."""
        return ModelError(f"{path}: {self.title} models need {self.package}; run `{self.install}`.")


@dataclass(frozen=True)
class ArtefactFormat(ModelFormat):
    """A format that this package also writes."""

    file: str
    """Name of the model in an export's folder."""
    open: Callable[[Path], Metadata]
    """Check the hashes in a model and read its metadata, without its runtime; raises ModelError."""
    operators: Callable[[Path], tuple[str, ...]]
    """Names of the graph's operations, sorted, of a sealed or unsealed model; one that plain runtimes lack, or that may
    do more than calculate, begins with ``CUSTOM``."""
    seal: Callable[[Path, Path, Metadata], None]
    """Write an unsealed model, the first path, with metadata and hashes to the second path."""
    quantizations: tuple[str, ...] = ("none",)
    """How it may store weights."""
    fixed_batch: bool = False
    """Whether it is also written for one spectrum at a time."""
    double: bool = True
    """Whether its operations know float64."""
    served: bool = False
    """Whether a server usually runs it: then it may be verified, but for its answers, where its runtime is missing."""


def file_format(
    *,
    name: str,
    title: str,
    suffix: str,
    load: Callable[[Path, int], Loaded],
    package: str,
    module: str,
    install: str,
    opened: Callable[[bytes, str], tuple[Metadata, bytes]],
    operators: Callable[[bytes], tuple[str, ...]],
    seal: Callable[[bytes, Metadata], bytes],
) -> ArtefactFormat:
    """Return a format whose models are single files called ``model`` with its suffix.

    Args:
        name: As in ``ModelFormat``, like the next six.
        title: See there.
        suffix: See there.
        load: See there.
        package: See there.
        module: See there.
        install: See there.
        opened: Takes the bytes of a sealed model and a name for messages; checks them and gives the metadata and the
            model without it.
        operators: Takes the bytes of a model; see ``ArtefactFormat``.
        seal: Takes the bytes of an unsealed model; gives those of the sealed one.
    """

    def write_sealed(plain: Path, target: Path, metadata: Metadata) -> None:
        target.write_bytes(seal(plain.read_bytes(), metadata))

    return ArtefactFormat(
        name=name,
        title=title,
        suffix=suffix,
        holds=lambda path: path.suffix.lower() == suffix and not path.is_dir(),
        load=load,
        package=package,
        module=module,
        install=install,
        file=f"model{suffix}",
        open=lambda path: opened(path.read_bytes(), str(path))[0],
        operators=lambda path: operators(path.read_bytes()),
        seal=write_sealed,
    )


CUSTOM = "CUSTOM:"
"""Beginning of the name of an operation that a runtime with the built-in ones alone cannot run."""


def custom_operators(names: tuple[str, ...]) -> list[str]:
    """Return the operations that a runtime with the built-in ones alone cannot run."""
    return [name for name in names if name.startswith(CUSTOM)]
