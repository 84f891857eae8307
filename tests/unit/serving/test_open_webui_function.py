"""The function for Open WebUI, called as that does, where the sidecar does not answer well.

What it makes of good answers is tried against the sidecar itself, in tests/e2e/serving.
"""

import asyncio
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.open_webui import FUNCTION_ID, LoadedFunction, Told, load_function

FUNCTION = Path(__file__).resolve().parents[3] / "docs" / "open-webui" / "hyperion_function.py"
WORDS = {"choices": [{"index": 0, "delta": {"content": "data: is where it lies"}}]}


class Sidecar(ThreadingHTTPServer):
    """A server that goes wrong in the way that the model's name says."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[dict[str, Any]] = []
        self.is_over = threading.Event()

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    """Answers as the requested model's name says."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """List the models, to whoever has the key."""
        if self.headers["Authorization"] != "Bearer hyp_sound":
            self._answer(401, {"title": "Unauthorized", "detail": "this key is not known"})
            return
        self._answer(200, {"data": [{"id": "hyperion"}, {"id": "hyperion/shop.v2"}]})

    def do_POST(self) -> None:
        """Answer, or go wrong."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._sidecar.asked.append(body)
        way = body["model"].partition("/")[2]
        if way == "unknown":
            self._answer(404, {"detail": "no repository named 'unknown'; there are: shop"})
        elif way == "page":
            self._answer(200, "data: <html>Welcome</html>\n\n")
        else:
            self._stream(way)

    @property
    def _sidecar(self) -> Sidecar:
        assert isinstance(self.server, Sidecar)
        return self.server

    def _stream(self, way: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self._event(WORDS)
        if way == "stalls":
            self._sidecar.is_over.wait(10)
        elif way == "fails":
            self._event({"error": {"message": "the lake went away"}})
        elif way == "sound":
            self._event({"choices": [], "hyperion": {"citations": []}})
            self.wfile.write(b": a comment\n\ndata: [DONE]\n\n")

    def _event(self, data: dict[str, Any]) -> None:
        self.wfile.write(b"data: " + json.dumps(data).encode() + b"\n\n")
        self.wfile.flush()

    def _answer(self, status: int, content: dict[str, Any] | str) -> None:
        body = (content if isinstance(content, str) else json.dumps(content)).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""


@pytest.fixture
def sidecar() -> Iterator[Sidecar]:
    """One that runs."""
    with Sidecar() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.is_over.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def function(sidecar: Sidecar) -> LoadedFunction:
    """The function, set to ask it."""
    return load_function(FUNCTION, base_url=sidecar.url, api_key="hyp_sound", timeout_seconds=0.3)


def asked(function: LoadedFunction, slug: str, *, stream: bool = True, **more: Any) -> Told:  # noqa: ANN401 - of the body
    """What a question to the model of *slug* brings."""
    message = {"role": "user", "content": "where is the cart?"}
    body = {"model": f"{FUNCTION_ID}.hyperion/{slug}", "messages": [message], "stream": stream}
    return asyncio.run(function.ask(body | more))


def test_its_front_matter_is_read_and_its_text_is_executed_as_it_stands(
    function: LoadedFunction,
) -> None:
    assert function.front_matter["title"] == "Hyperion"
    assert function.front_matter["required_open_webui_version"] == "0.12.0"
    assert "requirements" not in function.front_matter  # so nothing is installed
    assert function.text == FUNCTION.read_text("utf-8")


def test_it_lists_all_repositories_and_each(function: LoadedFunction) -> None:
    assert asyncio.run(function.models()) == {
        "hyperion.hyperion": "Hyperion",
        "hyperion.hyperion/shop.v2": "Hyperion: shop.v2",
    }


@pytest.mark.parametrize(
    ("valves", "reason"),
    [
        ({"api_key": "hyp_wrong"}, "refuses the key that is set in this function: this key is not"),
        ({"base_url": "http://127.0.0.1:1"}, "cannot be reached at http://127.0.0.1:1: is `hyper"),
    ],
)
def test_where_it_can_list_none_the_only_model_says_why(
    sidecar: Sidecar, valves: dict[str, str], reason: str
) -> None:
    function = load_function(FUNCTION, **({"base_url": sidecar.url} | valves))
    (name,) = asyncio.run(function.models()).values()
    assert name.startswith("Hyperion (not available: Hyperion ")
    assert reason in name


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize(
    ("slug", "reason"),
    [
        ("unknown", "Hyperion did not answer: no repository named 'unknown'; there are: shop"),
        ("page", "What answers there is not Hyperion: look at the address that is set."),
        ("stalls", "Hyperion said nothing for 0.3 seconds and was given up."),
        ("fails", "Hyperion broke off: the lake went away"),
        ("ends", "The connection to Hyperion ended before its answer did."),
    ],
)
def test_failures_are_told_in_words_and_end_the_status(
    function: LoadedFunction, slug: str, reason: str, *, stream: bool
) -> None:
    told = asked(function, slug, stream=stream)
    assert told.error == reason
    last = told.of_type("status")[-1]
    assert last == {"description": "Hyperion could not answer", "done": True}
    assert told.of_type("citation") == []


def test_words_that_look_like_an_event_arrive_as_words(function: LoadedFunction) -> None:
    for stream in (True, False):
        assert asked(function, "sound", stream=stream).text == "data: is where it lies"


def test_the_sidecar_is_asked_for_what_the_chat_set_and_nothing_else(
    function: LoadedFunction, sidecar: Sidecar
) -> None:
    asked(function, "sound", temperature=0.2, chat_id="private")
    message = {"role": "user", "content": "where is the cart?"}
    expected = {"model": "hyperion/sound", "messages": [message], "stream": True}
    assert sidecar.asked == [expected | {"temperature": 0.2}]


def test_no_sources_are_said_to_be_none(function: LoadedFunction) -> None:
    statuses = [status["description"] for status in asked(function, "sound").of_type("status")]
    assert statuses == [
        "Looking for passages that answer",
        "Answering from what was found",
        "Nothing was found that answers this",
    ]


def test_titles_tags_and_follow_ups_are_no_questions(
    function: LoadedFunction, sidecar: Sidecar
) -> None:
    body: dict[str, Any] = {"model": f"{FUNCTION_ID}.hyperion", "messages": []}
    told = asyncio.run(function.ask(body, __task__="title_generation"))
    assert (told.text, told.error, sidecar.asked) == ("", None, [])


def test_an_address_that_is_none_is_refused_when_it_is_set() -> None:
    with pytest.raises(ValueError, match="base_url"):
        load_function(FUNCTION, base_url="localhost:8700")
