"""Each dependency is asked whether it is there: briefly, side by side, and not all the time."""

import asyncio
import shutil
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import create_server
from threading import Thread

import pytest
from pydantic import SecretStr

from hyperion_pipelines.learning.registry.published import Champion, PublishedModels
from hyperion_pipelines.serving.readiness import ANSWER_SECONDS, Dependency, Readiness
from hyperion_pipelines.settings import Settings
from hyperion_pipelines.stores.publications import Publication
from hyperion_pipelines.workspace import Workspace

NOWHERE = "127.0.0.1:9"


def found(settings: Settings) -> Mapping[str, Dependency]:
    """Each dependency by name."""
    asked = asyncio.run(Readiness(Workspace(settings)).dependencies())
    return {each.name: each for each in asked}


def publish(home: Path, *tables: str) -> Workspace:
    """A home that says of tables of `shop` that they were published."""
    workspace = Workspace(Settings(home=home))
    workspace.catalogue.add("https://example.org/shop.git")
    for table in tables:
        made = Publication.now(data_version="d", code_version="c", head_sha="a" * 40, rows=3)
        workspace.publications.record(table, "shop", made)
    return workspace


def test_a_home_with_nothing_in_it_is_ready_but_for_dagster(tmp_path: Path) -> None:
    dependencies = found(Settings(home=tmp_path, dagster_url=f"http://{NOWHERE}"))
    assert [name for name, each in dependencies.items() if not each.is_up] == ["dagster"]
    assert not any(each.is_in_the_way for each in dependencies.values())
    assert set(dependencies) == {
        *("lake", "mirrors", "models", "vectors", "graph", "cache", "embedding_model", "dagster"),
    }


@pytest.mark.parametrize(
    ("table", "names", "needed_by"),
    [
        ("commits", ["lake", "mirrors"], "predictions"),
        ("search_grades", ["vectors"], "search"),
        ("graph_counts", ["graph"], "graph"),
    ],
)
def test_what_was_published_and_is_gone_is_missed(
    tmp_path: Path, table: str, names: list[str], needed_by: str
) -> None:
    publish(tmp_path, table)
    missed = [each for each in found(Settings(home=tmp_path)).values() if each.is_in_the_way]
    assert [each.name for each in missed] == names
    for each in missed:
        assert needed_by in each.needed_by
        assert "shop" in each.detail
        assert str(tmp_path) not in each.detail


def test_models_whose_files_are_gone_are_missed(tmp_path: Path) -> None:
    models = PublishedModels(tmp_path)
    champion = Champion("risk", 1, "run", "", {})
    models.publish(champion, lambda folder: folder)
    assert found(Settings(home=tmp_path))["models"].is_up
    shutil.rmtree(models.folder(champion))
    assert "risk" in found(Settings(home=tmp_path))["models"].detail
    assert found(Settings(home=tmp_path))["models"].is_in_the_way


def test_servers_that_are_away_are_named_and_told_from_what_is_needed(tmp_path: Path) -> None:
    settings = Settings(
        home=tmp_path,
        qdrant_url=SecretStr(f"http://{NOWHERE}"),
        neo4j_url=SecretStr(f"bolt://user:secret@{NOWHERE}"),
        redis_url=SecretStr(f"redis://:secret@{NOWHERE}"),
        mlflow_tracking_uri=SecretStr(f"http://{NOWHERE}"),
        llm_url=f"http://{NOWHERE}/v1",
    )
    started = time.monotonic()
    dependencies = found(settings)
    assert time.monotonic() - started < ANSWER_SECONDS + 1.5
    away = {name for name, each in dependencies.items() if not each.is_up}
    assert away >= {"qdrant", "neo4j", "redis", "mlflow", "language_model"}
    in_the_way = {name for name, each in dependencies.items() if each.is_in_the_way}
    assert in_the_way == {"qdrant", "neo4j"}
    assert not any("secret" in each.detail for each in dependencies.values())


def test_a_server_that_accepts_and_stays_silent_is_away(tmp_path: Path) -> None:
    with create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        settings = Settings(home=tmp_path, qdrant_url=SecretStr(f"http://127.0.0.1:{port}"))
        readiness = Readiness(Workspace(settings))

        async def asked() -> Dependency:
            by_name = {each.name: each for each in await readiness.dependencies()}
            return by_name["qdrant"]

        started = time.monotonic()
        assert not asyncio.run(asked()).is_up
        assert time.monotonic() - started < ANSWER_SECONDS + 1.0


class _Server(BaseHTTPRequestHandler):
    """A model server and a Dagster that count how often they are asked."""

    asked: list[str]
    status = 200

    def do_GET(self) -> None:
        self.asked.append(f"{self.path} {self.headers['Authorization']}")
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the parent's name
        """Nothing."""


@pytest.mark.parametrize(("status", "is_up"), [(200, True), (401, True), (503, False)])
def test_servers_are_asked_once_in_some_seconds(tmp_path: Path, status: int, is_up: bool) -> None:
    asked: list[str] = []
    handler = type("Handler", (_Server,), {"asked": asked, "status": status})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    settings = Settings(
        home=tmp_path, llm_url=f"{url}/v1", llm_api_key=SecretStr("key"), dagster_url=url
    )
    readiness = Readiness(Workspace(settings))

    async def ask_thrice() -> list[Dependency]:
        answers = await asyncio.gather(*(readiness.dependencies() for _ in range(3)))
        return [each for each in answers[-1] if each.name in {"dagster", "language_model"}]

    try:
        assert [each.is_up for each in asyncio.run(ask_thrice())] == [is_up, is_up]
    finally:
        server.shutdown()
        server.server_close()
    assert sorted(asked) == ["/server_info None", "/v1/models Bearer key"]
