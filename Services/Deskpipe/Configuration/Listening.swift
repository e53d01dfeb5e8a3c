import ServiceRuntime

/// Whether a part of a process listens, and where: `127.0.0.1:8080`, `none`.
enum Listening: Hashable {
    /// Not configured: on the part's usual address, if it is free.
    case standard
    case none
    case at(ListenAddress)

    init?(parsing text: String) {
        if text == "none" {
            self = .none
        } else if let address = ListenAddress(parsing: text) {
            self = .at(address)
        } else {
            return nil
        }
    }
}
