// An object of node:crypto costs a request about 20 µs on Workers, most of it in collecting it
// again; a short text is hashed here in one to four.

const BLOCK = 64
const words = new Int32Array(80)
const INITIAL = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0)
const state = new Int32Array(5)
const lastBlocks = new Uint8Array(2 * BLOCK)
const lengthField = new DataView(lastBlocks.buffer)

/**
 * Hashes bytes by SHA-1 (RFC 3174).
 * @param bytes What to hash, of less than 512 MiB
 * @returns The digest as base64, 28 characters
 */
export function sha1(bytes: Uint8Array): string {
  state.set(INITIAL)
  const { length } = bytes
  const rest = length % BLOCK
  for (let at = 0; at + BLOCK <= length; at += BLOCK) addBlock(bytes, at)
  lastBlocks.fill(0)
  for (let index = 0; index < rest; index += 1) lastBlocks[index] = bytes[length - rest + index]!
  lastBlocks[rest] = 0x80
  // The length in bits stands at the end, and has to fit behind what is left.
  const end = rest < BLOCK - 8 ? BLOCK : 2 * BLOCK
  lengthField.setUint32(end - 4, length * 8)
  for (let at = 0; at < end; at += BLOCK) addBlock(lastBlocks, at)
  let digest = ''
  for (let index = 0; index < 20; index += 1) {
    digest += String.fromCharCode((state[index >> 2]! >>> (24 - (index & 3) * 8)) & 0xff)
  }
  return btoa(digest)
}

function addBlock(bytes: Uint8Array, at: number): void {
  for (let index = 0; index < 16; index += 1, at += 4) {
    words[index] =
      (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!
  }
  for (let index = 16; index < 80; index += 1) {
    const word = words[index - 3]! ^ words[index - 8]! ^ words[index - 14]! ^ words[index - 16]!
    words[index] = (word << 1) | (word >>> 31)
  }
  let a = state[0]!
  let b = state[1]!
  let c = state[2]!
  let d = state[3]!
  let e = state[4]!
  for (let index = 0; index < 80; index += 1) {
    let mixed
    if (index < 20) mixed = ((b & c) | (~b & d)) + 0x5a827999
    else if (index < 40) mixed = (b ^ c ^ d) + 0x6ed9eba1
    else if (index < 60) mixed = ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc
    else mixed = (b ^ c ^ d) + 0xca62c1d6
    const next = (((a << 5) | (a >>> 27)) + mixed + e + words[index]!) | 0
    e = d
    d = c
    c = (b << 30) | (b >>> 2)
    b = a
    a = next
  }
  state[0]! += a
  state[1]! += b
  state[2]! += c
  state[3]! += d
  state[4]! += e
}
