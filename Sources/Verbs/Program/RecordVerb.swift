package import ArgumentParser

/// A verb that reads or writes records: arguments, one call, a report.
package protocol RecordVerb: ParsableCommand {
    var output: OutputOptions { get }
    func report(_ context: VerbContext) throws -> Report
}

/// Where a program keeps its records: a device's replica, or a node's folder.
package protocol Place: ParsableArguments {
    /// Opens the records, lets the verb work with them, shows its report and closes them.
    func perform(_ verb: some RecordVerb) throws
}

/// A verb that both programs have, each with its own place.
package protocol PlacedVerb: RecordVerb {
    associatedtype Where: Place
    var place: Where { get }
}

extension PlacedVerb {
    package func run() throws { try place.perform(self) }
}

extension RecordVerb {
    /// Works and shows what came of it.
    /// - Throws: `ExitCode` where the report says that something is left to do.
    package func perform(_ context: VerbContext) throws {
        let report = try report(context)
        context.output.show(report)
        if report.exit != 0 { throw ExitCode(report.exit) }
    }
}
