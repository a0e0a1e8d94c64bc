import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** Sends a request by curl, a client that nobody here has written. */
export async function curl(
  port: number,
  path: string,
  method: string,
  headers: Record<string, string>,
): Promise<{ status: number; headers: Record<string, string>; text: string }> {
  const fields = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`])
  const { stdout } = await promisify(execFile)('curl', [
    '--silent',
    '--show-error',
    '--include',
    '--path-as-is',
    ...(method === 'HEAD' ? ['--head'] : ['--request', method]),
    ...fields,
    `http://127.0.0.1:${port}${path}`,
  ])
  const [head = '', ...rest] = stdout.split('\r\n\r\n')
  const [statusLine = '', ...lines] = head.split('\r\n')
  return {
    status: Number(statusLine.split(' ')[1]),
    headers: Object.fromEntries(
      lines.map((line) => {
        const colon = line.indexOf(':')
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
      }),
    ),
    text: rest.join('\r\n\r\n'),
  }
}
