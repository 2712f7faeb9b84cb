/// Leaves out of a plan what it fails without.
struct Shrinker {
    let law: String
    /// - Returns: the violation of a plan.
    let run: (Plan) throws -> Violation?
    /// Runs that it may take.
    private(set) var runsLeft = 400

    init(law: String, run: @escaping (Plan) throws -> Violation?) {
        self.law = law
        self.run = run
    }

    mutating func shrink(_ plan: Plan) throws -> Plan {
        var plan = plan
        var size = max(1, plan.steps.count / 2)
        while size >= 1 {
            var index = 0
            while index < plan.steps.count {
                var less = plan
                less.steps.removeSubrange(index..<min(index + size, less.steps.count))
                if try fails(less) { plan = less } else { index += size }
            }
            size /= 2
        }
        return try calm(plan)
    }

    private mutating func calm(_ plan: Plan) throws -> Plan {
        var plan = plan
        for index in plan.steps.indices {
            var calmer = plan
            calmer.steps[index].isCalm = true
            if try fails(calmer) { plan = calmer }
        }
        return plan
    }

    private mutating func fails(_ plan: Plan) throws -> Bool {
        guard runsLeft > 0 else { return false }
        runsLeft -= 1
        return try run(plan)?.law == law
    }
}
