"""How large the binary files of a diff are, which it holds packed: a few bytes may unpack to many.

The format is git's (`git diff --binary`): a line `literal SIZE` or `delta SIZE`, then lines of base
85, each after a letter that says how many bytes it holds, of a zlib stream. What a delta makes has
its size in the stream itself, after that of what it is made from.
"""

import base64
import binascii
import re
import zlib

_PACKED = re.compile(rb"^(literal|delta) (\d+)\r?\n((?:[A-Za-z][!-~]+\r?\n)*)", re.MULTILINE)
_SIZES = 20  # bytes: two numbers of up to 64 bits, 7 bits a byte


def unpacked_bytes(diff: bytes) -> int:
    """How many bytes git would make of the packed files of *diff*; damaged ones count as nothing.

    These git refuses by itself.
    """
    return sum(
        int(size) + (_delta_bytes(lines) if kind == b"delta" else 0)
        for kind, size, lines in _PACKED.findall(diff)
    )


def _delta_bytes(lines: bytes) -> int:
    """The size of what a delta makes."""
    stream, sizes = zlib.decompressobj(), b""
    try:
        for line in lines.split():
            sizes += stream.decompress(base64.b85decode(line[1:]), _SIZES)
            if len(sizes) >= _SIZES or stream.unconsumed_tail:
                break
    except (ValueError, binascii.Error, zlib.error):
        return 0
    _, rest = _number(sizes)
    return _number(rest)[0]


def _number(data: bytes) -> tuple[int, bytes]:
    """A number of 7 bits a byte, the lowest first, and what follows it."""
    number = 0
    for place, byte in enumerate(data):
        number |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            return number, data[place + 1 :]
    return number, b""
