import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Migration, MigrationProvider } from 'kysely/migration'
import { SqlMigrationProvider } from './wrangler-migrations.ts'

/** Makes migrations of the `.sql` files in a folder, as `wrangler d1 migrations` does. */
export class SqlFolderMigrationProvider implements MigrationProvider {
  readonly #folder: string

  /** @param folder Path of the folder, `migrations` say */
  constructor(folder: string) {
    this.#folder = folder
  }

  async getMigrations(): Promise<Record<string, Migration>> {
    const entries = await readdir(this.#folder, { withFileTypes: true })
    const names = entries
      .filter(
        (entry) => entry.isFile() && entry.name.endsWith('.sql') && !entry.name.startsWith('.'),
      )
      .map(({ name }) => name)
    const texts = await Promise.all(
      names.map(async (name) => [name, await readFile(join(this.#folder, name), 'utf8')] as const),
    )
    return new SqlMigrationProvider(Object.fromEntries(texts)).getMigrations()
  }
}
