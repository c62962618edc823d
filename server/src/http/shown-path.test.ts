import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { shownPath } from './shown-path.ts'

const digit = fc.constantFrom(...'01234567890123456789abf')
const guids = fc
  .array(digit, { minLength: 32, maxLength: 32 })
  .map((digits) => digits.join('').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'))

test('a GUID comes back whole, whatever its digits and whatever stands beside it', () => {
  fc.assert(
    fc.property(guids, (guid) => {
      for (const path of [`/v1/session/${guid}`, `/v1/x_${guid}/cancel`, `/v1/${guid}_1`, `/v1/%20${guid}`]) {
        assert.equal(shownPath(`${path}?a=1`), path)
      }
    }),
    { numRuns: 3000 },
  )
})

test('twelve digits and more do not, in no GUID or beside one', () => {
  const guid = '01938f2e-1234-7123-8456-123456789012'
  assert.equal(shownPath('/v1/411111111111/x'), '/v1/…/x')
  assert.equal(shownPath(`/v1/4111111111111111/${guid}`), `/v1/…/${guid}`)
  assert.equal(shownPath(`/v1/${guid}/4111-1111-1111-1111`), `/v1/${guid}/…`)
  assert.equal(shownPath('/v1/01938f2e-1234-7123-8456-1234567890123'), '/v1/01938f2e-…')
})
