/** Mutants that no test notices and none should, each with the reason. */
export const judged: readonly {
  /** The end of its path. */
  readonly file: string
  readonly original: string
  readonly replacement: string
  readonly because: string
}[] = [
  {
    file: 'payments/idempotency/idempotency.ts',
    original: 'until <= now',
    replacement: 'until < now',
    because: 'what is stopped until this very moment does not run any more by its row either',
  },
  {
    file: 'payments/idempotency/idempotency.ts',
    original: 'row.running_until !== null',
    replacement: 'true',
    because: 'null is greater than no time: it is there for the types',
  },
  {
    file: 'payments/idempotency/idempotency.ts',
    original: `error.code === 'idempotency-in-progress'`,
    replacement: 'false',
    because:
      'where another request has the key, no answer to this one is kept, and nothing of it is released',
  },
  {
    file: 'payments/idempotency/idempotency.ts',
    original: `!(error instanceof Problem) || error.code === 'idempotency-in-progress'`,
    replacement: `!(error instanceof Problem) && error.code === 'idempotency-in-progress'`,
    because: 'as the one before; and what is no problem has no status below 500',
  },
  {
    file: 'payments/idempotency/idempotency.ts',
    original: `!(error instanceof Problem) || error.code === 'idempotency-in-progress'`,
    replacement: 'false',
    because: 'as the two before',
  },
  {
    file: 'payments/idempotency/idempotency.ts',
    original: 'until <= now',
    replacement: 'false',
    because: 'what is forgotten there says nothing any more: it bounds the memory',
  },
  {
    file: 'payments/requests/idempotency-key.ts',
    original: 'headers[at - 1]?.toLowerCase',
    replacement: 'headers[at - 1].toLowerCase',
    because: 'before each value of the raw headers there is a name',
  },
  {
    file: 'tokens/same-url.ts',
    original: '/^[A-Za-z0-9._~-]$/',
    replacement: '/^[A-Za-z0-9._~-]/',
    because: 'it is asked of one character',
  },
  {
    file: 'tokens/sign-jwt.ts',
    original: `key.algorithm === 'EdDSA'`,
    replacement: 'true',
    because: 'where no digest is named OpenSSL takes SHA-256 for the other keys by itself',
  },
  {
    file: 'tokens/used-proofs.ts',
    original: 'source !== undefined',
    replacement: 'true',
    because: 'what nobody has sent is looked for nowhere: the other condition keeps it from being counted',
  },
  {
    file: 'tokens/same-url.ts',
    original: `encoded.toUpperCase()`,
    replacement: `encoded.toLowerCase()`,
    because: 'both sides are written alike, in whichever case',
  },
  {
    file: 'tokens/uses-at-once.ts',
    original: `() => 'failed' as const`,
    replacement: `() => undefined`,
    because: 'what failed is only known by not being the first',
  },
  {
    file: 'tokens/verify-access-token.ts',
    original: `read !== 'invalid'`,
    replacement: `true`,
    because: 'what is invalid has no expiry that has come',
  },
  {
    file: 'tokens/verify-access-token.ts',
    original: `typeof iat !== 'number' || typeof iss !== 'string'`,
    replacement: `typeof iat !== 'number' && typeof iss !== 'string'`,
    because: 'jose has looked at both: it is there for the types',
  },
  {
    file: 'tokens/verify-access-token.ts',
    original: `key === undefined || key.algorithm !== alg`,
    replacement: `false`,
    because: 'jose takes no key that is not there, nor one of another algorithm',
  },
  {
    file: 'tokens/verify-access-token.ts',
    original: `key.algorithm !== alg`,
    replacement: `false`,
    because: 'of the algorithms that are taken no two share a kind of key: jose refuses the others itself',
  },
  {
    file: 'tokens/proof-key.ts',
    original: `bits === undefined`,
    replacement: `false`,
    because: 'a key that has no modulus has no exponent either',
  },
  {
    file: 'tokens/verify-access-token.ts',
    original: `typeof confirmation !== 'object' || confirmation === null`,
    replacement: `typeof confirmation !== 'object' && confirmation === null`,
    because: 'what is null has no members, and a text has those of no binding: both are invalid all the same',
  },
  {
    file: 'tokens/verify-access-token.ts',
    original: `typeof confirmation !== 'object'`,
    replacement: 'false',
    because:
      'what else JSON knows, a text or a number, has none of the members of a binding: it is invalid all the same',
  },
  {
    file: 'tokens/verify-access-token.ts',
    original: 'key === undefined',
    replacement: 'false',
    because:
      'a key that is not there has no algorithm to be read: whatever is thrown there makes the token invalid',
  },
  {
    file: 'tokens/verify-access-token.ts',
    original: `typeof exp !== 'number'`,
    replacement: 'false',
    because:
      'jose refuses a token without an expiry, or with one that is no number: it is there for the types',
  },
  {
    file: 'tokens/proof-key.ts',
    original: `typeof value !== 'string'`,
    replacement: 'false',
    because: 'Node.js makes no key of members that are no texts: it is there for the types',
  },
  {
    file: 'tokens/proof-key.ts',
    original: `bits === undefined || exponent === undefined`,
    replacement: `bits === undefined && exponent === undefined`,
    because: 'an RSA key has both, and no other key has either',
  },
  {
    file: 'tokens/sign-jwt.ts',
    original: 'headers.set(key, ofKey)',
    replacement: ';',
    because: 'a header that is encoded again is the same, later',
  },
  {
    file: 'tokens/verify-access-token.ts',
    original: 'kid === undefined',
    replacement: 'false',
    because: 'no key has no name: it is there for the types',
  },
  {
    file: 'tokens/verify-access-token.ts',
    original: 'throw new errors.JWSSignatureVerificationFailed()',
    replacement: ';',
    because: 'of the algorithms that are taken no two share a kind of key: jose refuses the others itself',
  },
  {
    file: 'identity/tokens/verify-access-token.ts',
    original: `typeof iat !== 'number'`,
    replacement: 'false',
    because:
      'jose refuses a token without a time of issue, or with one that is no number: it is there for the types',
  },
  {
    file: 'identity/tokens/revocations.ts',
    original: 'now < forgetAt',
    replacement: 'now >= forgetAt',
    because: 'it forgets as much, at every look instead of once a minute',
  },
  {
    file: 'identity/tokens/verify-access-token.ts',
    original: 'key === undefined || key.algorithm !== alg',
    replacement: 'key === undefined && key.algorithm !== alg',
    because:
      'an error of this line makes the token invalid too, and jose refuses a key of another algorithm itself',
  },
  {
    file: 'identity/tokens/revocations.ts',
    original: 'dot >= 0',
    replacement: 'dot > 0',
    because: 'no grant has an empty id',
  },
  {
    file: 'vault/charge/follow-up-payment.ts',
    original: `decided.kind === 'wait'`,
    replacement: 'false',
    because:
      'in a plan nothing has been asked for yet, so that nothing is waited for: it is there for the types',
  },
  {
    file: 'store/sqlite.ts',
    original: '() => database.close()',
    replacement: '() => undefined',
    because: 'Kysely is never told to close: its dialect wants to be able to',
  },
  {
    file: 'store/sqlite.ts',
    original: 'known',
    replacement: 'false',
    because: 'a statement that is prepared again does the same, later',
  },
  {
    file: 'store/sqlite.ts',
    original: `{
    if (asStoreFailure(error) === error) throw error
  }`,
    replacement: '{}',
    because: 'no failure of PRAGMA optimize is known but those of the machine',
  },
  {
    file: 'split/open-channel.ts',
    original: '[]',
    replacement: '["Stryker was here"]',
    because: 'the first of what a pattern finds is skipped, here too',
  },
  {
    file: 'store/sqlite.ts',
    original: 'asStoreFailure(error) === error',
    replacement: 'false',
    because: 'no failure of PRAGMA optimize is known but those of the machine',
  },
  {
    file: 'store/embedded/sqlite-thread.ts',
    original: 'outcome?.busy',
    replacement: 'outcome.busy',
    because: 'a checkpoint always has an outcome: it is there for the types',
  },
  {
    file: 'store/prepare.ts',
    original: `'returning' in query && query.returning !== undefined`,
    replacement: `'returning' in query || query.returning !== undefined`,
    because: 'a statement that returns nothing has no such member at all',
  },
]
