import { DurableObjectDialect } from '@node-cf/kysely-do'
import { DurableObject } from 'cloudflare:workers'
import { Kysely } from 'kysely'
import type {
  ContractEnvironment,
  DbConfig,
} from '../../../kysely-sqlite/test/contract/contract.ts'
import { runContract } from '../../../kysely-sqlite/test/contract/handler.ts'
import type { ObjectNamespace } from './namespace.ts'

/** Runs the contract inside of a real object. */
export class ContractObject extends DurableObject {
  fetch(request: Request): Promise<Response> {
    const { storage } = this.ctx
    const environment: ContractEnvironment = {
      features: ['streaming', 'transactions'],
      createDb({ onQuery, ...config }: DbConfig = {}) {
        const dialect = new DurableObjectDialect({
          storage,
          ...(onQuery === undefined ? {} : { onQuery }),
        })
        return new Kysely({ dialect, ...config })
      },
    }
    return runContract(request, environment)
  }
}

export default {
  fetch: (request: Request, { OBJECT }: { OBJECT: ObjectNamespace }): Promise<Response> =>
    OBJECT.getByName('contract').fetch(request),
}
