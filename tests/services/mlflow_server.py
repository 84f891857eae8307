"""The MLflow tracking server, the server form of the model registry, from this environment."""

import sys
from collections.abc import Mapping
from pathlib import Path

import httpx
from typing_extensions import override

from tests.services.server import HOST, Server


class MlflowServer(Server):
    """An MLflow server on SQLite that serves its artifacts itself."""

    name = "mlflow"

    @override
    def environment(self) -> Mapping[str, str]:
        """Keep it from reporting its use to anyone."""
        return {"MLFLOW_DISABLE_TELEMETRY": "true", "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}

    @override
    def command(self, folder: Path, port: int) -> list[str]:
        """Return the command that serves on `port` with one worker process."""
        return [
            *(sys.executable, "-m", "mlflow", "server", "--workers", "1"),
            *("--host", HOST, "--port", str(port)),
            *("--backend-store-uri", f"sqlite:///{folder}/mlflow.db"),
            *("--artifacts-destination", str(folder / "artifacts")),
        ]

    @override
    def url(self, port: int) -> str:
        """Return the tracking address."""
        return f"http://{HOST}:{port}"

    @override
    def answers(self, url: str) -> bool:
        """Tell whether it says that it is well."""
        try:
            return httpx.get(f"{url}/health", timeout=2).is_success
        except httpx.TransportError:
            return False
