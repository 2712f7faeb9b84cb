"""The proofs behind scripts/torture (docs/testing.md): real processes, and what may befall them."""
import argparse
import pathlib
import random
import subprocess
import sys
import tempfile

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "lib"))

from calls import Broken  # noqa: E402
import device  # noqa: E402
import disk  # noqa: E402
import kill  # noqa: E402
import network  # noqa: E402
import power  # noqa: E402

PROOFS = {
    "kill": (kill.kill, 200), "power": (power.power, 1000), "disk": (disk.disk, 20), "network": (network.network, 200),
    "device": (device.device, 50)}
HERE = pathlib.Path(__file__).resolve().parent


class World:
    """Where a proof takes place. `programs`: the folder of both programs."""

    def __init__(self, programs, folder):
        self.programs, self.folder = programs, folder

    def say(self, text):
        print(f"  {text}", flush=True)

    def library(self, name):
        """A small library that is preloaded into programs, built anew."""
        built = self.folder / f"{name}.so"
        subprocess.run(["cc", "-O2", "-Wall", "-Wextra", "-Werror", "-fPIC", "-shared", "-o", built, HERE / f"{name}.c", "-ldl"],
                       check=True)
        return built


def main():
    words = argparse.ArgumentParser(prog="scripts/torture")
    words.add_argument("proof", choices=PROOFS)
    words.add_argument("count", nargs="?", type=int, metavar="N", help="kills, images, rounds or pushes")
    words.add_argument("--seed", type=int, help="of an earlier run: the same accidents, as far as moments repeat")
    words.add_argument("--keep", action="store_true", help="leave the data of a failure behind")
    words.add_argument("--programs", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    asked = words.parse_args()
    proof, usual = PROOFS[asked.proof]
    count = usual if asked.count is None else asked.count
    if count < 1:
        words.error("N is 1 or more")
    seed = random.SystemRandom().randrange(2**32) if asked.seed is None else asked.seed
    again = f"scripts/torture {asked.proof} {count} --seed {seed}"
    print(again, flush=True)
    # In memory where there is such a file system: what is proved does not depend on a real disk, and wears none out.
    memory = pathlib.Path("/dev/shm")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="fst.", dir=memory if memory.is_dir() else None))
    try:
        print(f"{asked.proof}: {proof(World(asked.programs, folder), count, seed)}")
    except Broken as broken:
        print(f"{asked.proof}: NOT KEPT: {broken}\nagain: {again}", file=sys.stderr)
        if asked.keep:
            print(f"what was left is in {folder}", file=sys.stderr)
            folder = None
        return 1
    finally:
        if folder:
            subprocess.run(["rm", "-rf", folder], check=False)
    return 0


sys.exit(main())
