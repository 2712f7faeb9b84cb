"""An exchange by file with a node, and what a device of the programs exported: R-103 to R-109."""

import shlex
import subprocess
import tempfile
from pathlib import Path

from bundles import read_bundle, write_bundle
from checks_push import ACCEPTED, FORKED, GAP
from crypto import public, verify_run
from device import Device, now


def up(device, runs):
    """R-104, R-105: what a device carries to a node."""
    header = {"created_at": now(), "heads": [device.head()] if device.sets else []}
    if device.checkpoint:
        header["checkpoint"] = device.checkpoint
    parts = [("push", {"runs": runs})] if runs else []
    return write_bundle(device.identity.key, device.identity.chain, parts, **header)


def carried(story, device, runs):
    """(results, pages, header) of the node's answer to a device's runs; the device joins it."""
    exit_code, answer = carry(story, up(device, runs))
    assert answer, f"the node exits {exit_code} without an answer"
    header, _, parts = read_bundle(answer, device.identity.root)
    results = [result for kind, part in parts if kind == "results" for result in part["results"]]
    return results, [part for kind, part in parts if kind == "page"], header


def carry(story, data):
    """(the exit code of the command, the answer's bytes or None)."""
    with tempfile.TemporaryDirectory() as folder:
        brought, answer = Path(folder) / "in", Path(folder) / "out"
        brought.write_bytes(data)
        command = story.carry.replace("{in}", str(brought)).replace("{out}", str(answer))
        done = subprocess.run(shlex.split(command), capture_output=True, timeout=60, check=False)
        return done.returncode, answer.read_bytes() if answer.exists() else None


def join(device, pages):
    """R-108: all pages at once."""
    for page in pages:
        for receipt in page["receipts"]:
            device.take_receipt(receipt)
        device.take_states(page["states"])
    device.lose(pages[-1]["dropped"], pages[-1]["evicted"])
    device.checkpoint = pages[-1]["checkpoint"]


def by_file(story):
    """a device that exchanges by file alone"""
    device = story.carrier = Device(story.second.identity)
    story.carried, change = device.new_record("asset", serial=("text", "EX-9"))
    device.commit(change)
    results, pages, header = carried(story, device, [device.run()])
    receipt = device.take_receipt(results[0]["receipt"])[0] if results else {}
    story.check("R-105 R-106", "a run in a bundle is taken as a pushed one", receipt.get("seq") == 1, str(results))
    story.check("R-104", "the answer is for the device alone", header["recipient"] == public(device.identity.key))
    story.check("R-107", "without a checkpoint the pages are the whole", header["since"] is None and pages)
    join(device, pages)
    story.check("R-107 R-108", "they hold what the bundle brought", story.carried in device.base)
    device.write(story.carried, "asset", notes=("text", "by file"))
    results, pages, header = carried(story, device, [device.run(2)])
    receipt = device.take_receipt(results[0]["receipt"])[0]
    story.check("R-106", "the next run goes on behind the first", (results[0]["outcome"], receipt["seq"]) == (ACCEPTED, 2))
    story.check("R-107", "the pages go on from the checkpoint", header["since"] == device.checkpoint)
    join(device, pages)
    again, pages, _ = carried(story, device, [device.run(1)])
    twice = device.take_receipt(again[0]["receipt"])[0]
    story.check("R-109", "what is brought twice counts once", (twice["seq"], twice["refusals"]) == (2, []))
    states = [state for page in pages for state in page["states"]]
    story.check("R-107 R-109", "and brings nothing new", not states or header["since"] != device.checkpoint)


def gaps(story):
    """a bundle that begins too late, and one of a copy"""
    device = story.carrier
    device.write(story.carried, "asset", notes=("text", "left at home"))
    device.write(story.carried, "asset", notes=("text", "brought"))
    results, _, _ = carried(story, device, [device.run(4)])
    receipt = device.take_receipt(results[0]["receipt"])[0]
    told = results[0]["outcome"], results[0]["next_seq"], receipt["seq"]
    story.check("R-106 R-109", "a gap is told with how far the node is", told == (GAP, 3, 2), str(told))
    results, _, _ = carried(story, device, [device.run(3)])
    story.check("R-109", "with the missing set all is taken", results[0]["outcome"] == ACCEPTED)
    copy = device.copy()
    copy.write(story.carried, "asset", notes=("text", "by the copy"))
    device.write(story.carried, "asset", notes=("text", "by the first"))
    carried(story, device, [device.run(5)])
    results, pages, _ = carried(story, copy, [])
    outcome = [(result["replica"], result["outcome"]) for result in results]
    story.check("R-107", "a copy is told before it is shown anything", outcome == [(device.replica, FORKED)] and not pages)


def altered(story):
    """a bundle that was changed on its way"""
    device = story.carrier
    device.write(story.carried, "asset", notes=("text", "changed on the way"))
    data = up(device, [device.run(len(device.sets))])
    for at in (0, len(data) // 2, len(data) - 1):
        bad = data[:at] + bytes([data[at] ^ 4]) + data[at + 1 :]
        exit_code, answer = carry(story, bad)
        story.check("R-103", f"a bit at {at} flipped: nothing is taken", (exit_code, answer) == (14, None), str(exit_code))
    exit_code, answer = carry(story, data[:-50])
    story.check("R-103", "a cut tail: nothing is taken", (exit_code, answer) == (14, None), str(exit_code))
    results, _, _ = carried(story, device, [])
    story.check("R-105", "the writer's chain is where it was", not results)


def exported(story):
    """what `field bundle export` wrote"""
    if not story.bundle:
        return
    root = story.first.identity.root
    header, writer, parts = read_bundle(Path(story.bundle).read_bytes(), root)
    runs = [run for kind, part in parts if kind == "push" for run in part["runs"]]
    for run in runs:
        verify_run(run, root)
    story.check("R-103 R-105", "a device's bundle holds its runs", runs and header["heads"] and writer["user"])


STEPS = (by_file, gaps, altered, exported)
