"""Which texts go through the model together: those of like length.

A batch is as wide as its longest text, and what the others lack is filled up, read and thrown away.
What a length counts (tokens, characters) is the caller's business.
"""

from collections.abc import Sequence


def length_batches(lengths: Sequence[int], budget: int) -> list[list[int]]:
    """The positions of *lengths* in batches, longest first; equal lengths in their order.

    The number of texts in a batch times the longest of them is at most *budget*; a text that is
    longer than that is alone. Each position is in one batch, and no batch is empty.
    """
    batches: list[list[int]] = []
    room = 0
    for position in sorted(range(len(lengths)), key=lambda position: -lengths[position]):
        if room == 0:
            batches.append([])
            room = max(1, budget // max(1, lengths[position]))
        batches[-1].append(position)
        room -= 1
    return batches
