from .run import Audit as Audit
from .run import audit as audit

__all__ = [
    "Audit",
    "audit",
]
