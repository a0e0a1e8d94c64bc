import { crc32, deflateSync } from 'node:zlib'

/** A PNG file (https://www.w3.org/TR/png-3/) that shows a sky with hills, of `width` by `height` pixels. */
export function png(width: number, height: number): Uint8Array<ArrayBuffer> {
  const pixels = Buffer.alloc(height * (1 + width * 3))
  for (let y = 0; y < height; y++) {
    // Each line starts with its filter type, 0.
    let offset = y * (1 + width * 3) + 1
    for (let x = 0; x < width; x++) {
      const hill =
        height * (0.62 + 0.12 * Math.sin((x / width) * 7) + 0.05 * Math.sin((x / width) * 19))
      const down = y / height
      const colour =
        y > hill
          ? [60 - down * 20, 130 - down * 50, 90 - down * 30]
          : [250 - down * 90, 200 + down * 20, 150 + down * 90]
      for (const channel of colour) pixels.writeUInt8(Math.round(channel), offset++)
    }
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  // 8 bits a channel, RGB.
  header.set([8, 2, 0, 0, 0], 8)
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
  const file = [
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(pixels)),
    chunk('IEND', Buffer.alloc(0)),
  ]
  return new Uint8Array(Buffer.concat(file))
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const framed = Buffer.alloc(body.length + 8)
  framed.writeUInt32BE(data.length, 0)
  body.copy(framed, 4)
  framed.writeUInt32BE(crc32(body), body.length + 4)
  return framed
}
