export {
  type AccessTestClaims,
  type AccessTestKey,
  type AccessTestTeam,
  type AccessTestTeamOptions,
  createAccessTestTeam,
} from './test-team.ts'
export { type AccessTestServer, fetchFrom, listen } from './test-server.ts'
