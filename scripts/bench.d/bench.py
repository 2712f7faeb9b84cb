"""The benchmark behind scripts/bench; what the rows mean is in docs/benchmarks.md."""
import argparse
import pathlib
import shutil
import sys
import tempfile

import rows_down
import rows_live
import rows_rest
import rows_scopes
import rows_up
from programs import Programs
from table import show
from world import Sizes, World


def main():
    words = argparse.ArgumentParser(prog="scripts/bench")
    words.add_argument("--json", action="store_true")
    words.add_argument("--peers", action="store_true")
    words.add_argument("--scale", action="store_true")
    words.add_argument("--records", type=int)
    words.add_argument("--keep", action="store_true", help="leave the data behind")
    words.add_argument("--programs", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    words.add_argument("--reference", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    asked = words.parse_args()
    work = pathlib.Path(tempfile.mkdtemp(prefix="fieldsync-bench."))
    world = World(Programs(asked.programs, asked.reference, work), Sizes(asked.scale, asked.records))
    rows = []
    try:
        for measured in measure(world, asked.peers):
            rows += measured
    finally:
        if world.node.process:
            world.node.stop()
        if asked.keep:
            say(f"the data is in {work}")
        else:
            shutil.rmtree(work)
    show(rows, asked.json)


def say(text):
    print("bench: " + text, file=sys.stderr, flush=True)


def measure(world, with_peers):
    sizes = world.sizes
    say(f"{sizes.records:,} records of {sizes.sites:,} sites, medians of {sizes.runs}")
    say("import")
    yield rows_down.import_row(world)
    say("first pull")
    yield rows_down.first_pull(world)
    if with_peers:
        say("peer")
        yield rows_down.peer(world)
    say("command line")
    yield rows_rest.command_line(world)
    first, second = world.enrol(), world.enrol()
    for device in (first, second):
        world.exchange(device)
    say("idle exchange")
    yield rows_rest.idle(world, first)
    say("small changes")
    yield rows_up.small_changes(world, first)
    say("stored bytes")
    yield rows_rest.stored(world, first)
    say("push")
    yield rows_up.push(world, first)
    say("conflicts")
    yield rows_up.conflicts(world, first, second)
    say("return after a year")
    yield rows_down.absent_for_a_year(world, second, first)
    say("many sessions")
    yield rows_up.sessions(world, first)
    say("scopes")
    yield rows_scopes.scopes(world)
    say("live")
    yield rows_live.live(world)
    yield rows_rest.not_yet()


if __name__ == "__main__":
    main()
