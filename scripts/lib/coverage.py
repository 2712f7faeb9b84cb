"""Of what llvm-cov counted: the regions of the merge that no test reached."""

import json
import pathlib
import sys

# What decides which values stand, and what is shown of them.
MERGE = ["Change", "HybridClock", "KnownDots", "OwnWrites", "Reauthoring", "RecordState", "View", "Writing"]
CODE_REGION = 0


def unreached(report):
    """Places (file, line, column, its last line and column), each once though a generic function is there many times."""
    reached, all_places = set(), set()
    for function in report["data"][0]["functions"]:
        file = pathlib.Path(function["filenames"][0])
        if file.parent.name != "SyncCore" or file.stem not in MERGE:
            continue
        lines = file.read_text().splitlines()
        for first, column, last, end, count, _, _, kind in function["regions"]:
            # The words of a precondition are said by nobody who goes on.
            if kind != CODE_REGION or "precondition(" in lines[first - 1]:
                continue
            place = (f"Sources/SyncCore/{file.name}", first, column, last, end)
            all_places.add(place)
            if count:
                reached.add(place)
    return all_places, sorted(all_places - reached)


def main():
    all_places, missed = unreached(json.loads(pathlib.Path(sys.argv[1]).read_text()))
    if lacking := set(MERGE) - {pathlib.Path(place[0]).stem for place in all_places}:
        sys.exit(f"no regions of {', '.join(sorted(lacking))}: are the files of the merge still those named here?")
    for file, first, column, last, end in missed:
        print(f"{file}:{first}:{column}: no test of the merge gets here (to {last}:{end})")
    print(f"the merge: {len(all_places) - len(missed)} of {len(all_places)} regions reached")
    return 1 if missed else 0


sys.exit(main())
