"""What runs keep in the user's own folder: shown, emptied, switched on and off."""

from __future__ import annotations

import json
from dataclasses import asdict

from urbanplan.errors import StoreError
from urbanplan.exchange.files import user_cache
from urbanplan.exchange.files.user_cache import CacheStatus
from urbanplan.model.library_messages import translate_error


def change_cache(*, clear: bool = False, on: bool | None = None) -> CacheStatus:
    """Change what is kept, and say what is kept then.

    Args:
        clear: remove all of it. on: let runs keep things, or not and remove them; None leaves that as it is.

    Raises:
        StoreError: the user's folder cannot be written.
    """
    try:
        if on is not None:
            user_cache.switch(on)
        if clear:
            user_cache.clear()
    except OSError as error:
        reason = translate_error(error)
        fix = "Name a folder of your own with URBANPLAN_CACHE."
        raise StoreError("the cache cannot be changed: {reason}", fix=fix, reason=reason) from error
    return user_cache.cache_status()


def status_json(status: CacheStatus) -> str:
    """What is kept, for programs."""
    return json.dumps(asdict(status), ensure_ascii=False, indent=2) + "\n"
