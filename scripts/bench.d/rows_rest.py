"""Idle exchanges, stored bytes, the command line; and what cannot be measured yet."""
from programs import Exchanging, Watch, median, run
from table import most, skipped


def idle(world, device):
    times = 200
    line = Exchanging(world.programs, device, times)
    with Watch(world.node) as seen:
        used = line.go()
    raw = world.programs.reference("pingpong", 5000)
    trips = seen["requests_total"] / times
    wall = f"{used['wall_s'] / times * 1000:.2f} ms on the wall, {used['cpu_s'] / times * 1000:.2f} ms of the device"
    return [
        most("idle exchange, round trips", trips, 1, "requests"),
        most("idle exchange, payload up", seen.up / times, 200, "bytes", 64),
        most("idle exchange, payload down", seen.down / times, 200, "bytes", 64),
        most("idle exchange, the node's processor", seen.cpu / times * 1000, 1, "ms", raw["cpu_s"] * 1000,
             wall + "; reference: 64-byte ping-pong, both ends"),
    ]


def stored(world, device):
    """Of imported records, and of a thousand after five updates by one device."""
    fresh = world.state_bytes()
    count = min(1000, world.sizes.records // 20)
    ids = world.newest(count, skip=2 * count)
    for _ in range(5):
        world.change(device, count // 10, 10, "--skip", str(2 * count), "--text", "复检完毕")
        world.exchange(device)
    marks = ",".join("?" * len(ids))
    updated = world.state_bytes(f"WHERE id IN ({marks})", ids)
    return [
        most("state beside the data", fresh, 72, "bytes/record"),
        most("state beside the data, after 5 updates", updated, 80, "bytes/record"),
    ]


def command_line(world):
    programs = world.programs
    raw = [run([programs.reference_program, "first", world.replica]).wall for _ in range(9)]
    reference = median(raw) * 1000

    def row(name, limit, *words):
        times = [programs.field(world.home, *words).wall for _ in range(9)]
        return most(f"field {name}", median(times) * 1000, limit, "ms", reference, f"{min(times) * 1000:.0f} at best")

    return [
        row("--help", 30, "--help"), row("today", 80, "today"), row("search, two Chinese characters", 50, "search", "制冷"),
    ]


def not_yet():
    return [
        skipped("memory, 10,000 waiting pulls", "<= 1.3 x", "not measured yet"),
    ]
