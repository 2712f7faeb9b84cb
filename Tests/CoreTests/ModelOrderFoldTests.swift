import FieldModel
import SyncCore
import Testing

@Suite("Order status")
struct ModelOrderFoldTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let events: [WorkEvent]
        let parts: [PartUse]
        let status: OrderStatus
        let lead: RecordID?
        let flags: Set<OrderFlag.Reason>
        var testDescription: String { name }

        /// One line an event: `name kind author after…`. Timestamps rise by line unless a line ends in `@time`.
        init(
            _ name: String, _ script: String, _ status: OrderStatus, lead: String? = nil,
            flags: Set<OrderFlag.Reason> = [], used: [String] = []
        ) {
            self.name = name
            events = ModelEventScript.work(script)
            parts = used.map {
                PartUse(
                    id: ModelEventScript.part(named: $0), author: ModelEventScript.person("T"),
                    timestamp: Timestamp(milliseconds: 1, counter: 0))
            }
            self.status = status
            self.lead = lead.map(ModelEventScript.person)
            self.flags = flags
        }
    }

    static let planned = "c created D\na assigned D c\n"
    static let working = planned + "k accepted T a\nd departed T k\nr arrived T d\ns started T r\n"
    static let done = working + "f finished T s\n"

    static let conflicts: [Case] = [
        Case(
            "cancelled while it was being finished", working + "x cancelled D k @1\nf finished T s", .needsDecision,
            lead: "T", flags: [.cancelledButDone]),
        Case(
            "cancelled while it was being started", planned + "k accepted T a\ns started T k\nx cancelled D k",
            .needsDecision, lead: "T", flags: [.cancelledButDone]),
        Case(
            "finished although the cancellation was known", working + "x cancelled D s\nf finished T x", .needsDecision,
            lead: "T", flags: [.cancelledButDone]),
        Case(
            "the dispatcher decided: cancelled all the same",
            working + "x cancelled D k\nf finished T s\ny cancelled D x f",
            .cancelled, lead: "T"),
        Case(
            "the dispatcher decided: closed", working + "x cancelled D k\nf finished T s\ny closed D x f", .closed,
            lead: "T"),
        Case(
            "a closing that had not seen the work decides nothing",
            working + "x cancelled D k\ny closed D x\nf finished T s",
            .needsDecision, lead: "T", flags: [.cancelledButDone, .lateEvent]),
        Case(
            "two people accepted", planned + "k accepted T a @9\nl accepted U a @8", .accepted, lead: "U",
            flags: [.secondAcceptance]),
        Case("one joined the other", planned + "k accepted T a\nl accepted U k", .accepted, lead: "T"),
        Case(
            "reassigned while the first technician accepted", planned + "k accepted T a\nm reassigned D a", .assigned,
            flags: [.reassignedButAccepted]),
        Case(
            "the new one leads though the old one accepted first",
            planned + "k accepted T a @1\nm reassigned D a @2\nl accepted U m @9", .accepted, lead: "U",
            flags: [.reassignedButAccepted]),
        Case(
            "finished by the one from whom it was taken", working + "m reassigned D k\nf finished T s", .finished,
            flags: [.lateVisit]),
        Case(
            "finished by the old one while the new one travels",
            working + "m reassigned D k\nl accepted U m\ne departed U l\nf finished T s", .travelling, lead: "U",
            flags: [.lateVisit]),
        Case(
            "given back to the same technician",
            planned + "k accepted T a\nm reassigned D k\nl accepted T m\nf finished T l",
            .finished, lead: "T"),
        Case(
            "closed, then a late event", done + "z closed D f\ne left T f", .closedAmended, lead: "T",
            flags: [.lateEvent]),
        Case("closed again with the late event", done + "z closed D f\ne left T f\ny closed D z e", .closed, lead: "T"),
        Case(
            "finished by one, under way by another",
            planned + "k accepted T a\ns started T k\ne departed U a\nf finished T s", .travelling, lead: "T"),
        Case("events that name each other in a circle", "s started T f\nf finished T s", .finished),
        Case(
            "events that were written without saying what was seen",
            "c created D\nk accepted T\ns started T\nf finished T", .finished, lead: "T"),
        Case("an event that names one which is not held here", "c created D\nf finished T gone", .finished),
    ]

    static let decided: [Case] = [
        Case(
            "two people accepted, the dispatcher leaves it to the second",
            planned + "k accepted T a @8\nl accepted U a @9\nm reassigned D k l :U", .accepted, lead: "U"),
        Case(
            "two people accepted, the dispatcher sends both",
            planned + "k accepted T a @8\nl accepted U a @9\nm assigned D k l :T :U", .accepted, lead: "T"),
        Case(
            "two people accepted, the dispatcher closes it", planned + "k accepted T a\nl accepted U a\nz closed D k l",
            .closed, lead: "T"),
        Case(
            "the one from whom it was taken works on all the same",
            planned + "k accepted T a\nl accepted U a\nm reassigned D k l :U\ns started T k", .inProgress, lead: "U",
            flags: [.lateVisit]),
        Case(
            "the one to whom it was left goes on",
            planned + "k accepted T a\nl accepted U a\nm reassigned D k l :U\n"
                + "s started U l\nf finished U s m", .finished, lead: "U"),
        Case(
            "taken and given back without a new acceptance",
            working + "m reassigned D k\nf finished T s\nn reassigned D m f :T\nu resumed T n", .inProgress, lead: "T"),
        Case(
            "the late visit was decided", working + "m reassigned D k\nf finished T s\nz closed D m f", .closed),
        Case(
            "what came after the decision needs another",
            working + "m reassigned D k\np paused T s\nb assigned D m p :U\nf finished T p", .finished,
            flags: [.lateVisit]),
        Case(
            "cancelled but done, then given to somebody",
            working + "x cancelled D k\nf finished T s\nm reassigned D x f :U\nl accepted U m", .accepted, lead: "U"),
        Case(
            "a decision that had not seen the work decides nothing",
            planned + "k accepted T a\nl accepted U a\nm assigned D k :T", .accepted, lead: "T",
            flags: [.secondAcceptance]),
        Case(
            "closed, then given out again", done + "z closed D f\nb assigned D z :U\nl accepted U b", .accepted,
            lead: "T"),
    ]

    static let supplied: [Case] = [
        Case("parts of an open order", done, .finished, lead: "T", used: ["p", "q"]),
        Case("parts that the closing counted", done + "z closed D f +p +q", .closed, lead: "T", used: ["p", "q"]),
        Case(
            "parts that came after the closing", done + "z closed D f +p", .closedAmended, lead: "T",
            flags: [.latePart],
            used: ["p", "q"]),
        Case(
            "closed again with the late parts", done + "z closed D f +p\ny closed D z +p +q", .closed, lead: "T",
            used: ["p", "q"]),
        Case(
            "two closings that each knew one part", done + "z closed D f +p\ny closed E f +q", .closed, lead: "T",
            used: ["p", "q"]),
        Case(
            "a cancellation without knowledge of work that had parts is one decision",
            working + "x cancelled D k\nf finished T s", .needsDecision, lead: "T", flags: [.cancelledButDone],
            used: ["p"]),
        Case("a part that was counted and is not here", done + "z closed D f +p", .closed, lead: "T"),
    ]

    static let ordinary: [Case] = [
        Case("nothing", "", .created),
        Case("created", "c created D", .created),
        Case("assigned", planned, .assigned),
        Case("accepted", planned + "k accepted T a", .accepted, lead: "T"),
        Case("declined", planned + "k declined T a", .declined),
        Case("declined after accepting", planned + "k accepted T a\nl declined T k", .declined),
        Case("declined by one, accepted by another", planned + "k accepted T a\nl declined U k", .accepted, lead: "T"),
        Case("travelling", planned + "k accepted T a\nd departed T k", .travelling, lead: "T"),
        Case("on site", planned + "k accepted T a\nd departed T k\nr arrived T d", .onSite, lead: "T"),
        Case("in progress", working, .inProgress, lead: "T"),
        Case("paused", working + "p paused T s", .paused, lead: "T"),
        Case("left without finishing", working + "l left T s", .paused, lead: "T"),
        Case("resumed", working + "p paused T s\nu resumed T p", .inProgress, lead: "T"),
        Case("finished", done, .finished, lead: "T"),
        Case("finished and left", done + "l left T f", .finished, lead: "T"),
        Case("could not be done", working + "n cannot T s", .cannot, lead: "T"),
        Case("could not be done, planned again", working + "n cannot T s\nb assigned D n", .assigned, lead: "T"),
        Case("a second person is assigned to work under way", working + "b assigned D s", .inProgress, lead: "T"),
        Case("cancelled", planned + "x cancelled D a", .cancelled),
        Case("cancelled, accepted meanwhile", planned + "x cancelled D a\nk accepted T a", .cancelled, lead: "T"),
        Case("cancelled, given out again", planned + "x cancelled D a\nb assigned D x", .assigned),
        Case("cancelled knowing that it was finished", done + "x cancelled D f", .cancelled, lead: "T"),
        Case("closed", done + "z closed D f", .closed, lead: "T"),
    ]

    @Test("what was written without knowing of one another is kept and flagged", arguments: conflicts)
    func conflict(_ example: Case) { Self.check(example, OrderStatus.fold(events: example.events)) }

    @Test("the office decides by an ordinary event that has seen both sides", arguments: decided)
    func decision(_ example: Case) { Self.check(example, OrderStatus.fold(events: example.events)) }

    @Test("a part is late when no closing counted it", arguments: supplied)
    func parts(_ example: Case) {
        Self.check(example, OrderStatus.fold(events: example.events, parts: example.parts))
        let turned = OrderStatus.fold(events: example.events.reversed(), parts: example.parts.reversed())
        #expect(turned == OrderStatus.fold(events: example.events, parts: example.parts))
    }

    @Test(
        "a flag says whether who did it had seen the other side", arguments: [("s", false), ("x", true), ("s x", true)])
    func knowing(_ seen: String, _ knew: Bool) {
        let script = Self.working + "x cancelled D k\nf finished T \(seen)"
        #expect(OrderStatus.fold(events: ModelEventScript.work(script)).flags.map(\.knew) == [knew])
    }

    @Test("the ordinary course has its words", arguments: ordinary)
    func course(_ example: Case) { Self.check(example, OrderStatus.fold(events: example.events)) }

    @Test("the order of arrival changes nothing", arguments: conflicts + decided + ordinary)
    func orderIndependence(_ example: Case) {
        let expected = OrderStatus.fold(events: example.events)
        for events in ModelEventScript.arrivals(of: example.events) {
            guard OrderStatus.fold(events: events) == expected else {
                Issue.record("\(events.map(\.kind)) gives another fold")
                return
            }
        }
    }

    @Test("clocks decide nothing: a cancellation is concurrent whatever its time", arguments: [1, 1000])
    func clocks(_ time: Int) {
        let events = ModelEventScript.work(Self.working + "x cancelled D k @\(time)\nf finished T s")
        #expect(OrderStatus.fold(events: events).status == .needsDecision)
    }

    @Test("every visit is kept, and the flag names both events")
    func kept() throws {
        let visits = [RecordID(high: 5, low: 2), RecordID(high: 5, low: 1)]
        let script = ModelEventScript.work(Self.working + "x cancelled D k\nf finished T s")
        let events = script.enumerated().map { place, event in
            WorkEvent(
                id: event.id, kind: event.kind, author: event.author, timestamp: event.timestamp, after: event.after,
                visit: visits[place % 2])
        }
        let fold = OrderStatus.fold(events: events)
        #expect(fold.visits == visits.sorted())
        let flag = try #require(fold.flags.first)
        #expect(flag.event == ModelEventScript.event("f") && flag.other == ModelEventScript.event("x"))
    }

    @Test("an event that arrives twice counts once")
    func duplicates() {
        let events = ModelEventScript.work(Self.done)
        #expect(OrderStatus.fold(events: events + events) == OrderStatus.fold(events: events))
    }

    private static func check(_ example: Case, _ fold: OrderFold) {
        #expect(fold.status == example.status)
        #expect(fold.lead == example.lead)
        #expect(Set(fold.flags.map(\.reason)) == example.flags)
    }
}
