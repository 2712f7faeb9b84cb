"""Mutants: mistakes that somebody might make, put into a copy of the product, and the checks that see them.

Each file in mutants/ is one mistake: a sentence, the check that saw it last, and a patch that makes it where
`Mutant.isOn` says so. All are in one build. A check counts when it fails with a mutant and passes without one.
"""

import pathlib
import re
import shutil
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent.parent
COPY = ROOT / ".build" / "mutants"
BINARIES = COPY / ".build" / "debug"

# Rules of the house are about the sources, and these have been tampered with; the simulation is a stage of its own.
SKIPPED = ["--skip", "HouseRules", "--skip", "SimulationTests"]
# From cheap to dear; each is asked about what those before it, and a mutant's own check, did not see.
STAGES = [
    ("unit tests", ["tests", "CoreTests\\.", "StoreTests\\."], 900),
    ("simulation", ["simulation"], 900),
    ("end-to-end tests", ["tests", "EndToEndTests\\."], 2400),
]
SIMULATED_SEEDS = 200


class Mutant:
    def __init__(self, file):
        self.name = file.stem
        head, _, self.patch = file.read_text().partition("\n\n")
        self.words, _, self.seen_by = head.partition("\nSeen by: ")

    def own_check(self):
        """The stage that saw it last; None: nobody knows yet."""
        if self.seen_by == "simulation":
            return STAGES[1]
        return (self.seen_by, ["tests", re.escape(self.seen_by) + "/"], 900) if self.seen_by else None


def all_mutants():
    return [Mutant(file) for file in sorted((HERE / "mutants").glob("*.patch"))]


def make_copy(mutants):
    """The sources as they are in the working tree, with every mistake in them. What was built before is used again."""
    files = subprocess.run(["git", "ls-files", "-z", "-co", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True).stdout
    names = [name for name in files.decode().split("\0") if name and (ROOT / name).is_file()]
    for name in names:
        to = COPY / name
        to.parent.mkdir(parents=True, exist_ok=True)
        content = (ROOT / name).read_bytes()
        if name.endswith(".swift") and any(f"+++ b/{name}" in mutant.patch for mutant in mutants):
            content = patched(name, content, mutants)
        if not to.is_file() or to.read_bytes() != content:
            to.write_bytes(content)
            shutil.copymode(ROOT / name, to)
    for old in COPY.rglob("*.swift"):
        name = str(old.relative_to(COPY))
        if not name.startswith(".build/") and name not in names and name != "Sources/SyncCore/Mutant.swift":
            old.unlink()
    chooser = (HERE / "Mutant.swift").read_bytes()
    place = COPY / "Sources" / "SyncCore" / "Mutant.swift"
    if not place.is_file() or place.read_bytes() != chooser:
        place.write_bytes(chooser)


def patched(name, content, mutants):
    """A file with the parts of all patches that are about it."""
    scratch = COPY / "patching"
    place = scratch / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
    for mutant in mutants:
        parts = [part for part in re.split(r"(?m)^(?=--- a/)", mutant.patch) if f"+++ b/{name}\n" in part]
        for part in parts:
            done = subprocess.run(
                ["patch", "-p1", "--quiet", "--no-backup-if-mismatch", "--reject-file=-", "--fuzz=2"], cwd=scratch,
                input=part, text=True, capture_output=True)
            if done.returncode != 0:
                sys.exit(f"{mutant.name}: the patch does not fit {name} any more; make it anew\n{done.stdout}")
    result = place.read_bytes()
    shutil.rmtree(scratch)
    return result


def build():
    began = time.monotonic()
    done = subprocess.run(["swift", "build", "--build-tests"], cwd=COPY, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit("the mutants do not build:\n" + "\n".join(line for line in done.stdout.splitlines() if "error" in line))
    print(f"built in {time.monotonic() - began:.0f} s", file=sys.stderr)


def choose(name):
    (BINARIES / "mutant").write_text(name + "\n")


def run(stage, seconds):
    """What failed in a stage, in the words of the checks; empty: nothing did."""
    kind, *filters = stage
    if kind == "simulation":
        return simulated(seconds)
    command = [BINARIES / "FieldSyncPackageTests.xctest", "--testing-library", "swift-testing", *SKIPPED]
    for words in filters:
        command += ["--filter", words]
    code, text = ended(command, seconds)
    found = re.findall(r"Test \"([^\"]+)\"(?: with \d+ test cases?)? failed after", text)
    if code != 0 and not found:
        found = [f"the tests ended with {code}"]
    return found


def simulated(seconds):
    code, text = ended([BINARIES / "Simulation", "1", "--restores", "--seeds", str(SIMULATED_SEEDS)], seconds)
    if code == 0:
        return []
    return [line for line in text.splitlines() if line.strip()][:1] or [f"the simulation ended with {code}"]


def ended(command, seconds):
    """A command's exit code and all that it printed; 124 when it did not end in time."""
    try:
        done = subprocess.run(command, cwd=COPY, capture_output=True, timeout=seconds)
    except subprocess.TimeoutExpired as late:
        return 124, (late.stdout or b"").decode(errors="replace")
    return done.returncode, (done.stdout + done.stderr).decode(errors="replace")


def catch(mutant, stages):
    """What failed in the first stage in which something did, by its name."""
    choose(mutant.name)
    caught = {}
    for name, stage, seconds in stages:
        caught[name] = run(stage, seconds)
        if caught[name]:
            break
    return caught


def control(stages):
    """Without a mistake nothing may fail, or no failure would mean anything."""
    choose("")
    for name, stage, seconds in stages:
        if failed := run(stage, seconds):
            sys.exit(f"without a mutant the {name} fail: {failed}")


def seen_again(mutants):
    """Asks of each mutant the check that saw it last. Returns those that it does not see, or that have none."""
    stages = {mutant.name: stage for mutant in mutants if (stage := mutant.own_check())}
    control(dict(sorted((stage[0], stage) for stage in stages.values())).values())
    rest = []
    for mutant in mutants:
        caught = catch(mutant, [stages[mutant.name]]) if mutant.name in stages else {}
        if any(caught.values()):
            told(mutant, caught)
        else:
            rest.append(mutant)
    return rest


def told(mutant, caught):
    print(f"{mutant.name}: {mutant.words}")
    for stage, checks in caught.items():
        shown = "; ".join(checks[:3]) + (f"; and {len(checks) - 3} more" if len(checks) > 3 else "")
        print(f"    {stage}: {shown or 'nothing'}")
    sys.stdout.flush()


def main():
    mutants = all_mutants()
    wanted = [mutant for mutant in mutants if mutant.name in sys.argv[1:]] if sys.argv[1:] else mutants
    unknown = set(sys.argv[1:]) - {mutant.name for mutant in mutants}
    if unknown:
        sys.exit(f"no mutant {', '.join(sorted(unknown))}; there are: {', '.join(mutant.name for mutant in mutants)}")
    make_copy(mutants)
    build()
    missed = []
    if rest := seen_again(wanted):
        control(STAGES)
    for mutant in rest:
        caught = catch(mutant, STAGES)
        told(mutant, caught)
        if mutant.seen_by:
            print(f"    no longer: {mutant.seen_by}")
        if not any(caught.values()):
            missed.append(mutant.name)
    choose("")
    print(f"{len(wanted) - len(missed)} of {len(wanted)} caught" + (f"; not: {', '.join(missed)}" if missed else ""))
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
