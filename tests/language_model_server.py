"""A model server on this machine that speaks OpenAI's chat completions, well or badly.

It streams, stalls, fails, breaks off and says nonsense, as it is told.
"""

import json
import select
import socket
import threading
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MODEL = "parrot-1"
STALL_SECONDS = 20.0  # unless the client leaves before
USAGE = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}
NONSENSE: Mapping[str, tuple[str, str]] = {
    "html": ("text/html", "<html><body>It works!</body></html>"),
    "no json": ("application/json", "certainly, here is your answer"),
    "no choices": ("application/json", json.dumps({"object": "chat.completion", "choices": []})),
    "other json": ("application/json", json.dumps({"answer": 42})),
    "garbage": ("text/event-stream", "data: {'choices': [\n\nblah blah\n\n"),
    "nothing": ("application/json", ""),
}


@dataclass
class LanguageModelServer:
    """A running server: what it does next, and what it was asked.

    `behaviour` is "answers", "fails", "stalls", "breaks off", "endless" or one of NONSENSE; the
    answer's words come one by one where a stream is asked for. `left` is set when a client goes
    away in the middle of a stream.
    """

    url: str = ""
    behaviour: str = "answers"
    words: Sequence[str] = ("Look here", " [1].")
    key: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    keys: list[str | None] = field(default_factory=list[str | None])
    left: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)


@contextmanager
def language_model_server() -> Generator[LanguageModelServer]:
    """A server that runs within the block."""
    state = LanguageModelServer()

    class Handler(_Handler):
        server_state = state

    class Server(ThreadingHTTPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        state.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield state
        finally:
            state.ended.set()
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    server_state: LanguageModelServer
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Say nothing."""

    def do_GET(self) -> None:
        self._send("application/json", json.dumps({"object": "list", "data": [{"id": MODEL}]}))

    def do_POST(self) -> None:
        state = self.server_state
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        state.asked.append(body)
        state.keys.append(self.headers["Authorization"])
        if state.behaviour in NONSENSE:
            self._send(*NONSENSE[state.behaviour])
        elif state.behaviour == "fails":
            error = {"error": {"message": f"out of memory {state.key}", "type": "server_error"}}
            self._send("application/json", json.dumps(error), status=500)
        elif body["stream"]:
            self._watched(self._stream)
        elif state.behaviour == "answers":
            message = {"role": "assistant", "content": "".join(state.words)}
            choice = {"index": 0, "message": message, "finish_reason": "stop"}
            self._send("application/json", json.dumps({"choices": [choice], "usage": USAGE}))
        elif state.behaviour == "breaks off":
            self.close_connection = True
        else:
            self._watched(lambda: self._wait(self._see_whether_the_client_is_there))

    def _stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        self._write(": welcome\n\n")
        for word in self.server_state.words:
            self._event({"choices": [{"index": 0, "delta": {"content": word}}]})
        match self.server_state.behaviour:
            case "breaks off":
                return
            case "endless":
                word = {"choices": [{"index": 0, "delta": {"content": "and on "}}]}
                self._wait(lambda: self._event(word))
            case "stalls":
                self._wait(lambda: self._write(": still here\n\n"))
            case _:
                choice = {"index": 0, "finish_reason": "stop"}
                self._event({"choices": [choice], "usage": USAGE})
                self._write("data: [DONE]\n\n")

    def _watched(self, work: Callable[[], None]) -> None:
        try:
            work()
        except OSError:
            self.server_state.left.set()

    def _wait(self, meanwhile: Callable[[], None]) -> None:
        until = time.monotonic() + STALL_SECONDS
        while time.monotonic() < until and not self.server_state.ended.wait(0.02):
            meanwhile()

    def _see_whether_the_client_is_there(self) -> None:
        readable, _, _ = select.select([self.connection], [], [], 0)
        if readable and not self.connection.recv(1, socket.MSG_PEEK):
            self.close_connection = True
            raise BrokenPipeError

    def _event(self, document: Mapping[str, Any]) -> None:
        self._write(f"data: {json.dumps(document)}\n\n")

    def _write(self, text: str) -> None:
        self.wfile.write(text.encode())
        self.wfile.flush()

    def _send(self, content_type: str, text: str, status: int = 200) -> None:
        content = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
