const { env } = process

// Written out, as wrangler puts "production" in the place of these words when it deploys.
export const production = process.env.NODE_ENV === 'production'

export const sessionSecret = env.SESSION_SECRET || developmentSecret()

/** Options of Cloudflare Access for the admin pages; undefined where it is not configured. */
export const accessOptions =
  env.ACCESS_TEAM && env.ACCESS_AUDIENCE
    ? {
        team: env.ACCESS_TEAM,
        audience: env.ACCESS_AUDIENCE,
        // Lets the developer in without Access. In production the app does not start with it.
        ...(env.ACCESS_DEVELOPER && { development: { email: env.ACCESS_DEVELOPER } }),
      }
    : undefined

function developmentSecret() {
  if (production) {
    throw new Error(
      'SESSION_SECRET is not set. Sessions are signed with it: give it a long random value.',
    )
  }
  console.warn(
    'SESSION_SECRET is not set: sessions are signed with a value that anyone can read in config.js.',
  )
  return 'for development only'
}
