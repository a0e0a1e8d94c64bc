import {
  type CompiledQuery,
  DeleteQueryNode,
  InsertQueryNode,
  RawNode,
  type RootOperationNode,
  SelectQueryNode,
  UpdateQueryNode,
} from 'kysely'
import { tokensOf } from './sql-text.ts'

/** What kind of statement a query is, as far as it matters to what it returns. */
export interface Statement {
  /** `other` is what neither reads nor has counts: schema changes, pragmas. */
  readonly kind: 'read' | 'insert' | 'update' | 'delete' | 'other'
  /** The table that an insert writes into. */
  readonly table?: string
  /** Whether an insert may update a row in place of inserting one. */
  readonly isUpsert?: boolean
  /** Whether a statement that writes returns rows. */
  readonly isReturning?: boolean
}

const READ: Statement = { kind: 'read' }
const OTHER: Statement = { kind: 'other' }

/**
 * Tells what kind of statement a query is: by its nodes where a builder made it, else by its text.
 *
 * @param query The compiled query
 * @returns The kind of the statement
 */
export function statementOf(query: CompiledQuery): Statement {
  const node = query.query as RootOperationNode & { explain?: unknown }
  if (node.explain !== undefined || SelectQueryNode.is(node)) return READ
  if (UpdateQueryNode.is(node)) return { kind: 'update', isReturning: !!node.returning }
  if (DeleteQueryNode.is(node)) return { kind: 'delete', isReturning: !!node.returning }
  if (InsertQueryNode.is(node) && node.into !== undefined) {
    return {
      kind: 'insert',
      table: node.into.table.identifier.name,
      isUpsert: !!node.onConflict?.updates,
      isReturning: !!node.returning,
    }
  }
  return RawNode.is(node) ? statementOfText(query.sql) : OTHER
}

/** Pragmas that only tell something; others may change how later statements work. */
const READING_PRAGMA =
  /^(?:(?:table|index|foreign_key)_x?(?:info|list|check)|(?:quick|integrity)_check)$/

/**
 * Tells what kind of statement SQL text is.
 *
 * @param sql One statement
 * @returns The kind of the statement
 */
export function statementOfText(sql: string): Statement {
  const tokens = Array.from(topLevelTokens(sql))
  const words = tokens.map((text) => text.toLowerCase())
  const start = words[0] === 'with' ? words.findIndex(isVerb) : 0
  const isReturning = words.includes('returning')
  switch (words[start]) {
    case 'select':
    case 'values':
    case 'explain':
      return READ
    case 'update':
    case 'delete':
      return { kind: words[start], isReturning }
    case 'insert':
    case 'replace': {
      let name = words.indexOf('into') + 1
      if (words[name + 1] === '.') name += 2
      const isUpsert = words.some((word, index) => word === 'do' && words[index + 1] === 'update')
      return { kind: 'insert', table: unquoted(tokens[name] ?? ''), isUpsert, isReturning }
    }
    case 'pragma':
      return READING_PRAGMA.test(words[words[2] === '.' ? 3 : 1] ?? '') ? READ : OTHER
    case undefined:
    default:
      return OTHER
  }
}

const VERBS = new Set(['select', 'values', 'update', 'delete', 'insert', 'replace'])

/** What follows `with` are names before an `as` and, in parentheses, queries. */
function isVerb(word: string, index: number, words: readonly string[]): boolean {
  return VERBS.has(word) && words[index + 1] !== 'as'
}

/** The texts of the tokens that stand in no parentheses. */
function* topLevelTokens(sql: string): Generator<string> {
  let depth = 0
  for (const { text } of tokensOf(sql)) {
    if (text === ')') depth -= 1
    if (depth === 0 && text !== ')') yield text
    if (text === '(') depth += 1
  }
}

function unquoted(name: string): string {
  const [quote = ''] = name
  if (quote === '[') return name.slice(1, -1)
  if (!`'"\``.includes(quote)) return name
  return name.slice(1, -1).replaceAll(quote + quote, quote)
}
