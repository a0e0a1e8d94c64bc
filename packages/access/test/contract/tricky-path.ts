import fc from 'fast-check'

const words = ['admin', 'health', 'live', 'public', 'file', 'mounted', 'partners', 'healthz-admin']
const tricks = [
  '.. . %2e %2E%2e %2f %2F %5c \\ %5C.. ; ;x=1 %3b %3B',
  '// / %00 %0a %09 %20 %25 %zz % %u002e %C3%A9 %c0%ae',
  "? ?x # & = + , @ : * ~ ! ' ( $ | ^ {",
  'ADMIN Health %61dmin admi%6e %68ealth z - x index.html',
].flatMap((line) => line.split(' '))

/** Paths that servers, proxies and routers do not all read alike, and a good many plain ones. */
export const trickyPath: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constant('/') },
      { weight: 3, arbitrary: fc.constantFrom(...words) },
      { weight: 2, arbitrary: fc.constantFrom(...tricks) },
    ),
    { maxLength: 10 },
  )
  .map((pieces) => `/${pieces.join('')}`)
