"""The builder of ``xps_polymers``."""

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import tensorflow as tf
import tensorflow_datasets as tfds
from etils import epath

from xps_keras.corpus.named import recipe
from xps_keras.corpus.recipes import Recipe
from xps_keras.corpus.version import CORPUS_VERSION, OLDER_CORPUS_VERSIONS
from xps_keras.datasets.xps_polymers import writing
from xps_keras.datasets.xps_polymers.building import building
from xps_keras.datasets.xps_polymers.classes import class_keys
from xps_keras.datasets.xps_polymers.croissant import croissant, described
from xps_keras.datasets.xps_polymers.manual import INSTRUCTIONS, library_in
from xps_keras.datasets.xps_polymers.schema import features
from xps_keras.datasets.xps_polymers.splits import DEFAULT_SEED, DEFAULT_SIZE, split_seeds, split_sizes
from xps_keras.errors import UsageError
from xps_keras.groups import GROUP_NAMES
from xps_keras.library.editions import PRESENT, in_edition
from xps_keras.library.folds import FOLDS
from xps_keras.measured.store import find_library
from xps_keras.version import __version__

READING_THREADS = 2 * (os.cpu_count() or 2)
"""Threads of a data set that is read: two for each processor, of which some wait."""


@dataclass(kw_only=True)
class PolymersConfig(tfds.core.BuilderConfig):
    """How the spectra of a data set are drawn."""

    recipe_name: str = "paper"
    """A key of ``RECIPES``."""
    max_shift_ev: float | None = None
    """Largest charging shift in eV, None for the recipe's own."""
    library: str | None = "polymers"
    """Library of the polymers; None for one that its user owns, in the manual directory."""
    test_library: str | None = None
    """Library of the split ``test``, None for the same one."""
    given: Recipe | None = None
    """A recipe in place of the one named: one that a user wrote, or that a stored data set carries."""

    def recipe(self) -> Recipe:
        """Return the recipe."""
        return recipe(self.recipe_name, self.max_shift_ev) if self.given is None else self.given


class Builder(tfds.core.dataset_builder.FileReaderBuilder):
    """Synthetic XPS spectra of polymer mixtures with their functional groups.

    Args:
        size: Examples of all splits together, None for 105,000.
        seed: Seed of the data set, None for 42.
        processes: Further processes that draw, None for one less than there are processors, at least one.
        library: For the config ``measured``: name of the library where the manual directory holds several.
        labels: For the config ``measured``: names of the groups where that library has its own.
        **settings: ``config``, ``data_dir``, ``version`` and ``file_format`` as in every TFDS builder.

    Raises:
        UsageError: A size or seed out of range, or other ones than those of the data set in ``data_dir``; a library for
            a config that has its own.
    """

    VERSION = tfds.core.Version(CORPUS_VERSION)
    SUPPORTED_VERSIONS: ClassVar = [tfds.core.Version(version) for version in OLDER_CORPUS_VERSIONS]
    RELEASE_NOTES: ClassVar = {
        "5.5.0": "surface: mixed layers among the foreign species, of what is found together; the other configs are "
        "those of 5.1.0.",
        "5.4.0": "surface: nearly half of the polymers are hypothetical; the other configs are those of 5.1.0.",
        "5.3.0": "surface: a third of the polymers are hypothetical, and how wrong the library is differs from draw "
        "to draw; the other configs are those of 5.1.0.",
        "5.2.0": "surface: flanks under regions are subtracted as analyze does; the other configs are those of 5.1.0.",
        "5.1.0": "Drawn from the corrected tables of reference polymers and from other hypothetical polymers. Data "
        "sets of 4.0.0 are still read, and verified against the tables of that time.",
        "4.0.0": "Mixtures and shifts are those of 3.0.0; spectra the same within 0.01 % of the peak, the "
        "counting noise of instrument is another.",
        "3.0.0": "generalise: 7,427 other hypothetical polymers. The other configs are those of 2.0.0 but for the last "
        "digit of intensities.",
        "2.0.0": "More configs: generalise, unseen_fold_0 ... unseen_fold_4, measured. Mixtures and shifts are those "
        "of 1.0.0; the spectra come from another engine: paper the same within 0.003 % of the peak, instrument "
        "with other noise and regions.",
        "1.0.0": "First release: the recipes paper and instrument on 104 polymers.",
    }
    MANUAL_DOWNLOAD_INSTRUCTIONS = INSTRUCTIONS
    BUILDER_CONFIGS: ClassVar = [
        PolymersConfig(name="paper", description="Ideal spectra of two or three polymers, shifts to 3 eV."),
        *(
            PolymersConfig(
                name=f"paper_shift_{shift}",
                description=f"As paper, whole-channel shifts to {shift} eV." if shift else "As paper, no shift.",
                max_shift_ev=float(shift),
            )
            for shift in range(6)
        ),
        PolymersConfig(
            name="instrument",
            description="Spectra as files hold them: noise, backgrounds, missing regions, shifts to 5 eV.",
            recipe_name="instrument",
        ),
        PolymersConfig(
            name="generalise",
            description="As paper, but most components are drawn from 9,408 hypothetical polymers.",
            recipe_name="generalise",
        ),
        *(
            PolymersConfig(
                name=f"unseen_fold_{fold}",
                description=f"As paper; the polymers of fold {fold} stand in test and nowhere else.",
                library=f"polymers-without-fold-{fold}",
                test_library=f"polymers-fold-{fold}",
            )
            for fold in range(FOLDS)
        ),
        PolymersConfig(
            name="measured",
            description="As paper, drawn from measured reference spectra that you own.",
            library=None,
        ),
    ]
    pkg_dir_path = epath.Path(__file__).parent
    # Said outright: TFDS finds it by way of a package that is not among its requirements (importlib_resources).
    code_path = epath.Path(__file__)

    def __init__(
        self,
        *,
        size: int | None = None,
        seed: int | None = None,
        processes: int | None = None,
        library: str | None = None,
        labels: Sequence[str] = GROUP_NAMES,
        **settings: Any,
    ) -> None:
        given = {"size": size, "seed": seed, "library": library}
        self.asked = {name: value for name, value in given.items() if value is not None}
        self.size = DEFAULT_SIZE if size is None else size
        self.seed = DEFAULT_SEED if seed is None else seed
        self.processes = max(1, (os.cpu_count() or 2) - 1) if processes is None else processes
        self.written: Callable[[int], None] = lambda count: None
        """Told during a build how many more examples stand in files."""
        split_sizes(self.size)
        split_seeds(self.seed)
        self.chosen_library = library
        self.labels = tuple(labels)
        super().__init__(**settings)
        if self.builder_config.given is not None:
            self.asked["recipe"] = json.loads(json.dumps(self.builder_config.given.to_dict()))
        if library is not None and self.builder_config.library is not None:
            raise UsageError(f"The config '{self.builder_config.name}' has a library of its own; leave --library out.")
        self._original_state.update(size=size, seed=seed, processes=processes, library=library, labels=labels)

    @property
    def edition(self) -> str:
        """Edition of the package's tables that this version of the data set is drawn from."""
        return OLDER_CORPUS_VERSIONS.get(str(self.version), PRESENT)

    def _info(self) -> Any:
        config = self.builder_config
        # Features follow from labels, which a data set that stands on disk names.
        stored = self.data_path / "metadata.json"
        if stored.exists():
            self.labels = tuple(json.loads(stored.read_text()).get("labels", GROUP_NAMES))
        library = None if config.library is None else in_edition(config.library, self.edition)
        keys = None if library is None else class_keys(config.recipe(), library)
        return self.dataset_info_from_configs(
            features=features(keys, self.labels),
            supervised_keys=("spectrum", "groups"),
            homepage="https://arxiv.org/abs/2603.05350",
            metadata=tfds.core.MetadataDict(
                size=self.size,
                seed=self.seed,
                split_seeds=split_seeds(self.seed),
                recipe=config.recipe().to_dict(),
                library=config.library,
                package_version=__version__,
                **({} if self.labels == GROUP_NAMES else {"labels": list(self.labels)}),
            ),
        )

    def is_prepared(self) -> bool:
        """Tell whether a whole data set stands there; TFDS takes brackets in the name of a folder for a pattern."""
        return all((self.data_path / name).exists() for name in ("dataset_info.json", "features.json"))

    def download_and_prepare(self, **settings: Any) -> None:
        """Draw and write the data set where it is missing; arguments as in every TFDS builder.

        Raises:
            UsageError: Another size or seed was asked for than that of the data set in the folder.
            OSError: The folder cannot be made or written.
        """
        config = settings.get("download_config") or tfds.download.DownloadConfig()
        if self.data_path.exists() and not config.download_mode.overwrite_dataset:
            # Without the lock: a finished data set may stand where nothing can be written.
            self._require_asked()
            super().download_and_prepare(**settings)
            return
        with building(self.data_path):
            if self.data_path.exists() and not config.download_mode.overwrite_dataset:
                self.info.read_from_directory(self.data_dir)  # another build has finished meanwhile
                self._require_asked()
            super().download_and_prepare(**settings)

    def as_dataset(
        self, split: Any = None, *, as_supervised: bool = False, decoders: Any = None, **settings: Any
    ) -> Any:
        """Read as in every TFDS builder; for pairs only their two features are decoded, twice as fast.

        Threads are the data set's own, and their number is fixed, unless the options in ``read_config`` say otherwise.
        While TensorFlow 2.21 tunes it, an iterator that ends may wait for the next tuning, as long again as it has run.
        """
        self._require_asked()
        wanted = settings.pop("read_config", None) or tfds.ReadConfig()
        settings["read_config"] = wanted.replace(options=_fixed_threads().merge(wanted.options))
        if as_supervised and decoders is None:
            decoders = tfds.decode.PartialDecoding(dict.fromkeys(self.info.supervised_keys, True))
        return super().as_dataset(split, as_supervised=as_supervised, decoders=decoders, **settings)

    def as_data_source(self, *arguments: Any, **settings: Any) -> Any:
        """Read by number, as in every TFDS builder."""
        self._require_asked()
        return super().as_data_source(*arguments, **settings)

    def _require_asked(self) -> None:
        for name, value in self.asked.items():
            found = self.info.metadata.get(name)
            if found != value:
                what = "another recipe" if name == "recipe" else f"{name} {found}, not {value}"
                raise UsageError(
                    f"{self.data_dir} holds a data set of {what}; "
                    "build it anew with --overwrite or name another folder."
                )

    def _download_and_prepare(self, dl_manager: Any, download_config: Any = None) -> None:
        libraries = self._libraries(dl_manager)
        wanted = download_config or tfds.download.DownloadConfig()
        by_split = {
            name: self._shards(name, libraries[name], wanted.max_examples_per_split) for name in split_sizes(self.size)
        }
        if wanted.beam_runner or wanted.beam_options:
            every = [shard for shards in by_split.values() for shard in shards]
            writing.write_with_beam(every, wanted.beam_runner, wanted.beam_options)
        else:
            for shards in by_split.values():
                writing.write_shards(shards, self.processes, self.written)
        self.info.set_splits(
            tfds.core.SplitDict(
                [
                    tfds.core.SplitInfo(
                        name=name,
                        shard_lengths=[shard.count for shard in shards],
                        num_bytes=sum(epath.Path(shard.path).stat().length for shard in shards),
                        filename_template=self._get_filename_template(name),
                    )
                    for name, shards in by_split.items()
                ]
            )
        )
        here = epath.Path(self.data_dir)
        files = [described(shard.path, here, name) for name, shards in by_split.items() for shard in shards]
        encoding = f"application/x-{self.info.file_format.value.replace('_', '-')}"
        (here / "croissant.json").write_text(croissant(self, files, encoding))

    def _libraries(self, dl_manager: Any) -> dict[str, str]:
        """Find the library of every split, and write down which they are."""
        config = self.builder_config
        # Asking for the manual directory is what makes TFDS say how to fill it.
        own = config.library or library_in(dl_manager.manual_dir, self.chosen_library)
        libraries = {name: own for name in split_sizes(self.size)} | {"test": config.test_library or own}
        libraries = {name: in_edition(library, self.edition) for name, library in libraries.items()}
        found = [find_library(name) for name in dict.fromkeys(libraries.values())]
        if config.library is None:
            self.info.features["polymers"].feature.names = list(class_keys(config.recipe(), own))
            self.info.metadata["library"] = found[0].name
            if found[0].labels != self.labels:
                raise UsageError(
                    f"The library '{found[0].name}' has labels of its own: build the data set with `xps-keras dataset "
                    "build --config measured`, or give the builder its `labels`."
                )
        self.info.metadata["libraries"] = libraries
        self.info.metadata["library_sha256"] = {library.name: library.sha256 for library in found}
        return libraries

    def _shards(self, split: str, library: str, most: int | None) -> list[writing.Shard]:
        size = split_sizes(self.size)[split]
        counts = writing.shard_counts(size if most is None else min(size, most))
        template = self._get_filename_template(split)
        return [
            writing.Shard(
                recipe=self.builder_config.recipe(),
                seed=split_seeds(self.seed)[split],
                library=library,
                split=split,
                first=index * writing.SHARD,
                count=count,
                path=os.fspath(template.sharded_filepath(shard_index=index, num_shards=len(counts))),
                file_format=self.info.file_format.value,
            )
            for index, count in enumerate(counts)
        ]


def _fixed_threads() -> Any:
    options = tf.data.Options()
    options.autotune.enabled = False
    options.threading.private_threadpool_size = READING_THREADS
    return options
