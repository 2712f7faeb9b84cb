"""The types of records and their fields by name (R-120)."""

import json

from schema import PROTOCOL

SCOPE, DELETED = 1, 2


class Entity:
    def __init__(self, declared):
        self.type = declared["type"]
        fields = declared["fields"]
        self.tags = {"scope": SCOPE, "deleted": DELETED} | {field["name"]: field["tag"] for field in fields}
        self.kinds = {SCOPE: "register", DELETED: "register"} | {field["tag"]: field["kind"] for field in fields}


def _read():
    catalogue = json.loads((PROTOCOL / "catalogue.json").read_text(encoding="utf-8"))
    return {declared["name"]: Entity(declared) for declared in catalogue["types"]}


ENTITIES = _read()
