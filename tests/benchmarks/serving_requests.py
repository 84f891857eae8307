"""The requests of the mixed load: what people, CI jobs, dashboards and chats ask the sidecar for.

They are about the newest commits and the files of one analysed repository, drawn at random with a
fixed seed: they come again, as in use; questions and diffs are always new.
"""

import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import urlencode

import polars as pl

from hyperion_pipelines.workspace import Workspace
from tests.benchmarks.paced_load import Request

NEWEST = 100
# How many of a hundred requests are for an endpoint.
SHARES: Mapping[str, float] = {
    "predictions/commits": 20, "predictions/files": 10, "predictions/diff": 0.5,
    "predictions/diff of a range": 1, "anomalies": 4, "impact": 6,
    "search": 5, "answers": 1, "chat/completions": 1, "models": 2,
    "repositories": 4, "repository": 4, "profile": 4, "hotspots": 5, "owners": 5, "coupling": 5,
    "trends": 3, "features of a commit": 7, "features of a file": 5, "graph/query": 2,
    "knowers": 3, "healthz": 1, "readyz": 0.5, "metrics": 1,
}  # fmt: skip
_CYPHER = "MATCH (file:File) RETURN file.path ORDER BY file.path SKIP $skip LIMIT 20"


@dataclass(frozen=True)
class Subject:
    """What is asked about: a repository's newest commits that are no merges, and its files."""

    slug: str
    shas: list[str]
    parents: list[str]
    paths: list[str]

    @property
    def words(self) -> list[str]:
        """Words that its people use: the names of its files."""
        return sorted({PurePosixPath(path).stem.replace("_", " ") for path in self.paths})


def largest(workspace: Workspace) -> Subject:
    """The repository of the home with the most commits."""
    lake = workspace.lake
    commits = {
        each.slug: lake.read("commits", each.slug, columns=["sha", "parents"])
        for each in workspace.catalogue.list()
    }
    slug = max(commits, key=lambda each: commits[each].height)
    newest = commits[slug].filter(pl.col("parents").list.len() == 1).tail(NEWEST)
    return Subject(
        slug,
        newest["sha"].to_list(),
        newest["parents"].list.first().to_list(),
        lake.read("file_scores", slug, columns=["path"])["path"].head(NEWEST).to_list(),
    )


def new_questions(subject: Subject, seed: int) -> Iterator[str]:
    """Questions that nobody asked before, in words of the repository."""
    chance = random.Random(seed)
    for number in range(10**9):
        first, second = chance.choices(subject.words, k=2)
        yield f"how does {first} handle {second} in case {number} of {seed}?"


def mixed(subject: Subject, count: int, seed: int) -> list[Request]:
    """*count* requests for all endpoints, by their shares."""
    chance, new = random.Random(seed), new_questions(subject, seed)
    endpoints = chance.choices(list(SHARES), list(SHARES.values()), k=count)
    return [_request(endpoint, subject, chance, new) for endpoint in endpoints]


def _request(endpoint: str, subject: Subject, chance: random.Random, new: Iterator[str]) -> Request:
    gets = _gets(subject, chance)
    if endpoint in gets:
        return Request(endpoint, "GET", gets[endpoint])
    body = json.dumps(_bodies(subject, chance, next(new))[endpoint])
    return Request(endpoint, "POST", f"/v1/{endpoint.partition(' ')[0]}", body)


def _gets(subject: Subject, chance: random.Random) -> dict[str, str]:
    """Where each endpoint is asked that needs no body."""
    slug, sha = subject.slug, chance.choice(subject.shas)
    of_path = urlencode({"path": chance.choice(subject.paths)})
    repository = f"/v1/repositories/{slug}"
    return {
        "models": "/v1/models",
        "repositories": "/v1/repositories",
        "repository": repository,
        "profile": f"{repository}/profile",
        "hotspots": f"{repository}/hotspots?limit={chance.randint(10, 50)}",
        "owners": f"{repository}/owners?{of_path}",
        "coupling": f"{repository}/coupling?{of_path}",
        "trends": f"{repository}/trends",
        "features of a commit": f"/v1/features/commits/{slug}/{sha}",
        "features of a file": f"/v1/features/files/{slug}?{of_path}",
        "knowers": f"/v1/graph/{slug}/knowers?{of_path}",
        "healthz": "/healthz",
        "readyz": "/readyz",
        "metrics": "/metrics",
    }


def _bodies(subject: Subject, chance: random.Random, question: str) -> dict[str, object]:
    """What each endpoint is sent that takes a body."""
    slug, path = subject.slug, chance.choice(subject.paths)
    place = chance.randrange(len(subject.shas))
    sha, parent = subject.shas[place], subject.parents[place]
    lines = [f"+value_{number} = {chance.random()}" for number in range(20)]
    added = ["--- /dev/null", "+++ b/added_by_the_benchmark.py", "@@ -0,0 +1,20 @@", *lines]
    return {
        "predictions/commits": {"repository": slug, "shas": [sha]},
        "predictions/files": {"repository": slug, "paths": [path]},
        "predictions/diff": {"repository": slug, "diff": "\n".join([*added, ""])},
        "predictions/diff of a range": {"repository": slug, "base": parent, "head": sha},
        "anomalies": {"repository": slug, "limit": chance.randint(5, 50)},
        "impact": {"repository": slug, "paths": [path]},
        "search": {"repositories": [slug], "query": question},
        "answers": {"repositories": [slug], "question": question},
        "chat/completions": {
            "model": f"hyperion/{slug}",
            "messages": [{"role": "user", "content": question}],
        },
        "graph/query": {
            "repository": slug,
            "cypher": _CYPHER,
            "parameters": {"skip": chance.randrange(len(subject.paths))},
        },
    }
