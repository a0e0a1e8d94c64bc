import { createReadStream, statSync } from 'node:fs'
import { join } from 'node:path'
import express from 'express'
import serveStatic from 'serve-static'

export const app = express()

const root = join(process.cwd(), 'public')
app.use('/static', express.static(root))
app.use('/relative', express.static('public'))
app.use('/strict', express.static(root, { fallthrough: false, dotfiles: 'deny', redirect: false }))
app.use(
  '/serve',
  serveStatic(root, {
    extensions: ['html', 'txt'],
    index: ['missing.html', 'home.txt', 'index.html'],
    dotfiles: 'allow',
    maxAge: '1d',
    immutable: true,
    etag: false,
    lastModified: false,
    acceptRanges: false,
    setHeaders: (res, path) => {
      if (path.endsWith('.txt')) res.setHeader('X-Text', 'yes')
    },
  }),
)

app.get('/send', (_req, res) => {
  res.sendFile(join(root, 'page.html'))
})
app.use('/send-in', (req, res, next) => {
  const path = decodeURIComponent(req.path.slice(1))
  res.sendFile(path, { root, maxAge: 60_000, headers: { 'X-Sent': 'yes' } }, (error) => {
    console.log(`sent ${path} ${error === undefined ? 'well' : error.message}`)
    if (error && !res.headersSent) next(error)
  })
})
app.get('/send-relative', (_req, res) => {
  res.sendFile('page.html')
})
app.get('/download', (_req, res) => {
  res.download('public/numbers.txt')
})
app.get('/download-as', (req, res) => {
  res.download(join(root, 'numbers.txt'), req.query['name'] as string)
})
app.get('/download-missing', (_req, res, next) => {
  res.download(join(root, 'nothing.txt'), (error) => next(error))
})
app.get('/attachment', (_req, res) => {
  res.attachment('report.csv').send('a,b\n')
})
app.get('/piped', (_req, res) => {
  res.set('Content-Length', String(statSync('public/big.bin').size))
  createReadStream('public/big.bin').pipe(res)
})
app.get('/range', (req, res) => {
  res.json({ ranges: req.range(100), combined: req.range(100, { combine: true }) })
})
