"""Every warning a user can meet is explained in docs/analysis.md."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_warning_code_is_documented_and_every_documented_one_exists() -> None:
    rooms = ("io", "preprocessing", "analysis", "cli")
    files = [path for room in rooms for path in (ROOT / "xps_keras" / room).glob("*.py")]
    source = "".join(path.read_text(encoding="utf-8") for path in files)
    raised = set(re.findall(r"""SpectrumWarning\(\s*["']([a-z-]+)["']""", source))
    assert len(raised) > 10
    text = (ROOT / "docs" / "analysis.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| (`[a-z-]+`(?:, `[a-z-]+`)*) \|", text.split("## Warnings")[1].split("\n## ")[0], re.MULTILINE
    )
    documented = set(re.findall(r"`([a-z-]+)`", " ".join(rows)))
    assert documented == raised
