import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import multipart, { ajvFilePlugin, type MultipartFile } from '@fastify/multipart'
import fastify from 'fastify'

export const app = fastify({ ajv: { plugins: [ajvFilePlugin] } })

async function described({ fieldname, filename, mimetype, file }: MultipartFile) {
  const hash = createHash('sha256')
  let size = 0
  await pipeline(file, async function (chunks) {
    for await (const chunk of chunks as AsyncIterable<Buffer>) {
      size += chunk.length
      hash.update(chunk)
    }
  })
  return { fieldname, filename, mimetype, size, isCut: file.truncated, hash: hash.digest('hex') }
}

app.register(
  async (scope) => {
    await scope.register(multipart)

    scope.post('/buffer', async (request) => {
      const file = await request.file()
      const buffer = await file?.toBuffer()
      return { name: file?.filename, size: buffer?.length, isBuffer: Buffer.isBuffer(buffer) }
    })
    scope.post('/stream', async (request) => {
      const file = await request.file()
      return file && described(file)
    })
    scope.post('/files', async (request) => {
      const files: unknown[] = []
      for await (const file of request.files()) files.push(await described(file))
      return files
    })
    scope.post('/parts', async (request) => {
      const parts: unknown[] = []
      for await (const part of request.parts()) {
        parts.push(part.type === 'file' ? await described(part) : [part.fieldname, part.value])
      }
      return parts
    })
    scope.post('/late', async (request) => {
      const file = await request.file()
      await new Promise((resolve) => setTimeout(resolve, 20))
      return file && described(file)
    })
    scope.post('/echo', async (request, reply) => {
      const file = await request.file()
      return reply.type(file?.mimetype ?? '').send(file?.file)
    })
    scope.post('/unread', async () => 'not looked at')
    scope.post('/saved', async (request) => {
      const { files } = await request.saveRequestFiles()
      return Promise.all(
        files.map(async ({ filepath, filename }) => {
          const hash = createHash('sha256')
          await pipeline(createReadStream(filepath), hash)
          return { filename, isThere: existsSync(filepath), hash: hash.digest('hex') }
        }),
      )
    })
    scope.post('/saved-and-cleaned', async (request) => {
      const { files } = await request.saveRequestFiles()
      await request.cleanRequestFiles()
      return files.map(({ filepath }) => existsSync(filepath))
    })
    scope.post('/watched', async (request) => {
      request.raw.once('data', () => console.log('upload has begun'))
      try {
        return await (await request.file())?.toBuffer()
      } catch (error) {
        console.log(`upload failed: ${(error as { code?: string }).code}`)
        throw error
      }
    })
  },
  { prefix: '/plain' },
)

app.register(
  async (scope) => {
    await scope.register(multipart, {
      limits: { fileSize: 1000, files: 2, fields: 2, fieldSize: 20, fieldNameSize: 10, parts: 3 },
    })
    scope.post('/', async (request) => {
      const parts: unknown[] = []
      for await (const part of request.parts()) {
        if (part.type === 'file') parts.push((await part.toBuffer()).length)
        else parts.push([part.fieldname, part.value, part.valueTruncated])
      }
      return parts
    })
    scope.post('/cut', async (request) => {
      const file = await request.file({ throwFileSizeLimit: false })
      return file && described(file)
    })
    scope.post('/saved', async (request) => (await request.saveRequestFiles()).files.length)
  },
  { prefix: '/limited' },
)

app.register(
  async (scope) => {
    await scope.register(multipart, { attachFieldsToBody: true, sharedSchemaId: 'MultipartFile' })
    scope.post<{ Body: Record<string, { value: unknown }> & { file?: MultipartFile } }>(
      '/',
      async ({ body }) => ({
        title: body['title']?.value,
        file: (await body.file?.toBuffer())?.toString(),
      }),
    )
    scope.post<{ Body: { file: { filename: string } } }>(
      '/checked',
      {
        schema: {
          body: {
            type: 'object',
            required: ['file', 'title'],
            properties: {
              file: { isFile: true },
              title: { type: 'object', properties: { value: { type: 'string', minLength: 3 } } },
            },
          },
        },
      },
      async ({ body }) => body.file.filename,
    )
    scope.post('/form-data', async (request) => {
      const form = await request.formData()
      const file = form.get('file') as File
      return [form.get('title'), file.name, await file.text()]
    })
  },
  { prefix: '/attached' },
)

app.register(
  async (scope) => {
    await scope.register(multipart, { attachFieldsToBody: 'keyValues' })
    scope.post<{ Body: Record<string, unknown> }>('/', async ({ body }) =>
      Object.fromEntries(
        Object.entries(body).map(([name, value]) => [
          name,
          Buffer.isBuffer(value) ? `buffer of ${value.length}` : value,
        ]),
      ),
    )
  },
  { prefix: '/values' },
)
