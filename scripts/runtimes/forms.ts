/** A field of a form: its name, and a text or a file. */
export type FormPart = [name: string, value: string | File]

/**
 * Encodes a form as browsers do, by the platform's own FormData.
 * @param parts The fields, in order
 * @returns The headers and the body of a request
 */
export async function encodeForm(
  parts: FormPart[],
): Promise<{ headers: Record<string, string>; body: Uint8Array }> {
  const form = new FormData()
  for (const [name, value] of parts) {
    if (typeof value === 'string') form.append(name, value)
    else form.append(name, value)
  }
  const encoded = new Response(form)
  return {
    headers: { 'content-type': encoded.headers.get('content-type') ?? '' },
    body: await encoded.bytes(),
  }
}

/** Makes a file of text or bytes. */
export function formFile(name: string, bytes: Uint8Array | string, type = 'image/png'): File {
  return new File([typeof bytes === 'string' ? bytes : new Uint8Array(bytes)], name, { type })
}
