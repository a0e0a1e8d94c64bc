/** As much of Vite's configuration of an environment as concerns resolution. */
interface EnvironmentConfiguration {
  resolve?: { conditions?: string[]; mainFields?: string[] }
}

/** As much of a Vite plugin as is needed, so that nothing here depends on Vite. */
export interface ResolutionPlugin {
  name: string
  enforce: 'post'
  config(configuration: EnvironmentConfiguration): void
  configEnvironment(name: string, configuration: EnvironmentConfiguration): void
}

/**
 * A Vite plugin with which a Worker gets the builds of its dependencies that Node would load, and
 * not those for browsers. Cloudflare's plugins for Vite and Vitest ask for both, and configuration
 * alone can only add to their list of conditions.
 * @returns The plugin; put it after Cloudflare's
 */
export function nodeResolution(): ResolutionPlugin {
  return {
    name: 'node-cf:node-resolution',
    // Runs once Cloudflare's plugin has set the conditions.
    enforce: 'post',
    config: withoutBrowser,
    configEnvironment: (_name, configuration) => withoutBrowser(configuration),
  }
}

function withoutBrowser({ resolve }: EnvironmentConfiguration): void {
  // The environment of a page in the same project keeps what it has.
  if (resolve?.conditions?.includes('workerd') !== true) return
  resolve.conditions = resolve.conditions.filter((name) => name !== 'browser')
  if (resolve.mainFields !== undefined) {
    resolve.mainFields = resolve.mainFields.filter((name) => name !== 'browser')
  }
}
