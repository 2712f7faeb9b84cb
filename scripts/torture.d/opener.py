"""Opens image after image with the real program."""
import os
import subprocess

from calls import Outcome, demand

TIMEOUT_SECONDS = 120


class Opener:
    """One verb of one program, run again and again on whatever lies in `folder` (again.c)."""

    def __init__(self, library, words, folder):
        self.words, self.folder = words, folder
        self.process = subprocess.Popen(
            [*map(str, words), str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env={**os.environ, "LD_PRELOAD": str(library), "AGAIN_FOLDER": str(folder)})

    def open(self):
        self.process.stdin.write(b"\n")
        self.process.stdin.flush()
        code = self.process.stdout.readline()
        demand(code, lambda: f"{self.words} cannot be run again and again: {self.process.wait(timeout=60)}")
        texts = []
        for suffix in (".out", ".err"):
            with open(f"{self.folder}{suffix}", encoding="utf-8", errors="replace") as file:
                texts.append(file.read())
        return Outcome([*self.words, self.folder], int(code), *texts)

    def end(self):
        self.process.stdin.close()
        self.process.wait(timeout=60)
