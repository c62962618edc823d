import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Refused } from '../../cli/refused.ts'
import { asRefused } from './open-checked.ts'

test('what cannot be read is the backup only where it is of the backup', () => {
  const fault = (path?: string) =>
    Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES', ...(path && { path }) })
  for (const error of [fault(), fault('nam.gz'), fault(`${process.cwd()}/nam.gz`)]) {
    const refused = asRefused(error, 'nam.gz')
    assert.ok(refused instanceof Refused)
    assert.equal(refused.message, 'The backup nam.gz cannot be read: this user has no access to it.')
  }
  const ofFolder = fault('/var/lib/tonegate/nam.unfinished-7.db')
  assert.equal(asRefused(ofFolder, 'nam.gz'), ofFolder)
})
