/** Whether this is Cloudflare's runtime: on Node an app needs nothing of what is done for it there. */
export const isWorkers: boolean = globalThis.navigator?.userAgent === 'Cloudflare-Workers'
