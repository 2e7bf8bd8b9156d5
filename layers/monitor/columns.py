"""Which columns of an event file say where and when, and how precisely.

Three providers' exports are known as they stand; any other table is described as
``lat=..,lon=..,date=..[,last=..][,precision=..][,id=..]``.

**Precision.** A provider's code for how well a place is known becomes a distance within which
the event lies of the point given for it. ``1`` of ACLED and UCDP and a city of GDELT are the
named place itself, taken as that point. The other distances are assumptions of ours, except
UCDP's 25 km: the providers state none. They are kept wide, because all that hangs on them is
whether an event is called too imprecise for a zone or outside it:

=========  ==========================================================================
25 km      near a town, a small part of a region
50 km      a district (second order of administration)
250 km     a province (first order), a linear or fuzzy region, a larger region
500 km     a country, international waters
=========  ==========================================================================

**Time.** Where a provider says that a day stands for a week or a month, the event may have
happened up to 6 or 30 days before or after it.

Sources: ACLED, *Codebook* (2023), on ``geo_precision`` and ``time_precision``; Högbladh,
*UCDP GED Codebook* version 23.1, on ``where_prec``, ``date_start`` and ``date_end``; *The
GDELT Event Database Data Format Codebook* V2.0 (2015-02-19) and V1.03 (2013-08-25), on
``SQLDATE`` and ``ActionGeo_Type`` and on the order of the columns, since its files have no
header. Not all was read there: the meaning of UCDP's codes 5 to 7 and of GDELT's types of place is
as commonly given, and ACLED's and UCDP's other codes are as packages that read them quote them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from layers.errors import QueryError

NEAR_M, DISTRICT_M, PROVINCE_M, COUNTRY_M = 25_000.0, 50_000.0, 250_000.0, 500_000.0
# For a column that holds the distance itself: it is taken up to the next of these.
STEPS_M = (1_000.0, 5_000.0, NEAR_M, DISTRICT_M, 100_000.0, PROVINCE_M, COUNTRY_M)
_WEEK, _MONTH = 6, 30


Kept = Callable[[Sequence[str], "Columns"], tuple[str, ...]]
"""Which columns of a header are handed on besides, given those that say where and when."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Names of columns; of a file without a header, numbers from 0 written as text.

    ``last`` is the last day of an event of several. ``code_accuracy_m`` gives the distance for each
    code of ``precision``, None a column that holds metres; ``slack_days`` the days around the
    date for each code of ``time_precision``. ``widths`` are the numbers of columns that a file
    without a header may have, each with the columns as they stand then. ``kept`` are columns handed
    on as they were read (`kept_name`), to group by or to sum.
    """

    lon: str
    lat: str
    date: str
    last: str | None = None
    precision: str | None = None
    code_accuracy_m: Mapping[str, float] | None = None
    time_precision: str | None = None
    slack_days: Mapping[str, int] = field(default_factory=dict)
    id: str | None = None
    kept: tuple[str, ...] = ()
    separator: str | None = None
    widths: Mapping[int, Columns] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Return the columns to read, each once."""
        every = (
            self.lon,
            self.lat,
            self.date,
            self.last,
            self.precision,
            self.time_precision,
            self.id,
            *self.kept,
        )
        return tuple(dict.fromkeys(name for name in every if name is not None))

    @property
    def positional_accuracy_m(self) -> tuple[float, ...]:
        """Return the distances of the precision codes, 0 first: what the index must know."""
        if self.precision is None:
            return (0.0,)
        steps = STEPS_M if self.code_accuracy_m is None else self.code_accuracy_m.values()
        return (0.0, *sorted({step for step in steps if step > 0}))

    def keeping(self, header: Sequence[str], kept: Kept | None) -> Columns:
        """Return these columns with those that ``kept`` chooses of a header."""
        return self if kept is None else replace(self, kept=kept(header, self))

    def resolve(self, header: Sequence[str]) -> Columns:
        """Return the columns as a header spells them; `QueryError` names one that is missing."""
        spelt = {name.strip().casefold(): name for name in reversed(header)}
        missing = [name for name in self.names if name.casefold() not in spelt]
        if missing:
            raise QueryError(
                "columns",
                missing[0],
                f"there is no column {missing[0]!r}; there are {', '.join(header[:40])}",
            )

        def own(name: str | None) -> str | None:
            return None if name is None else spelt[name.casefold()]

        return replace(
            self,
            lon=spelt[self.lon.casefold()],
            lat=spelt[self.lat.casefold()],
            date=spelt[self.date.casefold()],
            last=own(self.last),
            precision=own(self.precision),
            time_precision=own(self.time_precision),
            id=own(self.id),
            kept=tuple(spelt[name.casefold()] for name in self.kept),
        )


def kept_name(column: str) -> str:
    """Return what a kept column is called among those of a batch of events."""
    return f"column {column}"


ACLED = Columns(
    lon="longitude",
    lat="latitude",
    date="event_date",
    precision="geo_precision",
    code_accuracy_m={"1": 0.0, "2": NEAR_M, "3": PROVINCE_M},
    time_precision="time_precision",
    slack_days={"1": 0, "2": _WEEK, "3": _MONTH},
    id="event_id_cnty",
)
UCDP = Columns(
    lon="longitude",
    lat="latitude",
    date="date_start",
    last="date_end",
    precision="where_prec",
    code_accuracy_m={
        "1": 0.0,
        "2": NEAR_M,
        "3": DISTRICT_M,
        "4": PROVINCE_M,
        "5": PROVINCE_M,
        "6": COUNTRY_M,
        "7": COUNTRY_M,
    },
    id="id",
)


def _gdelt(kind: int, lat: int) -> Columns:
    # 1 country, 2 state of the United States, 3 city there, 4 city elsewhere, 5 province.
    return Columns(
        lon=str(lat + 1),
        lat=str(lat),
        date="1",
        precision=str(kind),
        code_accuracy_m={"1": COUNTRY_M, "2": COUNTRY_M, "3": 0.0, "4": 0.0, "5": PROVINCE_M},
        id="0",
        separator="\t",
    )


# 57 columns to March 2013, 58 since; 61 in version 2, which adds a code of districts.
_OLD, _NEW = _gdelt(49, 53), _gdelt(51, 56)
GDELT = replace(_NEW, widths={57: _OLD, 58: _OLD, 61: _NEW})
PRESETS: Mapping[str, Columns] = {"acled": ACLED, "ucdp": UCDP, "gdelt": GDELT}

_NAMES = ("lat", "lon", "date", "last", "precision", "id")
_ALIASES = {
    "lat": ("latitude", "lat", "y"),
    "lon": ("longitude", "lon", "lng", "long", "x"),
    "date": ("event_date", "date", "day"),
    "id": ("id", "event_id"),
}


def parse_columns(given: str | Mapping[str, str] | None) -> Columns | None:
    """Return the columns that ``--columns`` names; None to tell them from each header."""
    if given is None:
        return None
    if isinstance(given, str) and given.casefold() in PRESETS:
        return PRESETS[given.casefold()]
    if isinstance(given, str):
        parts = [part.partition("=")[::2] for part in given.split(",")]
    else:
        parts = list(given.items())
    named: dict[str, str] = {}
    for name, column in parts:
        if name.strip() not in _NAMES or not column.strip():
            raise QueryError(
                "columns",
                given,
                f"is {', '.join(PRESETS)} or names columns, as lat=Y,lon=X,date=When "
                f"(also {', '.join(_NAMES[3:])})",
            )
        named[name.strip()] = column.strip()
    lacking = [name for name in _NAMES[:3] if name not in named]
    if lacking:
        raise QueryError("columns", given, f"must also name {', '.join(lacking)}")
    return _plain(named)


def detect_columns(header: Sequence[str]) -> Columns:
    """Return the columns of a file by its header, or `QueryError`."""
    names = {name.strip().casefold() for name in header}
    for preset in (ACLED, UCDP):
        if names.issuperset(preset.names):
            return preset.resolve(header)
    found: dict[str, str] = {}
    for part, usual in _ALIASES.items():
        if named := [name for name in usual if name in names]:
            found[part] = named[0]
    lacking = [part for part in ("lat", "lon", "date") if part not in found]
    if lacking:
        raise QueryError(
            "columns",
            None,
            f"cannot tell {', '.join(lacking)} among {', '.join(map(repr, header[:40]))}; "
            "name them, as --columns lat=..,lon=..,date=..",
        )
    return _plain(found).resolve(header)


def _plain(named: Mapping[str, str]) -> Columns:
    return Columns(
        lon=named["lon"],
        lat=named["lat"],
        date=named["date"],
        last=named.get("last"),
        precision=named.get("precision"),
        id=named.get("id"),
    )
