"""Every exception of urbanplan.

An exception is only for a program or an input that cannot go on; a fact about
the district is a verdict or a finding.  Messages are templates with named
values, so that the command line can say them in another language.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def _identity(template: str) -> str:
    return template


class UrbanplanError(Exception):
    """Root of all errors: what is wrong, where, and what to do.

    Args:
        what: English template of one sentence without its full stop; ``{name}`` takes ``values``.
        where: place as ``file[:line[:column]] [layer] [feature]``, or empty.
        fix: English template of the sentence that says what to do, or empty.
        **values: values of both templates.
    """

    def __init__(self, what: str, *, where: str = "", fix: str = "", **values: Any) -> None:
        self.what = what
        self.where = where
        self.fix = fix
        self.values = values
        self.also: tuple[UrbanplanError, ...] = ()  # further problems of the same input
        super().__init__(what)

    def text(self, translate: Callable[[str], str] = _identity) -> str:
        """The whole message; ``translate`` maps a template to one in another language."""
        spoken = translate(self.what)
        what = spoken.format(**self.values)
        parts = [f"{self.where}: {what}" if self.where else what]
        if self.fix:
            parts.append(translate(self.fix).format(**self.values))
        stop, gap = (".", " ") if spoken == self.what else ("。", "")
        own = gap.join(part if part.endswith((".", "。", "!", "?", "？", "^")) else f"{part}{stop}" for part in parts)
        return "\n".join([own, *(further.text(translate) for further in self.also)])

    def __str__(self) -> str:
        return self.text()


class UsageError(UrbanplanError, ValueError):
    """The command's words cannot be used."""


class PlanError(UrbanplanError, ValueError):
    """The plan file cannot be used."""


class FilterError(UrbanplanError, ValueError):
    """A CQL2 filter cannot be read or evaluated."""


class LayerError(UrbanplanError, ValueError):
    """A layer's content cannot be used."""


class CrsError(UrbanplanError, ValueError):
    """A coordinate reference system is missing, unknown or unfit."""


class ExchangeError(UrbanplanError, OSError):
    """A file cannot be read or written."""


class GateError(ExchangeError):
    """The gate refuses to open a file: what it is or where it lies is not allowed."""


class LossError(ExchangeError):
    """Writing would lose something that was not allowed to be lost."""


class StoreError(UrbanplanError, OSError):
    """The store cannot be read or replaced."""


class NetworkError(UrbanplanError, ValueError):
    """Lines, places or settings from which no network result can be made."""


class CertificateError(NetworkError):
    """A result did not pass its own certificate: a fault of the program, never an answer."""


class ResidentsError(UrbanplanError, ValueError):
    """People cannot be placed from the given data."""


class RasterError(UrbanplanError, ValueError):
    """An elevation, or a question of where water stands, cannot be used."""


class SitingError(UrbanplanError, ValueError):
    """A question of siting, or its data, cannot be used."""


class MeasureError(UrbanplanError, ValueError):
    """A measure's parameters cannot be used."""


class ViewError(UrbanplanError, ValueError):
    """A map, sheet or page cannot be drawn."""


class MissingExtraError(UrbanplanError, ImportError):
    """An optional dependency is not installed."""


def lacks_temporary_folder(error: BaseException) -> bool:
    """Whether an error says that no folder for temporary files was found."""
    return isinstance(error, FileNotFoundError) and "No usable temporary directory" in str(error)
