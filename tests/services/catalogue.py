"""The servers that the tests use, by name, and other programs."""

from tests.services.mlflow_server import MlflowServer
from tests.services.neo4j_server import Neo4jServer
from tests.services.postgres_server import PostgresServer
from tests.services.redis_server import RedisServer
from tests.services.s3_server import S3Server
from tests.services.server import Server

SERVERS: dict[str, Server] = {
    server.name: server
    for server in (RedisServer(), PostgresServer(), Neo4jServer(), MlflowServer(), S3Server())
}

# Programs that are no servers, and the Debian packages that have them.
PROGRAMS = {"chromium": "chromium", "wrk": "wrk"}
