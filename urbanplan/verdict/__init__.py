"""Judging targets and auditing plans."""

# pyright: basic
# lazy_loader declares no types; the stub beside this file does
import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
