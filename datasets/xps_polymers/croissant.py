"""Croissant metadata (version 1.1) of a data set: what it is, its files with their checksums, its records.

The format: https://docs.mlcommons.org/croissant/docs/croissant-spec-1.1.html. TFRecord files are listed alone, since
Croissant knows no way into them; of Parquet files it says what column holds what, so that
``mlcroissant.Dataset("croissant.json").records("train")`` reads them.
"""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from etils import epath

from xps_keras.axis import AXIS
from xps_keras.datasets.xps_polymers.features import kind_of
from xps_keras.datasets.xps_polymers.splits import SHARES

PARQUET = "application/x-parquet"
LICENSE = "https://spdx.org/licenses/Apache-2.0.html"
OWN_LICENSE = "Holds measured spectra of its builder, under the terms of their owner; share it only if you may."
KEYWORDS = ("XPS", "X-ray photoelectron spectroscopy", "polymers", "functional groups", "charge shift", "synthetic")
MOST_NAMES = 200
"""More than these are not listed in a description; Parquet files hold all of them."""
_DATA_TYPES = {"float32": "cr:Float32", "int64": "cr:Int64", "bool": "sc:Boolean", "string": "sc:Text"}
_OF_CROISSANT = (
    "arrayShape citeAs column conformsTo containedIn equivalentProperty extract field fileObject fileProperty fileSet "
    "format includes isArray isLiveDataset jsonPath key md5 parentField path recordSet references regex repeated "
    "replace samplingRate separator source subField transform"
).split()
_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    **{name: f"cr:{name}" for name in _OF_CROISSANT},
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "rai": "http://mlcommons.org/croissant/RAI/",
    "sc": "https://schema.org/",
}


@dataclass(frozen=True)
class Described:
    """A file of a data set."""

    path: str
    """From the folder that holds the metadata, with slashes."""
    split: str
    size_bytes: int
    sha256: str


def described(path: Any, folder: Any, split: str) -> Described:
    """Read a file and describe it.

    Args:
        path: The file, a path of any kind that TFDS knows.
        folder: The folder that the metadata will stand in.
        split: The split whose examples it holds.
    """
    path = epath.Path(path)
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256")
    return Described(path.relative_to(folder).as_posix(), split, path.stat().length, digest.hexdigest())


def croissant(builder: Any, files: Sequence[Described], encoding: str) -> str:
    """Write the metadata of a data set.

    Args:
        builder: The ``Builder`` of the data set, whose splits are known.
        files: All its files.
        encoding: ``PARQUET``, whose records are described as well, or another type of files.

    Returns:
        JSON-LD, for a file ``croissant.json`` beside the data.
    """
    info, config = builder.info, builder.builder_config
    splits = {split: [file for file in files if file.split == split] for split in SHARES}
    distribution: list[dict[str, Any]] = [
        {
            "@type": "cr:FileObject",
            "@id": file.path,
            "name": file.path.rpartition("/")[2],
            "contentUrl": file.path,
            "contentSize": f"{file.size_bytes} B",
            "encodingFormat": encoding,
            "sha256": file.sha256,
        }
        for file in files
    ]
    record_sets = []
    if encoding == PARQUET:
        distribution += [_file_set(split, held) for split, held in splits.items()]
        record_sets = [_record_set(info, split) for split in splits]
    counts = ", ".join(f"{info.splits[split].num_examples:,} in {split}" for split in splits)
    about = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.1",
        "name": f"{builder.name}-{config.name}",
        "description": f"{info.description.strip()}\n\nConfig `{config.name}`: {config.description} Spectra: {counts}.",
        "license": LICENSE if config.library is not None else OWN_LICENSE,
        "url": info.homepage,
        "version": str(builder.version),
        "datePublished": datetime.now(UTC).date().isoformat(),
        "citeAs": info.citation,
        "creator": {"@type": "sc:Organization", "name": "The xps-keras developers"},
        "keywords": list(KEYWORDS),
        "distribution": distribution,
        **({"recordSet": record_sets} if record_sets else {}),
    }
    return json.dumps(about, indent=1, ensure_ascii=False) + "\n"


def _file_set(split: str, held: Sequence[Described]) -> dict[str, Any]:
    return {
        "@type": "cr:FileSet",
        "@id": f"{split}-files",
        "name": f"{split}-files",
        "encodingFormat": PARQUET,
        "includes": re.sub(r"-\d{5}-of-", "-*-of-", held[0].path),
    }


def _record_set(info: Any, split: str) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": split,
        "name": split,
        "description": f"{info.splits[split].num_examples:,} spectra with their labels.",
        "field": [_field(split, name, feature) for name, feature in info.features.items()],
    }


def _field(split: str, name: str, feature: Any) -> dict[str, Any]:
    dtype, length = kind_of(feature)
    return {
        "@type": "cr:Field",
        "@id": f"{split}/{name}",
        "name": name,
        "description": _meaning(name, feature),
        "dataType": _DATA_TYPES[dtype],
        **({"isArray": True, "arrayShape": str(length)} if length is not None else {}),
        "source": {"fileSet": {"@id": f"{split}-files"}, "extract": {"column": name}},
    }


def _meaning(name: str, feature: Any) -> str:
    """Say what a feature holds, and what its entries are where they have names."""
    meaning = str(feature.doc.desc)
    names = getattr(feature, "names", None) or ()
    if 0 < len(names) <= MOST_NAMES:
        meaning += f" In this order: {', '.join(names)}."
    if kind_of(feature)[1] == AXIS.size:
        meaning += f" Channel i lies at {AXIS.low_ev} + {AXIS.step_ev} i eV."
    return meaning
