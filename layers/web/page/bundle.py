"""Join the page's JavaScript modules into one classic script.

A file opened from disk may not import a module, and a policy without ``data:`` scripts
leaves no other way to hold several in one page. So the modules keep to two forms, checked
here, which a dozen lines can join: ``import { a, b } from "./x.js";`` and ``export`` in
front of a ``function``, ``async function``, ``class`` or ``const``. A module is found by its name
alone, in the ``js`` folder of its package or in ``layers/web/js``, which all packages share: so
``./drawing.js`` in a module of the page is ``layers/web/js/drawing.js`` (`assets.modules`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from layers.errors import ExportError

_IMPORT = re.compile(r'^import \{([\w\s,]+)\} from "\./(\w+)\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:async )?(?:function|class|const) (\w+))", re.MULTILINE)
# Whole lines of comment and indents say nothing to a browser; a string over several lines, whose
# indents would count, is refused.
_COMMENT = re.compile(r"^[ \t]*(?://.*|/\*\*(?:(?!\*/)[\s\S])*\*/[ \t]*)\n", re.MULTILINE)
_BLANK = re.compile(r"^[ \t\n]+", re.MULTILINE)
_OTHER = re.compile(r"^(?:import|export)\b.*$", re.MULTILINE)


def bundle(modules: Mapping[str, str], *, entry: str, name: str) -> str:
    """Return one script that defines ``name``: what the module ``entry`` exports.

    ``modules`` maps a module's name (without ``.js``) to its text. Each module becomes a
    function called once, in order of need; a cycle or another form of import is an error.
    """
    order: list[str] = []
    _visit(entry, modules, order, ())
    parts = [f"  const {module}_module = {_wrapped(module, modules[module])};" for module in order]
    body = "\n".join(parts)
    return f'"use strict";\nconst {name} = (() => {{\n{body}\n  return {entry}_module;\n}})();\n'


def _visit(
    module: str, modules: Mapping[str, str], order: list[str], above: tuple[str, ...]
) -> None:
    """Put the modules that ``module`` needs, then itself, at the end of ``order``."""
    if module in above:
        raise ExportError(f"page script: import cycle {' > '.join([*above, module])}")
    if module in order:
        return
    if module not in modules:
        raise ExportError(f"page script: {above[-1] if above else 'page'} needs {module}.js")
    for match in _IMPORT.finditer(modules[module]):
        _visit(match[2], modules, order, (*above, module))
    order.append(module)


def _wrapped(module: str, text: str) -> str:
    """Return the module as a function expression, called, that yields its exports."""
    text = _BLANK.sub("", _COMMENT.sub("", text))
    text = _IMPORT.sub(lambda match: f"const {{{match[1]}}} = {match[2]}_module;\n", text)
    if any(line.count("`") % 2 for line in text.splitlines()):
        raise ExportError(f"page script: {module}.js has a string over several lines")
    exported = [match[2] for match in _EXPORT.finditer(text)]
    text = _EXPORT.sub(r"\1", text)
    other = _OTHER.search(text)
    if other is not None:
        raise ExportError(f"page script: {module}.js has a form that cannot be joined: {other[0]}")
    return f"(() => {{\n{text}\nreturn {{ {', '.join(exported)} }};\n}})()"
