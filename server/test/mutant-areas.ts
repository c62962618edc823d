/** Where mutants are drawn, and the tests that have to notice them. */
export interface Area {
  readonly sources: readonly string[]
  /** Those beside the sources, and of the next floors up; none with a browser. */
  readonly tests: readonly string[]
}

export const areas: Readonly<Record<string, Area>> = {
  store: {
    sources: ['server/src/store/*.ts'],
    tests: [
      'server/src/store/*.test.ts',
      'server/src/vault/{restart,crash,full-disk}.test.ts',
      'server/src/identity/{throttle,restart}.test.ts',
      'server/src/{rotate-sealing-key,full-disk}.test.ts',
    ],
  },
  charges: {
    sources: [
      'server/src/vault/{charges,gateway-calls,undo-payment,follow-up-payment,decide-follow-up,approved-payment,sealed-card,conclusion}.ts',
    ],
    tests: [
      'server/src/vault/{charge,crash,restart,undo-payment,follow-up-payment,gateway-calls,challenge,cancel-at-bank,two-vaults,capture,full-disk,money,payment-page-challenge,sealed-rows,heartbeats,due-sweep}.test.ts',
      'server/src/{cancel-afterwards,payment-commands}.test.ts',
    ],
  },
  halves: {
    sources: ['server/src/halves/*.ts'],
    tests: [
      'server/src/halves/{ask-other-half,channel,channel-state,greeting,halves,late-launch,open-channel,remote-vault,watch-channel}.test.ts',
    ],
  },
  tokens: {
    sources: ['server/src/identity/tokens/*.ts'],
    tests: [
      'server/src/identity/tokens/*.test.ts',
      'server/src/identity/*.test.ts',
      'server/src/identity/grants/{bound-tokens,uses-at-once,token-endpoint,person-without-agent}.test.ts',
      'server/src/identity/authorize/{authorization-codes,id-token-hint}.test.ts',
    ],
  },
  idempotency: {
    sources: [
      'server/src/payments/{idempotency,idempotency-key,settled-answers,pending-launches,launch-rows,adopt-launch}.ts',
    ],
    tests: [
      'server/src/payments/{idempotency,pending-launches,launch-rows,adopt-launch,sealed-rows,create-session,get-session,record-result,routes}.test.ts',
    ],
  },
}
