package import Foundation

/// A verb that runs in the process that owns the data: `POST /control` on the control socket.
package struct ControlRequest: Codable, Hashable, Sendable {
    package let argv: [String]
    /// Where the verb was called; relative paths in `argv` start here.
    package let cwd: String
    /// Standard input, if the verb reads any.
    package let stdin: Data?

    package init(argv: [String], cwd: String, stdin: Data?) {
        self.argv = argv
        self.cwd = cwd
        self.stdin = stdin
    }
}

package struct ControlResponse: Codable, Hashable, Sendable {
    package let exit: Int32
    package let stdout: Data
    package let stderr: Data

    package init(exit: Int32, stdout: Data, stderr: Data) {
        self.exit = exit
        self.stdout = stdout
        self.stderr = stderr
    }
}

/// Runs a verb; may block.
package typealias ControlHandler = @Sendable (ControlRequest) throws -> ControlResponse
