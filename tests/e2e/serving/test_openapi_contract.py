"""The sidecar keeps to its own OpenAPI document, whatever it is sent.

schemathesis makes requests from the document, some that fit it and some that do not, the same at
every run, and holds the answers against it. Most fitting requests name no repository that is there;
a second round names the sample, with commits and files that it has.
"""

import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.checks import CheckContext
from schemathesis.config import SchemathesisConfig
from schemathesis.core.transport import Response

from hyperion_pipelines.serving.app import create_api
from hyperion_pipelines.serving.caches.published import PublishedWorkspace
from hyperion_pipelines.serving.sidecar import Sidecar
from hyperion_pipelines.settings import Settings
from tests.e2e.conftest import Analysed
from tests.e2e.serving.serve import listening
from tests.homes import open_home

EXAMPLES = 5
UNHURRIED = settings(deadline=None, suppress_health_check=(HealthCheck.too_slow,))
NOT_HELD_TO = (
    "not_a_server_error",  # which is asked more exactly below
    "positive_data_acceptance",  # not all that is wanted of a request can be said in the document
    "allow_header_conformance",  # Starlette's `Allow` names the methods of a path's first route
)
UNLIMITED = {"HYPERION_RATE_LIMIT": "1000000/second", "HYPERION_RATE_LIMITS": "{}"}

Test = Callable[..., None]
_NOWHERE = PublishedWorkspace(Settings(home=Path("nowhere")))
DOCUMENT: dict[str, Any] = create_api(Sidecar(_NOWHERE, is_open=True)).openapi()


def requests(mode: str) -> Callable[[Test], Test]:
    """Calls a test with requests for each operation: `all`, or those that fit (`positive`)."""
    generation = {"max-examples": EXAMPLES, "deterministic": True, "mode": mode, "database": "none"}
    checks = {name: {"enabled": False} for name in NOT_HELD_TO}
    config = SchemathesisConfig.from_dict({"seed": 1, "generation": generation, "checks": checks})
    document = schemathesis.openapi.from_dict(DOCUMENT, config=config)
    return cast("Callable[[Test], Test]", document.parametrize())


@pytest.fixture(scope="module")
def home(analysed: Analysed, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the analysed home, in which requests may start and add what they like."""
    copy = tmp_path_factory.mktemp("contract") / "home"
    shutil.copytree(analysed.home, copy)
    return copy


@pytest.fixture(scope="module")
def address(home: Path) -> Iterator[str]:
    """A sidecar that asks nobody for a key and counts no requests; Dagster is not there."""
    with listening(home, UNLIMITED) as url:
        yield url


@pytest.fixture(scope="module")
def there(home: Path, analysed: Analysed) -> Mapping[str, str]:
    """What can be named that the home has, by how requests call it."""
    lake = open_home(home).lake
    sha = lake.read("commit_scores", analysed.slug, columns=["sha"])["sha"][-1]
    path = lake.read("file_scores", analysed.slug, columns=["path"])["path"][0]
    return {"repository": analysed.slug, "slug": analysed.slug, "sha": sha, "path": path}


@requests("all")
@UNHURRIED
def test_every_answer_is_as_documented(case: Case[Any], address: str) -> None:
    hold(case, address)


@requests("positive")
@UNHURRIED
def test_so_is_every_answer_about_a_repository_that_is_there(
    case: Case[Any], address: str, there: Mapping[str, str]
) -> None:
    for place in (case.path_parameters, case.query, case.body):
        name_what_is_there(place, there)
    hold(case, address)


def hold(case: Case[Any], address: str) -> None:
    """Send the request, and hold the answer against the document."""
    response = case.call(base_url=address, timeout=60)
    case.validate_response(response, additional_checks=[fails_only_for_want_of_a_dependency])


def fails_only_for_want_of_a_dependency(_: CheckContext, response: Response, __: Case[Any]) -> None:
    """Of all statuses from 500 on only 503 may come, with the name of what is away."""
    if response.status_code >= 500:
        assert response.status_code == 503, response.text
        assert response.json()["dependency"], response.text


def name_what_is_there(place: object, there: Mapping[str, str]) -> None:
    """Let the parts of a request that say what is meant name what the home has."""
    if not isinstance(place, dict):
        return
    parts = cast("dict[str, Any]", place)
    for name, value in there.items():
        if name in parts:
            parts[name] = value
        if f"{name}s" in parts:
            parts[f"{name}s"] = [value]
