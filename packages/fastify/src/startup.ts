import { isWorkers } from './platform.ts'
import { installBootWatch } from './startup/boot.ts'
import { installCodeGeneration } from './startup/code-generation.ts'
import { installDebugLog } from './startup/debug-log.ts'
import { installEventLoop } from './startup/event-loop.ts'
import { installFileNames } from './startup/file-names.ts'
import { installKeyOptions } from './startup/key-options.ts'
import { installLog } from './startup/log.ts'
import { installMadeResponses } from './startup/made-responses.ts'
import { installModuleRandom } from './startup/module-random.ts'
import { installNetwork } from './startup/network.ts'
import { installReadStreams } from './startup/read-streams.ts'
import { installTransports } from './startup/transports.ts'

// Runs before Fastify loads, when this package is imported first.
if (isWorkers) {
  installDebugLog()
  installLog()
  installTransports()
  installCodeGeneration()
  installBootWatch()
  installMadeResponses()
  installNetwork()
  installModuleRandom()
  installKeyOptions()
  installEventLoop()
  installFileNames()
  installReadStreams()
}
