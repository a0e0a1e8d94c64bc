/** One module that a README shows, or hides in a comment for the sake of what it shows. */
export interface Fence {
  /** Path of the module, when the README gives one. */
  name: string | undefined
  text: string
  /** The README's line, from 1, of the first line after those put before it. */
  firstLine: number
  /** How many lines of `text` come from a `with` comment. */
  before: number
  hidden: boolean
}

/**
 * Finds the `ts` fences of a README, and the modules it hides in comments.
 *
 * @param markdown Text of the README
 * @returns Both, in order
 */
export function readFences(markdown: string): Fence[] {
  const lines = markdown.split('\n')
  const fences: Fence[] = []
  let before: string[] = []

  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? ''
    const [, marks, language] = /^\s*(`{3,})\s*(\w*)/.exec(line) ?? []
    const [, kind, start = ''] = /^<!-- (with|file): *(.*)$/.exec(line) ?? []

    if (marks !== undefined) {
      const code = linesUntil((text) => text.trim() === marks, index + 1)
      if (language === 'ts') {
        fences.push({
          name: /^\/\/ (\S+\.ts)\b/.exec(code[0] ?? '')?.[1],
          text: [...before, ...code].join('\n'),
          firstLine: index + 2,
          before: before.length,
          hidden: false,
        })
      }
      before = []
      index += code.length + 1
    } else if (kind !== undefined) {
      const comment = linesUntil((text) => text.includes('-->'), index)
      index += comment.length
      const last = (lines[index] ?? '').replace('-->', '').trimEnd()
      // On one line, that line is all there is.
      const content =
        comment.length === 0
          ? [start.replace('-->', '').trim()]
          : [start, ...comment.slice(1), last]
      if (kind === 'with') {
        before = content.filter((text) => text !== '')
      } else {
        const [name, ...code] = content
        fences.push({
          name,
          text: code.join('\n'),
          firstLine: index - comment.length + 2,
          before: 0,
          hidden: true,
        })
      }
    } else if (line.trim() !== '') {
      // Prose between the comment and a fence parts them.
      before = []
    }
  }
  return fences

  function linesUntil(ends: (line: string) => boolean, from: number): string[] {
    const found = lines.slice(from).findIndex((line) => ends(line))
    return found === -1 ? lines.slice(from) : lines.slice(from, from + found)
  }
}
