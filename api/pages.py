"""The map page, its data and its assets, made once a record."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from api import params
from api.links import route
from api.responses import Reply
from layers.build.rows import BuiltAtlas
from layers.formats.features import dumps
from layers.query import filters as query
from layers.record.model import Record
from layers.web.json_script import json_script
from layers.web.page.assets import Asset, served, text_page_asset
from layers.web.page.data import first_and_rest, page_data
from layers.web.page.letters import faces
from layers.web.page.page import render_page
from layers.web.page.policy import policy_of

router = APIRouter()


class Pages:
    """The map page of one record, by language, and its data."""

    def __init__(self, built: BuiltAtlas) -> None:
        data = page_data(built)
        opens_on = built.record.atlas.opens_on
        first, rest = first_and_rest(built, data)
        self.data = {"data": dumps(first), "rest": dumps(rest)}
        self.maps = {
            lang: render_page(data, mode="service", lang=lang, on=opens_on)
            for lang in built.record.interface_languages
        }
        self.policies = {
            lang: policy_of(html, frame_ancestors="*") for lang, html in self.maps.items()
        }


def data_assets(record: Record) -> dict[str, Asset]:
    """Return by name the style sheet of the data pages, first, and the fonts that an atlas brings.

    It is the map page's letters and colours, the atlas's letters, then what is ours.
    """
    letters = faces(record)
    ours = files("api").joinpath("data.css").read_text(encoding="utf-8")
    style = text_page_asset("".join(face.css(face.name) for face in letters) + ours)
    return {f"data-{style.digest}.css": style, **{face.name: face.asset for face in letters}}


def with_dataset(html: str, dataset: dict[str, Any]) -> str:
    """Return a page that tells search engines what data set it shows."""
    block = f'<script type="application/ld+json">{json_script(dataset)}</script>'
    return html.replace("</head>", f"{block}</head>", 1)


def map_page(given: dict[str, str], pages: Pages, digest: str, dataset: dict[str, Any]) -> Response:
    """Return the map page; a day in the address becomes the page on that day."""
    languages = list(pages.maps)
    lang = params.parse_language(given, languages) or languages[0]
    on = given.get("on")
    if on is not None:
        query.optional_day("on", on)
        gesture = f"&gesture={given['gesture']}" if "gesture" in given else ""
        return Response(
            status_code=303, headers={"location": f"./?lang={lang}{gesture}#on={on}&lang={lang}"}
        )
    return Reply(
        with_dataset(pages.maps[lang], dataset).encode(),
        "text/html; charset=utf-8",
        about=f"map {lang} {dataset['url']}",
        digest=digest,
        headers={"content-security-policy": pages.policies[lang], "content-language": lang},
        lasting=True,
    )


@router.route("/map/data.json")
@router.route("/map/rest.json")
def map_data(request: Request) -> Response:
    """Return what the page shows first, or the rest: other days' shapes, and the evidence.

    Body and digest are of one record, also while it changes.
    """
    params.parse_query(request)
    snapshot = request.app.state.current.snapshot
    name = route(request).removeprefix("/map/").removesuffix(".json")
    return Reply(
        snapshot.pages.data[name],
        "application/json",
        about=f"map {name}",
        digest=snapshot.digest,
        vary="Accept-Encoding",
        lasting=True,
    )


@router.route("/assets/{name}")
def asset(request: Request) -> Response:
    """Return a script, style, font or image; a name carries the digest of its content."""
    # Folium is loaded when something of a map is first asked for, and not by every start.
    from layers.web.folium_elements.embedding import map_assets

    params.parse_query(request)
    name = request.path_params["name"]
    own = request.app.state.current.snapshot.assets
    found = {**served(), **map_assets(), **own}.get(name)
    if found is None:
        raise HTTPException(404, f"there is no asset {name!r}")
    return Reply(
        found.body,
        found.media_type,
        about=f"asset {name}",
        digest="",
        vary="Accept-Encoding",
        immutable=True,
    )
