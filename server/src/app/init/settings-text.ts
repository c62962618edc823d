/** Settings as a file that a shell and systemd read alike. */
export const settingsText = (settings: Readonly<Record<string, string | undefined>>): string =>
  Object.entries(settings)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${shellWord(value)}\n`]))
    .join('')

/** A text as one word of a shell. */
const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
