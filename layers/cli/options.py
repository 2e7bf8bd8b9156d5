"""Options that several commands have, or that say how events are counted."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from typer import Option

AsJson = Annotated[bool, Option("--json", help="Print JSON for programs.")]
On = Annotated[str | None, Option("--on", metavar="DATE", help="One day, YYYY-MM-DD.")]
KnownBy = Annotated[
    str | None, Option("--known-by", metavar="DATE", help="Only what sources had said by that day.")
]
LayerIds = Annotated[
    list[str] | None, Option("--layer", metavar="ID", help="A layer; give it again for more.")
]
Lang = Annotated[
    str | None, Option(metavar="TAG", help="A language of the atlas; left out: its first.")
]
ZoneIds = Annotated[
    list[str] | None, Option("--zone", metavar="ID", help="A zone; give it again for more.")
]
BoxText = Annotated[str | None, Option("--bbox", metavar="W,S,E,N", help="A box in degrees.")]
ReadingName = Literal["nominal", "inner", "outer"]
Reading = Annotated[ReadingName, Option(help="Which of the three shapes to write.")]
Encoding = Annotated[
    str | None, Option(metavar="NAME", help="Of text that is no UTF-8, as windows-1252; else told.")
]
Sheet = Annotated[str | None, Option(help="The sheet of a workbook, the layer of a GeoPackage.")]
Dates = Annotated[
    str | None, Option(metavar="dmy|mdy", help="How 03/04/2021 is meant; left out, it is refused.")
]
By = Annotated[
    Literal["day", "week", "month", "quarter", "year"], Option(help="The periods to count by.")
]
WeekStarts = Annotated[
    Literal["monday", "saturday", "sunday"],
    Option("--week-starts", help="The first day of a week; ISO's is Monday."),
]
From = Annotated[
    str | None, Option("--from", metavar="DATE", help="The first day that is counted.")
]
To = Annotated[str | None, Option("--to", metavar="DATE", help="The last day that is counted.")]
Since = Annotated[
    str | None,
    Option(metavar="DATE|ZONE", help="Running totals from a day, or a zone's first on paper."),
]
CutoffHour = Annotated[
    str | None,
    Option(
        "--cutoff",
        metavar="HOUR",
        help="When a report's day ends, as 19:30+03:00; what is later counts for the next.",
    ),
]
Timezone = Annotated[
    str | None,
    Option(metavar="NAME", help="The clock of hours without an offset; else the atlas's."),
]
GroupNames = Annotated[
    list[str] | None,
    Option("--group", metavar="NAMES", help="Group by up to three columns, as kind,party."),
]
MappingFiles = Annotated[
    list[str] | None,
    Option("--mapping", metavar="GROUP=FILE", help="Headings for a group's words; again for more."),
]
SumNames = Annotated[
    list[str] | None, Option("--sum", metavar="NAMES", help="Add up columns, as fatalities.")
]
DistinctNames = Annotated[
    list[str] | None,
    Option("--distinct", metavar="NAMES", help="Count different values, as of location."),
]
Weight = Annotated[
    str | None,
    Option(metavar="COLUMN", help="For how many events a row stands, in aggregated files."),
]
Union = Annotated[bool, Option("--union", help="Also the chosen zones as one, each event once.")]
Rejects = Annotated[Path | None, Option("--rejects", help="List rows that cannot be read, as CSV.")]
MostRejects = Annotated[
    float,
    Option("--max-rejects", min=0, max=100, metavar="PERCENT", help="More than that is a failure."),
]
Excel = Annotated[
    bool, Option("--excel", help="Write CSV so that Excel shows its Arabic: with a mark.")
]
