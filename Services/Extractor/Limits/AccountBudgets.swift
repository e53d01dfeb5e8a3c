package import Model
import Synchronization

/// The budget of one Zendesk account, shared by all that ask it for anything.
package final class AccountBudget: Sendable {
    private let budget: Mutex<RateBudget>

    package init(_ budget: RateBudget = RateBudget()) {
        self.budget = Mutex(budget)
    }

    package func with<Result: Sendable>(_ body: (inout RateBudget) -> Result) -> Result {
        budget.withLock { body(&$0) }
    }
}

/// The process's budgets by account. They outlive runs: what a 429 has forbidden to one run holds for the next.
package final class AccountBudgets: Sendable {
    private let budgets = Mutex<[String: AccountBudget]>([:])

    package init() {}

    /// The budget of an account.
    /// - Parameters:
    ///   - address: where it answers; a loopback server may stand in for several accounts.
    ///   - share: as ``RateBudget/share``; the one given last holds.
    package func budget(of account: SitePrefix, at address: ZendeskAddress, share: Double) -> AccountBudget {
        let key = "\(account) at \(address.origin)"
        let budget = budgets.withLock { budgets in
            let budget = budgets[key] ?? AccountBudget()
            budgets[key] = budget
            return budget
        }
        budget.with { $0.share = share }
        return budget
    }
}
