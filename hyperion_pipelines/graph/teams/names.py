"""How the name of a team may be written: with the `@` of a handle or without, in any case."""


def team_name(written: str) -> str:
    """The name without the `@`."""
    return written.removeprefix("@")


def team_key(written: str) -> str:
    """What is the same for all ways to write a name."""
    return team_name(written).lower()
