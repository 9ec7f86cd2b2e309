"""A process beside the server that does one task after another and says how far each is.

A task comes as one line of JSON on standard input, and its messages leave as lines of JSON on standard output:
``progress``, ``verdict``, ``note``, and last ``done`` or ``problem``.  When the server is gone, so is the process: it
ends with its standard input, in the midst of a task too.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
from pathlib import Path
from typing import Any, TextIO

from urbanplan.errors import UrbanplanError
from urbanplan.model.run_files import RunFiles, use_run_files
from urbanplan.model.translation import localize, translate, use_language
from urbanplan.server.task_run import TaskRun

GONE = 3  # exit code where the server is gone


def main() -> None:
    """Do the tasks that standard input names, until it ends."""
    stream = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8", newline="\n")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what libraries print is no message
    tasks: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_take_tasks, args=(tasks,), daemon=True).start()
    while True:
        _run(json.loads(tasks.get()), stream)


def _take_tasks(tasks: queue.SimpleQueue[str]) -> None:
    for line in sys.stdin:
        tasks.put(line)
    os._exit(GONE)


def _run(task: dict[str, Any], stream: TextIO) -> None:
    from urbanplan.exchange.gdal import drivers
    from urbanplan.server.tasks import TASKS

    drivers.disable_drivers()
    run = TaskRun(Path(task["plan"]), Path(task["out"]), stream)
    with use_language(task["language"], pinned=True), use_run_files(RunFiles(overwrite=True)):
        try:
            run.send(done=TASKS[task["name"]](run, **task["values"]))
        except UrbanplanError as error:
            run.send(problem=error.text(translate))
        except MemoryError:
            run.send(problem=localize("there is not enough memory for this input. Cut it into parts"))


if __name__ == "__main__":
    main()
