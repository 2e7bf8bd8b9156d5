"""Turn columns as they were read into what is counted, and say why a row cannot be.

Numbers, days and codes come as any Arrow type: parsed ones, or text to be parsed. Nothing
here raises for a value: each row that cannot be used gets a reason.
"""

from __future__ import annotations

import datetime
import functools
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from layers.monitor.columns import Columns, kept_name
from layers.monitor.periods import EPOCH

if TYPE_CHECKING:
    import pyarrow as pa

REASONS = (
    "",
    "no longitude",
    "no latitude",
    "longitude is no number",
    "latitude is no number",
    "longitude is out of range",
    "latitude is out of range",
    "no date",
    "date is no day of the calendar",
    "last day is no day of the calendar",
    "last day is before the first",
    "no precision",
    "precision is no known code",
    "time precision is no known code",
    "a value is longer than 200 bytes",
)
_LONGEST = 200  # of a date, number, code or id; far more than any takes
MISSING = frozenset({"", "na", "n/a", "nan", "-nan", "null", "none", "-", "#n/a"})
_NUMBER = r"^\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?\s*$"
_ENDLESS = frozenset({"inf", "infinity"})
_ENGLISH = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTHS = {name: number for number, whole in enumerate(_ENGLISH, 1) for name in (whole, whole[:3])}
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ][0-9:.,]+(?:Z|[+-]\d\d:?\d\d)?)?\Z", re.ASCII)
_PLAIN = re.compile(r"(\d{4})(\d{2})(\d{2})\Z", re.ASCII)
_WORDS = re.compile(r"(\d{1,2})[ -]([A-Za-z]{3,9})\.?[ -](\d{4})\Z", re.ASCII)
# The first and last day that a date can be; Arrow reads and holds others too, as year 0.
_FIRST, _LAST = (day.toordinal() - EPOCH for day in (datetime.date.min, datetime.date.max))
_NO_DAY, _BAD_DAY = -(2**31), -(2**31) + 1
_NO_CODE, _BAD_CODE = 254, 255


def parse_events(
    raw: Mapping[str, pa.Array], columns: Columns
) -> tuple[pa.RecordBatch, NDArray[np.uint8]]:
    """Return the rows that can be counted, and for every row the number of its reason or 0."""
    import pyarrow as pa

    raw = dict(raw)
    size = len(raw[columns.lon])
    reason = np.zeros(size, np.uint8)

    def fault(rows: NDArray[np.bool_], text: str) -> None:
        if rows.any():
            reason[rows & (reason == 0)] = REASONS.index(text)

    for name, array in raw.items():
        raw[name], long = _shortened(array)
        if long is not None and name not in columns.kept:
            fault(long, "a value is longer than 200 bytes")
    numbers = {}
    for name, column, limit in (
        ("longitude", columns.lon, 180.0),
        ("latitude", columns.lat, 90.0),
    ):
        value, missing = parse_numbers(raw[column])
        numbers[name] = value
        if size and value.min() >= -limit and value.max() <= limit:
            continue  # which NaN is not: one look for what is nearly always so
        fault(np.isnan(value) if missing is None else missing, f"no {name}")
        fault(np.isnan(value), f"{name} is no number")
        fault(~(np.abs(value) <= limit), f"{name} is out of range")
    day = _days(raw[columns.date])
    if size and day.min() <= _BAD_DAY:
        fault(day == _NO_DAY, "no date")
        fault(day == _BAD_DAY, "date is no day of the calendar")
    data: dict[str, Any] = {"lon": numbers["longitude"], "lat": numbers["latitude"], "day": day}
    spans = _spans(raw, columns, day, fault)
    if spans is not None:
        data["first"], data["last"] = spans
    if columns.precision is not None:
        accuracy = _accuracy_levels(raw[columns.precision], columns)
        fault(accuracy == _NO_CODE, "no precision")
        fault(accuracy == _BAD_CODE, "precision is no known code")
        if accuracy.any():
            data["accuracy"] = accuracy
    if columns.id is not None:
        data["id"] = raw[columns.id]
    data |= {kept_name(name): raw[name] for name in columns.kept}
    if columns.date in columns.kept:
        data["written"] = raw[columns.date]  # the day with its hour
    whole = not reason.any()
    good = None if whole else pa.array(np.flatnonzero(reason == 0))
    arrays = {}
    for name, values in data.items():
        array = values if isinstance(values, pa.Array) else pa.array(values)
        array = array if whole else array.take(good)
        arrays[name] = array.view(pa.date32()) if name in ("day", "first", "last") else array
    return pa.record_batch(arrays), reason


_Fault = Callable[[NDArray[np.bool_], str], None]


def _spans(
    raw: Mapping[str, pa.Array], columns: Columns, day: NDArray[np.int32], fault: _Fault
) -> tuple[NDArray[np.int32], NDArray[np.int32]] | None:
    """Return the first and last possible day of every event, None where all are one day."""
    first, last = day, day
    if columns.last is not None:
        last = _days(raw[columns.last])
        fault(last == _BAD_DAY, "last day is no day of the calendar")
        last = np.where(last == _NO_DAY, day, last)
        fault(last < day, "last day is before the first")
    if columns.time_precision is not None:
        codes = {code: number for number, code in enumerate(columns.slack_days)}
        found = _coded(raw[columns.time_precision], lambda text: codes.get(text, _BAD_CODE))
        fault(found >= _NO_CODE, "time precision is no known code")
        slack = np.array([*columns.slack_days.values(), 0], np.int32)
        slack = slack[np.minimum(found, len(slack) - 1)]
        if slack.any():
            first, last = first - slack, last + slack
    if first is day and np.array_equal(last, day):
        return None
    return first, last


def _accuracy_levels(array: pa.Array, columns: Columns) -> NDArray[np.uint8]:
    """Return positions in ``columns.positional_accuracy_m``, `_NO_CODE` or `_BAD_CODE`."""
    accuracies = columns.positional_accuracy_m
    codes = columns.code_accuracy_m

    def position(text: str) -> int:
        if codes is not None:
            return accuracies.index(codes[text]) if text in codes else _BAD_CODE
        try:
            metres = float(text)
        except ValueError:
            return _BAD_CODE
        if not 0 <= metres <= accuracies[-1]:
            return _BAD_CODE
        return next(number for number, accuracy in enumerate(accuracies) if metres <= accuracy)

    return _coded(array, position)


def _coded(array: pa.Array, position: Callable[[str], int]) -> NDArray[np.uint8]:
    """Return a number for every value, worked out once for each different one."""
    different, place = _different(array)
    numbers = [
        _NO_CODE if text.casefold() in MISSING else position(_whole(text))
        for text in map(_text, different)
    ]
    coded: NDArray[np.uint8] = np.array([*numbers, _NO_CODE], np.uint8)[place]
    return coded


def _whole(text: str) -> str:
    return text.removesuffix(".0")


def _days(array: pa.Array) -> NDArray[np.int32]:
    """Return days as whole numbers, `_NO_DAY` or `_BAD_DAY`."""
    import pyarrow as pa

    if pa.types.is_temporal(array.type):
        if pa.types.is_date(array.type) or pa.types.is_timestamp(array.type):
            whole = array.cast(pa.date32(), safe=False).view(pa.int32())
            days = _filled(whole, _NO_DAY).astype(np.int32, copy=False)
            if len(days) and (days.min() < _FIRST or days.max() > _LAST):
                off = (days != _NO_DAY) & ((days < _FIRST) | (days > _LAST))
                days = np.where(off, np.int32(_BAD_DAY), days)
            return days
        return np.full(len(array), _BAD_DAY, np.int32)
    different, place = _different(array)
    found = [_day_in(one) if isinstance(one, bytes) else day_of(_text(one)) for one in different]
    named: NDArray[np.int32] = np.array([*found, _NO_DAY], np.int32)[place]
    return named


@functools.lru_cache(maxsize=1 << 16)
def _day_in(raw: bytes) -> int:
    return day_of(_text(raw))


@functools.lru_cache(maxsize=1 << 16)
def day_of(text: str) -> int:
    """Return the day that a text names: 2020-03-05 (with a time too), 20200305, 5 March 2020.

    Days written with numbers in another order are not guessed at.
    """
    text = text.strip()
    if text.casefold() in MISSING:
        return _NO_DAY
    match = _ISO.match(text) or _PLAIN.match(_whole(text))
    if match:
        year, month, day = map(int, match.groups())
    elif (match := _WORDS.match(text)) and match[2].casefold() in _MONTHS:
        day, month, year = int(match[1]), _MONTHS[match[2].casefold()], int(match[3])
    else:
        return _BAD_DAY
    try:
        return datetime.date(year, month, day).toordinal() - EPOCH
    except ValueError:
        return _BAD_DAY


def parse_numbers(array: pa.Array) -> tuple[NDArray[np.float64], NDArray[np.bool_] | None]:
    """Return numbers, NaN where there is none, and where the value is missing (None: where NaN)."""
    import pyarrow as pa

    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if pa.types.is_decimal(array.type) or pa.types.is_integer(array.type):
        array = array.cast(pa.float64(), safe=False)
    if pa.types.is_floating(array.type):
        # A NaN that was written down is no better than an empty field.
        return _filled(array.cast(pa.float64()), np.nan), None
    if not is_text(array.type):
        return np.full(len(array), np.nan), np.asarray(array.is_null())
    import pyarrow.compute as pc  # slow to load, and only text needs it

    sound = pc.fill_null(pc.match_substring_regex(array, _NUMBER), False)
    value = np.full(len(array), np.nan)
    rows = np.flatnonzero(np.asarray(sound))
    texts = pc.utf8_trim_whitespace(array.take(pa.array(rows)).cast(pa.string()))
    texts = pc.utf8_ltrim(texts, characters="+")
    value[rows] = np.asarray(texts.cast(pa.float64()))
    missing = np.asarray(array.is_null())
    for row in np.flatnonzero(np.isnan(value) & ~missing).tolist():
        text = _text(array[row].as_py()).casefold()
        missing[row] = text in MISSING
        if text.lstrip("+-") in _ENDLESS:  # as pyarrow reads it, so that both ways say the same
            value[row] = np.inf
    return value, missing


def _different(array: pa.Array) -> tuple[list[Any], NDArray[np.integer]]:
    """Return the different values, and for every row which it has, the last for none."""
    import pyarrow as pa

    if not pa.types.is_dictionary(array.type):
        array = array.dictionary_encode()
    different = array.dictionary.to_pylist()
    return different, _filled(array.indices, len(different)).astype(np.int64)


def _shortened(array: pa.Array) -> tuple[pa.Array, NDArray[np.bool_] | None]:
    """Return values without those that are too long, and which rows those are, None for none."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_dictionary(array.type):
        values, long = _shortened(array.dictionary)
        if long is None:
            return array, None
        rows = np.append(long, False)[_filled(array.indices, len(long))]
        return pa.DictionaryArray.from_arrays(array.indices, values), rows
    if not is_text(array.type):
        return array, None
    lengths = pc.binary_length(array)
    if (pc.max(lengths).as_py() or 0) <= _LONGEST:
        return array, None
    long = pc.fill_null(pc.greater(lengths, _LONGEST), False)
    none = pa.scalar(None, array.type)
    return pc.if_else(long, none, array), long.to_numpy(zero_copy_only=False)


def shown_value(array: pa.Array, row: int) -> str:
    """Return a value of a row that could not be read, as it is shown; a long one not whole."""
    import pyarrow as pa

    value = array[row]
    value = value.value if isinstance(value, pa.DictionaryScalar) else value
    if value.is_valid and is_text(value.type) and len(value.as_buffer()) > _LONGEST:
        return f"{value.as_buffer()[:_LONGEST].to_pybytes()!r}..."
    return repr(value.as_py())


def _text(value: Any) -> str:
    return (value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)).strip()


def _filled(array: pa.Array, value: float) -> NDArray[Any]:
    if array.null_count:
        array = array.fill_null(value)
    filled: NDArray[Any] = array.to_numpy(zero_copy_only=False)
    return filled


def is_text(kind: pa.DataType) -> bool:
    """Tell whether a column holds texts, or bytes that may be some."""
    import pyarrow as pa

    return any(
        test(kind)
        for test in (
            pa.types.is_string,
            pa.types.is_large_string,
            pa.types.is_binary,
            pa.types.is_large_binary,
        )
    )
