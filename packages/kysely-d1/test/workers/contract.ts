import { D1Dialect } from '@node-cf/kysely-d1'
import type { D1Database } from '@cloudflare/workers-types'
import { Kysely } from 'kysely'
import type {
  ContractEnvironment,
  DbConfig,
} from '../../../kysely-sqlite/test/contract/contract.ts'
import { runContract } from '../../../kysely-sqlite/test/contract/handler.ts'

export default {
  async fetch(request: Request, { DB }: { DB: D1Database }): Promise<Response> {
    // As on the platform, there are tables of its own then, about which nothing may be asked.
    await DB.withSession().prepare('select 1').run()
    return runContract(request, environment(DB))
  },
}

function environment(database: D1Database): ContractEnvironment {
  return {
    features: [],
    createDb({ onQuery, ...config }: DbConfig = {}) {
      const dialect = new D1Dialect({ database, ...(onQuery === undefined ? {} : { onQuery }) })
      return new Kysely({ dialect, ...config })
    },
  }
}
