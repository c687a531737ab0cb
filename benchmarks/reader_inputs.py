"""Files for the readers that grow with a number: each way in which a format can be made large, or small and hostile.

``GROWING`` holds them by name. A reader that is sound takes four times as long for four times the number. The files are
written by the writers of the tests, which know the formats and not the readers.
"""

import importlib.util
import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

_TESTS = Path(__file__).resolve().parent.parent / "tests" / "io"
Floats = NDArray[np.float64]


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"writers_{path.parent.name}", path)
    if spec is None or spec.loader is None:
        raise ImportError(str(path))
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


_TEXTS, _BINARIES = _module(_TESTS / "conftest.py"), _module(_TESTS / "vendors" / "conftest.py")
ENERGY: Floats = np.round(280.0 + 0.5 * np.arange(40), 3)
COUNTS: Floats = np.round(100.0 + 900.0 * np.exp(-(((ENERGY - 288.0) / 1.5) ** 2)))
ROWS = [f"{energy:.1f}\t{counts:.0f}" for energy, counts in zip(ENERGY, COUNTS, strict=True)]


def long_region(points: int) -> tuple[Floats, Floats]:
    """Energies and counts of one region of many points."""
    energy = 280.0 + 20.0 / points * np.arange(points)
    return energy, np.round(100.0 + 900.0 * np.exp(-(((energy - 288.0) / 1.5) ** 2)) + np.arange(points) % 7)


def spread(names: Sequence[str], **settings: Any) -> bytes:
    """A VAMAS file of a block per name, each in a window of its own."""
    vamas = _TEXTS.VamasBuilder()
    for index, name in enumerate(names):
        vamas.add(ENERGY + 25.0 * (index % 8000), COUNTS, name=name, **settings)
    return bytes(vamas.text().encode())


def vamas(
    blocks: int, name: Callable[[int], str], sample: Callable[[int], str] = lambda _: "sample", **settings: Any
) -> bytes:
    """A VAMAS file of many blocks on one axis."""
    written = _TEXTS.VamasBuilder()
    for key, value in settings.items():
        setattr(written, key, value)
    written.add(ENERGY, COUNTS)
    (lines,) = written.blocks
    written.blocks = [[name(index), sample(index), *lines[2:]] for index in range(blocks)]
    return bytes(written.text().encode())


def all_zero(blocks: int) -> bytes:
    """Many blocks of which only the first holds a signal."""
    written = _TEXTS.VamasBuilder()
    written.add(ENERGY, COUNTS)
    written.add(ENERGY, 0.0 * COUNTS)
    written.blocks = [
        written.blocks[0],
        *[["C 1s", f"film {index}", *written.blocks[1][2:]] for index in range(blocks)],
    ]
    return bytes(written.text().encode())


def half_zero(blocks: int) -> bytes:
    """Many samples, and a block without a signal for each."""
    written = _TEXTS.VamasBuilder()
    written.add(ENERGY, COUNTS)
    written.add(ENERGY, 0.0 * COUNTS)
    written.blocks = [
        ["C 1s", f"film {index}", *block[2:]] for index in range(blocks // 2) for block in written.blocks[:2]
    ]
    return bytes(written.text().encode())


def broken_comments(blocks: int) -> bytes:
    """Every block's comment is longer than it says, and full of names of techniques."""
    written = _TEXTS.VamasBuilder()
    written.add(ENERGY, COUNTS, comment=["XPS"] * 50, comment_count=3)
    written.blocks *= blocks
    return bytes(written.text().encode())


def concatenated(files: int) -> bytes:
    """Many VAMAS files one behind the other."""
    written = _TEXTS.VamasBuilder()
    written.add(ENERGY, COUNTS)
    return bytes(written.text().encode()) * files


def below_one_another(tables: int, heading: Callable[[int], str], end: str = "\n") -> bytes:
    """Many tables in one text."""
    rows = "\n".join(ROWS)
    return "".join(f"{heading(index)}\n{rows}\n{end}" for index in range(tables)).encode()


def on_one_axis(columns: int) -> bytes:
    """One column of energies and noisy spectra beside it, each of another sample."""
    energy = np.round(np.arange(290.0, 280.0, -0.25), 2)
    line = 200.0 + 3000.0 * np.exp(-(((energy - 285.0) / 0.7) ** 2))
    counts = np.random.default_rng(1).poisson(line, (columns, len(energy)))
    rows = [",".join(map(str, [f"{e:.2f}", *row.tolist()])) for e, row in zip(energy, counts.T, strict=True)]
    return "\n".join([",".join(["BE (eV)", *(f"{number} um" for number in range(columns))]), *rows]).encode()


def side_by_side(tables: int, first: str, second: str, above: str = "", between: str = "\t") -> bytes:
    """Many tables in the same rows."""
    pairs = [row.split("\t") for row in ROWS]
    lines = [
        *([between.join([above] * tables)] if above else []),
        between.join(f"{first}{between}{second}" for _ in range(tables)),
    ]
    lines += [
        between.join(f"{float(energy) + 25 * table:.1f}{between}{counts}" for table in range(tables))
        for energy, counts in pairs
    ]
    return "\n".join(lines).encode() + b"\n"


def kratos(objects: int, count: int = 40) -> bytes:
    """A dump of Kratos Vision with many objects, or long ones."""
    values = ", ".join("100" if place % 2 else "140" for place in range(count))
    one = "   3 Spectrum scan start = 1190 eV\n   4 Spectrum scan step size = 0.1 eV\n"
    one += f"  12 Ordinate values = {{{values}}}\n"
    return ("Dataset filename = f\n" + "".join(f"Object name = a{place}/1\n{one}" for place in range(objects))).encode()


def eis(regions: int) -> bytes:
    """An export of Omicron EIS with many regions."""
    return "".join(_TEXTS.eis_region(place, f"C1s {place}", ENERGY, COUNTS) for place in range(regions)).encode()


def kherve(levels: int, points: int = 40) -> bytes:
    """A KherveFitting project with many core levels, or a long one."""
    energy, counts = (ENERGY, COUNTS) if points == 40 else long_region(points)
    level = _TEXTS.kherve_level(energy, counts)
    return str(_TEXTS.kherve_project({f"C1s{place or ''}": level for place in range(levels)})).encode()


def points(count: int, heading: str = "BE/eV\tcounts\n") -> bytes:
    """One table of many rows."""
    energy, counts = long_region(count)
    rows = "\n".join(f"{one:.7f}\t{other:.0f}" for one, other in zip(energy, counts, strict=True))
    return f"{heading}{rows}\n".encode()


def named(name: str) -> bytes:
    """A table with a column of this name."""
    return f"{name},counts\n".encode() + "\n".join(ROWS).replace("\t", ",").encode() + b"\n"


def scienta(regions: int, points: int = 40, slices: int = 1) -> bytes:
    """Many regions, or long or wide ones."""
    energy, counts = (ENERGY, COUNTS) if points == 40 else long_region(points)
    lines = ["[Info]", f"Number of Regions={regions}"]
    rows = [f"{one:.7f} " + " ".join([f"{other:.0f}"] * slices) for one, other in zip(energy, counts, strict=True)]
    for number in range(1, regions + 1):
        lines += [f"[Region {number}]", f"Region Name=C{number}", "Dimension 1 name=Binding Energy [eV]"]
        lines += [
            f"[Info {number}]",
            "Excitation Energy=1486.6",
            f"Sample=film {number % 7}",
            f"[Data {number}]",
            *rows,
        ]
    return ("\n".join(lines) + "\n").encode()


def specs(regions: int, nested: bool = False) -> bytes:
    """Many regions of a group, beside or within one another."""
    text = str(_TEXTS.specs_xml(ENERGY, COUNTS))
    begin = text.index("<struct", text.index("RegionGroup") + 30)
    end = text.rindex("</struct></any>")
    region = text[begin:end]
    if nested:
        opened = '<struct type_name="RegionGroup"><struct type_name="RegionData">'
        return (text[:begin] + opened * regions + region + "</struct></struct>" * regions + text[end:]).encode()
    return (text[:begin] + region * regions + text[end:]).encode()


def specs_cycles(cycles: int) -> bytes:
    """One region with many cycles."""
    text = str(_TEXTS.specs_xml(ENERGY, COUNTS))
    begin = text.index('<struct type_id="IDL:specs.de/Cycle')
    end = text.index("</struct></struct>", begin) + len("</struct></struct>")
    return (text[:begin] + text[begin:end] * cycles + text[end:]).encode()


def sle_scans(scans: int, counted: str = "Scan [Idx]") -> bytes:
    """A Prodigy database of one region with many scans, or turns of a loop."""
    counts = {f"{counted}={place}u": COUNTS + place for place in range(scans)}
    return bytes(_BINARIES.sle([("PET", [("C1s", ENERGY, counts)])]))


def sle_points(points: int) -> bytes:
    """A Prodigy database of one long region."""
    energy, counts = long_region(points)
    return bytes(_BINARIES.sle([("PET", [("C1s", energy, {"Scan [Idx]=1u": counts})])]))


def phi_regions(regions: int) -> bytes:
    """Many regions, each with a line of the header."""
    return bytes(_BINARIES.phi([(f"C{index}", ENERGY + 25 * index, COUNTS[None]) for index in range(regions)]))


def phi_same_values(blocks: int) -> bytes:
    """Many blocks that all say they are the same bytes."""
    energy, counts = long_region(2000)
    content = bytearray(_BINARIES.phi([("C1s", energy, counts[None])]))
    begin = content.index(b"EOFH\r\n") + 6
    description, values = bytes(content[begin + 16 : begin + 112]), bytes(content[begin + 112 :])
    table = bytearray()
    for _ in range(blocks):
        one = bytearray(description)
        one[80:84] = (16 + 96 * blocks).to_bytes(4, "little")
        table += one
    prefix = np.array([1, blocks, 96 * blocks, 16], "<u4").tobytes()
    return bytes(content[:begin]) + prefix + bytes(table) + values


def waves(count: int) -> bytes:
    """Many text waves, each with a scale."""
    whole = bytes(_BINARIES.itx(COUNTS, start=280.0, step=0.5)).decode()
    head, one = whole.split("\n", 1)
    return (head + "\n" + "".join(one.replace("'C 1s'", f"'C {index}'") for index in range(count))).encode()


def one_scale(count: int) -> bytes:
    """Text waves in one table, all named in one line of a scale."""
    names = [f"w{index}" for index in range(count)]
    rows = "\n".join(" ".join([f"{value:.0f}"] * count) for value in COUNTS)
    listed = ", ".join(names)
    return (
        f"IGOR\nWAVES/D {' '.join(names)}\nBEGIN\n{rows}\nEND\n"
        f'X SetScale/P x, 280, 0.5, "eV (Binding Energy)", {listed}\n'
    ).encode()


def sheets(titles: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    """A workbook of equal sheets."""
    return bytes(_BINARIES.xlsx(dict.fromkeys(titles, rows)))


def column_rows(count: int, tables: int = 1) -> list[list[Any]]:
    """Rows of a sheet, names first."""
    energy, counts = (ENERGY, COUNTS) if count == 40 else long_region(count)
    return [
        ["Binding Energy (eV)", "counts"] * tables,
        *([one, other] * tables for one, other in zip(energy.tolist(), counts.tolist(), strict=True)),
    ]


def ragged(count: int) -> bytes:
    """A row of many cells above as many rows of two."""
    wide = ",".join(["280.0", *["1"] * count])
    return "\n".join([wide, *(f"{index / 1000:.3f},1" for index in range(count))]).encode()


def entries(count: int, linked: bool = False) -> bytes:
    """A NeXus file of many entries, each with data of its own or all with the same."""

    def more(file: Any) -> None:
        import h5py

        entry = file["PET__C 1s"]
        for index in range(count):
            other = file.create_group(f"PET__C {index}")
            other.attrs["NX_class"] = "NXentry"
            if linked:
                for name in entry:
                    other[name] = entry[name]
            else:
                entry.copy("data", other)
        if linked:
            crowd = entry.create_group("notes")
            for index in range(count):
                crowd.create_group(str(index))
        assert h5py

    return bytes(_BINARIES.nxs(ENERGY, COUNTS, prepare=more))


def vgd(points: int, levels: int = 1) -> bytes:
    """Thermo's file: as long as the writer can make it, many levels or many points."""
    energy, counts = long_region(points)
    return bytes(_BINARIES.vgd(1486.68 - energy, np.tile(counts, (levels, 1)), times=tuple(range(levels))))


def zipped(entries: int) -> bytes:
    """A workbook with many files that belong to nothing."""
    content = io.BytesIO(sheets(["C1s"], column_rows(40)))
    with zipfile.ZipFile(content, "a") as archive:
        for index in range(entries):
            archive.writestr(f"xl/other{index}.xml", "")
    return content.getvalue()


@dataclass(frozen=True)
class Growing:
    """A way in which a file grows."""

    reader: str
    """Name of the reader that takes it."""
    write: Callable[[int], bytes]
    size: int
    """Number at which a sound reader takes some tenths of a second."""
    refused: bool = False
    """Whether it is refused at this size, as it should be."""


def _growing() -> Iterator[tuple[str, Growing]]:
    yield "vamas blocks of one sample", Growing("VAMAS", lambda n: spread([f"C{i}" for i in range(n)]), 1000)
    yield (
        "vamas blocks, a sample each",
        Growing("VAMAS", lambda n: vamas(n, lambda i: "C 1s", lambda i: f"film {i}"), 1000),
    )
    yield "vamas sweeps of one region", Growing("VAMAS", lambda n: vamas(n, lambda i: "C 1s"), 1000)
    yield "vamas one region, labels that differ", Growing("VAMAS", lambda n: vamas(n, lambda i: f"C{i}x"), 1000)
    yield "vamas two regions in turn", Growing("VAMAS", lambda n: vamas(n, lambda i: ("C 1s", "O 1s")[i % 2]), 1000)
    yield (
        "vamas names that go on",
        Growing("VAMAS", lambda n: vamas(n, lambda i: "C 1s", lambda i: " ".join(["a"] * (i % 30 + 1))), 1000),
    )
    yield (
        "vamas a name of many words",
        Growing("VAMAS", lambda n: vamas(3, lambda i: "C 1s", lambda i: "a " * n * (i + 1)), 20_000),
    )
    yield (
        "vamas points",
        Growing("VAMAS", lambda n: bytes(_TEXTS.VamasBuilder().add(*long_region(n)).text().encode()), 100_000),
    )
    yield (
        "vamas lines of comment",
        Growing(
            "VAMAS",
            lambda n: bytes(_TEXTS.VamasBuilder().add(ENERGY, COUNTS, comment=["x y z"] * n).text().encode()),
            50_000,
        ),
    )
    yield "vamas comments that lie", Growing("VAMAS", broken_comments, 60)
    yield "vamas files in one file", Growing("VAMAS", concatenated, 500)
    yield (
        "vamas blocks that are refused",
        Growing("VAMAS", all_zero, 1000),
    )
    yield "vamas blocks, every other refused", Growing("VAMAS", half_zero, 1000)
    yield "text points", Growing("two-column text", points, 50_000)
    yield "text points without names", Growing("two-column text", lambda n: points(n, ""), 50_000)
    yield (
        "text tables below one another",
        Growing("two-column text", lambda n: below_one_another(n, lambda i: f"\nRegion: C{i}\nBE\tcounts"), 500),
    )
    yield (
        "text tables, no words between",
        Growing("two-column text", lambda n: below_one_another(n, lambda i: "", ""), 500),
    )
    yield "text tables side by side", Growing("two-column text", lambda n: side_by_side(n, "BE", "counts"), 100)
    yield "text a long first row", Growing("two-column text", ragged, 100_000, refused=True)
    yield "text spectra on one column of energies", Growing("two-column text", on_one_axis, 400)
    yield (
        "text columns without names",
        Growing("two-column text", lambda n: b"\n".join(side_by_side(n, "x", "y").split(b"\n")[1:]), 100),
    )
    yield (
        "text lines of words",
        Growing(
            "two-column text", lambda n: points(40) + b"# measured on Monday at 10 : 30\n" * n + points(40), 20_000
        ),
    )
    yield (
        "text headings",
        Growing(
            "two-column text", lambda n: b"".join(b"# Region: C%d\n1 2\n" % i for i in range(n)) + points(40), 5000
        ),
    )
    yield "text a name of brackets", Growing("two-column text", lambda n: named("BE " + "[(" * n + ")]" * n), 3000)
    yield "text a name of spaces", Growing("two-column text", lambda n: named("be" + " " * n + "e"), 12_000)
    yield (
        "text a line of words above",
        Growing("two-column text", lambda n: b"kinetic energy " * n + b"\n" + points(40), 1000),
    )
    yield (
        "text a line of digits",
        Growing("two-column text", lambda n: b"# scans: " + b"9" * n + b"\n" + points(40), 12_000),
    )
    yield (
        "text a cell of digits",
        Growing("two-column text", lambda n: points(40) + b"1" * n + b"\t5\n", 50_000, refused=True),
    )
    yield (
        "text thousands",
        Growing("two-column text", lambda n: points(40) + b"1" + b",000" * n + b"\t5\n", 20_000, refused=True),
    )
    yield "text quotes", Growing("two-column text", lambda n: named('"' * n), 12_000)
    yield (
        "casaxps tables below one another",
        Growing("CasaXPS text", lambda n: below_one_another(n, lambda i: f"Cycle {i}:C 1s:PET\n\nB.E.\tCPS"), 500),
    )
    yield (
        "casaxps tables side by side",
        Growing("CasaXPS text", lambda n: side_by_side(n, "B.E.", "CPS", above="Cycle 1:C 1s:PET\t"), 100),
    )
    yield "casaxps points", Growing("CasaXPS text", lambda n: points(n, "B.E.\tCPS\n"), 30_000)
    yield (
        "casaxps headings alone",
        Growing("CasaXPS text", lambda n: b"K.E.\tCounts\n" * n + points(40, "B.E.\tCPS\n"), 5000),
    )
    yield (
        "casaxps lines above",
        Growing(
            "CasaXPS text", lambda n: b"Cycle 0:C 1s:PET\n" + b"x\ty\n" * n + side_by_side(20, "B.E.", "CPS"), 3000
        ),
    )
    yield (
        "phi text regions",
        Growing(
            "PHI text",
            lambda n: below_one_another(n, lambda i: f"Element C{i}; Region {i} of {n}; Depth Cycle {i} of {n};"),
            500,
        ),
    )
    yield "phi text points", Growing("PHI text", lambda n: points(n, "Element C1s; Region 1 of 1;\n"), 30_000)
    yield (
        "multipak blocks",
        Growing(
            "PHI MultiPak text",
            lambda n: below_one_another(n, lambda i: f"//Area Comment,AtomicName,XLabel\narea {i}\nC1s\nEnergy"),
            500,
        ),
    )
    yield (
        "multipak points",
        Growing("PHI MultiPak text", lambda n: points(n, "//Area Comment,XLabel\nfilm\nEnergy\n"), 30_000),
    )
    yield "kratos objects", Growing("Kratos Vision text", kratos, 500)
    yield "kratos points", Growing("Kratos Vision text", lambda n: kratos(1, n), 50_000)
    yield "eis regions", Growing("Omicron EIS text", eis, 300)
    yield (
        "eis points",
        Growing("Omicron EIS text", lambda n: _TEXTS.eis_region(1, "C1s", *long_region(n)).encode(), 50_000),
    )
    yield "kherve levels", Growing("KherveFitting project", kherve, 300)
    yield "kherve points", Growing("KherveFitting project", lambda n: kherve(1, n), 50_000)
    yield "scienta regions", Growing("Scienta SES text", scienta, 500)
    yield "scienta points", Growing("Scienta SES text", lambda n: scienta(1, n), 50_000)
    yield "scienta slices", Growing("Scienta SES text", lambda n: scienta(1, 40, n), 2000)
    yield "specs regions", Growing("SPECS XML", specs, 300)
    yield "specs regions in regions", Growing("SPECS XML", lambda n: specs(n, nested=True), 200)
    yield "specs points", Growing("SPECS XML", lambda n: _TEXTS.specs_xml(*long_region(n)).encode(), 100_000)
    yield "specs cycles", Growing("SPECS XML", specs_cycles, 300)
    yield "specs scans", Growing("SPECS XML", lambda n: _TEXTS.specs_xml(ENERGY, COUNTS, scans=n).encode(), 2000)
    yield (
        "avantage levels",
        Growing("Avantage text", lambda n: _TEXTS.avantage_text(ENERGY, COUNTS, levels=n).encode(), 500),
    )
    yield "avantage points", Growing("Avantage text", lambda n: _TEXTS.avantage_text(*long_region(n)).encode(), 50_000)
    yield "sle scans", Growing("SPECS Prodigy database", sle_scans, 300)
    yield "sle loops", Growing("SPECS Prodigy database", lambda n: sle_scans(n, "Loop"), 200)
    yield "sle points", Growing("SPECS Prodigy database", sle_points, 50_000)
    yield "phi regions", Growing("PHI binary", phi_regions, 300)
    yield (
        "phi levels",
        Growing("PHI binary", lambda n: bytes(_BINARIES.phi([("C1s", ENERGY, np.tile(COUNTS, (n, 1)))])), 2000),
    )
    yield (
        "phi lines of header",
        Growing(
            "PHI binary",
            lambda n: bytes(_BINARIES.phi([("C1s", ENERGY, np.tile(COUNTS, (200, 1)))], extra="Note: x\r\n" * n)),
            3000,
        ),
    )
    yield "phi blocks of the same bytes", Growing("PHI binary", phi_same_values, 500, refused=True)
    yield "igor text waves", Growing("Igor text wave", waves, 300)
    yield (
        "igor text points",
        Growing(
            "Igor text wave", lambda n: bytes(_BINARIES.itx(long_region(n)[1], start=280.0, step=20.0 / n)), 50_000
        ),
    )
    yield "igor text waves of one scale", Growing("Igor text wave", one_scale, 300)
    yield (
        "igor text a number of digits",
        Growing("Igor text wave", lambda n: waves(1) + b"X SetScale/P x, " + b"1" * n + b"\n", 20_000),
    )
    yield (
        "igor text comments",
        Growing("Igor text wave", lambda n: b"IGOR\n" + b"X // a=b\n" * n + waves(1)[5:], 20_000),
    )
    yield "igor text notes", Growing("Igor text wave", lambda n: waves(1) + b"X Note 'C 0', \"a=b\"\n" * n, 5000)
    yield (
        "igor binary points",
        Growing(
            "Igor binary wave", lambda n: bytes(_BINARIES.ibw(long_region(n)[1], start=280.0, step=20.0 / n)), 500_000
        ),
    )
    yield (
        "igor binary a long note",
        Growing(
            "Igor binary wave", lambda n: bytes(_BINARIES.ibw(COUNTS, start=280.0, step=0.5, note="a\r" * n)), 100_000
        ),
    )
    yield "workbook rows", Growing("Excel workbook", lambda n: sheets(["C1s"], column_rows(n)), 5000)
    yield (
        "workbook sheets",
        Growing("Excel workbook", lambda n: sheets([f"C{i}" for i in range(n)], column_rows(40)), 50),
    )
    yield "workbook tables side by side", Growing("Excel workbook", lambda n: sheets(["C1s"], column_rows(40, n)), 100)
    yield (
        "workbook a long cell",
        Growing("Excel workbook", lambda n: sheets(["C1s"], [["( [" * n], *column_rows(40)]), 5000),
    )
    yield "workbook files in the archive", Growing("Excel workbook", zipped, 1000)
    yield "nexus entries", Growing("NeXus", entries, 100)
    yield "nexus entries of the same data", Growing("NeXus", lambda n: entries(n, linked=True), 50)
    yield "nexus points", Growing("NeXus", lambda n: bytes(_BINARIES.nxs(*long_region(n))), 500_000)
    yield "vgd levels", Growing("Thermo VGD", lambda n: vgd(8, n), 10)


GROWING: dict[str, Growing] = dict(_growing())
"""By name."""
