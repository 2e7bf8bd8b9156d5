"""Make the sample events again: made-up rows in four layouts, the same bytes every time.

Nothing here happened. Points are thrown around the anchors below by a fixed seed and days are
dealt out by a wave that follows no war; the anchors and days are chosen only so that the
zones of the atlas, their edges and their changes have rows on both sides.

Run: `python tests/sample_events/make.py`, which writes beside itself.
"""

from __future__ import annotations

import csv
import io
import math
import random
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

HERE = Path(__file__).parent
NOTE = "made up for tests: nothing happened here"
SEED = 20201105
# latitude, longitude, spread in degrees, first day, last day, rows
ANCHORS = (
    (35.79, 36.35, 0.12, date(2019, 11, 1), date(2020, 12, 31), 70),
    (35.60, 36.70, 0.30, date(2017, 6, 1), date(2020, 6, 30), 70),
    (35.45, 36.55, 0.15, date(2018, 7, 1), date(2019, 6, 30), 25),
    (33.50, 38.66, 0.35, date(2016, 1, 1), date(2024, 12, 31), 25),
    (36.85, 39.60, 0.35, date(2019, 7, 1), date(2021, 12, 31), 45),
    (36.80, 41.20, 0.40, date(2019, 10, 1), date(2024, 12, 31), 35),
    (35.41, 35.95, 0.03, date(2015, 8, 1), date(2021, 12, 31), 10),
    (34.60, 38.20, 0.50, date(2016, 1, 1), date(2024, 12, 31), 12),
    (35.79, 36.35, 0.05, date(2025, 1, 1), date(2025, 3, 31), 4),
    (35.79, 36.35, 0.05, date(2013, 10, 1), date(2013, 12, 31), 4),
)
# How exactly the place is known (a point, near a town, district, province, country): metres,
# share of the rows, and the code of each layout (ACLED geo_precision, UCDP GED where_prec,
# GDELT ActionGeo_Type).
PRECISION = (
    ("0", 78, "1", "1", "4"),
    ("25000", 12, "2", "2", "4"),
    ("50000", 6, "3", "3", "5"),
    ("250000", 3, "3", "4", "5"),
    ("500000", 1, "3", "6", "1"),
)
ACLED = (
    "event_id_cnty event_date year time_precision disorder_type event_type sub_event_type "
    "actor1 assoc_actor_1 inter1 actor2 assoc_actor_2 inter2 interaction civilian_targeting "
    "iso region country admin1 admin2 admin3 location latitude longitude geo_precision "
    "source source_scale notes fatalities tags timestamp"
)
UCDP = (
    "id relid year active_year code_status type_of_violence conflict_dset_id conflict_new_id "
    "conflict_name dyad_dset_id dyad_new_id dyad_name side_a_dset_id side_a_new_id side_a "
    "side_b_dset_id side_b_new_id side_b number_of_sources source_article source_office "
    "source_date source_headline source_original where_prec where_coordinates "
    "where_description adm_1 adm_2 latitude longitude geom_wkt priogrid_gid country "
    "country_id region event_clarity date_prec date_start date_end deaths_a deaths_b "
    "deaths_civilians deaths_unknown best high low gwnoa gwnob"
)
GDELT_COLUMNS = 61
GDELT_GEO = 51  # zero-based: ActionGeo_Type; latitude and longitude are 5 and 6 columns on


@dataclass(frozen=True, slots=True)
class Event:
    """One made-up row; degrees as written, latitude first."""

    number: int
    day: date
    latitude: str
    longitude: str
    within_m: str
    acled: str
    ucdp: str
    gdelt: str


def events() -> list[Event]:
    """Return the rows in the order of their days."""
    chance = random.Random(SEED)
    weights = [share for _, share, *_ in PRECISION]
    drawn = []
    for latitude, longitude, spread, first, last, rows in ANCHORS:
        for _ in range(rows):
            # A slow wave over the years, so that bars differ and nobody takes them for a war.
            at = chance.random()
            at = (at + 0.06 * math.sin(14 * math.pi * at)) % 1.0
            day = first + timedelta(days=int(at * ((last - first).days + 1)))
            point = [
                f"{middle + chance.uniform(-1, 1) * spread:.4f}" for middle in (latitude, longitude)
            ]
            known = chance.choices(PRECISION, weights)[0]
            drawn.append((day, point, known))
    drawn.sort(key=lambda row: (row[0], row[1]))
    return [
        Event(number, day, *point, known[0], *known[2:])
        for number, (day, point, known) in enumerate(drawn, start=1)
    ]


def plain(rows: list[Event]) -> str:
    """Return a spreadsheet as somebody keeps it."""
    head = ["note", "id", "date", "latitude", "longitude", "within_m"]
    return _table(
        head,
        (
            [NOTE, f"made-up-{e.number}", str(e.day), e.latitude, e.longitude, e.within_m]
            for e in rows
        ),
    )


def acled(rows: list[Event]) -> str:
    """Return the columns of an ACLED export."""
    head = ACLED.split()
    return _table(
        head,
        (
            _filled(
                head,
                event_id_cnty=f"MADEUP{e.number}",
                event_date=str(e.day),
                year=str(e.day.year),
                time_precision="1",
                event_type="made up",
                location="made up",
                latitude=e.latitude,
                longitude=e.longitude,
                geo_precision=e.acled,
                notes=NOTE,
            )
            for e in rows
        ),
    )


def ucdp(rows: list[Event]) -> str:
    """Return the columns of a UCDP GED export."""
    head = UCDP.split()
    return _table(
        head,
        (
            _filled(
                head,
                id=str(e.number),
                relid=f"MADE-UP-{e.number}",
                year=str(e.day.year),
                source_article=NOTE,
                where_prec=e.ucdp,
                latitude=e.latitude,
                longitude=e.longitude,
                geom_wkt=f"POINT ({e.longitude} {e.latitude})",
                date_prec="1",
                date_start=f"{e.day} 00:00:00.000",
                date_end=f"{e.day} 00:00:00.000",
            )
            for e in rows
        ),
    )


def gdelt(rows: list[Event]) -> str:
    """Return rows as the GDELT 2.0 event files have them: tabs, 61 columns and no header."""
    lines = []
    for e in rows:
        cells = [""] * GDELT_COLUMNS
        cells[0] = str(e.number)
        cells[1] = f"{e.day:%Y%m%d}"
        cells[2], cells[3] = cells[1][:6], cells[1][:4]
        cells[GDELT_GEO], cells[GDELT_GEO + 1] = e.gdelt, "made up"
        cells[GDELT_GEO + 5], cells[GDELT_GEO + 6] = e.latitude, e.longitude
        cells[59], cells[60] = f"{e.day:%Y%m%d}000000", NOTE
        lines.append("\t".join(cells))
    return "\n".join(lines) + "\n"


def files() -> dict[str, str]:
    """Return every sample file's text by its name."""
    rows = events()
    return {
        "made_up_events.csv": plain(rows),
        "made_up_acled.csv": acled(rows),
        "made_up_ucdp.csv": ucdp(rows),
        "made_up_gdelt.tsv": gdelt(rows),
    }


def _filled(head, **cells):
    return [cells.get(name, "") for name in head]


def _table(head, rows) -> str:
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(head)
    out.writerows(rows)
    return text.getvalue()


if __name__ == "__main__":
    for name, text in files().items():
        (HERE / name).write_text(text, encoding="utf-8")
