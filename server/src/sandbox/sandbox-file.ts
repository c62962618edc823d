import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RegionName } from '../base/region.ts'

/** A region's entry in `sandbox.json`: where it is, and everything that may be used there. */
export interface SandboxRegion {
  readonly tokenUrl: string
  readonly authorizeUrl: string
  readonly apiUrl: string
  readonly issuer: string
  readonly clients: readonly {
    readonly name: string
    /** What kind of program it is for. */
    readonly purpose: string
    readonly clientType: 'confidential' | 'public'
    readonly clientId: string
    /** Absent for a public client. */
    readonly clientSecret?: string
    readonly flows: readonly string[]
    readonly scopes: readonly string[]
    readonly redirectUris: readonly string[]
    readonly postLogoutRedirectUris: readonly string[]
    /** Whose pages may read the answers. */
    readonly allowedOrigins: readonly string[]
  }[]
  readonly users: readonly {
    readonly username: string
    readonly displayName: string
    readonly password: string
    readonly agentId: string | null
    readonly licence: string
  }[]
  readonly accountConfigurations: readonly {
    readonly id: number
    readonly name: string
    readonly resultTemplate: string
  }[]
  /** Telephone platforms, whose keys open the calls API. */
  readonly platforms?: readonly SandboxPlatform[]
  /** For programs that use the region as a provider of card entry. */
  readonly provider?: SandboxProvider
}

/** What of a region’s entry the vault’s side of it opens. */
export type SandboxPrograms = Required<Pick<SandboxRegion, 'platforms' | 'provider'>>

/** What a telephone platform needs to tell of its calls. */
export interface SandboxPlatform {
  readonly name: string
  /** `…/calls/{callGuid}` below it is a call. */
  readonly callsUrl: string
  readonly key: string
}

/** What a client of the provider contract needs. */
export interface SandboxProvider {
  readonly tokenUrl: string
  /** `…/launch` below it launches a session. */
  readonly sessionUrl: string
  /** `…/{Id}/framed` below it is a session's agent view. */
  readonly viewUrl: string
  readonly tenant: number
  readonly tenantname: string
  readonly username: string
  readonly clientId: string
  readonly clientSecret: string
  readonly flows: readonly { readonly id: number; readonly name: string; readonly entry: string }[]
}

/** What `sandbox.json` holds. */
export interface SandboxFile {
  readonly default: RegionName
  readonly regions: Readonly<Partial<Record<RegionName, SandboxRegion>>>
  /** The page from which the sandbox is explained and played. */
  readonly simulatorUrl: string
}

/** Writes `sandbox.json`, whole or not at all, readable by its owner alone. */
export function writeSandboxFile(dataFolder: string, content: SandboxFile): void {
  const file = join(dataFolder, 'sandbox.json')
  const written = `${file}.${process.pid}`
  writeFileSync(written, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 })
  renameSync(written, file)
}
