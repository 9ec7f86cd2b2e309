"""A table joined to a layer by its key: columns found, partners named both ways, changes said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.analysis.files import ReadOptions, check_read_losses, read_file, read_loss_notes, refused_notes
from urbanplan.errors import UsageError
from urbanplan.model.note import Note, NoteLog, note
from urbanplan.model.translation import join_clauses

if TYPE_CHECKING:
    import pandas as pd

    from urbanplan.exchange.table import Table
    from urbanplan.layer.key_join import KeyMatch
    from urbanplan.model.layertype import LayerType

_MAX_NAMED = 20  # keys that are named one by one


@dataclass(frozen=True)
class JoinOptions:
    """A table to join.

    Attributes:
        file: the table. on: the key, a column's name or ``LAYER=TABLE``; found where only one fits.
        reading: what the caller says of the table.
    """

    file: Path
    on: str | None = None
    reading: ReadOptions = field(default_factory=ReadOptions)


def join_table(
    table: Table,
    kind: LayerType,
    options: JoinOptions,
    log: NoteLog,
    *,
    columns: Mapping[str, str],
    allow_loss: bool = False,
) -> tuple[Table, dict[str, Any]]:
    """The features with the columns of their rows in another table, and what the lineage says of that table.

    Args:
        table: the features as they were read. kind: the layer's type, by which columns of both are known.
        options: the table and its key. log: takes what is to be said.
        columns: field of the type = column, of either. allow_loss: of the table's file.

    Raises:
        UsageError: no key or several fit, a key column is not there, or a key stands twice in the table.
        ExchangeError: the table cannot be read.
    """
    from urbanplan.layer.key_join import join_rows, match_keys

    other = read_file(options.file, options.reading)
    check_read_losses(other, options.file, allowed=allow_loss)
    log.extend((*read_loss_notes(other), *refused_notes(other)))
    rows = plain_rows(other.frame)
    if len(rows.columns) < len(other.frame.columns):
        log.put(note("the positions of {file} are not joined", level="warning", file=options.file.name))
    if "geometry" in rows.columns:  # a text; the features have their shapes there
        rows = rows.rename(columns={"geometry": "geometry_text"})
    left, right = name_fields(table.frame, kind, columns), name_fields(rows, kind, columns)
    pair = key_columns(left, right, kind, on=options.on, where=str(options.file))
    match = match_keys(left[pair[0]], right[pair[1]])
    _check_repeated(match, pair[1], options.file)
    joined, changed = join_rows(left, right, match, skip=pair[1])
    log.extend(_match_notes(match, pair, options.file.name))
    log.extend(_change_notes(left, joined, changed, match))
    lineage = {"file": options.file.name, "format": other.format, "sha256": other.digest, "joined_on": pair[1]}
    return replace(table, frame=joined), lineage


def plain_rows(frame: Any) -> pd.DataFrame:
    """The rows of a table without shapes."""
    import pandas as pd

    shapes = [name for name in frame.columns if str(frame[name].dtype) == "geometry"]
    return pd.DataFrame(frame.drop(columns=shapes))


def name_fields(frame: Any, kind: LayerType, columns: Mapping[str, str]) -> Any:
    """The frame with the names of fields for the columns that hold them."""
    from urbanplan.layer.column_names import match_columns, rename_columns

    given = {name: column for name, column in columns.items() if column in frame.columns}
    return frame.rename(columns=rename_columns(frame.columns, match_columns(frame.columns, kind, given)))


def key_columns(
    left: Any, right: pd.DataFrame, kind: LayerType | None, *, on: str | None, where: str
) -> tuple[str, str]:
    """The key's column in the features and in the table.

    Args:
        left, right: features and rows. kind: the layer's type where it is known. on: ``COLUMN`` or ``LAYER=TABLE``;
            found where only one pair fits. where: the table, for messages.

    Raises:
        UsageError: it is not there, or none or several fit.
    """
    from urbanplan.layer.key_join import find_key_columns

    if on is not None:
        one, _, other = on.partition("=")
        return _find_column(left, one, kind), _find_column(right, other or one, kind, where=where)
    found = find_key_columns(left.drop(columns=[left.geometry.name] if hasattr(left, "geometry") else []), right)
    named = [pair for pair in found if pair[0] == pair[1]]
    fitting = [pair for pair in named if kind is not None and pair[0] == kind.id] or named or found
    if len(fitting) == 1:
        return fitting[0]
    if not fitting:
        fix = "Name it with --on COLUMN, or --on LAYER=TABLE. The table has: {columns}."
        what = "no column of the table holds the keys of the layer"
        raise UsageError(what, where=where, fix=fix, columns=", ".join(map(str, right.columns)))
    pairs = ", ".join(one if one == other else f"{one}={other}" for one, other in fitting)
    fix = "Choose one with --on: {pairs}."
    raise UsageError("several columns may be the key", where=where, fix=fix, pairs=pairs)


def _find_column(frame: Any, word: str, kind: LayerType | None, *, where: str = "") -> str:
    """The column of a name, or of the field that the name means.

    Raises:
        UsageError: there is none; near ones are said.
    """
    from urbanplan.layer.column_names import find_column, similar_columns

    known = [str(name) for name in frame.columns]
    found = find_column(known, word, kind)
    if found is not None:
        return found
    near = ", ".join(similar_columns([word], known) or known[:10])
    raise UsageError("there is no key column {name}", where=where or "--on", fix="Did you mean {near}?",
                     name=word, near=near)  # fmt: skip


def _check_repeated(match: KeyMatch, column: str, file: Path) -> None:
    """Refuse a table in which a key stands twice.

    Raises:
        UsageError: there is one; keys and rows are named.
    """
    from urbanplan.layer.key_join import repeated_keys

    twice = repeated_keys(match)
    if twice:
        named = join_clauses(f"{key}: {', '.join(map(str, rows))}" for key, rows in list(twice.items())[:_MAX_NAMED])
        raise UsageError(
            "{count} keys of the column {column} stand in several rows (key: rows): {keys}",
            where=str(file),
            fix="Leave one row for each key.",
            count=len(twice),
            column=column,
            keys=named,
        )


def _match_notes(match: KeyMatch, pair: tuple[str, str], file: str) -> Iterator[Note]:
    found = int((match.rows >= 0).sum())
    yield note(
        "joined {file} on {left} = {right}: {found} of {features} features found their row, of {rows} rows",
        file=file, left=pair[0], right=pair[1], found=found, features=len(match.left), rows=len(match.right),
    )  # fmt: skip
    if match.numeric:
        yield note("the key is text on one side and number on the other: compared as numbers (007 is 7)")
    without = int(match.left.isna().sum()), int(match.right.isna().sum())
    if any(without):
        text = "without a key, so joined to nothing: {features} features, {rows} rows"
        yield note(text, level="warning", features=without[0], rows=without[1])
    lone = match.left.iloc[match.unmatched_features].drop_duplicates().tolist()
    if lone:
        yield note("features without a row: {keys}", level="warning", keys=_name_keys(lone))
    lone = match.right.iloc[match.unmatched_rows].drop_duplicates().tolist()
    if lone:
        yield note("rows without a feature: {keys}", level="warning", keys=_name_keys(lone))
    shared = match.left[(match.rows >= 0) & match.left.duplicated(keep=False).to_numpy()].drop_duplicates().tolist()
    if shared:
        yield note("several features have one key and got the same row: {keys}", level="warning",
                   keys=_name_keys(shared))  # fmt: skip


def _change_notes(left: Any, joined: Any, changed: dict[str, Any], match: KeyMatch) -> Iterator[Note]:
    """Known values of the layer that the table replaced."""
    from urbanplan.model.display import format_cell

    for name, rows in changed.items():
        cells = [
            f"{match.left.iloc[at]}: {format_cell(left[name].iloc[at])} → {format_cell(joined[name].iloc[at])}"
            for at in rows[:_MAX_NAMED]
        ]
        if cells:
            yield note("{column}: {count} values are now the table's: {values}",
                       level="warning", column=name, count=len(rows), values=_name_keys(cells, len(rows)))  # fmt: skip


def _name_keys(keys: Iterable[Any], count: int | None = None) -> str:
    listed = list(keys)
    shown, rest = listed[:_MAX_NAMED], (count or len(listed)) - _MAX_NAMED
    return ", ".join([*map(str, shown), *([f"… (+{rest})"] if rest > 0 else [])])
