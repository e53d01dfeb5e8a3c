/// This build's version, as `deskpipe version` prints it and Zendesk sees it.
package enum Version {
    package static let current = "0.1.0"
    package static let userAgent = "deskpipe/\(current)"
}
