"""``python -m urbanplan``."""

from urbanplan.cli.app import main

main()
