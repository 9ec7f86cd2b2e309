"""Options that several commands share, declared once, and the reading of their words."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import typer

from urbanplan.errors import UsageError

Result = TypeVar("Result")

PlanArgument = Annotated[Path | None, typer.Argument(help="Plan file or folder; ./plan.toml unless given")]
PlanTwin = Annotated[Path | None, typer.Option("--plan", help="The same as the argument")]
PlanFile = Annotated[Path, typer.Option("--plan", help="Plan file or folder")]
RealOnly = Annotated[bool, typer.Option("--real-only", help="Leave illustrative layers out")]
Sources = Annotated[Path | None, typer.Option(help="Folder with the text files of the plan's sources")]
ProposalFile = Annotated[
    Path | None, typer.Option("--with", help="Proposed sites to show, a file of `site`; no verdict changes")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No table for people and no progress")]
PageFile = Annotated[Path, typer.Option("-o", "--out", help="The HTML file to write")]
LayerFile = Annotated[Path, typer.Option("-o", "--out", help="The file to write; its ending is its format")]
Crs = Annotated[str | None, typer.Option("--crs", help="Pin the CRS")]
Area = Annotated[str | None, typer.Option("--area", help="plane or ellipsoid; the plan's unless given, else plane")]
Encoding = Annotated[str | None, typer.Option("--encoding", help="Pin the encoding of the texts")]
Place = Annotated[str | None, typer.Option("--place", help="EAST,NORTH or WKT: the columns that say where rows are")]
Head = Annotated[int | None, typer.Option("--head", help="The row of a table that holds the names")]
ToCrs = Annotated[str | None, typer.Option("--to-crs", help="Bring the coordinates into this CRS")]
DatumError = Annotated[
    str | None,
    typer.Option("--datum-error", help='Accept this error, as "5 m", where the way between datums is not known'),
]
LocalSystem = Annotated[
    Path | None,
    typer.Option("--local-system", help="Your file of the parameters of the local system; they are never repeated"),
]
Profile = Annotated[
    str | None,
    typer.Option(
        "--profile",
        help="Variant of the format: gbk (Shapefile), utf-8 (DXF), indexed (FlatGeobuf), a TXT template or sample",
    ),
]
Disclosure = Annotated[
    str | None,
    typer.Option("--disclosure", help="For whom it leaves: internal, partner, public, or a profile of the plan's own"),
]
ReviewNumber = Annotated[
    str | None, typer.Option("--review-number", help="Number of the map review, to stand on what leaves")
]
Digits = Annotated[
    int | None, typer.Option("--digits", help="Digits of degrees in GeoJSON and KML, 7 (about 1 cm) unless given")
]
AllowLoss = Annotated[bool, typer.Option("--allow-loss", help="Write although something is lost")]


def read_area(word: str | None) -> Literal["plane", "ellipsoid"] | None:
    """The definition of area of ``--area``; None where the option is not given.

    Raises:
        UsageError: there is no such definition.
    """
    if word is None or word == "plane" or word == "ellipsoid":
        return word
    raise UsageError("--area {word} is unknown", fix="Choose plane or ellipsoid.", word=word)


ListOutput = Annotated[
    list[str] | None, typer.Option("--output", help="FORMAT:FILE, repeatable; json; - is standard output")
]


def _read_drawing_options(
    cad_layer: Annotated[
        list[str] | None,
        typer.Option("--cad-layer", help="Layer of a drawing to take, for example 'JZD*'; may be repeated"),
    ] = None,
    label: Annotated[
        str | None, typer.Option("--label", help="Column for the text inside each outline of a drawing")
    ] = None,
    close: Annotated[
        float, typer.Option("--close", help="Metres between the ends of a drawing's lines that become outlines")
    ] = 0.0,
    unit: Annotated[
        str | None, typer.Option("--unit", help="Unit of a drawing: m, mm, cm, km, in, ft, us-ft and others")
    ] = None,
    layout: Annotated[str | None, typer.Option("--layout", help="Layout of a drawing's paper space to read")] = None,
    visible_only: Annotated[
        bool, typer.Option("--visible-only", help="Leave frozen and switched-off layers out")
    ] = False,
) -> Any:
    """The choices of a drawing as ``CadOptions``."""
    from urbanplan.analysis.files import CadOptions

    return CadOptions(tuple(cad_layer or ()), label, close, unit, layout, visible_only)


def takes_drawing_options(command: Callable[..., Result]) -> Callable[..., Result]:
    """Give a command the options of drawings where its parameter ``cad`` stands; it gets them as ``CadOptions``."""
    own, shared = (inspect.signature(one, eval_str=True) for one in (command, _read_drawing_options))
    parameters: list[inspect.Parameter] = []
    for parameter in own.parameters.values():
        parameters += shared.parameters.values() if parameter.name == "cad" else [parameter]

    @functools.wraps(command)
    def filled(**values: Any) -> Result:
        drawing = {name: values.pop(name) for name in shared.parameters}
        return command(**values, cad=_read_drawing_options(**drawing))

    filled.__signature__ = own.replace(parameters=parameters)  # pyright: ignore[reportAttributeAccessIssue]
    filled.__annotations__ = {one.name: one.annotation for one in parameters}
    return filled


def plan_file(argument: Path | None, option: Path | None) -> Path:
    """The plan given as argument or with ``--plan``, else ``plan.toml`` here.

    Raises:
        UsageError: both are given and differ.
    """
    if argument is not None and option is not None and argument != option:
        raise UsageError("the plan is given twice: {one} and {two}", fix="Give it once", one=argument, two=option)
    return argument or option or Path("plan.toml")


def disclosure_options(profile: str | None, review_number: str | None) -> Any:
    """The words of ``--disclosure`` and ``--review-number`` as ``DisclosureOptions``; None without a profile.

    Raises:
        UsageError: there is a number and no profile.
    """
    if profile is None:
        if review_number is not None:
            raise UsageError("--review-number needs --disclosure", fix="Say for whom it leaves: --disclosure public.")
        return None
    from urbanplan.analysis.disclosure import DisclosureOptions

    return DisclosureOptions(profile, review_number)


def check_disclosed(profile: Any, proposal: Any) -> None:
    """Refuse a proposal on a page for others: no profile has looked at it.

    Raises:
        UsageError: there are both.
    """
    if profile is not None and proposal is not None:
        from urbanplan.analysis.disclosure_doors import require_no_proposal

        require_no_proposal(profile, proposal)


def check_answer(profile: str | None, facts: Mapping[str, Any], *, command: str, layers: Iterable[str] = ()) -> None:
    """Refuse to write an answer that may not leave, before anything is written.

    Args:
        profile: the word of ``--disclosure``. facts: of the answer, with its plan and the bases of its layers.
        command: its name. layers: of the plan, further ones that it rests on.

    Raises:
        UsageError: a layer of the plan may not leave, the profile holds something back, or there is no plan.
    """
    if facts.get("plan"):
        from urbanplan.analysis.disclosure_doors import require_whole_answer

        names = {*facts.get("basis", {}), *layers}
        return require_whole_answer(facts["plan"], names, disclosure_options(profile, None), command=command)
    if profile is not None:
        fix = "Leave it out: the marks stand in a plan."
        raise UsageError("--disclosure is about the layers of a plan", fix=fix)
    return None


def check_profile(profile: str | None, plan: Path | None, *, command: str) -> None:
    """Refuse a profile that an answer cannot follow before it is worked out: :func:`check_answer` looks at its layers.

    Args:
        profile: the word of ``--disclosure``; None asks for nothing. plan: that the answer is of, None where it is of
            files. command: its name.

    Raises:
        UsageError: there is no plan, no such profile, or the profile holds something back.
    """
    if profile is not None:
        check_answer(profile, {} if plan is None else {"plan": plan}, command=command)


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
