"""A file of the record changes where its data change; every other byte stays."""

import pytest

from layers.record.strict_yaml import PlainError, load
from layers.record.table_edits import line_numbers, table_text, with_rows
from layers.record.yaml_edits import changed, written

TEXT = """\
# of the harbour
- id: one   # the first
  names: {en: One, ar: واحد}
  note:
    en: >-
      A long
      note.
    ar: ملاحظة
  where: null
  list:
    - {place: a, role: at}  # seen
    - {place: b, role: at}

- id: two
  names:
    en: "Two"
    ar: اثنان
"""


@pytest.mark.parametrize(
    ("path", "value", "gone", "come"),
    [
        ((0, "names", "en"), "One, again", "One,", "'One, again',"),
        ((0, "note", "en"), "Short: one", ">-\n      A long\n      note.", "'Short: one'"),
        ((0, "where"), {"start": 1}, "where: null", "where:\n    start: 1"),
        ((0, "list", 1, "role"), "2019", "b, role: at", "b, role: '2019'"),
        ((1, "names", "ar"), "null", "اثنان", "'null'"),
        ((1, "names", "ar"), "2020-03", "اثنان", "2020-03"),
        ((1, "names"), None, 'names:\n    en: "Two"\n    ar: اثنان', "names: null"),
        ((1, "list"), ["a", "b"], "ar: اثنان", "ar: اثنان\n  list: [a, b]"),
    ],
)
def test_a_value_changes_in_its_place(path, value, gone, come):
    data = load(TEXT)
    at = data
    for part in path[:-1]:
        at = at[part]
    at[path[-1]] = value
    assert TEXT.count(gone) == 1
    assert changed(TEXT, data) == TEXT.replace(gone, come)
    windows = TEXT.replace("\n", "\r\n")
    assert changed(windows, data) == changed(TEXT, data).replace("\n", "\r\n")


def test_records_and_fields_come_and_go():
    data = load(TEXT)
    del data[0]["note"]
    data[0]["list"].append({"place": "c", "role": "at"})
    data[1] = {"id": "two", "kind": "page", "names": data[1]["names"]}
    data.append({"id": "three", "list": [1, 2]})
    after = changed(TEXT, data)
    assert load(after) == data
    assert "  names: {en: One, ar: واحد}\n  where: null\n" in after
    assert "role: at}\n    - {place: c, role: at}\n\n- id: two\n  kind: page\n" in after
    assert after.endswith("    ar: اثنان\n\n- id: three\n  list: [1, 2]\n")


def test_a_comment_is_never_lost():
    data = load(TEXT)
    data[0]["list"] = data[0]["list"][:1]
    with pytest.raises(PlainError, match="line 11: a comment stands in what changes"):
        changed(TEXT, data)


@pytest.mark.parametrize("text", ["", "# none yet\n", "# none yet\n[]\n", "[]"])
def test_a_list_of_none_takes_its_first_record(text):
    after = changed(text, [{"id": "one", "names": {"en": "One"}}])
    head = "# none yet\n" if text.startswith("#") else ""
    assert after.rstrip("\n") == f"{head}- id: one\n  names:\n    en: One"


@pytest.mark.parametrize(
    "value", ["", "~", "null", "true", "1", "-1.5", ".inf", "a: b", "- a", "#"]
)
def test_what_is_written_is_read_as_it_was(value):
    assert load(written({"a": [value, {"b": value}], value: 1})) == {
        "a": [value, {"b": value}],
        value: 1,
    }


TABLE = 'id;note\na;"x"\n\nb;"y\nz"\nc;'


def test_rows_of_a_table_keep_their_bytes():
    table = table_text(TABLE, ["id", "note"])
    rows = [dict(row) for row, _ in table.rows]
    assert with_rows(table, rows) is table
    made = with_rows(table, [rows[1], {"id": "d", "note": "p;q"}, {**rows[2], "note": "r"}])
    assert str(made) == 'id;note\nb;"y\nz"\nd;"p;q"\nc;r\n'
    assert line_numbers(made) == [3, 4, 5]
