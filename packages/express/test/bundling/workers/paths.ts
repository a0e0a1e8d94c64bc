import { toWorker } from '@node-cf/express'
import express from 'express'
import express4 from 'express4'
import fs from 'node:fs'
import path from 'node:path'
import commonJs from './paths.cjs'

type Call = [name: 'resolve' | 'relative', values: string[]]

const app = express()
app.post('/call', express.json(), (request, response) => {
  const [name, values] = request.body as Call
  try {
    response.json({ result: Reflect.apply(path[name], path, values) as string })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    response.json({ code, message })
  }
})
app.get('/', (_request, response) => {
  process.chdir('/tmp')
  const inTemporaryFolder = path.resolve('file')
  process.chdir('/bundle')
  response.json({
    dirname: commonJs.dirname,
    filename: commonJs.filename,
    isFile: fs.statSync(commonJs.filename).isFile(),
    isSamePath: commonJs.path === path,
    isPosix: path.posix.resolve === path.resolve,
    views: [app.get('views') as string, express4().get('views') as string],
    inTemporaryFolder,
  })
})
app.use(express.static('public'))
app.set('view engine', 'text')
app.engine('text', (file, _options, callback) => callback(null, fs.readFileSync(file, 'utf8')))
app.get('/rendered', (_request, response) => response.render('page'))

export default toWorker(app)
