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

/** Longest text in which secrets are looked for: each of some patterns reads it once for each of its beginnings. */
const SEARCH_MAX = 2 * TEXT_MAX

/** The end of a text that was cut is not shown: it may be half a secret, which no pattern finds. */
const EDGE = 256

const NAME =
    "(?:\\w*[-_])?(?:password|passphrase|passwd|pwd|(?<!\\b(?:low|high|band|all)-)pass|secret|token|authorization|api[-_]?key)"

/**
 * What no log may have, whoever put it into a message: private keys; link keys in hex, also in groups, or base64; what an address
 * has in front of its host; passwords and tokens by name, to the end of the line after a sign, else the next word.
 */
const SECRETS: readonly (readonly [RegExp, string])[] = [
    [/-----BEGIN [A-Z ]*PRIVATE KEY-----[^]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g, REMOVED],
    [/[0-9a-f]{2}(?:[-: ]?[0-9a-f]{2}){15,}[0-9a-f]?/gi, REMOVED],
    [/[A-Za-z0-9+/_-]{43}=/g, REMOVED],
    [/(:\/\/)(?:[^\s"/:]*:[^\s"]*|[^\s"/]+)@/g, `$1${REMOVED}@`],
    [new RegExp(`\\b(${NAME}\\b\\\\?["']?\\s*[=:]).*`, "gi"), `$1 ${REMOVED}`],
    [new RegExp(`(--${NAME}\\s+)\\S+`, "gi"), `$1${REMOVED}`],
    // A word of a sentence has no digit: "the token was refused". A pass has a number.
    [
        new RegExp(
            `\\b(?!pass\\b)((?:${NAME}|bearer)\\s+(?:(?:is|was)\\s+)?)(?=\\S*\\d|\\S{16})\\S+`,
            "gi"
        ),
        `$1${REMOVED}`,
    ],
]

/** One line without secrets, in which characters that are not plainly visible are written as `\u{hex}`. */
export function logText(text: string): string {
    const isCut = text.length > SEARCH_MAX
    let safe = isCut ? text.slice(0, SEARCH_MAX) : text
    for (const [secret, by] of SECRETS) safe = safe.replace(secret, by)
    if (isCut) safe = safe.slice(0, -EDGE)
    return visible(safe, isCut ? text.length - SEARCH_MAX + EDGE : 0)
}

/** The name of a file or folder, for whoever named it: also one that looks like a key. A log that gets it looks for secrets itself. */
export function nameText(name: string): string {
    return visible(name.slice(0, TEXT_MAX), Math.max(0, name.length - TEXT_MAX))
}

/** @param unread characters that follow */
function visible(text: string, unread: number): string {
    const safe = text.replace(UNSAFE, c => SHORT[c] ?? `\\u{${c.codePointAt(0)!.toString(16)}}`)
    // Not between the halves of a pair: the rest would be an invalid character.
    const head =
        safe.length > TEXT_MAX ? safe.slice(0, TEXT_MAX).replace(/[\ud800-\udbff]$/, "") : safe
    const more = unread + safe.length - head.length
    return more > 0 ? `${head}… (${more} more)` : head
}
