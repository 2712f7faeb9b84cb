"""vectors/people: what a key opens, and what it seals."""

from people import key_id, seal, unseal


def disagreement(case):
    """Why the case is not as it says; None when it is."""
    person, key = bytes.fromhex(case["person"]), bytes.fromhex(case["key"])
    if f"{key_id(person, key):016x}" != case["id"]:
        return "the key has another id"
    for value in case["values"]:
        record, sealed = bytes.fromhex(value["record"]), bytes.fromhex(value["sealed"])
        expected = None if value["value"] is None else ("text", value["value"])
        if unseal(key, record, value["tag"], sealed) != expected:
            return f"{value['why']}: opened to something else"
        if expected and seal(key, record, value["tag"], expected) != sealed:
            return f"{value['why']}: sealed to something else"
    return None
