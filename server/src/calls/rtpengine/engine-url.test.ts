import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EngineUrlFault, endpointText, readEngineUrl } from './engine-url.ts'

test('an engine’s URL has its address, and the parameters say where its keys come from', () => {
  assert.deepEqual(readEngineUrl('udp://127.0.0.1:22223?tcp=127.0.0.1:22225&log=127.0.0.1:22299'), {
    ng: { host: '127.0.0.1', port: 22223 },
    tcp: { host: '127.0.0.1', port: 22225 },
    log: { host: '127.0.0.1', port: 22299 },
  })
})

test('tcp can be a port alone, of the same address, and the log can be left out', () => {
  assert.deepEqual(readEngineUrl('udp://10.1.2.3:22223/?tcp=22225'), {
    ng: { host: '10.1.2.3', port: 22223 },
    tcp: { host: '10.1.2.3', port: 22225 },
    log: null,
  })
})

test('IPv6 is written in brackets', () => {
  const { ng, tcp } = readEngineUrl('udp://[fd00::5]:22223?tcp=[::1]:22225')
  assert.deepEqual([ng, tcp].map(endpointText), ['[fd00::5]:22223', '[::1]:22225'])
})

for (const address of [
  '127.8.8.8',
  '10.0.0.1',
  '172.16.0.1',
  '172.31.255.254',
  '192.168.9.9',
  '[::1]',
  '[fd12::1]',
]) {
  test(`${address} is loopback or private`, () => {
    readEngineUrl(`udp://${address}:22223?tcp=22225`)
  })
}

for (const address of [
  '8.8.8.8',
  '172.15.0.1',
  '172.32.0.1',
  '192.169.0.1',
  '0.0.0.0',
  '169.254.169.254',
  '100.64.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '[::]',
  '[::ffff:127.0.0.1]',
  '[fe80::1]',
  '[2606:4700::1111]',
]) {
  test(`${address} is refused, as engine, as tcp and as log, unless any is allowed`, () => {
    const refused = { name: 'EngineUrlFault', message: /loopback or private/ }
    assert.throws(() => readEngineUrl(`udp://${address}:22223?tcp=127.0.0.1:22225`), refused)
    assert.throws(() => readEngineUrl(`udp://127.0.0.1:22223?tcp=${address}:22225`), refused)
    assert.throws(() => readEngineUrl(`udp://127.0.0.1:22223?tcp=1&log=${address}:22225`), refused)
    readEngineUrl(`udp://${address}:22223?tcp=22225&addresses=any`)
  })
}

for (const [text, says] of [
  ['', /begin with udp/],
  ['127.0.0.1:22223', /begin with udp/],
  ['http://127.0.0.1:22223?tcp=22225', /begin with udp/],
  ['udp://?tcp=22225', /IP address and a port/],
  ['udp://127.0.0.1?tcp=22225', /IP address and a port/],
  ['udp://127.0.0.1:0?tcp=22225', /from 1 to 65535/],
  ['udp://127.0.0.1:22223', /tcp is missing/],
  ['udp://127.0.0.1:22223?tcp=', /tcp must be an IP address and a port/],
  ['udp://127.0.0.1:22223?tcp=0', /from 1 to 65535/],
  ['udp://127.0.0.1:22223?tcp=65536', /from 1 to 65535/],
  ['udp://127.0.0.1:22223?tcp=-5', /tcp must be/],
  ['udp://127.0.0.1:22223?tcp=1.5', /tcp must be/],
  ['udp://127.0.0.1:22223?tcp=22225&log=22299', /log must be an IP address and a port/],
  ['udp://127.0.0.1:22223?tcp=22225&log=[127.0.0.1]:1', /log must be an IP address/],
  ['udp://localhost:22223?tcp=22225', /a name could come to lead elsewhere/],
  ['udp://127.1:22223?tcp=22225', /a name could/],
  ['udp://[fe80::1%25eth0]:22223?tcp=22225&addresses=any', /udp|IP address/],
  ['udp://127.0.0.1:22223?tcp=localhost:22225', /a name could/],
  ['udp://127.0.0.1:22223?tcp=22225&tcp=22226', /tcp must be written once/],
  ['udp://127.0.0.1:22223?tcp=22225&strict=yes', /no parameter strict/],
  ['udp://127.0.0.1:22223?tcp=22225&addresses=all', /can only be any/],
  ['udp://root:secret@127.0.0.1:22223?tcp=22225', /nothing else/],
  ['udp://127.0.0.1:22223/ng?tcp=22225', /nothing else/],
  ['udp://127.0.0.1:22223?tcp=22225#a', /nothing else/],
] as const) {
  test(`“${text}” is refused, and the fault says why`, () => {
    assert.throws(
      () => readEngineUrl(text),
      (fault) => {
        assert.ok(fault instanceof EngineUrlFault)
        assert.match(fault.message, says)
        return true
      },
    )
  })
}
