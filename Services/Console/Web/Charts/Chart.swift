/// A drawing for a page, as inline SVG. It takes its colours from the page's style sheet by classes; its title and
/// description tell what it shows to those who do not see it.
protocol Chart {
    var title: String { get }
    /// One or two sentences with the figures that matter.
    var summary: String { get }
    /// In units of the drawing; the page scales it.
    var size: (width: Double, height: Double) { get }
    /// The elements inside, escaped.
    var drawing: String { get }
    /// True where something in it can be clicked: then it is not told as one picture.
    var hasLinks: Bool { get }
}

extension Chart {
    var hasLinks: Bool { false }

    /// The whole element.
    var svg: String {
        let (width, height) = (Markup.number(size.width), Markup.number(size.height))
        let role = hasLinks ? "group" : "img"
        return "<svg class=\"chart\" role=\"\(role)\" viewBox=\"0 0 \(width) \(height)\" "
            + "width=\"\(width)\" height=\"\(height)\" aria-label=\"\(Markup.escaped("\(title). \(summary)"))\">"
            + "<title>\(Markup.escaped(title))</title><desc>\(Markup.escaped(summary))</desc>\(drawing)</svg>"
    }
}

/// What a mark means, for its colour.
enum Tone: String, Hashable, Sendable, CaseIterable {
    case good
    case busy
    case warning
    case bad
    case quiet
}
