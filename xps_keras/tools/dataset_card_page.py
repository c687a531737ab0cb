"""The card of the data set ``xps_polymers``, from the files of its folder; TensorFlow is not needed."""

import ast
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "datasets" / "xps_polymers"


def dataset_card_page() -> str:
    """Return the Markdown: ``CARD.md`` without front matter and title, versions, how to cite it."""
    builder = ast.parse((FOLDER / "xps_polymers_dataset_builder.py").read_text(encoding="utf-8"))
    notes = next(
        ast.literal_eval(node.value)
        for node in ast.walk(builder)
        if isinstance(node, ast.AnnAssign) and _name(node.target) == "RELEASE_NOTES" and node.value is not None
    )
    card = _text("CARD.md").split("\n---\n", 1)[1].lstrip().split("\n", 1)[1].lstrip()
    return "\n".join(
        [
            card,
            "## Versions\n",
            "| version | what changed |\n|---|---|",
            *(f"| {version} | {note} |" for version, note in notes.items()),
            "\n## Citation\n",
            f"```bibtex\n{_text('CITATIONS.bib')}```\n",
        ]
    )


def _text(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8").rstrip() + "\n"


def _name(node: Any) -> str | None:
    return node.id if isinstance(node, ast.Name) else None
