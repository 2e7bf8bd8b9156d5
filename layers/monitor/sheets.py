"""Tables as CSV that a spreadsheet opens: its texts are no formulas, and Excel sees the encoding.

Excel takes a CSV without a byte order mark for the code page of its Windows, in which Arabic is
noise. With the mark other programs stumble over the first name, so it is written where Excel is
asked for and nowhere else.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, TypeVar

from layers.characters import FORMULA, PLAIN_NUMBER

if TYPE_CHECKING:
    import pyarrow as pa

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
Rows = TypeVar("Rows", "pa.Table", "pa.RecordBatch")


def csv_bytes(rows: pa.Table, *, excel: bool = False) -> bytes:
    """Return a table as CSV: UTF-8, a header, numbers that were not asked empty."""
    import pyarrow.csv as pc

    sink = io.BytesIO(BYTE_ORDER_MARK if excel else b"")
    sink.seek(0, io.SEEK_END)
    options = pc.WriteOptions(quoting_style="needed", quoting_header="none")
    pc.write_csv(plain_texts(without_formulas(rows)), sink, options)
    return sink.getvalue()


def without_formulas(rows: Rows) -> Rows:
    """Return rows in which texts of somebody else that begin as formulas are quotations."""
    import pyarrow as pa

    columns = []
    for column in rows.columns:
        if pa.types.is_dictionary(column.type):
            parts = [
                pa.DictionaryArray.from_arrays(part.indices, _quoted(part.dictionary))
                for part in column.chunks
            ]
            column = pa.chunked_array(parts, column.type)
        elif pa.types.is_string(column.type):
            column = _quoted(column)
        columns.append(column)
    made: Rows = type(rows).from_arrays(columns, names=rows.schema.names)
    return made


def _quoted(texts: Any) -> Any:
    import pyarrow.compute as pc

    number = pc.match_substring_regex(texts, PLAIN_NUMBER)
    formula = pc.and_not(pc.match_substring_regex(texts, FORMULA), number)
    return pc.if_else(formula, pc.binary_join_element_wise("'", texts, ""), texts)


def plain_texts(rows: pa.Table) -> pa.Table:
    """Return a table whose dictionaries are written out."""
    import pyarrow as pa

    kinds = [
        field.with_type(field.type.value_type) if pa.types.is_dictionary(field.type) else field
        for field in rows.schema
    ]
    return rows.cast(pa.schema(kinds, rows.schema.metadata))
