"""Building a data set for a person who waits: checks first, a progress bar, sentences instead of tracebacks."""

import io
import os
import sys
from contextlib import redirect_stdout
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import absl.logging
import tensorflow_datasets as tfds
from etils import epath
from tensorflow_datasets.core import constants

from xps_keras.corpus.named import recipe
from xps_keras.datasets.xps_polymers.building import building
from xps_keras.datasets.xps_polymers.manual import library_in
from xps_keras.datasets.xps_polymers.refusals import require_room, sentences
from xps_keras.datasets.xps_polymers.schema import COMPONENTS
from xps_keras.datasets.xps_polymers.splits import DEFAULT_SIZE, split_seeds, split_sizes
from xps_keras.datasets.xps_polymers.xps_polymers_dataset_builder import Builder, PolymersConfig
from xps_keras.errors import InputError, UsageError, XpsKerasError
from xps_keras.files import StrPath, check_folder
from xps_keras.groups import GROUP_NAMES
from xps_keras.measured.store import find_library, libraries_folder
from xps_keras.progress import progress_bar


def build(
    config: str | PolymersConfig,
    data_dir: StrPath | None = None,
    size: int | None = None,
    seed: int | None = None,
    *,
    overwrite: bool = False,
    processes: int | None = None,
    beam_options: str | None = None,
    library: str | None = None,
    manual_dir: StrPath | None = None,
) -> Path:
    """Build a data set where it is missing.

    Args:
        config: Name of a config of ``xps_polymers``, or what ``config_of`` makes of a recipe.
        data_dir: Folder of all data sets, None for that of TFDS (``TFDS_DATA_DIR`` or ``~/tensorflow_datasets``).
        size: Spectra of all splits together, None for 105,000.
        seed: Seed of the data set, None for 42.
        overwrite: Whether to build anew what stands there.
        processes: Further processes that draw, None for one less than there are processors, at least one.
        beam_options: None to write from here; otherwise options of an Apache Beam pipeline,
            ``name=value,name=value``, which may be empty.
        library: For the config ``measured``: name of the imported library, None if there is only one.
        manual_dir: For the config ``measured``: folder of imported libraries, None for that of the user's data
            directory.

    Returns:
        The folder of the data set.

    Raises:
        XpsKerasError: An unknown config, a size or seed out of range or other than that of the data set that stands
            there, Apache Beam missing, no such library, or a folder that cannot be written or is full.
    """
    manual_dir = None if manual_dir is None else Path(os.path.expanduser(manual_dir))
    if beam_options is not None and find_spec("apache_beam") is None:
        raise UsageError("--beam needs the package apache_beam; run `pip install 'xps-keras[train,beam]'`.")
    settings: dict[str, Any] = {"size": size, "seed": seed, "processes": processes, "library": library}
    manual_dir = libraries_folder() if manual_dir is None else manual_dir
    if (config if isinstance(config, str) else config.name).startswith("measured"):
        settings["labels"] = _labels_in(manual_dir, library)
    wanted = size if size is not None else DEFAULT_SIZE
    split_sizes(wanted)
    split_seeds(seed if seed is not None else 0)
    with sentences(data_dir if data_dir is not None else "TFDS's data folder"):
        folder = _folder_of(config, data_dir)
        if overwrite and folder.exists():
            with building(folder):
                folder.unlink() if folder.is_file() else folder.rmtree(missing_ok=True)
        builder = named_builder(config, data_dir, **settings)
        if builder.data_path.exists() and not builder.is_prepared():
            if builder.data_path.is_file() or any(builder.data_path.iterdir()):
                raise UsageError(
                    f"{builder.data_path}: something stands here that is no whole data set; build it anew with "
                    "--overwrite or name another folder."
                )
            builder.data_path.rmdir()
        if not builder.data_path.exists():
            if builder.builder_config.library is None:
                library_in(manual_dir, library)  # a sentence now rather than TFDS's page later
            if "://" not in builder.data_dir:
                check_folder(builder.data_dir)
                require_room(Path(builder.data_dir), wanted, "name another folder with --data-dir or a smaller --size")
        with progress_bar(wanted, shown=sys.stderr.isatty() and beam_options is None) as written:
            builder.written = written
            # TFDS announces an unknown size to download, on the stream that is for answers.
            with redirect_stdout(io.StringIO()):
                builder.download_and_prepare(download_config=_configuration(beam_options, manual_dir))
    return Path(builder.data_dir)


def _folder_of(config: str | PolymersConfig, data_dir: StrPath | None) -> Any:
    """Return the folder of a data set, which need not be read for that: it may be damaged."""
    root = epath.Path(constants.DATA_DIR if data_dir is None else os.path.expanduser(data_dir))
    return root / Builder.name / (config if isinstance(config, str) else config.name) / str(Builder.VERSION)


def _labels_in(manual_dir: Path, library: str | None) -> tuple[str, ...]:
    """Return the labels of the library in a manual directory; those of the package where none is found, yet."""
    try:
        return find_library(library_in(manual_dir, library)).labels
    except XpsKerasError:
        return GROUP_NAMES  # said where it is needed: what is asked for may stand there already


def config_of(name: StrPath, measured: bool = False) -> PolymersConfig:
    """Return the config of a recipe: a file's, or a built-in one.

    Args:
        name: A recipe, as ``xps_keras.recipe`` takes it.
        measured: Whether spectra are drawn from a library that its user owns; else from that of the package.

    Returns:
        The config, called as the recipe, ``measured_`` before it where ``measured``.

    Raises:
        UsageError: There is no such recipe, it has more components than examples can hold, or a config of the data set
            bears its name.
    """
    found = recipe(name)
    called = f"measured_{found.name}" if measured else found.name
    if max(found.components) > COMPONENTS:
        raise UsageError(
            f"{name}: a mixture of {max(found.components)} polymers does not fit into a data set, whose examples hold "
            f"{COMPONENTS}; lower `components`."
        )
    if measured and (found.surface is not None or found.hypothetical):
        raise UsageError(
            f"{name}: this recipe adds peaks to the polymers, which cannot be mixed with measured spectra."
        )
    standing: PolymersConfig | None = Builder.builder_configs.get(called)
    if standing is not None:
        if standing.recipe() == found:
            return standing
        raise UsageError(f"{name}: a data set '{called}' of another recipe comes with the package; change `name`.")
    # A measured library adds what it is by itself; see the config `measured`.
    return PolymersConfig(
        name=called,
        description=f"Drawn by the recipe {found.name}.",
        library=None if measured else "polymers",
        given=found,
    )


def named_builder(config: str | PolymersConfig, data_dir: StrPath | None, **settings: Any) -> Builder:
    """Return the builder of a config.

    Args:
        config: Name of the config, or a config.
        data_dir: Folder of all data sets, None for that of TFDS.
        **settings: ``size``, ``seed``, ``processes`` and ``library`` of ``Builder``.

    Returns:
        The builder.

    Raises:
        UsageError: There is no such config, or it has a library of its own and another one was asked for.
        InputError: A data set stands there and is damaged.
    """
    absl.logging.set_verbosity(absl.logging.ERROR)  # TFDS warns of its own deprecated calls
    if isinstance(config, str) and config not in Builder.builder_configs:
        raise UsageError(f"There is no config '{config}'; choose one of: {', '.join(Builder.builder_configs)}.")
    try:
        str(data_dir).encode()
    except UnicodeEncodeError as error:
        raise UsageError(f"{data_dir}: TensorFlow takes names in UTF-8 alone; name another folder.") from error
    try:
        found = Builder(config=config, data_dir=None if data_dir is None else os.path.expanduser(data_dir), **settings)
        missing = sorted({"recipe", "seed", "size", "library"} - set(found.info.metadata))
    except XpsKerasError:
        raise
    except Exception as error:  # TFDS raises whatever JSON, Protocol Buffers or an assertion raises
        if isinstance(error, OSError) and error.errno is not None:  # without a number it is a word of TFDS 4.9.8
            raise
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0][:200].rstrip(". ")
        where = _folder_of(config, data_dir)
        raise InputError(f"{where}: the data set is damaged ({reason}); build it anew with --overwrite.") from error
    if missing and found.is_prepared():
        raise InputError(
            f"{found.data_path}: the data set is damaged (its metadata lacks {', '.join(missing)}); build it anew with "
            "--overwrite."
        )
    return found


def _configuration(beam_options: str | None, manual_dir: Path) -> Any:
    if beam_options is None:
        return tfds.download.DownloadConfig(manual_dir=manual_dir)
    from apache_beam.options.pipeline_options import PipelineOptions

    flags = [f"--{option.strip()}" for option in beam_options.split(",") if option.strip()]
    return tfds.download.DownloadConfig(manual_dir=manual_dir, beam_options=PipelineOptions(flags=flags))
