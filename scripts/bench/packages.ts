import { judgeAccess, measureAccess } from './access.ts'
import { measureObject } from './object.ts'
import { judgeR2, judgeR2Memory, measureR2, measureR2Memory } from './r2.ts'
import {
  accessTable,
  objectTable,
  r2MemoryTable,
  r2Table,
  objectSqlTable,
  sqlTable,
} from './report.ts'
import { judgeSql, measureSql } from './sql.ts'
import { judgeObjectSql, measureObjectSql } from './sql-object.ts'
import type { Verdict } from './targets.ts'

/** What is measured of a package by itself. */
interface PackagePart {
  readonly name: string
  measure(rounds: number): Promise<{
    readonly figures: unknown
    readonly text: string
    readonly judged: readonly Verdict[]
  }>
}

export const packageParts: readonly PackagePart[] = [
  part('d1', measureSql, sqlTable, judgeSql),
  part('durable-object', measureObjectSql, objectSqlTable, judgeObjectSql),
  part('object', measureObject, objectTable, () => []),
  part('r2', measureR2, r2Table, judgeR2),
  part('r2-memory', measureR2Memory, r2MemoryTable, judgeR2Memory),
  part('access', measureAccess, accessTable, judgeAccess),
]

function part<Figures>(
  name: string,
  take: (rounds: number) => Promise<Figures>,
  toTable: (figures: Figures) => string,
  judge: (figures: Figures) => Verdict[],
): PackagePart {
  return {
    name,
    async measure(rounds) {
      const figures = await take(rounds)
      return { figures, text: toTable(figures), judged: judge(figures) }
    },
  }
}
