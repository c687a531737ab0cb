"""What a report tells about: one sample of a file with its answer, or why there is none."""

from dataclasses import dataclass

from xps_keras.analysis.result import Analysis
from xps_keras.preprocessing.channels import Channels
from xps_keras.spectrum import Spectrum


@dataclass(frozen=True, eq=False)
class ReportSample:
    """One sample; ``error`` alone where a file could not be read or analysed."""

    file: str
    """Name of the file for people."""
    spectrum: Spectrum | None = None
    channels: Channels | None = None
    analysis: Analysis | None = None
    error: str = ""
    """One sentence that says why there is no answer; empty where there is one."""

    @classmethod
    def of(cls, spectrum: Spectrum, channels: Channels, analysis: Analysis) -> "ReportSample":
        """Return an analysed sample."""
        return cls(analysis.file, spectrum, channels, analysis)
