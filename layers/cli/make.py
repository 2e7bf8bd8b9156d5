"""Commands that make and serve: build, serve."""

from __future__ import annotations

import gc
import os
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer import Option

from layers.cli import options
from layers.cli.common import build_atlas, echo, progress
from layers.errors import QueryError

if TYPE_CHECKING:
    from layers.settings import Settings

commands = typer.Typer()
_IMPORT = "api.app:create_app"


@commands.command()
def build(
    context: typer.Context,
    out: Annotated[Path, Option("--out", help="The folder to write, replaced whole.")],
    reading: options.Reading = "nominal",
    as_json: options.AsJson = False,
) -> None:
    """Build every layer as GeoJSON, with a manifest."""
    from layers.atomic import MANIFEST, replace_folder
    from layers.formats.features import build_files

    built = build_atlas(context)
    with progress("writing"):
        files = build_files(built, reading=reading)
        replace_folder(out, files)
    if as_json:
        echo(files[MANIFEST].decode(), nl=False)
        return
    rows = len(built.frame)
    echo(f"{len(files) - 1} layers, {rows} rows ({reading}) and {MANIFEST} in {out}")


@commands.command()
def serve(
    context: typer.Context,
    host: Annotated[str, Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, Option(min=0, max=65535, help="The port; 0 takes a free one.")] = 8000,
    workers: Annotated[
        int, Option(min=1, max=64, help="Processes, each with the record in memory.")
    ] = 1,
    print_settings: Annotated[
        bool, Option("--print-settings", help="Print the TAMAS_ variables and leave.")
    ] = False,
) -> None:
    """Build the layers in memory and serve the map and the data."""
    from layers.settings import LOOPBACK, read_settings, variable

    settings = read_settings(seeds=context.obj)
    if print_settings:
        for name, value, default, says in settings.described():
            echo(f"{name}={value}\n    {says} (default: {default})")
        return
    port = free_port(host, port)
    with progress("building"):
        service: Any = _IMPORT if workers > 1 else _service(settings)
        built = build_atlas(context) if workers > 1 else service.state.current.snapshot.built
    shown = f"[{host}]" if ":" in host else host
    count = f"{len(built.record.layers)} layers, {len(built.frame)} rows"
    echo(f"built {count} from {context.obj} (record {built.record.sha256[:12]})")
    echo(f"the map is at http://{shown}:{port}/ (stop with Ctrl+C)")
    if host not in LOOPBACK and not (settings.public_url or settings.allowed_hosts):
        echo(
            "tamas: links follow whatever host a request names: set TAMAS_PUBLIC_URL to the "
            "address of the service, or TAMAS_ALLOWED_HOSTS to its hosts",
            err=True,
        )
    sys.stdout.flush()
    import uvicorn

    if workers > 1:  # each reads the settings of its environment and builds for itself
        os.environ[variable("seeds")] = str(settings.seeds)
    uvicorn.run(
        service, factory=workers > 1, workers=workers, host=host, port=port,
        log_config=None, access_log=False,
    )  # fmt: skip


def free_port(host: str, port: int) -> int:
    """Return the port to listen on, for 0 one that is free, before anything is built or said.

    Raises `QueryError` for an address that cannot be listened at.
    """
    try:
        kind, *_, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(kind, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(where)
            found: int = probe.getsockname()[1]
            return found
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        message = f"{host}, port {port}: cannot be listened at ({reason}); name another"
        raise QueryError("port", str(port), message) from None


def _service(settings: Settings) -> Any:
    """Return the service over a record.

    What a start makes lives as long as the service: to look through it for garbage is in vain.
    """
    gc.disable()
    try:
        from uvicorn.importer import import_from_string

        # By import string: the command line must not depend on the service.
        return import_from_string(_IMPORT)(settings)
    finally:
        gc.freeze()
        gc.enable()
