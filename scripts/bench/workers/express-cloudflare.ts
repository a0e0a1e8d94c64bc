import { httpServerHandler } from 'cloudflare:node'
import { app } from './express-app.ts'

app.listen(3000)
export default httpServerHandler({ port: 3000 })
