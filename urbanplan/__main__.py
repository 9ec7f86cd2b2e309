"""``python -m urbanplan``."""

from urbanplan.cli.start import main

main()
