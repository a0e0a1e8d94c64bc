import { describe, expect, it } from '@jest/globals'
import { splitName } from '@node-cf/access'

describe('splitName', () => {
  it.each([
    ['Ada Lovelace', 'Ada', 'Lovelace'],
    ['Ada King Countess of Lovelace', 'Ada', 'King Countess of Lovelace'],
    ['Ada', 'Ada', ''],
    ['  Ada   Lovelace ', 'Ada', 'Lovelace'],
    ['', '', ''],
    [undefined, '', ''],
  ])('%s', (name, firstName, lastName) => {
    expect(splitName(name)).toEqual({ firstName, lastName })
  })
})
