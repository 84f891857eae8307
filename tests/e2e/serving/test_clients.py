"""What others ask the sidecar with: the page's own lines, a build's script, Open WebUI's function.

All of them ask one sidecar over the sample, over a real connection and with a key.
"""

import asyncio
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.commands import clean_environment, run
from tests.e2e.conftest import SLUG, Analysed
from tests.e2e.serving.serve import listening
from tests.histories import git
from tests.homes import open_home
from tests.open_webui import FUNCTION_ID, LoadedFunction, Told, load_function

DOCS = Path(__file__).resolve().parents[3] / "docs"
EXAMPLES = re.findall(
    r"^```bash\n(.*?)^```", (DOCS / "serving.md").read_text("utf-8"), re.MULTILINE | re.DOTALL
)
ASK, *LINES = (line for example in EXAMPLES for line in example.replace("|\n", "| ").splitlines())
CITATION = re.compile(rf"{SLUG}@[0-9a-f]{{40}}:[^#]+#L\d+-L\d+")
QUESTION = {"role": "user", "content": "how is the price of a cart computed?"}


@dataclass(frozen=True)
class Asked:
    """A sidecar with a key, what it can be asked about, and a clone of that."""

    url: str
    key: str
    sha: str
    base: str
    path: str
    clone: Path

    def bash(self, script: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run *script* in the clone; it ends at the first command that fails."""
        own = {"URL": self.url, "KEY": self.key, "SHA": self.sha, "BASE": self.base}
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-euo", "pipefail", "-c", script],
            cwd=self.clone,
            env=clean_environment({**own, "FILE": self.path, **variables}),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )


@pytest.fixture(scope="module")
def asked(analysed: Analysed, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """Its Dagster is not there."""
    folder = tmp_path_factory.mktemp("clients")
    home, clone = folder / "home", folder / "clone"
    shutil.copytree(analysed.home, home)
    git(folder, "clone", "--quiet", str(analysed.source), str(clone))
    made = run(
        "token", "create", "--name", "build", "--scope", "analyse", "--scope", "read", home=home
    )
    lake = open_home(home).lake
    newest = lake.read("commits", SLUG).filter(is_merge=False, is_on_head=True).row(-1, named=True)
    path = lake.read("file_scores", SLUG, columns=["path"])["path"][0]
    with listening(home) as url:
        yield Asked(url, made.output.strip(), newest["sha"], newest["parents"][0], path, clone)


@pytest.mark.parametrize("line", LINES)
def test_every_line_of_the_page_is_answered(asked: Asked, line: str) -> None:
    """But for what needs Dagster, which is not there, and is named."""
    done = asked.bash(f"{ASK}\n{line}")
    if "/v1/analyses" in line:
        assert (done.returncode, '"dependency":"dagster"' in done.stdout) == (22, True), done.stdout
    else:
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stdout


def build(asked: Asked, **variables: str) -> subprocess.CompletedProcess[str]:
    """The script for builds, on a change of one large file."""
    target = git(asked.clone, "rev-parse", "--abbrev-ref", "origin/HEAD").decode().strip()
    git(asked.clone, "checkout", "--quiet", "-B", "change", target)
    (asked.clone / "large.py").write_text("n = 1\n" * 300)
    git(asked.clone, "add", "--all")
    git(asked.clone, "commit", "--quiet", "--message=Add large.py")
    usual: Mapping[str, str] = {
        "HYPERION_URL": asked.url,
        "HYPERION_KEY": asked.key,
        "SLUG": SLUG,
        "TARGET": target.removeprefix("origin/"),
    }
    return asked.bash(str(DOCS / "ci" / "ask-the-sidecar"), **{**usual, **variables})


def test_the_builds_script_passes_what_is_no_riskier_than_its_limit(asked: Asked) -> None:
    done = build(asked, FAIL_ABOVE="100")
    assert done.returncode == 0, done.stderr
    assert re.match(r"riskier than \d+ of 100 commits of the repository\n  - ", done.stdout)


def test_the_builds_script_fails_above_its_limit(asked: Asked) -> None:
    done = build(asked, FAIL_ABOVE="1")
    assert done.returncode == 1, done.stderr
    assert done.stdout.endswith("this is more than 1: have it looked at twice\n")


@pytest.mark.parametrize(
    ("variables", "reason"),
    [
        ({"HYPERION_KEY": "hyp_wrong"}, "key"),
        ({"SLUG": "unknown"}, "no repository named 'unknown'"),
        ({"HYPERION_URL": "http://127.0.0.1:1"}, "127.0.0.1"),
    ],
)
def test_the_builds_script_says_why_it_could_not_judge(
    asked: Asked, variables: Mapping[str, str], reason: str
) -> None:
    done = build(asked, **variables)
    assert (done.returncode, done.stdout) == (2, "")
    assert reason in done.stderr


def test_the_builds_script_is_executable() -> None:
    assert os.access(DOCS / "ci" / "ask-the-sidecar", os.X_OK)


@pytest.fixture
def function(asked: Asked) -> LoadedFunction:
    """The function as Open WebUI keeps it."""
    path = DOCS / "open-webui" / "hyperion_function.py"
    return load_function(path, base_url=asked.url, api_key=asked.key)


def chat(function: LoadedFunction, message: Mapping[str, str], *, stream: bool = True) -> Told:
    """What a message in a chat with the sample's model brings."""
    body = {"model": f"{FUNCTION_ID}.hyperion/{SLUG}", "messages": [message], "stream": stream}
    return asyncio.run(function.ask(body))


def test_open_webui_lists_the_repositories_that_the_key_may_know(function: LoadedFunction) -> None:
    assert asyncio.run(function.models()) == {
        "hyperion.hyperion": "Hyperion",
        f"hyperion.hyperion/{SLUG}": f"Hyperion: {SLUG}",
    }


@pytest.mark.parametrize("stream", [True, False])
def test_open_webui_shows_words_statuses_and_each_source(
    function: LoadedFunction, *, stream: bool
) -> None:
    told = chat(function, QUESTION, stream=stream)
    assert told.error is None
    sources = told.of_type("citation")
    assert sources
    for source in sources:
        (quote,), (about,) = source["document"], source["metadata"]
        assert quote
        assert CITATION.fullmatch(about["source"])
        assert about["source"] in told.text
        assert f":{about['file']}#" in about["source"]
        assert about["source"].endswith(f":{about['name']}")
    known = [source["metadata"][0] for source in sources]
    assert any(about["owners"] and about["risk"] for about in known)  # of source code, that is
    *_, first, last = told.of_type("status")
    assert first == {"description": "Answering from what was found", "done": False}
    counted = "1 source" if len(sources) == 1 else f"{len(sources)} sources"
    assert last == {"description": f"Answered from {counted}", "done": True}


def test_open_webui_shows_no_source_where_nothing_was_found(function: LoadedFunction) -> None:
    told = chat(function, {"role": "user", "content": "how long do I boil potatoes?"})
    assert told.of_type("citation") == []
    assert told.of_type("status")[-1]["description"] == "Nothing was found that answers this"
    assert told.text
