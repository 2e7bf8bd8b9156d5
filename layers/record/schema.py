"""JSON Schemas of the seed files, generated from the model so that editors complete them.

`python -m layers.record.schema FOLDER` writes them for the atlas.yaml beside the folder; a test
holds the committed ones against the model.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from layers.record.clauses import Agreement
from layers.record.model import FOLDERS, LISTS, AtlasFile, ClaimFile
from layers.record.strict_yaml import load
from layers.record.texts import languages_of

_FILES: dict[str, Any] = {
    "atlas": AtlasFile,
    "claims": ClaimFile,
    "clauses": Agreement,
    **{name: list[kind] for name, kind in LISTS.items()},  # type: ignore[valid-type]
    **{name.removesuffix("s"): kind for name, kind in FOLDERS.items()},
}


def schemas(languages: Sequence[str]) -> dict[str, str]:
    """Return each schema's file name and text, for an atlas in these languages."""
    return {f"{name}.schema.json": _text(name, kind, languages) for name, kind in _FILES.items()}


def _text(name: str, kind: Any, languages: Sequence[str]) -> str:
    body = TypeAdapter(kind).json_schema()
    if text := body["$defs"].get("LocalizedText"):
        line = text.pop("additionalProperties")
        text |= {
            "additionalProperties": False,
            "properties": dict.fromkeys(languages, line),
            "required": list(languages),
        }
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"tamas {name}"}
    return json.dumps({**body, **head}, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def write(folder: Path, languages: Sequence[str]) -> None:
    """Write every schema into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in schemas(languages).items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    given = Path(sys.argv[1])
    atlas = load((given.parent / "atlas.yaml").read_text(encoding="utf-8"))
    write(given, languages_of(atlas))
