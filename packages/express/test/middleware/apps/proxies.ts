import express, { type Request } from 'express'

export const app = express()

const seen = (req: Request) => ({
  ip: req.ip,
  ips: req.ips,
  protocol: req.protocol,
  secure: req.secure,
  hostname: req.hostname,
  subdomains: req.subdomains,
  remoteAddress: req.socket.remoteAddress,
  encrypted: 'encrypted' in req.socket && req.socket.encrypted === true,
})

const settings: Record<string, unknown> = {
  none: false,
  all: true,
  one: 1,
  two: 2,
  loopback: 'loopback',
  networks: ['loopback', '10.0.0.0/8'],
  function: (address: string) => address === '127.0.0.1' || address.startsWith('fd00:'),
}
for (const [name, setting] of Object.entries(settings)) {
  const site = express()
  site.set('trust proxy', setting)
  site.get('/', (req, res) => {
    res.json(seen(req))
  })
  app.use(`/${name}`, site)
}
