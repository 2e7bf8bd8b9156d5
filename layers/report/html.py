"""A report as one HTML file: no network, a policy that names scripts and styles."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape
from importlib.resources import files
from typing import Any

from markupsafe import Markup

from layers.errors import ExportError
from layers.report.desk import HTML, TEMPLATE_FAULTS, Desk, sandbox
from layers.report.html_map import report_maps
from layers.report.model import Report
from layers.web.page.assets import inlined_fonts, tokens_css
from layers.web.page.letters import faces
from layers.web.page.policy import policy_of, scripts_in

_POLICY = "<!--policy-->"


def to_html(report: Report, pages: Sequence[dict[str, Any]], desk: Desk) -> bytes:
    """Return the report as a page; ``pages`` are what it says, a language each.

    Raises
    ------
    ExportError
        For a desk's template that does not work, has a script, or leaves the policy out.
    """
    maps = report_maps(report, [page["lang"] for page in pages])
    own = files("layers.report").joinpath("report.css").read_text(encoding="utf-8")
    brought = "".join(face.css(face.asset.data_url()) for face in faces(report.built.record))
    style = Markup(inlined_fonts() + brought + tokens_css()) + maps.style + Markup(own)  # noqa: S704
    logo = ""
    if desk.logo:
        logo = f"data:{desk.logo_type};base64,{base64.b64encode(desk.logo).decode('ascii')}"
    name = HTML if desk.html is not None else f"house/{HTML}"
    try:
        template = sandbox(escape=True, own=desk.html).get_template(name)
        html = template.render(
            pages=pages, maps=maps.body, style=style, logo=logo,
            head=maps.head, script=maps.script,
        )  # fmt: skip
    except TEMPLATE_FAULTS as error:
        raise ExportError(f"{name}: {error}") from None
    return _with_policy(html, name, ours=scripts_in(maps.head + maps.script)).encode()


def _with_policy(html: str, name: str, *, ours: list[str]) -> str:
    """Return the page with its policy; a script that is not the house's is refused."""
    if html.count(_POLICY) != 1:
        raise ExportError(f"{name}: must have {_POLICY} once, in its head")
    if scripts_in(html) != ours:
        raise ExportError(f"{name}: has a script of its own; a report has none")
    rules = policy_of(html, frame_ancestors=None, backgrounds=False)
    meta = f'<meta http-equiv="Content-Security-Policy" content="{escape(rules)}">'
    return html.replace(_POLICY, meta)
