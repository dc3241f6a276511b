// Options of the console: its port, and who may reach it.

import { X509Certificate } from "node:crypto"
import { hostname, networkInterfaces } from "node:os"
import { isIP } from "node:net"
import { Option } from "commander"
import { dateMs } from "../../clock"
import { CONSOLE_PORT } from "../../console/console-server"
import { ADDRESS, type Place, placeOf, THIS_MACHINE } from "../../console/place"
import { isFor, ownIdentity } from "../../console/server/own-certificate"
import { diskReason } from "../../disk-reason"
import { RunError, UsageError } from "../../errors"
import { KeyStore } from "../../link/key-store"
import { parseTls, portOption } from "./link-options"

export interface ConsoleOptions {
    readonly consolePort: number
    readonly consoleHost?: string
    readonly consoleCert?: string
    readonly consoleKey?: string
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/
const ALL = new Set(["0.0.0.0", "::"])

export function consoleOptions(): Option[] {
    return [
        portOption("--console-port <n>", "port of the console; 0 for any free one").default(
            CONSOLE_PORT
        ),
        new Option(
            "--console-host <address>",
            "let other machines see the console: an address of this machine, or 0.0.0.0 for all; with TLS and a token, which are printed"
        ).default(ADDRESS),
        new Option(
            "--console-cert <file.pem>",
            "certificate for that; without one this host makes its own and prints its fingerprint"
        ),
        new Option("--console-key <file.pem>", "private key of that certificate"),
    ]
}

/** Where the console is served, and the lines that a user needs besides its address. */
export interface ConsolePlace {
    readonly place: Place
    readonly lines: readonly string[]
}

/** @throws UsageError, RunError */
export async function consolePlaceOf(options: ConsoleOptions): Promise<ConsolePlace> {
    const { consoleHost: address = ADDRESS, consoleCert, consoleKey } = options
    const given = parseTls({ tlsCert: consoleCert, tlsKey: consoleKey } as object, [
        "--console-cert",
        "--console-key",
    ])
    if (LOOPBACK.test(address)) {
        if (given)
            throw new UsageError(
                "--console-cert is for a console that other machines see; name an address with --console-host as well."
            )
        return { place: THIS_MACHINE, lines: [] }
    }
    if (isIP(address) === 0)
        throw new UsageError(
            `--console-host ${address} is not an address; name one of this machine, such as 192.168.1.5, or 0.0.0.0 for all.`
        )
    const identity = given ?? (await own(namesOf(address)))
    const certificate = new X509Certificate(identity.cert)
    const place = placeOf(address, shownName(address, certificate), identity)
    const note = "isNew" in identity && identity.isNew ? ", made now" : ""
    return {
        place,
        lines: [
            `Certificate${note}, SHA-256: ${certificate.fingerprint256}. A browser that asks must show the same.`,
            "Whoever has the address with its token sees all runs and can change them; it is valid until this command ends.",
        ],
    }
}

async function own(names: readonly string[]) {
    const { folder } = new KeyStore()
    try {
        return await ownIdentity(folder, names, dateMs())
    } catch (error) {
        throw new RunError(
            `The certificate of the console cannot be kept in ${folder} (${diskReason(error as Error)}); name one with --console-cert and --console-key.`
        )
    }
}

/** Names and addresses of this machine under which it is reached there. */
function namesOf(address: string): string[] {
    const name = hostname().toLowerCase()
    const names = /^[a-z\d]([a-z\d.-]*[a-z\d])?$/.test(name) ? [name] : []
    const addresses = ALL.has(address) ? ownAddresses() : [address]
    return [...names, ...addresses]
}

function ownAddresses(): string[] {
    return Object.values(networkInterfaces())
        .flatMap(list => list ?? [])
        .filter(({ internal, address }) => !internal && !address.startsWith("fe80:"))
        .map(({ address }) => address)
}

/** What a person types: an address of the certificate, else a name of it. */
function shownName(address: string, certificate: X509Certificate): string {
    const own = ALL.has(address) ? ownAddresses() : [address]
    const known = own.find(one => isFor(certificate, one))
    const [, name] = /DNS:([^,*\s]+)/.exec(certificate.subjectAltName ?? "") ?? []
    return known ?? name ?? own[0] ?? ADDRESS
}
