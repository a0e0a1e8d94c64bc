// Prints, as Markdown, what becomes of every attack in each framework on each runtime.
import { subjects as express } from '../../../access-express/test/subjects.ts'
import { subjects as fastify } from '../../../access-fastify/test/subjects.ts'
import { startSubject } from '../contract/start.ts'
import { attackOn, isRefused } from './attack-on.ts'
import type { Attack } from './attack.ts'
import { attacks } from './attacks.ts'

/** Both versions of Express share a column, in which both stand where they differ. */
const columns = new Map<string, Map<Attack, Set<string>>>()
let failed = 0
for (const kind of [...express, ...fastify]) {
  const title = `${kind.framework.split(' ')[0]}, ${kind.runtime}`
  const column = columns.get(title) ?? new Map<Attack, Set<string>>()
  columns.set(title, column)
  await using subject = await startSubject(kind)
  for (const attack of Object.values(attacks).flat()) {
    const outcome = await attackOn(subject, attack)
    const { status, handler } = outcome.answer
    if (!isRefused(attack, outcome)) failed += 1
    const shown = column.get(attack) ?? new Set()
    column.set(attack, shown.add(handler === undefined ? String(status) : `**${handler}**`))
  }
}

/** Markdown would read some of them in its own way. */
const shown = (name: string): string => (/__|[/\\%]/.test(name) ? `\`${name}\`` : name)
const row = (cells: readonly string[]): void => console.log(`| ${cells.join(' | ')} |`)
const head = ['attack', 'expected', ...columns.keys()]
row(head)
row(head.map(() => '---'))
for (const [group, list] of Object.entries(attacks)) {
  row([`**${group}**`, ...head.slice(1).map(() => '')])
  for (const attack of list) {
    const cells = [...columns.values()].map((column) => [...(column.get(attack) ?? [])].join(' '))
    row([shown(attack.name), `\`${attack.code}\``, ...cells])
  }
}
const count = Object.values(attacks).flat().length
console.log(`\n${count} attacks, ${failed} times not refused as expected`)
process.exitCode = failed === 0 ? 0 : 1
