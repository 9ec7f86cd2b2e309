"""The siting room: proposals of new sites with a bound that proves them, never verdicts."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
