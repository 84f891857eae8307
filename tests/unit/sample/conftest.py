"""The sample repository, written once, and git to ask it with."""

import json
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from hyperion_pipelines.sample import SampleRepository, write_sample_repository


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> SampleRepository:
    return write_sample_repository(tmp_path_factory.mktemp("sample"))


@pytest.fixture(scope="session")
def truth(sample: SampleRepository) -> dict[str, Any]:
    return json.loads(sample.ground_truth.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def git(sample: SampleRepository) -> Callable[..., str]:
    """What git answers about the sample; a failing command fails the test."""

    def answer(*arguments: str, text: str = "") -> str:
        command = ["git", f"--git-dir={sample.git_dir}", *arguments]
        return subprocess.run(
            command, input=text, check=True, capture_output=True, encoding="utf-8"
        ).stdout

    return answer
