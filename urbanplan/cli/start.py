"""The beginning of the program: what a person or the machine stops before the command runs ends in one line, too."""

from __future__ import annotations

import os
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line; a stop while it is loaded is 130, a machine without memory 2."""
    try:
        from urbanplan.cli.app import main as run_command

        run_command()
    except KeyboardInterrupt:
        _end("stopped", 130)
    except (MemoryError, ImportError) as error:
        _end(f"the program cannot be loaded: {error}. Give it more memory, or install it again", 2)


def _end(text: str, code: int) -> NoReturn:
    os.write(2, f"{text}\n".encode())
    os._exit(code)
