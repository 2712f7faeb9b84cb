/// Something that a person should hear of at once, told when it is durable.
package struct Alarm: Hashable, Sendable {
    package let message: String
}
