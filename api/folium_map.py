"""The zones of one layer on a Folium map: a page for people, beside the layer's data."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api import html, params
from api.links import address, base
from api.negotiate import HTML
from api.resource import ResourceRequest
from layers.errors import UnknownId

router = APIRouter()


@router.route("/collections/{collectionId}/folium", methods=["GET", "HEAD"])
def folium_map(request: Request) -> Response:
    """Show the zones of a layer on a map, with a slider over the days."""
    # Folium is loaded when a map is first asked for, and not by every start.
    from layers.web.folium_elements import zone_map
    from layers.web.folium_elements.embedding import embedded
    from layers.web.page.policy import policy_of

    asked = ResourceRequest(request, (HTML,), ("on", "lang", "f"))
    lang, snapshot = asked.lang, asked.snapshot
    name, record = request.path_params["collectionId"], snapshot.built.record
    if name not in record.layers:
        raise UnknownId("layer", name, record.layers)
    made = zone_map(
        snapshot.built,
        on=params.optional_day(asked.given, "on"),
        layers=[name],
        lang=lang,
        link=f"{base(request)}/collections/{{layer}}/items/{{id}}?f=html&lang={lang}",
    )
    parts = embedded(made, address(request, "/assets/"))
    body = html.folium_map(asked.page(), snapshot.tables[name], parts)
    policy = policy_of(body.decode(), frame_ancestors="*", backgrounds=False)
    return asked.reply(body, lang=lang, headers={"content-security-policy": policy})
