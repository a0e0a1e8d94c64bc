import { batchCases } from './batch.ts'
import { setOperationCases, subqueryCases, withCases } from './combine.ts'
import type { ContractCase } from './contract.ts'
import { errorCases, limitCases } from './errors.ts'
import { aggregateCases, caseCases, groupCases } from './group.ts'
import { inListCases } from './in-list.ts'
import { countCases, deleteCases, insertCases, updateCases } from './insert.ts'
import { insertManyCases } from './insert-many.ts'
import { introspectionCases } from './introspection.ts'
import { joinCases } from './join.ts'
import { jsonCases } from './json.ts'
import { migratorCases, scriptCases, sqlMigrationCases, wranglerCases } from './migrations.ts'
import { abortCases, eventCases, logCases } from './observation.ts'
import { pluginCases } from './plugins.ts'
import { rawCases } from './raw.ts'
import {
  alterTableCases,
  createTableCases,
  dropCases,
  indexCases,
  otherSchemaCases,
  viewCases,
} from './schema.ts'
import { orderCases, selectCases } from './select.ts'
import { streamingCases } from './streaming.ts'
import { transactionCases } from './transactions.ts'
import { typeCases } from './types.ts'
import { whereCases } from './where.ts'

/** All cases of the contract. */
export const contractCases: readonly ContractCase[] = [
  ...selectCases,
  ...orderCases,
  ...whereCases,
  ...joinCases,
  ...groupCases,
  ...aggregateCases,
  ...caseCases,
  ...setOperationCases,
  ...subqueryCases,
  ...withCases,
  ...insertCases,
  ...updateCases,
  ...deleteCases,
  ...countCases,
  ...rawCases,
  ...jsonCases,
  ...typeCases,
  ...inListCases,
  ...insertManyCases,
  ...batchCases,
  ...errorCases,
  ...limitCases,
  ...createTableCases,
  ...alterTableCases,
  ...dropCases,
  ...indexCases,
  ...viewCases,
  ...otherSchemaCases,
  ...introspectionCases,
  ...migratorCases,
  ...sqlMigrationCases,
  ...wranglerCases,
  ...scriptCases,
  ...pluginCases,
  ...eventCases,
  ...logCases,
  ...abortCases,
  ...streamingCases,
  ...transactionCases,
]
