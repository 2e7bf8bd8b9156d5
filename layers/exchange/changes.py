"""What an import brings: files of a record with their whole text, written all or none."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from layers.atomic import new_file


@dataclass(frozen=True, slots=True)
class Changes:
    """The whole text of each file that changes or is new, and what there is to say of it."""

    files: Mapping[str, str]
    notes: tuple[str, ...]

    def write(self, root: Path) -> None:
        """Put the files into a record, all of them or none."""
        with ExitStack() as stack:
            for name, text in self.files.items():
                path = root / name
                path.parent.mkdir(exist_ok=True)
                marked = path.exists() and path.read_bytes().startswith(codecs.BOM_UTF8)
                data = text.encode("utf-8-sig" if marked else "utf-8")
                stack.enter_context(new_file(path)).write_bytes(data)
