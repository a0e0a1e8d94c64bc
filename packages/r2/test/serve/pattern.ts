/**
 * Bytes by which their place can be told.
 * @param offset Where they stand
 * @param length How many, in bytes
 */
export function pattern(offset: number, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length)
  for (let index = 0; index < length; index += 1) {
    const place = offset + index
    bytes[index] = place ^ (place >>> 8) ^ (place >>> 16)
  }
  return bytes
}
