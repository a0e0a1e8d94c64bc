import { join } from 'node:path'
import express, { type ErrorRequestHandler, type Express } from 'express'
import { engine } from 'express-handlebars'
import hbs from 'hbs'

const folder = (name: string): string => join(process.cwd(), name)

/** Routes that every engine's site has. */
function site(): Express {
  const views = express()
  views.locals['site'] = 'Views & co'
  views.get('/', (_req, res) => {
    res.locals['greeting'] = 'Hi <there>'
    res.render('index', { title: 'Home', items: ['a', '<b>'] })
  })
  views.get('/user', (req, res) => {
    res.render('user', {
      user: req.query['name'] === undefined ? null : { name: req.query['name'] },
    })
  })
  views.get('/status', (_req, res) => {
    res.status(404).render('index', { title: 'Missing', items: [] })
  })
  views.get('/callback', (_req, res, next) => {
    res.render('index', { title: 'Called back', items: [], greeting: '' }, (error, html) => {
      if (error) next(error)
      else res.type('text').send(String(html.length > 0))
    })
  })
  views.get('/fails', (_req, res) => {
    res.render('fails', { data: {} })
  })
  views.get('/missing', (_req, res) => {
    res.render('no-such-view')
  })
  const onError: ErrorRequestHandler = (error: Error, _req, res, _next) => {
    res.status(500).json({ message: error.message.split('\n').at(-1) })
  }
  // Sub-apps have error middleware of their own.
  views.use(onError)
  return views
}

export const ejsSite = site()
// Its views are in ./views, where Express looks for them by itself.
ejsSite.set('view engine', 'ejs')

export const pugSite = site()
pugSite.set('views', folder('pug'))
pugSite.set('view engine', 'pug')

export const hbsSite = site()
hbs.registerPartials(folder('hbs/partials'))
hbs.registerHelper('upper', (text: string) => text.toUpperCase())
hbsSite.set('views', folder('hbs'))
hbsSite.set('view engine', 'hbs')

export const handlebarsEngine = engine({
  layoutsDir: folder('handlebars/layouts'),
  partialsDir: folder('handlebars/partials'),
  helpers: { upper: (text: string) => text.toUpperCase() },
})
export const handlebarsSite = site()
handlebarsSite.engine('handlebars', handlebarsEngine)
handlebarsSite.set('views', folder('handlebars'))
handlebarsSite.set('view engine', 'handlebars')

export const app = express()
app.use('/ejs', ejsSite)
app.use('/pug', pugSite)
app.use('/hbs', hbsSite)
app.use('/handlebars', handlebarsSite)
