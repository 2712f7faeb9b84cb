"""First pull, and what hangs on it."""
from programs import Watch, median
from table import Row, most, rate


def import_row(world):
    used = world.take_in()
    world.node.serve()
    world.node.add_user()
    plain = world.node.plain()
    raw = [world.programs.insert(plain, world.sizes.records, 200)["cpu_s"] for _ in range(world.sizes.runs)]
    ours, reference = world.sizes.records / used.cpu, world.sizes.records / median(raw)
    return [Row("import of a CSV file, a change set a row", ours, reference, ours / reference, unit="rows/cpu-s",
                note="reference: C insert, 200 a transaction")]


def first_pull(world):
    """Our rate counts device and node together, and the search index always."""
    records, programs = world.sizes.records, world.programs
    cpu, plain, searchable, memory, base, peak, wall = [], [], [], [], [], [], []
    for _ in range(world.sizes.runs):
        home = world.enrol_field()
        base.append(world.node.reset_memory())
        with Watch(world.node) as seen:
            used = programs.field(home, "sync", "--quiet")
        peak.append(world.node.peak_memory())
        cpu.append(used.cpu + seen.cpu)
        memory.append(used.memory)
        wall.append(used.wall)
        database = programs.plain("field", "replica.db", {"FIELD_HOME": str(home)})
        plain.append(programs.insert(database, records, 0)["cpu_s"])
        searchable.append(programs.insert(database, records, 0, "search")["cpu_s"])
    world.home, world.replica = home, database
    ours = records / median(cpu)
    compressed = programs.reference("zstd", world.visits)["compressed"] / records
    idle = programs.field(home, "status", "--quiet").memory
    note = f"{median(wall):.1f} s on the wall, {median(cpu) / median(wall):.2f} processors"
    return [
        rate("first pull, indexed and durable", ours, records / median(plain), 0.5, "records/cpu-s", note),
        rate("first pull, searchable too", ours, records / median(searchable), 0.5, "records/cpu-s"),
        most("first pull, bytes on the wire", seen.down / records, 80, "bytes/record", compressed, "reference: zstd -3"),
        most("memory of the node over idle, first pull", (max(peak) - min(base)) / 2**20, 64, "MiB"),
        most("memory of the device over idle, first pull", (max(memory) - idle) / 2**20, 32, "MiB",
             note=f"all of it {max(memory) / 2**20:.0f} MiB, `field status` {idle / 2**20:.0f} MiB"),
    ]


def peer(world):
    """SQLite's session extension: the rows alone, no clocks, no scopes, no searching, the network left out."""
    records, programs = world.sizes.records, world.programs
    runs = [programs.session(world.replica, records) for _ in range(world.sizes.runs)]
    raw = [programs.insert(world.replica, records, 0)["cpu_s"] for _ in range(world.sizes.runs)]
    ours, reference = records / median([run["cpu_s"] for run in runs]), records / median(raw)
    return [
        Row("peer: session extension with zstd, first pull", ours, reference, ours / reference, unit="records/cpu-s"),
        Row("peer: session extension with zstd, bytes", runs[0]["bytes"] / records, unit="bytes/record"),
    ]


def absent_for_a_year(world, device, other):
    """Two devices: one forgets its checkpoint, the other has changed a thousandth of the records since."""
    count = max(1, world.sizes.records // 1000)
    world.exchange(device)
    idle = world.programs.fieldbench("exchanges", device)
    world.change(other, count, 1, "--text", "一年之后")
    world.exchange(other)
    world.forget(device)
    base = world.node.reset_memory()
    with Watch(world.node) as seen:
        used = world.programs.fieldbench("exchanges", device)
    trips = seen["requests_total"] - 2
    size = seen.up + seen.down
    processors = f"{seen.cpu:.2f} s of the node's processor, {used.cpu - idle.cpu:.2f} s of the device's"
    return [
        most("memory of the node over idle, return", (world.node.peak_memory() - base) / 2**20, 64, "MiB", note=processors),
        most("memory of the device over idle, return", (used.memory - idle.memory) / 2**20, 32, "MiB"),
        most("return after a year, round trips", trips, 4, "requests", note=f"{count} of {world.sizes.records} differ"),
        most("return after a year, bytes", size / 1e6, 1, "MB", note=f"{size / count:,.0f} a record that differs"),
    ]
