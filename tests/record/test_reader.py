"""Reading the record: every bad input is a fault with file, record, field and a way to mend it."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil

import pytest

from layers.errors import ExportError, SeedFaults
from layers.record.reader import read
from layers.record.skeletons import skeleton
from layers.record.table_edits import line_numbers, table_text, with_rows
from tests.support.atlases import SECOND, add, both, faults_of, put, swap, tamas, tamas_process

VERGES, CALM, STRIP = (
    "zones/ferry-road-verges.yaml",
    "zones/calm-area.yaml",
    "zones/frost-strip.yaml",
)
LANTERN, WATCH, SHORE = (
    "zones/lantern-waters.yaml",
    "zones/ferry-road-watch.yaml",
    "zones/southern-band.yaml",
)
ACCORD, ROAD, COAST = (
    "claims/ostrel-accord.yaml",
    "traces/ferry-road.geojson",
    "traces/east-coast.geojson",
)
PAIRS, HARBOURS = "pairs/frost-2004.csv", "zones/calm-harbours.yaml"
SOLITARY = "2005~, claims: [lantern-letters-04]"


def bomb(levels: int = 9) -> str:
    """Return the 'billion laughs' in YAML."""
    lines = ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, levels)]
    return "\n".join(lines) + "\n"


def deep_recipe(levels: int) -> str:
    """Return a recipe of so many unions in each other."""
    return "{op: union, of: [" * levels + "{op: point, place: hask}" + "]}" * levels


def deep_json(levels: int) -> str:
    return '{"features":' + "[" * levels + "]" * levels + "}"


# What is wrong: the edit, then the file, record and field that the fault names, then how it
# says what to mend. '.*' where a fault belongs to a whole file.
FAULTS = {
    "unknown place": (
        swap(LANTERN, "lantern-rock", "lost-rock"),
        (LANTERN, "lantern-waters", "recipe"),
        "no place 'lost-rock'; add it to the record or correct the id",
    ),
    "unknown trace": (
        swap(WATCH, "trace: ferry-road", "trace: lost-road"),
        (WATCH, "ferry-road-watch", "recipe"),
        "no trace 'lost-road'; add it",
    ),
    "unknown pairs": (
        swap("zones/frost-line.yaml", "frost-2004", "frost-1904"),
        ("zones/frost-line.yaml", "frost-line", "recipe"),
        "no pairs 'frost-1904'; add it",
    ),
    "unknown zone in a recipe": (
        swap(STRIP, "id: calm-area", "id: lost-area"),
        (STRIP, "frost-strip", "recipe"),
        "no zone 'lost-area'; add it",
    ),
    "unknown claim": (
        swap(VERGES, "ostrel-accord-02", "ostrel-accord-99"),
        (VERGES, "ferry-road-verges", r"periods\[1\].from.claims"),
        "no claim 'ostrel-accord-99'; add it",
    ),
    "unknown claim of an end": (
        swap(VERGES, "[council-minutes-01]", "[council-minutes-99]"),
        (VERGES, "ferry-road-verges", r"periods\[1\].to.claims"),
        "no claim 'council-minutes-99'; add it",
    ),
    "unknown layer": (
        swap(VERGES, "layer: ferry-road", "layer: lost-layer"),
        (VERGES, "ferry-road-verges", "layer"),
        "no layer 'lost-layer'; add it",
    ),
    "unknown base of a variant": (
        swap("zones/frost-strip-annex.yaml", "variant_of: frost-strip", "variant_of: lost"),
        ("zones/frost-strip-annex.yaml", "frost-strip-annex", "variant_of"),
        "no zone 'lost'; add it",
    ),
    "unknown asserter of a period": (
        swap(STRIP, "asserted_by: [orla-venn]", "asserted_by: [nobody]"),
        (STRIP, "frost-strip", r"periods\[3\].asserted_by"),
        "no actor 'nobody'; add it",
    ),
    "unknown asserter of a claim": (
        swap(ACCORD, "asserted_by: north-bank-ridge-league", "asserted_by: nobody"),
        (ACCORD, "ostrel-accord-01", "asserted_by"),
        "no actor 'nobody'; add it",
    ),
    "unknown actor in a claim": (
        swap(ACCORD, "actors: [north-bank,", "actors: [nobody,"),
        (ACCORD, "ostrel-accord-01", "actors"),
        "no actor 'nobody'; add it",
    ),
    "unknown place in a claim": (
        swap(ACCORD, "place: marrow-port", "place: lost-port"),
        (ACCORD, "ostrel-accord-01", "places"),
        "no place 'lost-port'; add it",
    ),
    "unknown source of claims": (
        swap(ACCORD, "source: ostrel-accord", "source: lost-source"),
        ("claims/lost-source.yaml", "ostrel-accord-01", "source"),
        "no source 'lost-source'; add it",
    ),
    "a file named otherwise than the source of its claims": (
        swap(ACCORD, "source: ostrel-accord", "source: ostrel-chart"),
        (ACCORD, "", "source"),
        "differs from the file's name: ostrel-accord.yaml",
    ),
    "unknown source of a place": (
        swap("places.csv", "village,-20.6,-20.9,500,3,ostrel-chart", "village,-20.6,-20.9,500,3,x"),
        ("places.csv", "quillet", "source"),
        "no source 'x'; add it",
    ),
    "unknown source of a trace": (
        swap(ROAD, '"source": "ostrel-chart"', '"source": "x"'),
        (ROAD, "feature 1", "source"),
        "no source 'x'; add it",
    ),
    "unknown source of a pair": (
        swap(PAIRS, "hask,vennik,harbour-gazette", "hask,vennik,x"),
        (PAIRS, "pair 1", "sources"),
        "no source 'x'; add it",
    ),
    "unknown place of a pair": (
        swap(PAIRS, "hask,", "lost,"),
        (PAIRS, "pair 1", "first/second"),
        "no place 'lost'; add it",
    ),
    "unknown superior of an actor": (
        swap("actors.yaml", "of: north-bank", "of: nobody"),
        ("actors.yaml", "orla-venn", "of"),
        "no actor 'nobody'; add it",
    ),
    "unknown zone of a dispute": (
        swap("disputes.yaml", "[frost-strip,", "[lost,"),
        ("disputes.yaml", "strip-of-frost", "zones"),
        "no zone 'lost'; add it",
    ),
    "unknown claim of a dispute": (
        swap("disputes.yaml", "[ostrel-accord-03]", "[ostrel-accord-99]"),
        ("disputes.yaml", "strip-of-frost", r"sides\[1\].claims"),
        "no claim 'ostrel-accord-99'; add it",
    ),
    "unknown zone of a system": (
        swap("systems.yaml", "zones: [drowned-oath]", "zones: [lost]"),
        ("systems.yaml", "oath-system", "zones"),
        "no zone 'lost'; add it",
    ),
    "two systems of one number": (
        swap("systems.yaml", "number: 2", "number: 1"),
        ("systems.yaml", "oath-system", "number"),
        "is also the number of 'ferry-road-system'; give each its own",
    ),
    "place given twice": (
        swap("places.csv", "\nhask,", "\nluddin,"),
        ("places.csv", "luddin", "id"),
        "given twice; each record needs its own id",
    ),
    "layer given twice": (
        swap("layers.yaml", "- id: lookouts", "- id: ferry-road"),
        ("layers.yaml", "ferry-road", "id"),
        "given twice; each",
    ),
    "claim given twice in one file": (
        swap(ACCORD, "id: ostrel-accord-02", "id: ostrel-accord-01"),
        (ACCORD, "ostrel-accord-01", "id"),
        "given twice; each",
    ),
    "claim given twice in two files": (
        swap("claims/harbour-gazette.yaml", "id: harbour-gazette-01", "id: council-minutes-01"),
        ("claims/harbour-gazette.yaml", "council-minutes-01", "id"),
        "is also in the claims of council-minutes",
    ),
    "zone without claims": (
        swap(VERGES, "claims: [ostrel-accord-01, ostrel-accord-02]", "claims: []"),
        (VERGES, "ferry-road-verges", r"periods\[1\].from.claims"),
        "at least 1",
    ),
    "zone with no word of claims": (
        swap(VERGES, ", claims: [ostrel-accord-01, ostrel-accord-02]", ""),
        (VERGES, "ferry-road-verges", r"periods\[1\].from.claims"),
        "missing; add it",
    ),
    "claims file without claims": (
        put("claims/council-minutes.yaml", "source: council-minutes\nclaims: []\n"),
        ("claims/council-minutes.yaml", "", "claims"),
        "at least 1",
    ),
    "claim that stands nowhere": (
        swap(ACCORD, "    locator: paragraph 1\n", ""),
        (ACCORD, "ostrel-accord-01", "where"),
        "say where it stands",
    ),
    "claim with an empty span": (
        swap(ACCORD, "where: null", f"where: {{start: 9, end: 4, quote_sha256: {'0' * 64}}}"),
        (ACCORD, "ostrel-accord-01", "where"),
        "end must be greater than start",
    ),
    "no date at all": (
        swap(VERGES, "date: 2003-11-20", "date: some day"),
        (VERGES, "ferry-road-verges", r"periods\[1\].from.date"),
        "'some day' is no EDTF level 1 date: write 2020-03-05",
    ),
    "a date of level 2": (
        swap(VERGES, "date: 2003-11-20", "date: 2003-1X-20"),
        (VERGES, "ferry-road-verges", r"periods\[1\].from.date"),
        "no EDTF level 1 date: write",
    ),
    "no day of the calendar": (
        swap(VERGES, "date: 2003-11-20", "date: 2003-02-30"),
        (VERGES, "ferry-road-verges", r"periods\[1\].from.date"),
        "'2003-02-30' is no date of the calendar",
    ),
    "a bare year, which YAML takes for a number": (
        swap(VERGES, "date: 2003-11-20", "date: 2003"),
        (VERGES, "ferry-road-verges", r"periods\[1\].from.date"),
        "must be text; put it in quotes: '2003'",
    ),
    "a reversed interval of dates": (
        swap(VERGES, "date: 2003-11-20", "date: 2004-01/2003-11"),
        (VERGES, "ferry-road-verges", r"periods\[1\].from.date"),
        "ends before it starts",
    ),
    "a claim's date": (
        swap(ACCORD, "stated_on: 2003-11-20", "stated_on: 20 Nov 2003"),
        (ACCORD, "ostrel-accord-01", "stated_on"),
        "no EDTF level 1 date: write",
    ),
    "no full day": (
        swap("atlas.yaml", "record_to: 2009-12-31", "record_to: 2009-12"),
        ("atlas.yaml", "atlas", "record_to"),
        "no full day: write YYYY-MM-DD",
    ),
    "an end before its start": (
        swap(VERGES, "to: {date: 2008-05-31", "to: {date: 2003-11-19"),
        (VERGES, "ferry-road-verges", r"periods\[1\]"),
        r"ends \(2003-11-19\) before it starts \(2003-11-20\)",
    ),
    "a start that is open": (
        swap(VERGES, "date: 2003-11-20", "date: ../2003-11-20"),
        (VERGES, "ferry-road-verges", r"periods\[1\]"),
        "a period needs one",
    ),
    "a record that ends before it begins": (
        swap("atlas.yaml", "record_from: 2003-01-01", "record_from: 2011-01-01"),
        ("atlas.yaml", "ostrel-2003-2009", "record_to"),
        "before record_from",
    ),
    "an edition within the embargo": (
        swap("atlas.yaml", "edition: 2012-06-30", "edition: 2010-06-30"),
        ("atlas.yaml", "ostrel-2003-2009", "edition"),
        "365 days",
    ),
    "overlapping periods": (
        swap(WATCH, "from: {date: 2004-09-15", "from: {date: 2004-09-14"),
        (WATCH, "ferry-road-watch", r"periods\[3\]"),
        r"overlaps periods\[2\] on track practice as asserted by harbour-gazette; let one end",
    ),
    "two periods of one row": (
        swap(
            LANTERN,
            "periods:\n",
            "periods:\n  - track: practice\n    status: announced\n"
            f"    from: {{date: {SOLITARY}}}\n    asserted_by: [orla-venn]\n",
        ),
        (LANTERN, "lantern-waters.practice.announced.2004-01-01", r"periods\[\d\]"),
        "the same as another period's",
    ),
    "a last report and nothing after": (
        swap(
            WATCH,
            "  - track: practice\n    status: unknown",
            "  - track: paper\n    status: unknown",
        ),
        (WATCH, "ferry-road-watch", r"periods\[2\].to"),
        "add a practice period of status unknown from 2004-09-15",
    ),
    "no_later_than where the end is known": (
        swap(VERGES, "    to: {", "    no_later_than: 2008-06-30\n    to: {"),
        (VERGES, "ferry-road-verges", r"periods\[1\].no_later_than"),
        "goes with status unknown",
    ),
    "a place outside the extent": (
        swap("places.csv", "cape,-18.82,-20.42", "cape,-17.82,-20.42"),
        ("places.csv", "gull-head", "lon"),
        "outside the atlas's extent; correct it, or extend atlas.yaml",
    ),
    "a place swapped out of the extent": (
        swap("places.csv", "rock,-19.6,-22.3", "rock,-22.3,-19.6"),
        ("places.csv", "farewell-stack", "lon"),
        "outside the atlas's extent; lon and lat look swapped",
    ),
    "a swapped place of a chain, still inside": (
        swap("places.csv", "village,-20.4,-20.92", "village,-20.92,-20.4"),
        ("places.csv", "brindle-gate", "lon"),
        "look swapped: the other way round the place lies with its neighbours quillet",
    ),
    "a swapped end of a chain, still inside": (
        swap("places.csv", "town,-20.0,-21.0,", "town,-21.0,-20.0,"),
        ("places.csv", "marrow-port", "lon"),
        "look swapped: the other way round the place lies with its neighbours",
    ),
    "a swapped place of a pair, still inside": (
        swap("places.csv", "village,-19.53,-20.8,", "village,-20.8,-19.53,"),
        ("places.csv", "cormet", "lon"),
        rf"look swapped.*\(in {PAIRS}|look swapped.*\(in pairs/frost-2006.csv",
    ),
    "a swapped corner of a ring, still inside": (
        swap("places.csv", "village,-19.2,-21.32", "village,-21.32,-19.2"),
        ("places.csv", "dale-cross", "lon"),
        rf"look swapped.*\(in {CALM}",
    ),
    "a swapped vertex of a trace, still inside": (
        swap(COAST, "-18.78,\n      -20.85", "-20.85,\n      -18.78"),
        (COAST, "feature 1", "geometry"),
        r"vertex 4 \(-20.85, -18.78\) looks swapped: write \[lon, lat\]",
    ),
    "a swapped first vertex of a trace, still inside": (
        swap(COAST, "-18.83,\n      -20.3\n", "-20.3,\n      -18.83\n"),
        (COAST, "feature 1", "geometry"),
        r"vertex 1 \(-20.3, -18.83\) looks swapped",
    ),
    "a vertex outside the extent": (
        swap(COAST, "-18.75,\n      -20.6\n", "-17.75,\n      -20.6\n"),
        (COAST, "feature 1", "geometry"),
        r"vertex 3 \(-17.75, -20.6\) lies outside the atlas's extent",
    ),
    "a latitude beyond the pole": (
        swap("places.csv", "cape,-18.82,-20.42", "cape,-18.82,-120.42"),
        ("places.csv", "gull-head", "lat"),
        "greater than or equal to -90",
    ),
    "an extent that crosses itself": (
        swap("atlas.yaml", "[-20.2, -18.3]", "[-20.2, -23.3]"),
        ("atlas.yaml", "ostrel-2003-2009", "extent"),
        "crosses itself",
    ),
    "an extent of two corners": (
        swap("atlas.yaml", "  - [-18.2, -22.6]\n  - [-18.2, -18.4]\n  - [-20.2, -18.3]\n", ""),
        ("atlas.yaml", "atlas", "extent"),
        "at least 3",
    ),
    "a ring that crosses itself": (
        swap(CALM, "from: gull-head, to: stern-point", "from: stern-point, to: gull-head"),
        (CALM, "calm-area", "recipe"),
        "the ring crosses or touches itself|gap of",
    ),
    "a gap in a ring": (
        swap(CALM, "    - {op: gap, bulge_km: 5}\n", ""),
        (CALM, "calm-area", "recipe"),
        "gap of 7.* km in the ring between piece 1 and piece 2.*put a sourced place or a 'gap'",
    ),
    "two gaps in a row": (
        swap(CALM, "    - {op: gap, bulge_km: 5}\n", "    - {op: gap, bulge_km: 5}\n" * 2),
        (CALM, "calm-area", "recipe"),
        "two gaps follow each other",
    ),
    "a ring of one place": (
        swap(
            LANTERN,
            "op: disc\n  center: lantern-rock\n  radius_km: 15",
            "op: area\n  ring: [{op: point, place: hask}]",
        ),
        (LANTERN, "lantern-waters", "recipe"),
        "fewer than three|needs at least one line|two different points",
    ),
    "an area that is no ring": (
        swap(LANTERN, "op: disc\n  center: lantern-rock\n  radius_km: 15", "op: area\n  ring: []"),
        (LANTERN, "lantern-waters", "recipe.*ring"),
        "at least 1",
    ),
    "a pair on the wrong sides": (
        swap(PAIRS, "cormet,plimsey", "plimsey,cormet"),
        (PAIRS, "", ""),
        r"pair 3 \(plimsey, cormet\) is on the wrong sides.*swap the two",
    ),
    "a contact line of one pair": (
        both(
            put("pairs/one.csv", (SECOND / PAIRS).read_text().split("luddin")[0]),
            swap("zones/frost-line.yaml", "frost-2004", "one"),
        ),
        ("zones/frost-line.yaml", "frost-line", "recipe"),
        "needs two pairs",
    ),
    "a recipe of unknown kind": (
        swap(LANTERN, "op: disc", "op: disk"),
        (LANTERN, "lantern-waters", "recipe"),
        "recipe of unknown kind 'disk'; known: point, disc, path",
    ),
    "a recipe without its kind": (
        swap(LANTERN, "  op: disc\n", ""),
        (LANTERN, "lantern-waters", "recipe"),
        "needs its kind",
    ),
    "a piece of a ring of unknown kind": (
        swap(CALM, "op: gap", "op: hole"),
        (CALM, "calm-area", r"recipe.*ring\[2\]"),
        "unknown kind 'hole'; known:",
    ),
    "zones drawn from each other": (
        swap(
            LANTERN,
            "op: disc\n  center: lantern-rock\n  radius_km: 15",
            "op: zone\n  id: lantern-waters\n  on: 2006-01-01",
        ),
        (LANTERN, "lantern-waters", "recipe"),
        "goes in a circle",
    ),
    "three zones drawn in a circle": (
        both(
            swap(
                LANTERN,
                "op: disc\n  center: lantern-rock\n  radius_km: 15",
                "op: zone\n  id: patrol-waters\n  on: 2006-01-01",
            ),
            swap(
                "zones/patrol-waters.yaml",
                "{op: disc, center: lantern-rock, radius_km: 40}",
                "{op: zone, id: southern-band, on: 2006-01-01}",
            ),
            swap(
                SHORE,
                "{op: disc, center: farewell-stack, radius_km: 40}",
                "{op: zone, id: lantern-waters, on: 2006-01-01}",
            ),
        ),
        ("zones/.*", ".*", "recipe"),
        "goes in a circle",
    ),
    "a negative distance": (
        swap(LANTERN, "radius_km: 15", "radius_km: -15"),
        (LANTERN, "lantern-waters", "recipe.*radius_km.*"),
        "greater than or equal to 0",
    ),
    "no distance": (
        swap(LANTERN, "radius_km: 15", "radius_km: 0"),
        (LANTERN, "lantern-waters", "recipe.*radius_km.*"),
        "greater than 0",
    ),
    "an interval with its ends reversed": (
        swap(STRIP, "[9, 12]", "[12, 9]"),
        (STRIP, "frost-strip", "recipe.*depth_km"),
        r"ends reversed: write \[9, 12\]",
    ),
    "an interval of three": (
        swap(STRIP, "[9, 12]", "[9, 10, 12]"),
        (STRIP, "frost-strip", "recipe.*depth_km"),
        ".",
    ),
    "NaN in YAML": (
        swap(LANTERN, "radius_km: 15", "radius_km: .nan"),
        (LANTERN, "lantern-waters", "recipe.*radius_km.*"),
        "not NaN or infinite|greater than",
    ),
    "infinity in YAML": (
        swap(LANTERN, "radius_km: 15", "radius_km: .inf"),
        (LANTERN, "lantern-waters", "recipe.*radius_km.*"),
        "not NaN or infinite|less than",
    ),
    "NaN in CSV": (
        swap("places.csv", "cape,-18.82,-20.42", "cape,NaN,-20.42"),
        ("places.csv", "gull-head", "lon"),
        "not NaN or infinite|greater than",
    ),
    "infinity in CSV": (
        swap("places.csv", "cape,-18.82,-20.42,300", "cape,-18.82,-20.42,inf"),
        ("places.csv", "gull-head", "uncertainty_m"),
        "not NaN or infinite|less than",
    ),
    "NaN in JSON": (
        swap(ROAD, "-20.88", "NaN"),
        (ROAD, "", ""),
        "NaN is no number",
    ),
    "NaN in a trace's uncertainty": (
        swap(ROAD, '"uncertainty_m": 300', '"uncertainty_m": NaN'),
        (ROAD, "", ""),
        "NaN is no number",
    ),
    "a number too large for a float in JSON": (
        swap(ROAD, "-20.88", "1e999"),
        (ROAD, "feature 1", "geometry"),
        "pairs of numbers",
    ),
    "text where a number stands": (
        swap("places.csv", "cape,-18.82,-20.42", "cape,west,-20.42"),
        ("places.csv", "gull-head", "lon"),
        "valid number",
    ),
    "an empty file": (
        put("layers.yaml", ""),
        ("layers.yaml", "", ""),
        r"empty; a list of none is \[\]",
    ),
    "an empty zone": (put(LANTERN, b" \n"), (LANTERN, "", ""), "empty"),
    "an empty table": (put("places.csv", ""), ("places.csv", "", ""), "empty"),
    "an empty trace": (put(ROAD, ""), (ROAD, "", ""), "empty"),
    "a file of comments": (
        put("disputes.yaml", "# none\n"),
        ("disputes.yaml", "", ""),
        r"no data; a list of none is \[\]",
    ),
    "a missing file": (
        lambda seeds: (seeds / "sources.yaml").unlink(),
        ("sources.yaml", "", ""),
        "missing",
    ),
    "a missing atlas": (
        lambda seeds: (seeds / "atlas.yaml").unlink(),
        ("atlas.yaml", "", ""),
        "missing",
    ),
    "a missing table": (
        lambda seeds: (seeds / "places.csv").unlink(),
        ("places.csv", "", ""),
        "missing",
    ),
    "a missing folder": (
        lambda seeds: shutil.rmtree(seeds / "zones"),
        ("zones/", "", ""),
        "missing; make it",
    ),
    "a folder with nothing in it": (
        lambda seeds: [path.unlink() for path in (seeds / "claims").iterdir()],
        ("claims/", "", ""),
        r"holds no \*.yaml file",
    ),
    "a folder in a file's place": (
        lambda seeds: [(seeds / "layers.yaml").unlink(), (seeds / "layers.yaml").mkdir()],
        ("layers.yaml", "", ""),
        "cannot be read",
    ),
    "no UTF-8": (
        put("actors.yaml", "- id: orla\n  name: فين\n".encode("cp1256")),
        ("actors.yaml", "", ""),
        "line 2 is no UTF-8; save the file as UTF-8 .it looks like windows-1256: iconv -f",
    ),
    "no UTF-8 in a table": (
        put("places.csv", b"id\xff"),
        ("places.csv", "", ""),
        "line 1 is no UTF-8",
    ),
    "UTF-16": (
        put("actors.yaml", "- id: orla\n".encode("utf-16")),
        ("actors.yaml", "", ""),
        "looks like utf-16: iconv -f utf-16 -t utf-8",
    ),
    "UTF-16 without a mark, in a table": (
        put("places.csv", "id,lon,lat\norla,1,2\n".encode("utf-16-be")),
        ("places.csv", "", ""),
        "looks like utf-16be: iconv -f utf-16be -t utf-8",
    ),
    "a NUL in YAML": (
        put("actors.yaml", "- id: a\0b\n"),
        ("actors.yaml", "", ""),
        "line 1.*remove it",
    ),
    "a NUL in a table": (
        swap("places.csv", "Gull Head", "Gull\0Head"),
        ("places.csv", "gull-head", "name_en"),
        r"character 5 is U\+0000, a control character; remove it",
    ),
    "a NUL as YAML writes it": (
        swap("layers.yaml", "en: The Ferry Road", 'en: "\\0The Ferry Road"'),
        ("layers.yaml", "ferry-road", r"title\.en"),
        r"character 1 is U\+0000, a control character; remove it",
    ),
    "a terminal's title": (
        swap("layers.yaml", "en: The Ferry Road", r'en: "The Ferry\e]0;hurt\a Road"'),
        ("layers.yaml", "ferry-road", r"title\.en"),
        r"character 10 is U\+001B, a control character; remove it",
    ),
    "a second line": (
        swap("layers.yaml", "en: The Ferry Road", r'en: "The Ferry\nRoad"'),
        ("layers.yaml", "ferry-road", r"title\.en"),
        r"character 10 is U\+000A, a control character; remove it",
    ),
    "a code point that is no character": (
        swap("layers.yaml", "en: The Ferry Road", r'en: "The\uFFFE Ferry Road"'),
        ("layers.yaml", "ferry-road", r"title\.en"),
        r"character 4 is U\+FFFE, a code point that is no character; remove it",
    ),
    "a direction mark that stays open": (
        swap("layers.yaml", "en: The Ferry Road", r'en: "The \u202EFerry\u2069 Road"'),
        ("layers.yaml", "ferry-road", r"title\.en"),
        r"character 11 is U\+2069, a direction mark that closes none; remove it",
    ),
    "a name that is a formula": (
        swap("places.csv", "Gull Head", "=HYPERLINK(1)"),
        ("places.csv", "gull-head", "name_en"),
        "begins with '=', which a spreadsheet takes for a formula; nothing is called so",
    ),
    "a title that is a command": (
        swap("layers.yaml", "en: The Ferry Road", "en: -1+cmd|' /C calc'!A0"),
        ("layers.yaml", "ferry-road", r"title\.en"),
        "begins with '-', which a spreadsheet takes for a formula",
    ),
    "a spelling after an at sign": (
        swap("layers.yaml", "en: The Ferry Road", "en: '@SUM(1)'"),
        ("layers.yaml", "ferry-road", r"title\.en"),
        "begins with '@'",
    ),
    "a name after a tab": (
        swap("layers.yaml", "en: The Ferry Road", r'en: "\tThe Ferry Road"'),
        ("layers.yaml", "ferry-road", r"title\.en"),
        r"character 1 is U\+0009, a control character; remove it",
    ),
    "a direction mark in a trace": (
        swap(ROAD, '"method": "', r'"method": "\u2067'),
        (ROAD, "feature 1", "method"),
        r"character 1 is U\+2067, a direction mark that is not closed; remove it",
    ),
    "YAML that makes objects": (
        swap(LANTERN, "radius_km: 15", "radius_km: !!python/object/apply:os.getcwd []"),
        (LANTERN, "", ""),
        "tag .*python/object/apply:os.getcwd' is not read; write plain data",
    ),
    "YAML with a tag of its own": (
        swap(LANTERN, "radius_km: 15", "radius_km: !km 15"),
        (LANTERN, "", ""),
        "tag '!km' is not read",
    ),
    "an alias": (
        swap(LANTERN, "id: lantern-waters", "id: &a lantern-waters"),
        (LANTERN, "", ""),
        "aliases are not read; write the value out",
    ),
    "a bomb of aliases": (
        put("atlas.yaml", bomb()),
        ("atlas.yaml", "", ""),
        "aliases are not read",
    ),
    "a merge key": (
        swap(LANTERN, "id: lantern-waters", "<<: {id: lantern-waters}"),
        (LANTERN, "lantern-waters", ".*"),
        "not a field of this record|missing",
    ),
    "a key given twice": (
        swap(LANTERN, "layer: lookouts", "layer: lookouts\nlayer: ferry-road"),
        (LANTERN, "", ""),
        "line 4: key 'layer' is given twice; keep one",
    ),
    "a deep key given twice": (
        swap(LANTERN, "radius_km: 15", "radius_km: 15\n  radius_km: 16"),
        (LANTERN, "", ""),
        "key 'radius_km' is given twice",
    ),
    "a list as a key": (swap(LANTERN, "id: l", "[id]: l"), (LANTERN, "", ""), "a key must be text"),
    "broken YAML": (swap(LANTERN, "names: {", "names: {{"), (LANTERN, "", ""), "line 5"),
    "a tab in YAML": (swap(LANTERN, "  op: disc", "\top: disc"), (LANTERN, "", ""), "line "),
    "two documents": (add(LANTERN, "---\nid: x\n"), (LANTERN, "", ""), "line "),
    "a list of no records": (
        put("layers.yaml", "ferry-road\n"),
        ("layers.yaml", "", ""),
        "must be a list of records",
    ),
    "a record that is a word": (
        put("layers.yaml", "[ferry-road]\n"),
        ("layers.yaml", "record 1", ".*"),
        ".",
    ),
    "a zone that is a list": (put(LANTERN, "[1, 2]\n"), (LANTERN, ".*", ".*"), "."),
    "an unknown field": (
        swap(LANTERN, "layer: lookouts", "layer: lookouts\ncolour: red"),
        (LANTERN, "lantern-waters", "colour"),
        "not a field of this record; remove it or check its spelling",
    ),
    "an unknown field of a recipe": (
        swap(LANTERN, "radius_km: 15", "radius_km: 15\n  radius_m: 5"),
        (LANTERN, "lantern-waters", "recipe.*radius_m"),
        "not a field of this record; remove it",
    ),
    "an unknown field beside claims": (
        swap(ACCORD, "claims:\n", "note: x\nclaims:\n"),
        (ACCORD, "", "note"),
        "not a field",
    ),
    "a word that is no choice": (
        swap(LANTERN, "status: announced", "status: planned"),
        (LANTERN, "lantern-waters", r"periods\[1\].status"),
        "'announced', 'agreed'.*found 'planned'",
    ),
    "a text without a language": (
        swap("layers.yaml", ", ar: طريق المعبر}", "}"),
        ("layers.yaml", "ferry-road", r"title\.ar"),
        "is missing; add it",
    ),
    "a text in a language that is not the atlas's": (
        swap("layers.yaml", ", ar: طريق المعبر}", ", ar: طريق المعبر, fr: La route}"),
        ("layers.yaml", "ferry-road", r"title\.fr"),
        "is none of this atlas's languages: en, ar",
    ),
    "a text in no language": (
        swap("layers.yaml", "{en: The Ferry Road, ar: طريق المعبر}", "The Ferry Road"),
        ("layers.yaml", "ferry-road", "title"),
        "must hold words by language, one a line .found 'The Ferry Road'",
    ),
    "a language that is no tag": (
        swap("atlas.yaml", "languages: [en,", "languages: [English,"),
        ("atlas.yaml", "atlas", r"languages\[1\]"),
        "must be a language tag, as en or sr-Latn",
    ),
    "a language that is none": (
        swap("atlas.yaml", "languages: [en,", "languages: [xx,"),
        ("atlas.yaml", "atlas", r"languages\[1\]"),
        "xx is no language that CLDR knows",
    ),
    "a language twice": (
        swap("atlas.yaml", "languages: [en,", "languages: [en, en,"),
        ("atlas.yaml", "atlas", "languages"),
        "must name each language once",
    ),
    "no languages": (
        swap("atlas.yaml", "languages: [en, ar]\n", ""),
        ("atlas.yaml", "atlas", "languages"),
        "is missing; add it",
    ),
    "a place without a name in the first language": (
        swap("places.csv", "quillet,Quillet,", "quillet,,"),
        ("places.csv", "quillet", "name_en"),
        "must be text|valid string",
    ),
    "an id with capitals": (
        swap("layers.yaml", "- id: lookouts", "- id: Lookouts"),
        ("layers.yaml", "Lookouts", "id"),
        "lower-case letters",
    ),
    "a trace and places in one path": (
        swap(VERGES, "{op: path, ", "{op: path, trace: ferry-road, "),
        (VERGES, "ferry-road-verges", "recipe.*path"),
        "either 'trace' or 'places'",
    ),
    "a chain cut by places": (
        swap(VERGES, "uncertainty_km: 1.2", "from: quillet"),
        (VERGES, "ferry-road-verges", "recipe.*path"),
        "a chain of places has its own ends",
    ),
    "too many cells": (
        swap("places.csv", "Gull Head", "Gull Head, East"),
        ("places.csv", "line 16", ""),
        "has 15 fields, not 14; quote cells with commas",
    ),
    "too few cells": (add(PAIRS, "hask,vennik\n"), (PAIRS, "line 7", ""), "has 2 fields, not 8"),
    "a wrong header": (
        swap("places.csv", "id,name_en,", "id,name,"),
        ("places.csv", "line 1", ""),
        "the columns must be id,name_en,name_ar,spellings",
    ),
    "an open quote": (
        swap("places.csv", "Gull Head", '"Gull Head'),
        ("places.csv", "line .*", ""),
        "is no CSV",
    ),
    "broken JSON": (swap(ROAD, '"features": [', '"features": [['), (ROAD, "", ""), "is no JSON"),
    "JSON that is a word": (put(ROAD, '"line"'), (ROAD, "", "features"), "FeatureCollection"),
    "a trace without lines": (
        put(ROAD, '{"features": []}'),
        (ROAD, "", "features"),
        "FeatureCollection with lines",
    ),
    "a feature that is a word": (put(ROAD, '{"features": ["x"]}'), (ROAD, "feature 1", ".*"), "."),
    "a trace of polygons": (
        swap(ROAD, '"LineString"', '"Polygon"'),
        (ROAD, "feature 1", "geometry"),
        "must be one LineString; split multi-part lines",
    ),
    "a line of one point": (
        put(
            ROAD,
            re.sub(
                r'"coordinates": \[.*?\]\s*\]',
                '"coordinates": [[-20, -20]]',
                (SECOND / ROAD).read_text(),
                count=1,
                flags=re.DOTALL,
            ),
        ),
        (ROAD, "feature 1", "geometry"),
        r"two or more \[lon, lat\] pairs",
    ),
    "a trace whose stretches do not join": (
        swap(
            ROAD,
            "-20.2,\n      -20.95\n     ],\n     [\n      -20.1",
            "-20.15,\n      -20.95\n     ],\n     [\n      -20.1",
        ),
        ("zones/ferry-road-watch.yaml", "ferry-road-watch", "recipe"),
        "stretch 2 starts .* km from the end of stretch 1; join them",
    ),
    "two share-alike licences in one shape": (
        both(
            swap(ROAD, '"licence": "CC0 1.0"', '"licence": "ODbL 1.0"'),
            swap(ROAD, '"licence": "CC0 1.0"', '"licence": "CC BY-SA 4.0"'),
        ),
        (WATCH, "ferry-road-watch", "recipe"),
        r"two share-alike terms \(CC BY-SA 4.0, ODbL 1.0\); draw it from one",
    ),
    "two share-alike licences, one through another zone": (
        both(
            swap(ROAD, '"licence": "CC0 1.0"', '"licence": "ODbL 1.0"', count=2),
            swap(HARBOURS, "of:\n    - {", "of:\n    - {op: path, trace: ferry-road}\n    - {"),
        ),
        (HARBOURS, "calm-harbours", "recipe"),
        "two share-alike terms",
    ),
    "a zone on a day before it holds": (
        swap(STRIP, "on: 2004-06-01", "on: 2003-06-01"),
        (STRIP, "frost-strip", "recipe"),
        "'calm-area' does not hold on 2003-06-01; choose a day",
    ),
    "a zone on a day when it is drawn in two ways": (
        swap(STRIP, "on: 2004-06-01", "on: 2006-06-01"),
        (STRIP, "frost-strip", "recipe"),
        "drawn in 2 ways on 2006-06-01; add 'track: paper'",
    ),
    "a zone on a day when its track is silent": (
        swap(STRIP, "on: 2004-06-01", "on: 2006-02-01, track: practice"),
        (STRIP, "frost-strip", "recipe"),
        "does not hold on 2006-02-01",
    ),
    "a zone on no day": (
        swap(STRIP, "on: 2004-06-01", "on: 2004-06"),
        (STRIP, "frost-strip", "recipe.on"),
        "no full day: write",
    ),
    "a strip along no edge": (
        swap(STRIP, "edge: front", "edge: back"),
        (STRIP, "frost-strip", "recipe"),
        r"no edge named 'back' \(known: coast, front\)",
    ),
    "a band beyond its border's end": (
        swap(SHORE, "from: cape-oone", "from: lantern-rock"),
        (SHORE, "southern-band", "recipe"),
        "does not run past both meridians",
    ),
    "a trace cut far from it": (
        swap(WATCH, "from: quillet", "from: lantern-rock"),
        (WATCH, "ferry-road-watch", "recipe"),
        "'lantern-rock' lies .* km from the trace that it is to cut",
    ),
    "a trace cut twice at one point": (
        swap(WATCH, "from: quillet", "from: marrow-port"),
        (WATCH, "ferry-road-watch", "recipe"),
        "cut the trace at the same point",
    ),
    "a file named otherwise than its zone": (
        lambda seeds: (seeds / LANTERN).rename(seeds / "zones/waters.yaml"),
        ("zones/waters.yaml", "lantern-waters", "id"),
        "differs from the file's name: waters.yaml",
    ),
    "a deep recipe": (
        swap(
            LANTERN, "\n  op: disc\n  center: lantern-rock\n  radius_km: 15", " " + deep_recipe(400)
        ),
        (LANTERN, "", ""),
        "line 8: nested too deep; 64 levels are enough",
    ),
    "deep YAML": (put(LANTERN, "[" * 20_000 + "]" * 20_000), (LANTERN, "", ""), "nested too deep"),
    "deep YAML of mappings": (
        put(LANTERN, "{a: " * 20_000 + "}" * 20_000),
        (LANTERN, "", ""),
        "nested too deep",
    ),
    "deep YAML with a tag": (
        put(LANTERN, "!x " + "[" * 20_000 + "]" * 20_000),
        (LANTERN, "", ""),
        "tag '!x' is not read",
    ),
    "deep JSON": (put(ROAD, deep_json(200_000)), (ROAD, ".*", ".*"), "no JSON|FeatureCollection"),
}


def names(fault, file: str, record: str, field: str, message: str) -> bool:
    given = (fault.path, fault.record, fault.field)
    told = all(map(re.fullmatch, (file, record, field), given))
    return bool(told and re.search(message, fault.message))


@pytest.mark.parametrize("what", FAULTS)
def test_a_bad_input_names_file_record_field_and_the_way_to_mend_it(seeds, what):
    edit, where, message = FAULTS[what]
    edit(seeds)
    faults = faults_of(seeds)
    assert any(names(fault, *where, message) for fault in faults), [str(f) for f in faults]
    assert all("\n" not in str(fault) for fault in faults)


def test_the_second_atlas_has_no_fault(seeds):
    assert faults_of(seeds) == ()


def test_every_text_and_name_is_asked_for_in_each_language_of_the_atlas(seeds):
    swap("atlas.yaml", "languages: [en, ar]", "languages: [en, ar, fr]")(seeds)
    said = {(one.path, one.record, one.field, one.message) for one in faults_of(seeds)}
    assert ("atlas.yaml", "atlas", "title.fr", "is missing; add it") in said
    assert ("layers.yaml", "ferry-road", "summary.fr", "is missing; add it") in said
    assert (ACCORD, "ostrel-accord-01", "summary.fr", "is missing; add it") in said
    (header,) = [message for path, _, _, message in said if path == "places.csv"]
    assert header.endswith("missing: name_fr")


@pytest.mark.parametrize("name", ["nowhere", "atlas.yaml", "atlas.yaml/below"])
def test_a_root_that_is_no_folder_is_one_fault(seeds, name):
    with pytest.raises(SeedFaults, match="no such folder; --seeds"):
        read(seeds / name)


@pytest.mark.parametrize("name", ["pairs", "traces", "basemap", "systems.yaml", "unknowns.yaml"])
def test_a_record_may_do_without_optional_parts(seeds, name):
    """Zones that need them complain of that alone: nothing says that the part is missing."""
    path = seeds / name
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert all(fault.path.startswith("zones/") for fault in faults_of(seeds))


def test_one_asserter_may_say_two_things_on_two_tracks_and_two_asserters_on_one(seeds):
    swap(
        WATCH,
        "reason: last_report_only}\n",
        "reason: last_report_only}\n    asserted_by: [north-bank-ridge-league]\n",
    )(seeds)
    swap(WATCH, "from: {date: 2004-09-15", "from: {date: 2004-06-15")(seeds)
    assert faults_of(seeds) == ()


def test_pieces_that_one_share_alike_licence_covers_may_be_mixed(seeds):
    swap(ROAD, '"licence": "CC0 1.0"', '"licence": "ODbL 1.0"', count=2)(seeds)
    assert faults_of(seeds) == ()


def test_a_byte_order_mark_and_windows_line_ends_are_read(seeds):
    for name in ("places.csv", PAIRS, "layers.yaml"):
        text = (seeds / name).read_text(encoding="utf-8")
        put(name, b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())(seeds)
    assert faults_of(seeds) == ()


def parted(text: str, by: str) -> str:
    """Return a table of commas with something else between its cells."""
    out = io.StringIO()
    rows = csv.reader(io.StringIO(text, newline=""))
    csv.writer(out, delimiter=by, lineterminator="\n").writerows(rows)
    return out.getvalue()


LAID_OUT = {
    "semicolons": lambda text: parted(text, ";"),
    "tabs": lambda text: parted(text, "\t"),
    "bars": lambda text: parted(text, "|"),
    "sep=": lambda text: "sep=;\r\n" + parted(text, ";").replace("\n", "\r\n"),
    "a mark and sep=": lambda text: "\ufeffsep=;\n" + parted(text, ";"),
    "returns alone": lambda text: text.replace("\n", "\r"),
    "direction marks": lambda text: re.sub(r"(?<=,)-?\d+\.\d+", "\u200f\\g<0>\u202c", text),
    "other digits": lambda text: re.sub(
        r"(?<=,)-?\d+\.\d+", lambda one: one[0].translate(ARABIC_DIGITS), text
    ),
}
ARABIC_DIGITS = {48 + digit: 0x660 + digit for digit in range(10)} | {ord("."): 0x66B}


@pytest.mark.parametrize("way", LAID_OUT)
def test_places_are_read_and_added_to_however_a_program_lays_them_out(seeds, way):
    """As events are; a place put after the others leaves their bytes and stands in their manner."""
    plain = (seeds / "places.csv").read_text(encoding="utf-8")
    places = read(seeds).places
    laid_out = LAID_OUT[way](plain)
    assert laid_out != plain
    put("places.csv", laid_out)(seeds)
    assert read(seeds).places == places
    made = skeleton("place", seeds, "new-place")
    assert made.whole.startswith(laid_out.encode())
    put("places.csv", made.whole)(seeds)
    table = table_text(made.whole.decode(), [])
    assert str(table) == made.whole.decode()
    assert [row["id"] for row, _ in table.rows] == [*places, "new-place"]
    assert {one.record for one in faults_of(seeds)} == {"new-place"}
    assert line_numbers(table)[-1] == len(re.findall("\r\n|\n|\r", made.whole.decode()))
    again = with_rows(table, [row for row, _ in table.rows[:-1]])
    assert str(again) == laid_out


def test_a_place_is_not_added_to_a_table_in_another_encoding(seeds):
    text = (seeds / "places.csv").read_text(encoding="utf-8")
    put("places.csv", text.encode("utf-16"))(seeds)
    with pytest.raises(ExportError, match="iconv -f utf-16 -t utf-8"):
        skeleton("place", seeds, "new-place")


def test_the_digest_follows_every_file_that_is_read(seeds):
    digests = {read(seeds).sha256}
    for name in ("places.csv", ROAD, PAIRS, LANTERN, "basemap/land.geojson", "systems.yaml"):
        add(name, "\n")(seeds)
        digests.add(read(seeds).sha256)
    assert len(digests) == 7


def test_the_digest_does_not_follow_files_that_are_not_read(seeds):
    before = read(seeds).sha256
    put("notes.txt", "x")(seeds)
    assert read(seeds).sha256 == before


MANY = (
    "unknown place",
    "an interval with its ends reversed",
    "a reversed interval of dates",
    "unknown zone of a dispute",
    "a swapped vertex of a trace, still inside",
    "too few cells",
    "an unknown field beside claims",
    "no UTF-8",
    "a band beyond its border's end",
)


def test_all_faults_that_can_be_told_are_reported_at_once(seeds):
    """Shapes are drawn only from a record without other faults, so the last one waits."""
    for what in MANY:
        FAULTS[what][0](seeds)
    faults = faults_of(seeds)
    for what in MANY[:-1]:
        _, where, message = FAULTS[what]
        assert any(names(fault, *where, message) for fault in faults), what


def test_all_shapes_that_cannot_be_drawn_are_reported_at_once(seeds):
    undrawable = ("a band beyond its border's end", "a gap in a ring", "a strip along no edge")
    for what in undrawable:
        FAULTS[what][0](seeds)
    found = {fault.path for fault in faults_of(seeds)}
    assert {SHORE, CALM, STRIP} <= found


def test_check_prints_every_fault_in_a_line_each_and_leaves_with_1(seeds):
    for what in ("unknown claim", "unknown zone of a dispute", "overlapping periods"):
        FAULTS[what][0](seeds)
    done = tamas("--seeds", seeds, "check")
    assert (done.returncode, done.stdout) == (1, "")
    head, *lines = done.stderr.splitlines()
    assert head == "3 faults in the record"
    assert {line.split(":")[0].strip() for line in lines} == {WATCH, VERGES, "disputes.yaml"}
    assert "Traceback" not in done.stderr


def test_check_gives_the_faults_as_json(seeds):
    FAULTS["unknown claim"][0](seeds)
    FAULTS["unknown layer"][0](seeds)
    done = tamas("--seeds", seeds, "check", "--json")
    assert done.returncode == 1
    answer = json.loads(done.stdout)
    assert answer["ok"] is False
    assert [sorted(fault) for fault in answer["faults"]] == [
        ["field", "file", "message", "record"]
    ] * 2
    assert {fault["field"] for fault in answer["faults"]} == {"layer", "periods[1].from.claims"}
    assert "Traceback" not in done.stderr


def test_one_process_meets_the_hostile_files_without_a_traceback(seeds):
    """What can kill a parser outright (stack, memory, code) also goes through the process."""
    hostile = {
        "zones/deep.yaml": "[" * 100_000,
        "zones/maps.yaml": "{a: " * 100_000,
        "zones/bomb.yaml": bomb(),
        "zones/object.yaml": "!!python/object/apply:os.system ['touch made']\n",
        "zones/nul.yaml": "\0",
        "traces/deep.geojson": deep_json(500_000),
        "zones/blocks.yaml": "\n".join(" " * n + "- " for n in range(3_000)),
    }
    for name, text in hostile.items():
        put(name, text)(seeds)
    done = tamas_process("--seeds", seeds, "check", "--json", cwd=seeds)
    assert done.returncode == 1, done.stderr[-400:]
    assert {fault["file"] for fault in json.loads(done.stdout)["faults"]} == set(hostile)
    assert "Traceback" not in done.stderr
    assert not (seeds / "made").exists()
