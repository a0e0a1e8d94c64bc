import { runAll } from './cases.ts'

process.stdout.write(JSON.stringify(await runAll()))
