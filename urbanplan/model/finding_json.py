"""Findings as JSON without their words, so that they are said in the language of whoever reads them."""

from __future__ import annotations

from typing import Any

from urbanplan.model.finding import Finding, build_finding, further_findings
from urbanplan.model.message_json import message_from_json, message_to_json


def finding_to_json(hit: Finding) -> dict[str, Any]:
    """A finding without its words."""
    grouped = hit.feature is None and bool(hit.features)
    told = hit.values if hit.count == max(len(hit.features), 1) else {**hit.values, "count": hit.count}
    return {
        "code": hit.code,
        "layer": hit.layer,
        "feature": hit.feature,
        "features": hit.features if grouped else None,
        "geometry": hit.geometry,
        "values": message_to_json(told if grouped else hit.values),
    }


def finding_from_json(row: dict[str, Any]) -> Finding:
    """The finding again, in the language of now; its level is the rule's of now."""
    row = message_from_json(row)
    if "more" in row["values"]:
        return further_findings(
            row["code"], layer=row["layer"], features=row["features"] or (), count=row["values"]["more"]
        )
    return build_finding(
        row["code"],
        layer=row["layer"],
        feature=row["feature"],
        features=row["features"],
        geometry=row["geometry"],
        **row["values"],
    )
