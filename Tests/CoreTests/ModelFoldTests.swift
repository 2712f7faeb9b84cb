import FieldModel
import SyncCore
import Testing

@Suite("Visit and request status")
struct ModelFoldTests {
    static let visits: [(String, VisitStatus)] = [
        ("", .planned),
        ("a assigned D", .planned),
        ("k accepted T", .accepted),
        ("k declined T", .declined),
        ("d departed T", .travelling),
        ("d departed T\nr arrived T d", .onSite),
        ("d departed T\ns started T d", .inProgress),
        ("s started T\np paused T s", .paused),
        ("s started T\np paused T s\nu resumed T p", .inProgress),
        ("s started T\nl left T s", .left),
        ("s started T\np paused T s\nl left T p", .left),
        ("l left T", .left),
        ("s started T\nf finished T s\nl left T f", .finished),
        ("s started T\nn cannot T s\nl left T n", .cannot),
        ("s started T\nf finished T s @1\np paused T s @9", .finished),
    ]

    @Test("a visit's status follows from its events, in whatever order they came", arguments: visits)
    func visit(_ script: String, _ status: VisitStatus) {
        for events in ModelEventScript.arrivals(of: ModelEventScript.work(script)) {
            #expect(VisitStatus.fold(events: events) == status)
        }
    }

    @Test("a request is what its orders are, until it has a result and the customer knows")
    func request() {
        func derive(_ orders: [OrderStatus], result: Bool = false, informed: Bool = false) -> RequestStatus {
            RequestStatus.derive(orders: orders, hasResult: result, customerInformed: informed)
        }
        #expect(derive([.finished, .needsDecision], result: true, informed: true) == .needsDecision)
        #expect(derive([.finished, .paused], result: true, informed: true) == .inProgress)
        #expect(derive([.finished, .travelling]) == .inProgress)
        #expect(derive([.finished, .assigned]) == .dispatched)
        #expect(derive([.cannot]) == .dispatched)
        #expect(derive([]) == .received)
        #expect(derive([], informed: true) == .received)
        #expect(derive([.cancelled]) == .received)
        #expect(derive([.finished, .cancelled]) == .solved)
        #expect(derive([.closed], informed: true) == .closed)
        #expect(derive([.closedAmended]) == .solved)
        #expect(derive([], result: true) == .solved)
        #expect(derive([], result: true, informed: true) == .closed)
    }

    @Test("an account is what is known of it")
    func account() {
        #expect(AccountStatus.derive(deleted: true, hasSites: true, hasService: true) == .archived)
        #expect(AccountStatus.derive(deleted: false, hasSites: false, hasService: true) == .active)
        #expect(AccountStatus.derive(deleted: false, hasSites: true, hasService: false) == .pending)
        #expect(AccountStatus.derive(deleted: false, hasSites: false, hasService: false) == .prospect)
    }
}
