import { app } from './app.ts'

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void app.close())

await app.listen({ port: Number(process.env['PORT'] || 3000) })
