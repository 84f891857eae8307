"""Fixtures with the addresses of the real servers; tests/conftest.py names this module.

An address comes from the environment (a server of one's own) or from the file that `make services`
wrote. Without a server the test is skipped with the reason, and fails where CI=true: there a skip
would pass for a check.
"""

import os
import uuid
from collections.abc import Iterator
from contextlib import closing
from typing import NoReturn

import psycopg2
import pytest
from filelock import FileLock

from tests.services.address_file import AddressFile, url_variable
from tests.shared_folder import shared_folder


@pytest.fixture(scope="session")
def redis_url() -> str:
    """Return the address of a Redis whose content is the tests' to change."""
    return service_url("redis")


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """Return the address of a PostgreSQL database whose content is the tests' to change."""
    return service_url("postgres")


@pytest.fixture
def postgres_database_url(postgres_url: str) -> Iterator[str]:
    """Return the address of an empty database that is the one test's own."""
    name = f"test_{uuid.uuid4().hex}"
    server = psycopg2.connect(postgres_url)
    server.autocommit = True
    with closing(server), server.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
        yield f"{postgres_url.rpartition('/')[0]}/{name}"
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def neo4j_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the Bolt address of a Neo4j without log-in whose content is the tests' to change.

    It has one database, and tests ask for all that is in it: one module at a time has it.
    """
    url = service_url("neo4j")
    with FileLock(shared_folder(tmp_path_factory) / "neo4j.lock"):
        yield url


@pytest.fixture(scope="session")
def mlflow_url() -> str:
    """Return the tracking address of an MLflow server."""
    return service_url("mlflow")


@pytest.fixture(scope="session")
def s3_url() -> str:
    """Return the endpoint of an S3-compatible store that takes any credentials."""
    return service_url("s3")


def service_url(name: str) -> str:
    """Return the address of the server of that name; skips or fails the test when it is absent."""
    # The clients take seconds to import, and every run of the tests imports this module.
    from tests.services.catalogue import SERVERS

    variable = url_variable(name)
    url = os.environ.get(variable) or AddressFile().variables().get(variable)
    if url is None:
        _do_without(f"no {name} server: run `make services`, or set {variable}")
    if not SERVERS[name].answers(url):
        _do_without(f"the {name} server at {url} does not answer: run `make services`")
    return url


def _do_without(reason: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
