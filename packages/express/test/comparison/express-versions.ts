/** The two versions of Express that every probe of an Express app runs on. */
import type { RequestListener } from 'node:http'
import express5 from 'express'
import express4 from 'express4'
import type { Definition, Exchange, Express, ProbeOptions, Recorder } from './probe.ts'

/** Makes an app with the version of Express that it is given. */
export type Build = (express: Express, record: Recorder) => RequestListener

/**
 * Defines a probe of an Express app, once a version.
 * @param name What is probed
 * @param exchange What the client does
 * @param build Makes the app
 * @param options How the probe departs from the usual
 * @returns Two probes
 */
export function bothVersions(
  name: string,
  exchange: Exchange,
  build: Build,
  options: ProbeOptions = {},
): Definition[] {
  const versions = { 'Express 5': express5, 'Express 4': express4 as unknown as Express }
  return Object.entries(versions).map(([version, express]) => ({
    name: `${version}: ${name}`,
    exchange,
    app: (record: Recorder) => build(express, record),
    ...options,
  }))
}
