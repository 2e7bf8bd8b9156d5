"""Proving claims: each span and digest, against an invented article that stays outside."""

from __future__ import annotations

import hashlib
import json

import pytest

from layers.errors import TamasError
from layers.record.reader import read
from layers.record.verify import verify
from tests.support.atlases import tamas

ARTICLE = "قال الناطق: الجسر مفتوح. Two boats crossed on Monday. 🛶 A third turned back.\r\nEnd."
QUOTES = {
    "bridge-news-01": "الجسر مفتوح",
    "bridge-news-02": "Two boats crossed on Monday.",
    "bridge-news-03": "A third turned back.\r\n",
}
OTHER = "Another text altogether, of another day."


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def claim(key: str, quote: str) -> dict[str, object]:
    start = ARTICLE.index(quote)
    span = {"start": start, "end": start + len(quote), "quote_sha256": sha(quote)}
    both = {"en": "made up", "ar": "مصنوع"}
    return {
        "id": key, "kind": "statement", "where": span, "summary": both, "date": None,
        "date_basis": "none", "stated_on": None, "asserted_by": "council",
    }  # fmt: skip


@pytest.fixture
def record(seeds):
    """The second atlas with an article of three claims."""
    actor = next(iter(read(seeds).actors))
    claims = [{**claim(key, quote), "asserted_by": actor} for key, quote in QUOTES.items()]
    text = json.dumps({"source": "bridge-news", "claims": claims})
    (seeds / "claims" / "bridge-news.yaml").write_text(text)
    source = {
        "id": "bridge-news", "kind": "article", "publisher": {"en": "x", "ar": "س"},
        "published": {"date": None, "basis": "unknown"}, "language": "ar", "url": None,
        "sha256": sha(ARTICLE), "licence": "none",
        "reliability": {"source": "F", "information": "6"},
    }  # fmt: skip
    with (seeds / "sources.yaml").open("a") as file:
        file.write(f"\n- {json.dumps(source)}\n")
    return read(seeds)


@pytest.fixture
def articles(tmp_path):
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "000.txt").write_bytes(ARTICLE.encode())
    (folder / "001.txt").write_bytes(OTHER.encode())
    return folder


def test_every_claim_of_an_unchanged_article_stands(record, articles) -> None:
    proof = verify(record, articles)
    assert (proof.sources, proof.claims, proof.mismatches) == (1, 3, ())


def test_a_changed_byte_names_the_article_and_each_claim_that_it_breaks(record, articles) -> None:
    changed = ARTICLE.replace("Monday", "Mondax")
    (articles / "000.txt").write_bytes(changed.encode())
    found = verify(record, articles).mismatches
    assert [m.claim_id for m in found] == [None, "bridge-news-02"]
    assert "000.txt is the text, but changed" in str(found[0])
    assert "bridge-news-02: characters" in str(found[1])


def test_an_inserted_byte_breaks_every_claim_behind_it(record, articles) -> None:
    (articles / "000.txt").write_bytes(ARTICLE.replace("Two", "The two").encode())
    found = verify(record, articles).mismatches
    assert [m.claim_id for m in found] == [None, "bridge-news-02", "bridge-news-03"]


def test_a_missing_article_is_a_fault_of_its_source(record, articles) -> None:
    (articles / "000.txt").unlink()
    (found,) = verify(record, articles).mismatches
    assert found.source_id == "bridge-news"
    assert "missing" in found.message


@pytest.mark.parametrize("encoding", ["utf-16", "cp1256"])
def test_another_encoding_is_a_fault_and_no_traceback(record, articles, encoding) -> None:
    (articles / "000.txt").write_bytes(ARTICLE.encode(encoding, errors="replace"))
    (found,) = verify(record, articles).mismatches
    assert "re-encoded" in found.message


def test_translated_line_ends_are_seen(record, articles) -> None:
    (articles / "000.txt").write_bytes(ARTICLE.replace("\r\n", "\n").encode())
    assert [m.claim_id for m in verify(record, articles).mismatches] == [None, "bridge-news-03"]


def test_a_span_beyond_the_text_is_said(record, articles) -> None:
    (articles / "000.txt").write_bytes(ARTICLE[:60].encode())
    messages = " ".join(str(m) for m in verify(record, articles).mismatches)
    assert "the text at 60" in messages


def test_no_such_folder_is_one_plain_error(record, tmp_path) -> None:
    with pytest.raises(TamasError, match="no such folder"):
        verify(record, tmp_path / "none")


def test_the_command_fails_for_a_mismatch_and_names_it(record, articles) -> None:
    good = tamas("--seeds", record.root, "verify", "--articles", articles)
    assert (good.returncode, good.stdout) == (0, "3 claims of 1 source stand as recorded\n")
    (articles / "000.txt").write_bytes(ARTICLE.replace("Monday", "Mondax").encode())
    bad = tamas("--seeds", record.root, "verify", "--articles", articles, "--json")
    assert bad.returncode == 1
    assert "bridge-news-02" in {m["claim_id"] for m in json.loads(bad.stdout)["mismatches"]}
