"""One session of QGIS without a window: opens files and writes files; run by the Python that QGIS has.

    python3 qgis_session.py TASK.json ANSWER.json

The task has ``open``, paths by name, and ``write``, a list of driver, path, layer's name, options and field names, for
the layer at ``source``.  The answer has what QGIS sees in each file, and the errors of what it wrote.
"""

import json
import os
import sys
from pathlib import Path

from qgis.core import (
    QgsApplication,
    QgsCoordinateTransformContext,
    QgsProviderRegistry,
    QgsProviderSublayerDetails,
    QgsVectorFileWriter,
    QgsVectorLayer,
)


def look(part):
    """A layer as QGIS sees it."""
    layer = part.toLayer(QgsProviderSublayerDetails.LayerOptions(QgsCoordinateTransformContext()))
    features = list(layer.getFeatures())
    _, styled = layer.loadDefaultStyle() if layer.providerType() == "ogr" else ("", False)
    return {
        "valid": layer.isValid(),
        "crs": layer.crs().authid(),
        "rows": layer.featureCount(),
        "area": sum(one.geometry().area() for one in features),
        "fields": [field.name() for field in layer.fields()],
        "texts": sorted({str(value) for one in features for value in one.attributes() if isinstance(value, str)}),
        "renderer": layer.renderer().type() if styled and layer.renderer() else "",
    }


def save(layer, driver, path, name, options):
    """The error of writing a layer, 0 for none, and its text."""
    if driver in ("WKT", "WKB"):
        shapes = [one.geometry() for one in layer.getFeatures()]
        texts = [one.asWkt(17) if driver == "WKT" else one.asWkb().data().hex() for one in shapes]
        Path(path).write_text("\n".join(texts) + "\n", "utf-8")
        return 0, ""
    said = QgsVectorFileWriter.SaveVectorOptions()
    said.driverName, said.layerName = driver, name
    said.fileEncoding = options.pop("encoding", "UTF-8")
    said.datasourceOptions = options.pop("datasource", [])
    said.layerOptions = options.pop("layer", [])
    said.skipAttributeCreation = driver == "DXF"
    return QgsVectorFileWriter.writeAsVectorFormatV3(layer, path, QgsCoordinateTransformContext(), said)[:2]


def main(task, answer):
    """Do the task and write the answer."""
    asked = json.loads(Path(task).read_text("utf-8"))
    QgsApplication.setPrefixPath("/usr", True)
    program = QgsApplication([], False)  # held: without it nothing works
    program.initQgis()
    registry = QgsProviderRegistry.instance()
    seen = {name: {part.name(): look(part) for part in registry.querySublayers(path)}
            for name, path in asked["open"].items()}  # fmt: skip
    source = QgsVectorLayer(asked["source"], "source", "ogr")
    errors = {one[1]: [int(code), text] for one in asked["write"] for code, text in [save(source, *one)]}
    Path(answer).write_text(json.dumps({"seen": seen, "errors": errors}, ensure_ascii=False), "utf-8")
    os._exit(0)  # QGIS 3.22 may end by a signal where it is asked to end


main(*sys.argv[1:3])
