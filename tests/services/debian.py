"""Installs Debian packages, or says which ones a person has to install."""

import os
import shutil
import subprocess
from collections.abc import Sequence

from tests.services.server import ServiceError, is_root

_INSTALL_TIMEOUT_SECONDS = 600


def install(packages: Sequence[str]) -> None:
    """Install `packages` with apt-get.

    Raises:
        ServiceError: this is not root on Debian, or apt-get failed.

    """
    if not packages:
        return
    if not is_root() or shutil.which("apt-get") is None:
        raise ServiceError(
            f"Missing software, and only root on Debian can install it from here: install "
            f"{', '.join(packages)} (`apt-get install {' '.join(packages)}`) and start again."
        )
    _apt_get("update", "-qq")
    _apt_get("install", "-qq", "--yes", "--no-install-recommends", *packages)


def _apt_get(*arguments: str) -> None:
    finished = subprocess.run(
        ["apt-get", *arguments],
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        capture_output=True,
        text=True,
        timeout=_INSTALL_TIMEOUT_SECONDS,
        check=False,
    )
    if finished.returncode != 0:
        raise ServiceError(f"apt-get {' '.join(arguments)} failed: {finished.stderr.strip()}")
