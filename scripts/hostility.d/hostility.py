"""The attacks behind scripts/hostility: each against a node of its own, with well-behaved devices beside it."""
import argparse
import pathlib
import resource
import sys
import tempfile

from site_under_attack import Site  # first: it says where the other modules are

import attacks

# Enough records for long pages.
RECORDS = {"memory": 20_000, "slow": 5_000}
VERBS = {"flood": attacks.flood, "idle": attacks.idle, "slow": attacks.slow, "memory": attacks.memory}


def main():
    words = argparse.ArgumentParser(prog="scripts/hostility")
    words.add_argument("verbs", nargs="*", metavar="|".join(VERBS))
    words.add_argument("--seconds", type=int, default=20, help="of each measurement (20)")
    words.add_argument("--connections", type=int, help="of the attacker (flood 200, idle 5000, slow 200, memory 16)")
    words.add_argument("--programs", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    asked = words.parse_args()
    unknown = [verb for verb in asked.verbs if verb not in VERBS]
    if unknown:
        words.error(f"no such attack: {unknown[0]}")
    # Bounded, whatever is asked for: this is a measurement.
    seconds = max(1, min(asked.seconds, 600))
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    for verb in asked.verbs or VERBS:
        with tempfile.TemporaryDirectory(prefix="fieldsync-hostility.") as folder:
            with Site(asked.programs, pathlib.Path(folder), seconds, RECORDS.get(verb, 1_000)) as site:
                show(verb, VERBS[verb](site, min(asked.connections, 9_000) if asked.connections else None))


def show(verb, figures):
    for name, value in figures:
        print(f"{verb:8} {name:58} {value}", flush=True)
    sys.stdout.flush()


main()
