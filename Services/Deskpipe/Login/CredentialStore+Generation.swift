import Extractor
import Model

extension CredentialStore {
    /// 0 where there was no login, or one that is damaged: the new one takes its place.
    func formerGeneration(of connection: ConnectionKey) async throws -> Int {
        do {
            return try await latestSealed(for: connection)?.generation ?? 0
        } catch is CredentialError {
            return 0
        }
    }
}
