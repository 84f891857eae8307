"""What fails of a dependency is told by its name, and nothing that is not its fault."""

from pathlib import Path

import httpx
import polars as pl
import pytest
from pydantic import SecretStr

from hyperion_pipelines.errors import UsageError
from hyperion_pipelines.serving.dependencies import cache_name, graph_name, needing, vectors_name
from hyperion_pipelines.serving.problems import MissingDependencyError, NotFoundError
from hyperion_pipelines.settings import Settings
from hyperion_pipelines.stores.edge_vectors import EdgeVectors
from hyperion_pipelines.stores.ladybug_graph import LadybugGraphs
from hyperion_pipelines.stores.qdrant_vectors import connect

NOWHERE = "http://127.0.0.1:9"


def test_a_file_that_is_gone_is_told_without_its_place(tmp_path: Path) -> None:
    with pytest.raises(MissingDependencyError) as missing, needing("models"):
        (tmp_path / "model.txt").read_text()
    assert missing.value.members == {"dependency": "models"}
    assert missing.value.detail == "models does not answer: No such file or directory"
    assert missing.value.headers["Retry-After"]


def test_a_server_that_is_away_is_told_in_the_stores_own_words() -> None:
    with pytest.raises(MissingDependencyError, match="Qdrant") as missing, needing("qdrant"):
        connect(NOWHERE).published("shop")
    assert missing.value.members == {"dependency": "qdrant"}


def test_a_graph_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(MissingDependencyError, match="no graph of shop"), needing("graph"):
        LadybugGraphs(tmp_path).query("shop", "MATCH (n) RETURN n")


def test_vectors_that_are_damaged_are_told(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "published.json").write_text('{"version": "one", "before": null}')
    with pytest.raises(MissingDependencyError, match="no version one"), needing("vectors"):
        EdgeVectors(tmp_path).count("shop")


def test_a_connection_that_is_refused_is_told_by_its_kind() -> None:
    with pytest.raises(MissingDependencyError, match="ConnectError"), needing("dagster"):
        httpx.get(NOWHERE)


@pytest.mark.parametrize(
    "error", [UsageError("which?"), NotFoundError("none"), KeyError("x"), ValueError("y")]
)
def test_what_is_nobodys_absence_passes(error: Exception) -> None:
    with pytest.raises(type(error)) as raised, needing("lake"):
        raise error
    assert raised.value is error


def test_a_defect_of_ours_in_an_expression_is_not_the_lakes_absence() -> None:
    with pytest.raises(pl.exceptions.ColumnNotFoundError), needing("lake"):
        pl.DataFrame({"a": [1]}).select("b")


def test_stores_are_called_what_they_are(tmp_path: Path) -> None:
    embedded = Settings(home=tmp_path)
    servers = Settings(
        home=tmp_path,
        qdrant_url=SecretStr(NOWHERE),
        neo4j_url=SecretStr("bolt://127.0.0.1:9"),
        redis_url=SecretStr("redis://127.0.0.1:9"),
    )
    naming = (vectors_name, graph_name, cache_name)
    assert [name(embedded) for name in naming] == ["vectors", "graph", "cache"]
    assert [name(servers) for name in naming] == ["qdrant", "neo4j", "redis"]
