export const production = process.env.NODE_ENV === 'production'

export const sessionSecret = process.env.SESSION_SECRET || developmentSecret()

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
