"""Turn columns as they were read into what is counted, and say why a row cannot be.

Numbers, days and codes come as any Arrow type: parsed ones, or text to be parsed. Nothing
here raises for a value: each row that cannot be used gets a reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from layers.events.columns import Columns, kept_name
from layers.events.scalars import (
    AMBIGUOUS_DAY,
    BAD_DAY,
    FIRST_DAY,
    LAST_DAY,
    MISSING,
    NO_DAY,
    NUMBER,
    day_of,
    number_of,
    plain,
)

_AMBIGUOUS = "date may be read day or month first: say --dates dmy or mdy"
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
    _AMBIGUOUS,
    "last day is no day of the calendar",
    "last day is before the first",
    "a value is longer than 200 bytes",
)
_LIMITS = {"longitude": 180.0, "latitude": 90.0}
# What a day of this form is followed by says nothing of the day.
_CLOCK = "[T ][0-9]{1,2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}(:?[0-9]{2})?)?"
_TIMED = f"^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}{_CLOCK}$"
_LONGEST = 200  # of a date, number, code or id; far more than any takes
UNKNOWN, NO_PLACE = 254, 255
"""In place of an accuracy: how precise a place is cannot be told, or there is no place."""


def parse_events(
    raw: Mapping[str, pa.Array], columns: Columns
) -> tuple[pa.RecordBatch, NDArray[np.uint8]]:
    """Return the rows that can be counted, and for every row the number of its reason or 0."""
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
    numbers: dict[str, NDArray[np.float64]] = {}
    none: dict[str, NDArray[np.bool_]] = {}
    for (name, limit), column in zip(_LIMITS.items(), (columns.lon, columns.lat), strict=True):
        value, missing = parse_numbers(raw[column])
        numbers[name] = value
        if not size or (value.min() >= -limit and value.max() <= limit):
            continue  # which NaN is not: one look for what is nearly always so
        none[name] = np.isnan(value) if missing is None else missing
    # An event of which no place was told is one all the same.
    placeless = none["longitude"] & none["latitude"] if len(none) == 2 else None
    for name, missing in none.items():
        value, limit = numbers[name], _LIMITS[name]
        if placeless is not None:
            value[placeless] = 0.0
            missing &= ~placeless
        fault(missing, f"no {name}")
        fault(np.isnan(value), f"{name} is no number")
        fault(~(np.abs(value) <= limit), f"{name} is out of range")
    day = _days(raw[columns.date], columns.day_order)
    if size and day.min() <= AMBIGUOUS_DAY:
        fault(day == NO_DAY, "no date")
        fault(day == BAD_DAY, "date is no day of the calendar")
        fault(day == AMBIGUOUS_DAY, _AMBIGUOUS)
    accuracy = _accuracy_levels(raw, columns, size)
    days = {"day": day, **_spans(raw, columns, day, fault, accuracy)}
    data: dict[str, Any] = {"lon": numbers["longitude"], "lat": numbers["latitude"]}
    data |= {name: pa.array(values).view(pa.date32()) for name, values in days.items()}
    if placeless is not None:
        accuracy[placeless] = NO_PLACE
    if accuracy.any():
        data["accuracy"] = accuracy
    if columns.id is not None:
        data["id"] = raw[columns.id]
    data |= {kept_name(name): raw[name] for name in columns.kept}
    if columns.date in columns.kept:
        data["written"] = raw[columns.date]  # the day with its hour
    events = pa.record_batch(data)
    return events.filter(pa.array(reason == 0)) if reason.any() else events, reason


_Fault = Callable[[NDArray[np.bool_], str], None]


def _spans(
    raw: Mapping[str, pa.Array],
    columns: Columns,
    day: NDArray[np.int32],
    fault: _Fault,
    accuracy: NDArray[np.uint8],
) -> dict[str, NDArray[np.int32]]:
    """Return the first and last possible day of every event, nothing where all are one day.

    Where the code for how well the day is known says nothing, ``accuracy`` becomes unknown.
    """
    first, last = day, day
    if columns.last is not None:
        last = _days(raw[columns.last], columns.day_order)
        fault(last == BAD_DAY, "last day is no day of the calendar")
        fault(last == AMBIGUOUS_DAY, _AMBIGUOUS)
        last = np.where(last == NO_DAY, day, last)
        fault(last < day, "last day is before the first")
    if columns.time_precision is not None:
        codes = {code: number for number, code in enumerate(columns.slack_days)}
        found = _coded(raw[columns.time_precision], lambda text: codes.get(text, UNKNOWN))
        accuracy[found == UNKNOWN] = UNKNOWN
        slack = np.array([*columns.slack_days.values(), 0], np.int32)
        slack = slack[np.minimum(found, len(slack) - 1)]
        if slack.any():
            first, last = first - slack, last + slack
    if first is day and np.array_equal(last, day):
        return {}
    return {"first": first, "last": last}


def _accuracy_levels(raw: Mapping[str, pa.Array], columns: Columns, size: int) -> NDArray[np.uint8]:
    """Return positions in ``columns.positional_accuracy_m``, or `UNKNOWN`."""
    if columns.precision is None:
        return np.full(size, UNKNOWN if columns.lacks_precision else 0, np.uint8)
    accuracies = columns.positional_accuracy_m
    codes = columns.code_accuracy_m

    def position(text: str) -> int:
        if codes is not None:
            return accuracies.index(codes[text]) if text in codes else UNKNOWN
        metres = number_of(text)
        if not 0 <= metres <= accuracies[-1]:
            return UNKNOWN
        if columns.may_be_codes and metres in range(1, 10):
            return UNKNOWN
        return next(number for number, accuracy in enumerate(accuracies) if metres <= accuracy)

    return _coded(raw[columns.precision], position)


def _coded(array: pa.Array, position: Callable[[str], int]) -> NDArray[np.uint8]:
    """Return a number for every value, worked out once for each different one."""
    different, place = _different(array)
    numbers = [
        UNKNOWN if text in MISSING else position(text)
        for text in (plain(_text(one)).casefold().removesuffix(".0") for one in different)
    ]
    coded: NDArray[np.uint8] = np.array([*numbers, UNKNOWN], np.uint8)[place]
    return coded


def _days(array: pa.Array, order: str | None) -> NDArray[np.int32]:
    """Return days as whole numbers, `NO_DAY`, `BAD_DAY` or `AMBIGUOUS_DAY`."""
    if pa.types.is_temporal(array.type):
        if pa.types.is_timestamp(array.type) and array.type.tz is not None:
            array = pc.local_timestamp(array)  # the day where it was written
        if pa.types.is_date(array.type) or pa.types.is_timestamp(array.type):
            whole = array.cast(pa.date32(), safe=False).view(pa.int32())
            days = filled(whole, NO_DAY).astype(np.int32, copy=False)
            if len(days) and (days.min() < FIRST_DAY or days.max() > LAST_DAY):
                off = (days != NO_DAY) & ((days < FIRST_DAY) | (days > LAST_DAY))
                days = np.where(off, np.int32(BAD_DAY), days)
            return days
        return np.full(len(array), BAD_DAY, np.int32)
    if not pa.types.is_dictionary(array.type):
        array = array.dictionary_encode()
    different, place = _different(_without_times(array.dictionary))
    found = [day_of(_text(one), order) for one in different]
    named: NDArray[np.int32] = np.array([*found, NO_DAY], np.int32)[place]
    which = filled(array.indices, len(named)).astype(np.int64)
    return np.append(named, np.int32(NO_DAY))[which]


def _without_times(array: pa.Array) -> pa.Array:
    """Return days with the time cut off after 2020-03-05, which leaves few that differ."""
    if not is_text(array.type):
        return array
    try:
        texts = array.cast(pa.string())
    except pa.ArrowInvalid:  # no UTF-8: each is read as it is
        return array
    timed = pc.match_substring_regex(texts, _TIMED)
    return pc.if_else(timed, pc.utf8_slice_codeunits(texts, 0, 10), texts)


def parse_numbers(array: pa.Array) -> tuple[NDArray[np.float64], NDArray[np.bool_] | None]:
    """Return numbers, NaN where there is none, and where the value is missing (None: where NaN)."""
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if pa.types.is_decimal(array.type) or pa.types.is_integer(array.type):
        array = array.cast(pa.float64(), safe=False)
    if pa.types.is_floating(array.type):
        # A NaN that was written down is no better than an empty field.
        return filled(array.cast(pa.float64()), np.nan).copy(), None
    if not is_text(array.type):
        return np.full(len(array), np.nan), np.asarray(array.is_null())
    sound = pc.fill_null(pc.match_substring_regex(array, NUMBER), False)
    value = np.full(len(array), np.nan)
    rows = np.flatnonzero(np.asarray(sound))
    texts = pc.utf8_trim_whitespace(array.take(pa.array(rows)).cast(pa.string()))
    value[rows] = np.asarray(pc.utf8_ltrim(texts, characters="+").cast(pa.float64()))
    missing = np.asarray(array.is_null())
    for row in np.flatnonzero(np.isnan(value) & ~missing).tolist():
        text = _text(array[row].as_py())
        missing[row] = text.casefold() in MISSING
        value[row] = number_of(text)
    return value, missing


def _different(array: pa.Array) -> tuple[list[Any], NDArray[np.integer]]:
    """Return the different values, and for every row which it has, the last for none."""
    if not pa.types.is_dictionary(array.type):
        array = array.dictionary_encode()
    different = array.dictionary.to_pylist()
    return different, filled(array.indices, len(different)).astype(np.int64)


def _shortened(array: pa.Array) -> tuple[pa.Array, NDArray[np.bool_] | None]:
    """Return values without those that are too long, and which rows those are, None for none."""
    if pa.types.is_dictionary(array.type):
        values, long = _shortened(array.dictionary)
        if long is None:
            return array, None
        rows = np.append(long, False)[filled(array.indices, len(long))]
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
    value = array[row]
    value = value.value if isinstance(value, pa.DictionaryScalar) else value
    if value.is_valid and is_text(value.type) and len(value.as_buffer()) > _LONGEST:
        return f"{value.as_buffer()[:_LONGEST].to_pybytes()!r}..."
    return repr(value.as_py())


def value_of(value: Any) -> Any:
    """Return a value of an Arrow column as a text or a number, None for none."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if value is None or isinstance(value, str | int | float):
        return None if isinstance(value, float) and np.isnan(value) else value
    return str(value)


def _text(value: Any) -> str:
    return (value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)).strip()


def filled(array: pa.Array, value: float) -> NDArray[Any]:
    """Return an Arrow array as one of numpy, ``value`` where it has none."""
    if array.null_count:
        array = array.fill_null(value)
    found: NDArray[Any] = array.to_numpy(zero_copy_only=False)
    return found


def is_text(kind: pa.DataType) -> bool:
    """Tell whether a column holds texts, or bytes that may be some."""
    return kind in (pa.string(), pa.large_string(), pa.binary(), pa.large_binary())
