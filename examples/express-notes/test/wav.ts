/** A sound of so many seconds, as a WAV file: 8,000 samples a second, of 8 bits. */
export function wav(seconds: number): Uint8Array {
  const rate = 8000
  const samples = Uint8Array.from({ length: seconds * rate }, (_, index) =>
    Math.round(128 + 60 * Math.sin((index / rate) * 2 * Math.PI * (220 + index / rate))),
  )
  const header = Buffer.alloc(44)
  header.write('RIFF', 0, 'latin1')
  header.writeUInt32LE(36 + samples.length, 4)
  header.write('WAVEfmt ', 8, 'latin1')
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20)
  header.writeUInt16LE(1, 22)
  header.writeUInt32LE(rate, 24)
  header.writeUInt32LE(rate, 28)
  header.writeUInt16LE(1, 32)
  header.writeUInt16LE(8, 34)
  header.write('data', 36, 'latin1')
  header.writeUInt32LE(samples.length, 40)
  return Uint8Array.from([...header, ...samples])
}
