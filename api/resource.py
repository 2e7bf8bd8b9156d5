"""Resources: a path declared once, a request for it as it is understood, and its answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from api import html, params
from api.links import address, route
from api.negotiate import HTML, JSON, Representation, choose, language_of
from api.responses import Reply
from api.snapshot import Snapshot
from layers.formats.features import dumps
from layers.formats.ogc import Link, link
from layers.record.model import Record


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
        self, request: Request, names: Sequence[str], offers: tuple[Representation, ...]
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

    @property
    def record(self) -> Record:
        """Return the record that is asked."""
        return self.snapshot.built.record

    def day(self, name: str) -> date | None:
        """Return the full day that a parameter gives, None where it was left out."""
        return params.optional_day(self.given, name)

    def links(self) -> list[Link]:
        """Return links to the resource as it is, and in every other format."""
        here, given = route(self.request), self.given
        start = f"{address(self.request, here, given)}{'&' if given else '?'}f="
        made = []
        for offer in sorted(self.offers, key=lambda offer: offer is not self.chosen):
            # The format comes last where none was asked for: then the rest is written only once.
            href = f"{start}{offer.name}"
            if "f" in given:
                href = address(self.request, here, {**given, "f": offer.name})
            title = "This document" if offer is self.chosen else f"This document as {offer.title}"
            rel = "self" if offer is self.chosen else "alternate"
            made.append(link(href, rel, offer.media_type, title))
        return made

    def page(self, links: Sequence[Link] = ()) -> html.HtmlPage:
        """Return the frame of an HTML page of this resource, for `api.html` to fill."""
        return html.HtmlPage(self.request, self.snapshot, self.lang, links)

    def reply(
        self, body: bytes, *, translated: bool = True, headers: Mapping[str, str] | None = None
    ) -> Reply:
        """Return an answer tagged by the record, the question and the format.

        ``translated``: it says something in the language that was asked for.
        """
        # `lang` is read even where nothing is translated, so that one that is unknown is refused.
        lang = self.lang if self.lang and translated else ""
        more = {"content-security-policy": html.POLICY} if self.chosen is HTML else {}
        more |= headers or {}
        if lang:
            more["content-language"] = lang
        asked = urlencode(sorted((k, v) for k, v in self.given.items() if k != "f"))
        where, chosen = address(self.request, route(self.request)), self.chosen
        return Reply(
            body,
            chosen.media_type,
            about=f"{where}?{asked}#{chosen.name}#{chosen.media_type}#{lang}",
            digest=self.snapshot.digest,
            max_age=self.request.app.state.settings.cache_seconds,
            vary="Accept, Accept-Encoding" + (", Accept-Language" if chosen is HTML else ""),
            headers=more,
        )


AnswerFunction = TypeVar("AnswerFunction", bound=Callable[..., Any])


class Operation(NamedTuple):
    """A path that is served with GET, as the OpenAPI document describes it."""

    path: str
    tag: str
    operation_id: str
    summary: str
    parameters: Sequence[str]
    offers: tuple[Representation, ...]
    schema: str
    """Name of the schema of its JSON."""


class Resources(APIRouter):
    """The resources of one part of the service, each described where it is answered."""

    def __init__(self, tag: str) -> None:
        super().__init__()
        self.tag = tag
        self.operations: list[Operation] = []

    def resource(
        self,
        path: str,
        operation_id: str,
        parameters: Sequence[str],
        offers: tuple[Representation, ...] = (JSON,),
        schema: str = "object",
        *,
        takes_request: bool = False,
    ) -> Callable[[AnswerFunction], AnswerFunction]:
        """Serve what a function answers, and describe it by the first line of its docstring.

        ``parameters`` names those of `api.params` that it has, ``offers`` its formats, ``schema``
        that of its JSON in the OpenAPI document. The function is given a `ResourceRequest` and
        returns a response, or data that are sent as JSON. With ``takes_request`` it is given the
        request as it came, and reads the parameters itself, as they are not always these.
        """

        def serve(answer: AnswerFunction) -> AnswerFunction:
            def respond(request: Request) -> Response:
                asked = ResourceRequest(request, parameters, offers)
                made = answer(asked)
                return made if isinstance(made, Response) else asked.reply(dumps(made))

            summary = (answer.__doc__ or "").partition("\n")[0].removesuffix(".")
            told = path.replace(":path", "")
            self.operations.append(
                Operation(told, self.tag, operation_id, summary, parameters, offers, schema)
            )
            self.add_route(path, answer if takes_request else respond)
            return answer

        return serve
