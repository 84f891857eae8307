"""Every test server does what the project asks of its kind, through the client the project uses."""

import uuid
from contextlib import closing

import httpx
import neo4j
import polars as pl
import psycopg2
import pytest
import redis
from deltalake import write_deltalake
from neo4j.exceptions import ClientError

from tests.services.fixtures import service_url


@pytest.mark.service("redis")
def test_redis_keeps_a_value_until_its_time_is_up(redis_url: str) -> None:
    key = f"test:{uuid.uuid4()}"
    with redis.Redis.from_url(redis_url, decode_responses=True) as client:
        client.set(key, "scored", px=60_000)
        assert client.get(key) == "scored"
        assert 0 < client.pttl(key) <= 60_000

        client.pexpireat(key, 1)
        assert client.get(key) is None


@pytest.mark.service("neo4j")
def test_neo4j_merges_a_node_once(neo4j_url: str) -> None:
    name = str(uuid.uuid4())
    with neo4j.GraphDatabase.driver(neo4j_url) as driver:
        for _ in range(2):
            driver.execute_query("MERGE (:Probe {path: $path})", path=name)
        records, _, _ = driver.execute_query(
            "MATCH (file:Probe {path: $path}) RETURN count(file) AS files", path=name
        )
    assert records[0]["files"] == 1


@pytest.mark.service("neo4j")
def test_neo4j_refuses_to_create_in_a_session_opened_for_reading(neo4j_url: str) -> None:
    with (
        neo4j.GraphDatabase.driver(neo4j_url) as driver,
        driver.session(default_access_mode=neo4j.READ_ACCESS) as session,
    ):
        with pytest.raises(ClientError) as refusal:
            session.run("CREATE (:Probe {path: 'written'})").consume()
        assert refusal.value.code == "Neo.ClientError.Statement.AccessMode"


@pytest.mark.service("postgres")
def test_postgres_answers_a_query(postgres_url: str) -> None:
    with closing(psycopg2.connect(postgres_url)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT sum(n) FROM generate_series(1, 4) AS n")
        assert cursor.fetchone() == (10,)


@pytest.mark.service("mlflow")
def test_mlflow_makes_an_experiment_over_rest(mlflow_url: str) -> None:
    name = str(uuid.uuid4())
    api = f"{mlflow_url}/api/2.0/mlflow/experiments"
    made = httpx.post(f"{api}/create", json={"name": name}).raise_for_status().json()
    found = httpx.get(f"{api}/get-by-name", params={"experiment_name": name}).raise_for_status()
    assert found.json()["experiment"]["experiment_id"] == made["experiment_id"]


@pytest.mark.service("s3")
def test_the_object_store_keeps_a_delta_table(s3_url: str) -> None:
    bucket = f"lake-{uuid.uuid4()}"
    httpx.put(f"{s3_url}/{bucket}").raise_for_status()
    commits = pl.DataFrame({"sha": ["a" * 40, "b" * 40], "files": [1, 2]})
    options = {
        "AWS_ENDPOINT_URL": s3_url,
        "AWS_ALLOW_HTTP": "true",
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_S3_ALLOW_UNSAFE_RENAME": "true",
    }
    write_deltalake(f"s3://{bucket}/commits", commits, storage_options=options)
    stored = pl.read_delta(f"s3://{bucket}/commits", storage_options=options)
    assert stored.sort("sha").equals(commits)


@pytest.mark.parametrize(
    ("ci", "outcome"),
    [("true", pytest.fail.Exception), ("", pytest.skip.Exception)],
    ids=["fails in CI", "skips elsewhere"],
)
def test_a_server_that_does_not_answer(
    ci: str, outcome: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HYPERION_TEST_REDIS_URL", "redis://127.0.0.1:1/0")
    monkeypatch.setenv("CI", ci)
    with pytest.raises(outcome, match="does not answer: run `make services`"):
        service_url("redis")
