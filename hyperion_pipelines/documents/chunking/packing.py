"""Packs the lines of a section into stretches that the embedding model reads whole.

Greedy: a stretch goes on while it fits, and ends at the best place for a cut. What is a good place
says `blocks`; headings and the text of the chunks are the business of `chunks`.
"""

from bisect import bisect_right
from itertools import accumulate
from typing import NamedTuple

from hyperion_pipelines.documents.chunking.blocks import GLUED, INSIDE, LINE, TITLED
from hyperion_pipelines.documents.chunking.tokens import Tokenizer


class Piece(NamedTuple):
    """A line with a text, or a part of one that is too long: characters `start` to `end`.

    `rank` is that of the place before it. A stretch that begins with a later part of a line repeats
    what comes before it, from the character `back`, which takes `back_tokens`.
    """

    line: int
    start: int
    end: int
    tokens: int
    rank: int
    back: int
    back_tokens: int


class Stretch(NamedTuple):
    """From a character of a line to one of another, or of the same: the last is not included."""

    first_line: int
    start: int
    last_line: int
    end: int

    def below(self, lines: int) -> "Stretch":
        """The same stretch where so many lines stand above its section."""
        return self._replace(first_line=self.first_line + lines, last_line=self.last_line + lines)

    def text(self, lines: list[str]) -> str:
        """What is written there, in *lines*."""
        whole = lines[self.first_line : self.last_line + 1]
        whole[-1] = whole[-1][: self.end]
        whole[0] = whole[0][self.start :]
        return "\n".join(whole)


class Room(NamedTuple):
    """Greatest numbers of tokens: of a stretch, and of what it repeats of the one before."""

    tokens: int
    overlap: int


def section_pieces(
    lines: list[str], counts: list[int], ranks: list[int], tokenizer: Tokenizer, room: Room
) -> list[Piece]:
    """The lines that have a text; those that do not fit are cut, with what follows a heading.

    *counts* are the tokens of each line.
    """
    pieces: list[Piece] = []
    titles = 0
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        count, rank = counts[number], ranks[number]
        titles = titles if rank == TITLED else 0
        first = room.tokens - titles
        if first < room.tokens // 4:
            first = room.tokens
        if count > first:
            pieces += _line_pieces(number, line, rank, tokenizer, (first, room))
        else:
            pieces.append(Piece(number, 0, len(line), count, rank, 0, 0))
        titles += count
    return pieces


def pack(pieces: list[Piece], room: Room) -> list[Stretch]:
    """The stretches that cover all pieces, in order.

    Neighbours are together up to what fits. What fits by itself is never cut; what does not is cut
    at the lowest rank, and what goes before that cut is repeated behind it.
    """
    totals = [0, *accumulate(piece.tokens for piece in pieces)]
    stretches: list[Stretch] = []
    fresh = first = 0
    while fresh < len(pieces):
        first, start, repeated = _beginning(pieces, totals, room, first, fresh)
        fits = bisect_right(totals, totals[first] + room.tokens - repeated) - 1
        stop = max(fits, fresh + 1)
        if stop < len(pieces):
            stop = _best_cut(pieces, totals, room, fresh, stop)
        last = pieces[stop - 1]
        stretches.append(Stretch(pieces[first].line, start, last.line, last.end))
        fresh = stop
    return stretches


def _beginning(
    pieces: list[Piece], totals: list[int], room: Room, previous: int, fresh: int
) -> tuple[int, int, int]:
    """Where the stretch begins whose first new piece is *fresh*.

    The piece, the character of its line, and the tokens before that piece that it takes; *previous*
    is the first piece of the stretch before.
    """
    piece = pieces[fresh]
    if piece.start > 0:
        return fresh, piece.back, piece.back_tokens
    first = fresh
    while (
        first > previous + 1
        and INSIDE <= pieces[first].rank < TITLED
        and pieces[first - 1].start == 0
        and totals[fresh] - totals[first - 1] <= room.overlap
    ):
        first -= 1
    worst = max(pieces[fresh].rank, LINE - 1)
    good = (number for number in range(first, fresh) if pieces[number].rank <= worst)
    first = min(good, key=lambda number: pieces[number].rank, default=fresh)
    if totals[fresh + 1] - totals[first] > room.tokens:
        first = fresh
    return first, 0, 0


def _best_cut(pieces: list[Piece], totals: list[int], room: Room, fresh: int, stop: int) -> int:
    """The piece, after *fresh* and at most *stop*, before which the stretch had better end.

    That is the last one of the lowest rank. Where that would leave the stretch half empty, though
    what follows has to be cut in any case, the stretch goes on into it.
    """
    best = stop
    low = fresh + 1
    while low <= stop:
        rank = min(pieces[number].rank for number in range(low, stop + 1))
        if rank >= GLUED and low > fresh + 1:
            break
        best = next(number for number in range(stop, low - 1, -1) if pieces[number].rank == rank)
        is_half_full = 2 * (totals[best] - totals[fresh]) >= room.tokens
        if is_half_full or _unit_fits(pieces, totals, room, best):
            break
        low = best + 1
    return best


def _unit_fits(pieces: list[Piece], totals: list[int], room: Room, begin: int) -> bool:
    """Whether what begins with a piece fits, up to the next that has no higher rank."""
    reach = bisect_right(totals, totals[begin] + room.tokens) - 1
    if reach == len(pieces):
        return True
    rank = pieces[begin].rank
    return any(pieces[number].rank <= rank for number in range(begin + 1, reach + 1))


def _line_pieces(
    number: int, line: str, rank: int, tokenizer: Tokenizer, sizes: tuple[int, Room]
) -> list[Piece]:
    """A line in pieces that fit together with what they repeat; *sizes* begins with the first's."""
    size, room = sizes
    starts = tokenizer.starts(line)
    characters = [0, *(start for start, _ in starts[1:]), len(line)]
    pieces: list[Piece] = []
    begin = back = 0
    while begin < len(starts):
        end = _last_start(starts, begin, begin + size)
        repeated = begin - back
        place = LINE if pieces else rank
        pieces.append(
            Piece(
                number,
                characters[begin],
                characters[end],
                end - begin,
                place,
                characters[back],
                repeated,
            )
        )
        back = _first_start(starts, max(begin + 1, end - room.overlap), end)
        begin = end
        size = room.tokens - room.overlap
    return pieces


def _last_start(starts: list[tuple[int, bool]], begin: int, end: int) -> int:
    """Where a piece ends at best: before the last word of its second half, else any character."""
    if end >= len(starts):
        return len(starts)
    words = (i for i in range(end, (begin + end) // 2, -1) if starts[i][1])
    whole = (i for i in range(end, begin, -1) if starts[i][0] > starts[i - 1][0])
    return next(words, next(whole, end))


def _first_start(starts: list[tuple[int, bool]], begin: int, end: int) -> int:
    """The first word of what is repeated, *end* if none begins there."""
    return next((i for i in range(begin, min(end, len(starts))) if starts[i][1]), end)
