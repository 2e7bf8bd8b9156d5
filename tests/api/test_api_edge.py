"""What every answer has: tags, formats, limits, headers, links behind a proxy, the log."""

from __future__ import annotations

import json
import logging
import re
import threading
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.responses import matches
from layers.settings import SettingError, Settings, read_settings
from tests.support.atlases import PATIENCE, SECOND

JSON_PATHS = [
    "/api",
    "/conformance",
    "/collections",
    "/collections/m4-corridor",
    "/collections/m4-corridor/queryables",
    "/collections/m4-corridor/items",
    "/at?lon=36.6&lat=35.8",
    "/diff?from=2020-03-04&to=2020-03-06",
    "/claims",
    "/sources",
    "/disputes",
    "/timeline",
    "/search?q=idlib",
    "/openapi.json",
]
PAGES = [
    "/api",
    "/conformance",
    "/collections",
    "/collections/tanf-triangle",
    "/collections/places",
    "/collections/tanf-triangle/queryables",
    "/collections/tanf-triangle/items",
    "/collections/claims/items",
    "/docs",
]


@pytest.mark.parametrize("path", JSON_PATHS)
def test_an_answer_seen_before_is_not_sent_again(client, path) -> None:
    first = client.get(path)
    again = client.get(path, headers={"if-none-match": f'W/"x", {first.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert "Accept-Encoding" in first.headers["vary"]
    plain = client.get(path, headers={"accept-encoding": "identity"})
    assert plain.content == first.content
    if "content-encoding" in first.headers:
        assert plain.headers["etag"] != first.headers["etag"]


def test_tags_differ_where_answers_do(client) -> None:
    path = "/collections/m4-corridor/items"
    tags = {
        client.get(path, params=query).headers["etag"]
        for query in ({}, {"limit": "2"}, {"offset": "2"}, {"lang": "ar"}, {"f": "jsonfg"},
                      {"f": "html"}, {"f": "html", "lang": "ar"}, {"reading": "inner"})
    }  # fmt: skip
    assert len(tags) == 8
    one = client.get(f"{path}?limit=2&offset=1").headers["etag"]
    assert one == client.get(f"{path}?offset=1&limit=2").headers["etag"]


def test_formats_follow_f_then_accept(client) -> None:
    path = "/collections/m4-corridor/items"
    for query, accept, kind in (
        ("", "*/*", "application/geo+json"),
        ("", "application/json", "application/geo+json"),
        ("", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("", "text/html;q=0.5, application/geo+json", "application/geo+json"),
        ("?f=json", "text/html", "application/geo+json"),
        ("?f=html", "application/json", "text/html"),
        ("", "text/csv", "text/csv"),
    ):
        answer = client.get(path + query, headers={"accept": accept})
        assert answer.headers["content-type"].startswith(kind), (query, accept)
    assert client.get(path, headers={"accept": "image/png"}).status_code == 406


def test_the_root_is_a_map_for_people_and_a_landing_page_for_programs(client) -> None:
    for accept in ("application/json", "*/*"):
        rels = {link["rel"] for link in client.get("/", headers={"accept": accept}).json()["links"]}
        assert {"self", "service-desc", "service-doc", "conformance", "data"} <= rels
    page = client.get("/", headers={"accept": "text/html"}).text
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
    data = json.loads(block[1])
    assert data["@type"] == "Dataset"
    assert data == client.get("/?f=jsonld").json()


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("lang", ["en", "ar"])
def test_pages_are_whole_without_a_script_or_an_outside_address(client, path, lang) -> None:
    answer = client.get(path, params={"f": "html", "lang": lang})
    text = answer.text
    assert f'<html lang="{lang}" dir="{"rtl" if lang == "ar" else "ltr"}">' in text
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert not re.search(r"<script(?! type=\"application/ld\+json\")", text)
    assert not re.search(r"\sstyle=|\son\w+=", text)
    for address in re.findall(r'(?:src|href|action)="([^"]+)"', text):
        assert address.startswith("http://testserver/"), address
    for address in re.findall(r'<link rel="stylesheet" href="([^"]+)"', text):
        sheet = client.get(address)
        assert sheet.status_code == 200
        for font in re.findall(r"url\(([^)]+)\)", sheet.text):
            assert client.get(f"/assets/{font}").status_code == 200


def test_every_link_of_the_pages_leads_somewhere(client) -> None:
    seen, todo = set(), ["http://testserver/api?f=html&lang=en"]
    while todo and len(seen) < 60:
        where = todo.pop().replace("&amp;", "&")
        if where in seen or "/try/" in where:
            continue
        seen.add(where)
        answer = client.get(where)
        assert answer.status_code == 200, where
        if answer.headers["content-type"].startswith("text/html") and "/docs" not in where:
            found = re.findall(r'<a [^>]*href="([^"]+)"', answer.text)
            todo += [href for href in found if "/items/" not in href or len(seen) % 7 == 0]
    assert len(seen) > 20


def test_a_form_with_empty_fields_asks_without_them(client) -> None:
    answer = client.get("/try/collections/m4-corridor/items?on=&reading=inner&f=html",
                        follow_redirects=False)  # fmt: skip
    assert answer.status_code == 303
    there = "http://testserver/collections/m4-corridor/items?reading=inner&f=html"
    assert answer.headers["location"] == there


def test_links_are_those_of_the_proxy_in_front() -> None:
    app = create_app(
        Settings(seeds=SECOND, access_log=False, public_url="https://news.example/atlas/")
    )
    body = TestClient(app).get("/collections/places/items?limit=1").json()
    ours = [link for link in body["links"] if link["rel"] != "profile"]
    assert all(link["href"].startswith("https://news.example/atlas/") for link in ours)
    under = TestClient(create_app(Settings(seeds=SECOND, access_log=False, root_path="/atlas")))
    for path in ("/collections/places/items?limit=1", "/atlas/collections/places/items?limit=1"):
        links = [one for one in under.get(path).json()["links"] if one["rel"] != "profile"]
        assert all(one["href"].startswith("http://testserver/atlas/coll") for one in links)


def test_a_host_that_is_none_gets_into_no_link(client) -> None:
    answer = client.get("/collections", headers={"host": 'x"><script>'})
    assert "<script" not in answer.text
    assert all(one["href"].startswith("http://localhost/") for one in answer.json()["links"])


def test_every_answer_has_an_id_and_the_headers_of_caution(client) -> None:
    for path in ("/", "/collections", "/nowhere", "/collections?x=1", "/health"):
        answer = client.get(path, headers={"x-request-id": "desk-7"})
        assert answer.headers["x-request-id"] == "desk-7"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
    answer = client.get("/health", headers={"x-request-id": "bad id\x7f"})
    assert re.fullmatch(r"[0-9a-f]{16}", answer.headers["x-request-id"])


def test_head_is_get_without_a_body_and_options_says_what_is_offered(client) -> None:
    for _ in range(2):
        answer = client.head("/collections")
        assert (answer.status_code, answer.content) == (200, b"")
        assert int(answer.headers["content-length"]) > 100
    answer = client.options("/collections")
    assert answer.status_code == 204
    assert "GET" in answer.headers["access-control-allow-methods"]


@pytest.mark.parametrize(
    ("path", "methods"),
    [("/at", {"GET", "HEAD", "POST", "OPTIONS"}), ("/collections", {"GET", "HEAD", "OPTIONS"})],
)
def test_the_methods_named_are_those_of_the_address(client, path, methods) -> None:
    for answer in (client.options(path), client.put(path)):
        assert set(answer.headers["allow"].split(", ")) == methods
    named = client.options(path).headers["access-control-allow-methods"]
    assert set(named.split(", ")) == methods


def test_options_of_an_address_without_a_resource_is_a_404(client) -> None:
    assert client.options("/nowhere").status_code == 404


def test_what_is_too_long_is_refused(client) -> None:
    assert client.get("/collections?" + "x" * 20_000).status_code == 414
    app = create_app(Settings(seeds=SECOND, access_log=False, max_body_bytes=100))
    small = TestClient(app)
    body = "lon,lat\n" + "36.6,35.8\n" * 50
    kind = {"content-type": "text/csv"}
    assert small.post("/at", content=body, headers=kind).status_code == 413
    parts = (part.encode() for part in body.splitlines(keepends=True))
    assert small.post("/at", content=parts, headers=kind).status_code == 413


def test_an_answer_that_takes_too_long_is_given_up(monkeypatch) -> None:
    app = create_app(Settings(seeds=SECOND, access_log=False, timeout_seconds=0.1))
    given_up = threading.Event()
    monkeypatch.setattr(
        "api.queries.query_point", lambda *args, **more: given_up.wait(PATIENCE) and []
    )
    with TestClient(app) as client:
        answer = client.get("/at?lon=36.6&lat=35.8")
        given_up.set()
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"


def test_what_nobody_foresaw_is_a_problem_with_an_id(monkeypatch, caplog) -> None:
    monkeypatch.setattr("api.queries.listing.sources", lambda record: 1 / 0)
    answer = TestClient(create_app(Settings(seeds=SECOND, access_log=False))).get("/sources")
    assert answer.status_code == 500
    assert answer.headers["x-request-id"] in answer.json()["detail"]
    assert "ZeroDivisionError" not in answer.text
    assert "ZeroDivisionError" in caplog.text


def test_the_access_log_is_one_json_line_a_request(caplog) -> None:
    client = TestClient(create_app(Settings(seeds=SECOND)))
    with caplog.at_level(logging.INFO, logger="tamas.access"):
        client.get("/collections?f=json", headers={"x-request-id": "seven"})
    line = json.loads(caplog.records[-1].getMessage())
    assert (line["id"], line["path"], line["query"]) == ("seven", "/collections", "f=json")
    assert (line["status"], line["method"]) == (200, "GET")
    assert line["bytes"] > 0


def test_the_log_sends_a_terminal_nothing_that_it_obeys(capsys) -> None:
    with TestClient(
        create_app(Settings(seeds=SECOND, access_log=True))
    ) as client:  # the log runs with its life
        assert client.get("/%C2%9B31m").status_code == 404
    err = capsys.readouterr().err
    assert "/\\u009b31m" in err
    assert "\x9b" not in err


def test_the_cache_is_bounded_and_forgets_the_least_used(caplog) -> None:
    most = 60_000
    client = TestClient(create_app(Settings(cache_bytes=most)))

    def is_cached(path: str) -> bool:
        with caplog.at_level(logging.INFO, logger="tamas.access"):
            client.get(path)
        return bool(json.loads(caplog.records[-1].getMessage())["kept"])

    often, once = "/search?q=idlib&limit=1", "/search?q=idlib&limit=2"
    assert not is_cached(often)
    assert not is_cached(once)
    for number in range(60):
        assert not is_cached(f"/search?q=idlib&limit={number + 3}")
        assert is_cached(often)
        assert client.get("/health").json()["kept"]["bytes"] <= most
    assert not is_cached(once)
    large = "/collections/claims/items?limit=100"
    assert len(client.get(large).content) > most // 4
    assert not is_cached(large)


def test_tags_are_compared_whole() -> None:
    assert matches('"abc"', '"x", W/"abc"')
    assert matches('"abc"', "*")
    assert not matches('"abc"', '"abcd", "ab"')


def test_settings_come_from_the_environment_and_say_what_is_wrong(monkeypatch) -> None:
    monkeypatch.setenv("TAMAS_MAX_LIMIT", "7")
    monkeypatch.setenv("TAMAS_ACCESS_LOG", "no")
    monkeypatch.setenv("TAMAS_ROOT_PATH", "")
    found = read_settings(cache_seconds=5)
    assert (found.max_limit, found.access_log, found.root_path, found.cache_seconds) == (
        7, False, "", 5,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text"),
    [("MAX_LIMIT", "0"), ("MAX_LIMIT", "many"), ("ACCESS_LOG", "maybe"),
     ("TIMEOUT_SECONDS", "nan"), ("CACHE_BYTES", "-1")],
)  # fmt: skip
def test_a_setting_that_cannot_be_understood_is_named(monkeypatch, name, text) -> None:
    monkeypatch.setenv(f"TAMAS_{name}", text)
    with pytest.raises(SettingError, match=f"^TAMAS_{name}: '{text}': "):
        read_settings()


def test_the_command_prints_every_setting() -> None:
    from tests.support.atlases import tamas

    shown = tamas("serve", "--print-settings", env={"TAMAS_MAX_POINTS": "77"}).stdout
    for name, _, _, _ in Settings().described():
        assert f"{name}=" in shown
    assert "TAMAS_MAX_POINTS=77" in shown


def test_the_documentation_names_every_setting_with_its_default() -> None:
    text = (Path(__file__).parent.parent.parent / "api" / "README.md").read_text(encoding="utf-8")
    for name, _, default, says in Settings().described():
        assert f"| `{name}` | " in text
        assert says in text
        if name != "TAMAS_SEEDS":
            assert f"| `{name}` | {default or '–'} | {says} |" in text


@pytest.mark.parametrize(
    ("lang", "days", "kind"),
    [
        ("en", "2020-03-05 – 2024-11-27", "agreement"),
        ("ar", "من \u20682020-03-05\u2069 إلى \u20682024-11-27\u2069", "اتفاق"),
    ],
)
def test_pages_write_days_and_kinds_in_the_words_of_their_language(
    client, lang: str, days: str, kind: str
) -> None:
    given = {"f": "html", "lang": lang}
    assert days in client.get("/collections/m4-corridor/items", params=given).text
    claims = client.get("/collections/claims/items", params={**given, "limit": "500"}).text
    assert f"<td>{kind}</td>" in claims


def test_a_page_without_shapes_has_no_empty_map(client) -> None:
    given = {"f": "html", "lang": "en", "datetime": "2014-02-01"}
    empty = client.get("/collections/m4-corridor/items", params=given)
    assert empty.status_code == 200
    assert "Nothing matches" in empty.text
    assert 'class="picture"' not in empty.text
    assert 'class="picture"' in client.get("/collections/m4-corridor/items?f=html").text


BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.mark.parametrize(
    ("path", "there"),
    [
        ("/collections/", "/collections"),
        ("/collections//", "/collections"),
        ("/collections/places/", "/collections/places"),
        ("/collections/places/items/?limit=2&f=csv", "/collections/places/items?limit=2&f=csv"),
        ("/collections/places/items/idlib/", "/collections/places/items/idlib"),
        ("/at/?lon=36&lat=35", "/at?lon=36&lat=35"),
        ("/health/", "/health"),
    ],
)
def test_a_slash_too_many_leads_to_the_resource(client, path, there) -> None:
    answer = client.get(path, follow_redirects=False)
    assert (answer.status_code, answer.content) == (308, b"")
    assert answer.headers["location"] == f"http://testserver{there}"
    assert client.get(path).status_code == 200
    under = TestClient(create_app(Settings(seeds=SECOND, access_log=False, root_path="/atlas")))
    found = under.get(f"/atlas{path}", follow_redirects=False)
    assert found.headers["location"] == f"http://testserver/atlas{there}"
    assert under.get("/atlas/").status_code == 200


def test_a_slash_after_nothing_is_not_found(client) -> None:
    for path in ("/nowhere/", "/collections/none/none/"):
        answer = client.get(path, follow_redirects=False)
        assert answer.status_code == 404, path
        assert "location" not in answer.headers


@pytest.mark.parametrize(("tag", "lang"), [("ar-SY", "ar"), ("en-US", "en"), ("AR-Arab-SY", "ar")])
def test_a_language_of_a_region_is_its_language(client, tag, lang) -> None:
    page = client.get("/collections", params={"lang": tag, "f": "html"})
    assert f'<html lang="{lang}"' in page.text
    assert f'<html lang="{lang}"' in client.get("/", params={"lang": tag}, headers=BROWSER).text
    found = client.get("/collections/places/items", params={"lang": tag, "limit": "1"}).json()
    held = found["features"][0]["properties"]
    assert held["name"] == held[f"name_{lang}"]
    for bad in ("fr-FR", "ar_SY", "-ar", "arabic"):
        assert client.get("/collections", params={"lang": bad}).json()["parameter"] == "lang"


def test_titles_in_json_follow_the_language(client, real) -> None:
    layer = real.record.layers["m4-corridor"]
    for path in ("/collections/m4-corridor", "/collections/m4-corridor/queryables"):
        for lang in ("en", "ar"):
            answer = client.get(path, params={"lang": lang})
            assert answer.json()["title"] == layer.title[lang]
            assert answer.headers["content-language"] == lang
    told = client.get("/collections/m4-corridor?lang=ar").json()
    assert told["title_en"] == layer.title["en"]
    assert told["description"] == layer.summary["ar"]
    listed = client.get("/collections?lang=ar").json()["collections"]
    assert listed[0]["title"] == next(iter(real.record.layers.values())).title["ar"]
    assert client.get("/api?lang=ar").json()["title"] == real.record.atlas.title["ar"]
    plain = client.get("/collections/m4-corridor")
    assert plain.json()["title"] == layer.title["en"]
    assert "content-language" not in plain.headers


@pytest.mark.parametrize("path", ["/nowhere", "/collections/none", "/collections/places/items/<i>"])
@pytest.mark.parametrize("lang", ["en", "ar"])
def test_a_browser_gets_a_page_for_an_address_that_leads_nowhere(client, path, lang) -> None:
    answer = client.get(path, headers={**BROWSER, "accept-language": lang})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert f'<html lang="{lang}"' in answer.text
    assert "<i>" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    program = client.get(path)
    assert program.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "name", ["fbclid", "gclid", "utm_source", "utm_campaign", "mc_cid", "mc_eid"]
)
def test_what_trackers_add_is_passed_over_on_pages_and_refused_elsewhere(client, name) -> None:
    for path in ("/", "/collections", "/collections/places/items", "/docs"):
        page = client.get(path, params={name: "abc123"}, headers=BROWSER)
        assert page.status_code == 200
        assert page.headers["content-type"].startswith("text/html")
        assert "abc123" not in page.text
        if path != "/docs":
            answer = client.get(path, params={name: "abc123", "f": "json"}, headers=BROWSER)
            assert (answer.status_code, answer.json()["parameter"]) == (400, name)
    assert client.get("/collections", params={"fbclid2": "x"}, headers=BROWSER).status_code == 400
