"""Byte mutations: bits turned, bytes cut out, doubled, put in; most files get one, some a few."""

from __future__ import annotations

import random


def mutate(data: bytes, draw: random.Random) -> bytes:
    """A copy that differs in one to four places."""
    out = bytearray(data)
    for _ in range(draw.choice((1, 1, 1, 2, 3, 4))):
        if not out:
            break
        at = draw.randrange(len(out))
        match draw.randrange(6):
            case 0 | 1:
                out[at] ^= 1 << draw.randrange(8)
            case 2:
                out[at] = draw.choice((0, 1, 0x7F, 0x80, 0xFF))
            case 3:
                del out[at : at + draw.randint(1, 64)]
            case 4:
                out[at:at] = out[at : at + draw.randint(1, 64)]
            case _:
                out[at:at] = draw.randbytes(draw.randint(1, 8))
    return bytes(out) if out and bytes(out) != data else data[:-1]
