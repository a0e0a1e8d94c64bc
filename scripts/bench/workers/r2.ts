import { R2Store, serveR2 } from '../../../packages/r2/src/index.ts'

// One bucket: by its binding alone, and by the store.

/** The part of a binding that the bare handler calls. */
interface Bucket {
  get(key: string): Promise<{ body: ReadableStream; httpEtag: string } | null>
  put(key: string, body: ReadableStream): Promise<unknown>
}

interface Env {
  readonly BUCKET: ConstructorParameters<typeof R2Store>[0]['bucket'] & Bucket
}

let store: R2Store | undefined
let serve: ((request: Request) => Promise<Response>) | undefined

export default {
  async fetch(request: Request, { BUCKET }: Env): Promise<Response> {
    store ??= new R2Store({ bucket: BUCKET, publicUrl: '/ours/', allowOverwrite: true })
    serve ??= serveR2(store)
    const { method, url, headers } = request
    const [, , , by = '', key = ''] = url.split('/')
    const body = request.body!
    switch (`${method} ${by}`) {
      case 'GET bare':
        return await serveBare(BUCKET, key)
      case 'GET ours':
        return await serve(request)
      case 'POST bare':
        await BUCKET.put(key, body)
        break
      case 'POST ours':
        await store.save(key, body, { size: Number(headers.get('content-length')) })
        break
      case 'POST parts':
        // As if nobody knew how long the body is, and the name must be a new one.
        await store.delete(await store.save(key, body, { allowOverwrite: false }))
        break
      default:
        return new Response('Not Found', { status: 404 })
    }
    return new Response('saved')
  },
}

async function serveBare(bucket: Bucket, key: string): Promise<Response> {
  const object = await bucket.get(key)
  if (object === null) return new Response('Not Found', { status: 404 })
  return new Response(object.body, { headers: { etag: object.httpEtag } })
}
