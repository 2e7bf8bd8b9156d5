"""Fonts that an atlas brings, in a script that the program has no letters for."""

from __future__ import annotations

import base64
import io
import shutil
import subprocess
from pathlib import Path

import matplotlib as mpl
import pytest
import yaml
from fastapi.testclient import TestClient
from fontTools.ttLib import TTFont

from api.app import create_app
from layers.build.assembly import build
from layers.printing import print_map
from layers.query.selection import Selection
from layers.record.reader import read
from layers.settings import Settings
from layers.web.page.data import page_data
from layers.web.page.letters import faces, missing_letters
from layers.web.site import write_site
from tests.support.atlases import faults_of
from tests.support.languages import atlas_in
from tests.support.site_links import QUICK

GEORGIAN = {chr(code) for code in range(0x10D0, 0x10F1)}
DEJAVU = Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
FONT = {"file": "fonts/Letters.ttf", "licence": "Bitstream-Vera"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """The second atlas in a language that is written in Georgian letters, with a font for them."""
    seeds = atlas_in(["ka"], tmp_path_factory.mktemp("georgian"), fonts=[FONT])
    title = "".join(sorted(GEORGIAN))
    text = (seeds / "atlas.yaml").read_text(encoding="utf-8")
    data = yaml.safe_load(text) | {"title": {"ka": title}}
    (seeds / "atlas.yaml").write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    (seeds / "fonts").mkdir()
    shutil.copy(DEJAVU, seeds / "fonts" / "Letters.ttf")
    return seeds


@pytest.fixture(scope="module")
def built(folder):
    return build(read(folder))


def letters_of(font: bytes) -> set[str]:
    return {chr(code) for code in TTFont(io.BytesIO(font)).getBestCmap()}


def test_a_page_carries_of_a_font_the_letters_that_its_texts_need(built, second):
    (font,) = page_data(built)["fonts"]
    body = base64.b64decode(font["data"])
    assert letters_of(body) - {" ", "\u200c", "\u200d", "\u25cc"} == GEORGIAN
    assert font["ranges"] == "U+10D0-10F0"
    assert len(body) < 20_000 < DEJAVU.stat().st_size
    assert faces(built.record)[0].asset.body == body
    assert "fonts" not in page_data(second)


def test_site_and_service_bring_the_letters_beside_their_pages(built, folder, tmp_path):
    write_site(built, tmp_path / "site", **QUICK)
    (font,) = (tmp_path / "site" / "assets").glob("atlas-*.ttf")
    (style,) = (tmp_path / "site" / "assets").glob("site-*.css")
    assert f"url({font.name})" in style.read_text(encoding="utf-8")
    client = TestClient(create_app(Settings(seeds=folder, access_log=False)))
    page = client.get("/api?f=html").text
    address = page.partition('rel="stylesheet" href="')[2].partition('"')[0]
    assert f"url({font.name})" in client.get(address).text
    served = client.get(f"{address.rpartition('/')[0]}/{font.name}")
    assert (served.content, served.headers["content-type"]) == (font.read_bytes(), "font/ttf")


def test_a_print_is_set_in_the_letters_of_the_atlas(built, tmp_path):
    one, other = (
        print_map(built, Selection(), format="pdf", lang="ka", size="1200x675").body
        for _ in range(2)
    )
    assert one == other
    (tmp_path / "map.pdf").write_bytes(one)
    listed = subprocess.run(
        ["pdffonts", tmp_path / "map.pdf"], capture_output=True, text=True, check=True
    ).stdout
    assert "AtlasLetters" in listed


def test_check_names_the_letters_that_no_font_has(folder, tmp_path, built, real):
    assert list(missing_letters(built.record)) == list(missing_letters(real.record)) == []
    bare = Path(shutil.copytree(folder, tmp_path / "bare"))
    text = (bare / "atlas.yaml").read_text(encoding="utf-8")
    data = {key: value for key, value in yaml.safe_load(text).items() if key != "fonts"}
    (bare / "atlas.yaml").write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    (hint,) = missing_letters(read(bare))
    assert (hint.path, hint.record) == ("atlas.yaml", "ostrel-2003-2009")
    assert "title.ka: no font has 33 letters of ka: ა ბ გ" in hint.message
    assert "'fonts' in atlas.yaml" in hint.message


@pytest.mark.parametrize(
    ("file", "body"),
    [("fonts/no.ttf", b"no font"), ("../out.ttf", None), ("/etc/hostname", None)],
)
def test_what_is_no_font_of_the_folder_is_a_fault(folder, tmp_path, file, body):
    seeds = Path(shutil.copytree(folder, tmp_path / "seeds"))
    if body:
        (seeds / file).write_bytes(body)
    text = (seeds / "atlas.yaml").read_text(encoding="utf-8").replace("fonts/Letters.ttf", file)
    (seeds / "atlas.yaml").write_text(text, encoding="utf-8")
    (fault,) = faults_of(seeds)
    assert (fault.field, "no font of the seeds folder" in fault.message) == ("fonts[1].file", True)
