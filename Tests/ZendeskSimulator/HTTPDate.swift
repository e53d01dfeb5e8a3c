import Model

extension Timestamp {
    /// `Fri, 20 Nov 2026 10:00:00 GMT`.
    var httpDate: String {
        let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let days = seconds / 86_400
        let date = Timestamp.civil(fromDays: days)
        let text = formatted(.seconds)
        let day = text.dropFirst(8).prefix(2)
        let clock = text.dropFirst(11).prefix(8)
        return "\(weekdays[Int(days % 7)]), \(day) \(months[Int(date.month) - 1]) \(date.year) \(clock) GMT"
    }
}
