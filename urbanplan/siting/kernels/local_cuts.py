"""Cuts from small parts of a covering problem: inequalities that hold for every cover and that a point breaks.

D. Applegate, R. Bixby, V. Chvatal and W. Cook (2001), "TSP cuts which do not conform to the template paradigm": a few
rows near each other are looked at alone.  Either covers of them can be packed into the point, or the dual values of the
packing are an inequality that parts the point from all covers; each cover that is packed next is the cheapest at those
values.  Columns that the point does not take are lifted one by one.  The right side is the least cost of a cover of
those rows at the last values, found by trying: it holds whatever the rounding before it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from urbanplan.layer.compiled import cached_njit, linked_njit
from urbanplan.network.intervals import Floats
from urbanplan.siting.kernels.arrays import overwrite
from urbanplan.siting.kernels.table import CoverTable, Numbers

Flags = NDArray[np.bool_]
Masks = NDArray[np.uint64]
WIDEST = 63
"""Rows, and columns, of a part at most: they are bits of a word."""
TRIED = 20_000
"""Steps of a search for the cheapest cover of a part; beyond that the part is given up."""
PIVOTS = 300
"""Covers that are packed at most."""
ROUNDING = 1e-9
VIOLATED = 0.01
"""By how much a point must break an inequality of right side 1."""
TAKEN_PART = 1e-6
"""A column of a smaller value is none that the point takes."""


class Part(NamedTuple):
    """Some rows and columns: ``of_row`` has a bit for each column that covers a row, ``of_column`` the reverse."""

    of_row: Masks
    of_column: Masks


@linked_njit
def count_bits(word: np.uint64) -> int:
    """How many bits of a word are set."""
    one, two, four = np.uint64(0x5555555555555555), np.uint64(0x3333333333333333), np.uint64(0x0F0F0F0F0F0F0F0F)
    word = word - ((word >> np.uint64(1)) & one)
    word = (word & two) + ((word >> np.uint64(2)) & two)
    word = (word + (word >> np.uint64(4))) & four
    return int((word * np.uint64(0x0101010101010101)) >> np.uint64(56))


@linked_njit
def has_bit(word: np.uint64, place: int) -> bool:
    """Whether a bit of a word is set."""
    return (word >> np.uint64(place)) & np.uint64(1) != np.uint64(0)


@cached_njit
def all_bits(count: int) -> np.uint64:
    """A word of so many bits."""
    return (np.uint64(1) << np.uint64(count)) - np.uint64(1)


@linked_njit
def narrowest_row(part: Part, worth: Floats, left: np.uint64, banned: np.uint64) -> tuple[int, int, float]:
    """The row of those left with the fewest columns, how many, and what all that are left are worth."""
    found, fewest, bound = -1, WIDEST + 1, 0.0
    for row in range(len(worth)):
        if has_bit(left, row):
            bound += worth[row]
            count = count_bits(part.of_row[row] & ~banned)
            if count < fewest:
                found, fewest = row, count
    return found, fewest, bound


@linked_njit
def raise_duals(part: Part, cost: Floats) -> Floats:
    """Values of rows whose sum over any column is at most its cost, rows of few columns first."""
    slack, worth = cost.copy(), np.zeros(len(part.of_row))
    left, none = all_bits(len(worth)), np.uint64(0)
    for _ in range(len(worth)):
        row, _, _ = narrowest_row(part, worth, left, none)
        left &= ~(np.uint64(1) << np.uint64(row))
        least = np.inf
        for column in range(len(cost)):
            if has_bit(part.of_row[row], column):
                least = min(least, slack[column])
        worth[row] = least
        for column in range(len(cost)):
            if has_bit(part.of_row[row], column):
                slack[column] -= least
    return worth


@linked_njit
def best_value(part: Part, cost: Floats, some: np.uint64, left: np.uint64) -> int:
    """The column of some whose cost for each row of those left is least."""
    found, least = -1, np.inf
    for column in range(len(cost)):
        if has_bit(some, column):
            each = cost[column] / max(count_bits(part.of_column[column] & left), 1)
            if each < least:
                found, least = column, each
    return found


@cached_njit
def least_cover(part: Part, cost: Floats, rows: np.uint64) -> tuple[float, np.uint64]:
    """Cost and columns of the cheapest cover of some rows, by trying each; below 0 where that takes too long."""
    depth, size = 0, len(part.of_row) + 2
    left, banned, spent = np.zeros(size, np.uint64), np.zeros(size, np.uint64), np.zeros(size)
    taken, untried = np.zeros(size, np.uint64), np.zeros(size, np.uint64)
    worth, left[0] = raise_duals(part, cost), rows
    best, found, fresh = np.inf, np.uint64(0), True
    for _ in range(TRIED):
        if fresh:
            row, count, bound = narrowest_row(part, worth, left[depth], banned[depth])
            if row < 0 and spent[depth] < best:
                best, found = spent[depth], taken[depth]
            closed = row < 0 or count == 0 or spent[depth] + bound >= best - ROUNDING
            untried[depth] = np.uint64(0) if closed else part.of_row[row] & ~banned[depth]
        fresh = False
        if untried[depth] == np.uint64(0):
            if depth == 0:
                return best, found
            depth -= 1
            continue
        column = best_value(part, cost, untried[depth], left[depth])
        bit = np.uint64(1) << np.uint64(column)
        untried[depth] &= ~bit
        if spent[depth] + cost[column] < best - ROUNDING:
            left[depth + 1] = left[depth] & ~part.of_column[column]
            spent[depth + 1], taken[depth + 1] = spent[depth] + cost[column], taken[depth] | bit
            banned[depth + 1] = banned[depth]
            depth, fresh = depth + 1, True
            banned[depth - 1] |= bit
        else:
            banned[depth] |= bit
    return -1.0, found


@linked_njit
def price_columns(gain: Floats, inverse: Floats) -> Floats:
    """The dual values of a basis."""
    worth = np.zeros(len(gain))
    for row in range(len(gain)):
        if gain[row] != 0:
            for place in range(len(gain)):
                worth[place] += inverse[row, place]
    return worth


@linked_njit
def leaving_row(change: Floats, amount: Floats) -> int:
    """Where the amount is used up first; -1 where nothing limits the change."""
    found, step = -1, np.inf
    for place in range(len(change)):
        if change[place] > ROUNDING and amount[place] / change[place] < step:
            found, step = place, amount[place] / change[place]
    return found


@linked_njit
def exchange_basis(inverse: Floats, amount: Floats, change: Floats, leaving: int) -> None:
    """The basis with another column in a row."""
    size, step = len(amount), amount[leaving] / change[leaving]
    for at in range(size):
        inverse[leaving, at] /= change[leaving]
    for place in range(size):
        if place != leaving and change[place] != 0:
            amount[place] -= step * change[place]
            for at in range(size):
                inverse[place, at] -= change[place] * inverse[leaving, at]
    amount[leaving] = step


@linked_njit
def pack_covers(part: Part, point: Floats) -> tuple[Floats, bool]:
    """Values of columns at which every cover is worth 1 at least and the point less; False where there are none.

    The simplex method for "as many covers as fit into the point": its rows are the columns of the part, ``gain`` is 1
    where a cover is in the basis and 0 where a column's own room is.
    """
    size, whole = len(point), all_bits(len(part.of_row))
    inverse, amount, gain, cost = np.zeros((size, size)), point.copy(), np.zeros(size), np.zeros(size)
    for place in range(size):
        inverse[place, place] = 1.0
    for turn in range(PIVOTS):
        worth, entering = price_columns(gain, inverse), np.uint64(0)
        lowest, packed = 0, 0.0
        for place in range(size):
            packed += gain[place] * amount[place]
            lowest = place if worth[place] < worth[lowest] else lowest
            cost[place] = 1.0 if turn == 0 else max(worth[place], 0.0) + ROUNDING
        if packed >= 1 - VIOLATED:
            return cost, False
        if worth[lowest] < -ROUNDING:
            entering = np.uint64(1) << np.uint64(lowest)
        else:
            least, entering = least_cover(part, cost, whole)
            if least < 0 or (turn > 0 and least >= 1 - 1e-6):
                return cost, least > 0
        change = np.zeros(size)
        for place in range(size):
            if has_bit(entering, place):
                for at in range(size):
                    change[at] += inverse[at, place]
        leaving = leaving_row(change, amount)
        if leaving < 0:
            return cost, False
        gain[leaving] = 0.0 if worth[lowest] < -ROUNDING else 1.0
        exchange_basis(inverse, amount, change, leaving)
    return cost, False


@linked_njit
def grow_rows(table: CoverTable, point: Floats, tight: Flags, seed: int, rows: int, columns: int) -> Numbers:
    """Rows about a column, the one with the fewest further columns that the point takes next."""
    found, taken, used = np.zeros(rows, np.int32), np.zeros(len(table.cost), np.bool_), np.zeros(len(tight), np.bool_)
    members, count, size = np.zeros(columns + 1, np.int32), 0, 1
    members[0], taken[seed] = seed, True
    while count < rows:
        best, fewest = -1, columns + 1
        for at in range(size):
            column = members[at]
            for place in range(table.column_start[column], table.column_start[column + 1]):
                row = table.column_rows[place]
                if tight[row] and not used[row]:
                    more = 0
                    for other in range(table.row_start[row], table.row_start[row + 1]):
                        one = table.row_columns[other]
                        more += point[one] > TAKEN_PART and not taken[one]
                    if more < fewest or (more == fewest and row < best):
                        best, fewest = row, more
        if best < 0 or size + fewest > columns:
            break
        found[count], used[best] = best, True
        count += 1
        for other in range(table.row_start[best], table.row_start[best + 1]):
            one = table.row_columns[other]
            if point[one] > TAKEN_PART and not taken[one]:
                members[size], taken[one] = one, True
                size += 1
    return found[:count]


@linked_njit
def columns_of(table: CoverTable, point: Floats, rows: Numbers) -> tuple[Numbers, int, int]:
    """Columns of some rows, those that the point takes first, how many these are, and all; more than 63 are cut off."""
    found, count, taken = np.zeros(WIDEST + 1, np.int32), 0, 0
    seen = np.zeros(len(table.cost), np.bool_)
    for turn in range(2):
        for row in rows:
            for place in range(table.row_start[row], table.row_start[row + 1]):
                column = table.row_columns[place]
                if not seen[column] and (point[column] > TAKEN_PART) == (turn == 0) and count <= WIDEST:
                    found[count], seen[column] = column, True
                    count += 1
        if turn == 0:
            taken = count
    return found, taken, count


@cached_njit
def make_part(table: CoverTable, rows: Numbers, columns: Numbers) -> Part:
    """The bits of some rows and columns, 63 of each at most."""
    of_row, of_column = np.zeros(len(rows), np.uint64), np.zeros(len(columns), np.uint64)
    for place in range(len(rows)):
        row = rows[place]
        for at in range(table.row_start[row], table.row_start[row + 1]):
            for number in range(len(columns)):
                if columns[number] == table.row_columns[at]:
                    of_row[place] |= np.uint64(1) << np.uint64(number)
                    of_column[number] |= np.uint64(1) << np.uint64(place)
    return Part(of_row, of_column)


@linked_njit
def lift_columns(whole: Part, worth: Floats, known: int) -> Floats:
    """Values of all columns, where those of the first are known, so that every cover is worth 1 at least.

    A further column is worth what the others need not pay for its rows.  Values below 0: it takes too long.
    """
    value, rows = np.zeros(len(whole.of_column)), all_bits(len(whole.of_row))
    of_row = np.zeros(len(whole.of_row), np.uint64)
    overwrite(value[:known], worth)
    for column in range(known, len(value)):
        for row in range(len(of_row)):
            of_row[row] = whole.of_row[row] & all_bits(column)
        before = Part(of_row, whole.of_column[:column])
        least, _ = least_cover(before, value[:column], rows & ~whole.of_column[column])
        if least < 0:
            value[0] = -1.0
            break
        value[column] = max(1.0 - least, 0.0)
    return value


@linked_njit
def cut_at(
    table: CoverTable, point: Floats, tight: Flags, seed: int, rows: int, columns: int
) -> tuple[Numbers, Floats]:
    """Columns and values of an inequality of right side 1 about a column that the point breaks; none where none is.

    The values are divided by the least cost of a cover at them, less what the search for it rounds.
    """
    none, nothing = np.zeros(0, np.int32), np.zeros(0)
    some = grow_rows(table, point, tight, seed, rows, columns)
    every, taken, count = columns_of(table, point, some)
    if len(some) < 3 or count > WIDEST:
        return none, nothing
    every, part = every[:count], np.zeros(taken)
    for place in range(taken):
        part[place] = point[every[place]]
    worth, parted = pack_covers(make_part(table, some, every[:taken]), part)
    if not parted:
        return none, nothing
    whole = make_part(table, some, every)
    value = lift_columns(whole, worth, taken)
    if value[0] < 0:
        return none, nothing
    least, _ = least_cover(whole, value, all_bits(len(some)))
    held = 0.0
    for place in range(taken):
        held += value[place] * part[place]
    if least <= VIOLATED or held > least * (1 - VIOLATED):
        return none, nothing
    for place in range(count):
        value[place] /= least - 3 * ROUNDING
    return every, value


@cached_njit
def cut_point(
    table: CoverTable, point: Floats, tight: Flags, rows: int, columns: int
) -> tuple[Numbers, Numbers, Floats]:
    """Inequalities of right side 1 that a point breaks: where each begins, columns and values.

    Args:
        tight: rows that the point covers just once, and by no whole column. rows, columns: of a part at most.
    """
    size = len(point)
    start, count = np.zeros(size + 1, np.int32), 0
    column, value = np.zeros(size * WIDEST, np.int32), np.zeros(size * WIDEST)
    for seed in range(size):
        if TAKEN_PART < point[seed] < 1 - TAKEN_PART:
            some, worth = cut_at(table, point, tight, seed, rows, columns)
            if len(some):
                for place in range(len(some)):
                    column[start[count] + place], value[start[count] + place] = some[place], worth[place]
                count += 1
                start[count] = start[count - 1] + len(some)
    return start[: count + 1], column[: start[count]], value[: start[count]]
