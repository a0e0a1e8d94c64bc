import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { SqliteError } from '@node-cf/kysely-sqlite'
import type { Driver } from 'kysely'
import type { D1DatabaseLike } from './binding.ts'
import { D1Dialect, type D1DialectOptions } from './dialect.ts'

export interface LocalD1DialectOptions extends Pick<D1DialectOptions, 'onQuery' | 'retry'> {
  /** The binding in wrangler's configuration; `DB` by default. */
  binding?: string
  /** Path of wrangler's configuration; by default the one that wrangler finds by itself. */
  configPath?: string
  /** The environment of wrangler's configuration; its top level by default. */
  environment?: string
  /** Where the data is, as in wrangler's `--persist-to`; `.wrangler/state` by default. */
  persistTo?: string
}

/**
 * Kysely's dialect for the database that `wrangler dev` has on this machine, used outside of a
 * Worker: by migrations and scripts on Node. wrangler, which has to be installed in the project,
 * runs from the first query until `db.destroy()`.
 */
export class LocalD1Dialect extends D1Dialect {
  readonly #start: () => Promise<void>

  /** @param options Which database; that of the binding `DB` by default */
  constructor(options: LocalD1DialectOptions = {}) {
    const { binding = 'DB', configPath, environment, persistTo, ...others } = options
    let platform: Platform | undefined
    super({
      ...others,
      database: () => platform?.env[binding] as D1DatabaseLike,
      onDestroy: () => platform?.dispose(),
    })
    this.#start = async () => {
      platform = await wranglerOf(configPath).getPlatformProxy({
        ...(configPath !== undefined && { configPath }),
        ...(environment !== undefined && { environment }),
        ...(persistTo !== undefined && { persist: { path: join(persistTo, 'v3') } }),
        remoteBindings: false,
      })
    }
  }

  override createDriver(): Driver {
    return Object.assign(super.createDriver(), { init: this.#start })
  }
}

/** The part of wrangler that is called here. */
interface Wrangler {
  getPlatformProxy(options: {
    configPath?: string
    environment?: string
    persist?: { path: string }
    remoteBindings: false
  }): Promise<Platform>
}

interface Platform {
  readonly env: Readonly<Record<string, unknown>>
  dispose(): Promise<void>
}

/**
 * The project's own wrangler. It is not imported, as tools that transpile what they import, such as
 * kysely-ctl, take more than a minute for it and then fail.
 */
function wranglerOf(configPath = 'wrangler.jsonc'): Wrangler {
  const project = resolve(configPath)
  try {
    return createRequire(project)('wrangler') as Wrangler
  } catch (cause) {
    throw new SqliteError(
      'ERR_SQLITE_ARGUMENT',
      `LocalD1Dialect needs wrangler, which does not load beside ${project}. Is it installed there?`,
      { cause },
    )
  }
}
