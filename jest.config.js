// Jest 30 strips the types of .ts files itself; it has to run with --experimental-vm-modules.
export default {
  testEnvironment: 'node',
  transform: {},
  extensionsToTreatAsEsm: ['.ts'],
  testMatch: [
    '<rootDir>/packages/*/test/**/*.test.ts',
    '<rootDir>/scripts/**/*.test.ts',
    '<rootDir>/examples/*/test/**/*.test.ts',
  ],
  // Starting workerd takes most of a second, and two at a time more on a small machine.
  testTimeout: 60_000,
  maxWorkers: 2,
}
