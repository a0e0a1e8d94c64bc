/** The tables that each tenant has. */
import type { Generated } from 'kysely'
import type { Migration } from 'kysely/migration'

export interface Database {
  notebook: NotebookTable
  note: NoteTable
}

interface NotebookTable {
  id: Generated<number>
  name: string
  /** How many notes it may have. */
  capacity: number
  /** How many it has: always as many as there are rows in `note`. */
  notes: Generated<number>
}

interface NoteTable {
  id: Generated<number>
  notebook: number
  text: string
}

/** Carried out in the order of their names, each once in each tenant's database. */
export const migrations: Record<string, Migration> = {
  '001_notebooks': {
    async up(db) {
      await db.schema
        .createTable('notebook')
        .addColumn('id', 'integer', (column) => column.primaryKey())
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('capacity', 'integer', (column) => column.notNull())
        .addColumn('notes', 'integer', (column) => column.notNull().defaultTo(0))
        .execute()
    },
  },
  '002_notes': {
    async up(db) {
      await db.schema
        .createTable('note')
        .addColumn('id', 'integer', (column) => column.primaryKey())
        .addColumn('notebook', 'integer', (column) => column.notNull().references('notebook.id'))
        .addColumn('text', 'text', (column) => column.notNull())
        .execute()
      await db.schema.createIndex('note_notebook').on('note').column('notebook').execute()
    },
  },
}
