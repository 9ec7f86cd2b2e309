"""Install pinned requirements with several pips at once: ``python .ci/install.py requirements/dev.txt``.

What is pinned is all there is, so nothing is to be resolved, and each pip unpacks packages that no other touches.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

PIPS = 4
"""One more for each core than is busy while another waits for the network or the disk."""
PIP = [sys.executable, "-m", "pip", "install", "--quiet", "--no-compile", "--no-deps", "--require-hashes", "-r"]


def main(requirements: Path) -> int:
    """Install; the exit code of the first pip that failed, else 0."""
    text = requirements.read_text(encoding="utf-8")
    packages = re.findall(r"^[A-Za-z0-9].*(?:\n[ ].*)*", text, flags=re.MULTILINE)  # each with its hashes
    with TemporaryDirectory() as folder:
        shares = [Path(folder) / f"{turn}.txt" for turn in range(PIPS)]
        for turn, share in enumerate(shares):
            share.write_text("\n".join(packages[turn::PIPS]) + "\n", encoding="utf-8")
        started = [subprocess.Popen([*PIP, str(share)]) for share in shares]
        return next(filter(None, [pip.wait() for pip in started]), 0)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
