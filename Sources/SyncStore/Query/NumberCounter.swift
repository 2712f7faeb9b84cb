package import FieldModel
import GRDB

extension WriteAccess {
    /// The next readable number of a prefix (`WO`) under this replica's codes, which were given at enrolment: a new
    /// code starts at 1. Nil when the codes are none, or all numbers of the code are used up.
    package func nextNumber(prefix: String, branchCode: String, deviceCode: String) throws -> ReadableNumber? {
        let sql = """
            INSERT INTO number_counter (prefix, last) VALUES (?, 1)
            ON CONFLICT (prefix) DO UPDATE SET last = last + 1 RETURNING last
            """
        let counter = try Int64.fetchOne(
            db.cachedStatement(sql: sql), arguments: ["\(prefix)-\(branchCode)-\(deviceCode)"])
        return ReadableNumber(
            prefix: prefix, branch: branchCode, device: deviceCode, counter: UInt32(clamping: counter ?? 0))
    }
}
