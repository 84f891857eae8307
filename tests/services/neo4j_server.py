"""Neo4j community edition, the server form of the graph, from Maven.

Its jars (123 MB) are kept in the user's cache folder: only the first start downloads them.
"""

import shutil
import subprocess
import tempfile
from pathlib import Path
from signal import SIGKILL

import neo4j
from neo4j.exceptions import AuthError, DriverError, Neo4jError
from typing_extensions import override

from tests.services.server import HOST, Server, ServiceError, packages_of_absent_programs

_VERSION = "5.26.30"
_JARS = Path.home() / ".cache" / "hyperion" / f"neo4j-{_VERSION}"
_DOWNLOAD_TIMEOUT_SECONDS = 600
_PROJECT = f"""\
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>hyperion</groupId>
  <artifactId>neo4j-server</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.neo4j</groupId>
      <artifactId>neo4j</artifactId>
      <version>{_VERSION}</version>
    </dependency>
  </dependencies>
</project>
"""
_COPY_GOAL = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
_OPENED_PACKAGES = [
    "java.base/java.io",
    "java.base/java.lang",
    "java.base/java.nio",
    "java.base/java.util.concurrent",
    "java.base/sun.nio.ch",
]


class Neo4jServer(Server):
    """A Neo4j that speaks Bolt only, without log-in unless told otherwise."""

    name = "neo4j"
    stop_signal = SIGKILL  # its orderly end takes ten seconds, and its data is thrown away

    def __init__(self, *, asks_for_log_in: bool = False) -> None:
        self._asks_for_log_in = asks_for_log_in

    @override
    def missing_packages(self) -> list[str]:
        programs = {"java": "default-jre-headless"}
        if not _JARS.is_dir():
            programs["mvn"] = "maven"
        return packages_of_absent_programs(programs)

    @override
    def download(self) -> None:
        """Copy Neo4j and all that it depends on from Maven Central, whole or not at all."""
        if _JARS.is_dir():
            return
        _JARS.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=_JARS.parent, prefix="download-") as work:
            project = Path(work) / "pom.xml"
            project.write_text(_PROJECT)
            jars = Path(work) / "jars"
            _copy_dependencies(project, jars)
            jars.rename(_JARS)

    @override
    def prepare(self, folder: Path, port: int) -> None:
        """Write its configuration."""
        settings = {
            "server.bolt.listen_address": f"{HOST}:{port}",
            "server.http.enabled": "false",
            "server.https.enabled": "false",
            "dbms.security.auth_enabled": str(self._asks_for_log_in).lower(),
            "dbms.usage_report.enabled": "false",
            "server.memory.heap.max_size": "512m",
            "server.memory.pagecache.size": "128m",
        }
        configuration = folder / "conf" / "neo4j.conf"
        configuration.parent.mkdir()
        configuration.write_text("".join(f"{key}={value}\n" for key, value in settings.items()))

    @override
    def command(self, folder: Path, port: int) -> list[str]:
        """Return the command that serves as the configuration in `folder` says."""
        opened = [f"--add-opens={package}=ALL-UNNAMED" for package in _OPENED_PACKAGES]
        java = ["java", "-XX:+UseParallelGC", "-Xmx512m", *opened, "-cp", f"{_JARS}/*"]
        folders = [f"--home-dir={folder}", f"--config-dir={folder}/conf"]
        return [*java, "org.neo4j.server.CommunityEntryPoint", *folders]

    @override
    def url(self, port: int) -> str:
        """Return the Bolt address."""
        return f"bolt://{HOST}:{port}"

    @override
    def answers(self, url: str) -> bool:
        """Tell whether the driver can open a session, or is asked to log in."""
        with neo4j.GraphDatabase.driver(url, connection_timeout=2) as driver:
            try:
                driver.verify_connectivity()
            except AuthError:
                return True
            except (DriverError, Neo4jError):
                return False
        return True


def _copy_dependencies(project: Path, target: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise ServiceError("Neo4j comes through Maven: install the Debian package maven.")
    finished = subprocess.run(
        [
            *(maven, "--batch-mode", "--quiet", "--file", str(project), _COPY_GOAL),
            *(f"-DoutputDirectory={target}", "-DincludeScope=runtime"),
        ],
        capture_output=True,
        text=True,
        timeout=_DOWNLOAD_TIMEOUT_SECONDS,
        check=False,
    )
    if finished.returncode != 0:
        raise ServiceError(
            f"Neo4j {_VERSION} could not be had from Maven Central: check that this machine "
            f"reaches it, or copy the jars to {_JARS}. Maven said:\n{finished.stdout.strip()}"
        )
