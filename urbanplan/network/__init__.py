"""The network room: streets from lines, reach from places, coverage on every metre, with a proof."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
