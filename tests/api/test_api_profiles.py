"""The parameter ``profile``: references, JSON-FG and value domains (Features Part 5, annex A)."""

from __future__ import annotations

import pytest

REGISTER = "http://www.opengis.net/def/profile/OGC/0/"
LAYER = "/collections/m4-corridor"


def profiles(body: dict) -> set[str]:
    links = body.get("links", [])
    return {one["href"].removeprefix(REGISTER) for one in links if one["rel"] == "profile"}


def asked(client, path: str, profile: str = "") -> dict:
    answer = client.get(path, params={"profile": profile} if profile else {})
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture(scope="module")
def first(client) -> dict:
    return asked(client, f"{LAYER}/items")["features"][0]


@pytest.mark.parametrize("form", ["{}", REGISTER + "{}", "jsonfg,{}"])
def test_references_are_keys_addresses_or_links(client, first, form) -> None:
    keys = first["properties"]["claim_ids"]
    assert keys
    for path in (f"{LAYER}/items", f"{LAYER}/items/{first['id']}"):
        found = {}
        for name in ("rel-as-key", "rel-as-uri", "rel-as-link"):
            body = asked(client, path, form.format(name))
            assert name in profiles(body)
            feature = body["features"][0] if "features" in body else body
            found[name] = feature["properties"]["claim_ids"]
        assert found["rel-as-key"] == keys
        for key, address, link in zip(keys, found["rel-as-uri"], found["rel-as-link"], strict=True):
            claim = client.get(address).json()
            assert claim["id"] == key
            assert link == {"href": address, "title": claim["properties"]["summary_en"]}


def test_a_title_is_in_the_language_asked_for(client, first) -> None:
    path = f"{LAYER}/items/{first['id']}?profile=rel-as-link&lang=ar"
    link = client.get(path).json()["properties"]["claim_ids"][0]
    assert link["title"] == client.get(link["href"]).json()["properties"]["summary_ar"]


def test_json_fg_is_a_profile_of_geojson(client) -> None:
    plain = client.get(f"{LAYER}/items?limit=2")
    assert profiles(plain.json()) == {"rfc7946", "rel-as-key"}
    fg = client.get(f"{LAYER}/items?limit=2&profile=jsonfg")
    assert fg.headers["content-type"] == "application/geo+json;profile=jsonfg"
    assert profiles(fg.json()) == {"jsonfg", "rel-as-key"}
    same = client.get(f"{LAYER}/items?limit=2&f=jsonfg").json()
    assert fg.json()["features"] == same["features"]
    assert profiles(asked(client, "/collections/places/items", "rfc7946")) == {"rfc7946"}


def test_the_actual_domain_holds_what_features_have(client) -> None:
    features = asked(client, f"{LAYER}/items?limit=10000")["features"]
    for name in ("schema", "queryables"):
        answers = {
            profile: client.get(f"{LAYER}/{name}", params={"profile": profile})
            for profile in ("valid-domain", "actual-domain")
        }
        for profile, answer in answers.items():
            assert f'<{REGISTER}{profile}>; rel="profile"' in answer.headers["link"]
        valid, actual = (one.json()["properties"] for one in answers.values())
        assert valid == client.get(f"{LAYER}/{name}").json()["properties"]
        status = {one["properties"]["status"] for one in features}
        assert set(actual["status"]["enum"]) == status < set(valid["status"]["enum"])
    for path, kinds in (("places", "point"), ("claims", "point-or-multipoint")):
        schema = asked(client, f"/collections/{path}/schema", "actual-domain")
        assert schema["properties"]["geometry"]["format"] == f"geometry-{kinds}"


@pytest.mark.parametrize(
    "path", [f"{LAYER}/items", f"{LAYER}/schema", f"{LAYER}/queryables", f"{LAYER}/items?f=csv"]
)
def test_an_unknown_profile_is_refused_with_those_known(client, path) -> None:
    answer = client.get(path + ("&" if "?" in path else "?") + "profile=nonsense")
    assert answer.status_code == 400
    assert "valid-domain" in answer.text or "rel-as-uri" in answer.text


def test_a_page_made_before_is_the_same_without_a_thread(client, monkeypatch) -> None:
    """What is serialised is joined on the loop: the answer is the one that a thread made."""
    path = f"{LAYER}/items?limit=5&offset=1"
    client.app.state.current.cache.clear()
    made = client.get(path)
    client.app.state.current.cache.clear()

    async def refused(*_):
        raise AssertionError("handed to a thread")

    monkeypatch.setattr("api.features.run_in_threadpool", refused)
    assert client.get(path).content == made.content
