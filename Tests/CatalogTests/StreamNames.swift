import Catalog
import Model
import Testing

extension StreamDefinition: CustomTestStringConvertible {
    public var testDescription: String { "\(source.rawValue)/\(name)" }
}
