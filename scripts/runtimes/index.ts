/** Runs one app on Node and in workerd, and the same tests against both. */
export { type Answer, CookieJar, open, type RequestOptions, send } from './client.ts'
export { onEachRuntime, type Server } from './each-runtime.ts'
export { type App } from './start.ts'
export { encodeForm, formFile, type FormPart } from './forms.ts'
