/// A verb that writes down what the person says and answers with that alone, so that it works where nothing may be shown.
package protocol RecordingVerb: RecordVerb {}

extension New: RecordingVerb {}
extension SetFields: RecordingVerb {}
extension Attach: RecordingVerb {}
