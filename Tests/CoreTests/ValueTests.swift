import SyncCore
import Testing

@Suite("Values and timestamps")
struct ValueTests {
    @Test("Two spellings of the same letter are two values: replicas that differ in bytes differ in digests")
    func canonicalEquivalence() {
        let (composed, decomposed) = (Value.text("\u{E9}"), Value.text("e\u{301}"))
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed]).count == 2)
        #expect((composed < decomposed) != (decomposed < composed))
    }

    @Test("Values that print alike but are entered differently are not the same")
    func exactness() {
        #expect(Value.decimal(unscaled: 25, scale: 1) != .decimal(unscaled: 250, scale: 2))
        #expect(Value.instant(milliseconds: 5, offsetMinutes: 0) != .instant(milliseconds: 5, offsetMinutes: 60))
        #expect(Value.money(minor: 5, currency: "AUD") != .money(minor: 5, currency: "CNY"))
        #expect(Value.integer(1) != .bool(true))
        #expect(Value.text("a") == .text("a"))
    }

    @Test("A clock at the end of time neither traps nor gives a timestamp that cannot travel")
    func lastTimestamp() {
        var clock = HybridClock()
        let stamp = clock.stamp(wall: 1_000, overwritten: .last)
        #expect(stamp == .last)
        #expect(clock.last == .zero, "a timestamp that far ahead does not move the clock")
        #expect(clock.stamp(wall: .max, overwritten: .zero) == Timestamp(milliseconds: 1 << 48 - 1, counter: .max))
    }

    @Test("The last n of all can be known")
    func lastDot() {
        var dots = KnownDots()
        dots.insert(Dot(ReplicaID(1), .max))
        dots.insert(Dot(ReplicaID(1), 1))
        #expect(dots.contains(Dot(ReplicaID(1), .max)))
        #expect(dots.runs.count == 2)
    }
}
