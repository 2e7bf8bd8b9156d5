"""Every data format in which the atlas leaves, in one table.

A format is an entry of `FORMATS`; the command, the data release and the tests find it there.
Each writer takes a `Content` and a path that has the format's ending.
"""

from __future__ import annotations

import errno
import sqlite3
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from layers.errors import ExportError

if TYPE_CHECKING:
    from layers.formats.content import Content

# The longest reason of a library that an error passes on, in characters.
_LONGEST = 120


@dataclass(frozen=True, slots=True)
class FileFormat:
    """A format: how it is named and written, and what is to be known of its bytes.

    ``endings`` of file names, the one that is written first. ``layered``: one file holds many
    layers apart; otherwise a file of many has them in one table, told by the column ``layer``.
    ``hangs_on`` names libraries that write their own version or layout into the file: the same
    rows give the same bytes in every process, hash seed, time zone and locale with the same
    versions of these.
    """

    id: str
    title: str
    endings: tuple[str, ...]
    media_type: str
    writer: str
    layered: bool = False
    hangs_on: str | None = None

    @property
    def ending(self) -> str:
        """Return the ending of the files that are written, with its dot."""
        return self.endings[0]

    def write(self, content: Content, path: Path) -> None:
        """Write rows to a new file; `OSError` where it cannot be, whatever its library raises."""
        module, name = self.writer.split(":")
        # Loaded when it is first used: most commands write no file, and libraries are heavy.
        write = getattr(import_module(f"layers.formats.{module}"), name)
        try:
            write(content, path)
        except (sqlite3.Error, RuntimeError) as error:  # GDAL's are RuntimeError
            reason = " ".join(str(error).replace(str(path), path.name).split())
            if len(reason) > _LONGEST:  # SQLite repeats the whole statement and says why at the end
                reason = f"... {reason[-_LONGEST:]}"
            raise OSError(errno.EIO, reason or type(error).__name__) from None


FORMATS: dict[str, FileFormat] = {
    one.id: one
    for one in (
        FileFormat("geojson", "GeoJSON (RFC 7946)", (".geojson",), "application/geo+json",
               "features:write_geojson"),
        FileFormat("jsonfg", "OGC JSON-FG 1.0", (".fg.json", ".jsonfg"),
               "application/vnd.ogc.fg+json", "features:write_jsonfg"),
        FileFormat("gpkg", "OGC GeoPackage 1.3", (".gpkg",), "application/geopackage+sqlite3",
               "geopackage:write_geopackage", layered=True,
               hangs_on="GDAL and SQLite lay out the pages and name their versions"),
        FileFormat("parquet", "GeoParquet 1.1", (".parquet", ".geoparquet"),
               "application/vnd.apache.parquet", "arrow:write_parquet",
               hangs_on="pyarrow names its version and compresses with its own Zstandard"),
        FileFormat("fgb", "FlatGeobuf 3", (".fgb",), "application/flatgeobuf",
               "arrow:write_flatgeobuf", hangs_on="GDAL packs the features"),
        FileFormat("kml", "OGC KML 2.2, zipped", (".kmz", ".kml"),
               "application/vnd.google-earth.kmz", "kml:write_kml", layered=True,
               hangs_on="zlib compresses; plain .kml hangs on nothing"),
        FileFormat("csv", "CSV + WKT", (".csv",), "text/csv; charset=utf-8",
               "csv_:write_csv"),
    )
}  # fmt: skip


def format_of(name: str) -> FileFormat:
    """Return a format by its id; `ExportError` names those that exist."""
    if name not in FORMATS:
        raise ExportError(f"there is no format {name!r}; known: {', '.join(FORMATS)}")
    return FORMATS[name]


def guess_format(path: Path) -> FileFormat | None:
    """Return the format that a file's ending means, None where it means none."""
    endings = {ending: one for one in FORMATS.values() for ending in one.endings}
    found = filter(path.name.lower().endswith, endings)
    return endings.get(max(found, key=len, default=""))
