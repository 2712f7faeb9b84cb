"""`run vectors`: every file of protocol/vectors."""

import json

import merge_vectors
import people_vectors
import wire_vectors
from schema import PROTOCOL

AREAS = {"merge": merge_vectors, "people": people_vectors, "wire": wire_vectors}


def check_vectors(report):
    for area, reader in AREAS.items():
        for path in sorted((PROTOCOL / "vectors" / area).glob("*.json")):
            case = json.loads(path.read_text(encoding="utf-8"))
            why = reader.disagreement(case)
            report.check(rules_of(case), f"{area}/{path.stem}", why is None, why)


def rules_of(case):
    """Histories are about the three rules of a record's state."""
    return case.get("rule", "R-90 R-91 R-93")
