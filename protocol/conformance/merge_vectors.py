"""vectors/merge: histories of one record and the states that come of them (vectors/README.md)."""

from merge import Dot, RecordState, apply, distinct, entries, join, shown


def disagreement(case):
    """None when every state is as the case expects it, else the name of one that is not, and what it is."""
    states = _run(case)
    if set(states) != set(case["expect"]):
        return f"states {sorted(states)}"
    for name, expected in case["expect"].items():
        while isinstance(expected, str):
            expected = case["expect"][expected]
        computed = _canonical(states[name], case)
        if computed != expected:
            return f"{name} is {computed}"
    return None


def _run(case):
    states = {}
    for step in case["steps"]:
        match step:
            case {"new": name}:
                states[name] = RecordState()
            case {"copy": name, "of": other}:
                states[name] = states[other].copy()
            case {"apply": name, "change": change}:
                apply(states[name], *_change(case["changes"][change], case))
            case {"join": name, "with": other}:
                join(states[name], states[other])
    return states


def _change(change, case):
    writes = []
    for write in change["fields"]:
        overwrites = [_dot(dot, case) for dot in write["overwrites"]]
        writes.append((case["fields"][write["field"]]["tag"], _value(write["value"]), overwrites))
    return _dot(change["dot"], case), tuple(change["timestamp"]), bytes.fromhex(change["author"]), writes


def _dot(dot, case):
    return Dot(int(case["replicas"][dot[0]], 16), dot[1])


def _value(plain):
    if plain is None:
        return None
    return ("text" if isinstance(plain, str) else "integer", plain)


def _canonical(state, case):
    names = {int(identifier, 16): name for name, identifier in case["replicas"].items()}
    fields = {name: state.fields[each["tag"]] for name, each in case["fields"].items() if each["tag"] in state.fields}
    known = {}
    for replica, first, last in state.known.runs:
        known.setdefault(names[replica], []).append([first, last])
    return {
        "known": known,
        "siblings": {name: _siblings(field, names) for name, field in fields.items() if field.siblings},
        "superseded": {
            name: [[names[dot.replica], dot.n] for dot in sorted(field.superseded)]
            for name, field in fields.items()
            if field.superseded
        },
        "view": {name: _view(field, case["fields"][name]) for name, field in fields.items() if field.siblings},
    }


def _siblings(field, names):
    return [
        {
            "dot": [names[dot.replica], dot.n],
            "timestamp": list(sibling.timestamp),
            "author": sibling.author.hex(),
            "value": sibling.value[1],
        }
        for dot, sibling in sorted(field.siblings.items())
    ]


def _view(field, declared):
    kind = declared["kind"]
    match kind:
        case "set" | "log":
            return {"elements" if kind == "set" else "entries": [content for _, content in entries(field, kind)]}
        case "counter":
            return {"sum": entries(field, kind)}
    order = [_value(each) for each in declared.get("order", [])]
    return {"shown": shown(field, kind, order)[1], "distinct": [content for _, content in distinct(field)]}
