"""The log keeps the latest requests, and one of them is found by what a caller knows of it."""

from dataclasses import replace
from pathlib import Path

import pytest

from hyperion_pipelines.errors import UsageError
from hyperion_pipelines.serving.observability import request_log
from hyperion_pipelines.serving.observability.request_log import FILES, RequestLog, logged_requests
from hyperion_pipelines.serving.observability.request_search import find_request
from tests.unit.serving.observability.logged_requests import SECOND, made_up_request


def write(home: Path, *ids: tuple[str, str]) -> None:
    log = RequestLog(home)
    requests = [made_up_request(*each) for each in ids]
    log.write(
        [
            replace(each, started_ns=each.started_ns + at * SECOND)
            for at, each in enumerate(requests)
        ]
    )
    log.close()


def test_a_request_is_one_line_with_its_spans(tmp_path: Path) -> None:
    write(tmp_path, ("request-1", "0a" * 16))
    record = find_request(tmp_path, "request-1")
    assert record["time"] == "2023-11-14T22:13:20.000+00:00"
    assert (record["ms"], record["notes"]) == (40.0, {"cache": "miss"})
    assert record["spans"] == [
        {
            "name": "search",
            "start_ms": 5.0,
            "ms": 30.0,
            "parent": None,
            "attributes": {"repository": "shop"},
        },
        {"name": "embed", "start_ms": 10.0, "ms": 10.0, "parent": 0, "attributes": {}},
    ]


def test_the_files_are_rotated_and_the_oldest_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_log, "FILE_BYTES", 2_000)
    for number in range(100):
        write(tmp_path, (f"request-{number:03}", "0a" * 16))
    files = list((tmp_path / "logs").iterdir())
    assert len(files) == FILES
    assert all(file.stat().st_size <= 2_000 for file in files)
    assert find_request(tmp_path, "request-099")
    assert find_request(tmp_path, "request-085")
    with pytest.raises(UsageError, match="no request request-000"):
        find_request(tmp_path, "request-000")


def test_a_file_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "logs" / "requests.jsonl").mkdir(parents=True)
    with pytest.raises(IsADirectoryError):
        RequestLog(tmp_path).write([made_up_request()])


@pytest.mark.parametrize("wanted", ["abcdef12", "abcdef", "1234567890" + "a" * 22, "123456"])
def test_a_request_is_found_by_either_id_or_the_beginning_of_it(
    tmp_path: Path, wanted: str
) -> None:
    write(tmp_path, ("abcdef12", "1234567890" + "a" * 22), ("99999999", "f" * 32))
    assert find_request(tmp_path, wanted)["request_id"] == "abcdef12"


def test_of_requests_under_one_id_the_latest_is_meant(tmp_path: Path) -> None:
    write(tmp_path, ("nightly-run", "a" * 32), ("nightly-run", "b" * 32))
    assert find_request(tmp_path, "nightly-run")["trace_id"] == "b" * 32


def test_the_beginning_of_several_names_them(tmp_path: Path) -> None:
    write(tmp_path, ("request-1", "a" * 32), ("request-2", "a" * 32))
    for wanted in ("request", "a" * 32):
        with pytest.raises(UsageError, match=r"2 requests.*request-1 \(.*request-2"):
            find_request(tmp_path, wanted)


def test_an_id_that_is_not_found_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no requests were logged .* --home"):
        find_request(tmp_path, "request-1")
    write(tmp_path, ("request-2", "a" * 32))
    with pytest.raises(UsageError, match=r"no request request-1 .* X-Request-ID"):
        find_request(tmp_path, "request-1")
    with pytest.raises(UsageError, match="'reque' is too short: name 6 characters or more"):
        find_request(tmp_path, "reque")


def test_a_line_that_was_cut_off_is_passed_over(tmp_path: Path) -> None:
    write(tmp_path, ("request-1", "a" * 32))
    file = tmp_path / "logs" / "requests.jsonl"
    file.write_text(file.read_text() + file.read_text()[:40])
    assert len(list(logged_requests(tmp_path))) == 2
    assert find_request(tmp_path, "request-1")["ms"] == 40.0
