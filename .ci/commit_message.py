"""Check a commit message: a subject of at most 72 characters, then a blank line, then the why.

The commit-msg hook (`pre-commit install` puts it in place) calls it with the message's file; `git log --format=%B%x00`
piped into it with ``-`` checks commits that are there.
"""

from __future__ import annotations

import sys
from pathlib import Path

LIMIT = 72


def message_faults(message: str) -> list[str]:
    """What is wrong with a message; comments of the editor do not count."""
    lines = [line for line in message.splitlines() if not line.startswith("#")]
    subject = lines[0] if lines else ""
    if not subject.strip():
        return ["the first line is empty: it is the subject"]
    faults = []
    if len(subject) > LIMIT and not subject.startswith(("Merge ", 'Revert "')):  # git writes these itself
        faults.append(f"the subject has {len(subject)} characters, at most {LIMIT} are shown whole: {subject}")
    if subject.endswith("."):
        faults.append(f"a subject is a title and has no full stop: {subject}")
    if len(lines) > 1 and lines[1].strip():
        faults.append(f"the line after the subject is not blank: {lines[1]}")
    return faults


def main(arguments: list[str]) -> int:
    """Print the faults of the message in the file, or of all messages on standard input; 1 where there are any."""
    if arguments == ["-"]:
        messages = [text.strip("\n") for text in sys.stdin.read().split("\0") if text.strip()]
    else:
        messages = [Path(arguments[0]).read_text(encoding="utf-8")]
    faults = [fault for message in messages for fault in message_faults(message)]
    print(*faults, sep="\n", end="\n" if faults else "")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
