// Makes any text fit for one line of a log: nothing in it can act on a terminal, look like another entry, or be a key.

/** Longest text of an entry, in UTF-16 units; the rest is counted. */
export const TEXT_MAX = 4000

/**
 * Control characters (C0, C1, DEL, escape sequences begin with one), line and paragraph separators, bidi and other format marks,
 * halves of surrogate pairs, characters that are not shown, and the backslash, with which the others are written.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\\]/gu

const SHORT: Readonly<Record<string, string>> = {
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\\": "\\\\",
}

export const REMOVED = "(removed: secret)"

/** What no log may have, whoever put it into a message: private keys, link keys in hex or base64, passwords and tokens by name. */
const SECRETS: readonly (readonly [RegExp, string])[] = [
    [/-----BEGIN [A-Z ]*PRIVATE KEY-----[^]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g, REMOVED],
    [/[0-9a-f]{32,}/gi, REMOVED],
    [/[A-Za-z0-9+/_-]{43}=/g, REMOVED],
    [/(:\/\/)[^\s/@]*:[^\s/@]*@/g, `$1${REMOVED}@`],
    [
        /\b((?:\w*[-_])?(?:password|passphrase|passwd|pwd|secret|token|authorization|api[-_]?key)\b["']?\s*[=:]).*/gi,
        `$1 ${REMOVED}`,
    ],
]

/** One line without secrets, in which characters that are not plainly visible are written as `\u{hex}`. */
export function logText(text: string): string {
    let safe = text
    for (const [secret, by] of SECRETS) safe = safe.replace(secret, by)
    safe = safe.replace(UNSAFE, c => SHORT[c] ?? `\\u{${c.codePointAt(0)!.toString(16)}}`)
    if (safe.length <= TEXT_MAX) return safe
    // Not between the halves of a pair: the rest would be an invalid character.
    const head = safe.slice(0, TEXT_MAX).replace(/[\ud800-\udbff]$/, "")
    return `${head}… (${safe.length - head.length} more)`
}
