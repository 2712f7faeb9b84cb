import FieldModel
import SyncWire

/// One `KEY=VALUE`, `KEY+=VALUE` or `KEY-=VALUE` of a command line.
package struct FieldArgument: Hashable, Sendable {
    package enum Operation: Hashable, Sendable {
        case set, add, take
    }

    package let key: String
    package let operation: Operation
    /// As typed; empty to clear.
    package let text: String

    package init(parsing argument: String) throws(VerbFailure) {
        guard let equals = argument.firstIndex(of: "="), equals != argument.startIndex else {
            throw VerbFailure(
                .usage,
                Words("\"\(argument)\" is not of the form KEY=VALUE.", "“\(argument)”不是 KEY=VALUE 的形式。"),
                hint: Words(
                    "Write name=\"North pit\", tags+=urgent, tags-=urgent, or name= to clear.",
                    "例如 name=\"北矿\"、tags+=急、tags-=急，或 name= 以清空。"))
        }
        let name = argument[..<equals]
        operation = name.hasSuffix("+") ? .add : name.hasSuffix("-") ? .take : .set
        key = String(operation == .set ? name : name.dropLast())
        text = String(argument[argument.index(after: equals)...])
    }

    package static func parse(_ arguments: [String]) throws(VerbFailure) -> [FieldArgument] {
        var parsed: [FieldArgument] = []
        for argument in arguments { parsed.append(try FieldArgument(parsing: argument)) }
        return parsed
    }
}
