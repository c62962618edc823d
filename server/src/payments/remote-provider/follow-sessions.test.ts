import { test } from 'node:test'
import { eventually } from '../../../test/harness/test-eventually.ts'
import { startProvider, type TestProvider } from './test-provider.ts'
import { configurationId, startRemote, writtenConfiguration } from './test-remote-provider.ts'

const looks = ({ got }: TestProvider) => got.filter(({ method }) => method === 'GET').length

test('a provider that does not answer keeps nobody from asking another one', async (t) => {
  const { open, configure, clock, provider: silent } = await startRemote(t, { kind: 'tonegate' })
  const good = await startProvider(t, 'tonegate')
  const goodId = configurationId + 1
  await configure({ ...writtenConfiguration(good), id: goodId })
  for (let each = 0; each < 40; each += 1) await open()
  await open({ accountConfigurationId: goodId })
  silent.behaviour.session = () => 'waits'
  await clock.advance(5_000)
  await eventually(async () => looks(good) === 1)
  await eventually(async () => looks(silent) === 16)
})
