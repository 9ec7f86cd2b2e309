"""A layer type of its own for rows that fit no shipped one: written from their columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from urbanplan.analysis.folder_survey import columns_of
from urbanplan.layer.column_names import match_columns
from urbanplan.model.translation import localize
from urbanplan.plan.intake_pins import toml_text

if TYPE_CHECKING:
    from urbanplan.model.layertype import LayerType

_ID_NAMES = ("id", "fid", "gid", "uid", "osm_id", "objectid", "code", "编号", "代码")
_LABEL_NAMES = ("name", "title", "label", "名称", "nome", "nimi", "nom")
_MAX_FIELDS, _MAX_NAME = 200, 60
_TYPES = {"integer": "integer", "number": "number", "boolean": "boolean", "date": "date"}


def own_type_text(frame: Any, *, title: str, shipped: LayerType | None = None) -> str:
    """The text of ``types/NAME.toml``.

    Args:
        frame: the rows. title: of the layer. shipped: a type of the same things, whose titles of fields are taken.
    """
    columns = {name: column for name, column in columns_of(frame).items() if _can_be_declared(name)}
    key, label = _find_id(columns), _find_name(columns, _LABEL_NAMES)
    named = shipped.title if shipped is not None else {"zh": title, "en": title}
    lines = [
        f"# {localize('Written from the columns of the file; see docs/howto-district.md.')}",
        f"title = {{ zh = {toml_text(named.get('zh', title))}, en = {toml_text(named.get('en', title))} }}",
        f"geometry = {toml_text(_geometry(frame))}",
        f"id = {toml_text(key or 'row')}",
    ]
    lines += [f"label = {toml_text(label)}"] if label else []
    known = {match.column: match.field for match in match_columns(columns, shipped)} if shipped is not None else {}
    for name, column in list(columns.items())[:_MAX_FIELDS]:
        lines += ["", *_field_lines(name, column, shipped, known.get(name), unique=name == key)]
    return "\n".join(lines) + "\n"


def _can_be_declared(name: str) -> bool:
    return name.isprintable() and 0 < len(name) <= _MAX_NAME and name != "geometry" and not name.startswith("__")


def _field_lines(name: str, column: Any, shipped: LayerType | None, field: str | None, *, unique: bool) -> list[str]:
    from urbanplan.exchange.fields.columns import column_kind

    lines = [f"[fields.{toml_text(name)}]"]
    kind = _TYPES.get(column_kind(column))
    if kind is not None and not unique:
        lines.append(f'type = "{kind}"')
    spec = shipped.fields[field] if shipped is not None and field is not None else None
    if spec is not None and spec.title:
        pairs = ", ".join(f"{code} = {toml_text(text)}" for code, text in spec.title.items())
        lines.append(f"title = {{ {pairs} }}")
    return [*lines, "unique = true"] if unique else lines


def _geometry(frame: Any) -> str:
    """The kind of shapes that most rows have."""
    import shapely

    if getattr(frame, "_geometry_column_name", None) is None:
        return "none"
    shapes = frame.geometry.to_numpy()
    sizes = shapely.get_dimensions(shapes[~shapely.is_missing(shapes)])  # pyright: ignore
    held = set(map(int, sizes))  # pyright: ignore[reportUnknownArgumentType,reportUnknownVariableType]
    return ("point", "line", "polygon")[held.pop()] if len(held) == 1 else "any"


def _find_id(columns: dict[str, Any]) -> str | None:
    """A column whose values are all there and all different, one that is called so."""
    name = _find_name(columns, _ID_NAMES)
    if name is None or columns[name].isna().any() or columns[name].astype(str).duplicated().any():
        return None
    return name


def _find_name(columns: dict[str, Any], wanted: tuple[str, ...]) -> str | None:
    folded = {name.casefold(): name for name in reversed(list(columns))}
    return next((folded[word] for word in wanted if word in folded), None)
