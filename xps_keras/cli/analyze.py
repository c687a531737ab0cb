"""``xps-keras analyze``: the answer for each file, as a table, JSON, picture and corrected spectrum."""

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from xps_keras.analysis.analyzing import Analysis, analyze_channels, to_json
from xps_keras.analysis.predictor import Runnable
from xps_keras.analysis.report import print_report, print_warnings
from xps_keras.cli.outputs import not_an_input, targets, writable
from xps_keras.errors import XpsKerasError
from xps_keras.files import write_whole
from xps_keras.io import read
from xps_keras.preprocessing.channels import to_channels
from xps_keras.spectrum import Spectrum


def run(
    files: Sequence[Path],
    *,
    model: str,
    json_out: str | None,
    png: Path | None,
    vamas: Path | None,
    reference_ev: float,
) -> int:
    """Analyse files one after the other.

    Args:
        files: The spectra.
        model: ``pretrained`` or the path of an artefact.
        json_out: File for the JSON, ``-`` for stdout, None for none.
        png: File for the picture; a folder for several files.
        vamas: File for the corrected spectrum; a folder for several files.
        reference_ev: Energy in eV at which saturated hydrocarbon C 1s is to stand.

    Returns:
        Exit status: 0, or 1 when a file of several could not be analysed.

    Raises:
        XpsKerasError: The only file, the model or an output path cannot be used.
    """
    if json_out not in (None, "-"):
        not_an_input(writable(Path(json_out)), files)
    pictures, corrected = targets(png, files, ".png"), targets(vamas, files, ".vms")
    from xps_keras.runtime import load

    runtime = load(model)
    entries: list[dict[str, Any]] = []
    status = 0
    for file, picture, copy in zip(files, pictures, corrected, strict=True):
        try:
            analysis = _one(file, runtime, reference_ev, picture, copy, table=json_out != "-")
            entries.append(to_json(analysis))
        except XpsKerasError as error:
            if len(files) == 1:
                raise
            print(f"xps-keras: {error}", file=sys.stderr)
            entries.append({"file": str(file), "error": str(error)})
            status = 1
    if json_out is not None:
        content = entries[0] if len(files) == 1 else entries
        text = json.dumps(content, indent=1, ensure_ascii=json_out == "-", allow_nan=False) + "\n"
        if json_out == "-":
            sys.stdout.write(text)
        else:
            write_whole(Path(json_out), text)
    return status


def _one(
    file: Path, runtime: Runnable, reference_ev: float, picture: Path | None, copy: Path | None, table: bool
) -> Analysis:
    spectrum = read(file)
    channels = to_channels(spectrum)
    analysis = analyze_channels(spectrum, channels, runtime, reference_ev)
    if table:
        print_report(analysis)
    print_warnings(analysis.warnings)
    if picture is not None:
        from xps_keras.analysis.pictures import save_png

        save_png(picture, channels, analysis)
    if copy is not None:
        _write_corrected(copy, spectrum, analysis)
    return analysis


def _write_corrected(path: Path, spectrum: Spectrum, analysis: Analysis) -> None:
    from xps_keras.io.vamas_write import write_vamas

    moved = tuple(
        replace(region, binding_energy_ev=region.binding_energy_ev - analysis.shift_ev) for region in spectrum.regions
    )
    comment = (
        f"Charge-corrected by xps-keras {analysis.version}, model {analysis.model.name} {analysis.model.version}\n"
        f"Saturated hydrocarbon C 1s at {analysis.reference_ev:g} eV; added to the measured binding energies: "
        f"{-analysis.shift_ev:.4f} eV\n"
        f"Source: {spectrum.path.name}, SHA-256 {spectrum.sha256}"
    )
    write_vamas(replace(spectrum, regions=moved), path, comment, applied_correction_ev=-analysis.shift_ev)
