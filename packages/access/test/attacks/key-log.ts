// Prints, as Markdown, how often the keys are asked for: at the start, under forged key ids, after
// a rotation and in an outage.
import { setTimeout as delay } from 'node:timers/promises'
import { subjects as express } from '../../../access-express/test/subjects.ts'
import { subjects as fastify } from '../../../access-fastify/test/subjects.ts'
import { Forge } from '../contract/forge.ts'
import { startSubject } from '../contract/start.ts'
import type { Subject } from '../contract/subject.ts'
import type { Variant } from '../contract/variants.ts'
import type { World } from '../contract/world.ts'

interface Scenario {
  readonly name: string
  readonly team: keyof World['teams']
  readonly app: Variant
  /** Sends the tokens, and returns how many. */
  readonly run: (visit: (tokens: string[]) => Promise<void>, world: World) => Promise<number>
}

const forged = ({ teams }: World, count: number): string[] => {
  const forge = new Forge(teams.forged)
  return Array.from({ length: count }, (_, index) => forge.byAttacker({ kid: `forged-${index}` }))
}

const scenarios: readonly Scenario[] = [
  {
    name: '50 first requests at once',
    team: 'forged',
    app: 'forged',
    async run(visit, { teams }) {
      await visit(Array<string>(50).fill(await teams.forged.token()))
      return 50
    },
  },
  {
    name: '1,000 forged key ids, cool-down 30 s',
    team: 'forged',
    app: 'forged',
    async run(visit, world) {
      const tokens = forged(world, 1000)
      for (let index = 0; index < 1000; index += 50) await visit(tokens.slice(index, index + 50))
      return 1000
    },
  },
  {
    name: 'forged key ids for 2 s, cool-down 0.25 s',
    team: 'forged',
    app: 'forgedOften',
    async run(visit, world) {
      let count = 0
      for (const end = Date.now() + 2000; Date.now() < end; count += 20) {
        await visit(forged(world, 20))
      }
      return count
    },
  },
  {
    name: 'a rotation: 20 tokens by the old key, 20 by the new one',
    team: 'rotation',
    app: 'rotation',
    async run(visit, { teams }) {
      const old = await teams.rotation.token()
      await visit([old])
      teams.rotation.requests.length = 0
      await teams.rotation.rotate()
      await delay(60)
      await visit(Array<string>(20).fill(old))
      await visit(Array<string>(20).fill(await teams.rotation.token()))
      return 40
    },
  },
  {
    name: '2 s of an outage, keys known, cool-down 0.05 s',
    team: 'outage',
    app: 'outage',
    async run(visit, { teams }) {
      const token = await teams.outage.token()
      await visit([token])
      teams.outage.requests.length = 0
      teams.outage.answerWith(() => new Response('down', { status: 502 }))
      let count = 0
      for (const end = Date.now() + 2000; Date.now() < end; count += 20) {
        await visit(Array<string>(20).fill(token))
      }
      return count
    },
  },
]

async function measure(subject: Subject): Promise<string[]> {
  const { send, world } = subject
  const cells = []
  for (const { team, app, run } of scenarios) {
    const { requests } = world.teams[team]
    requests.length = 0
    const outcomes = new Set<number>()
    const count = await run(async (tokens) => {
      const answers = tokens.map(async (token) =>
        send({ path: '/admin', headers: [['cf-access-jwt-assertion', token]] }, app),
      )
      for (const { status } of await Promise.all(answers)) outcomes.add(status)
    }, world)
    cells.push(`${count} answered ${[...outcomes].join(', ')}: ${requests.length}`)
  }
  return cells
}

const kinds = [...express, ...fastify].filter(({ framework }) => framework !== 'Express 4')
const columns = []
for (const kind of kinds) {
  await using subject = await startSubject(kind)
  columns.push(await measure(subject))
}
const head = ['', ...kinds.map(({ framework, runtime }) => `${framework}, ${runtime}`)]
console.log(`| ${head.join(' | ')} |\n| ${head.map(() => '---').join(' | ')} |`)
for (const [index, { name }] of scenarios.entries()) {
  console.log(`| ${[name, ...columns.map((column) => column[index])].join(' | ')} |`)
}
