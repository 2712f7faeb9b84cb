import ArgumentParser
import SyncStore
import Verbs

/// Where `field` finds its records.
struct DeviceReplica: Place {
    @Option(name: .customLong("replica"), help: "The folder of the replica (default: $FIELD_HOME, …/share/field).")
    var path: String?

    var directory: ReplicaDirectory { ReplicaDirectory(option: path) }

    func perform(_ verb: some RecordVerb) throws {
        let replica = try Replica.open(directory, for: verb is any RecordingVerb ? .recording : .reading)
        try verb.perform(replica.context(Output(verb.output.style)))
        try replica.store.close()
    }
}

/// A verb of `field` alone.
protocol DeviceVerb: PlacedVerb where Where == DeviceReplica {}
