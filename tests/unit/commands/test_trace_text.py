"""How a request's time is drawn on a terminal."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from hyperion_pipelines.commands.trace_text import BAR_WIDTH, bar, print_trace
from hyperion_pipelines.serving.observability.request_log import Record

RECORD: Record = {
    "time": "2024-05-01T12:00:00.000+00:00",
    "request_id": "request-1",
    "trace_id": "0a" * 16,
    "method": "POST",
    "route": "/v1/search",
    "path": "/v1/search",
    "status": 200,
    "caller": "ci",
    "client": "127.0.0.1",
    "ms": 40.0,
    "spans": [
        {"name": "search", "start_ms": 10.0, "ms": 30.0, "parent": None, "attributes": {"k": 3}},
        {"name": "embed", "start_ms": 10.0, "ms": 10.0, "parent": 0, "attributes": {}},
        {"name": "audit", "start_ms": 0.0, "ms": 0.1, "parent": None, "attributes": {}},
        {"name": "rank", "start_ms": 30.0, "ms": 10.0, "parent": 0, "attributes": {}},
    ],
    "notes": {"cache": "miss"},
}
BARE: Record = {**RECORD, "spans": [], "route": "", "caller": ""}


def printed(record: Record) -> list[str]:
    file = io.StringIO()
    print_trace(record, Console(file=file, width=120))
    return [line.rstrip() for line in file.getvalue().splitlines()]


def test_it_says_how_the_request_ended_and_what_was_noted() -> None:
    lines = printed(RECORD)
    assert lines[0] == "POST /v1/search: 200 after 40.0 ms"
    facts = {line.split()[0]: line.split()[1] for line in lines[1:8]}
    assert facts["request"] == "request-1"
    assert facts["caller"] == "ci"
    assert facts["cache"] == "miss"


def test_parts_stand_below_what_they_are_part_of_each_with_its_bar() -> None:
    lines = printed(RECORD)
    heading = next(at for at, line in enumerate(lines) if line.startswith("part"))
    drawn = [line.replace("  ", " ").split(" ") for line in lines[heading + 1 :]]
    parts = [[word for word in words if word] for words in drawn]
    assert [words[0] for words in parts] == ["search", "embed", "rank", "audit"]
    assert parts[0][1] == "k=3"
    assert [words[-3:-1] for words in parts] == [
        ["10.0", "30.0"],
        ["10.0", "10.0"],
        ["30.0", "10.0"],
        ["0.0", "0.1"],
    ]
    assert parts[1][-1] == "·" * 10 + "█" * 10 + "·" * 20
    assert lines[heading + 2].startswith("  embed")


def test_a_request_without_parts_says_so() -> None:
    lines = printed(BARE)
    assert lines[-1] == "No part of this request was measured by itself."
    assert any("no endpoint has this path" in line for line in lines)


def test_control_characters_of_a_path_do_not_reach_the_terminal() -> None:
    assert "\x1b" not in "\n".join(printed({**RECORD, "path": "/\x1b[2Jx"}))


@pytest.mark.parametrize(
    ("start", "took", "filled"), [(0.0, 40.0, BAR_WIDTH), (0.0, 0.0, 1), (40.0, 0.0, 1)]
)
def test_a_bar_fills_what_a_part_took_and_is_always_seen(
    start: float, took: float, filled: int
) -> None:
    assert bar(start, took, 40.0).count("█") == filled


@given(*[st.floats(0, 1e6)] * 3)
def test_bars_are_equally_wide_whatever_clocks_say(start: float, took: float, total: float) -> None:
    assert len(bar(start, took, total)) == BAR_WIDTH
