"""What ``mkdocs build`` does beside its own work: made pages are filled in, and links into the repository are kept.

MkDocs loads this file by its path (``hooks`` of ``mkdocs.yml``) and calls the functions by their names.
"""

import os
import re
from pathlib import Path
from typing import Any

from xps_keras.tools.pages import ROOT, filled

SHOWN = {
    "README.md": "index.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "xps_keras/pretrained/MODEL_CARD.md": "reference/model_card.md",
}
"""Files of the repository that the site shows as pages; others that pages link to are copied into it."""
_LINK = re.compile(r"(?<=\]\()(\.\./[^)#\s]*)")


def on_files(files: Any, config: Any) -> Any:
    """Add the files of the repository, outside ``docs``, to which pages link."""
    from mkdocs.structure.files import File

    for page in [file for file in files if file.is_documentation_page()]:
        for link in _LINK.findall(filled(page.content_string)):
            outside = _outside(link, page.src_uri)
            if outside and outside not in SHOWN and files.get_file_from_path(_copied(outside)) is None:
                files.append(File.generated(config, _copied(outside), abs_src_path=str(ROOT / outside)))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Put made pages in place of their markers, and let links that leave ``docs`` end within the site."""
    here = page.file.src_uri

    def within(link: re.Match[str]) -> str:
        outside = _outside(link[0], here)
        if outside is None:
            return link[0]
        return os.path.relpath(SHOWN.get(outside, _copied(outside)), Path(here).parent).replace(os.sep, "/")

    return _LINK.sub(within, filled(markdown))


def _outside(link: str, page: str) -> str | None:
    """Return the path within the repository of a file outside ``docs``; None for other links."""
    path = os.path.normpath(os.path.join("docs", os.path.dirname(page), link)).replace(os.sep, "/")
    return path if not path.startswith("docs/") and (ROOT / path).is_file() else None


def _copied(outside: str) -> str:
    return f"repository/{outside}"
