/// RFC 8259 over bytes: validate, slice, walk; no tree.
///
/// ``validate(_:limits:)`` checks everything. The others trust their input to be validated: they stay within bounds
/// whatever they are given, and give meaning only to valid JSON.
package enum JSON {}
