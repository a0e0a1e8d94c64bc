// Loaded before an example on Node: the ports that the examples name may be taken here.
const net = require('node:net')

const listen = Reflect.get(net.Server.prototype, 'listen')
net.Server.prototype.listen = function (options, ...rest) {
  this.once('listening', () => process.stdout.write(`\nport ${this.address().port}\n`))
  return listen.call(this, { ...options, port: 0, host: '127.0.0.1' }, ...rest)
}
