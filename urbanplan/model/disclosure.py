"""Disclosure profiles: what of a plan may leave, for whom, declared in ``maps/profiles/<name>.toml``.

A plan's own stand in its folder under ``maps/profiles`` and go before the shipped ones.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from urbanplan.errors import UsageError
from urbanplan.model.resources import resource_path
from urbanplan.model.style import find_map_file
from urbanplan.model.toml_file import read_declared

RELEASE = "disclosure"  # the key under which a frame, a report and a metadata file say for whom they are
Permission = Literal["allow", "refuse"]
_FOLDER = ("maps", "profiles")


class DisclosureProfile(BaseModel):
    """What may leave, and how exactly."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: str
    title: dict[str, str] = Field(default_factory=dict)
    precision_m: float = Field(default=0.0, ge=0, le=10_000)  # of the grid that coordinates go to; 0: as drawn
    secret: Permission = "refuse"
    internal: Permission = "allow"
    findings: bool = True  # False: neither findings nor the features that prove a verdict
    review_number: bool = False  # a place for the number of the map review
    max_area_km2: float | None = Field(default=None, gt=0)
    survey_precision_m: float = Field(default=1.0, gt=0)
    drop_layers: list[str] = Field(default_factory=list)
    drop_fields: list[str] = Field(default_factory=list)

    def drops_layer(self, *names: str) -> bool:
        """Whether a layer of these names (its own, its type's) does not leave."""
        return _matches(names, self.drop_layers)

    def drops_field(self, *names: str) -> bool:
        """Whether a field of these names (its own, aliases, titles) does not leave."""
        return _matches(names, self.drop_fields)

    @property
    def lets_all_leave(self) -> bool:
        """Whether nothing is held back: no layer, no field, no finding, no digit of a coordinate."""
        held = self.precision_m > 0 or self.secret == "refuse" or self.internal == "refuse" or not self.findings
        return not (held or self.drop_layers or self.drop_fields)

    def refuses(self, secrecy: str) -> bool:
        """Whether a layer marked so may not leave."""
        return (secrecy == "secret" and self.secret == "refuse") or (
            secrecy == "internal" and self.internal == "refuse"
        )


def read_profile(name: str, *, beside: Path | None = None) -> DisclosureProfile:
    """The profile of a name.

    Args:
        name: ``internal``, ``partner``, ``public`` or one of the plan's own. beside: the plan's folder.

    Raises:
        UsageError: there is none, or its file does not fit; file and line are named.
    """
    path = find_map_file(_FOLDER, name, beside=beside)
    if path is None:
        raise UsageError("there is no disclosure profile {name}", where="--disclosure", fix="Choose one of {names}.",
                         name=name, names=", ".join(profile_names(beside=beside)))  # fmt: skip
    return read_declared(DisclosureProfile, path, error_type=UsageError, more={"name": name})


def profile_names(*, beside: Path | None = None) -> list[str]:
    """The names of all profiles, the plan's own among them."""
    roots = [resource_path(*_FOLDER), *([beside.joinpath(*_FOLDER)] if beside else [])]
    return sorted({path.stem for root in roots if root.is_dir() for path in root.glob("*.toml")})


def _matches(names: Iterable[str], patterns: Iterable[str]) -> bool:
    folded = {spelling for name in names for spelling in (_fold(name), "".join(_fold(name).split()))}
    return any(fnmatchcase(name, _fold(pattern)) for pattern in patterns for name in folded)


def _fold(text: str) -> str:
    """A name without what is not seen, half width, in small letters."""
    seen = "".join(one for one in text if unicodedata.category(one) != "Cf")
    return unicodedata.normalize("NFKC", seen).strip().casefold()
