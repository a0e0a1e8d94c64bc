import util, { type DebugLogger } from 'node:util'

/**
 * Has `util.debuglog` print what `NODE_DEBUG` asks for, as on Node, and nothing else. The runtime's
 * own prints everything: avvio writes dozens of lines while an app starts, send six for a file.
 */
export function installDebugLog(): void {
  const { debuglog } = util
  util.debuglog = (section, callback) => {
    const log = isWanted(section) ? debuglog(section) : SILENT
    callback?.(log)
    return log
  }
}

const SILENT: DebugLogger = Object.assign(() => {}, { enabled: false })

/** Whether a list as `avvio,send*` names a section. */
function isWanted(section: string): boolean {
  const names = process.env['NODE_DEBUG']?.split(',') ?? []
  return names.some((name) => {
    const pattern = name
      .trim()
      .replaceAll(/[^\w*]/g, '\\$&')
      .replaceAll('*', '.*')
    return new RegExp(`^${pattern}$`, 'i').test(section)
  })
}
