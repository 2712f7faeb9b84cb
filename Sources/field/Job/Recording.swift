import Verbs

extension JobStepCommand: RecordingVerb {}
extension JobFinish: RecordingVerb {}
extension JobNew: RecordingVerb {}
extension VisitNew: RecordingVerb {}
extension PartAdd: RecordingVerb {}
extension AssetInstall: RecordingVerb {}
