"""How fast `hyperion serve` answers, alone and under load, and what it holds of the memory.

Measured on the sample repository, which is analysed first; `HYPERION_BENCH_HOMES=/a:/b` names homes
whose largest repository is asked about too, in a copy, for a sidecar writes logs. The sidecar is a
process of its own and asks for a key, as it does in use; rate limits are raised. No language model
is set, so answers are extractive. Without wrk its figures are left out.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks import wrk
from tests.benchmarks.bench_features import VARIABLE
from tests.benchmarks.figures import Figure
from tests.benchmarks.paced_load import Answered, Plan, percentile, send
from tests.benchmarks.processes import hyperion
from tests.benchmarks.serving_process import ServingProcess, serving
from tests.benchmarks.serving_requests import SHARES, Subject, largest, mixed
from tests.homes import open_home
from tests.services.server import HOST

STARTS = 3
WRK_SECONDS = 10
CLIENTS = 50
MIXED_SECONDS = 60
PER_SECOND = 200
WARM_UP_REQUESTS = 4_000
WARM_UP_PER_SECOND = 40


def run() -> Iterator[Figure]:
    """The figures of the sample, then of each home that is named."""
    with TemporaryDirectory() as folder:
        sample = Path(folder) / "sample"
        subprocess.run(hyperion("demo", home=sample), check=True, capture_output=True)
        yield from figures(sample)
        for place, named in enumerate(filter(None, os.environ.get(VARIABLE, "").split(":"))):
            copy = Path(folder) / str(place)
            shutil.copytree(named, copy, ignore=shutil.ignore_patterns("dagster", "logs"))
            yield from figures(copy)


def figures(home: Path) -> Iterator[Figure]:
    """All figures of one home."""
    subject = largest(open_home(home))
    yield _start_up(home, subject)
    with serving(home) as sidecar:
        _warm_up(sidecar, subject)
        if wrk.is_installed():
            yield from _cached_predictions(sidecar, subject)
            yield from _searches(sidecar, subject)
        else:
            sys.stderr.write("not measured: predictions and searches at full load (install wrk)\n")
        yield from _mixed_load(sidecar, subject)
        yield Figure(
            f"{subject.slug}: peak memory (PSS), the embedding model loaded",
            sidecar.peak_mebibytes,
            1536,
            "lower",
            "MiB",
        )


def _start_up(home: Path, subject: Subject) -> Figure:
    def seconds() -> float:
        with serving(home) as sidecar:
            return sidecar.seconds_to_answer

    median = statistics.median(seconds() for _ in range(STARTS))
    return Figure(f"{subject.slug}: start-up to the first answer", median, 3, "lower", "s")


def _warm_up(sidecar: ServingProcess, subject: Subject) -> None:
    """Ask each endpoint once, which must answer; then as much as the mixed load will, slowly.

    What is measured is a sidecar that has been asked for some minutes, not one that just started.
    """
    first = {request.endpoint: request for request in mixed(subject, 50 * len(SHARES), seed=1)}
    with sidecar.client() as client:
        for request in first.values():
            answer = client.request(
                request.method,
                request.path,
                content=request.body,
                headers={"Content-Type": "application/json"},
            )
            if answer.is_error:
                raise RuntimeError(f"{request.endpoint} does not answer: {answer.text}")
    requests = mixed(subject, WARM_UP_REQUESTS, seed=4)
    send(Plan(HOST, sidecar.port, sidecar.headers, WARM_UP_PER_SECOND, requests))


def _cached_predictions(sidecar: ServingProcess, subject: Subject) -> Iterator[Figure]:
    asked = next(
        request
        for request in mixed(subject, 1_000, seed=2)
        if request.endpoint == "predictions/commits"
    )
    done = wrk.load(
        sidecar.url + asked.path, wrk.same(asked.body), sidecar.headers, CLIENTS, WRK_SECONDS
    )
    name = f"{subject.slug}: cached prediction, {CLIENTS} clients"
    yield Figure(f"{name}, p95", done.p95, 10, "lower", "ms")
    yield Figure(f"{name}, failed", done.errors, 0, "lower")


def _searches(sidecar: ServingProcess, subject: Subject) -> Iterator[Figure]:
    """Each query is new, so that each is embedded."""
    words = ", ".join(wrk.lua(json.dumps(word)[1:-1]) for word in subject.words)
    for clients in (1, 4):
        request = (
            f"local words, number = {{{words}}}, {time.time_ns() // 1000}\n"
            "function request()\n"
            "  number = number + 1\n"
            "  local first, second = words[math.random(#words)], words[math.random(#words)]\n"
            '  local form = \'{"query": "how does %s handle %s in case %.0f?"}\'\n'
            "  return post(form:format(first, second, number))\n"
            "end"
        )
        done = wrk.load(f"{sidecar.url}/v1/search", request, sidecar.headers, clients, WRK_SECONDS)
        name = f"{subject.slug}: search of a new query, {clients} client{'s' * (clients > 1)}"
        yield Figure(f"{name}, p95", done.p95, 60, "lower", "ms")
        yield Figure(f"{name}, failed", done.errors, 0, "lower")


def _mixed_load(sidecar: ServingProcess, subject: Subject) -> Iterator[Figure]:
    requests = mixed(subject, PER_SECOND * MIXED_SECONDS, seed=3)
    answers = send(Plan(HOST, sidecar.port, sidecar.headers, PER_SECOND, requests))
    name = f"{subject.slug}: {PER_SECOND}/s mixed"
    yield _p95(f"{name}, all endpoints", answers)
    for endpoint in SHARES:
        of_it = [answer for answer in answers if answer.endpoint == endpoint]
        if of_it:
            yield _p95(f"{name}, {endpoint}", of_it)
    failed = [answer for answer in answers if answer.error]
    for endpoint, error in {answer.endpoint: answer.error for answer in failed}.items():
        sys.stderr.write(f"failed: {endpoint}: {error}\n")
    yield Figure(f"{name}, failed of {len(answers):,}", len(failed), 0, "lower")


def _p95(name: str, answers: list[Answered]) -> Figure:
    p95 = percentile([answer.milliseconds for answer in answers], 95)
    return Figure(f"{name}, p95", p95, 50, "lower", "ms")
