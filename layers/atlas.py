"""The atlas as people hold it: `open_atlas` reads a record, an `Atlas` answers in DataFrames.

A thin face: what an answer is, `layers.query`, `layers.formats` and `layers.monitor` decide,
for the command and the service as well.
"""

from __future__ import annotations

import html
import warnings
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Literal

import folium
import pandas as pd
from geopandas import GeoDataFrame

from layers.build.assembly import build
from layers.build.rows import BuiltAtlas, Reading
from layers.errors import AtlasWarning
from layers.events.columns import parse_columns
from layers.events.errors import MAX_REJECTS
from layers.events.sources import ReadOptions
from layers.formats import dataframe
from layers.formats.export import content_of, destination, write_file, write_folder
from layers.monitor.frames import Events, count_events
from layers.monitor.mapping import Mapping as Headings
from layers.monitor.options import parse_tabulation
from layers.query import filters, listing
from layers.query.changes import diff
from layers.query.clauses import clause_states
from layers.query.explain import Explanation, explain
from layers.query.filters import Day
from layers.query.point_frame import join_rows
from layers.query.points import PointIndex, query_point
from layers.query.search import search
from layers.query.selection import parse_selection
from layers.query.tallies import tallies
from layers.record.reader import read
from layers.report.model import Report
from layers.report.question import GROUPS, Question
from layers.report.write import BOTH, write_report
from layers.settings import read_settings
from layers.web.folium_elements import zone_map
from layers.web.folium_elements.zone_data import zone_attrs

Names = str | Iterable[str]


def open_atlas(path: str | Path | None = None) -> Atlas:
    """Read a record, check it and draw every shape.

    Parameters
    ----------
    path : str or pathlib.Path, optional
        A seeds folder. Left out: the folder that the variable ``TAMAS_SEEDS`` names, else the
        record that came with this package.

    Returns
    -------
    Atlas

    Raises
    ------
    SeedFaults
        With every fault of the record: file, record, field, and how to mend it.

    Examples
    --------
    >>> import layers
    >>> atlas = layers.open_atlas()
    """
    return Atlas(build(read(read_settings().seeds if path is None else Path(path))))


class Atlas:
    """A record and all that was drawn from it, to ask and to export.

    Days are given as ``"2020-04-01"``, a `datetime.date` or what pandas and numpy have for
    them, and lie in answers as ``datetime64``; the first and the last day of a period are in.
    Coordinates are WGS84 degrees (EPSG:4326), longitude first; distances are geodesic. An
    answer in which nothing was found has the same columns. Errors are `layers.errors`.

    Parameters
    ----------
    built : layers.build.rows.BuiltAtlas
        What `layers.build.assembly.build` made; `open_atlas` is the usual way here.

    Examples
    --------
    >>> import layers
    >>> atlas = layers.open_atlas()
    >>> type(atlas)
    <class 'layers.atlas.Atlas'>
    """

    def __init__(self, built: BuiltAtlas) -> None:
        self._built = built
        self._record = built.record

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of its texts as BCP 47 tags, the default first.

        Returns
        -------
        tuple of str

        Examples
        --------
        >>> atlas.languages[0]
        'en'
        """
        return self._record.languages

    def __repr__(self) -> str:
        atlas, record = self._record.atlas, self._record
        return (
            f"{atlas.title.default} (edition {atlas.edition}, {atlas.licence})\n"
            f"{len(record.zones)} zones in {len(record.layers)} layers, {len(self._built.frame)} "
            f"zone periods, {atlas.record_from} to {atlas.record_to}\n"
            f"{len(record.claims)} claims of {len(record.sources)} sources, record "
            f"{record.sha256[:12]}"
        )

    def _repr_html_(self) -> str:
        rows = self._built.frame.groupby("layer", sort=False)["zone_id"].agg(["nunique", "size"])
        titles = {key: layer.title.default for key, layer in self._record.layers.items()}
        shown = rows.set_axis(["zones", "periods"], axis=1).reindex(list(titles), fill_value=0)
        shown.insert(0, "title", pd.Series(titles))
        said = html.escape(repr(self)).replace("\n", "<br>")
        return f"<p>{said}</p>{shown.to_html(border=0)}"

    @cached_property
    def _points(self) -> PointIndex:
        return PointIndex(self._built)

    def zones(
        self,
        on: Day | None = None,
        known_by: Day | None = None,
        layers: Names | None = None,
        reading: Reading | Literal["all"] = "nominal",
        bbox: Iterable[float] | None = None,
    ) -> GeoDataFrame:
        """Return the zones as a GeoDataFrame, one row a zone and period.

        Parameters
        ----------
        on : str, datetime.date or numpy.datetime64, optional
            Only periods that hold on this day, certainly or possibly; left out, all.
        known_by : str, datetime.date or numpy.datetime64, optional
            Only what sources had said by the end of this day, as it was known then.
        layers : str or iterable of str, optional
            Ids of layers; left out, all. ``repr`` of the atlas in a notebook lists them.
        reading : {"nominal", "inner", "outer", "all"}
            Which of the three shapes: ``"nominal"``, ``"inner"`` (certain), ``"outer"``
            (possible), or ``"all"`` for three columns ``nominal`` (the active one), ``inner``
            and ``outer``.
        bbox : iterable of float, optional
            West, south, east, north in degrees: only zones whose shape meets it.

        Returns
        -------
        geopandas.GeoDataFrame
            In EPSG:4326, in the order of the layers. A row whose reading is empty is there
            without a geometry; ``disputed`` tells whether sources disagree on its status.
            ``attrs`` has the edition and digest of the record, its licence and whose data the
            shapes are (pass them on with the data), and what `layers.ZoneLayer` shows of
            sources and disputes.

        Raises
        ------
        UnknownId
            For a layer that is not there.
        QueryError
            For a day, a reading or a box that cannot be understood.

        Warns
        -----
        AtlasWarning
            For a day beyond the record: the answer is empty, because nothing is known of it.

        Notes
        -----
        ``plot()`` works as it is, ``explore()`` with the extra ``tamas[notebook]``; geopandas
        refuses to plot rows none of which has a shape. ``to_parquet`` keeps days; ``to_file``
        writes date-times of them, where `Atlas.export` writes days.

        Examples
        --------
        >>> zones = atlas.zones(on="2020-04-01")
        >>> zones.geometry.name, zones.crs.to_string(), str(zones["valid_from"].dtype)
        ('geometry', 'EPSG:4326', 'datetime64[s]')
        >>> {"edition", "record_sha256", "licence", "attribution"} <= set(zones.attrs)
        True
        >>> every = atlas.zones(on="2020-04-01", reading="all")
        >>> bool(every["inner"].dropna().within(every["outer"].dropna().union_all()).all())
        True
        """
        day = filters.optional_day("on", on)
        beyond = self._is_beyond(day)
        selection = parse_selection(
            on=None if beyond else day,
            known_by=known_by,
            layers=layers,
            bbox=bbox,
            reading="nominal" if reading == "all" else reading,
        )
        rows = selection.rows(self._built)
        zones = dataframe.zones(self._built, rows.iloc[:0] if beyond else rows, reading)
        zones.attrs |= {
            "on": day and day.isoformat(),
            "known_by": selection.known_by and selection.known_by.isoformat(),
            **zone_attrs(self._record, zones),
        }
        return zones

    def at(
        self,
        lon: float,
        lat: float,
        on: Day | None = None,
        known_by: Day | None = None,
        within_km: float | None = None,
    ) -> pd.DataFrame:
        """Return which zone periods hold a point, one row an answer.

        Parameters
        ----------
        lon, lat : float
            The point, in degrees (WGS84).
        on : str, datetime.date or numpy.datetime64, optional
            The day asked for; left out, all periods.
        known_by : str, datetime.date or numpy.datetime64, optional
            Only what sources had said by the end of this day.
        within_km : float, optional
            Also zones so near to the point (kilometres, geodesic).

        Returns
        -------
        pandas.DataFrame
            ``holds`` says whether the dates hold the day for certain or possibly, ``relation``
            where the point lies: ``inside_all`` readings of the shape, ``inside_some``, or
            ``outside``; rows come in that order. ``distance_to_edge_m`` is unsigned, to the
            nominal edge, in metres.

        Raises
        ------
        QueryError
            For a point beyond the atlas, or a distance that is none.

        Warns
        -----
        AtlasWarning
            For a day beyond the record: the answer is empty.

        Examples
        --------
        >>> answers = atlas.at(36.61, 35.80, on="2020-04-01")
        >>> set(answers["relation"]) <= {"inside_all", "inside_some"}
        True
        """
        day = filters.optional_day("on", on)
        beyond = self._is_beyond(day)
        asked = None if beyond else day
        answers = query_point(
            self._points, lon, lat, on=asked, known_by=known_by, within_km=within_km
        )
        return dataframe.point_answers([] if beyond else answers, self._record)

    def at_points(
        self,
        points: GeoDataFrame,
        on: Day | None = None,
        on_column: str | None = None,
        known_by: Day | None = None,
        *,
        distances: bool = True,
    ) -> GeoDataFrame:
        """Return which zone periods may hold points, one row a point and period.

        Parameters
        ----------
        points : geopandas.GeoDataFrame
            Points in any CRS.
        on : str, datetime.date or numpy.datetime64, optional
            The day asked for of all points; with neither day nor column, all periods.
        on_column : str, optional
            The column of ``points`` that has the day of each.
        known_by : str, datetime.date or numpy.datetime64, optional
            Only what sources had said by the end of this day.
        distances : bool
            Whether to measure to the edges, which takes most of the time.

        Returns
        -------
        geopandas.GeoDataFrame
            The columns of `Atlas.at` and the day asked, ``on``. Index, geometry and CRS are
            those of the points, so that ``points.join(answers.drop(columns="geometry"))`` puts
            both together. A point that no period holds has no row.

        Raises
        ------
        QueryError
            For points without a CRS, other geometries, or a column that has no days.

        Warns
        -----
        AtlasWarning
            For points without a place or a day, beyond the atlas, or on days beyond the record:
            how many they are. They have no row.

        Examples
        --------
        >>> import geopandas
        >>> events = geopandas.GeoDataFrame(
        ...     {"day": ["2020-04-01", "2017-01-01"]},
        ...     geometry=geopandas.points_from_xy([36.61, 36.61], [35.80, 35.80]),
        ...     crs="EPSG:4326",
        ... )
        >>> answers = atlas.at_points(events, on_column="day")
        >>> len(answers.loc[[0]]) == len(atlas.at(36.61, 35.80, on="2020-04-01"))
        True
        """
        return join_rows(
            self._points, points, on=on, on_column=on_column, known_by=known_by, distances=distances
        )

    def diff(self, first: Day, second: Day, known_by: Day | None = None) -> pd.DataFrame:
        """Return what became of each zone between two days, one row a zone.

        Parameters
        ----------
        first, second : str, datetime.date or numpy.datetime64
            The days compared.
        known_by : str, datetime.date or numpy.datetime64, optional
            Only what sources had said by the end of this day.

        Returns
        -------
        pandas.DataFrame
            ``change`` is ``appeared``, ``changed``, ``ended`` or ``unchanged``; the statuses on
            each track before and after; why it ended; the claims that say so.

        Raises
        ------
        QueryError
            For a day beyond the record: nothing can be compared with what is not known.

        Examples
        --------
        >>> changes = atlas.diff("2020-03-04", "2020-03-06")
        >>> int(changes.loc[changes["change"] == "appeared", "before_paper"].map(len).sum())
        0
        """
        days = filters.required_day("from", first), filters.required_day("to", second)
        known = filters.optional_day("known_by", known_by)
        return dataframe.changes(diff(self._built, *days, known_by=known), self._record)

    def explain(self, zone: str) -> Explanation:
        """Return what a zone is, how its shape follows from the text, and who says so.

        Parameters
        ----------
        zone : str
            The id of a zone, as the column ``zone_id`` has it.

        Returns
        -------
        Explanation
            A dict as ``tamas explain --json`` prints it, which shows as text.

        Raises
        ------
        UnknownId
            For a zone that is not there.

        Examples
        --------
        >>> explained = atlas.explain(atlas.zones()["zone_id"].iloc[0])
        >>> sorted(explained["shapes"][0]["sizes"])
        ['inner', 'nominal', 'outer']
        """
        return explain(self._built, zone)

    def search(self, name: str, limit: int = 10) -> pd.DataFrame:
        """Return the places whose names are like a text, best first.

        Parameters
        ----------
        name : str
            A name in any spelling.
        limit : int
            How many at the most.

        Examples
        --------
        >>> place = atlas.places().iloc[0]
        >>> bool(atlas.search(place["name_en"])["id"].eq(place["id"]).any())
        True
        """
        return dataframe.matches(search(self._record, name, limit=limit), self._record)

    def claims(
        self,
        layer: str | None = None,
        source: str | None = None,
        zone: str | None = None,
        known_by: Day | None = None,
    ) -> pd.DataFrame:
        """Return the claims, in the order of their sources, one row a claim.

        Parameters
        ----------
        layer, source, zone : str, optional
            Only claims that a layer or a zone rests on, or that a source makes.
        known_by : str, datetime.date or numpy.datetime64, optional
            Only claims stated by the end of this day.

        Raises
        ------
        UnknownId
            For a layer, source or zone that is not there.

        Notes
        -----
        ``date`` is EDTF text, because it may be vague; `Atlas.timeline` has its days.

        Examples
        --------
        >>> bool(atlas.claims()["id"].is_unique)
        True
        """
        known = filters.optional_day("known_by", known_by)
        found = listing.claims(self._record, layer=layer, source=source, zone=zone, known_by=known)
        return dataframe.listed("claims", found, self._record)

    def sources(self) -> pd.DataFrame:
        """Return the sources with their grades and the number of claims, one row a source.

        Examples
        --------
        >>> bool(atlas.sources()["claims"].sum() == len(atlas.claims()))
        True
        """
        return dataframe.sources(self._record)

    def places(self) -> GeoDataFrame:
        """Return the gazetteer as points in EPSG:4326, one row a place.

        Examples
        --------
        >>> bool((atlas.places().geometry.x == atlas.places()["lon"]).all())
        True
        """
        return dataframe.places(self._record)

    def disputes(self, known_by: Day | None = None) -> pd.DataFrame:
        """Return where sources disagree, one row a side of a dispute.

        Parameters
        ----------
        known_by : str, datetime.date or numpy.datetime64, optional
            Only disputes of which two sides had spoken by the end of this day.

        Examples
        --------
        >>> bool((atlas.disputes().groupby("dispute_id").size() >= 2).all())
        True
        """
        return dataframe.disputes(self._record, filters.optional_day("known_by", known_by))

    def clauses(
        self,
        on: Day | None = None,
        known_by: Day | None = None,
        zones: Names | None = None,
        actors: Names | None = None,
    ) -> pd.DataFrame:
        """Return the clauses of agreements, each in its state on a day.

        Parameters
        ----------
        on : str, datetime.date or numpy.datetime64, optional
            The day; left out, the last one for which the record speaks.
        known_by : str, datetime.date or numpy.datetime64, optional
            Only what sources had said by the end of this day.
        zones : str or iterable of str, optional
            Only clauses that hold in one of these zones or make it.
        actors : str or iterable of str, optional
            Only clauses by which one of these must do something, or towards whom.

        Returns
        -------
        pandas.DataFrame
            ``state`` is ``contested``, ``reported_done``, ``not_yet_due``, ``deadline_passed`` or
            ``nobody_has_said``, the first that fits; ``reports`` are dicts of who said what.
            Nothing is inferred of whether a duty was met.

        Raises
        ------
        QueryError
            For a day beyond the record.
        UnknownId
            For a zone or an actor that is not there.

        Examples
        --------
        >>> states = atlas.clauses(on="2018-10-16")
        >>> set(states.loc[states["by_day"] < "2018-10-16", "state"]) <= {
        ...     "contested", "reported_done", "deadline_passed"
        ... }
        True
        """
        found = clause_states(self._record, on=on, known_by=known_by, zones=zones, actors=actors)
        return dataframe.clauses(found, self._record)

    def tallies(
        self,
        on: Day | None = None,
        known_by: Day | None = None,
        zones: Names | None = None,
    ) -> pd.DataFrame:
        """Return who counted what, one row a count; numbers of several counters cannot be added.

        Parameters
        ----------
        on : str, datetime.date or numpy.datetime64, optional
            Only counts whose days hold this one.
        known_by : str, datetime.date or numpy.datetime64, optional
            Only what sources had said by the end of this day.
        zones : str or iterable of str, optional
            Only counts whose area is one of these zones.

        Returns
        -------
        pandas.DataFrame
            ``least`` and ``most`` bound the number; ``most`` is missing for "more than".

        Raises
        ------
        QueryError
            For a day beyond the record.
        UnknownId
            For a zone that is not there.

        Examples
        --------
        >>> counts = atlas.tallies()
        >>> bool((counts["first_day"] <= counts["last_day"]).all())
        True
        """
        found = tallies(self._record, on=on, known_by=known_by, zones=zones)
        return dataframe.listed("tallies", found, self._record)

    def timeline(
        self,
        first: Day | None = None,
        last: Day | None = None,
        known_by: Day | None = None,
    ) -> pd.DataFrame:
        """Return every dated claim in order of date, one row a claim.

        Parameters
        ----------
        first, last : str, datetime.date or numpy.datetime64, optional
            Only claims whose date, in its widest reading, touches these days or those between.
        known_by : str, datetime.date or numpy.datetime64, optional
            Only claims stated by the end of this day.

        Returns
        -------
        pandas.DataFrame
            ``date`` is EDTF text; ``earliest`` and ``latest`` are the days that it may mean.

        Examples
        --------
        >>> march = atlas.timeline("2020-03-01", "2020-03-31")
        >>> bool((march["earliest"].dropna() <= "2020-03-31").all())
        True
        """
        found = listing.timeline(
            self._record,
            first=filters.optional_day("first", first),
            last=filters.optional_day("last", last),
            known_by=filters.optional_day("known_by", known_by),
        )
        return dataframe.timeline(found, self._record)

    def count(
        self,
        events: Events,
        by: Literal["day", "week", "month", "quarter", "year"] = "month",
        layers: Names | None = None,
        known_by: Day | None = None,
        reading: Reading | None = None,
        columns: str | Mapping[str, str] | None = None,
        *,
        zones: Names | None = None,
        week_starts: Literal["monday", "saturday", "sunday"] = "monday",
        first: Day | None = None,
        last: Day | None = None,
        since: Day | None = None,
        cutoff: str | None = None,
        timezone: str | None = None,
        groups: Names = (),
        mappings: Mapping[str, str | Path] | None = None,
        sums: Names = (),
        distinct: Names = (),
        weight: str | None = None,
        union: bool = False,
        encoding: str | None = None,
        sheet: str | None = None,
        dates: str | None = None,
    ) -> pd.DataFrame:
        """Count dated events in dated zones, period by period, as ``tamas monitor`` does.

        Parameters
        ----------
        events : pandas.DataFrame, geopandas.GeoDataFrame, or a path or paths
            A DataFrame, a GeoDataFrame of points in any CRS, or files and folders of any kind
            that ``tamas monitor`` reads.
        by : {"month", "day", "week", "quarter", "year"}
            The periods to count by.
        layers : str or iterable of str, optional
            Ids of layers; left out, all.
        known_by : str, datetime.date or numpy.datetime64, optional
            Zones as they were known by the end of this day.
        reading : {"nominal", "inner", "outer"}, optional
            Count in one shape; left out, in every reading and in some.
        columns : str or dict of str, optional
            Which columns say where and when: ``"acled"``, ``"ucdp"``, ``"gdelt"``, or names by
            ``lat``, ``lon``, ``date``, ``last``, ``precision`` (metres) and ``id``; of a
            GeoDataFrame, ``date`` is enough. Left out, told by the header.
        zones : str or iterable of str, optional
            Ids of zones; left out, all.
        week_starts : {"monday", "saturday", "sunday"}
            The first day of a week. ISO 8601 numbers those that begin on Monday; others are
            written by their days.
        first, last : str, datetime.date or numpy.datetime64, optional
            The first and the last day that is counted.
        since : str, datetime.date or numpy.datetime64, optional
            Add running totals from this day, or from a zone's first day on paper, by its id.
        cutoff : str, optional
            The hour at which the day of a report ends, as ``"19:30+03:00"``: what is later counts
            for the next day. Which zone held it goes by the calendar all the same.
        timezone : str, optional
            IANA name of the clock of hours that are written without an offset, as
            ``"Europe/Athens"``; left out, the atlas's.
        groups : str or iterable of str
            Up to three columns to group by. ``"kind"`` and ``"party"`` need no such column in
            files of ACLED, UCDP GED, GDELT and Atlos: ready-made mappings read those they have.
        mappings : dict of str or pathlib.Path, optional
            For a group, a YAML file with headings for its words.
        sums, distinct : str or iterable of str
            Columns whose numbers are added up, and columns whose different values are counted.
        weight : str, optional
            The column that says for how many events a row stands, in files that are aggregated.
        union : bool
            Add the chosen zones as one, each event once, under the id ``union``.
        encoding, sheet, dates : str, optional
            As `report` has them; of a DataFrame ``dates`` alone counts.

        Returns
        -------
        pandas.DataFrame
            One row a zone, status, period and group (empty for all groups together); in each, the
            events inside, those of which that cannot be told, and those outside add up to
            ``events``. ``period_start`` is a day, ``days`` the days of the period on which the
            status held. ``attrs`` has the record and the totals.

        Raises
        ------
        QueryError
            For columns that cannot be told or are not there, and options not understood.
        UnknownId
            For a layer or a zone that is not there.

        Warns
        -----
        AtlasWarning
            For events that cannot be read: how many, and why. They are not counted.

        Examples
        --------
        >>> import pandas
        >>> events = pandas.DataFrame({"lat": [35.80], "lon": [36.61], "date": ["2020-04-01"]})
        >>> counts = atlas.count(events, by="year")
        >>> counts.attrs["totals"]["counted"]
        1
        """
        tabulation = parse_tabulation(
            self._built, by=by, week_starts=week_starts, first=first, last=last, since=since,
            cutoff=cutoff, timezone=timezone, groups=_names(groups), mappings=_headings(mappings),
            sums=_names(sums), distinct=_names(distinct), weight=weight, union=union,
        )  # fmt: skip
        selection = parse_selection(layers=layers, zones=zones, known_by=known_by)
        return count_events(
            self._built, events, by=tabulation, selection=selection, reading=reading,
            columns=columns, options=ReadOptions(encoding, sheet, dates),
        )  # fmt: skip

    def report(
        self,
        events: str | Path | Iterable[str | Path],
        period: str,
        out: str | Path | Iterable[str | Path] = (),
        *,
        compare: Literal["previous", "year"] = "previous",
        since: Day | None = None,
        zones: Names = (),
        groups: Names = GROUPS,
        mappings: Mapping[str, str | Path] | None = None,
        distinct: str | None = None,
        columns: str | Mapping[str, str] | None = None,
        cutoff: str | None = None,
        timezone: str | None = None,
        encoding: str | None = None,
        sheet: str | None = None,
        dates: Literal["dmy", "mdy"] | None = None,
        known_by: Day | None = None,
        rejects: str | Path | None = None,
        max_rejects: float = MAX_REJECTS,
        excel: bool = False,
        desk: str | Path | None = None,
        lang: str = BOTH,
    ) -> Report:
        r"""Report the events of a period in zones, as ``tamas report`` does.

        Parameters
        ----------
        events : str, pathlib.Path or iterable of them
            Files, folders and addresses, as `Atlas.count` takes them. No frames: the report
            names the lines of a file behind its numbers.
        period : str
            ``"2020-W11"``, ``"2020-03"``, ``"2020-Q1"``, ``"2020"``, a day, or ``"FIRST/LAST"``.
        out : str, pathlib.Path or iterable of them
            Files to write, ending in ``.html``, ``.pdf``, ``.docx`` or ``.csv``.
        compare : {"previous", "year"}
            With the period before, or the same one a year before.
        zones : str or iterable of str
            Ids of zones; left out, all areas in force in the period.
        groups : str or iterable of str
            Up to three columns or mappings, that of the headlines first.
        distinct : str, optional
            The column whose different values are counted as places.
        since, mappings, columns, cutoff, timezone, known_by
            As `Atlas.count` has them.
        encoding, sheet, dates : str, optional
            Of text that is no UTF-8, as ``"windows-1252"``; of a workbook the sheet; how
            03/04/2021 is meant.
        rejects : str or pathlib.Path, optional
            A CSV file for the rows that cannot be read, with the reason.
        max_rejects : float
            So many rows of a hundred may be unreadable; beyond it the report says in its first
            sentence that it is not to be signed.
        excel : bool
            Write CSV with the mark by which Excel knows UTF-8.
        desk : str or pathlib.Path, optional
            The desk's folder, as ``tamas desk`` writes it: its name, logo, texts and templates.
        lang : str
            A language of the atlas, or ``"both"`` for all of them in one file.

        Returns
        -------
        Report
            ``zones`` has the numbers of each zone, the last all of them as one; ``changes``,
            ``events``, ``unmapped`` and ``files`` what else the files say.

        Raises
        ------
        QueryError
            For a period beyond the record, and options not understood.
        UnknownId
            For a zone that is not there.
        ExportError
            For a file that cannot be written, or a desk's template that does not work.

        Warns
        -----
        AtlasWarning
            For what should be looked at in the file before the report is signed.

        Examples
        --------
        >>> import pathlib, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     file = pathlib.Path(folder, "events.csv")
        ...     rows = "id,lat,lon,date,within_m,kind\n1,35.80,36.61,2020-04-01,0,shelling\n"
        ...     _ = file.write_text(rows)
        ...     out = pathlib.Path(folder, "report.csv")
        ...     week = atlas.report(file, "2020-W14", out, groups="kind")
        >>> week.zones[-1].total.surely
        1
        """
        question = Question(
            _files(events), period, compare=compare, since=since, zones=_names(zones),
            groups=_names(groups), mappings=_headings(mappings), columns=parse_columns(columns),
            cutoff=cutoff, timezone=timezone, places=distinct,
            known_by=filters.optional_day("known_by", known_by), max_rejects=max_rejects,
            options=ReadOptions(encoding, sheet, dates),
        )  # fmt: skip
        report = write_report(
            self._built, question, map(Path, _files(out)), lang=lang, excel=excel,
            desk=None if desk is None else Path(desk),
            rejects=None if rejects is None else Path(rejects),
        )  # fmt: skip
        for notice in report.notices:
            warnings.warn(notice, AtlasWarning, stacklevel=2)
        return report

    def map(
        self,
        on: Day | None = None,
        lang: str | None = None,
        known_by: Day | None = None,
        layers: Names | None = None,
        *,
        tiles: str | folium.TileLayer | None = None,
        link: str | None = None,
        offline: bool = False,
    ) -> folium.Map:
        """Return a map of the zones with a slider over the days and a legend.

        It shows in a notebook, takes whatever else Folium draws, and its parts stand alone as
        `layers.ZoneLayer`, `layers.PeriodSlider` and `layers.ZoneLegend`.

        Parameters
        ----------
        on : str, datetime.date or numpy.datetime64, optional
            The day that it opens on; left out, the one that the record names.
        lang : str, optional
            BCP 47 tag of the language of names, popups and controls; left out, the atlas's first.
        known_by, layers
            As `Atlas.zones` has them.
        tiles : str or folium.TileLayer, optional
            A background as `folium.Map` takes it; left out, the record's own, which asks nobody.
        link : str, optional
            Address of what is known of a zone, as `layers.ZoneLayer` has it.
        offline : bool
            Put Leaflet into the document, so that it asks nobody.

        Returns
        -------
        folium.Map

        Raises
        ------
        QueryError
            For a day beyond the record, or a language that the atlas does not come in.
        UnknownId
            For a layer that is not there.

        Examples
        --------
        >>> m = atlas.map(on="2020-04-01", lang=atlas.languages[-1])
        >>> type(m)
        <class 'folium.folium.Map'>
        """
        chosen = parse_selection(on=on, known_by=known_by, layers=layers)
        return zone_map(
            self._built,
            on=chosen.on,
            known_by=chosen.known_by,
            layers=chosen.layers,
            lang=lang,
            tiles=tiles,
            link=link,
            offline=offline,
        )

    def export(
        self,
        path: str | Path,
        on: Day | None = None,
        known_by: Day | None = None,
        layers: Names | None = None,
        zones: Names | None = None,
        bbox: Iterable[float] | None = None,
        reading: Reading = "nominal",
        lang: str | None = None,
        formats: str | None = None,
        *,
        excel: bool = False,
    ) -> list[Path]:
        """Write zones for GIS and spreadsheets, as ``tamas export data`` does.

        Parameters
        ----------
        path : str or pathlib.Path
            A file whose ending says its format (``.parquet``, ``.gpkg``, ``.geojson``, ``.fgb``,
            ``.kml``, ``.csv``, ...), or a folder, which is replaced whole.
        on, known_by, layers, reading, bbox
            As `Atlas.zones` has them.
        zones : str or iterable of str, optional
            Ids of zones; left out, all.
        lang : str, optional
            The language of names where a format shows one; left out, the atlas's first.
        formats : str, optional
            For a folder, ids of formats joined with commas.
        excel : bool
            Write CSV with the mark by which Excel knows UTF-8, and without shapes.

        Returns
        -------
        list of pathlib.Path
            The files that were written.

        Raises
        ------
        ExportError
            For a format that is not known, or a file that cannot be written.
        QueryError
            For a day beyond the record: a file outlives the warning of it.

        Examples
        --------
        >>> import tempfile, pathlib
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     [file] = atlas.export(pathlib.Path(folder, "zones.parquet"))
        ...     file.name
        'zones.parquet'
        """
        where, chosen, single = destination(Path(path), formats)
        selection = parse_selection(
            on=on, known_by=known_by, layers=layers, zones=zones, bbox=bbox, reading=reading
        )
        content = content_of(self._built, selection, lang, excel=excel)
        if single:
            return write_file(content, where, chosen[0])
        return [where / name for name in write_folder(content, where, chosen)["files"]]

    def _is_beyond(self, day: date | None) -> bool:
        """Tell whether the record does not speak for a day, and warn where it does not."""
        first, last = self._record.atlas.days
        beyond = day is not None and not first <= day <= last
        if beyond:
            message = f"{day} is beyond the record, which speaks for {first} to {last}"
            warnings.warn(message, AtlasWarning, stacklevel=3)
        return beyond


def _names(given: Names) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def _files(given: str | Path | Iterable[str | Path]) -> tuple[str | Path, ...]:
    return (given,) if isinstance(given, str | Path) else tuple(given)


def _headings(mappings: Mapping[str, str | Path] | None) -> dict[str, Headings]:
    return {name: Headings.read(path) for name, path in (mappings or {}).items()}
