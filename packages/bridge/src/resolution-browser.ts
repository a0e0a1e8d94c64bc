export { appWrapped, checkBundle } from './bundle-check.ts'
