import { AccessError } from './errors.ts'
import { type AccessIdentity, subjectOf } from './identity.ts'

/**
 * Finds or creates the app's own user, and puts it where the app looks for it.
 * @param identity Who the request comes from
 * @param request The framework's request
 * @returns The user; a request whose identity has none is refused with 403
 */
export type Provision<Request, Custom> = (
  identity: AccessIdentity<Custom>,
  request: Request,
) => unknown

/** Who was provisioned by what in a request, should several guards share a hook. */
const provisioned = new WeakMap<object, Map<unknown, string>>()

/**
 * Calls the hook, once per identity and request.
 * @param provision The hook
 * @param identity Who the request comes from
 * @param request The request
 * @throws {AccessError} `ERR_ACCESS_FORBIDDEN` where the hook has no user to return; what the hook
 *   throws
 */
export async function provisionOnce<Request extends object, Custom>(
  provision: Provision<Request, Custom>,
  identity: AccessIdentity<Custom>,
  request: Request,
): Promise<void> {
  const subjects = provisioned.get(request) ?? new Map<unknown, string>()
  const subject = subjectOf(identity)
  if (subjects.get(provision) === subject) return
  if (!(await userOf(provision, identity, request))) {
    throw new AccessError(
      'ERR_ACCESS_FORBIDDEN',
      'Cloudflare Access knows you, and this application has no user for you.',
    )
  }
  provisioned.set(request, subjects.set(provision, subject))
}

/** What is thrown has to be an error: frameworks take `next(undefined)` for a yes. */
async function userOf<Request, Custom>(
  provision: Provision<Request, Custom>,
  identity: AccessIdentity<Custom>,
  request: Request,
): Promise<unknown> {
  try {
    return await provision(identity, request)
  } catch (error) {
    if (typeof error === 'object' && error !== null) throw error
    throw new Error('provision threw something that is no error.', { cause: error })
  }
}
