"""The messages of fieldsync.proto, as its text declares them.

A protobuf library cannot be asked for what R-5 and R-20 want (one form, single fields once, kinds of value that are
kept as they came), so codec.py reads and writes the bytes itself and needs no more of the schema than this."""

import re
from pathlib import Path
from typing import NamedTuple

PROTOCOL = Path(__file__).resolve().parent.parent


class Field(NamedTuple):
    """One field; `type` is a scalar's name or a message's, `oneof` the group that it stands in."""

    number: int
    name: str
    type: str
    repeated: bool
    oneof: str | None


# Of each scalar: its wire type and the least and greatest number (texts and bytes have none).
SCALARS = {
    "uint32": (0, 0, 2**32 - 1),
    "uint64": (0, 0, 2**64 - 1),
    "sint32": (0, -(2**31), 2**31 - 1),
    "sint64": (0, -(2**63), 2**63 - 1),
    "int64": (0, -(2**63), 2**63 - 1),
    "bool": (0, 0, 1),
    "enum": (0, 0, 2**31 - 1),
    "fixed64": (1, 0, 2**64 - 1),
    "string": (2, None, None),
    "bytes": (2, None, None),
}
DECLARATION = re.compile(r"(repeated )?(\w+) (\w+) = (\d+);")


def _parse(text):
    """`{message: {number: Field}}` and `{enum: {name: number}}`."""
    messages, enums, open_blocks = {}, {}, []
    for line in (line.split("//")[0].strip() for line in text.splitlines()):
        if opened := re.fullmatch(r"(message|enum|oneof) (\w+) \{", line):
            open_blocks.append(opened.groups())
            {"message": messages, "enum": enums, "oneof": {}}[opened[1]][opened[2]] = {}
        elif line == "}":
            open_blocks.pop()
        elif " = " in line and open_blocks and open_blocks[-1][0] == "enum":
            name, number = line.rstrip(";").split(" = ")
            enums[open_blocks[-1][1]][name] = int(number)
        elif open_blocks and (field := DECLARATION.fullmatch(line)):
            message = next(name for kind, name in reversed(open_blocks) if kind == "message")
            oneof = open_blocks[-1][1] if open_blocks[-1][0] == "oneof" else None
            type_name = "enum" if field[2] in enums else field[2]
            messages[message][int(field[4])] = Field(int(field[4]), field[3], type_name, bool(field[1]), oneof)
    return messages, enums


MESSAGES, ENUMS = _parse((PROTOCOL / "fieldsync.proto").read_text(encoding="utf-8"))
