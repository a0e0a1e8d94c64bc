import { toWorker, warmViews } from '@node-cf/express'
import ejs from 'ejs'
import { app } from './app.js'

// A Worker may generate code while it starts and never afterwards, so the views are compiled here.
await warmViews(app, { engines: { ejs } })

export default toWorker(app)
