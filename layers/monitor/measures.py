"""What each event of a batch adds: to which group, on which day of a report, and how much.

Numbers are added as whole thousandths, so that sums do not depend on the order of the events.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from layers.events.columns import kept_name
from layers.events.scalars import MISSING, plain
from layers.events.values import filled, is_text, parse_numbers
from layers.monitor.grid import Ints, places_of, unique_inverse
from layers.monitor.mapping import UNMAPPED
from layers.monitor.tabulation import Cutoff, Group, Tabulation, clock_in, spelt_in

NONE = "none"
"""The label of an event without a value in a column that nothing maps."""
SCALE = 1000
_LARGEST = 1e12  # so large a number is none: their sum would leave the whole numbers
_LONGEST = 200
_DAY_S = 86_400
_HOUR = re.compile(
    r"[T ](\d{1,2}):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?"
    r"\s*(?:(Z|UTC|GMT)|([+-])(\d\d)(?::?(\d\d))?)?\s*\Z",
    re.ASCII | re.IGNORECASE,
)
_HALF = re.compile(r"\s*([ap])\.?m\.?\Z", re.ASCII | re.IGNORECASE)
_NO_HOUR, _NO_OFFSET = -1, 10**6


@dataclass(frozen=True, slots=True)
class Notes:
    """What a table of counts does not show of the events that were read, as numbers of rows."""

    out_of_period: int = 0
    without_time: int = 0
    without_number: Counter[str] = field(default_factory=Counter)
    unmapped: Mapping[str, Counter[str]] = field(default_factory=dict)
    """For each mapped group, the words that no rule maps."""

    def __add__(self, other: Notes) -> Notes:
        none = Counter[str]()
        return Notes(
            self.out_of_period + other.out_of_period,
            self.without_time + other.without_time,
            self.without_number + other.without_number,
            {
                name: self.unmapped.get(name, none) + other.unmapped.get(name, none)
                for name in {**self.unmapped, **other.unmapped}
            },
        )


NOTHING = Notes()


@dataclass(frozen=True, slots=True)
class Measured:
    """The events of a batch that are counted, with the group of each and its numbers.

    ``numbers`` has one row a measure, in thousandths; None of either where none is asked for.
    """

    batch: pa.RecordBatch
    notes: Notes
    group: Ints | None = None
    labels: tuple[tuple[str, ...], ...] = ((),)
    numbers: Ints | None = None


def measure(batch: pa.RecordBatch, tabulation: Tabulation) -> Measured:
    """Return what the events of a batch add to a table."""
    untimed = None
    if tabulation.cutoff is not None:
        batch, untimed = _with_report_days(batch, tabulation.cutoff)
    day = _days(batch, "day")
    without_time = 0 if untimed is None else int((untimed & _noted(day, tabulation)).sum())
    counted = tabulation.counts_day(day)
    out = 0
    if counted is not None and not counted.all():
        out = len(counted) - int(counted.sum())
        batch = batch.filter(pa.array(counted))
    if tabulation.plain:
        return Measured(batch, Notes(out, without_time))
    header = [name.removeprefix(kept_name("")) for name in batch.schema.names]
    noted = _noted(_days(batch, "day"), tabulation)
    group, labels, unmapped = _groups(batch, header, tabulation.dimensions, noted)
    numbers, without_number = _numbers(batch, header, tabulation.measures)
    notes = Notes(out, without_time, without_number, unmapped)
    return Measured(batch, notes, group, labels, numbers)


def _noted(day: NDArray[np.int32], tabulation: Tabulation) -> NDArray[np.bool_]:
    """Tell which rows the notes are about."""
    if tabulation.noted is None:
        return np.ones(len(day), bool)
    first, after = tabulation.noted
    held: NDArray[np.bool_] = (day >= first) & (day < after)
    return held


# --- groups


def _groups(
    batch: pa.RecordBatch,
    header: Sequence[str],
    dimensions: Sequence[Group],
    noted: NDArray[np.bool_],
) -> tuple[Ints | None, tuple[tuple[str, ...], ...], dict[str, Counter[str]]]:
    """Return a number for the group of each event, the labels of each number, unmapped words."""
    if not dimensions:
        return None, ((),), {}
    code: Ints = np.zeros(batch.num_rows, np.int32)
    every: list[list[str]] = []
    unmapped: dict[str, Counter[str]] = {}
    for group in dimensions:
        column, mapping = group.column_in(header)
        words, place = _words(batch.column(kept_name(column)))
        if mapping is None:
            named = [word or NONE for word in words]
        else:
            named = [mapping.heading_of(column, word) for word in words]
            unmapped[group.name] = _unmapped(words, named, place[noted])
        labels = sorted(set(named))
        if (int(code.max(initial=0)) + 1) * len(labels) >= 1 << 31:
            code = code.astype(np.int64)
        code *= len(labels)
        code += places_of(named, labels).astype(code.dtype)[place]
        every.append(labels)
    used, which = unique_inverse(code)
    numbers = np.unravel_index(used, [len(labels) for labels in every])
    columns = [np.array(labels, object)[own] for labels, own in zip(every, numbers, strict=True)]
    return which, tuple(zip(*columns, strict=True)), unmapped


def _words(array: Any) -> tuple[list[str], Ints]:
    """Return the different words of a column, "" for none, and which of them each row has."""
    if not pa.types.is_dictionary(array.type):
        array = array.dictionary_encode()
    words = [_word(value) for value in array.dictionary.to_pylist()]
    return [*words, ""], filled(array.indices, len(words))


def _word(value: Any) -> str:
    if value is None:
        return ""
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    text = text.strip().removesuffix(".0") if isinstance(value, float) else text.strip()
    return "" if text.casefold() in MISSING else text[:_LONGEST]


def _unmapped(words: Sequence[str], named: Sequence[str], place: Ints) -> Counter[str]:
    often = np.bincount(place, minlength=len(words)).tolist()
    found: Counter[str] = Counter()
    for word, heading, number in zip(words, named, often, strict=True):
        if heading == UNMAPPED and number:
            found[word] += number
    return found


# --- numbers


def _numbers(
    batch: pa.RecordBatch, header: Sequence[str], measures: Sequence[str]
) -> tuple[Ints | None, Counter[str]]:
    """Return the numbers of each measure in thousandths, and how many rows have none."""
    columns, without = [], Counter[str]()
    for name in measures:
        number = _number(batch.column(kept_name(str(spelt_in(header, name)))))
        none = ~(np.abs(number) <= _LARGEST)
        columns.append(np.where(none, 0, np.rint(number * SCALE)).astype(np.int64))
        without[name] = int(none.sum())
    return np.stack(columns) if columns else None, without


def _number(array: Any) -> NDArray[np.float64]:
    if not pa.types.is_dictionary(array.type):
        return parse_numbers(array)[0]
    values = np.append(parse_numbers(array.dictionary)[0], np.nan)
    found: NDArray[np.float64] = values[filled(array.indices, len(values) - 1)]
    return found


# --- days of a report


def _with_report_days(
    batch: pa.RecordBatch, cutoff: Cutoff
) -> tuple[pa.RecordBatch, NDArray[np.bool_]]:
    """Return events counted under the day of the report, and which have no hour.

    Where the day is written without one, it is that of a column of its own.
    """
    day = _days(batch, "day")
    second, offset = _hours(batch.column("written"))
    beside = clock_in([name.removeprefix(kept_name("")) for name in batch.schema.names])
    if beside is not None and kept_name(beside) in batch.schema.names:
        own, ahead = _hours(batch.column(kept_name(beside)), alone=True)
        bare = second == _NO_HOUR
        second, offset = np.where(bare, own, second), np.where(bare, ahead, offset)
    timed = second != _NO_HOUR
    report = day.astype(np.int64)
    report[timed] = _report_days(day[timed], second[timed], offset[timed], cutoff)
    columns = {name: batch.column(name) for name in batch.schema.names}
    # Which zone held an event goes by the calendar.
    columns.setdefault("first", columns["day"])
    columns.setdefault("last", columns["day"])
    columns["day"] = pa.array(report.astype(np.int32)).view(pa.date32())
    return pa.record_batch(columns), ~timed


def _report_days(day: Ints, second: Ints, offset: Ints, cutoff: Cutoff) -> Ints:
    """Return the day of the report of events by the day and second on the clock of each."""
    clock = day.astype(np.int64) * _DAY_S + second
    if cutoff.offset_s is None and (offset == _NO_OFFSET).all():
        local: Ints = clock
    else:
        utc = clock - offset
        own = np.flatnonzero(offset == _NO_OFFSET)
        if len(own) and cutoff.zone is None:  # then such times are on the clock of the hour
            utc[own] = clock[own] - (cutoff.offset_s or 0)
        elif len(own):
            utc[own] = _seconds(_instants(clock[own]).tz_localize(
                str(cutoff.zone), ambiguous=np.ones(len(own), bool), nonexistent="shift_forward"
            ).tz_convert("UTC").tz_localize(None))  # fmt: skip
        if cutoff.offset_s is not None:
            local = utc + cutoff.offset_s
        else:
            zoned = _instants(utc).tz_localize("UTC").tz_convert(str(cutoff.zone))
            local = _seconds(zoned.tz_localize(None))
    found: Ints = local // _DAY_S + (local % _DAY_S > cutoff.second)
    return found


def _instants(seconds: Ints) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(seconds.astype("datetime64[s]"))


def _seconds(instants: pd.DatetimeIndex) -> Ints:
    return np.asarray(instants.values.astype("datetime64[s]").astype(np.int64))


def _hours(array: Any, *, alone: bool = False) -> tuple[Ints, Ints]:
    """Return the second of the day of every event, and what its clock is ahead of UTC.

    ``alone`` says that no day stands before the hour.
    """
    nothing = np.full(len(array), _NO_OFFSET, np.int64)
    if pa.types.is_date(array.type):
        return np.full(len(array), _NO_HOUR, np.int64), nothing
    if pa.types.is_timestamp(array.type):
        local = pc.local_timestamp(array) if array.type.tz else array
        clock = local.cast(pa.timestamp("s"), safe=False).cast(pa.int64()).to_numpy()
        if not array.type.tz:
            return clock % _DAY_S, nothing
        utc = array.cast(pa.timestamp("s", array.type.tz), safe=False).cast(pa.int64()).to_numpy()
        return clock % _DAY_S, clock - utc
    if not pa.types.is_dictionary(array.type):
        array = array.dictionary_encode()
    clocks = _clocks(array.dictionary).dictionary_encode()
    read = _hour_alone if alone else _hour
    hours = np.array([read(value) for value in clocks.dictionary.to_pylist()], np.int64)
    again = filled(clocks.indices, len(hours))
    hours = np.append(hours.reshape(-1, 2), [[_NO_HOUR, _NO_OFFSET]], axis=0)[again]
    hours = np.append(hours, [[_NO_HOUR, _NO_OFFSET]], axis=0)  # of an empty cell
    second, offset = hours[filled(array.indices, len(hours) - 1)].T
    return second, offset


def _clocks(texts: Any) -> Any:
    """Return what follows the day in 2020-03-05T23:59+03:00, which leaves few that differ."""
    if not is_text(texts.type):
        return texts
    try:
        texts = texts.cast(pa.string())
    except pa.ArrowInvalid:  # no UTF-8: each is read as it is
        return texts
    dated = pc.match_substring_regex(texts, "^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]")
    return pc.if_else(dated, pc.utf8_slice_codeunits(texts, 10), texts)


@functools.lru_cache(maxsize=1 << 16)
def _hour(value: Any) -> tuple[int, int]:
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    match = _HOUR.search(text)
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        return _NO_HOUR, _NO_OFFSET
    second = (int(match[1]) * 60 + int(match[2])) * 60 + int(match[3] or 0)
    if match[4]:
        return second, 0
    if match[5]:
        ahead = (int(match[6]) * 60 + int(match[7] or 0)) * 60
        return second, -ahead if match[5] == "-" else ahead
    return second, _NO_OFFSET


def _hour_alone(value: Any) -> tuple[int, int]:
    """Return the hour of a cell that holds nothing else, as 8:05, 20:05:00 or 8:05 PM."""
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    text = plain(text).strip()
    half = _HALF.search(text)
    second, ahead = _hour(" " + (text[: half.start()] if half else text))
    if half is None or second == _NO_HOUR:
        return second, ahead
    if not 1 <= second // 3600 <= 12:
        return _NO_HOUR, _NO_OFFSET
    return second % (12 * 3600) + 12 * 3600 * (half[1].casefold() == "p"), ahead


def _days(batch: pa.RecordBatch, name: str) -> NDArray[np.int32]:
    days: NDArray[np.int32] = batch.column(name).view("int32").to_numpy(zero_copy_only=False)
    return days
