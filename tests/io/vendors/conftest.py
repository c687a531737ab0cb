"""Writers of vendors' formats, by the formats' own rules and independent of the readers; small files from them."""

import io
import sqlite3
import struct
import zlib
from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

Floats = NDArray[np.float64]
SES_NOTE = (
    "[SES]\rVersion=1.2.5\rRegion Name=C 1s\rNumber of Sweeps=2\rExcitation Energy={source}\rEnergy Scale={scale}\r"
    "Energy Unit=Kinetic\rSample=PET\r"
)
KINDS = (
    "PHI binary",
    "Igor text wave",
    "Igor binary wave",
    "Excel workbook",
    "NeXus",
    "Thermo VGD",
    "SPECS Prodigy database",
)
"""Readers of binary files of vendors, each of which has a made file in ``vendor_files``."""


def phi(
    regions: Sequence[tuple[str, Floats, Floats]],
    *,
    width: int = 4,
    source: str = "XraySource: Al 1486.6 mono\r\n",
    times: Sequence[float] = (),
    extra: str = "",
) -> bytes:
    """Write regions of name, energies ``(n,)`` and counts per second ``(levels, n)`` as PHI does."""
    depth = regions[0][2].shape[0] > 1
    head = f"SOFH\r\nTechnique: XPS\r\nFileType: {'DEPTHPRO' if depth else 'SPECTRUM'}\r\nFileDesc: (1, PET)\r\n"
    head += f"EnergyReference: none 0.0\r\nAnalyserWorkFcn: 4.506 eV\r\n{extra}NoSpectralReg: {len(regions)}\r\n"
    for number, (name, energy, _) in enumerate(regions, 1):
        ends = f"{energy[0]:g} {energy[-1]:g}"
        step = round(float(energy[1] - energy[0]), 6)
        head += f"SpectralRegDef: {number} {number} {name} 6 {len(energy)} {step:g} {ends} {ends} 0.5 55.00 AREA\r\n"
    head += f"{source}EOFH\r\n"
    blocks = [(number, 1, b"pnt", b"c/s", counts) for number, (_, _, counts) in enumerate(regions, 1)]
    if times:
        blocks.append((0, 8, b"cyc", b"s", np.tile(np.array(times), (len(regions), 1))))
    begin = 16 + 96 * len(blocks)
    table, data = b"", b""
    for index, (number, kind, first, unit, values) in enumerate(blocks, 1):
        words = [index, 1, 1, number, kind, values.shape[1], values.shape[0], 1]
        table += struct.pack("<8I", *words) + first.ljust(8, b"\0") + b"sar".ljust(16, b"\0")
        packed = values.astype(f"<f{width}").tobytes()
        table += unit.ljust(16, b"\0") + struct.pack("<6I", 0x3466, len(packed), begin + len(data), 0, 0, 0)
        data += packed
    return head.encode() + struct.pack("<4I", 1, len(blocks), 96 * len(blocks), 16) + table + data


def ibw(
    values: NDArray[Any],
    *,
    start: float,
    step: float,
    unit: str = "Binding Energy [eV]",
    note: str = SES_NOTE.format(source=1486.6, scale="Binding"),
    version: int = 5,
    order: str = "<",
    shape: Sequence[int] | None = None,
    kind: int | None = None,
) -> bytes:
    """Write a wave as WaveMetrics' technical note TN003 says."""
    number = kind or {"f4": 2, "f8": 4, "i4": 32, "i2": 16}[values.dtype.str[1:]]
    data = values.astype(np.dtype(order + values.dtype.str[1:])).tobytes(order="F")
    text, name = note.encode(), b"PET_001"
    sizes = list(shape or values.shape)
    if version == 5:
        wave = struct.pack(order + "3I i 2h 6x h 32s 4x 4x", 0, 0, 0, values.size, number, 0, 1, name)
        wave += struct.pack(order + "4i", *sizes, *[0] * (4 - len(sizes)))
        wave += struct.pack(order + "8d", step, *[1.0] * 3, start, *[0.0] * 3)
        wave = wave.ljust(320, b"\0")
        tail = text + b"Counts [a.u.]" + unit.encode()
        lengths = [len(wave) + len(data), 0, len(text), 13, len(unit.encode()), *[0] * 10]
        head = struct.pack(order + "h h 15i", 5, 0, *lengths)
    else:
        wave = struct.pack(
            order + "h I 20s h h I 4s 4s i h 2d",
            number,
            0,
            name,
            1,
            0,
            0,
            b"",
            unit.encode()[:3],
            *sizes,
            0,
            step,
            start,
        )
        wave = wave.ljust(110, b"\0")
        tail = bytes(16) + text
        head = struct.pack(order + "h 3i h", 2, len(wave) + len(data), len(text), 0, 0)
    words = np.frombuffer(head + wave, order + "i2").sum(dtype=np.int64)
    at = 2 if version == 5 else 14
    head = head[:at] + struct.pack(order + "H", int(-words) % 65536) + head[at + 2 :]
    return head + wave + data + tail


def itx(
    counts: Floats, *, start: float, step: float, unit: str = "eV (Binding Energy)", size: int | None = None
) -> bytes:
    """Write a text wave as SPECS Prodigy does."""
    rows = "\n".join(f"{value:.8g}" for value in counts)
    return (
        "IGOR\nX //Created by: a test\nX //Excitation Energy = 1486.6 (eV)\nX //Sample = PET\n"
        f"WAVES/S/N=({size or len(counts)}) 'C 1s'\nBEGIN\n{rows}\nEND\n"
        f"X SetScale/P x, {start:g}, {step:g}, \"{unit}\", 'C 1s'\n"
        "X SetScale/I d, 0, 0, \"counts (Intensity)\", 'C 1s'\n"
    ).encode()


def xlsx(sheets: Mapping[str, Sequence[Sequence[Any]]]) -> bytes:
    """Write a workbook."""
    openpyxl = pytest.importorskip("openpyxl", reason="workbooks need the extra formats")
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        page = book.create_sheet(title)
        for row in rows:
            page.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def avantage(
    energy: Floats, levels: Floats, *, scale: str = "Binding", fit: bool = False, etched: bool = False
) -> list[list[Any]]:
    """Lay a sheet out as Avantage does: counts per second of shape ``(levels, n)``."""
    head: list[list[Any]] = [[None]] * 5 + [["\ufeff"], ["Axis", "Energy", "Elements=", len(energy)], [None]]
    head += [["C:\\Data\\PET.DATA\\C1s Scan.VGD"], *[[None]] * 4]
    head += [[None, "Etch Time (s)"], [None, None, *range(0, 60 * len(levels), 60)]] if etched else [[None]]
    names = ["C1s CH", "Backgnd."] if fit else []
    head += [[f"{scale} Energy (E)", None, *[None] * len(levels), *([None, *names] if fit else [])]]
    head += [["eV", None, *["Counts / s"] * len(levels), *([None, *["Counts / s"] * 2] if fit else [])]]
    rows = [[e, None, *values, *([None, 0.0, 1.0] if fit else [])] for e, values in zip(energy, levels.T, strict=True)]
    return [*head, *rows]


def nxs(
    energy: Floats,
    counts: Floats,
    *,
    scale: str = "binding",
    source: float = 1486.6,
    prepare: Callable[[Any], None] = lambda file: None,
    **storage: Any,
) -> bytes:
    """Write an entry of the NeXus definition NXxps."""
    h5py = pytest.importorskip("h5py", reason="NeXus needs the extra formats")
    stream = io.BytesIO()
    with h5py.File(stream, "w") as file:
        entry = file.create_group("PET__C 1s")
        entry.attrs["NX_class"] = "NXentry"
        entry["definition"] = "NXxps"
        groups = (
            ("data", "NXdata"),
            ("sample", "NXsample"),
            ("instrument", "NXinstrument"),
            ("instrument/beam", "NXbeam"),
        )
        for name, kind in groups:
            entry.create_group(name).attrs["NX_class"] = kind
        entry["sample/name"] = "PET"
        entry["instrument/beam/incident_energy"] = source
        entry["instrument/beam/incident_energy"].attrs["units"] = "eV"
        data = entry["data"]
        data.attrs["signal"], data.attrs["axes"] = "data", ["energy"]
        data["energy"] = energy
        data["energy"].attrs["type"], data["energy"].attrs["units"] = scale, "eV"
        data.create_dataset("data", data=counts, **storage).attrs["units"] = "counts"
        prepare(file)
    return stream.getvalue()


def property_set(names: Mapping[int, str], values: Mapping[int, bytes]) -> bytes:
    """Write a property set stream ([MS-OLEPS]) of one section; names make a dictionary."""
    parts: dict[int, bytes] = {1: struct.pack("<IHH", 2, 1252, 0)}
    if names:
        entries = b"".join(
            struct.pack("<II", number, len(name) + 1) + name.encode() + b"\0" for number, name in names.items()
        )
        parts[0] = struct.pack("<I", len(names)) + entries
    parts |= values
    table, body, at = b"", b"", 8 + 8 * len(parts)
    for number, part in parts.items():
        padded = part + bytes(-len(part) % 4)
        table += struct.pack("<II", number, at + len(body))
        body += padded
    section = struct.pack("<II", 8 + len(table) + len(body), len(parts)) + table + body
    return struct.pack("<HHI16sI", 0xFFFE, 0, 2, bytes(16), 1) + struct.pack("<16sI", bytes(16), 48) + section


def ole(streams: Mapping[str, bytes]) -> bytes:
    """Write a compound file ([MS-CFB]) whose streams are all short enough for its mini stream."""
    end, free, none = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFF
    mini = b""
    chains: list[int] = []
    starts: list[int] = []
    for content in streams.values():
        assert 0 < len(content) < 4096
        count = -(-len(content) // 64)
        starts.append(len(chains))
        chains += [*range(len(chains) + 1, len(chains) + count), end]
        mini += content.ljust(64 * count, b"\0")

    def entry(name: str, kind: int, right: int, child: int, start: int, size: int) -> bytes:
        raw = (name + "\0").encode("utf-16-le")
        head = raw.ljust(64, b"\0") + struct.pack("<HBB3I", len(raw), kind, 1, none, right, child)
        return head + bytes(36) + struct.pack("<IQ", start, size)

    sectors = {"directory": b"", "minifat": struct.pack(f"<{len(chains)}I", *chains), "mini": mini}
    lengths = {
        "directory": -(-(len(streams) + 1) // 4),
        "minifat": -(-len(chains) // 128),
        "mini": -(-len(mini) // 512),
    }
    first = {"directory": 1, "minifat": 1 + lengths["directory"]}
    first["mini"] = first["minifat"] + lengths["minifat"]
    directory = entry("Root Entry", 5, none, 1, first["mini"], len(mini))
    for index, (name, content) in enumerate(streams.items(), 1):
        directory += entry(name, 2, index + 1 if index < len(streams) else none, none, starts[index - 1], len(content))
    sectors["directory"] = directory
    fat = [0xFFFFFFFD]
    for name in ("directory", "minifat", "mini"):
        fat += [*range(first[name] + 1, first[name] + lengths[name]), end]
    assert len(fat) <= 128
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<9I", 0, 1, 1, 0, 4096, first["minifat"], lengths["minifat"], end, 0)
    head += struct.pack("<109I", 0, *[free] * 108)
    pages = [struct.pack("<128I", *fat, *[free] * (128 - len(fat)))]
    pages += [sectors[name].ljust(512 * lengths[name], b"\xff" if name == "minifat" else b"\0") for name in lengths]
    return head + b"".join(pages)


def vgd(
    kinetic: Floats, levels: Floats, *, source: float | None = 1486.68, times: Sequence[float] = (), points: int = 0
) -> bytes:
    """Write counts of shape ``(levels, n)`` as Avantage does, by the published descriptions of its streams."""
    text = struct.pack("<I", 2) + b"\0\0"
    step = float(kinetic[1] - kinetic[0])
    axes = 3 * text + struct.pack("<IddbI", points or len(kinetic), kinetic[0], step, 1, 1)
    data = struct.pack("<4I", 0, levels.shape[1] - 1, 1, 0)
    if len(levels) > 1:
        axes += 3 * text + struct.pack("<IddbI", len(levels), 0.0, 1.0, 1, 6)
        axes += 3 * text + struct.pack("<Iddb", len(levels), 0.0, 1.0, 0) + struct.pack(f"<{len(times)}dI", *times, 0)
        data += struct.pack("<4I", 0, len(levels) - 1, 2, 0)
    names = {7: "PassEnergy", **({} if source is None else {9: "SourceEnergy"})}
    values = {7: struct.pack("<If", 4, 20.0), **({} if source is None else {9: struct.pack("<If", 4, source)})}
    summary = {number: struct.pack("<II", 30, len(word)) + word for number, word in ((2, b"C1s Scan\0"), (3, b"PET\0"))}
    return ole(
        {
            "VGData": levels.astype("<f8").tobytes(),
            "VGSpaceAxes": struct.pack("<2I", 131072, 1 if len(levels) == 1 else 3) + axes,
            "VGDataAxes": struct.pack("<2I", 131072, len(data) // 16) + data,
            "\x05Q5nw4m3lIjudbfwyAayojlptCa": property_set(names, values),
            "\x05SummaryInformation": property_set({}, summary),
        }
    )


SLE_TABLES = """
CREATE TABLE Configuration (Key TEXT NOT NULL, Value TEXT NOT NULL, PRIMARY KEY (Key));
CREATE TABLE NodeMapping (Node INTEGER PRIMARY KEY AUTOINCREMENT, InternalID INTEGER NOT NULL UNIQUE);
CREATE TABLE Spectrum (Node INTEGER PRIMARY KEY, EnergyChns INTEGER NOT NULL, NonEnergyChns INTEGER NOT NULL,
    Samples INTEGER NOT NULL, ElectronEnergy FLOAT NOT NULL, EnergyType TEXT NOT NULL, Step FLOAT NOT NULL,
    EpassOrRR FLOAT NOT NULL);
CREATE TABLE RawData (RawID INTEGER PRIMARY KEY AUTOINCREMENT, Node INTEGER NOT NULL, Scans INTEGER NOT NULL,
    Eexc FLOAT NOT NULL, Head INTEGER NOT NULL, Tail INTEGER NOT NULL, Trace TEXT NOT NULL);
CREATE TABLE CountRateData (RawID INTEGER, Offset INTEGER NOT NULL, NextOffset INTEGER NOT NULL,
    ChunkSize INTEGER NOT NULL, Data BLOB NOT NULL, PRIMARY KEY (RawID, Offset));
CREATE TABLE OrdinateInfo (Node INTEGER PRIMARY KEY, Minimum FLOAT, Maximum FLOAT, Unit TEXT NOT NULL);
CREATE TABLE TransmissionData (Node INTEGER, Ekin FLOAT NOT NULL, NonEnergyChns INTEGER NOT NULL,
    Samples INTEGER NOT NULL, Data BLOB NOT NULL);
"""


def sle(
    groups: Sequence[tuple[str, Sequence[tuple[str, Floats, Mapping[str, Floats]]]]],
    *,
    mode: str = "FixedAnalyzerTransmission",
    channels: int = 1,
    pieces: int = 1,
    packed: bool = False,
    width: int = 8,
    scale: str = "Binding",
    shift: str = "0",
    unit: str = "",
    then: str = "",
) -> bytes:
    """Write groups of regions, ascending energies and counts by their trace, as Prodigy's database has them.

    ``then`` is SQL that is run at the end, to damage it.
    """
    base = sqlite3.connect(":memory:")
    base.executescript(SLE_TABLES)
    schedule, node = "", 0
    for group, regions in groups:
        schedule += f'<SpectrumGroup ID="{1000 + node}" Name="{group}"><DataProcessing/>'
        for name, energy, scans in regions:
            node += 1
            step, start = round(float(energy[1] - energy[0]), 6), float(energy[0] if scale == "Kinetic" else energy[-1])
            schedule += (
                f'<Spectrum ID="{node + 50}" Name="{name}"><{mode}Settings DwellTime="0.5" Epass="20"/>'
                f'<DataProcessing SpectrumShift="{shift}"/></Spectrum>'
            )
            base.execute("INSERT INTO NodeMapping VALUES (?, ?)", (node, node + 50))
            row = (node, channels, 1, len(energy), start, scale, step, 20.0)
            base.execute("INSERT INTO Spectrum VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
            if unit:
                base.execute("INSERT INTO OrdinateInfo VALUES (?, 0, 0, ?)", (node, unit))
            transmission = np.linspace(2.0, 1.0, len(energy)).astype("<f8").tobytes()
            base.execute("INSERT INTO TransmissionData VALUES (?, 1000, 1, ?, ?)", (node, len(energy), transmission))
            for trace, counts in scans.items():
                query = "INSERT INTO RawData (Node, Scans, Eexc, Head, Tail, Trace) VALUES (?, 1, 1486.6, 0, 0, ?)"
                raw = base.execute(query, (node, trace)).lastrowid
                at = 0
                for piece in np.array_split(counts if scale == "Kinetic" else counts[::-1], pieces):
                    data = piece.astype(f"<f{width}").tobytes()
                    chunk = (raw, at, at + len(piece), len(piece), zlib.compress(data) if packed else data)
                    base.execute("INSERT INTO CountRateData VALUES (?, ?, ?, ?, ?)", chunk)
                    at += len(piece)
        schedule += "</SpectrumGroup>"
    xml = f"<!DOCTYPE SpecsLabSchedule><Experiment><Schedule>{schedule}</Schedule></Experiment>"
    base.execute("INSERT INTO Configuration VALUES ('Schedule', ?)", (xml,))
    base.executescript(then)
    base.commit()
    return base.serialize()


@pytest.fixture
def vendor_files(carbon: tuple[Floats, Floats]) -> dict[str, bytes]:
    """The same C 1s region, descending, in every vendor's format, by the reader's name."""
    energy, counts = carbon[0][::-1], carbon[1][::-1]
    return {
        "PHI binary": phi([("C1s", energy, counts[None])]),
        "Igor text wave": itx(counts, start=299.3, step=-0.1),
        "Igor binary wave": ibw(counts, start=299.3, step=-0.1),
        "Excel workbook": xlsx(
            {"C1s": [["Binding Energy (eV)", "counts"], *zip(energy.tolist(), counts.tolist(), strict=True)]}
        ),
        "NeXus": nxs(energy, counts),
        "SPECS Prodigy database": sle([("PET", [("C 1s", carbon[0], {"Scan [Idx]=1u": carbon[1]})])]),
        "Thermo VGD": vgd(1486.68 - energy, counts[None]),
    }


@pytest.fixture
def writers() -> SimpleNamespace:
    """All writers of this folder, by name."""
    return SimpleNamespace(phi=phi, ibw=ibw, itx=itx, xlsx=xlsx, avantage=avantage, nxs=nxs, vgd=vgd, ole=ole, sle=sle)
