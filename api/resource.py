"""A request for a resource as it is understood, and its answer with the headers that it has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from fastapi import Request

from api import html, params
from api.links import about, representations
from api.negotiate import HTML, Representation, choose, language_of
from api.responses import Reply
from api.snapshot import Snapshot
from layers.formats.ogc import Link


def snapshot_of(request: Request) -> Snapshot:
    """Return the record that is served now; one request uses one."""
    snapshot: Snapshot = request.app.state.current.snapshot
    return snapshot


class ResourceRequest:
    """What is asked for: parameters of the given names, one of some formats, the record's state.

    `QueryError` names a parameter that the resource does not have; a problem 406 says that none
    of its formats is accepted.
    """

    def __init__(
        self, request: Request, offers: tuple[Representation, ...], names: Sequence[str]
    ) -> None:
        self.request, self.offers = request, offers
        self.given = params.parse_query(request, *names)
        self.snapshot = snapshot_of(request)
        self.chosen = choose(request, self.given, offers)

    @cached_property
    def lang(self) -> str:
        """Return the language asked for, empty for none; of a page, the reader's or the first."""
        known = self.snapshot.languages
        asked = params.parse_language(self.given, known)
        return language_of(self.request, asked, known) if self.chosen is HTML else asked

    def links(self) -> list[Link]:
        """Return links to the resource as it is and in every other format."""
        return representations(self.request, self.given, self.chosen, self.offers)

    def page(self, links: Sequence[Link] = ()) -> html.HtmlPage:
        """Return what makes a page of it."""
        return html.HtmlPage(self.request, self.snapshot, self.lang, links)

    def reply(
        self, body: bytes, *, lang: str = "", headers: Mapping[str, str] | None = None
    ) -> Reply:
        """Return an answer tagged by the record, the question and the format."""
        more = {"content-security-policy": html.POLICY} if self.chosen is HTML else {}
        more |= headers or {}
        if lang:
            more["content-language"] = lang
        return Reply(
            body,
            self.chosen.media_type,
            about=about(self.request, self.given, self.chosen, lang),
            digest=self.snapshot.digest,
            max_age=self.request.app.state.settings.cache_seconds,
            vary="Accept, Accept-Encoding" + (", Accept-Language" if self.chosen is HTML else ""),
            headers=more,
        )
