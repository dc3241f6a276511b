// Options of commands that take real carts over TCP: port, keys and TLS.

import { createPrivateKey, X509Certificate } from "node:crypto"
import { readFileSync } from "node:fs"
import { type Command, Option } from "commander"
import { UsageError } from "../../errors"
import { DEFAULT_PORT } from "../../link/link-defaults"
import type { TlsIdentity } from "../../link/thread/tcp-server"
import { addGroup } from "./option"

export interface LinkOptions {
    readonly port: number
    readonly insecure?: true
    readonly tlsCert?: string
    readonly tlsKey?: string
}

/** 0 takes any free port. */
export function portOption(flags: string, description: string): Option {
    const option = new Option(flags, description)
    return option.argParser(text => {
        if (!/^\d{1,5}$/.test(text) || Number(text) > 65535)
            throw new UsageError(
                `--${option.name()} ${text} is not a port; 1 to 65535 are allowed, and 0 for any free one.`
            )
        return Number(text)
    })
}

export function addLinkOptions(command: Command): Command {
    return addGroup(
        command,
        "Real carts over TCP:",
        portOption("--port <n>", "TCP port on this host that the cart connects to").default(
            DEFAULT_PORT
        ),
        new Option("--insecure", "also accept carts without a key; for a lab bench only"),
        new Option(
            "--tls-cert <file.pem>",
            "use TLS with this certificate; the cart's host setting needs tls: true"
        ),
        new Option("--tls-key <file.pem>", "private key of that certificate")
    )
}

/** These options as they are typed, without those that have their default. */
export function linkArguments(options: LinkOptions): string {
    return linkWords(options)
        .map(word => ` ${word}`)
        .join("")
}

/** The same as a list, for a program. */
export function linkWords({ port, insecure, tlsCert, tlsKey }: LinkOptions): string[] {
    return [
        ...(port === DEFAULT_PORT ? [] : ["--port", String(port)]),
        ...(insecure ? ["--insecure"] : []),
        ...(tlsCert === undefined ? [] : ["--tls-cert", tlsCert]),
        ...(tlsKey === undefined ? [] : ["--tls-key", tlsKey]),
    ]
}

/**
 * @param names of the two options, for errors
 * @throws UsageError for files that are missing, are not PEM, or do not belong together
 */
export function parseTls(
    { tlsCert, tlsKey }: Pick<LinkOptions, "tlsCert" | "tlsKey">,
    names: readonly [cert: string, key: string] = ["--tls-cert", "--tls-key"]
): TlsIdentity | undefined {
    if (tlsCert === undefined && tlsKey === undefined) return undefined
    if (tlsCert === undefined || tlsKey === undefined)
        throw new UsageError(
            `TLS needs both ${names[0]} and ${names[1]}; leave both out to go without them.`
        )
    const cert = readPem(tlsCert, names[0])
    const key = readPem(tlsKey, names[1])
    const certificate = parsePem(tlsCert, "certificate", () => new X509Certificate(cert))
    const secret = parsePem(tlsKey, "private key without a passphrase", () => createPrivateKey(key))
    if (!certificate.checkPrivateKey(secret))
        throw new UsageError(
            `The private key "${tlsKey}" does not belong to the certificate "${tlsCert}"; name two files that were made together.`
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

function parsePem<T>(file: string, what: string, parse: () => T): T {
    try {
        return parse()
    } catch {
        throw new UsageError(
            `"${file}" holds no ${what} in PEM format; name a file that begins with -----BEGIN.`
        )
    }
}
