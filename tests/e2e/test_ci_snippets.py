"""The hook and the CI configurations of the documentation, run as git and those systems run them.

Their servers are not here: what they would set is set by hand, and their own actions (checkout,
cache, upload) are left out, as is the installation with pip.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.e2e.commands import HYPERION, clean_environment
from tests.histories import commit_of, git, write_history
from tests.homes import allow_dagsters_own_warning

pytestmark = allow_dagsters_own_warning

SNIPPETS = Path(__file__).resolve().parents[2] / "docs" / "ci"
SLUG = "shop"
LARGE, SMALL = "n = 1\n" * 200, "n = 1\n"
HISTORY = [commit_of({f"part{at % 3}.py": "a = 1\n" * at}, hours=at) for at in range(1, 25)]


@dataclass(frozen=True)
class Runner:
    """A server, a clone of it on a branch with two new commits, and a home of its main branch.

    `analysed` is what the analysis printed.
    """

    origin: Path
    clone: Path
    home: Path
    analysed: str

    def variables(self) -> dict[str, str]:
        """The environment of the systems' steps: theirs is set beside it."""
        path = f"{HYPERION.parent}{os.pathsep}{os.environ['PATH']}"
        return clean_environment({"PATH": path, "HYPERION_HOME": str(self.home)})


def commit_file(folder: Path, path: str, text: str) -> str:
    """Commit *text* as *path*, and return the commit."""
    (folder / path).write_text(text)
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", f"--message=Add {path}")
    return git(folder, "rev-parse", "HEAD").decode().strip()


def bash(
    folder: Path, script: str, variables: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run *script* as these systems do: it ends at the first command that fails."""
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=folder,
        env=variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def workflow() -> dict[str, Any]:
    """The workflow of GitHub; its key `on` is a truth value to YAML 1.1."""
    return yaml.safe_load((SNIPPETS / "github-actions.yml").read_text("utf-8"))


def github_scripts() -> dict[str, str]:
    """The scripts of its steps, by name, without the installation."""
    steps = workflow()["jobs"]["risk"]["steps"]
    scripts = {step["name"]: step["run"] for step in steps if "run" in step}
    assert "pip install" in scripts.pop("Install Hyperion")
    return scripts


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Runner:
    """Analysed by the very step of the workflow; tests write nothing but reports into the clone."""
    folder = tmp_path_factory.mktemp("ci")
    write_history(folder / "shop.git", HISTORY)
    clone = folder / "checkout"
    git(folder, "clone", "--quiet", str(folder / "shop.git"), str(clone))
    git(clone, "checkout", "--quiet", "--detach")
    git(clone, "branch", "--quiet", "--delete", "main")  # a runner has remote branches alone
    commit_file(clone, "small.py", SMALL)
    commit_file(clone, "large.py", LARGE)
    git(clone, "update-ref", "refs/remotes/pull/1/merge", "HEAD")
    made = Runner(folder / "shop.git", clone, folder / "home", "")
    variables = made.variables() | {"SLUG": SLUG, "TARGET": "main"}
    done = bash(clone, github_scripts()["Analyse the target branch"], variables)
    assert done.returncode == 0, done.stderr
    return Runner(made.origin, clone, made.home, done.stdout)


def test_the_analysis_is_of_the_target_branch_and_leaves_the_checkout_as_it_was(
    runner: Runner,
) -> None:
    assert "24 commits by 1 author" in runner.analysed
    assert git(runner.clone, "log", "-1", "--format=%s") == b"Add large.py\n"


def test_githubs_steps_write_sarif_annotate_and_fail(runner: Runner) -> None:
    scripts = github_scripts()
    assert list(scripts) == ["Analyse the target branch", "Predict", "Annotate and judge"]
    variables = runner.variables() | {"SLUG": SLUG, "TARGET": "main"}
    predicted = bash(runner.clone, scripts["Predict"], variables)
    assert (predicted.returncode, predicted.stdout) == (0, "")
    log = json.loads((runner.clone / "hyperion.sarif").read_text("utf-8"))
    risks = [each for each in log["runs"][0]["results"] if each["ruleId"] == "risky-commit"]
    assert [risk["level"] for risk in risks] == ["error", "note"]
    judged = bash(runner.clone, scripts["Annotate and judge"], variables)
    assert judged.returncode == 1
    assert judged.stdout.startswith("::error file=large.py,title=")
    assert "1 commit is riskier than 95 of 100 commits of shop" in judged.stderr


def test_githubs_workflow_keeps_the_home_and_asks_for_the_whole_history() -> None:
    job = workflow()["jobs"]["risk"]
    by_action = {step["uses"].split("@")[0]: step for step in job["steps"] if "uses" in step}
    assert by_action["actions/checkout"]["with"]["fetch-depth"] == 0
    cached = by_action["actions/cache"]["with"]["path"]
    assert job["env"]["HYPERION_HOME"] == f"${{{{ github.workspace }}}}/{cached}"
    upload = by_action["github/codeql-action/upload-sarif"]["with"]["sarif_file"]
    assert github_scripts()["Predict"].endswith(f"> {upload}")


def test_gitlabs_script_writes_the_report_and_fails(runner: Runner) -> None:
    """The cached home is up to date, so that the analysis finds nothing new."""
    job = yaml.safe_load((SNIPPETS / "gitlab-ci.yml").read_text("utf-8"))["hyperion"]
    predefined = {
        "CI_PROJECT_DIR": str(runner.clone),
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
        "CI_COMMIT_SHA": git(runner.clone, "rev-parse", "HEAD").decode().strip(),
    }
    own = {
        name: re.sub(r"\$(\w+)", lambda found: predefined[found[1]], value)
        for name, value in job["variables"].items()
    }
    assert own["HYPERION_HOME"] == f"{runner.clone}/{job['cache']['paths'][0].rstrip('/')}"
    assert own["GIT_DEPTH"] == "0"
    variables = runner.variables() | predefined | own | {"HYPERION_HOME": str(runner.home)}
    done = bash(runner.clone, "\n".join(job["script"]), variables)
    assert done.returncode == 1
    assert "Nothing new since the last analysis" in done.stdout
    assert "1 commit is riskier than 95 of 100 commits of shop" in done.stderr
    report = json.loads((runner.clone / job["artifacts"]["reports"]["codequality"]).read_text())
    assert [entry["severity"] for entry in report] == ["major", "info"]
    assert job["artifacts"]["when"] == "always"


def test_jenkins_steps_write_sarif_and_fail(runner: Runner) -> None:
    text = (SNIPPETS / "Jenkinsfile").read_text("utf-8")
    scripts = [first or second for first, second in
               re.findall(r"sh '''\n(.*?)'''|sh '([^'\n]+)'", text, re.DOTALL)]  # fmt: skip
    assert len(scripts) == 3
    variables = runner.variables() | {
        "SLUG": SLUG,
        "CHANGE_TARGET": "main",
        "GIT_COMMIT": git(runner.clone, "rev-parse", "HEAD").decode().strip(),
    }
    runs = [bash(runner.clone, script, variables) for script in scripts]
    assert [run.returncode for run in runs] == [0, 0, 1]
    assert json.loads((runner.clone / "hyperion.sarif").read_text())["version"] == "2.1.0"
    assert "Add large.py" in runs[2].stdout
    assert "1 commit is riskier than 95 of 100 commits of shop" in runs[2].stderr


@dataclass(frozen=True)
class Author:
    """Somebody's clone with the hook, and the server that it pushes to."""

    clone: Path
    server: Path
    variables: Mapping[str, str]

    def push(self, *refs: str) -> subprocess.CompletedProcess[str]:
        """Push *refs*; git's words and the hook's are on standard error."""
        return subprocess.run(
            ["git", "push", "origin", *refs],
            cwd=self.clone,
            env=self.variables,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def has(self, ref: str) -> bool:
        """Whether the server has *ref*."""
        return bool(git(self.server, "for-each-ref", ref))


@pytest.fixture
def author(runner: Runner, tmp_path: Path) -> Author:
    """On main; the home is the one of the analysis."""
    server, clone = tmp_path / "server.git", tmp_path / SLUG
    git(tmp_path, "clone", "--quiet", "--bare", str(runner.origin), str(server))
    git(tmp_path, "clone", "--quiet", str(server), str(clone))
    shutil.copy(SNIPPETS / "pre-push", clone / ".git" / "hooks" / "pre-push")
    return Author(clone, server, runner.variables())


def test_the_hook_is_executable() -> None:
    assert os.access(SNIPPETS / "pre-push", os.X_OK)


def test_a_push_without_risk_passes_and_says_how_risky_it_is(author: Author) -> None:
    sha = commit_file(author.clone, "small.py", SMALL)
    pushed = author.push("main")
    assert pushed.returncode == 0, pushed.stderr
    assert f"{sha[:10]} Add small.py" in pushed.stdout + pushed.stderr
    assert git(author.server, "rev-parse", "main").decode().strip() == sha


def test_a_push_with_a_risky_commit_is_refused_unless_it_is_not_to_be_judged(
    author: Author,
) -> None:
    before = git(author.server, "rev-parse", "main")
    sha = commit_file(author.clone, "large.py", LARGE)
    refused = author.push("main")
    assert refused.returncode == 1
    assert f"which --fail-above refuses: {sha[:10]}" in refused.stderr
    assert git(author.server, "rev-parse", "main") == before
    assert author.push("--no-verify", "main").returncode == 0


def test_settings_of_the_clone_say_what_is_too_risky(author: Author) -> None:
    git(author.clone, "config", "hyperion.failAbove", "100")
    commit_file(author.clone, "large.py", LARGE)
    assert author.push("main").returncode == 0


def test_a_new_branch_is_judged_from_where_it_left_main(author: Author) -> None:
    git(author.clone, "switch", "--quiet", "--create", "topic")
    sha = commit_file(author.clone, "large.py", LARGE)
    refused = author.push("topic")
    assert (refused.returncode, author.has("refs/heads/topic")) == (1, False)
    assert f"1 commit is riskier than 95 of 100 commits of {SLUG}" in refused.stderr
    assert sha[:10] in refused.stderr


def test_a_branch_without_new_commits_and_a_tag_pass_unjudged(author: Author) -> None:
    git(author.clone, "branch", "same")
    git(author.clone, "tag", "v1")
    pushed = author.push("same", "v1")
    assert (pushed.returncode, pushed.stdout) == (0, "")
    assert author.has("refs/heads/same")
    assert author.has("refs/tags/v1")


def test_the_deletion_of_a_branch_passes_unjudged(author: Author) -> None:
    git(author.server, "branch", "old", "main")
    pushed = author.push("--delete", "old")
    assert (pushed.returncode, pushed.stdout) == (0, "")
    assert not author.has("refs/heads/old")


def test_of_several_branches_each_is_judged_and_one_risky_one_refuses_all(author: Author) -> None:
    git(author.server, "branch", "old", "main")
    git(author.clone, "switch", "--quiet", "--create", "first")
    risky = commit_file(author.clone, "large.py", LARGE)
    git(author.clone, "switch", "--quiet", "--create", "second", "main")
    harmless = commit_file(author.clone, "small.py", SMALL)
    refused = author.push("first", "second", ":old")
    assert refused.returncode == 1
    said = refused.stdout + refused.stderr
    assert f"{risky[:10]} Add large.py" in said
    assert f"{harmless[:10]} Add small.py" in said
    assert author.has("refs/heads/old")
    assert not author.has("refs/heads/first")
    assert not author.has("refs/heads/second")


def test_where_new_branches_start_is_unknown_the_push_passes_and_that_is_said(
    author: Author,
) -> None:
    git(author.clone, "config", "hyperion.base", "origin/develop")
    git(author.clone, "switch", "--quiet", "--create", "topic")
    commit_file(author.clone, "large.py", LARGE)
    pushed = author.push("topic")
    assert pushed.returncode == 0
    assert "refs/heads/topic is not judged, as origin/develop is no commit here" in pushed.stderr


def test_a_repository_that_was_never_analysed_refuses_and_says_so(author: Author) -> None:
    git(author.clone, "config", "hyperion.slug", "unknown")
    commit_file(author.clone, "small.py", SMALL)
    refused = author.push("main")
    assert refused.returncode == 1
    assert "no repository named 'unknown'; there are: shop" in refused.stderr
