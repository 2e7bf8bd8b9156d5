"""Which columns of an event file say where and when, and how precisely.

Three providers' exports are known as they stand, whatever of their columns an export left out; any
other table is described as ``lat=..,lon=..,date=..[,last=..][,precision=..][,id=..]``, one without
a header by numbers, as ``1=id,2=date,3=lat,4=lon``.

**Precision.** A provider's code for how well a place is known becomes a distance within which
the event lies of the point given for it. ``1`` of ACLED and a city of GDELT are the middle of a
named place; they are taken as that point, as the field does, and every run says so (`_MIDDLE`):
5 km around each would leave nothing sure in a zone narrower than that. ``1`` of UCDP is an exact
place too, but also a quarter of a town at the town's point. The distances are assumptions of
ours, except UCDP's 25 km: the providers state none. They are kept wide, because all that hangs on
them is whether an event is called too imprecise for a zone or outside it; who knows better gives
a file of codes:

=========  ==========================================================================
5 km       a named place of which only its town's point is given
25 km      near a town, a small part of a region
50 km      a district (second order of administration)
250 km     a province (first order), a linear or fuzzy region, a larger region
500 km     a country, international waters
=========  ==========================================================================

A column of one's own holds metres, or codes if it says whose: ``precision=NAME:acled``, ``:ucdp``
or a YAML file of codes with metres. Whole numbers from 1 to 9 are more likely codes than metres;
only a column that is named so (``within_m``) or called so (``NAME:m``) has them as metres. What
cannot be read is of unknown precision.

**Time.** Where a provider says that a day stands for a week or a month, the event may have
happened up to 6 or 30 days before or after it.

Sources: ACLED, *Codebook*, acleddata.com/knowledge-base/codebook, "Event geography" and "Event
time"; Högbladh, *UCDP GED Codebook* version 19.1, on ``where_prec``, ``date_start`` and
``date_end``; *The GDELT Event Database Data Format Codebook* V2.0 (2015-02-19) and V1.03
(2013-08-25), on ``SQLDATE`` and ``ActionGeo_Type`` and on the order of the columns, since its
files have no header. Not all was read there: the meaning of GDELT's types of place is as commonly
given.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import yaml

from layers.errors import QueryError
from layers.events.errors import short
from layers.events.scalars import plain

TOWN_M, NEAR_M, DISTRICT_M = 5_000.0, 25_000.0, 50_000.0
PROVINCE_M, COUNTRY_M = 250_000.0, 500_000.0
# For a column that holds the distance itself: it is taken up to the next of these.
STEPS_M = (1_000.0, TOWN_M, NEAR_M, DISTRICT_M, 100_000.0, PROVINCE_M, COUNTRY_M)
_WEEK, _MONTH = 6, 30


Kept = Callable[[Sequence[str], "Columns"], tuple[str, ...]]
"""Which columns of a header are handed on besides, given those that say where and when."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Names of columns; of a file without a header, numbers from 0 written as text.

    ``last`` is the last day of an event of several. ``code_accuracy_m`` gives the distance for each
    code of ``precision``, None a column that holds metres (``may_be_codes``: or codes that nobody
    explained); ``slack_days`` the days around the date for each code of ``time_precision``.
    ``lacks_precision`` tells that the file left out what its provider says of precision. ``widths``
    are the numbers of columns that a file without a header may have, each with the columns as they
    stand then; ``headerless`` says that there is none, of any width. ``kept`` are columns handed on
    as they were read (`kept_name`), to group by or to sum. ``notices`` is what a reader should know
    of the choice.
    """

    lon: str
    lat: str
    date: str
    last: str | None = None
    precision: str | None = None
    code_accuracy_m: Mapping[str, float] | None = None
    may_be_codes: bool = False
    lacks_precision: bool = False
    time_precision: str | None = None
    slack_days: Mapping[str, int] = field(default_factory=dict)
    id: str | None = None
    kept: tuple[str, ...] = ()
    separator: str | None = None
    widths: Mapping[int, Columns] | None = None
    headerless: bool = False
    day_order: str | None = None
    provider: str | None = None
    notices: tuple[str, ...] = ()

    @property
    def taken(self) -> dict[str, str]:
        """Return the columns that say where and when, by what they say."""
        names = (*NAMES, "time_precision")
        return {name: held for name in names if (held := getattr(self, name)) is not None}

    @property
    def names(self) -> tuple[str, ...]:
        """Return the columns to read, each once."""
        return tuple(dict.fromkeys((*self.taken.values(), *self.kept)))

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
        """Return the columns as a header spells them; `QueryError` names one that is missing.

        Of a provider's columns only those are needed that say where and when.
        """
        spelt = {key(name): name for name in reversed(header)}
        found = {part: spelt.get(key(name)) for part, name in self.taken.items()}
        lacking = [part for part, name in found.items() if name is None]
        for part in lacking:
            if self.provider is None or part in NAMES[:3]:
                name = self.taken[part]
                shown = f"there is no column {name!r}; there are {', '.join(header[:40])}"
                raise QueryError("columns", name, shown)
        notices = [f"there is no column {self.taken[part]!r}: {_LEFT_OUT[part]}"
                   for part in lacking if part in _LEFT_OUT]  # fmt: skip
        if "precision" not in lacking:
            notices += self.notices
        found["kept"] = tuple(spelt[key(name)] for name in self.kept)  # type: ignore[assignment]
        chosen = replace(self, **found, lacks_precision="precision" in lacking)  # type: ignore[arg-type]
        ignored = [name for name in header if _PRECISE.search(key(name))
                   and name not in chosen.names and key(name) not in _OF_PROVIDERS]  # fmt: skip
        if ignored:
            names = ", ".join(map(repr, ignored[:5]))
            how = "name it, as precision=NAME:m, NAME:acled, NAME:ucdp or NAME:codes.yaml"
            notices.append(f"{names} may say how precise places are and is not used: {how}")
        return replace(chosen, notices=tuple(notices))


_LEFT_OUT = {
    "precision": "all events are of unknown precision",
    "time_precision": "days are taken as exact",
    "last": "events are of one day",
}


_MIDDLE = (
    "a place known best is the middle of a named town or quarter, and is counted as that point; "
    "for a distance of your own: precision=NAME:codes.yaml"
)


def kept_name(column: str) -> str:
    """Return what a kept column is called among those of a batch of events."""
    return f"column {column}"


def key(name: str) -> str:
    """Return a column's name without what spreadsheets and people write differently."""
    return re.sub(r"[\s._-]+", "_", plain(name).casefold())


ACLED = Columns(
    lon="longitude",
    lat="latitude",
    date="event_date",
    precision="geo_precision",
    code_accuracy_m={"1": 0.0, "2": NEAR_M, "3": PROVINCE_M},
    time_precision="time_precision",
    slack_days={"1": 0, "2": _WEEK, "3": _MONTH},
    id="event_id_cnty",
    provider="acled",
    notices=(_MIDDLE,),
)
UCDP = Columns(
    lon="longitude",
    lat="latitude",
    date="date_start",
    last="date_end",
    precision="where_prec",
    code_accuracy_m={
        "1": TOWN_M,
        "2": NEAR_M,
        "3": DISTRICT_M,
        "4": PROVINCE_M,
        "5": PROVINCE_M,
        "6": COUNTRY_M,
        "7": COUNTRY_M,
    },
    id="id",
    provider="ucdp",
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
        provider="gdelt",
        notices=(_MIDDLE,),
    )


# 57 columns to March 2013, 58 since; 61 in version 2, which adds a code of districts.
_OLD, _NEW = _gdelt(49, 53), _gdelt(51, 56)
GDELT = replace(_NEW, widths={57: _OLD, 58: _OLD, 61: _NEW})
PRESETS: Mapping[str, Columns] = {"acled": ACLED, "ucdp": UCDP, "gdelt": GDELT}
# What is in a file of each with a header, and hardly in any other.
_SIGNS = (
    (ACLED, {"event_id_cnty", "geo_precision", "time_precision", "sub_event_type", "inter1"}),
    (UCDP, {"where_prec", "date_end", "date_prec", "type_of_violence", "dyad_name"}),
)
_OF_PROVIDERS = {"time_precision", "date_prec", "source_precision"}
_PRECISE = re.compile(r"prec(?:ision|$|_)|accura|uncertain|within|geo_?quality|exactness|دقة")

NAMES = ("lat", "lon", "date", "last", "precision", "id")
ALIASES = {
    "lat": ("latitude", "lat", "y", "خط_العرض"),
    "lon": ("longitude", "lon", "lng", "long", "x", "خط_الطول"),
    "date": ("event_date", "date", "day", "incident_date", "التاريخ", "on"),
    "precision": ("within_m", "precision_m", "accuracy_m", "uncertainty_m", "geo_precision",
                  "where_prec", "precision"),
    "id": ("id", "event_id"),
}  # fmt: skip
HXL = {"lat": ("#geo+lat",), "lon": ("#geo+lon",), "date": ("#date",), "id": ("#event+id", "#id")}
# A precision column of these names holds codes of its provider, whatever else a table has.
_CODES = {"geo_precision": ACLED, "where_prec": UCDP}


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
    numbered = all(name.strip().isdecimal() for name, _ in parts)
    named: dict[str, str] = {}
    for name, column in parts:
        if numbered:  # 3=lat: what the third column says
            codes = column.partition(":")
            name, column = codes[0], f"{int(name) - 1}{codes[1]}{codes[2]}"
        if name.strip() not in NAMES or not column.strip() or column.startswith("-"):
            raise QueryError(
                "columns",
                given,
                f"is {', '.join(PRESETS)} or names columns, as lat=Y,lon=X,date=When "
                f"(also {', '.join(NAMES[3:])}; 1=id,2=date,... without a header)",
            )
        named[name.strip()] = column.strip()
    lacking = [name for name in NAMES[:3] if name not in named]
    if lacking:
        raise QueryError("columns", given, f"must also name {', '.join(lacking)}")
    return replace(_plain(named), headerless=numbered)


def unique_names(names: Sequence[str]) -> tuple[str, ...]:
    """Return the names of columns, one that stood before with its place behind it."""
    return tuple(f"{name}#{at}" if name in names[:at] else name for at, name in enumerate(names))


def is_tags(row: Sequence[Any]) -> bool:
    """Tell whether a row below a header holds HXL's tags."""
    return any(row) and all(not cell or str(cell).startswith("#") for cell in row)


def find_parts(
    header: Sequence[str],
    tags: Sequence[str],
    usual: Mapping[str, Sequence[str]],
    tagged: Mapping[str, tuple[str, ...]],
) -> dict[str, int]:
    """Return where in a header each part stands, by its usual names or by the tags below it."""
    places = {key(name): at for at, name in reversed(list(enumerate(header)))}
    found = {part: places[known[0]] for part, names in usual.items()
             if (known := [name for name in names if name in places])}  # fmt: skip
    for part, prefixes in tagged.items():
        for at, tag in enumerate(tags):
            if tag.replace(" ", "").casefold().startswith(prefixes):
                found.setdefault(part, at)
    return found


def detect_columns(header: Sequence[str], tags: Sequence[str] = ()) -> Columns:
    """Return the columns of a file by its header, or by HXL's tags below it; or `QueryError`."""
    names = set(map(key, header))
    for preset, signs in _SIGNS:
        if names >= {preset.lon, preset.lat, preset.date} and names & signs:
            return preset.resolve(header)
    places = find_parts(header, tags[: len(header)], ALIASES, HXL)
    found = {part: header[at] for part, at in places.items()}
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
    column, _, codes = named.get("precision", "").partition(":")
    lon, lat, date = (named[part] for part in ("lon", "lat", "date"))
    chosen = Columns(lon, lat, date, named.get("last"), column or None, id=named.get("id"))
    if not column or codes == "m" or (not codes and key(column).endswith("_m")):
        return chosen
    whose = PRESETS.get(codes.casefold()) if codes else _CODES.get(key(column))
    if whose is not None:
        return replace(chosen, code_accuracy_m=whose.code_accuracy_m)
    if codes:
        return replace(chosen, code_accuracy_m=read_codes(codes))
    return replace(chosen, may_be_codes=True)


_MOST_CODES, _MOST_DISTANCES, _LONGEST_CODES = 1000, 20, 1 << 20


def read_codes(path: str) -> Mapping[str, float]:
    """Return metres by code from a YAML file, as ``Province: 250000``; QueryError names a fault."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123  one call for what is opened and read once
            data = yaml.safe_load(file.read(_LONGEST_CODES))
    except (OSError, yaml.YAMLError, RecursionError) as error:
        raise QueryError(
            "columns", path, f"{path}: no codes can be read ({short(error)})"
        ) from None
    codes = data if isinstance(data, dict) else {}
    metres = {
        plain(str(code)).casefold(): float(far)
        for code, far in codes.items()
        if isinstance(far, int | float) and not isinstance(far, bool) and 0 <= far <= 20_000_000
    }
    unknown = [code for code, far in codes.items() if far is None]
    if not metres or len(metres) + len(unknown) != len(codes) or len(codes) > _MOST_CODES:
        message = f"{path}: must give metres for each code, as 'Province: 250000' (null: unknown)"
        raise QueryError("columns", path, message)
    if len(set(metres.values())) > _MOST_DISTANCES:
        message = f"{path}: has more than {_MOST_DISTANCES} different distances; round them"
        raise QueryError("columns", path, message)
    return metres
