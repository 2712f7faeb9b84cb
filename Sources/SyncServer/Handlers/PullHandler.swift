import Foundation
import Hummingbird
import SyncCore
import SyncStore
import SyncWire

/// `POST /v1/pull`: a page of what changed after a checkpoint, or what comes while the puller waits.
struct PullHandler {
    let services: NodeServices

    func respond(to request: Request) async throws -> Response {
        let session = try await services.session(of: request)
        let asked = try await services.message(WirePullRequest.self, of: request)
        if let branch = session.branch { try await note(branch) }
        let deadline = ContinuousClock.now + .seconds(asked.seconds(atMost: services.waitSecondsMax))
        var (answer, isNews) = try await page(asked, session)
        while !isNews, ContinuousClock.now < deadline, mayWait() {
            let known = Int64(clamping: answer.checkpoint.position)
            let next = try await services.watch.whenNews(for: session.holder, beyond: known, until: deadline) {
                try await page(asked, session)
            }
            answer.nodeTime = services.now
            guard let next else { break }
            (answer, isNews) = next
        }
        services.counters.count(states: answer.states.count)
        return try await services.response(answer)
    }

    private func page(_ asked: WirePullRequest, _ session: Session) async throws -> (WirePullResponse, isNews: Bool) {
        // the less room there is, the shorter the page.
        let share = services.answerRoom.share(wanted: asked.bytesMax)
        Visit.current?.hold(share)
        let found = try await services.read { access in
            // Asked again after a wait: an order may be what came.
            try access.demandStanding(of: session)
            let pull = Pull(
                identity: services.identity, holder: session.holder, key: session.branch == nil ? session.key : nil,
                asked: asked, bytesMax: share.bytes)
            return try pull.look(access)
        }
        if case .rolledBack(let shown) = found { try await openEpoch(after: shown) }
        var (page, isNews) = try found.page
        if page.states.isEmpty { Visit.current?.hold(nil) }
        page.nodeTime = services.now
        return (page, isNews)
    }

    /// The message is kept while the pull waits.
    private func mayWait() -> Bool { Visit.current.map(services.messageRooms.wait) ?? false }

    /// A branch asks after every commit; that is not noted, and synced to the disk, every time.
    private func note(_ branch: RecordID) async throws {
        let before = services.now - ServerLimits.exchangeNoteMilliseconds
        let isNoted = try await services.read { try $0.branchLink(branch)?.lastExchangeAt ?? .max > before }
        if !isNoted, !services.readiness.disk.isLow {
            try await services.commit.write { try $0.noteExchange(ofBranch: branch, pending: nil) }
        }
    }

    private func openEpoch(after shown: Checkpoint) async throws {
        try await services.commit.write { _ = try $0.openEpoch(ifRolledBackBefore: shown) }
    }
}
