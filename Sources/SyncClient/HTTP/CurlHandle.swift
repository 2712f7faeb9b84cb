import CurlShim

/// One easy handle in a multi handle of its own: connections kept alive from request to request, and the options of the
/// request at hand.
final class CurlHandle {
    // Started before the first handle and never ended: other threads may hold handles until the process goes.
    private static let started = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    /// Longer than libcurl ever waits by itself.
    private static let pollMilliseconds: Int32 = 60_000

    private let handle: UnsafeMutableRawPointer
    private var connections = CurlConnections()
    private let errorText: UnsafeMutablePointer<CChar>

    init() {
        guard Self.started, let handle = curl_easy_init() else { preconditionFailure("libcurl does not start") }
        self.handle = handle
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        curl_easy_cleanup(handle)
        errorText.deallocate()
    }

    /// Forgets every option; connections, names and TLS sessions stay.
    func reset() {
        curl_easy_reset(handle)
        cc_set_error_buffer(handle, errorText)
    }

    func set(_ option: CURLoption, _ value: Int) { check(cc_set_long(handle, option, value), option) }
    func set(_ option: CURLoption, _ text: String?) { check(cc_set_text(handle, option, text), option) }

    /// Forgets connections, too, and what names they were found by.
    func forgetConnections() { connections = CurlConnections() }

    /// Sends the request that the options describe and waits for its end; `list` and `body` are needed until then.
    /// - Parameters:
    ///   - isBroken: asked now and then whether to end it before; after a call of `wake` at once.
    ///   - waking: handed what ends a wait; called from any thread until this returns.
    /// - Returns: nil when it was broken off.
    func perform(
        headers list: UnsafeMutablePointer<curl_slist>?, body: [UInt8]?, into receiver: HTTPReceiver,
        isBroken: () -> Bool, waking: (@escaping @Sendable () -> Void) -> Void
    ) -> CURLcode? {
        errorText[0] = 0
        let context = Unmanaged.passUnretained(receiver).toOpaque()
        check(cc_set_receivers(handle, HTTPReceiver.onHeader, HTTPReceiver.onBody, context), CURLOPT_WRITEDATA)
        check(cc_set_list(handle, CURLOPT_HTTPHEADER, list), CURLOPT_HTTPHEADER)
        check(cc_set_slow_line(handle), CURLOPT_SOCKOPTFUNCTION)
        let multi = connections.multi
        waking { [wake = CurlConnections.Wake(multi)] in wake.call() }
        guard let body else { return transfer(multi, isBroken) }
        return body.withUnsafeBytes { bytes in
            check(cc_set_body(handle, bytes.baseAddress, curl_off_t(bytes.count)), CURLOPT_POSTFIELDS)
            return transfer(multi, isBroken)
        }
    }

    private func transfer(_ multi: UnsafeMutableRawPointer, _ isBroken: () -> Bool) -> CURLcode? {
        guard curl_multi_add_handle(multi, handle) == CURLM_OK else { return CURLE_OUT_OF_MEMORY }
        defer { curl_multi_remove_handle(multi, handle) }
        while !isBroken() {
            var running: Int32 = 0
            guard curl_multi_perform(multi, &running) == CURLM_OK else { return CURLE_OUT_OF_MEMORY }
            var left: Int32 = 0
            if running == 0, let message = curl_multi_info_read(multi, &left) { return message.pointee.data.result }
            curl_multi_poll(multi, nil, 0, Self.pollMilliseconds, nil)
        }
        return nil
    }

    /// What libcurl has to say about the transfer that just ended with `code`.
    func message(_ code: CURLcode) -> String {
        errorText[0] != 0 ? String(cString: errorText) : String(cString: curl_easy_strerror(code))
    }

    /// The status of the last answer; 0 without one.
    var status: Int {
        var status = 0
        return cc_get_long(handle, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK ? status : 0
    }

    /// Whether the last transfer got as far as sending its request.
    var wasConnected: Bool {
        var microseconds: curl_off_t = 0
        let code = cc_get_size(handle, CURLINFO_PRETRANSFER_TIME_T, &microseconds)
        return code == CURLE_OK && microseconds > 0
    }

    /// An option is refused only by a libcurl that was built without it, or for want of memory.
    private func check(_ code: CURLcode, _ option: CURLoption) {
        precondition(code == CURLE_OK, "libcurl refused option \(option.rawValue) with \(code.rawValue)")
    }
}

/// A multi handle, which is to libcurl what connections and found names belong to.
private final class CurlConnections {
    let multi: UnsafeMutableRawPointer

    init() {
        guard let multi = curl_multi_init() else { preconditionFailure("libcurl does not start") }
        self.multi = multi
    }

    deinit { curl_multi_cleanup(multi) }

    /// Ends a wait, or the next one: the one thing that another thread may do.
    struct Wake: @unchecked Sendable {
        private let multi: UnsafeMutableRawPointer

        init(_ multi: UnsafeMutableRawPointer) { self.multi = multi }

        func call() { curl_multi_wakeup(multi) }
    }
}
