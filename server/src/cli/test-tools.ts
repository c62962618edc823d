import assert from 'node:assert/strict'
import type { ToolsOfProcess } from './tools.ts'

/** For the tests of commands that need none of it. */
export const noTools: ToolsOfProcess = {
  environment: {},
  prepare: () => assert.fail('something was prepared'),
  examine: () => assert.fail('something was looked at'),
  readText: () => assert.fail('a file was read'),
  print: () => assert.fail('it was printed before the answer'),
}
