"""The second atlas with twelve invented clauses and four invented counts (tests/query/terms)."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.support.atlases import SECOND

TERMS = SECOND.parent / "query" / "terms"


def copy_terms(folder: Path) -> Path:
    """Copy the second atlas with the invented terms to a folder that is not there yet."""
    shutil.copytree(SECOND, folder)
    shutil.copytree(TERMS / "clauses", folder / "clauses")
    for path in (TERMS / "claims").iterdir():
        shutil.copy(path, folder / "claims")
    with (folder / "sources.yaml").open("a", encoding="utf-8") as file:
        file.write((TERMS / "sources.yaml").read_text(encoding="utf-8"))
    return folder
