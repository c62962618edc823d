/** @returns why a text is not the address of a region, in words that follow its setting’s name. */
export function baseUrlIn(text: string): URL | string {
  const url = URL.parse(text)
  if (!url || !/^https?:$/.test(url.protocol)) {
    return 'is not an address; write it like https://nam.example.com.'
  }
  if (url.username !== '' || url.password !== '') return 'must not have a user or a password in it.'
  if (url.protocol === 'http:' && !isThisMachine(url.hostname)) {
    return 'begins with http:, which would show the client secret to the network; use https:.'
  }
  return new URL(url.origin.replace(/^(https?:\/\/[^.]+)\.api\./, '$1.'))
}

export const isThisMachine = (host: string): boolean =>
  /^(?:.+\.)?localhost$|^127\.\d+\.\d+\.\d+$|^\[::1\]$/.test(host)
