// The certificate with which this host serves pages to others: made once and kept, so that its fingerprint stays the same.

import { createPrivateKey, X509Certificate } from "node:crypto"
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { isIP } from "node:net"
import { join } from "node:path"

/** PEM. */
export interface Identity {
    readonly cert: string
    readonly key: string
}

const CERT_NAME = "console-cert.pem"
const KEY_NAME = "console-key.pem"
/** A browser refuses a certificate that is valid for longer. */
const VALID_DAYS = 397
const DAY_MS = 86_400_000
const GROUP_AND_OTHERS = 0o077

/**
 * @param folder readable by this user only
 * @param names of this host, and its addresses
 * @returns what is kept, or a new one where that is missing, damaged, over, readable by others, or for other names
 */
export async function ownIdentity(
    folder: string,
    names: readonly string[],
    nowMs: number
): Promise<Identity & { readonly isNew: boolean }> {
    const kept = keptIdentity(folder, names, nowMs)
    if (kept) return { ...kept, isNew: false }
    // Loaded when it is needed: it takes some time, and is needed once a year.
    const { generate } = await import("selfsigned")
    const altNames = names.map(name =>
        isIP(name) ? { type: 7 as const, ip: name } : { type: 2 as const, value: name }
    )
    const made = await generate([{ name: "commonName", value: "IVUS console" }], {
        ...{ keyType: "ec", curve: "P-256", algorithm: "sha256" },
        notBeforeDate: new Date(nowMs - DAY_MS),
        notAfterDate: new Date(nowMs + (VALID_DAYS - 2) * DAY_MS),
        extensions: [
            { name: "basicConstraints", cA: false, critical: true },
            { name: "keyUsage", digitalSignature: true, critical: true },
            { name: "extKeyUsage", serverAuth: true },
            { name: "subjectAltName", altNames },
        ],
    })
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    writeFileSync(join(folder, KEY_NAME), made.private, { mode: 0o600 })
    writeFileSync(join(folder, CERT_NAME), made.cert)
    return { cert: made.cert, key: made.private, isNew: true }
}

function keptIdentity(
    folder: string,
    names: readonly string[],
    nowMs: number
): Identity | undefined {
    const [certFile, keyFile] = [join(folder, CERT_NAME), join(folder, KEY_NAME)]
    if (!existsSync(certFile) || !existsSync(keyFile)) return undefined
    try {
        const isOpen = process.platform !== "win32" && statSync(keyFile).mode & GROUP_AND_OTHERS
        const [cert, key] = [readFileSync(certFile, "latin1"), readFileSync(keyFile, "latin1")]
        const certificate = new X509Certificate(cert)
        const isValid =
            !isOpen &&
            certificate.checkPrivateKey(createPrivateKey(key)) &&
            nowMs < Date.parse(certificate.validTo) &&
            names.every(name => isFor(certificate, name))
        return isValid ? { cert, key } : undefined
    } catch {
        return undefined
    }
}

/** Whether a certificate is for a name or an address. */
export function isFor(certificate: X509Certificate, name: string): boolean {
    return (isIP(name) ? certificate.checkIP(name) : certificate.checkHost(name)) !== undefined
}
