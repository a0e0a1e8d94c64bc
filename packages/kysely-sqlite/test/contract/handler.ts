import { contractCases } from './cases.ts'
import { type ContractEnvironment, runCase } from './contract.ts'

/**
 * Answers `POST /<name of a case>` inside a Worker or an object: 204 where the case passes, else
 * 500 with what it threw.
 */
export async function runContract(
  request: Request,
  environment: ContractEnvironment,
): Promise<Response> {
  const name = decodeURIComponent(new URL(request.url).pathname.slice(1))
  const found = contractCases.find((contractCase) => contractCase.name === name)
  if (found === undefined) return new Response(`There is no case "${name}"`, { status: 404 })
  try {
    await runCase(found, environment)
    return new Response(null, { status: 204 })
  } catch (error) {
    return new Response(describeError(error), { status: 500 })
  }
}

function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause === undefined ? '' : `\ncaused by ${describeError(error.cause)}`
  return `${error.stack ?? error.message}${cause}`
}
