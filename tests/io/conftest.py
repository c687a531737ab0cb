"""Small spectrum files that the tests write themselves."""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from xps_keras.errors import InputError
from xps_keras.io.read import read_content
from xps_keras.preprocessing.channels import to_channels

Floats = NDArray[np.float64]
REAL_SPECTRA = Path(__file__).resolve().parents[3] / "shared" / "spectra"


@pytest.fixture
def real_spectra() -> Path:
    """Folder of real files under open licences; the tests that need it are skipped where it does not stand."""
    if not REAL_SPECTRA.is_dir():
        pytest.skip("the folder of real spectra is not beside this checkout")
    return REAL_SPECTRA


@pytest.fixture
def carbon() -> tuple[Floats, Floats]:
    """A PET-like C 1s region: ascending binding energies 279.4-299.3 eV in 0.1 eV steps, whole counts with noise."""
    energy = np.round(279.4 + 0.1 * np.arange(200), 3)
    peaks = ((284.7, 6000.0, 1.0), (286.3, 2000.0, 1.0), (288.7, 1900.0, 0.9), (291.2, 180.0, 2.5))
    net = sum(area * np.exp(-4 * np.log(2) * ((energy - at) / width) ** 2) for at, area, width in peaks)
    step = 0.05 * np.cumsum(net) * 0.1
    return energy, np.random.default_rng(3).poisson(net + 400.0 + step).astype(np.float64)


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    def _write(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return _write


@pytest.fixture
def calls() -> Callable[[bytes], int]:
    """Counts the calls, of Python functions and of built-in ones, that reading takes: no load changes them."""

    def _calls(content: bytes) -> int:
        count = 0

        def counted(frame: FrameType, event: str, argument: Any) -> None:
            nonlocal count
            count += event in ("call", "c_call")

        sys.setprofile(counted)
        try:
            to_channels(read_content(content, Path("file"))[0])
        except InputError:
            pass
        finally:
            sys.setprofile(None)
        return count

    return _calls


class VamasBuilder:
    """Builds VAMAS text by the standard's order of items, independently of the package's own writer."""

    def __init__(self) -> None:
        self.mode = "NORM"
        self.scan = "REGULAR"
        self.header_comment = ["made by a test"]
        self.header_comment_count: int | None = None
        self.variables: list[tuple[str, str]] = []
        self.listed: list[int] = []
        self.listed_sign = 1
        self.future_header: list[str] = []
        self.future_block: list[str] = []
        self.count: int | None = None
        self.terminator = "end of experiment"
        self.blocks: list[list[str]] = []

    def add(
        self,
        energy: Floats,
        intensity: Floats,
        *,
        name: str = "C 1s",
        species: str = "C",
        transition: str = "1s",
        scale: str = "Binding Energy",
        source: str = "1486.6",
        technique: str = "XPS",
        comment: Sequence[str] = (),
        comment_count: int | None = None,
        second: tuple[str, Floats] | None = None,
        signal: tuple[str, str] = ("counts", "d"),
        dwell: str = "0.5",
        scans: str = "4",
        work_function: str = "4.5",
        only: Sequence[int] | None = None,
    ) -> "VamasBuilder":
        depth = self.mode in ("MAPDP", "MAPSVDP", "SDP", "SDPSV")
        mapped = self.mode in ("MAP", "MAPDP")
        columns = [intensity] if second is None else [intensity, second[1]]
        labels = [*signal] if second is None else [*signal, second[0], "d"]
        if self.scan == "IRREGULAR":
            columns, labels = [energy, *columns], [scale, "eV", *labels]
        axis = [scale, "eV", repr(float(energy[0])), repr(float(energy[1] - energy[0]))]
        items: list[list[str]] = [
            *[[value] for value in ("2024", "5", "6", "7", "8", "9", "0")],
            [str(len(comment) if comment_count is None else comment_count), *comment],
            [technique],
            ["1", "1"] if mapped else [],
            ["0.0"] * len(self.variables),
            ["Al"],
            ["18", "1", "1"] if depth else [],
            [source],
            ["150"],
            ["1e37", "1e37"],
            ["100", "100"] if self.mode in ("MAP", "MAPDP", "MAPSV", "MAPSVDP", "SEM") else [],
            ["0"] * 6 if self.mode in ("MAPSV", "MAPSVDP", "SEM") else [],
            ["45"],
            ["0"],
            ["FAT"],
            ["20"],
            [],
            ["1"],
            [work_function],
            ["0"],
            ["700", "300"],
            ["0", "0"],
            [species],
            [transition, "-1"],
            axis if self.scan == "REGULAR" else [],
            [str(len(columns)), *labels],
            ["pulse counting"],
            [dwell],
            [scans],
            ["0"],
            ["2000", "1", "500", "500", "45", "0", "sputter"] if depth else [],
            ["0", "0"],
            ["0"],
            ["1", "parameter", "d", "3.5"],
        ]
        kept = items if only is None else [item for number, item in enumerate(items, 1) if number in only]
        values = [f"{value:.8g}" for point in zip(*columns, strict=True) for value in point]
        extremes = [f"{value:.8g}" for column in columns for value in (column.min(), column.max())]
        lines = [name, "sample", *[line for item in kept for line in item]]
        self.blocks.append([*lines, *self.future_block, str(len(values)), *extremes, *values])
        return self

    def text(self, newline: str = "\r\n") -> str:
        comment = self.header_comment
        regions = ["1"] if self.mode in ("MAP", "MAPDP", "NORM", "SDP") else []
        positions = ["1", "1", "1"] if self.mode in ("MAP", "MAPDP") else []
        head = [
            "VAMAS Surface Chemical Analysis Standard Data Transfer Format 1988 May 4",
            *["institution", "instrument", "operator", "experiment"],
            str(len(comment) if self.header_comment_count is None else self.header_comment_count),
            *comment,
            self.mode,
            self.scan,
            *regions,
            *positions,
            str(len(self.variables)),
            *[text for variable in self.variables for text in variable],
            str(self.listed_sign * len(self.listed)),
            *map(str, self.listed),
            "0",
            str(len(self.future_header)),
            str(len(self.future_block)),
            *self.future_header,
            str(len(self.blocks) if self.count is None else self.count),
        ]
        tail = [self.terminator] if self.terminator else []
        return newline.join([*head, *[line for block in self.blocks for line in block], *tail]) + newline


@pytest.fixture
def vamas() -> VamasBuilder:
    return VamasBuilder()


def specs_xml(binding: Floats, counts: Floats, scans: int = 1, detectors: tuple[float, ...] = (0.0,)) -> str:
    """A SPECS XML file of one region; every detector counts an equal part, at energies moved by its shift."""
    order = np.argsort(-binding)
    kinetic, values = 1486.6 - binding[order], counts[order]
    step, pass_energy, margin = float(kinetic[1] - kinetic[0]), 20.0, 20
    channels = []
    for shift in detectors:
        moved = round(shift * pass_energy / step)
        padded = np.pad(values / len(detectors) / scans, margin, mode="edge")
        channels.append(np.roll(padded, -moved))
    numbers = " ".join(f"{value:.9g}" for value in np.stack(channels, axis=1).ravel())

    def struct(kind: str, inner: str, name: str = "") -> str:
        return f'<struct type_id="IDL:specs.de/{kind}:1.0" type_name="{kind}" name="{name}">{inner}</struct>'

    definition = struct("ScanMode", '<string name="name">FixedAnalyzerTransmission</string>', "scan_mode") + "".join(
        f'<double name="{name}">{value!r}</double>'
        for name, value in (
            ("values_per_curve", len(values)),
            ("dwell_time", 0.1),
            ("scan_delta", step),
            ("excitation_energy", 1486.6),
            ("kinetic_energy", float(kinetic[0])),
            ("pass_energy", pass_energy),
        )
    )
    found = "".join(struct("Detector", f'<double name="shift">{shift!r}</double>') for shift in detectors)
    scan = struct("ScanData", f'<sequence name="counts"><double>{numbers}</double></sequence>')
    margins = f'<ulong name="mcd_head">{margin}</ulong><ulong name="mcd_tail">{margin}</ulong>'
    region = struct(
        "RegionData",
        f'<string name="name">1 C1s</string>{struct("RegionDef", definition, "region")}{margins}{found}'
        + struct("Cycle", scan * scans),
    )
    group = struct("RegionGroup", f'<string name="name">film</string>{region}')
    return f'<?xml version="1.0"?>\n<!-- CORBA XML document, specs.de/Serializer -->\n<any>{group}</any>\n'


def avantage_text(binding: Floats, counts: Floats, levels: int = 1) -> str:
    """An Avantage dump on a rising kinetic axis, one spectrum a level."""
    order = np.argsort(-binding)
    kinetic, values = 1486.68 - binding[order], counts[order]
    axes = [
        f"    0= {kinetic[0]:.6f}, {kinetic[1] - kinetic[0]:.6f}, {len(values)}, ENERGY, LINEAR, 'E', 'eV', 'Energy'"
    ]
    if levels > 1:
        axes.append(f"    1= 0.000000, 30.000000, {levels}, ETCHTIME, LINEAR, 't', 's', 'Etch Time'")
    lines = [
        ";Dump of DataSpace 'C1s.VGD'",
        "$PROPERTIES=SUM",
        "DS_EXT_SUPROPID_TITLE       : VT_BSTR = 'C1s Scan'",
        "DS_SOPROPID_ENERGY          : VT_R4   = 1486.680054",
        "DS_ACPROPID_ACQ_TIME        : VT_R4   = 0.050000",
        f"$SPACEAXES={levels and len(axes)}",
        *axes,
    ]
    for level in range(levels):
        lines.append(f"$DATA=*,{level}")
        for start in range(0, len(values), 4):
            lines.append(f"LIST@ {start:3d}= " + ", ".join(f"{value:.6f}" for value in values[start : start + 4]))
    return "\n".join(lines) + "\n"


EIS_SETTINGS = (
    "Region\tEnabled\tDataFlag\tStart\tEnd\tStep\tSweeps\tDwell\tMode\tCAE/CRR\tMag\tDivide by Ten\tNotes\tFunction\t"
    "Line-Style\tPoint-Style\tSweeps-Acquired"
)


def eis_region(
    number: int,
    notes: str,
    energy: Floats,
    *layers: Floats,
    flag: str = "Original",
    mode: str = "CAE\t20.00",
    sweeps: int = 4,
    enabled: Sequence[bool] = (),
    divided: str = "false",
) -> str:
    """A region of Omicron's EIS export: settings, and one table per layer, of which the first alone is enabled."""
    step = energy[1] - energy[0]
    text = (
        f"{EIS_SETTINGS}\n{number}\ttrue\t{flag}\t{energy[0]:.2f}\t{energy[-1]:.2f}\t{step:.3f}\t30\t0.200\t{mode}\tHigh\t"
        f"{divided}\t{notes}\t7 Channel Acquisition\tSolid\t\t{sweeps}\n"
    )
    for place, counts in enumerate(layers):
        on = enabled[place] if enabled else place == 0
        text += (
            f"Layer\tEnabled\tDataFlag\tNotes\tFormula\tLine-Style\tPoint-Style\n{place + 1}\t{on}\t\tCh(1)+Ch(2)\t\t\n"
        )
        text += "Energy\tCounts\n" + "".join(f"{e:.2f}\t{c:.0f}\n" for e, c in zip(energy, counts, strict=True))
    return text


def kherve_level(energy: Floats, counts: Floats) -> dict[str, Any]:
    """A core level of a KherveFitting project, descending, with a background and a fit."""
    axis = energy[::-1].tolist()
    curve = {"Bkg Type": "Shirley", "Bkg X": axis, "Bkg Y": [5.0] * len(axis)}
    fit = {"Peaks": {"C1s p1": {"Position": 284.8, "Y": [1.0] * len(axis)}}}
    return {"Name": "C1s", "B.E.": axis, "Raw Data": counts[::-1].tolist(), "Background": curve, "Fitting": fit}


def kherve_project(levels: Mapping[str, Any], **others: Any) -> str:
    """A KherveFitting project."""
    head = {"FilePath": "C:\\\\data\\\\film.xlsx", "Number of Core levels": len(levels), "Core levels": levels}
    return json.dumps({**head, "Results": {"Peak": {}}, **others}, indent=2)


@pytest.fixture
def write_specs_xml() -> Callable[..., str]:
    return specs_xml


@pytest.fixture
def write_avantage() -> Callable[..., str]:
    return avantage_text


@pytest.fixture
def files(carbon: tuple[Floats, Floats], vamas: VamasBuilder) -> dict[str, bytes]:
    """The same C 1s region in every format that is read, descending, and one file of each that is not."""
    energy, counts = carbon[0][::-1], carbon[1][::-1]
    two_columns = "\n".join(f"{e:.1f}\t{c:.0f}" for e, c in zip(energy, counts, strict=True))
    casa_rows = "\n".join(
        f"{1486.6 - e:.1f}\t{c:.0f}\t{c:.0f}\t\t{e:.1f}\t{c / 2:.1f}" for e, c in zip(energy, counts, strict=True)
    )
    return {
        "VAMAS": vamas.add(energy, counts).text().encode(),
        "two-column text": f"BE/eV\tcounts\n{two_columns}\n".encode(),
        "CasaXPS text": f"Cycle 0:C 1s:PET\n\nK.E.\tCounts\tBackground\t\tB.E.\tCPS\n{casa_rows}\n".encode(),
        "PHI text": (
            "Cycles 8; Regions 1; Anode Al; Photon Energy 1486.6; XPS;\nC 1s\t\n1000\t\nElement C 1s; Region 1 of 1; "
            f"Depth Cycle 1 of 1; Time Per Step 50; Sweeps 8; Anode Al; Photon Energy 1486.6; XPS;\n{two_columns}\n"
        ).encode(),
        "PHI MultiPak text": (
            "//Multipak Exporter\nXraySource:Al 1486.6 mono\n\n"
            "//Area Comment,RegionNo,AtomicName,XLabel,YLabel,DataCount\n"
            f"film\n1\nC1s\nBinding Energy(eV),reverse\nIntensity(cps)\n{len(energy)}\n{two_columns}\n"
        ).encode(),
        "Kratos Vision text": (
            "Dataset filename = f.dset\nObject name = film/1\n   3 Spectrum scan start = "
            f"{1486.6 - energy[0]:.3f} eV\n   4 Spectrum scan step size = 0.1 eV\n"
            "   5 Abscissa label = Kinetic Energy\n"
            f"  12 Ordinate values = {{{', '.join(f'{c:.0f}' for c in counts)}}}\n"
            "3080 Xray Reference Energy = F_REFER_TO_XRAY_AL\n"
        ).encode(),
        "KherveFitting project": kherve_project({"C 1s": kherve_level(energy[::-1], counts[::-1])}).encode(),
        "Omicron EIS text": eis_region(1, "C 1s", energy, counts).encode(),
        "Scienta SES text": (
            "[Info]\nNumber of Regions=1\n\n[Region 1]\nRegion Name=C 1s\nDimension 1 name=Binding Energy [eV]\n\n"
            f"[Info 1]\nExcitation Energy=1486.6\nSample=film\n\n[Data 1]\n{two_columns}\n"
        ).encode(),
        "SPECS XML": specs_xml(energy[::-1], counts[::-1]).encode(),
        "Avantage text": avantage_text(energy, counts).encode(),
        "PNG": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4,
        "workbook": b"PK\x03\x04" + bytes(range(256)) * 4,
        "PHI": b"SOFH\nPlatform: VersaProbe\nSpectralRegDef: 1 1 C1s 6 121 -0.1 294 282\nEOFH\n" + bytes(400),
        "binary": np.random.default_rng(0).bytes(4000),
        "prose": b"Measured on Monday.\nThe sample was clean.\n",
    }
