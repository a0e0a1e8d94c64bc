/** A request, and what has to be answered: the table in the README is made of these. */
export interface MatrixRow {
  /** `letters.txt` has the 26 letters, `empty.txt` nothing, and `missing.txt` is not there. */
  file: 'letters.txt' | 'empty.txt' | 'missing.txt'
  method: string
  /**
   * Fields of the request. `<etag>` is the file's own, `<modified>` its Last-Modified, `<earlier>`
   * and `<later>` a day before and after.
   */
  headers?: Record<string, string>
  status: number
  /** Fields of the answer, next to those that every answer with this status has. */
  answer?: Record<string, string>
}

const letters = { file: 'letters.txt', method: 'GET' } as const
const empty = { file: 'empty.txt', method: 'GET' } as const
const missing = { file: 'missing.txt', method: 'GET' } as const
const whole = { status: 200, answer: { 'Content-Length': '26' } } as const
const none = { status: 200, answer: { 'Content-Length': '0' } } as const
const range = (first: number, last: number): Pick<MatrixRow, 'status' | 'answer'> => ({
  status: 206,
  answer: {
    'Content-Length': String(last - first + 1),
    'Content-Range': `bytes ${first}-${last}/26`,
  },
})
const beyond = { status: 416, answer: { 'Content-Range': 'bytes */26' } } as const

export const matrix: readonly MatrixRow[] = [
  // Methods.
  { ...letters, ...whole },
  { ...letters, method: 'HEAD', ...whole },
  ...['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].map((method) => ({
    ...letters,
    method,
    status: 405,
    answer: { Allow: 'GET, HEAD' },
  })),
  { ...empty, ...none },
  { ...empty, method: 'HEAD', ...none },
  { ...missing, status: 404 },
  { ...missing, method: 'HEAD', status: 404 },
  { ...missing, method: 'DELETE', status: 405, answer: { Allow: 'GET, HEAD' } },

  // If-Match and If-Unmodified-Since.
  { ...letters, headers: { 'If-Match': '"<etag>"' }, ...whole },
  { ...letters, headers: { 'If-Match': '"other", "<etag>"' }, ...whole },
  { ...letters, headers: { 'If-Match': '*' }, ...whole },
  { ...letters, headers: { 'If-Match': '"other"' }, status: 412 },
  { ...letters, headers: { 'If-Match': 'W/"<etag>"' }, status: 412 },
  { ...letters, headers: { 'If-Match': '<etag>' }, status: 412 },
  { ...letters, method: 'HEAD', headers: { 'If-Match': '"other"' }, status: 412 },
  { ...letters, headers: { 'If-Unmodified-Since': '<modified>' }, ...whole },
  { ...letters, headers: { 'If-Unmodified-Since': '<later>' }, ...whole },
  { ...letters, headers: { 'If-Unmodified-Since': '<earlier>' }, status: 412 },
  { ...letters, headers: { 'If-Unmodified-Since': 'yesterday' }, ...whole },
  {
    ...letters,
    headers: { 'If-Match': '"<etag>"', 'If-Unmodified-Since': '<earlier>' },
    ...whole,
  },

  // If-None-Match and If-Modified-Since.
  { ...letters, headers: { 'If-None-Match': '"<etag>"' }, status: 304 },
  { ...letters, headers: { 'If-None-Match': 'W/"<etag>"' }, status: 304 },
  { ...letters, headers: { 'If-None-Match': '"other", "<etag>"' }, status: 304 },
  { ...letters, headers: { 'If-None-Match': '*' }, status: 304 },
  { ...letters, headers: { 'If-None-Match': '"other"' }, ...whole },
  { ...letters, headers: { 'If-None-Match': '<etag>' }, ...whole },
  { ...letters, method: 'HEAD', headers: { 'If-None-Match': '"<etag>"' }, status: 304 },
  { ...letters, headers: { 'If-Modified-Since': '<modified>' }, status: 304 },
  { ...letters, headers: { 'If-Modified-Since': '<later>' }, status: 304 },
  { ...letters, headers: { 'If-Modified-Since': '<earlier>' }, ...whole },
  { ...letters, headers: { 'If-Modified-Since': 'yesterday' }, ...whole },
  {
    ...letters,
    headers: { 'If-None-Match': '"other"', 'If-Modified-Since': '<modified>' },
    ...whole,
  },
  { ...letters, headers: { 'If-Match': '"other"', 'If-None-Match': '"<etag>"' }, status: 412 },
  { ...empty, headers: { 'If-None-Match': '"<etag>"' }, status: 304 },
  { ...missing, headers: { 'If-Match': '*' }, status: 404 },
  { ...missing, headers: { 'If-None-Match': '*' }, status: 404 },

  // Ranges.
  { ...letters, headers: { Range: 'bytes=0-4' }, ...range(0, 4) },
  { ...letters, headers: { Range: 'bytes=20-' }, ...range(20, 25) },
  { ...letters, headers: { Range: 'bytes=0-' }, ...range(0, 25) },
  { ...letters, headers: { Range: 'bytes=25-99999999999999999999' }, ...range(25, 25) },
  { ...letters, headers: { Range: 'bytes=-5' }, ...range(21, 25) },
  { ...letters, headers: { Range: 'bytes=-99' }, ...range(0, 25) },
  { ...letters, headers: { Range: 'bytes=26-' }, ...beyond },
  { ...letters, headers: { Range: 'bytes=26-30' }, ...beyond },
  { ...letters, headers: { Range: 'bytes=-0' }, ...beyond },
  { ...letters, headers: { Range: 'bytes=0-1,4-5' }, ...whole },
  { ...letters, headers: { Range: 'bytes=4-1' }, ...whole },
  { ...letters, headers: { Range: 'bytes=a-b' }, ...whole },
  { ...letters, headers: { Range: 'lines=0-4' }, ...whole },
  { ...letters, method: 'HEAD', headers: { Range: 'bytes=0-4' }, ...whole },
  {
    ...empty,
    headers: { Range: 'bytes=0-' },
    status: 416,
    answer: { 'Content-Range': 'bytes */0' },
  },
  { ...empty, headers: { Range: 'bytes=-5' }, ...none },
  { ...missing, headers: { Range: 'bytes=0-4' }, status: 404 },

  // If-Range, and conditions before ranges.
  { ...letters, headers: { Range: 'bytes=0-4', 'If-Range': '"<etag>"' }, ...range(0, 4) },
  { ...letters, headers: { Range: 'bytes=0-4', 'If-Range': '<modified>' }, ...range(0, 4) },
  { ...letters, headers: { Range: 'bytes=0-4', 'If-Range': '"other"' }, ...whole },
  { ...letters, headers: { Range: 'bytes=0-4', 'If-Range': 'W/"<etag>"' }, ...whole },
  { ...letters, headers: { Range: 'bytes=0-4', 'If-Range': '<later>' }, ...whole },
  { ...letters, headers: { Range: 'bytes=0-4', 'If-Range': '<etag>' }, ...whole },
  { ...letters, headers: { Range: 'bytes=26-', 'If-Range': '"other"' }, ...whole },
  { ...letters, headers: { Range: 'bytes=-5', 'If-Range': '"other"' }, ...whole },
  { ...letters, headers: { Range: 'bytes=0-4', 'If-None-Match': '"<etag>"' }, status: 304 },
  { ...letters, headers: { Range: 'bytes=26-', 'If-Match': '"other"' }, status: 412 },
  { ...letters, headers: { 'If-Range': '"other"' }, ...whole },
]

/** The table as it stands in the README, one array a line. */
export function matrixTable(): string[][] {
  return matrix.map(({ file, method, headers, status, answer }) => [
    file,
    [method, ...fieldLines(headers)].join(', '),
    [String(status), ...fieldLines(answer)].join(', '),
  ])
}

function fieldLines(fields: Record<string, string> = {}): string[] {
  return Object.entries(fields).map(([name, value]) => `\`${name}: ${value}\``)
}
