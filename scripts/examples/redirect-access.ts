// Loaded into the app's process on Node: the test's key server stands in for Cloudflare's.
const { fetch } = globalThis

globalThis.fetch = (input, init) => {
  const url = new URL(input instanceof Request ? input.url : input)
  return url.host === 'example.cloudflareaccess.com'
    ? fetch(`${process.env.ACCESS_KEY_SERVER}${url.pathname}`, init)
    : fetch(input, init)
}
