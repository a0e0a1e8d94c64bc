import { describe, expect, it } from '@jest/globals'
import { readFences } from './fences.ts'

const markdown = (...lines: string[]) => lines.join('\n') + '\n'

describe('readFences', () => {
  it('finds ts fences only', () => {
    const fences = readFences(
      markdown('# T', '```ts', 'one', '```', '```sh', 'two', '```', '```', '```ts', 'three', '```'),
    )
    // The unlabelled fence stays open until its own closing marks.
    expect(fences.map(({ text, firstLine }) => [text, firstLine])).toEqual([['one', 3]])
  })

  it('puts the content of a with comment before the fence that follows', () => {
    const [first, second] = readFences(
      markdown(
        '<!-- with: import a',
        'import b -->',
        '',
        '```ts',
        'a(b)',
        '```',
        '```ts',
        'c',
        '```',
      ),
    )
    expect(first).toMatchObject({ text: 'import a\nimport b\na(b)', before: 2, firstLine: 5 })
    expect(second).toMatchObject({ text: 'c', before: 0, firstLine: 8 })
  })

  it('takes the name of a module from the first line of its fence', () => {
    const [named, unnamed] = readFences(
      markdown('```ts', '// src/worker.ts, Express', '```', '```ts', '// Then:', '```'),
    )
    expect(named?.name).toBe('src/worker.ts')
    expect(unnamed?.name).toBeUndefined()
  })

  it('reads hidden modules', () => {
    expect(readFences(markdown('<!-- file: app.ts', 'export {}', '-->', 'text'))).toEqual([
      { name: 'app.ts', text: 'export {}\n', firstLine: 2, before: 0, hidden: true },
    ])
  })

  it('does not look inside another fence', () => {
    expect(readFences(markdown('````md', '```ts', 'shown', '```', '````'))).toEqual([])
  })
})
