const faults: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  ENOTDIR: 'a part of its path is no folder',
  EEXIST: 'it is a file, and no folder',
  EISDIR: 'it is a folder',
  EACCES: 'this user has no access to it',
  EPERM: 'this user has no access to it',
  ENOSPC: 'the disk is full',
  EROFS: 'the disk is read-only',
}

/** Why a file or folder cannot be used, in words that follow its name: what `fs` has thrown, without its own words. */
export function fileFault(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined
  return faults[code ?? ''] ?? code ?? String(error)
}
