import { StoreError } from './errors.ts'

/** An element of an answer of the S3 API, which has either text or other elements in it. */
export interface XmlElement {
  readonly name: string
  readonly text: string
  readonly children: readonly XmlElement[]
}

/** The prolog; a tag, its name and whether it opens, closes or does both; or text. */
const TOKEN =
  /<\?xml\s[^<>]*\?>|<(?<close>\/?)(?<name>[A-Za-z][\w.:-]*)(?:\s+[\w.:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*(?<empty>\/?)>|(?<text>[^<]+)/y

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
}

/**
 * Reads an answer of the S3 API: elements and text. What else XML knows, such as entities of a
 * document's own, is refused and never resolved.
 * @param text The answer
 * @returns The outermost element
 * @throws {StoreError} `ERR_R2_FAILED`
 */
export function parseXml(text: string): XmlElement {
  const root = open('')
  const path = [root]
  const token = new RegExp(TOKEN)
  while (token.lastIndex < text.length) {
    const start = token.lastIndex
    const groups = token.exec(text)?.groups
    if (groups === undefined) throw malformed(text, start)
    const { close, name, empty, text: content } = groups
    const parent = path.at(-1)!
    if (content !== undefined) {
      parent.text += decode(content)
    } else if (close === '/') {
      if (parent.name !== name || path.length === 1) throw malformed(text, start)
      path.pop()
    } else if (name !== undefined) {
      const element = open(name)
      parent.children.push(element)
      if (empty !== '/') path.push(element)
    }
  }
  const [element] = root.children
  if (element === undefined || root.children.length > 1 || path.length > 1) {
    throw malformed(text, text.length)
  }
  return element
}

/** The text of an element's child of this name; an empty one where there is none. */
export function textOf(element: XmlElement, name: string): string {
  return element.children.find((child) => child.name === name)?.text ?? ''
}

/** Writes text so that it can stand in an element. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>]/g, (mark) => `&#${mark.charCodeAt(0)};`)
}

interface OpenElement {
  readonly name: string
  text: string
  readonly children: XmlElement[]
}

function open(name: string): OpenElement {
  return { name, text: '', children: [] }
}

function decode(text: string): string {
  return text.replace(/&([^;&]*);?/g, (reference, name: string) => {
    const entity = Object.hasOwn(ENTITIES, name) ? ENTITIES[name] : characterOf(name)
    if (entity === undefined) throw malformed(reference, 0)
    return entity
  })
}

/** What `#233` and `#xe9` stand for. */
function characterOf(name: string): string | undefined {
  const [, hexadecimal, decimal] = /^#(?:x([\da-f]{1,6})|(\d{1,7}))$/i.exec(name) ?? []
  const code = hexadecimal === undefined ? Number(decimal) : parseInt(hexadecimal, 16)
  return code <= 0x10ffff ? String.fromCodePoint(code) : undefined
}

function malformed(text: string, at: number): StoreError {
  return new StoreError(
    'ERR_R2_FAILED',
    `R2 answered with XML that cannot be read, at ${JSON.stringify(text.slice(at, at + 40))}.`,
  )
}
