const segment = /^[A-Za-z0-9_-]+$/

/**
 * Whether a text is three parts of base64url with dots between (RFC 7515 §7.1), each in the one spelling that its
 * bytes have (RFC 4648 §3.5). Looked at before a library parses it.
 */
export function isCompactJws(text: string): boolean {
  const parts = text.split('.', 4)
  return (
    parts.length === 3 &&
    parts.every((part) => segment.test(part) && Buffer.from(part, 'base64url').toString('base64url') === part)
  )
}
