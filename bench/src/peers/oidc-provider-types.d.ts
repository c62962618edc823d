/** The little of oidc-provider that the benchmark touches; the package brings no types. */
declare module 'oidc-provider' {
  import type { RequestListener } from 'node:http'

  interface Saved {
    /** Answers its id, which is what a client is given. */
    save(): Promise<string>
  }

  export default class Provider {
    constructor(issuer: string, configuration: object)
    callback(): RequestListener
    readonly Client: { find(id: string): Promise<object | undefined> }
    readonly Grant: new (
      members: object,
    ) => Saved & { addResourceScope(resource: string, scope: string): void }
    readonly RefreshToken: new (
      members: object,
    ) => Saved
    readonly AuthorizationCode: new (
      members: object,
    ) => Saved
  }
}
