const TOKEN = "[!#$%&'*+.^_`|~\\w-]+"
const PARAMETER = `${TOKEN}=(?:${TOKEN}|"(?:[^"\\\\\\x00-\\x08\\x0a-\\x1f\\x7f-\\uffff]|\\\\[\\t -~])*")`
const MEDIA_TYPE = new RegExp(
  `^(?<essence>${TOKEN}/${TOKEN})[ \\t]*(?:;[ \\t]*(?:${PARAMETER}[ \\t]*)?)*$`,
)

/**
 * Reads a media type (RFC 9110 §8.3.1).
 * @param text `text/plain; charset=utf-8`
 * @returns `text/plain`, in lower case; undefined for what is no media type
 */
export function essenceOf(text: string): string | undefined {
  return MEDIA_TYPE.exec(text)?.groups?.['essence']?.toLowerCase()
}

/** Types that browsers show without running anything that stands in them. */
const PASSIVE =
  /^(?!.*xml)(?:(?:audio|font|image|video)\/.+|text\/(?:plain|css|csv|markdown|vtt)|application\/(?:json|pdf))$/

/**
 * Tells whether a browser may run what stands in a file: scripts in HTML, SVG or XML. Types that
 * are not known to be passive count as active.
 * @param essence The media type, in lower case and without parameters
 */
export function isActive(essence: string): boolean {
  return !PASSIVE.test(essence)
}
