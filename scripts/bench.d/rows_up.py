"""Changes on their way up."""
import subprocess
from programs import Exchanging, Watch, median
from table import most, rate


def push(world, device):
    """New work orders made offline, ten in a change set."""
    sets = world.sizes.sets
    cpu, raw = [], []
    plain = world.node.plain()
    for _ in range(world.sizes.runs):
        world.change(device, sets, 10, "--new")
        with Watch(world.node) as seen:
            used = world.exchange(device)
        cpu.append(used["cpu_s"] + seen.cpu)
        raw.append(world.programs.insert(plain, sets * 10, 1000)["cpu_s"])
    note = f"{used['wall_s']:.2f} s on the wall, {seen['fsyncs_total']:.0f} fsyncs of the node; reference: C, 1000 a transaction"
    return [rate(f"push of {sets * 10} offline changes in sets of 10", sets * 10 / median(cpu), sets * 10 / median(raw),
                 0.4, "changes/cpu-s", note)]


def conflicts(world, first, second):
    """Two devices change the same field of the same records; the second one's push meets the first one's values."""
    sets = world.sizes.sets
    for device in (first, second):
        world.exchange(device)
    for device, text in ((first, "甲"), (second, "乙")):
        world.change(device, sets, 10, "--text", text)
    before = kept_bytes(world)
    world.exchange(first)
    log, audit = ((now - then) / (sets * 10) for now, then in zip(kept_bytes(world), before))
    with Watch(world.node) as seen:
        world.exchange(second)
    seconds = seen["commit_duration_seconds_sum"]
    world.programs.insert(world.node.plain(), world.sizes.records, 0)
    raw = median([world.programs.reference("update", world.programs.work / "reference.db", sets * 10)["wall_s"]
                  for _ in range(3)])
    ours, reference = sets * 10 / seconds, sets * 10 / raw
    row = rate("conflicting changes applied, all values kept", ours, reference, 0.4, "changes/s",
               "time in the node's transactions; reference: C update, one transaction")
    row.target = ">= 20000 and " + row.target
    row.met = row.met and ours >= 20_000
    return [row, most("history, sets of 10", log, 120, "bytes/change", note=f"beside it {audit:.0f} of the audit")]


def kept_bytes(world):
    """Bytes of the database's pages that hold the log, and of those that hold the audit, with their indexes."""
    sums = ", ".join(
        f"sum(pgsize) FILTER (WHERE name GLOB '{name}*' OR name GLOB 'sqlite_autoindex_{name}*')" for name in ("change_", "audit"))
    query = f"SELECT {sums} FROM dbstat"
    answer = subprocess.run(["sqlite3", "-readonly", world.node.plain(), query], capture_output=True, check=True)
    return [int(size or 0) for size in answer.stdout.split(b"|")]


def small_changes(world, device):
    """One short field upward; what an exchange costs that has nothing to say is taken off: of a device that has written
    before, for it shows the head of its chain each time."""
    world.change(device, 1, 1, "--text", "begun")
    world.exchange(device)
    size = {}
    for changes in (0, 100, 1):
        line = Exchanging(world.programs, device)
        if changes:
            world.change(device, 1, changes, "--text", "done")
        with Watch(world.node) as seen:
            line.go()
        size[changes] = seen.up
    return [
        most("one changed field upward, 100 in a set", (size[100] - size[0]) / 100, 32, "bytes"),
        most("one changed field upward, alone and signed", size[1] - size[0], 200, "bytes"),
    ]


def sessions(world, device):
    """Open loop; each session a device with its own connection."""
    sizes = world.sizes
    codes = world.programs.work / "codes"
    codes.write_text("\n".join(world.node.code() for _ in range(sizes.sessions)))
    with Watch(world.node) as seen:
        used = world.programs.fieldbench(
            "load", device, codes, "--rate", str(sizes.rate), "--seconds", str(sizes.seconds)).json
    fsync = world.programs.reference("fsync", world.programs.work / "fsync.bin", 100)["median_s"]
    reached = used["sets"] / used["wall_s"]
    note = (f"{used['sets']:.0f} sets, {used['failed']:.0f} failed, {seen['fsyncs_total'] - sizes.sessions:.0f} fsyncs, "
            f"median {used['p50_ms']:.0f} ms, {reached:.0f} sets/s; one fsync {fsync * 1000:.1f} ms")
    row = most(f"push, {sizes.sessions} sessions, open loop {sizes.rate}/s, p99", used["p99_ms"], 250, "ms", note=note)
    row.reference, row.ratio = 1 / fsync, reached * fsync
    row.met = row.met and used["failed"] == 0 and reached >= 0.95 * sizes.rate
    return [row]
