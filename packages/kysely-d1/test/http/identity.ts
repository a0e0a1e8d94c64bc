/** Which database the test server has, and the token that it accepts. */
export const ACCOUNT = '0123456789abcdef0123456789abcdef'
export const DATABASE = '00000000-1111-2222-3333-444444444444'
export const TOKEN = 'v1.secret-token_of-the-tests'
