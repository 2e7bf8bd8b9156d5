"""GeoPackage: a layer each, styles for QGIS inside, evidence as tables, and what it all is.

GDAL writes the tables. What it has no means for (metadata, meanings of columns) goes in through
SQLite, in the tables of the standard's own extensions. The file carries the edition's day where
GDAL would write the clock's.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import orjson
from shapely.geometry.base import BaseGeometry

from layers.formats.arrow import (
    SHAPE_NAME,
    arrow_table,
    dated,
    promote_to_multi,
    sheet_table,
    write_gdal,
)
from layers.formats.attribution import credit_lines
from layers.formats.columns import Column, Sheet
from layers.formats.content import Content
from layers.formats.dataset_metadata import file_dataset
from layers.formats.evidence import row_evidence
from layers.formats.qgis_style import qml, sld
from layers.formats.xml import element, to_text
from layers.i18n import translator
from layers.record.texts import LocalizedText, closest_language
from layers.style.symbology import symbology

# No id of a layer holds an underscore, so no layer can take these names.
EVIDENCE = "evidence_"
_STYLES = "layer_styles"
_TEXT = ("f_table_catalog", "f_table_schema", "f_table_name", "f_geometry_column", "styleName",
         "styleQML", "styleSLD", "useAsDefault", "description", "owner", "ui",
         "update_time")  # fmt: skip
_QGIS_METADATA = "http://mrcc.com/qgis.dtd"
_DEFINITION = "http://www.geopackage.org/spec130/#extension_"
_TABLES = """
CREATE TABLE IF NOT EXISTS gpkg_extensions (table_name TEXT, column_name TEXT,
  extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL,
  CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
CREATE TABLE gpkg_metadata (id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL,
  md_scope TEXT NOT NULL DEFAULT 'dataset', md_standard_uri TEXT NOT NULL,
  mime_type TEXT NOT NULL DEFAULT 'text/xml', metadata TEXT NOT NULL DEFAULT '');
CREATE TABLE gpkg_metadata_reference (reference_scope TEXT NOT NULL, table_name TEXT,
  column_name TEXT, row_id_value INTEGER, timestamp DATETIME NOT NULL,
  md_file_id INTEGER NOT NULL, md_parent_id INTEGER,
  CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id),
  CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES gpkg_metadata(id));
CREATE TABLE gpkg_data_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT,
  title TEXT, description TEXT, mime_type TEXT, constraint_name TEXT,
  CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
  CONSTRAINT gdc_tn UNIQUE (table_name, name));
"""


def write_geopackage(content: Content, path: Path) -> None:
    """Write a GeoPackage with a table for each layer and the evidence of its rows."""
    sheets = row_evidence(content)
    with dated(content.built.record.atlas.edition):
        styles = [_write_layer(part, path, name) for name, part in content.by_layer.items()]
        for sheet in sheets:
            write_gdal(sheet_table(sheet), path, "GPKG", f"{EVIDENCE}{sheet.name}", kind=None)
        columns = tuple(Column(name, "string", LocalizedText({"mul": name})) for name in _TEXT)
        table = arrow_table(columns, {name: [one[name] for one in styles] for name in _TEXT})
        write_gdal(table, path, "GPKG", _STYLES, kind=None, layer_options={"FID": "id"})
    with closing(sqlite3.connect(path)) as file:
        file.execute("PRAGMA synchronous = OFF")
        file.executescript(_TABLES)
        with file:
            _describe(file, content, sheets)
        file.execute("VACUUM")


def _write_layer(content: Content, path: Path, name: str) -> dict[str, str | None]:
    """Write the table of a layer and return its style."""
    kind, shapes = promote_to_multi(content.shapes)
    layer = content.built.record.layers[name]
    table = arrow_table(content.row_columns, content.columns, shapes)
    title, summary = layer.title[content.lang], layer.summary[content.lang]
    # A GeoPackage has each identifier once, an atlas may give two layers one title.
    own = f"{title} ({name})"
    options = {"IDENTIFIER": own, "DESCRIPTION": summary, "GEOMETRY_NAME": SHAPE_NAME}
    write_gdal(table, path, "GPKG", name, kind=kind, layer_options=options)
    record = content.built.record
    words, kinds = translator(content.lang, record), _kinds(shapes)
    pairs = zip(content.rows["zone_type"], content.rows["status"], strict=True)
    categories = symbology(record).symbols(pairs)
    return {
        **dict.fromkeys(_TEXT, ""),
        "f_table_name": name,
        "f_geometry_column": SHAPE_NAME,
        "styleName": name,
        "styleQML": qml(
            categories,
            kinds,
            name=f"name_{closest_language(content.lang, content.languages)}",
            words=words,
        ),
        "styleSLD": sld(categories, kinds, layer=name, words=words),
        "useAsDefault": "1",
        "description": title,
        "ui": None,
        "update_time": _moment(content),
    }


def _kinds(shapes: Sequence[BaseGeometry | None]) -> set[str]:
    return {shape.geom_type.removeprefix("Multi") for shape in shapes if shape is not None}


def _describe(file: sqlite3.Connection, content: Content, sheets: Sequence[Sheet]) -> None:
    """Write what the file and each table is, under which terms, and what columns mean."""
    file.executemany(
        "INSERT INTO gpkg_extensions VALUES (?, NULL, ?, ?, 'read-write')",
        [
            ("gpkg_metadata", "gpkg_metadata", f"{_DEFINITION}metadata"),
            ("gpkg_metadata_reference", "gpkg_metadata", f"{_DEFINITION}metadata"),
            ("gpkg_data_columns", "gpkg_schema", f"{_DEFINITION}schema"),
        ],
    )
    for number, (standard, media_type, text, table) in enumerate(_metadata(content), start=1):
        file.execute(
            "INSERT INTO gpkg_metadata VALUES (?, 'dataset', ?, ?, ?)",
            (number, standard, media_type, text),
        )
        file.execute(
            "INSERT INTO gpkg_metadata_reference VALUES (?, ?, NULL, NULL, ?, ?, NULL)",
            ("table" if table else "geopackage", table, _moment(content), number),
        )
    tables = [(name, content.row_columns) for name in content.by_layer]
    tables += [(f"{EVIDENCE}{sheet.name}", sheet.columns) for sheet in sheets]
    file.executemany(
        "INSERT INTO gpkg_data_columns VALUES (?, ?, ?, ?, ?, NULL, NULL)",
        [
            (table, column.name, column.name, column.says.default, column.meaning)
            for table, columns in tables
            for column in columns
        ],
    )


def _metadata(content: Content) -> Iterator[tuple[str, str, str, str | None]]:
    """Yield standard, media type, text and table (None: the file) of each record of metadata."""
    dataset = orjson.dumps(file_dataset(content), option=orjson.OPT_INDENT_2).decode()
    yield "https://schema.org/Dataset", "application/ld+json", dataset, None
    for name, part in content.by_layer.items():
        yield _QGIS_METADATA, "text/xml", _qgis_metadata(part, name), name


def _qgis_metadata(content: Content, name: str) -> str:
    record = content.built.record
    makers = credit_lines(content.credits, content.lang)
    layer, scope = record.layers[name], record.atlas.scope[content.lang]
    root = element(None, "qgis", version="3.22.0")
    for tag, text in (
        ("identifier", f"{record.atlas.id}/{name}"),
        ("parentidentifier", f"sha256:{record.sha256}"),
        ("language", content.lang),
        ("type", "dataset"),
        ("title", layer.title[content.lang]),
        ("abstract", f"{layer.summary[content.lang]} {scope}"),
        ("license", record.atlas.licence),
        ("rights", "; ".join(makers)),
    ):  # fmt: skip
        element(root, tag, text)
    return to_text(root)


def _moment(content: Content) -> str:
    return f"{content.built.record.atlas.edition}T00:00:00.000Z"
