"""Methods of dataclasses that are compiled when they are called: the classes behave as ever."""

from __future__ import annotations

import dataclasses
import pickle
from dataclasses import dataclass, field

import pytest

from urbanplan.cli.late_methods import compile_late

pytestmark = pytest.mark.skipif(not hasattr(dataclasses, "_create_fn"), reason="Python compiles a class at once")


@pytest.fixture(autouse=True)
def late(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dataclasses, "_create_fn", dataclasses._create_fn)  # put back afterwards
    compile_late()
    compile_late()


def test_a_method_is_compiled_when_it_is_called() -> None:
    @dataclass
    class Spot:
        x: float
        y: float = 2.0

    waiting = vars(Spot)["__init__"]
    assert Spot(1.0) == Spot(x=1.0, y=2.0)
    assert vars(Spot)["__init__"] is not waiting
    assert vars(Spot)["__init__"].__code__.co_varnames == ("self", "x", "y")
    assert repr(Spot(1.0)).endswith("Spot(x=1.0, y=2.0)")
    assert repr(Spot(3.0)).endswith("Spot(x=3.0, y=2.0)")
    with pytest.raises(TypeError, match=r"Spot.__init__\(\) missing 1 required positional argument: 'x'"):
        Spot()  # pyright: ignore[reportCallIssue]


def test_frozen_slotted_ordered_and_inherited_classes_are_as_ever() -> None:
    @dataclass(frozen=True, slots=True, order=True)
    class Low:
        at: int
        names: list[str] = field(default_factory=list, compare=False)

    @dataclass(frozen=True)
    class Base:
        at: int

    @dataclass(frozen=True)
    class Named(Base):
        name: str = ""

        def __post_init__(self) -> None:
            object.__setattr__(self, "name", self.name or "none")

    assert Low(1) < Low(2)
    assert sorted([Low(2), Low(1)])[0].names == []
    assert {Low(1), Low(1)} == {Low(1)}
    for one in (Low(1), Named(1)):
        with pytest.raises(dataclasses.FrozenInstanceError):
            one.at = 2  # pyright: ignore[reportAttributeAccessIssue]
    assert dataclasses.replace(Named(1), at=3) == Named(3, "none")
    assert Base(1) != Named(1)
    assert vars(Base)["__init__"].__qualname__.endswith("Base.__init__")


@dataclass
class _Kept:
    at: int


def test_what_was_made_before_stays() -> None:
    assert pickle.loads(pickle.dumps(_Kept(1))) == _Kept(1)  # noqa: S301 - its own text
