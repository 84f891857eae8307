"""The ids that a caller sends are taken where they are sound."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperion_pipelines.serving.http.ids import read_ids

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
SOUND = f"00-{TRACE}-{SPAN}-01"


@pytest.mark.parametrize("sent", ["deploy-1", "A.b_c-12", "x" * 64])
def test_a_sound_request_id_of_the_caller_is_kept(sent: str) -> None:
    assert read_ids([(b"x-request-id", sent.encode())]).request_id == sent


@pytest.mark.parametrize(
    "sent", [b"short", b"x" * 65, b"with space", b"line\nbreak1", b"caf\xe9-1234"]
)
def test_an_unsound_request_id_is_replaced(sent: bytes) -> None:
    assert re.fullmatch("[0-9a-f]{32}", read_ids([(b"x-request-id", sent)]).request_id)


def test_ids_that_nobody_sent_are_new_each_time() -> None:
    first, second = read_ids([]), read_ids([])
    assert first.request_id != second.request_id
    assert first.trace_id != second.trace_id
    assert first.parent_span_id is None


@pytest.mark.parametrize("sent", [SOUND, f"00-{TRACE}-{SPAN}-00", f"cc-{TRACE}-{SPAN}-01-later"])
def test_a_sound_traceparent_names_trace_and_span(sent: str) -> None:
    ids = read_ids([(b"traceparent", sent.encode())])
    assert (ids.trace_id, ids.parent_span_id) == (TRACE, SPAN)


@pytest.mark.parametrize(
    "sent",
    [
        f"ff-{TRACE}-{SPAN}-01",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE}-{SPAN}-01-more",
        f"00-{TRACE.upper()}-{SPAN}-01",
        f"00-{TRACE}-{SPAN}",
        f" {SOUND}",
    ],
)
def test_an_unsound_traceparent_is_as_good_as_none(sent: str) -> None:
    ids = read_ids([(b"traceparent", sent.encode())])
    assert ids.trace_id != TRACE
    assert ids.parent_span_id is None


def test_two_traceparents_are_as_good_as_none() -> None:
    header = (b"traceparent", SOUND.encode())
    assert read_ids([header, header]).parent_span_id is None


@given(st.binary(max_size=80), st.binary(max_size=80))
def test_whatever_is_sent_the_ids_are_sound(request_id: bytes, traceparent: bytes) -> None:
    ids = read_ids([(b"x-request-id", request_id), (b"traceparent", traceparent)])
    assert re.fullmatch(r"[A-Za-z0-9._-]{8,64}", ids.request_id)
    assert re.fullmatch("[0-9a-f]{32}", ids.trace_id)
