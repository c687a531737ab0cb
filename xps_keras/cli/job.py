"""What ``analyze`` hands to the process that answers for a file, and what comes back: text and numbers alone."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from xps_keras.fit.result import Method


@dataclass(frozen=True)
class Paper:
    """What a table is printed on."""

    width: int
    """Columns."""
    color: str | None
    """Rich's name of the terminal's colours; None for none."""
    encoding: str
    explain: bool = False
    """Whether a line explains every figure."""
    components: bool = False
    """Whether the fit is printed too."""


@dataclass(frozen=True)
class Settings:
    """What is the same for every file of a call."""

    model: str
    reference_ev: float = 285.0
    method: "Method" = "network"
    sensitivity: str | None = None
    """Table of sensitivity factors; None for those of the package."""
    charge: str | None = None
    """The charge as it was given; None to find it."""
    sample: str | None = None
    """Name or number of the one sample that is asked for."""
    style: Literal["slide", "paper"] = "slide"
    """Style of the pictures."""
    picture_format: str = ".png"
    """Suffix of the pictures."""
    entries: str = ""
    """Encoding of the JSON form, ``utf-8`` or ``ascii``; empty where it is not asked for."""
    paper: Paper | None = None
    """What the whole table is printed on; None where it is not asked for."""
    sections: bool = False
    """Whether there is to be a report."""
    inputs: tuple[tuple[int, int], ...] = ()
    """Identities of the files that no output may replace."""


@dataclass(frozen=True)
class Job:
    """One file, and where what belongs to it goes."""

    path: str
    name: str = ""
    """How messages call it: its name, and its place below the folder that was named."""
    found: bool = False
    """Whether it was found in a folder, so that it may be no spectrum at all."""
    picture: str | None = None
    vamas: str | None = None
    csv: str | None = None
    csv_folder: bool = False
    """Whether ``csv`` is a folder for this file's regions rather than a file."""
    taken: tuple[str, ...] = ()
    """Names in the picture's folder that belong to other files."""


@dataclass(frozen=True)
class SampleAnswer:
    """One sample and what came of it, in words and numbers."""

    name: str
    """File and sample, for people."""
    row: dict[str, Any]
    """Row of the table."""
    warnings: tuple[tuple[str, str], ...] = ()
    """Codes and texts."""
    entry: str = ""
    """Its JSON form, where that is asked for."""
    report: str = ""
    """The whole table, where that is asked for."""
    section: dict[str, str] | None = None
    """Its part of the report, where there is to be one."""
    error: str = ""
    """Why there is no answer; empty where there is one."""
    model: str = ""
    """What answered."""


@dataclass(frozen=True)
class FileAnswer:
    """One file and what came of it."""

    samples: tuple[SampleAnswer, ...] = ()
    error: str = ""
    """Why the whole file has no answer; empty where a sample has one."""
    passed_over: bool = False
    """Found in a folder and no spectrum."""
    problems: tuple[str, ...] = field(default=())
    """Outputs of this file that could not be written."""


def settings_of(content: dict[str, Any]) -> Settings:
    """Return settings from their JSON form.

    Args:
        content: What ``dataclasses.asdict`` gives, through JSON.
    """
    paper = content["paper"]
    inputs = tuple((device, number) for device, number in content["inputs"])
    return Settings(**{**content, "paper": None if paper is None else Paper(**paper), "inputs": inputs})


def job_of(content: dict[str, Any]) -> Job:
    """Return a job from its JSON form."""
    return Job(**{**content, "taken": tuple(content["taken"])})


def answer_of(content: dict[str, Any]) -> FileAnswer:
    """Return an answer from its JSON form."""
    samples = tuple(
        SampleAnswer(**{**sample, "warnings": tuple((code, text) for code, text in sample["warnings"])})
        for sample in content["samples"]
    )
    return FileAnswer(samples, content["error"], content["passed_over"], tuple(content["problems"]))
