"""The static site as files: complete, linked, strict, the same bytes, whole or not at all."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import struct
import subprocess
import sys
from pathlib import Path
from urllib.parse import urljoin

import bibtexparser
import feedparser
import numpy as np
import pytest
from PIL import Image

from layers.atomic import MANIFEST
from layers.build.assembly import build
from layers.errors import ExportError, QueryError
from layers.query.states import change_dates
from layers.record.reader import read
from layers.web.site import write_site
from layers.web.site.og_images import _SHARED, Cards, _draw, _reduced
from layers.web.site.site import Site
from tests.support.atlases import ATLASES, PATIENCE, SECOND, one_line, tamas
from tests.support.site_links import QUICK, Read, addresses, broken, files_of, read_page
from tests.web.test_hostile import hostile  # noqa: F401  # a fixture

BASE = "https://atlas.example/of/isles"
SCRIPTED = {"index.html", "ar/index.html"}


@pytest.fixture(scope="session")
def based_site(second, tmp_path_factory) -> Path:
    """The second atlas's site, built for an address."""
    folder = tmp_path_factory.mktemp("site") / "based"
    write_site(second, folder, base_url=f"{BASE}/", **QUICK)
    return folder


@pytest.fixture(params=["real", "second"])
def site(request) -> tuple[Path, object]:
    """Each atlas's site in turn, with its layers."""
    return (
        request.getfixturevalue(f"{request.param}_site"),
        request.getfixturevalue(request.param),
    )


def pages(folder: Path) -> dict[str, Read]:
    names = [name for name in files_of(folder) if name.endswith(".html")]
    return {name: read_page(folder / name) for name in names}


# --- what is there ---------------------------------------------------------------------------


def test_every_zone_and_every_day_of_change_has_a_page_in_both_languages(site):
    folder, layers = site
    names = set(files_of(folder))
    paths = [f"zones/{zone}" for zone in layers.record.zones]
    paths += [f"days/{day}" for day in change_dates(layers)]
    assert len(paths) > 12
    for path in paths:
        for lang in ("", "ar/"):
            assert {f"{lang}{path}{end}" for end in (".html", ".bib", ".csl.json")} <= names


def test_every_link_leads_to_a_file_and_every_fragment_to_a_place(site):
    folder, _ = site
    assert len(addresses(folder)) > 1000
    assert broken(folder) == []


def test_the_link_checker_sees_a_broken_link(second_site, tmp_path):
    copy = Path(shutil.copytree(second_site, tmp_path / "copy"))
    (copy / "zones" / "frost-strip.html").unlink()
    wrong = broken(copy)
    assert any(line.startswith("zones/index.html:") for line in wrong)
    assert any(line.startswith("days/") for line in wrong)


def test_links_are_relative_unless_they_lead_to_a_source(site):
    folder, layers = site
    outside = {source.url for source in layers.record.sources.values()}
    outside |= {source.archive_url for source in layers.record.sources.values()}
    whole = {href for _, href in addresses(folder) if re.match(r"[a-z]+:|//", href)}
    assert {href for href in whole if not href.startswith("data:image/svg+xml,")} <= outside


def test_a_text_page_has_no_script_no_inline_style_and_a_strict_policy(site):
    folder, _ = site
    for name, page in pages(folder).items():
        if name in SCRIPTED:
            continue
        assert page.scripts == 0, name
        assert page.events == [], name
        assert page.policy.startswith("default-src 'none'"), name
        assert "unsafe" not in page.policy
        assert "script-src" not in page.policy
        assert name == "404.html" or page.styled == []


def test_the_map_allows_its_own_scripts_and_no_other(site):
    folder, _ = site
    for name in SCRIPTED:
        page = read_page(folder / name)
        assert re.search(r"script-src 'self' '(sha256-[\w+/=]+)'", page.policy)
        assert "unsafe" not in page.policy


def test_every_page_names_its_language_direction_and_twin(site):
    folder, _ = site
    for name, page in pages(folder).items():
        if name == "404.html":
            continue
        lang = "ar" if name.startswith("ar/") else "en"
        assert (page.lang, page.dir) == (lang, "rtl" if lang == "ar" else "ltr")
        twin = page.twins["en" if lang == "ar" else "ar"]
        other = urljoin(name, twin)
        assert other == (name.removeprefix("ar/") if lang == "ar" else f"ar/{name}")
        assert page.doubles == [], name


def test_digits_are_western_and_months_levantine(real_site):
    text = read_page(real_site / "ar" / "days" / "2020-03-05.html").text
    assert "5 آذار 2020" in text
    for name, page in pages(real_site).items():
        assert not re.search("[٠-٩۰-۹]", page.text), name
        assert "مارس" not in page.text, name


def test_a_zone_page_shows_statuses_shape_dispute_and_sources(real_site, real):
    page = read_page(real_site / "zones" / "m4-security-corridor.html")
    zone = real.record.zones["m4-security-corridor"]
    for text in (
        zone.names["en"],
        zone.names["ar"],
        zone.summary["en"],
        zone.clause["en"],
        "Agreed on paper",
    ):
        assert text in page.text
    assert "Place in the text: paragraph 2" in page.text
    assert "Margin of the inputs: up to 1.5 km." in page.text
    assert "Inside in every reading" in page.text
    assert "How long is the patrol route?" in page.text
    assert "On the map:" in page.text
    links = [href for _, href in page.links]
    assert "../index.html#on=2020-03-05&lang=en&zone=m4-security-corridor" in links
    assert "../collections/m4-corridor/items.json" in links


def test_a_day_page_says_what_changed_and_leads_to_its_neighbours(real_site, real):
    page = read_page(real_site / "days" / "2020-03-15.html")
    days = list(change_dates(real))
    at = [str(day) for day in days].index("2020-03-15")
    assert "from agreed on paper to partly implemented" in page.text
    links = [href for _, href in page.links]
    assert f"{days[at - 1]}.html" in links
    assert f"{days[at + 1]}.html" in links
    assert "../index.html#on=2020-03-15&lang=en&compare=2020-03-14" in links


def test_a_page_of_a_day_tells_what_the_comparison_tells(second_site, second):
    from datetime import timedelta

    from layers.query.changes import diff

    for day in list(change_dates(second))[1:]:
        text = (second_site / "days" / f"{day}.html").read_text(encoding="utf-8")
        for name in ("appeared", "changed", "ended"):
            part = re.search(rf'aria-labelledby="{name}">.*?</section>', text, re.DOTALL)
            listed = re.findall(r'href="\.\./zones/([\w-]+)\.html"', part[0])
            found = diff(second, day - timedelta(days=1), day)
            assert listed == [one["zone_id"] for one in found if one["change"] == name], day


def test_disputes_unknowns_and_sources_are_listed_whole(site):
    folder, layers = site
    for name, items in (
        ("disputes.html", layers.record.disputes),
        ("unknowns.html", layers.record.unknowns),
        ("sources.html", layers.record.sources),
    ):
        assert set(items) <= read_page(folder / name).ids


def test_no_page_but_those_about_the_record_names_its_digest(site):
    folder, layers = site
    digest = layers.record.sha256[:12].encode()
    named = {name for name, body in files_of(folder).items() if digest in body}
    allowed = {"method.html", "data.html", "ar/method.html", "ar/data.html", MANIFEST}
    assert {name for name in named if not name.startswith(("map/", "data/"))} <= allowed


def test_the_manifest_lists_every_file_with_its_digest(second_site, second):
    manifest = json.loads((second_site / MANIFEST).read_bytes())
    files = {name: body for name, body in files_of(second_site).items() if name != MANIFEST}
    assert manifest["files"] == {
        name: {"bytes": len(body), "sha256": hashlib.sha256(body).hexdigest()}
        for name, body in files.items()
    }
    assert manifest["seeds_sha256"] == second.record.sha256


def test_a_site_is_checked_from_outside_by_its_sums(second_site):
    """As `sha256sum -c SHA256SUMS` does; the order is that of the names."""
    lines = (second_site / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    sums = {name: sha256 for sha256, name in (line.split("  ", 1) for line in lines)}
    assert list(sums) == sorted(sums)
    own = {MANIFEST, "SHA256SUMS"}
    assert sums == {
        name: hashlib.sha256(body).hexdigest()
        for name, body in files_of(second_site).items()
        if name not in own
    }


# --- for other programs ----------------------------------------------------------------------


def test_a_client_walks_the_static_json_from_the_landing_page_to_every_item(site):
    folder, layers = site

    def get(address: str):
        return json.loads((folder / address).read_bytes())

    def follow(address: str, rel: str) -> str:
        links = get(address)["links"]
        return urljoin(address, next(one["href"] for one in links if one["rel"] == rel))

    seen = 0
    listed = get(follow("index.json", "data"))["collections"]
    assert get(follow("index.json", "conformance"))["conformsTo"]
    assert [one["id"] for one in listed] == [
        *layers.record.layers,
        "places",
        "claims",
        "clauses",
        "tallies",
    ]
    for one in listed:
        own = next(link["href"] for link in one["links"] if link["rel"] == "self")
        about = get(own)
        assert about["id"] == one["id"]
        items = get(follow(own, "items"))
        assert items["numberReturned"] == len(items["features"]) == items["numberMatched"]
        seen += len(items["features"]) if one["id"] in layers.record.layers else 0
    assert seen == len(layers.rows)


def test_gdal_reads_the_items(second_site):
    path = second_site / "collections" / "eastern-calm" / "items.json"
    pyogrio = pytest.importorskip("pyogrio")
    info = pyogrio.read_info(path)
    assert info["driver"] == "GeoJSON"
    assert info["features"] == len(json.loads(path.read_bytes())["features"])
    assert "الهدوء الشرقي" in path.read_text(encoding="utf-8")


def test_the_feed_is_one_that_feedparser_reads_and_dates_only_the_edition(site):
    folder, layers = site
    for name, lang in (("corrections.atom", "en"), ("ar/corrections.atom", "ar")):
        feed = feedparser.parse((folder / name).read_bytes())
        assert not feed.bozo
        assert feed.version == "atom10"
        assert [entry.updated for entry in feed.entries] == [
            f"{layers.record.atlas.edition}T00:00:00Z"
        ]
        assert feed.feed.updated == feed.entries[0].updated
        assert layers.record.atlas.corrections.as_dict()[lang] in feed.entries[0].summary


def test_citations_are_ones_that_programs_read(site):
    folder, layers = site
    year = int(layers.record.atlas.edition[:4])
    found = sorted(folder.rglob("*.bib"))
    assert found
    for path in found:
        library = bibtexparser.parse_string(path.read_text(encoding="utf-8"))
        assert library.failed_blocks == []
        (entry,) = library.entries
        item = json.loads(path.with_suffix("").with_suffix(".csl.json").read_bytes())
        assert len(item) == 1
        assert {"id", "type", "title", "issued"} <= set(item[0])
        assert ("author" in item[0]) is (layers.record.atlas.publisher is not None)
        assert item[0]["issued"]["date-parts"][0][0] == year == int(entry["year"])
        assert item[0]["id"] == entry.key
        assert re.fullmatch(r"[0-9a-f]{12}", item[0]["version"])


def test_robots_may_fetch_all_and_are_told_why_there_is_no_sitemap(second_site):
    assert not (second_site / "sitemap.xml").exists()
    assert "--base-url" in (second_site / "robots.txt").read_text()


def test_with_an_address_there_are_a_sitemap_canonical_links_and_citations_with_it(based_site):
    from xml.etree import ElementTree

    root = ElementTree.fromstring((based_site / "sitemap.xml").read_bytes())
    listed = {found.text for found in root.findall(".//{*}loc")}
    names = {name for name in files_of(based_site) if name.endswith(".html")}
    assert listed == {f"{BASE}/{name}" for name in names - {"404.html"}}
    assert f"Sitemap: {BASE}/sitemap.xml" in (based_site / "robots.txt").read_text()
    page = (based_site / "ar" / "zones" / "frost-strip.html").read_text(encoding="utf-8")
    assert f'<link rel="canonical" href="{BASE}/ar/zones/frost-strip.html">' in page
    item = json.loads((based_site / "ar" / "zones" / "frost-strip.csl.json").read_bytes())
    assert item[0]["URL"] == f"{BASE}/ar/zones/frost-strip.html"
    assert f'href="{BASE}/index.html"' in (based_site / "404.html").read_text(encoding="utf-8")
    assert broken(based_site) == []


@pytest.mark.parametrize("address", ["atlas.example", "ftp://a.example", "https://a.example/?q=1"])
def test_an_address_that_is_none_is_refused(second, tmp_path, address):
    with pytest.raises(QueryError, match="base-url"):
        write_site(second, tmp_path / "site", base_url=address, **QUICK)
    assert not (tmp_path / "site").exists()


# --- cards -----------------------------------------------------------------------------------


def _blank(card) -> bytes:
    """Stand for a drawn card."""
    return card.title.encode()


def test_pages_name_cards_that_are_there(second, tmp_path, monkeypatch):
    monkeypatch.setattr("layers.web.site.og_images._draw", _blank)
    folder = tmp_path / "site"
    write_site(second, folder, formats=["geojson"])
    files = files_of(folder)
    named = set()
    for name, page in pages(folder).items():
        if name != "404.html":
            named.add(os.path.normpath(urljoin(name, page.metas["og:image"])))
            assert page.metas["og:title"]
    assert named == {name for name in files if name.endswith(".png")}
    assert (
        files["cards/ar/zones/frost-strip.png"].decode()
        == (second.record.zones["frost-strip"].names["ar"])
    )


def test_a_card_is_the_same_from_another_process(second, monkeypatch):
    cards = Cards(Site(second), wanted=True)
    cards._made = {path: cards._made[path] for path in list(cards._made)[1:3]}
    drawn = dict(cards.drawn(second))
    assert len(drawn) == 2
    monkeypatch.setitem(_SHARED, "layers", second)
    assert [_draw(card) for card in cards._made.values()] == list(drawn.values())
    for body in drawn.values():
        assert body.startswith(b"\x89PNG")
        assert struct.unpack(">II", body[16:24]) == (1200, 630)


def test_a_card_keeps_its_colours_when_it_gets_a_palette():
    # A gradient of more colours than a palette holds, and one line in a colour of its own.
    made = np.zeros((64, 256, 3), np.uint8)
    made[..., 0], made[..., 1] = np.arange(256), np.arange(64)[:, None] * 4
    made[10] = (92, 28, 138)
    out = io.BytesIO()
    Image.fromarray(made).save(out, "png")
    few = np.asarray(Image.open(io.BytesIO(_reduced(out.getvalue()))).convert("RGB"))
    assert np.abs(few.astype(int) - made).max() <= 24


# --- the same bytes --------------------------------------------------------------------------


def test_a_changed_summary_changes_the_pages_that_show_it_and_the_indexes(second_site, seeds):
    path = seeds / "claims" / "harbour-gazette.yaml"
    old = next(iter(build(read(seeds)).record.claims.values())).summary["en"]
    claims = [c for c in build(read(seeds)).record.claims.values() if c.id == "harbour-gazette-01"]
    old = claims[0].summary["en"]
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, "Told in other words."), encoding="utf-8")
    folder = seeds.parent / "other"
    write_site(build(read(seeds)), folder, **QUICK)
    before, after = files_of(second_site), files_of(folder)
    changed = {name for name in before.keys() & after.keys() if before[name] != after[name]}
    showing = {name for name in before if name.endswith(".html") and old in before[name].decode()}
    assert showing
    indexes = {"method.html", "data.html", "index.html", MANIFEST, "SHA256SUMS"}
    indexes |= {f"ar/{name}" for name in indexes}
    beside = {name.removesuffix(".html") + end for name in showing for end in (".bib", ".csl.json")}
    data = {name for name in changed if name.startswith(("data/", "collections/claims"))}
    assert changed - data <= showing | indexes | beside
    assert {"zones/drowned-oath.html"} <= changed
    assert not {name for name in changed if name.startswith("ar/zones")}


BUILD = """
import sys
from pathlib import Path
from layers.build.assembly import build
from layers.record.reader import read
from layers.web.site import write_site
write_site(
    build(read(Path(sys.argv[1]))), Path(sys.argv[2]), cards=False, formats=["geojson"]
)
"""


def test_two_builds_are_the_same_whatever_the_process(second_site, tmp_path):
    env = {"PYTHONHASHSEED": "4711", "TZ": "Pacific/Auckland", "LC_ALL": "tr_TR.UTF-8"}
    subprocess.run(
        [sys.executable, "-c", BUILD, SECOND, tmp_path / "again"],
        check=True, timeout=PATIENCE, env={**os.environ, **env},
    )  # fmt: skip
    assert files_of(tmp_path / "again") == files_of(second_site)


# --- whole or not at all ---------------------------------------------------------------------


def test_an_interrupted_export_leaves_the_old_one(second, second_site, tmp_path, monkeypatch):
    folder = Path(shutil.copytree(second_site, tmp_path / "site"))
    before = files_of(folder)

    def fail(*_args):
        raise KeyboardInterrupt

    monkeypatch.setattr("layers.web.site.write.robots", fail)
    with pytest.raises(KeyboardInterrupt):
        write_site(second, folder, **QUICK)
    assert files_of(folder) == before
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_an_earlier_site_is_replaced_whole(second, second_site, based_site, tmp_path):
    folder = Path(shutil.copytree(based_site, tmp_path / "site"))
    assert (folder / "sitemap.xml").exists()
    write_site(second, folder, **QUICK)
    assert files_of(folder) == files_of(second_site)


def test_a_folder_with_a_foreign_file_is_refused(second, second_site, tmp_path):
    folder = Path(shutil.copytree(second_site, tmp_path / "site"))
    (folder / "ar" / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(ExportError, match=r"ar/mine\.txt"):
        write_site(second, folder, **QUICK)
    assert (folder / "ar" / "mine.txt").read_text() == "mine"


def test_the_command_writes_the_site_and_counts(tmp_path):
    done = tamas("--seeds", ATLASES["second"], "export", "site", tmp_path / "site",
                 "--no-cards", "--json")  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    told = json.loads(done.stdout)
    names = files_of(tmp_path / "site")
    assert told["files"] == len(names)
    assert told["pages"] == sum(name.endswith(".html") for name in names)
    assert told["bytes"] == sum(map(len, names.values()))


def test_the_command_says_in_one_line_what_is_wrong(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    done = tamas("--seeds", SECOND, "export", "site", tmp_path, "--no-cards")
    assert done.returncode == 1
    one_line(done.stderr, says=["holds files but no build"])


# --- a hostile record ------------------------------------------------------------------------


def test_a_hostile_record_shows_as_text(hostile, second_site, tmp_path):
    folder = tmp_path / "site"
    write_site(build(read(hostile)), folder, **QUICK)
    plain = pages(second_site)
    for name, page in pages(folder).items():
        assert page.events == [], name
        assert page.scripts == plain[name].scripts, name
        assert not [href for _, href in page.links if re.match("javascript:|data:text", href)], name
        if name not in SCRIPTED:
            assert page.styled == plain[name].styled
    zone = read_page(folder / "zones" / "frost-strip.html")
    assert "<img src=x" in zone.text
    assert "{{ 7*7 }}" in zone.text
    assert broken(folder) == []
    for path in folder.rglob("*.bib"):
        library = bibtexparser.parse_string(path.read_text(encoding="utf-8"))
        assert (len(library.entries), library.failed_blocks) == (1, []), path
    assert not feedparser.parse((folder / "corrections.atom").read_bytes()).bozo
