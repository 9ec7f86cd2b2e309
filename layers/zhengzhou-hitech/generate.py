"""Write the illustrative Zhengzhou High-tech Zone: ``python layers/zhengzhou-hitech/generate.py [FOLDER]``.

The same bytes come out each time: the seed is fixed, no clock is read, coordinates are rounded.
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from generator import elevation  # noqa: E402
from generator.district import draw  # noqa: E402
from generator.write import write  # noqa: E402


def main(folder: Path) -> None:
    """Draw all layers and write them."""
    layers, _ = draw()
    write(layers, folder)
    elevation.write(layers, folder / "elevation.tif")
    total = sum(path.stat().st_size for path in folder.glob("*.geojson"))
    people = sum(int(home.values["residents"] or 0) for home in layers["homes"])
    features = sum(map(len, layers.values()))
    print(f"{len(layers)} layers, {features} features, {total / 1e6:.1f} MB, {people} residents: {folder}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
