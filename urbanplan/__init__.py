"""urbanplan: plan-as-code for urban planners.

The public names load their rooms on first use, so that ``import urbanplan`` is light:

    >>> import urbanplan
    >>> run = urbanplan.audit(urbanplan.read_plan("layers/zhengzhou-hitech"))
    >>> run.report.summary.status
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
