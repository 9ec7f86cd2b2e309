"""urbanplan: plan-as-code for urban planners.

The public names load their rooms on first use, so that ``import urbanplan`` is light:

    >>> import urbanplan
    >>> urbanplan.check("layers/zhengzhou-hitech").report.summary.status
    >>> urbanplan.coverage("streets.gpkg", "sites.geojson", within=600).share
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
