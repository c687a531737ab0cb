"""Names of dropped files: shown to people, used for nothing else."""

from xps_keras.printable import printable

LONGEST = 160
_MOST_FOLDERS = 3


def shown_name(given: str) -> str:
    """Return the name under which a dropped file is shown.

    Args:
        given: What the browser says, with the folders of a dropped folder and whatever else somebody put there.

    Returns:
        The name with at most three folders before it, without steps upwards, roots and drives. It is never opened: the
        content comes with the name, and no result is written under it on this machine's disk.
    """
    parts = [part.strip() for part in printable(given).replace("\\", "/").split("/")]
    kept = [part for part in parts if part not in ("", ".", "..") and not part.endswith(":")]
    name = "/".join(kept[-1 - _MOST_FOLDERS :]) or "file"
    return name if len(name) <= LONGEST else f"...{name[3 - LONGEST :]}"


def download_name(name: str, suffix: str) -> str:
    """Return a name for a download: letters, digits and a few signs that every system takes.

    Args:
        name: The name as shown.
        suffix: What it ends with, with its dot.
    """
    stem = name.rsplit("/", 1)[-1]
    stem = stem.rsplit(".", 1)[0] if "." in stem[1:] else stem
    plain = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-_") else "_" for letter in stem)
    return f"{plain[:80].strip('_') or 'sample'}{suffix}"
