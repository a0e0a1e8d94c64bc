// How packages that are CommonJS modules get at it.
module.exports = { http: require('http'), https: require('node:https') }
