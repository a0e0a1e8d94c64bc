/**
 * Tells whether a text can be the value of a header field (RFC 9110 §5.5) that every runtime sends
 * as it is: visible ASCII, with blanks in between.
 * @param value What somebody stored, or gave as an option
 */
export function isFieldValue(value: unknown): value is string {
  return typeof value === 'string' && /^[!-~](?:[\t -~]*[!-~])?$/.test(value)
}
