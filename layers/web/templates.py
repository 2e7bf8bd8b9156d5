"""The templates of pages without a script: the static site's and the service's, on one base.

Jinja2 escapes whatever a template writes and refuses names that nobody gave. What is markup already
(a drawn SVG) comes as `markupsafe.Markup`. Rendered text is final: unlike the map page's, which
branca compiles a second time, it is never read as a template again.
"""

from __future__ import annotations

from functools import cache

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from layers.web.json_script import json_script


@cache
def environment(package: str) -> Environment:
    """Return the templates of a package's ``templates`` folder, on those that all pages share."""
    made = Environment(
        loader=ChoiceLoader(
            [PackageLoader(package, "templates"), PackageLoader("layers.web", "templates")]
        ),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["json_script"] = json_script
    return made
