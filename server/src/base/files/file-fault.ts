/** What lies in the machine, and neither in the file nor in its path. */
const machineFaults: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
  EIO: 'the disk cannot be read or written',
  EMFILE: 'the process cannot open any more files',
  ENFILE: 'the machine cannot open any more files',
}

const faults: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  ENOTDIR: 'part of its path is not a folder',
  EEXIST: 'it is a file, not a folder',
  EISDIR: 'it is a folder',
  EACCES: 'this user has no access to it',
  EPERM: 'this user has no access to it',
  ...machineFaults,
}

/** Why a file or folder cannot be used, in words that follow its name: what `fs` has thrown, without its own words. */
export function fileFault(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined
  return faults[code ?? ''] ?? code ?? String(error)
}

/** The same of a fault that lies in the machine; `undefined` for any other. */
export const machineFault = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error ? machineFaults[String(error.code)] : undefined
