"""Messages <-> bytes: protobuf as README.md wants it (R-3, R-5, R-20).

A message that was read is a dict with every field of the schema: a list for a repeated one, None for a message or a
`oneof` that is absent, else the default. A `oneof` stands under its own name, as (field's name, what it holds)."""

from limits import BYTES_MAX, COUNT_MAX, COUNTED_IN_ALL, PIECES_MAX, VALUE_BYTES_MAX, Refused, require
from schema import MESSAGES, SCALARS

VALUED = ("FieldWrite", "FieldValue")
# of every field that a value may stand in, those that a later version may use.
LATER_KINDS = range(12, 15)


# ------------------------------------------------------------------------------------------------------- primitives


def varint(number):
    """The bytes of an unsigned number, the fewest that hold it."""
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes(out) + bytes([number])


def read_varint(data, at):
    """(number, where it ends)."""
    number, shift = 0, 0
    for end in range(at, at + 10):
        require(end < len(data), "cut short")
        number |= (data[end] & 127) << shift
        shift += 7
        if data[end] < 128:
            require(number < 2**64, "a varint beyond 64 bits")
            require(end == at or data[end] != 0, "a varint that is not the shortest")
            return number, end + 1
    raise Refused("malformed", "a varint of more than 10 bytes")


def pieces(data):
    """Each field in turn: (number, wire type, content, its bytes with the key). R-5"""
    at = 0
    while at < len(data):
        start = at
        key, at = read_varint(data, at)
        number, wire = key >> 3, key & 7
        require(1 <= number < 2**29 and wire in (0, 1, 2, 5), "no field has this key")
        if wire == 0:
            content, at = read_varint(data, at)
        else:
            length = {1: 8, 5: 4}.get(wire)
            if length is None:
                length, at = read_varint(data, at)
            require(length <= len(data) - at, "a length beyond the end")
            content, at = data[at : at + length], at + length
        yield number, wire, content, data[start:at]


# ---------------------------------------------------------------------------------------------------------- reading


def read(name, data, strict=False, in_all=None):
    """The message `name`. `strict`: it has one form (R-20) and nothing unknown is passed over (R-5). `in_all`: how many pieces
    were met in what the message is a part of."""
    message, last, counts = _empty(name), 0, {}
    in_all = {} if in_all is None else in_all
    for number, wire, content, raw in pieces(data):
        field = MESSAGES[name].get(number)
        if strict:
            repeats = field is not None and field.repeated and number == last
            require(number > last or repeats, "fields out of order, or one twice")
            last = number
        if field is None:
            if name in VALUED and number in LATER_KINDS:
                require(wire != 2 or len(content) <= VALUE_BYTES_MAX, "a value too long", "too_large")
                _put(message, "value", ("opaque", (number, raw)))
            else:
                # above the schema it comes from a later version; within, nobody ever wrote it.
                require(not strict or number < max(MESSAGES[name]), "a later version's field", "upgrade_required")
                require(not strict, "a number that the schema does not use")
            continue
        before = _length(message, field)
        _take(message, name, field, wire, content, strict, counts, in_all)
        if field.repeated and not strict:
            _count(name, field, _length(message, field) - before, in_all)
    return message


def _length(message, field):
    return len(message[field.name]) if field.repeated else 0


def _count(name, field, new, in_all):
    """R-3: what counts over all lists of a message."""
    for key, limit in (((name, field.name), COUNT_MAX.get((name, field.name))), (None, PIECES_MAX)):
        if key is None or key in COUNTED_IN_ALL:
            in_all[key] = in_all.get(key, 0) + new
            require(in_all[key] <= limit, f"more than {limit} in all", "too_large")


def _take(message, name, field, wire, content, strict, counts, in_all):
    key = field.oneof or field.name
    packs = field.repeated and SCALARS.get(field.type, (2,))[0] != 2
    if packs and wire == 2:
        require(not strict or content, "an empty list is left out")
        require(not strict or not message[key], "a list in two parts")
        message[key] += _unpack(field, content)
    else:
        require(not (packs and strict), "a list that is not packed")
        limit = COUNT_MAX.get((name, field.name))
        counts[key] = counts.get(key, 0) + 1
        require(limit is None or counts[key] <= limit, f"more than {limit} {field.name}", "too_large")
        value = _single(name, field, wire, content, strict, in_all)
        if field.repeated:
            message[key].append(value)
        else:
            # a default is left out, except inside a oneof.
            require(not strict or field.oneof or value != _default(field), f"{field.name} has its default")
            # everywhere.
            require(field.oneof or counts[key] == 1, f"{field.name} twice")
            _put(message, key, (field.name, value) if field.oneof else value)
    limit = COUNT_MAX.get((name, field.name))
    require(not packs or limit is None or len(message[key]) <= limit, f"more than {limit} {field.name}", "too_large")


def _put(message, key, value):
    require(key != "value" or message.get(key) is None, "two values in a field")
    message[key] = value


def _single(name, field, wire, content, strict, in_all):
    expected = SCALARS.get(field.type, (2,))[0]
    require(wire == expected, f"{field.name} has another wire type")
    if wire == 2:
        limit = BYTES_MAX.get((name, field.name), VALUE_BYTES_MAX if field.type == "string" else None)
        require(limit is None or len(content) <= limit, f"{field.name} is too long", "too_large")
    if field.type == "bytes":
        return content
    if field.type == "string":
        return _text(content)
    if field.type in SCALARS:
        return _number(field, int.from_bytes(content, "little") if wire == 1 else content)
    return read(field.type, content, strict, in_all)


def _unpack(field, content):
    numbers, at = [], 0
    while at < len(content):
        if field.type == "fixed64":
            require(at + 8 <= len(content), "half a number")
            number, at = int.from_bytes(content[at : at + 8], "little"), at + 8
        else:
            number, at = read_varint(content, at)
        numbers.append(_number(field, number))
    return numbers


def _number(field, raw):
    if field.type.startswith("sint"):
        raw = raw >> 1 ^ -(raw & 1)
    elif field.type == "int64" and raw >= 2**63:
        raw -= 2**64
    _, least, greatest = SCALARS[field.type]
    require(least <= raw <= greatest, f"{field.name} is beyond its type")
    return bool(raw) if field.type == "bool" else raw


def _text(content):
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("malformed", "not UTF-8") from None


def _default(field):
    if field.repeated:
        return []
    return {"string": "", "bytes": b"", "bool": False}.get(field.type, 0 if field.type in SCALARS else None)


def _empty(name):
    return {field.oneof or field.name: None if field.oneof else _default(field) for field in MESSAGES[name].values()}


# ---------------------------------------------------------------------------------------------------------- writing


def write(name, message):
    """The one form of a message (R-20) from a dict that names what is not default."""
    unknown = set(message) - set(_empty(name))
    assert not unknown, f"{name} has no {unknown}"
    out = b""
    opaque = message.get("value") if name in VALUED and (message.get("value") or [""])[0] == "opaque" else None
    for number in sorted(MESSAGES[name]):
        field = MESSAGES[name][number]
        if opaque and number > opaque[1][0]:
            out, opaque = out + opaque[1][1], None
        if field.oneof:
            chosen = message.get(field.oneof)
            if chosen and chosen[0] == field.name:
                out += _field(field, chosen[1])
        elif field.repeated and SCALARS.get(field.type, (2,))[0] != 2:
            if message.get(field.name):
                out += _key(number, 2, b"".join(_content(field, item) for item in message[field.name]))
        elif field.repeated:
            out += b"".join(_field(field, item) for item in message.get(field.name, []))
        elif message.get(field.name) not in (None, _default(field)):
            out += _field(field, message[field.name])
    return out + (opaque[1][1] if opaque else b"")


def _field(field, value):
    wire = SCALARS.get(field.type, (2,))[0]
    return _key(field.number, wire, _content(field, value))


def _key(number, wire, content):
    return varint(number << 3 | wire) + (varint(len(content)) if wire == 2 else b"") + content


def _content(field, value):
    match field.type:
        case "bytes":
            return value
        case "string":
            return value.encode("utf-8")
        case "fixed64":
            return value.to_bytes(8, "little")
        case "sint32" | "sint64":
            return varint(value << 1 if value >= 0 else (-value << 1) - 1)
        case "int64":
            return varint(value % 2**64)
        case "uint32" | "uint64" | "bool" | "enum":
            return varint(int(value))
        case message:
            return write(message, value)
