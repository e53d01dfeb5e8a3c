import Foundation
import Loader
import Model

/// A row of `_deskpipe_streams`.
struct StreamRow {
    var stream: String
    /// Nil before the first schema event.
    var declaration: StreamDeclaration?
    var hasRows: Bool

    init(stream: String, declaration: StreamDeclaration? = nil, hasRows: Bool = false) {
        self.stream = stream
        self.declaration = declaration
        self.hasRows = hasRows
    }

    /// Reads the columns of ``BookkeepingSQL/selectStreams``. A schema that cannot be read counts as none: the
    /// catalogue's stands in until the next event.
    init(stream: String, sequence: Int64?, schema: String?, hasRows: Bool) {
        self.stream = stream
        self.hasRows = hasRows
        guard let sequence, let schema,
            let decoded = try? JSONDecoder().decode(StreamSchema.self, from: Data(schema.utf8))
        else { return }
        declaration = StreamDeclaration(schema: decoded, sequence: sequence)
    }
}
