"""The data-set card: ``CARD.md`` beside this file, with what is true of one copy put before it.

The front matter is what Hugging Face's hub and its package ``datasets`` read: licence, features, which files hold which
split.
"""

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from xps_keras.datasets.xps_polymers.features import kind_of
from xps_keras.datasets.xps_polymers.splits import SHARES

SIZES = {1_000: "n<1K", 10_000: "1K<n<10K", 100_000: "10K<n<100K", 1_000_000: "100K<n<1M", 10_000_000: "1M<n<10M"}
"""Hugging Face's words for sizes, by the number that is too many; the largest data set here has 10 million."""
FILE = files("xps_keras.datasets.xps_polymers").joinpath("CARD.md")


def card(builder: Any) -> str:
    """Write the card of a stored data set.

    Args:
        builder: From ``stored.find``.

    Returns:
        Markdown with front matter, the ``README.md`` of an export.
    """
    info, config = builder.info, builder.builder_config
    counts = {split: info.splits[split].num_examples for split in SHARES}
    metadata = info.metadata
    library = Path(metadata["library"]).stem if metadata["library"] else ""
    facts = [
        f"config `{config.name}`, version {builder.version}: {config.description}",
        ", ".join(f"{count:,} spectra in `{split}`" for split, count in counts.items()),
        f"recipe `{metadata['recipe']['name']}`, seed {metadata['seed']}, library `{library}`, drawn by xps-keras "
        f"{metadata['package_version']}",
        "`croissant.json` lists all files with their SHA-256; recipe, axis, names of groups and polymers stand in the "
        "schema metadata of each file",
    ]
    if config.library is None:
        facts.append("**mixed from measured spectra that belong to somebody: share it only if you may share them**")
    told = "\n".join(f"- {fact}" for fact in facts)
    body = FILE.read_text(encoding="utf-8").split("---\n", 2)[2]
    title, _, text = body.strip().partition("\n")
    matter = front_matter(config.name, info.features, counts, owned=config.library is None)
    return f"{matter}\n{title}\n\n## This copy\n\n{told}\n{text}\n"


def front_matter(config: str, features: Mapping[str, Any], counts: Mapping[str, int], owned: bool = False) -> str:
    """Return the front matter of a card.

    Args:
        config: Name of the config.
        features: Features by name.
        counts: Examples by split.
        owned: Whether the spectra belong to somebody who measured them.

    Returns:
        YAML between two lines of dashes.
    """
    total = sum(counts.values())
    size = next((word for most, word in SIZES.items() if total < most), "10M<n<100M")
    lines = [
        "---",
        "pretty_name: XPS spectra of polymer mixtures",
        f"license: {'other' if owned else 'apache-2.0'}",
        "task_categories:",
        "- tabular-classification",
        "tags:",
        *(f"- {tag}" for tag in ("xps", "spectroscopy", "chemistry", "polymers", "multi-label", "synthetic")),
        "size_categories:",
        f"- {size}",
        "configs:",
        f"- config_name: {config}",
        "  data_files:",
    ]
    for split in counts:
        lines += [f"  - split: {split}", f"    path: data/{split}-*.parquet"]
    lines += ["dataset_info:", f"- config_name: {config}", "  features:"]
    for name, feature in features.items():
        lines += [f"  - name: {name}", *_type(feature)]
    return "\n".join([*lines, "---", ""])


def _type(feature: Any) -> list[str]:
    dtype, length = kind_of(feature)
    return [f"    dtype: {dtype}"] if length is None else [f"    list: {dtype}", f"    length: {length}"]
