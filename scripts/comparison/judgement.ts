/** Judges differences by what is listed of them. */
import { isDeepStrictEqual } from 'node:util'
import type { Differences } from './compare.ts'

/**
 * Where the bridge differs from Node because the platform leaves no other way, or because the design asks for
 * more than Node does. Each entry is exact: the test fails when the difference is another one, and when it is
 * gone. A bug of the bridge has no place here.
 */
export interface ListedDifference {
  /** The probe's whole name, or an expression for several. */
  readonly probe: string | RegExp
  /** What the bridge has, by path of the comparison (`status`, `headers.date`, `body.url`, `log`, …). */
  readonly bridge: Readonly<Record<string, unknown>>
  readonly because: string
}

/** How a probe came out: `same`; `listed`, different in exactly the way that is listed; `different`. */
type Verdict = 'same' | 'listed' | 'different'

/** Judges by one list. */
export interface Judge {
  /**
   * Judges the bridge's differences in one probe.
   * @param name The probe's whole name
   * @param differences The differences from Node
   */
  judge(name: string, differences: Differences): Verdict
  /**
   * Lists differences, a line for each path.
   * @param name The probe's whole name
   * @param differences Its differences from Node
   * @param width The longest value to show, in characters; 300 by default
   * @returns Lines of text
   */
  describe(name: string, differences: Differences, width?: number): string
  /** What is listed for none of these probes. */
  idle(names: readonly string[]): ListedDifference[]
}

/** Makes a judge of a list. */
export function judgeOf(list: readonly ListedDifference[]): Judge {
  const isFor = ({ probe }: ListedDifference, name: string): boolean =>
    typeof probe === 'string' ? probe === name : probe.test(name)
  const listedFor = (name: string): Readonly<Record<string, unknown>> =>
    Object.assign(
      {},
      ...list.filter((entry) => isFor(entry, name)).map(({ bridge }) => bridge),
    ) as Record<string, unknown>

  return {
    judge(name, differences) {
      const found = Object.fromEntries(
        Object.entries(differences).map(([path, { other }]) => [path, other]),
      )
      if (!isDeepStrictEqual(found, { ...listedFor(name) })) return 'different'
      return Object.keys(found).length === 0 ? 'same' : 'listed'
    },

    describe(name, differences, width = 300) {
      const shown = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, width)
      const listed = listedFor(name)
      const gone = Object.keys(listed).filter((path) => !(path in differences))
      return [
        name,
        ...Object.entries(differences).flatMap(([path, { node, other }]) => [
          `  ${path}`,
          `    Node   ${shown(node)}`,
          `    other  ${shown(other)}`,
          ...(path in listed && !isDeepStrictEqual(listed[path], other)
            ? [`    listed ${shown(listed[path])}`]
            : []),
        ]),
        ...gone.map((path) => `  ${path} is listed in differences.ts and does not differ`),
      ].join('\n')
    },

    idle(names) {
      return list.filter((entry) => !names.some((name) => isFor(entry, name)))
    },
  }
}
