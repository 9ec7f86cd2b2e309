"""Options that several commands share, declared once, and the reading of their words."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from urbanplan.errors import UsageError

PlanArgument = Annotated[Path | None, typer.Argument(help="Plan file or folder; ./plan.toml unless given")]
PlanTwin = Annotated[Path | None, typer.Option("--plan", help="The same as the argument")]
PlanFile = Annotated[Path, typer.Option("--plan", help="Plan file or folder")]
RealOnly = Annotated[bool, typer.Option("--real-only", help="Leave illustrative layers out")]
Sources = Annotated[Path | None, typer.Option(help="Folder with the text files of the plan's sources")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No table for people and no progress")]
PageFile = Annotated[Path, typer.Option("-o", "--out", help="The HTML file to write")]
LayerFile = Annotated[Path, typer.Option("-o", "--out", help="The file to write; its ending is its format")]
Crs = Annotated[str | None, typer.Option("--crs", help="Pin the CRS")]
Encoding = Annotated[str | None, typer.Option("--encoding", help="Pin the encoding of the texts")]
Place = Annotated[str | None, typer.Option("--place", help="EAST,NORTH or WKT: the columns that say where rows are")]
Head = Annotated[int | None, typer.Option("--head", help="The row of a table that holds the names")]
ToCrs = Annotated[str | None, typer.Option("--to-crs", help="Bring the coordinates into this CRS")]
DatumError = Annotated[
    str | None,
    typer.Option("--datum-error", help='Accept this error, as "5 m", where the way between datums is not known'),
]
Profile = Annotated[
    str | None,
    typer.Option("--profile", help="gbk (Shapefile), utf-8 (DXF), indexed (FlatGeobuf), a TXT template or sample"),
]
Digits = Annotated[
    int | None, typer.Option("--digits", help="Digits of degrees in GeoJSON and KML, 7 (about 1 cm) unless given")
]
CadLayer = Annotated[
    list[str] | None,
    typer.Option("--cad-layer", help="Layer of a drawing to take, for example 'JZD*'; may be repeated"),
]
Label = Annotated[str | None, typer.Option("--label", help="Column for the text inside each outline of a drawing")]
CloseWithin = Annotated[
    float, typer.Option("--close", help="Metres between the ends of a drawing's lines that become outlines")
]
Unit = Annotated[str | None, typer.Option("--unit", help="Unit of a drawing: m, mm, cm, km, in, ft, us-ft and others")]
Layout = Annotated[str | None, typer.Option("--layout", help="Layout of a drawing's paper space to read")]
VisibleOnly = Annotated[bool, typer.Option("--visible-only", help="Leave frozen and switched-off layers out")]
AllowLoss = Annotated[bool, typer.Option("--allow-loss", help="Write although something is lost")]

ListOutput = Annotated[
    list[str] | None, typer.Option("--output", help="FORMAT:FILE, repeatable; json; - is standard output")
]


def plan_file(argument: Path | None, option: Path | None) -> Path:
    """The plan given as argument or with ``--plan``, else ``plan.toml`` here.

    Raises:
        UsageError: both are given and differ.
    """
    if argument is not None and option is not None and argument != option:
        raise UsageError("the plan is given twice: {one} and {two}", fix="Give it once", one=argument, two=option)
    return argument or option or Path("plan.toml")


def parse_geometry_columns(text: str | None) -> tuple[str, ...]:
    """``EAST,NORTH`` or the one column of WKT as a tuple.

    Raises:
        UsageError: there are more than two.
    """
    names = tuple(name.strip() for name in (text or "").split(",") if name.strip())
    if len(names) > 2:
        raise UsageError("{word} names more than two columns", fix="Write for example --place X,Y.", word=text)
    return names


def parse_columns(words: list[str] | None) -> dict[str, str]:
    """``FIELD=COLUMN`` words as a table.

    Raises:
        UsageError: a word has no ``=``.
    """
    for word in words or []:
        if "=" not in word:
            raise UsageError("{word} is not FIELD=COLUMN", fix="Write for example name=地块名称.", word=word)
    return dict(word.split("=", 1) for word in words or [])  # type: ignore[misc]
