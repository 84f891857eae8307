"""What a training answers in place of a model where there is too little to learn from."""


class Shortage(str):
    """A sentence that says what is missing: nothing is trained, and nothing is registered."""

    __slots__ = ()
