/** Where mutants are drawn, and the tests that have to notice them. */
export interface Area {
  readonly sources: readonly string[]
  /** The quick ones beside the sources, and of the next floor up. */
  readonly tests: readonly string[]
}

export const areas: Readonly<Record<string, Area>> = {
  store: {
    sources: ['server/src/store/*.ts'],
    tests: ['server/src/store/*.test.ts', 'server/src/vault/*/{restart,crash}.test.ts'],
  },
  charges: {
    sources: [
      'server/src/vault/*/{charges,gateway-calls,follow-up-payment,order-follow-up,decide-follow-up,approved-payment,further-result,sealed-card,conclusion}.ts',
      'server/src/vault/charge/{calls,reversals,steps}/*.ts',
    ],
    tests: [
      'server/src/vault/*/{charge,crash,restart,follow-up-payment,decide-follow-up,reconciliation,gateway-calls,challenge,cancel-at-bank,two-vaults,card-entry,sealed-rows}.test.ts',
      'server/src/vault/charge/reversals/*.test.ts',
    ],
  },
  split: {
    sources: ['server/src/split/*.ts'],
    tests: [
      'server/src/split/{ask-other-process,channel,channel-state,greeting,listen-for,open-channel,remote-vault,reports}.test.ts',
    ],
  },
  tokens: {
    sources: ['server/src/identity/tokens/*.ts'],
    tests: [
      'server/src/identity/tokens/*.test.ts',
      'server/src/identity/end-grants.test.ts',
      'server/src/identity/endpoints/{introspection-endpoint,revocation-endpoint,userinfo-endpoint}.test.ts',
      'server/src/identity/grants/bound-tokens.test.ts',
    ],
  },
  idempotency: {
    sources: [
      'server/src/payments/{.,launches,requests}/{idempotency,idempotency-key,settled-answers,pending-launches,launch-rows,adopt-launch}.ts',
    ],
    tests: [
      'server/src/payments/{.,create,launches}/{idempotency,pending-launches,launch-rows,adopt-launch,sealed-rows,create-session,get-session,record-result}.test.ts',
    ],
  },
}
