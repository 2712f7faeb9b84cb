"""The table: rows of figures, each beside its raw reference and its goal."""
import json
import sys


class Row:
    """One line. `met` is None when there is nothing to compare with a goal, or the row was skipped (`note` says why)."""

    def __init__(self, name, ours=None, reference=None, ratio=None, target="", met=None, unit="", note=""):
        self.name, self.ours, self.reference, self.ratio = name, ours, reference, ratio
        self.target, self.met, self.unit, self.note = target, met, unit, note

    def json(self):
        members = ["name", "ours", "reference", "ratio", "target", "met", "unit", "note"]
        return {member: _rounded(getattr(self, member)) for member in members}


def rate(name, ours, reference, goal, unit, note=""):
    """A figure of which more is better, as a share of the reference's."""
    ratio = ours / reference
    return Row(name, ours, reference, ratio, f">= {goal} x", ratio >= goal, unit, note)


def most(name, ours, limit, unit, reference=None, note=""):
    """A figure of which less is better, with a goal of its own."""
    ratio = ours / reference if reference else None
    return Row(name, ours, reference, ratio, f"<= {limit:g}", ours <= limit, unit, note)


def times(name, ours, reference, goal, unit, note=""):
    """A figure of which less is better, against the reference's."""
    ratio = ours / reference
    return Row(name, ours, reference, ratio, f"<= {goal} x", ratio <= goal, unit, note)


def skipped(name, target, why):
    return Row(name, target=target, note="skipped: " + why)


def show(rows, as_json):
    if as_json:
        json.dump({"rows": [row.json() for row in rows]}, sys.stdout, ensure_ascii=False)
        print()
        return
    heads = ["", "ours", "reference", "ratio", "goal", "met", "unit", ""]
    cells = [heads] + [_cells(row) for row in rows]
    widths = [max(len(line[column]) for line in cells) for column in range(len(heads) - 1)]
    for line in cells:
        padded = [text.ljust(width) if column in (0, 6) else text.rjust(width)
                  for column, (text, width) in enumerate(zip(line, widths))]
        print("  ".join(padded + [line[-1]]).rstrip())


def _cells(row):
    met = {True: "yes", False: "NO", None: "-"}[row.met]
    figures = [_text(row.ours), _text(row.reference), _text(row.ratio)]
    return [row.name] + figures + [row.target, met, row.unit, row.note]


def _text(figure):
    if figure is None:
        return "-"
    if abs(figure) >= 1000:
        return f"{figure:,.0f}"
    return f"{figure:.3g}"


def _rounded(value):
    return float(f"{value:.6g}") if isinstance(value, float) else value
