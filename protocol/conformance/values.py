"""What change sets and states are made of: tables (R-21), values (R-22), dots (R-23)."""

from limits import require
from merge import Dot, KnownDots

N_MAX = 2**53 - 1


class Table:
    """R-21: replicas or authors by index, `before` what stands at the first indexes without being sent."""

    def __init__(self, entries, before=()):
        require(ascending(entries), "a table that is not ascending")
        self.entries, self.used = [*before, *entries], set(range(len(before)))

    def __getitem__(self, index):
        require(index < len(self.entries), "an index outside the table")
        self.used.add(index)
        return self.entries[index]

    def require_used(self):
        require(len(self.used) == len(self.entries), "an entry of the table that nothing names")


def ascending(items):
    return all(before < after for before, after in zip(items, items[1:]))


def dot_of(replica, n):
    require(1 <= n <= N_MAX, "a dot's n outside its range")
    return Dot(replica, n)


def known_dots(runs):
    """R-23: known dots that came as runs."""
    require(all(1 <= first <= last <= N_MAX for _, first, last in runs), "a run backwards or from 0")
    known = KnownDots(runs)
    require(known.runs == runs, "runs that touch, overlap or are not ascending")
    return known


def read_value(chosen):
    """R-22: (kind, content) in plain Python, both hashable."""
    if chosen is None:
        return None
    kind, content = chosen
    match kind:
        case "decimal":
            require(content["scale"] <= 18, "more than 18 places")
            return kind, (content["unscaled"], content["scale"])
        case "instant":
            require(-62_167_219_200_000 <= content["milliseconds"] <= 253_402_300_799_999, "not a year of four digits")
            require(-1_080 <= content["offset_minutes"] <= 1_080, "an offset beyond 18 hours")
            return kind, (content["milliseconds"], content["offset_minutes"])
        case "date":
            require(-719_528 <= content <= 2_932_896, "not a year of four digits")
        case "money":
            letters = content["currency"]
            require(len(letters) == 3 and all("A" <= letter <= "Z" for letter in letters), "not a currency")
            return kind, (content["minor"], letters)
        case "reference":
            require(len(content) == 16, "a reference of another length")
        case "sealed":
            require(len(content["content"]) > 28, "a sealed value that is too short")
            return kind, (content["key"], content["content"])
        case "known":
            runs = [(run["replica"], run["first"], run["last"]) for run in content["runs"]]
            return kind, tuple(known_dots(runs).runs)
    return kind, content


def value_message(value):
    if value is None:
        return None
    kind, content = value
    match kind:
        case "decimal":
            return kind, {"unscaled": content[0], "scale": content[1]}
        case "instant":
            return kind, {"milliseconds": content[0], "offset_minutes": content[1]}
        case "money":
            return kind, {"minor": content[0], "currency": content[1]}
        case "sealed":
            return kind, {"key": content[0], "content": content[1]}
        case "known":
            return kind, {"runs": [{"replica": r, "first": first, "last": last} for r, first, last in content]}
    return value
