import { type AccessFigure, accessTitles } from './access.ts'
import type { MemoryFigure } from './memory.ts'
import type { ObjectFigure } from './object.ts'
import { type R2Figure, type R2MemoryFigure, r2Titles } from './r2.ts'
import type { CaseResult, ServerResult } from './rounds.ts'
import { titles } from './servers.ts'
import type { Sizes } from './size.ts'
import { type SqlFigure, sqlTitles } from './sql.ts'
import type { ObjectSqlFigure } from './sql-object.ts'
import type { Startups } from './startup.ts'
import type { Summary } from './statistics.ts'
import type { Verdict } from './targets.ts'

// Tables in Markdown, so that they can be copied into a README as they are.

export function caseTable({ loadCase, results }: CaseResult): string {
  const { isThroughput, title } = loadCase
  const bare = results.find(({ server }) => server === 'bare')
  const cloudflare = results.find(({ server }) => server === 'cloudflare')
  const rows = results.map((result) => {
    const { server, requestsPerSecond, bytesPerSecond, processorTime } = result
    return [
      titles[server],
      isThroughput
        ? (bytesPerSecond.median / 1e6).toFixed(0)
        : requestsPerSecond.median.toLocaleString('en', { maximumFractionDigits: 0 }),
      spreadOf(requestsPerSecond),
      ratio(result, bare),
      ratio(result, cloudflare),
      processorTime?.median.toLocaleString('en', { maximumFractionDigits: 0 }) ?? 'not measured',
    ]
  })
  return table(
    [
      title,
      isThroughput ? 'MB/s' : 'requests/s',
      'spread',
      '× bare',
      "× Cloudflare's bridge",
      'processor µs a request',
    ],
    rows,
  )
}

/** Servers that may have been able to do more than was asked of them. */
export function generatorNote({ results }: CaseResult): string | undefined {
  const limited = results.filter(({ generatorUse }) => generatorUse.median > 0.9)
  if (limited.length === 0) return undefined
  const names = limited.map(({ server }) => titles[server]).join(', ')
  return `The load generator was at its limit, not the server: ${names}.`
}

export function sizeTable({ bundles, added }: Sizes): string {
  return table(
    ['Bundle, minified', 'bytes', 'gzipped'],
    [...bundles, added].map(({ title, minified, compressed }) => [
      title,
      minified.toLocaleString('en'),
      compressed.toLocaleString('en'),
    ]),
  )
}

export function startupTable({ starts, added, routes }: Startups): string {
  return table(
    ['Start of workerd', 'ms', 'spread', 'processor ms', 'spread'],
    [
      ...starts.map(({ title, elapsed, processor }) => [
        title,
        elapsed.median.toFixed(1),
        spreadOf(elapsed),
        processor?.median.toFixed(1) ?? 'not measured',
        processor === undefined ? '' : spreadOf(processor),
      ]),
      ...Object.entries({
        'Added by node-cf, each time': added,
        'Fastify, its 100 routes and their schemas': routes,
      }).map(([title, { elapsed, processor }]) => [
        title,
        elapsed.toFixed(1),
        '',
        processor?.toFixed(1) ?? 'not measured',
        '',
      ]),
    ],
  )
}

export function memoryTable(figures: readonly MemoryFigure[]): string {
  return table(
    ['Most memory more than before', '', 'in use, MB', 'process with garbage, MB'],
    figures.map(({ transfer, server, live, resident }) => [
      transfer,
      titles[server],
      megabytes(live),
      megabytes(resident),
    ]),
  )
}

export function sqlTable(figures: readonly SqlFigure[]): string {
  return table(
    ['D1', 'by', 'ms', 'fastest', 'slowest'],
    figures.map(({ title, way, elapsed }) => [title, sqlTitles[way], ...timesOf(elapsed, 3)]),
  )
}

export function objectSqlTable(figures: readonly ObjectSqlFigure[]): string {
  return table(
    ['Durable Object SQLite', 'µs', 'fastest', 'slowest'],
    figures.map(({ title, elapsed }) => [title, ...timesOf(elapsed, 1)]),
  )
}

export function objectTable(figures: readonly ObjectFigure[]): string {
  return table(
    ['Express, node-cf', 'where', 'requests/s', 'spread', '× outside'],
    figures.map(({ title, place, requestsPerSecond }) => {
      const outside = figures.find((other) => other.title === title && other.place === 'outside')
      return [
        title,
        place === 'outside' ? 'in the Worker' : 'in a Durable Object',
        requestsPerSecond.median.toLocaleString('en', { maximumFractionDigits: 0 }),
        spreadOf(requestsPerSecond),
        (requestsPerSecond.median / (outside?.requestsPerSecond.median ?? NaN)).toFixed(2),
      ]
    }),
  )
}

export function r2Table(figures: readonly R2Figure[]): string {
  return table(
    ['R2', 'by', 'ms', 'spread', 'processor ms'],
    figures.map(({ what, size, way, elapsed, processor }) => [
      `${what} ${size.toLocaleString('en')} bytes`,
      r2Titles[way],
      elapsed.median.toFixed(2),
      spreadOf(elapsed),
      processor?.median.toFixed(2) ?? 'not measured',
    ]),
  )
}

export function r2MemoryTable(figures: readonly R2MemoryFigure[]): string {
  return table(
    ['R2, 100 MiB', 'by', 'in use, MB', 'process with garbage, MB'],
    figures.map(({ what, way, live, resident }) => [
      what,
      r2Titles[way],
      megabytes(live),
      megabytes(resident),
    ]),
  )
}

export function accessTable(figures: readonly AccessFigure[]): string {
  return table(
    ['Access, a token verified', 'on', 'µs', 'spread', 'processor µs'],
    figures.map(({ subject, runtime, elapsed, processor }) => [
      accessTitles[subject],
      runtime,
      elapsed.median.toFixed(1),
      spreadOf(elapsed),
      processor?.median.toFixed(1) ?? 'not measured',
    ]),
  )
}

export function verdictLine({ what, wanted, measured, isReached }: Verdict): string {
  return `  ${what}: target ${wanted}: ${isReached ? 'reached' : 'NOT reached'} (${measured})`
}

function ratio(result: ServerResult, reference: ServerResult | undefined): string {
  if (reference === undefined) return ''
  return (result.requestsPerSecond.median / reference.requestsPerSecond.median).toFixed(2)
}

function megabytes(bytes: number | undefined): string {
  return bytes === undefined ? 'not measured' : (bytes / 1e6).toFixed(1)
}

function timesOf({ median, minimum, maximum }: Summary, digits: number): string[] {
  return [median, minimum, maximum].map((time) => time.toFixed(digits))
}

function spreadOf({ spread }: Summary): string {
  return `${(spread * 100).toFixed(0)} %`
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  // Names to the left, figures to the right.
  const isName = head.map(
    (_, column) => !rows.some((row) => /^-?[\d.,]+( %)?$/.test(row[column] ?? '')),
  )
  const line = (cells: readonly string[]): string =>
    `| ${cells
      .map((cell, column) =>
        isName[column] ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join(' | ')} |`
  const rule = widths.map((width, column) =>
    isName[column] ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  )
  return [line(head), line(rule), ...rows.map(line)].join('\n')
}
