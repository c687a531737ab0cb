"""The tree is what `pyproject.toml` says it is, and installs as one top-level name."""

import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

import xps_keras

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PACKAGES = PROJECT["tool"]["setuptools"]["packages"]
PLACES = PROJECT["tool"]["setuptools"]["package-dir"]
LINKS = {"datasets": "../datasets", "export": "../export"}
SHIPPED = ("xps_keras", "datasets", "export", "pyproject.toml", "MANIFEST.in", "README.md", "LICENSE", "cli.py")


def folder_of(package: str) -> Path:
    """Where a package's code stands in the tree, links not followed."""
    for prefix in sorted(PLACES, key=len, reverse=True):
        if package == prefix or package.startswith(prefix + "."):
            place: str = PLACES[prefix]
            return ROOT / place / package.removeprefix(prefix).lstrip(".").replace(".", "/")
    raise AssertionError(f"{package} has no place in package-dir")


def committed() -> list[Path]:
    """Text files that belong to the project: what git tracks or would track."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    paths = [ROOT / line for line in listed.stdout.splitlines()]
    return [path for path in paths if path.is_file() and not path.is_symlink() and b"\0" not in path.read_bytes()]


def test_the_list_of_packages_is_that_of_the_folders_with_code() -> None:
    found = set()
    for top in ("xps_keras", "datasets", "export"):
        for folder, folders, files in os.walk(ROOT / top):  # links are not followed
            folders[:] = [name for name in folders if name != "__pycache__"]
            if any(name.endswith(".py") for name in files):
                found.add(Path(folder))
    assert {folder_of(package) for package in PACKAGES} == found
    assert len(PACKAGES) == len(set(PACKAGES))


def test_every_package_says_what_it_is() -> None:
    for package in PACKAGES:
        first = (folder_of(package) / "__init__.py").read_text().lstrip()
        assert first.startswith('"""'), package


@pytest.mark.parametrize(("name", "target"), LINKS.items())
def test_links_make_the_installed_shape_visible(name: str, target: str) -> None:
    link = ROOT / "xps_keras" / name
    if not link.is_symlink():
        assert link.read_text() == target  # a checkout without links holds their targets as text
    else:
        assert os.readlink(link) == target


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """Check the order of the rooms in a checkout."""
    program = Path(sys.executable).with_name("lint-imports")
    if not program.exists():
        pytest.skip("import-linter is not installed; it comes with the extra `dev`")
    return subprocess.run(
        [program, "--no-cache", "--no-logo"], cwd=folder, env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_rooms_import_only_downwards_and_in_no_circle() -> None:
    found = lint_imports(ROOT)
    assert found.returncode == 0, found.stdout + found.stderr


@pytest.mark.parametrize(
    ("path", "line", "broken"),
    [
        ("xps_keras/library/lines.py", "from xps_keras.cli.app import main", "floors"),
        ("xps_keras/library/lines.py", "def later() -> None:\n    import xps_keras.analysis.analyzing", "floors"),
        ("xps_keras/corpus/corpus.py", "from xps_keras.analysis import evidence", "floors"),  # beside, not below
        ("export/latency.py", "from xps_keras.datasets import xps_polymers", "floors"),
        ("datasets/xps_polymers/splits.py", "from xps_keras.cli import app", "floors"),
        ("xps_keras/library/tables.py", "from xps_keras.library import lines", "circles"),
        ("export/metadata_room.py", "from xps_keras import __version__", "face"),
    ],
)
def test_an_import_upwards_or_in_a_circle_is_refused(tmp_path: Path, path: str, line: str, broken: str) -> None:
    copy = copy_tree(tmp_path / "copy", links=True)
    with (copy / path).open("a") as file:
        file.write(f"\n{line}\n")
    found = lint_imports(copy)
    assert found.returncode == 1, found.stdout + found.stderr
    names = {contract["id"]: contract["name"] for contract in PROJECT["tool"]["importlinter"]["contracts"]}
    assert f"{names[broken]} BROKEN" in found.stdout


def test_datasets_refuses_to_pass_for_another_package() -> None:
    found = subprocess.run(
        [sys.executable, "-c", "import datasets"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert found.returncode == 1
    assert "xps_keras.datasets, not the Hugging Face package" in found.stderr


def test_datasets_and_export_are_imported_under_their_installed_names() -> None:
    code = "import xps_keras.datasets, xps_keras.export; print(xps_keras.datasets.__name__)"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT.parent, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "xps_keras.datasets"


def test_no_file_names_a_machine_or_a_package_registry() -> None:
    roots = "|".join(("work", "home", "root", "Users", "tmp"))
    hosts = "|".join(("pypi", "pythonhosted", "conda", "npmjs"))
    pattern = re.compile(
        rf"""(?:^|[\s"'`(=:])/(?:{roots})/\w|\b(?:\w+\.)*(?:{hosts})\.(?:org|com|io)\b""", re.MULTILINE
    )
    assert pattern.search("see /home/" + "ada/x")  # the pattern itself works
    assert pattern.search("https://files.pythonhosted" + ".org/x")
    named = {
        str(path.relative_to(ROOT)): match.group().strip()
        for path in committed()
        if (match := pattern.search(path.read_text(errors="replace")))
    }
    assert named == {}


def test_one_version_everywhere() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+(\.\w+)?", xps_keras.__version__)
    assert f"[{xps_keras.__version__}]" in (ROOT / "CHANGELOG.md").read_text()
    citation = (ROOT / "CITATION.cff").read_text()
    match = re.search(r"^version: [\"']?([^\"'\s]+)", citation, re.MULTILINE)
    assert match is not None
    assert match.group(1) == xps_keras.__version__
    assert importlib.metadata.version("xps-keras") == xps_keras.__version__


def build_wheel(source: Path, out: Path) -> list[str]:
    """Build a wheel and return the names of the files in it."""
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(out), str(source)]
    needed = int(re.search(r"\d+", PROJECT["build-system"]["requires"][0]).group())  # type: ignore[union-attr]
    try:
        standing = int(importlib.metadata.version("setuptools").split(".")[0])
    except importlib.metadata.PackageNotFoundError:
        standing = 0
    if standing >= needed:
        command.append("--no-build-isolation")  # otherwise pip fetches setuptools
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = out.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return sorted(archive.namelist())


def copy_tree(target: Path, links: bool) -> Path:
    """Copy what a wheel is built from; without links, as git writes them with ``core.symlinks=false``."""
    target.mkdir()
    for name in SHIPPED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, target / name, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source, target / name)
    if not links:
        for name, text in LINKS.items():
            (target / "xps_keras" / name).unlink()
            (target / "xps_keras" / name).write_text(text)
    return target


@pytest.mark.slow
def test_a_wheel_holds_one_top_level_name_with_or_without_links(tmp_path: Path) -> None:
    names = build_wheel(copy_tree(tmp_path / "linked", links=True), tmp_path / "a")
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"xps_keras"}
    for package in PACKAGES:
        modules = {f"{package.replace('.', '/')}/{path.name}" for path in folder_of(package).glob("*.py")}
        assert modules <= set(names), package
    assert "xps_keras/library/data/peaks.csv" in names
    assert "xps_keras/py.typed" in names
    plain = build_wheel(copy_tree(tmp_path / "plain", links=False), tmp_path / "b")
    # The links themselves must not become files of the package.
    assert [name for name in plain if name not in ("xps_keras/datasets", "xps_keras/export")] == names


def test_ci_runs_the_readmes_test_command() -> None:
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    command = next(line for block in blocks for line in block.splitlines() if "pytest" in line)
    assert command in (ROOT / ".ci" / "run").read_text().splitlines()


def test_the_shipped_model_is_small() -> None:
    shipped = ROOT / "xps_keras" / "pretrained"
    assert (shipped / "model.tflite").stat().st_size <= 5_000_000
    assert sum(path.stat().st_size for path in shipped.iterdir() if path.is_file()) <= 12_000_000


def test_the_models_together_stay_small() -> None:
    """The second one at most 4 MB on disk, both with all that belongs to them below 12 MiB."""
    shipped = ROOT / "xps_keras" / "pretrained"
    assert sum(path.stat().st_size for path in (shipped / "paper").iterdir()) <= 4_000_000
    assert sum(path.stat().st_size for path in shipped.rglob("*") if path.is_file()) <= 12 * 2**20
