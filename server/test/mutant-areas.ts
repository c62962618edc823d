/** Where mutants are drawn, and the tests that have to notice them. */
export interface Area {
  readonly sources: readonly string[]
  /** Those beside the sources, and of the next floor up; none with a browser. */
  readonly tests: readonly string[]
}

export const areas: Readonly<Record<string, Area>> = {
  store: {
    sources: ['server/src/store/*.ts'],
    tests: [
      'server/src/store/*.test.ts',
      'server/src/vault/{restart,crash}.test.ts',
      'server/src/rotate-sealing-key.test.ts',
    ],
  },
  charges: {
    sources: [
      'server/src/vault/{charges,gateway-calls,undo-payment,follow-up-payment,decide-follow-up,approved-payment,sealed-card,conclusion}.ts',
    ],
    tests: [
      'server/src/vault/{charge,crash,restart,undo-payment,follow-up-payment,gateway-calls,challenge,cancel-at-bank,two-vaults,capture}.test.ts',
    ],
  },
  halves: {
    sources: ['server/src/halves/*.ts'],
    tests: ['server/src/halves/{channel,halves,ask-other-half,watch-channel,unknown-result}.test.ts'],
  },
  tokens: {
    sources: ['server/src/identity/tokens/*.ts'],
    tests: [
      'server/src/identity/tokens/*.test.ts',
      'server/src/identity/{userinfo-endpoint,introspection-endpoint,revocation-endpoint}.test.ts',
    ],
  },
  idempotency: {
    sources: [
      'server/src/payments/{idempotency,idempotency-key,settled-answers,pending-launches,launch-rows,adopt-launch}.ts',
    ],
    tests: ['server/src/payments/{idempotency,create-session,launches}*.test.ts'],
  },
}
