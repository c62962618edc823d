import type { CopiedTable } from './rows.ts'

/**
 * A backup is a gzip file of lines of JSON: a header; then of each table its rows and what they come to; then what all of
 * that comes to. `zcat backup | head -1` shows the header.
 */
export const formatVersion = 1

/** What the first line says. */
export interface BackupHeader {
  readonly format: typeof formatVersion
  /** Version of the program that wrote it. */
  readonly program: string
  readonly region: string
  /** ISO 8601: the rows are as they were at this moment. */
  readonly createdAt: string
  /** Which database it was made of. */
  readonly engine: 'SQLite' | 'PostgreSQL'
  /** Fingerprints of the sealing keys that were listed, that of the one which sealed first. */
  readonly sealingKeys: readonly string[]
  readonly migrations: readonly string[]
  readonly tables: readonly CopiedTable[]
}

/** The last line: of all lines before it, in hexadecimal digits. */
export interface BackupEnd {
  readonly sha256: string
}

/** A backup that cannot be used; the message is for the operator, and follows the file's name. */
export class BackupUnusable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'BackupUnusable'
  }
}

/** Compressed little: sealed values do not become shorter than their bytes, and the text around them does at once. */
export const compressionLevel = 1

/** Of a gzip file that is written here: no name and no time, compressed as fast as can be. Its last byte names a system. */
export const gzipBeginning = Buffer.from('1f8b08000000000004', 'hex')
