/// Uses a value, so that the compiler cannot leave its making out.
@inline(never)
package func use(_ value: some Any) {
    withExtendedLifetime(value) {}
}
