import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { parseHttpDate } from '../../src/http-date.ts'

describe('an HTTP-date', () => {
  it.each([
    'Sun, 06 Nov 1994 08:49:37 GMT',
    'Sunday, 06-Nov-94 08:49:37 GMT',
    'Sun Nov  6 08:49:37 1994',
  ])('is understood in each of its forms: %s', (text) => {
    expect(parseHttpDate(text)).toBe(Date.UTC(1994, 10, 6, 8, 49, 37) / 1000)
  })

  it('is what toUTCString writes', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true }),
        (date) => {
          expect(parseHttpDate(date.toUTCString())).toBe(Math.floor(date.getTime() / 1000))
        },
      ),
    )
  })

  it('may be a leap second, or the 29th of February', () => {
    expect(parseHttpDate('Sat, 31 Dec 2016 23:59:60 GMT')).toBe(Date.UTC(2017, 0, 1) / 1000)
    expect(parseHttpDate('Thu, 29 Feb 2024 00:00:00 GMT')).toBe(Date.UTC(2024, 1, 29) / 1000)
  })

  it('with two digits for the year is at most 50 years ahead', () => {
    const now = new Date().getUTCFullYear()
    for (const year of [now - 49, now, now + 50]) {
      const digits = String(year % 100).padStart(2, '0')
      const text = `Sunday, 06-Nov-${digits} 00:00:00 GMT`
      expect(parseHttpDate(text)).toBe(Date.UTC(year, 10, 6) / 1000)
    }
  })

  it.each([
    '',
    '1',
    '1994-11-06T08:49:37Z',
    'Sun, 06 Nov 1994 08:49:37',
    'Sun, 06 Nov 1994 08:49:37 UTC',
    'Sun, 06 Nov 1994 08:49:37 +0000',
    'sun, 06 nov 1994 08:49:37 gmt',
    'Sun, 6 Nov 1994 08:49:37 GMT',
    ' Sun, 06 Nov 1994 08:49:37 GMT',
    'Sun, 31 Feb 1994 08:49:37 GMT',
    'Sun, 00 Nov 1994 08:49:37 GMT',
    'Wed, 29 Feb 2023 00:00:00 GMT',
    'Sun, 06 Nov 1994 24:00:00 GMT',
    'Sun, 06 Nov 1994 08:60:00 GMT',
    'Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT',
  ])('is not: %j', (text) => {
    expect(parseHttpDate(text)).toBeUndefined()
  })
})
