"""The peers of `bench/serve.py`: their environments, and one PostGIS with our features.

tipg runs on Python 3.11. pygeoapi from 0.22 needs 3.12: uv looks for it (`UV_PYTHON_3_12` may name
one); where there is none, the newest pygeoapi that 3.11 can run is taken, and `versions` says so.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

PACKAGES = {
    "tipg": ["tipg", "uvicorn", "httptools", "uvloop"],
    "pygeoapi": ["pygeoapi", "starlette", "uvicorn", "httptools", "uvloop",
                 "psycopg2-binary", "geoalchemy2", "sqlalchemy<2.1"],
}  # fmt: skip
PYGEOAPI = ("-m", "uvicorn", "pygeoapi.starlette_app:APP")
SERVER = Path("/usr/lib/postgresql/15/bin")
PYTHONS = {"tipg": ["3.11"], "pygeoapi": [os.environ.get("UV_PYTHON_3_12", "3.12"), "3.11"]}

CONFIG = """
server:
  bind: {{host: 127.0.0.1, port: 5000}}
  url: http://127.0.0.1:5000
  mimetype: application/json; charset=UTF-8
  encoding: utf-8
  languages: [en-US]
  limits: {{default_items: 100, max_items: 1000}}
  map: {{url: 'https://tile.example/{{z}}/{{x}}/{{y}}.png', attribution: none}}
logging: {{level: ERROR}}
metadata:
  identification: {{title: bench, description: bench, keywords: [bench], keywords_type: theme,
                    terms_of_service: none, url: https://example.org}}
  license: {{name: CC0, url: https://example.org}}
  provider: {{name: bench, url: https://example.org}}
  contact: {{name: bench, email: a@example.org}}
resources:
  rows:
    type: collection
    title: rows
    description: rows
    keywords: [rows]
    links: []
    extents:
      spatial: {{bbox: [30, 30, 45, 40], crs: http://www.opengis.net/def/crs/OGC/1.3/CRS84}}
    providers:
      - type: feature
        {provider}
"""


POSTGIS = """name: PostgreSQL
        data: {{host: 127.0.0.1, port: {port}, dbname: bench, user: postgres, password: none,
                search_path: [public]}}
        id_field: fid
        table: rows
        geom_field: geom"""
GEOJSON = """name: GeoJSON
        data: {path}
        id_field: id"""


def tools(folder: Path) -> dict[str, Path]:
    """Return each peer's Python, making its environment where it is missing."""
    found = {}
    for name, packages in PACKAGES.items():
        python = folder / name / "bin" / "python"
        if not python.exists():
            _environment(folder / name, PYTHONS[name])
            subprocess.run(
                ["uv", "pip", "install", "-q", "--python", python, *packages], check=True
            )
        found[name] = python.absolute()
    return found


def _environment(folder: Path, pythons: list[str]) -> None:
    for wanted in pythons:
        command = ["uv", "venv", "-q", "--clear", "--python", wanted, str(folder)]
        if subprocess.run(command, check=False).returncode == 0:
            return
    raise SystemExit(f"uv found no Python of {', '.join(pythons)}")


def versions(folder: Path) -> str:
    """Say which versions are compared, on which Python."""
    said = []
    ask = (
        "import sys, importlib.metadata as m; print(*(f'{n} {m.version(n)}' for n in sys.argv[1:]),"
        "'Python %d.%d.%d' % sys.version_info[:3], sep=', ')"
    )
    for name in PACKAGES:
        python = folder.absolute() / name / "bin" / "python"
        command = [str(python), "-c", ask, name, "starlette", "uvicorn"]
        said.append(subprocess.check_output(command, text=True).strip())
    command = [sys.executable, "-c", ask, "fastapi", "starlette", "uvicorn"]
    said.append("ours: " + subprocess.check_output(command, text=True).strip())
    return "\n".join(said)


@contextlib.contextmanager
def database(folder: Path, service: str, layer: str) -> Iterator[str]:
    """Run a PostGIS of its own, filled with a collection of our service; the value is its DSN."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    data = (folder / "pgdata").absolute()
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True)
    # PostgreSQL refuses to run as root.
    become = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
    if become:
        for parent in (folder.absolute(), *folder.absolute().parents):
            parent.chmod(parent.stat().st_mode | 0o011)
        shutil.chown(data, "postgres", "postgres")

    def run(*words: object) -> None:
        subprocess.run([*become, *map(str, words)], check=True, stdout=subprocess.DEVNULL)

    run(SERVER / "initdb", "-D", data, "-U", "postgres", "-A", "trust")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={data}"
    run(SERVER / "pg_ctl", "-D", data, "-o", options, "-l", data / "log", "-w", "start")
    try:
        at = ["-h", "127.0.0.1", "-p", str(port), "-U", "postgres"]
        run(SERVER / "createdb", *at, "bench")
        run("psql", *at, "-q", "-d", "bench", "-c", "create extension postgis")
        target = f"PG:host=127.0.0.1 port={port} dbname=bench user=postgres"
        source = f"{service}/collections/{layer}/items?f=gpkg"
        path = folder / "rows.gpkg"
        subprocess.run(["curl", "-sf", "-o", path, source], check=True)
        subprocess.run(
            ["ogr2ogr", "-f", "PostgreSQL", target, path, "-nln", "rows", "-lco", "FID=fid",
             "-lco", "GEOMETRY_NAME=geom", "-nlt", "GEOMETRY", "--config", "PG_USE_COPY", "YES"],
            check=True,
        )  # fmt: skip
        run("psql", *at, "-q", "-d", "bench", "-c", "analyze rows")
        time.sleep(0.5)
        yield f"postgresql://postgres@127.0.0.1:{port}/bench"
    finally:
        run(SERVER / "pg_ctl", "-D", data, "-m", "fast", "-w", "stop")


def pygeoapi_environment(folder: Path, stem: str = "pygeoapi") -> dict[str, str]:
    """Return where pygeoapi finds its configuration and its OpenAPI document."""
    where = folder.absolute()
    return {
        "PYGEOAPI_CONFIG": str(where / f"{stem}.yml"),
        "PYGEOAPI_OPENAPI": str(where / f"{stem}-openapi.yml"),
    }


def pygeoapi_config(folder: Path, dsn: str) -> dict[str, str]:
    """Configure pygeoapi over PostGIS; return its environment."""
    port = dsn.rsplit(":", 1)[1].split("/")[0]
    return _configured(folder, "pygeoapi", POSTGIS.format(port=port))[0]


def pygeoapi_file(folder: Path, features: bytes) -> tuple[dict[str, str], list[str]]:
    """Configure pygeoapi over a file of features; return its environment and how it prepares."""
    path = folder.absolute() / "rows.geojson"
    path.write_bytes(features)
    return _configured(folder, "file", GEOJSON.format(path=path))


def _configured(folder: Path, stem: str, provider: str) -> tuple[dict[str, str], list[str]]:
    """Write a configuration and the OpenAPI document that pygeoapi will not start without."""
    env = pygeoapi_environment(folder, stem)
    Path(env["PYGEOAPI_CONFIG"]).write_text(CONFIG.format(provider=provider), encoding="utf-8")
    program = folder.absolute() / "pygeoapi" / "bin" / "pygeoapi"
    command = [str(program), "openapi", "generate", env["PYGEOAPI_CONFIG"]]
    command += ["--output-file", env["PYGEOAPI_OPENAPI"]]
    subprocess.run(command, env={**os.environ, **env}, check=True, capture_output=True)
    return env, command
