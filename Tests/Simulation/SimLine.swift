import SyncClient
import SyncStore
import SyncWire

/// A line to the node above a machine, with the weather of its world on it.
final class SimLine: Transport {
    private unowned let machine: Machine
    private unowned let world: World

    init(_ machine: Machine, _ world: World) {
        self.machine = machine
        self.world = world
    }

    func send(_ request: HTTPRequest) throws(HTTPFailure) -> HTTPResponse {
        guard let above = machine.above, let node = world.machines[above], node.isUp, !node.standing.isRetired,
            !world.cuts.contains(.init(machine: machine.number, isUpwards: true))
        else { throw .unreachable("the line is down") }
        let weather = world.weather
        try before(request, to: above, weather)
        if draws(weather.doubled) { _ = try arrive(request, at: node) }
        let answer = try arrive(request, at: node)
        return try after(answer, from: node, weather)
    }

    private func draws(_ thousandth: Int) -> Bool { world.random.happens(thousandth) }

    private func before(_ request: HTTPRequest, to above: Int, _ weather: Weather) throws(HTTPFailure) {
        if draws(weather.slow) { world.clock.advance(Int64(world.random.below(900_000))) }
        if draws(weather.requestLost) { throw .unreachable("lost on its way") }
        if draws(weather.late) {
            world.late.append((request, above))
            throw .timedOut("it takes too long")
        }
        if draws(weather.crossed) { try other { try $0.crossing() } }
    }

    private func after(
        _ answer: HTTPResponse, from node: Machine, _ weather: Weather
    ) throws(HTTPFailure) -> HTTPResponse {
        if draws(weather.crossed) { try other { try $0.crossing() } }
        if draws(weather.restarted) { try other { try $0.restart(node) } }
        if world.cuts.contains(.init(machine: machine.number, isUpwards: false)) || draws(weather.answerLost) {
            throw .interrupted("the connection broke")
        }
        guard draws(weather.cut), !answer.body.isEmpty else { return answer }
        let body = Array(answer.body.prefix(world.random.below(answer.body.count)))
        return HTTPResponse(status: answer.status, headers: answer.headers, body: body)
    }

    private func arrive(_ request: HTTPRequest, at node: Machine) throws(HTTPFailure) -> HTTPResponse {
        do {
            guard let answer = try node.answering?.answer(request) else { throw HTTPFailure.unreachable("it is down") }
            if NodeAnswering.path(of: request) == "/v1/pull", answer.status == 200 {
                let body = try Frame.decode(answer.body, limit: Limits.responseBodyDecompressedBytesMax)
                try Confinement.look(at: WirePullResponse(bounded: body), from: node, to: machine)
            }
            return answer
        } catch let failure as HTTPFailure {
            throw failure
        } catch  where node.disk.isArmed && (error as? StoreFailure)?.isOfDisk == true {
            world.note("the disk of \(node.name) fails")
            node.disk.hasFailed = true
            throw .interrupted("the node ended")
        } catch {
            world.fail(error)
            throw .interrupted("the node ended")
        }
    }

    /// What goes wrong there is no matter of this line.
    private func other(_ body: (World) throws -> Void) throws(HTTPFailure) {
        do { try body(world) } catch { world.fail(error) }
    }
}
