"""Sends requests at a steady pace and times them: `python -m tests.benchmarks.paced_load < PLAN`.

It is a process of its own, so that it does not share the interpreter with what else is measured,
and speaks HTTP itself, because a client library would take longer than many an answer. A request's
time counts from the moment when it was due: one that waits because others are slow is slow too.
"""

import asyncio
import math
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter

CONNECTIONS = 64


@dataclass(frozen=True)
class Request:
    """A request to be sent; `endpoint` is what its time is counted to."""

    endpoint: str
    method: str
    path: str
    body: str = ""

    def encoded(self, headers: Mapping[str, str]) -> bytes:
        """The bytes that go over the wire."""
        body = self.body.encode()
        length = {"Content-Type": "application/json", "Content-Length": str(len(body))}
        lines = [f"{name}: {value}" for name, value in {**headers, **length}.items()]
        head = "\r\n".join([f"{self.method} {self.path} HTTP/1.1", *lines])
        return f"{head}\r\n\r\n".encode() + body


@dataclass(frozen=True)
class Answered:
    """What became of a request: its time in milliseconds, and what was wrong with the answer."""

    endpoint: str
    milliseconds: float
    error: str = ""


@dataclass(frozen=True)
class Plan:
    """What to send where, in this order, so many each second."""

    host: str
    port: int
    headers: dict[str, str]
    per_second: float
    requests: list[Request]


_PLAN, _ANSWERS = TypeAdapter(Plan), TypeAdapter(list[Answered])


def send(plan: Plan) -> list[Answered]:
    """Send the requests from a process of its own; returns once all are answered.

    Raises CalledProcessError where the server takes no connection.
    """
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.paced_load"],
        input=_PLAN.dump_json(plan),
        check=True,
        stdout=subprocess.PIPE,
    )
    return _ANSWERS.validate_json(done.stdout)


class Connection:
    """One connection, which is kept; after a failure it is made anew."""

    def __init__(self, host: str, port: int) -> None:
        self._address = (host, port)
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def opened(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Its two directions."""
        if self._streams is None:
            self._streams = await asyncio.open_connection(*self._address)
        return self._streams

    async def exchange(self, request: bytes) -> str:
        """Send a request and read its whole answer; returns what is wrong with it, or nothing."""
        try:
            reader, writer = await self.opened()
            writer.write(request)
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            length = head.partition("content-length:")[2].partition("\r\n")[0]
            body = await reader.readexactly(int(length))
        except (OSError, EOFError, ValueError) as error:
            self._streams = None
            return f"{type(error).__name__}: {error}"
        status = head.split(" ", 2)[1]
        return "" if status.startswith("2") else f"{status}: {body[:300].decode(errors='replace')}"


async def _carry_out(plan: Plan) -> list[Answered]:
    free: asyncio.Queue[Connection] = asyncio.Queue()
    for _ in range(CONNECTIONS):
        connection = Connection(plan.host, plan.port)
        await connection.opened()
        free.put_nowait(connection)
    headers = {"Host": f"{plan.host}:{plan.port}", **plan.headers}

    async def answered(request: Request, due: float) -> Answered:
        await asyncio.sleep(due - time.perf_counter())
        connection = await free.get()
        error = await connection.exchange(request.encoded(headers))
        free.put_nowait(connection)
        return Answered(request.endpoint, 1000 * (time.perf_counter() - due), error)

    started = time.perf_counter()
    return await asyncio.gather(
        *(
            answered(request, started + place / plan.per_second)
            for place, request in enumerate(plan.requests)
        )
    )


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest of *values* that *percent* of them do not exceed (the nearest rank)."""
    return sorted(values)[max(0, math.ceil(len(values) * percent / 100) - 1)]


if __name__ == "__main__":
    answers = asyncio.run(_carry_out(_PLAN.validate_json(sys.stdin.buffer.read())))
    sys.stdout.buffer.write(_ANSWERS.dump_json(answers))
