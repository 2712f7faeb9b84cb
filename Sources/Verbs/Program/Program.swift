package import ArgumentParser
import FieldModel
import SyncWire

/// From arguments to an exit code, with every error told in the form that was asked for.
package enum Program {
    /// - Parameters:
    ///   - translating: the errors of rooms that this one does not know; nil for others.
    ///   - perform: runs the parsed command.
    /// - Returns: the exit code.
    package static func run(
        _ root: any ParsableCommand.Type, arguments: [String], sink: Sink = .process,
        translating: (any Error) -> VerbFailure?, perform: (inout any ParsableCommand) throws -> Void
    ) -> Int32 {
        do {
            try UnknownVerb.demandNone(in: arguments, of: root)
            var command = try root.parseAsRoot(arguments)
            try perform(&command)
            return 0
        } catch {
            return told(translating(error) ?? error, by: root, Output(OutputStyle(guessing: arguments), sink: sink))
        }
    }

    private static func told(_ error: any Error, by root: any ParsableCommand.Type, _ output: Output) -> Int32 {
        if let code = error as? ExitCode { return code.rawValue }
        if root.exitCode(for: error) == .success {
            output.line(root.fullMessage(for: error))
            output.flush()
            return 0
        }
        let failure = root.exitCode(for: error) == .validationFailure ? usage(error, root) : VerbFailure(error)
        output.fail(failure)
        return failure.exit
    }

    private static func usage(_ error: any Error, _ root: any ParsableCommand.Type) -> VerbFailure {
        let message = root.message(for: error)
        let usage = root.fullMessage(for: error).split(separator: "\n").first { $0.hasPrefix("Usage: ") }
        return VerbFailure(.usage, Words(message, message), hint: usage.map { Words(String($0), String($0)) })
    }
}
