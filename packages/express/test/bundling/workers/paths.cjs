// What a CommonJS module of an app sees.
const path = require('path')

module.exports = { dirname: __dirname, filename: __filename, path }
