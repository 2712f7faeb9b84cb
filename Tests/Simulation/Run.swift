import Foundation

/// One run of a plan, from its template to its end.
struct Run {
    let violation: Violation?
    let trace: Trace

    /// - Parameter folder: of its own, on a disk that may forget it.
    init(_ plan: Plan, _ template: Template, in folder: String) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        // Which says most of a mistake goes first.
        let laws: [any Law] = [
            Conservation(), Verdicts(), Receipts(), Confinement(), Bounds(), MonotoneReads(), Atomicity(),
            Convergence(), Exactness(), Soundness(),
        ]
        let world = try World(plan, template, in: folder, laws: laws)
        violation = Self.violation { try Self.run(plan, world, laws) }
        trace = world.trace
        for machine in world.all { try? machine.stop() }
    }

    private static func run(_ plan: Plan, _ world: World, _ laws: [any Law]) throws {
        for step in plan.steps { try world.take(step) }
        try world.comeToRest()
        for law in laws { try law.judge(world) }
    }

    private static func violation(_ body: () throws -> Void) -> Violation? {
        do {
            try body()
            return nil
        } catch let violation as Violation {
            return violation
        } catch {
            return Violation(law: "Nothing fails", words: "\(error)")
        }
    }
}
