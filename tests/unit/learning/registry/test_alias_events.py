"""What the history of aliases says of the champions that one can go back to."""

from dataclasses import replace

import pytest

from hyperion_pipelines.learning.registry.events import Event, Kind, champions, read_events


def moves(*said: tuple[Kind, int | None], alias: str = "champion") -> list[Event]:
    return [Event(kind, alias, version, None, "", "", "") for kind, version in said]


@pytest.mark.parametrize(
    ("events", "line"),
    [
        ([], []),
        (moves((Kind.REGISTERED, 1), (Kind.PROMOTED, 3), (Kind.MOVED_ELSEWHERE, 2)), [1, 3, 2]),
        (moves((Kind.REGISTERED, 1), (Kind.REGISTERED, 2), (Kind.ROLLED_BACK, 1)), [1]),
        (
            moves(
                (Kind.REGISTERED, 1),
                (Kind.REGISTERED, 2),
                (Kind.ROLLED_BACK, 1),
                (Kind.REGISTERED, 3),
            ),
            [1, 3],
        ),
        (
            moves(
                (Kind.REGISTERED, 1),
                (Kind.REGISTERED, 2),
                (Kind.REGISTERED, 3),
                (Kind.ROLLED_BACK, 1),
            ),
            [1],
        ),
        (moves((Kind.REGISTERED, 1), (Kind.MOVED_ELSEWHERE, None)), [1]),
        (moves((Kind.REGISTERED, 1), alias="challenger"), []),
    ],
)
def test_a_rollback_takes_champions_off_the_line(events: list[Event], line: list[int]) -> None:
    assert champions(events) == line


def test_events_come_back_from_tags_in_their_order() -> None:
    first = Event.now(Kind.REGISTERED, "champion", 1, before=None, why="ü: 50 %", by="gate")
    second = Event.now(Kind.PROMOTED, "champion", 2, before=1, why="", by="ada")
    third = replace(second, alias="challenger", when=second.when + "1")
    tags = dict(event.tag() for event in (third, second, first))
    assert read_events(tags | {"owner": "someone"}) == [first, second, third]
