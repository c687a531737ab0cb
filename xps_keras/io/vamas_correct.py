"""The corrected copy of a file: every sample moved by its own shift, everything else as the instrument wrote it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from xps_keras.files import write_whole
from xps_keras.io.corrections import APPLIED_CORRECTION, casaxps_calibration
from xps_keras.io.decode import Lines
from xps_keras.io.vamas import VamasReader, read_parts
from xps_keras.io.vamas_blocks import ABSCISSA, COMMENT, TERMINATOR, VARIABLES, Block, Header
from xps_keras.io.vamas_drafts import energy_scale
from xps_keras.io.vamas_write import number_text, vamas_text
from xps_keras.spectrum import Spectrum

_SET_ASIDE = "Before xps-keras: "
"""Put before a calibration of CasaXPS, which would else move the corrected energies once more."""


def write_corrected(
    spectra: Sequence[Spectrum], corrections_ev: Sequence[float | None], path: Path, comment: str = ""
) -> None:
    """Write the corrected copy of one file as VAMAS.

    A file that is VAMAS itself keeps every header field, comment and block; only the energies of the blocks move, and
    each block notes by how much. Any other file is written anew, one block per region.

    Args:
        spectra: All samples of one file, as ``read_all`` gives them.
        corrections_ev: Energy in eV to add to the binding energies of each sample (minus its shift); None leaves a
            sample as measured.
        path: Target; written whole or not at all.
        comment: Text for the head of the file, any number of lines.

    Raises:
        InputError: If the source is gone or changed its form, or the target cannot be written.
    """
    source = spectra[0].path
    content = source.read_bytes() if spectra[0].file_format == VamasReader.name else b""
    write_whole(path, corrected_text(spectra, corrections_ev, content, comment))


def corrected_text(
    spectra: Sequence[Spectrum], corrections_ev: Sequence[float | None], content: bytes, comment: str = ""
) -> str:
    """Return what ``write_corrected`` writes.

    Args:
        spectra: All samples of one file.
        corrections_ev: As for ``write_corrected``.
        content: The file's bytes; only those of a VAMAS file are looked at.
        comment: Text for the head of the file.

    Raises:
        InputError: If the content is another one than the spectra were read from.
    """
    if spectra[0].file_format == VamasReader.name:
        by_block = {
            block: correction
            for spectrum, correction in zip(spectra, corrections_ev, strict=True)
            if correction is not None
            for region in spectrum.regions
            for block in region.blocks
        }
        return _rewritten(content, spectra[0].path, by_block, comment)
    moved = [
        replace(
            spectrum,
            regions=tuple(
                replace(region, binding_energy_ev=region.binding_energy_ev + (correction or 0.0))
                for region in spectrum.regions
            ),
        )
        for spectrum, correction in zip(spectra, corrections_ev, strict=True)
    ]
    return vamas_text(moved, comment, corrections_ev)


def _rewritten(content: bytes, source: Path, by_block: Mapping[int, float], comment: str) -> str:
    parts, _ = read_parts(content, source)
    lines: list[str] = []
    number = 0
    for part in parts:
        lines += _head(part.header, comment, len(part.blocks))
        for block in part.blocks:
            number += 1
            lines += _block(block, part.header, part.lines, by_block.get(number))
        lines.append(TERMINATOR)
    return "\r\n".join(lines) + "\r\n"


def _head(header: Header, comment: str, blocks: int) -> list[str]:
    added = [*comment.splitlines(), *header.comment]
    # No list of repeated items: each block is written with all of them, since each may have moved differently.
    return [*header.identity, str(len(added)), *added, *header.modes, "0", *header.tail, str(blocks)]


def _block(block: Block, header: Header, lines: Lines, correction_ev: float | None) -> list[str]:
    items = dict(block.items)
    begin, end = block.tail
    tail = lines[begin:end]
    scale = None
    if correction_ev is not None:
        regular = header.scan_mode == "REGULAR"
        scale = energy_scale(items[ABSCISSA][0] if regular else block.variables[0][0])
    if correction_ev is not None and scale is not None:
        by = correction_ev if scale == "binding" else -correction_ev
        notes = [f"{_SET_ASIDE}{line}" if casaxps_calibration(line) else line for line in block.comment]
        notes.insert(0, f"{APPLIED_CORRECTION} {correction_ev:.4f}")
        items[COMMENT] = [str(len(notes)), *notes]
        if header.scan_mode == "REGULAR":
            label, unit, start, step = items[ABSCISSA]
            items[ABSCISSA] = [label, unit, _moved(start, by), step]
        else:
            columns = int(float(items[VARIABLES][0]))
            values = block.values_line - begin
            # The smallest and the largest energy stand first, before the values.
            extremes = values - 2 * columns
            for index in (extremes, extremes + 1, *range(values, len(tail), columns)):
                tail[index] = _moved(tail[index], by)
    return [block.name, block.sample, *[line for item in sorted(items) for line in items[item]], *tail]


def _moved(text: str, by_ev: float) -> str:
    return number_text(float(text.replace(",", ".")) + by_ev)
