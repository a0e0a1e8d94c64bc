const { env } = process

// Written out, as wrangler puts "production" in the place of these words when it deploys.
const isProduction = process.env.NODE_ENV === 'production'

export const logLevel = env['LOG_LEVEL'] || 'info'

export const jwtSecret = env['JWT_SECRET'] || developmentSecret()

/** Options of Cloudflare Access for the routes of administrators; undefined where it is not configured. */
export const accessOptions = accessOf(env)

function accessOf({
  ACCESS_TEAM: team,
  ACCESS_AUDIENCE: audience,
  ACCESS_DEVELOPER: email,
}: NodeJS.ProcessEnv) {
  if (!team || !audience) return undefined
  // Lets the developer in without Access. In production the app does not start with it.
  return { team, audience, ...(email && { development: { email } }) }
}

function developmentSecret(): string {
  if (isProduction) {
    throw new Error(
      'JWT_SECRET is not set. Tokens are signed with it: give it a long random value.',
    )
  }
  console.warn(
    'JWT_SECRET is not set: tokens are signed with a value that anyone can read in config.ts.',
  )
  return 'for development only'
}
