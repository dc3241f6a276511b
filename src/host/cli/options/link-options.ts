// Responsible for: how a command listens for a cart: options, TLS below the link, and the words for a link without a key.
// Not for: what is said on the link (tcp-target.ts).

import { createPrivateKey, X509Certificate } from "node:crypto"
import { readFileSync } from "node:fs"
import type { Command } from "commander"
import { UsageError } from "../../errors"
import type { TlsIdentity } from "../../targets/tcp/link-server"

/** As typed. */
export interface LinkOptions {
    insecure?: boolean
    tlsCert?: string
    tlsKey?: string
}

/** Adds what every command has that takes carts over TCP. */
export function overTcp(command: Command): Command {
    return command
        .option("--insecure", "also carts without a key, over TCP: for a lab bench only")
        .option(
            "--tls-cert <file.pem>",
            "over TCP: TLS below the link, with this certificate; the cart's host setting says tls: true"
        )
        .option("--tls-key <file.pem>", "the private key of that certificate")
}

/** @throws UsageError for a file that is missing, is none, or does not belong to the other */
export function parseTls(options: LinkOptions): TlsIdentity | undefined {
    const { tlsCert, tlsKey } = options
    if (tlsCert === undefined && tlsKey === undefined) return undefined
    if (tlsCert === undefined || tlsKey === undefined)
        throw new UsageError(
            "TLS needs both, --tls-cert and --tls-key; leave both out for a link without TLS."
        )
    const cert = readPem(tlsCert, "--tls-cert")
    const key = readPem(tlsKey, "--tls-key")
    const certificate = judged(tlsCert, "certificate", () => new X509Certificate(cert))
    const secret = judged(tlsKey, "private key without a passphrase", () => createPrivateKey(key))
    if (!certificate.checkPrivateKey(secret))
        throw new UsageError(
            `The private key "${tlsKey}" is not that of the certificate "${tlsCert}"; name two that were made together.`
        )
    return { cert, key }
}

function readPem(file: string, option: string): string {
    try {
        return readFileSync(file, "latin1")
    } catch (error) {
        throw new UsageError(
            `${option} "${file}" cannot be read (${(error as NodeJS.ErrnoException).code}); name a PEM file.`
        )
    }
}

function judged<T>(file: string, what: string, read: () => T): T {
    try {
        return read()
    } catch {
        throw new UsageError(
            `"${file}" holds no ${what} in PEM; name a file that begins with -----BEGIN.`
        )
    }
}
