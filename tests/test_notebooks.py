"""The notebooks are stored as written, run on a small size from the first cell to the last, and show what they say."""

import json
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[1] / "examples" / "notebooks"
SAYS = {
    "1_analyse_my_file": ("charging shift +2.3", "ester (aromatic)", "near: PET, which"),
    "2_corpus_and_physics": ("C 1s    284.70 eV", "its groups: "),
    "3_reproduce_the_figure": ("Training mlp at shifts up to 3 eV, 2 of 2.", "% exact"),
    "4_train_and_export": ("model.tflite", "shipped: +1.1"),
    "5_embed": ("PET at +2.3 eV: read +2.3", "PVC at -1.2 eV: read -1."),
}
"""What the output of each must hold: an answer that is known beforehand where there is one."""


def content(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((FOLDER / f"{name}.ipynb").read_text(encoding="utf-8"))
    return read


def test_every_notebook_is_run() -> None:
    assert sorted(SAYS) == sorted(path.stem for path in FOLDER.glob("*.ipynb"))


@pytest.mark.parametrize("name", SAYS)
def test_it_is_stored_without_what_a_run_leaves_behind(name: str) -> None:
    """Outputs, counters and the names of a machine would change at every run, and hide changes of the text."""
    notebook = content(name)
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    assert set(notebook["metadata"]) == {"kernelspec", "language_info"}
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    for cell in notebook["cells"]:
        assert cell["metadata"] == {}
        assert cell.get("outputs", []) == []
        assert cell.get("execution_count") is None
    identities = [cell["id"] for cell in notebook["cells"]]
    assert len(set(identities)) == len(identities)


@pytest.mark.parametrize("name", SAYS)
def test_its_first_code_is_the_one_cell_that_installs(name: str) -> None:
    code = ["".join(cell["source"]) for cell in content(name)["cells"] if cell["cell_type"] == "code"]
    assert ["%pip install" in source for source in code] == [True] + [False] * (len(code) - 1)
    assert 'find_spec("xps_keras") is None' in code[0]


@pytest.mark.slow
@pytest.mark.parametrize("name", SAYS)
def test_it_runs(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("ipykernel", reason="notebooks are run by .ci/notebooks, with the extra `notebooks`")
    nbclient = pytest.importorskip("nbclient")
    import nbformat

    monkeypatch.setenv("XPS_KERAS_NOTEBOOK_SIZE", "small")
    notebook = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)
    client = nbclient.NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(tmp_path)}})
    client.execute()  # raises what a cell raises
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    printed = "".join(output["text"] for output in outputs if output["output_type"] == "stream")
    for text in SAYS[name]:
        assert text in printed
    pictures = [output for output in outputs if "image/png" in output.get("data", {})]
    assert pictures or name == "5_embed"
