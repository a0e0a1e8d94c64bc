import type http from 'node:http'
import type https from 'node:https'

declare const required: { http: typeof http; https: typeof https }
export = required
