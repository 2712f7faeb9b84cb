import FieldModel
import SyncCore
import Testing

@Suite("Asset")
struct ModelAssetFoldTests {
    static let conditions: [(String, AssetCondition)] = [
        ("f failed T i\ni installed T\nr repair_ended T i", .faulty),
        ("i installed T\nx exchanged T i\nr repair_ended T i", .replaced),
        ("i installed T\nx retired T i\nr failed T i", .retired),
        ("i installed T\nh handed_in T i\nf failed T i", .inRepair),
        ("", .new),
        ("d delivered T", .new),
        ("d delivered T\ni installed T d", .inUse),
        ("d delivered T\ni commissioned T d", .inUse),
        ("i installed T\nf failed T i", .faulty),
        ("f failed T\nr repair_started T f", .inRepair),
        ("f failed T\nr part_wait_started T f =manufacturer", .inRepair),
        ("f failed T\nr repair_ended T f =repaired", .inUse),
        ("f failed T\nr repair_ended T f", .inUse),
        ("f failed T\nr repair_ended T f =not_repaired", .faulty),
        ("i installed T\nr returned T i", .refurbished),
        ("f failed T\nm moved T f\nn inspected T m\na attached T n >p", .faulty),
    ]

    @Test("the condition follows from the events; of concurrent ones the worst holds", arguments: conditions)
    func condition(_ script: String, _ condition: AssetCondition) {
        for events in ModelEventScript.arrivals(of: ModelEventScript.asset(script)) {
            #expect(AssetFold(events: events).condition == condition)
        }
    }

    @Test("of two installations that did not know of each other the one that occurred first counts")
    func installation() {
        let first = Instant(milliseconds: 5000, offsetMinutes: 480)
        // U entered his later, with an earlier time; so neither the order of writing nor the id decides.
        let events = zip(ModelEventScript.asset("i installed T\nj installed U"), [9000, 5000]).map { event, occurred in
            AssetEvent(
                id: event.id, kind: event.kind, author: event.author, timestamp: event.timestamp,
                occurredAt: Instant(milliseconds: occurred, offsetMinutes: 480))
        }
        for events in ModelEventScript.arrivals(of: events) {
            let fold = AssetFold(events: events)
            #expect(fold.installedBy == ModelEventScript.person("U"))
            #expect(fold.installedAt == first)
        }
        #expect(AssetFold(events: []).installedAt == nil)
    }

    @Test("a later installation replaces an earlier one, whatever the clocks say")
    func reinstallation() {
        let fold = AssetFold(events: ModelEventScript.asset("i installed T @9\nj installed U i @5"))
        #expect(fold.installedBy == ModelEventScript.person("U"))
        let earlier = AssetFold(events: ModelEventScript.asset("i installed T @5\nj installed U i @9"))
        #expect(earlier.installedBy == ModelEventScript.person("U"))
    }

    static let parents: [(String, String?, [String])] = [
        ("a attached T >p\nb attached U >q", "p", ["b"]),
        ("a attached T >p @9\nb attached U >q @1", "q", ["a"]),
        ("a attached T >p\nb attached U >p", "p", []),
        ("a attached T >p\nd detached U", "p", []),
        ("a attached T >p", "p", []),
        ("a attached T >p\nd detached T a", nil, []),
        ("a attached T >p\nb attached T a >q", "q", []),
        ("a attached T", nil, []),
        ("", nil, []),
    ]

    @Test("what an asset is part of follows from its events; rivals are for a person", arguments: parents)
    func parent(_ script: String, _ parent: String?, _ rivals: [String]) {
        for events in ModelEventScript.arrivals(of: ModelEventScript.asset(script)) {
            let fold = AssetFold(events: events)
            #expect(fold.parent == parent.map(ModelEventScript.asset(named:)))
            #expect(fold.rivalAttachments == rivals.map(ModelEventScript.event))
        }
    }

    @Test("assets that are parts of themselves are found, each circle once")
    func circles() {
        func id(_ n: UInt64) -> RecordID { RecordID(high: 0, low: n) }
        let parents = [id(1): id(2), id(2): id(3), id(3): id(2), id(4): id(4), id(5): id(1), id(6): id(7)]
        #expect(AssetTree.circles(parents: parents) == [[id(2), id(3)], [id(4)]])
        #expect(AssetTree.circles(parents: [:]).isEmpty)
    }
}
